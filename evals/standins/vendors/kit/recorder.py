"""What a stand-in was asked, for a test to look at; secrets are cut before they are kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

SECRET_HEADERS = frozenset({"authorization", "x-shopify-access-token", "proxy-authorization", "cookie"})
SECRET_FIELDS = ("client_secret", "refresh_token", "access_token", "code", "code_verifier", "assertion", "token")
KEPT = 4

_SECRET_FORM = re.compile(rf"(?<![A-Za-z_])({'|'.join(SECRET_FIELDS)})=([^&]*)")
_SECRET_JSON = re.compile(rf'("(?:{"|".join(SECRET_FIELDS)})"\s*:\s*")([^"]*)(")')


def cut(secret: str) -> str:
    """`Bearer …abcd`: the scheme and the last characters, enough to tell two tokens apart."""
    scheme, _, token = secret.rpartition(" ")
    return f"{scheme} …{token[-KEPT:]}".strip()


@dataclass(frozen=True)
class Asked:
    """One request as it came in. `headers` have lower-case names. `body` is whole: it may hold secrets."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    places: Mapping[str, str] = field(default_factory=dict[str, str])
    """The values of the placeholders in the route's path."""

    def one(self, name: str, otherwise: str | None = None) -> str | None:
        """The last value given for a query parameter."""
        return next((value for key, value in reversed(self.query) if key == name), otherwise)

    def every(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]

    def form(self) -> dict[str, str]:
        """The body as a URL-encoded form."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def without_secrets(self) -> "Asked":
        body = self.body.decode("utf-8", "replace")
        if "oauth" in self.path or "token" in self.path or "connect" in self.path:
            body = _SECRET_FORM.sub(lambda match: f"{match[1]}={cut(match[2])}", body)
            body = _SECRET_JSON.sub(lambda match: f"{match[1]}{cut(match[2])}{match[3]}", body)
        headers = {name: cut(value) if name in SECRET_HEADERS else value for name, value in self.headers.items()}
        query = tuple((key, cut(value) if key in SECRET_FIELDS else value) for key, value in self.query)
        return Asked(self.method, self.path, query, headers, body.encode(), self.at, self.places)
