"""Where a vendor's servers are. A token goes to these and nowhere else."""

import re
from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

from storage.kernel.errors import CopilotError, ErrorKind, invalid
from tools.connectors.core.config import VendorConfig
from tools.connectors.core.errors import VendorRejected

Role = Literal["api", "authorize", "token", "revoke"]
ROLES: Final[tuple[Role, ...]] = ("api", "authorize", "token", "revoke")


class Endpoints:
    """The addresses of one vendor. `overrides` puts another origin in place of the vendor's own, by role: a sandbox, or a
    stand-in under test. Only the operator of an installation says it."""

    def __init__(self, config: VendorConfig, overrides: Mapping[Role, str] | None = None) -> None:
        self.config = config
        self._overrides = dict(overrides or {})

    def url(self, role: Role, template: str, settings: Mapping[str, str]) -> str:
        """A template of the configuration as an address. Raises CONFLICT where a setting is missing."""
        try:
            filled = self.config.filled(template, settings)
        except KeyError as missing:
            raise CopilotError(
                ErrorKind.CONFLICT,
                f"The connection to {self.config.title} lacks its {missing.args[0]}.",
                hint="Connect it again.",
            ) from None
        return self._rebased(role, urlsplit(filled), filled)

    def request_url(self, path: str, settings: Mapping[str, str]) -> str:
        """A path after `base_url`, or a whole URL of the vendor's own (the next page, say). Raises VendorRejected for a URL
        of anybody else's."""
        base = self.config.filled(self.config.base_url, settings)
        if path.startswith("/"):
            filled = self.config.filled(path, settings) if "{" in path else path
            return self.url("api", self.config.base_url, settings).rstrip("/") + filled
        whole = urlsplit(path)
        if whole.username is not None or whole.password is not None:
            raise VendorRejected(self.config.title, "a URL with a user in it")
        own = {_origin(urlsplit(base)), *(_origin(urlsplit(one)) for one in self.config.other_origins)}
        if (override := self._overrides.get("api")) and _origin(whole) == _origin(urlsplit(override)):
            return path
        if whole.scheme != "https" or _origin(whole) not in own:
            raise VendorRejected(self.config.title, "a URL of another server")
        return self._rebased("api", whole, path)

    def checked(self, setting: str, value: str, pointer: str = "") -> str:
        """A value from outside as a setting. Raises INVALID for one that does not look like it must."""
        rule = self.config.settings[setting]
        value = value.strip().lower() if rule.lower else value.strip()
        # A stand-in tells its own address where the vendor tells that of a data centre.
        is_override = any(value.rstrip("/") == one.rstrip("/") for one in self._overrides.values())
        if not is_override and re.fullmatch(rule.pattern, value, re.ASCII) is None:
            raise invalid(f"This is no {rule.title[:1].lower()}{rule.title[1:]}.", pointer=pointer or f"/{setting}")
        return value

    def _rebased(self, role: Role, url: SplitResult, whole: str) -> str:
        if (override := self._overrides.get(role)) is None or whole.startswith(override.rstrip("/") + "/"):
            return whole
        return override.rstrip("/") + url.path + (f"?{url.query}" if url.query else "")


def _origin(url: SplitResult) -> tuple[str, str, int | None]:
    """Scheme, host and port as RFC 6454 compares them."""
    try:
        port = url.port
    except ValueError:
        port = -1
    return url.scheme, (url.hostname or "").lower(), port or {"http": 80, "https": 443}.get(url.scheme)


def same_origin(one: str, other: str) -> bool:
    return _origin(urlsplit(one)) == _origin(urlsplit(other))
