"""What is particular to a vendor, as data: `vendor.yaml` of its folder, checked when it is loaded.

Values in braces come from the connection's own settings: `https://{shop}/admin` with the setting `shop`. Each value of a
file carries the mark of vendor-facts.md as a comment.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from tools.connectors.core.folders import folder_of, known_vendors
from tools.connectors.core.subscriptions.rules import SubscriptionRule
from tools.connectors.core.webhooks.rules import WebhookRule
from tools.kit.yaml_text import parse_yaml

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_FILE: Final = "vendor.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OAuthClient(_Part):
    """What a vendor knows this installation by: the operator registers it there."""

    client_id: str = Field(min_length=1)
    client_secret: SecretStr


class Setting(_Part):
    """A setting of a connection. `pattern` must match the whole value: it is what stands between a value from outside and
    the host that a token is sent to."""

    title: str
    pattern: str
    default: str | None = None
    lower: bool = False
    """Whether the case of letters says nothing."""
    asked: bool = False
    """Whether the owner is asked for it before an authorization begins; else the vendor tells it."""
    chosen: bool = False
    """Whether she may say it then, because one sign-in can permit several."""

    @model_validator(mode="after")
    def _usable(self) -> "Setting":
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"pattern: {error}") from None
        if self.default is not None and re.fullmatch(self.pattern, self.default) is None:
            raise ValueError("default: does not match the pattern")
        return self


class Authorization(_Part):
    """How a request shows its token, as in `Authorization: Bearer <token>`."""

    header: str = "Authorization"
    scheme: str = "Bearer"
    """Before the token, with a space between; nothing where empty."""


class Version(_Part):
    """The version of the API that requests ask for. In a path it stands in `base_url`."""

    place: Literal["header", "query", "path"]
    name: str | None = None
    value: str
    echo: str | None = None
    """The response header that names the version which really answered."""

    @model_validator(mode="after")
    def _named(self) -> "Version":
        if (self.name is None) != (self.place == "path"):
            raise ValueError("name: a header or a query parameter has one, a path has none")
        return self


class RefreshRule(_Part):
    """What becomes of a refresh token when it is used (vendor-facts.md §0): it stays the `same`; another one comes and the
    old one may be tried again for `grace_seconds`; or another one comes and the old one is dead."""

    kind: Literal["same", "rotates", "single_use"]
    grace_seconds: int = Field(default=0, ge=0)
    life_seconds: int | None = Field(default=None, gt=0)
    """How long a refresh token lives unused; None where it does not expire."""

    @model_validator(mode="after")
    def _grace_needs_rotation(self) -> "RefreshRule":
        if self.grace_seconds and self.kind != "rotates":
            raise ValueError("grace_seconds: only what rotates has a grace")
        return self


class CallbackParam(_Part):
    """A parameter that the vendor sends back beside the code, and the setting it becomes."""

    name: str
    setting: str
    required: bool = True


class Account(_Part):
    """Where the id and the name of the connected account are found: in a setting, in the answer to the code, or in the
    answer to the vendor's `check`. Paths are keys and positions between dots."""

    source: Literal["setting", "token", "call"]
    path: str
    """The setting, or where the id stands."""
    name_path: str | None = None
    """Where the name stands: in the same answer; for a setting in that of the `check`."""
    setting: str | None = None
    """The setting that the id becomes, where requests need it."""
    among: str | None = None
    """Where all that was permitted is listed; `path` and `name_path` are then of one of them: of the one that was chosen,
    else of the latest or the preferred one, else of the first."""
    latest: str | None = None
    """Of one of them, when it was permitted: a text that sorts by time."""
    preferred: str | None = None
    """Of one of them, whether it is the vendor's own default."""


class Call(_Part):
    """A cheap read that shows whether credentials work."""

    method: Literal["GET", "POST"] = "GET"
    path: str
    """After `base_url`, or a whole URL of the same host."""
    json_body: dict[str, Any] | None = None


class Revocation(_Part):
    """How the vendor is told to forget a token."""

    url: str
    kind: Literal["access", "refresh"]
    """Which token it takes."""
    field: str = "token"
    body: Literal["form", "json", "none"] = "form"
    method: Literal["POST", "DELETE"] = "POST"
    client: Literal["basic", "body", "header", "none"] = "none"
    """`header` is Square's own `Authorization: Client <secret>`; `none` with the body `none` shows the token itself."""


class OAuth(_Part):
    """The authorization code flow (RFC 6749 §4.1) as this vendor does it."""

    authorize_url: str
    token_url: str
    client_auth: Literal["basic", "body", "secret_basic"]
    """How the client proves itself at `token_url`: HTTP Basic with id and secret, fields of the body, or HTTP Basic with
    the secret as the user and no password (Stripe)."""
    body: Literal["form", "json"] = "form"
    authorize_params: dict[str, str] = {}
    token_params: dict[str, str] = {}
    """Sent with the code."""
    token_headers: dict[str, str] = {}
    scopes: tuple[str, ...]
    scope_separator: str = " "
    pkce: bool = False
    access_life_seconds: int = Field(gt=0)
    """Where the answer does not say it."""
    refresh: RefreshRule
    callback: tuple[CallbackParam, ...] = ()
    token_settings: dict[str, str] = {}
    """Field of the token's answer → setting it becomes."""
    callback_hmac: bool = False
    """Whether the callback carries `hmac`: hex HMAC-SHA256 by the client's secret over the other parameters, sorted and
    joined as k=v with & (vendor-facts.md §1)."""
    refused_errors: tuple[str, ...] = ("invalid_grant",)
    """`error` values that say the grant is gone: the owner must connect again."""
    busy_errors: tuple[str, ...] = ()
    """`error` values that say too much was asked."""
    revoke: Revocation | None = None
    account: Account


class KeyField(_Part):
    """What an owner enters to connect with a key. The field `token` is the key itself; the others are settings."""

    title: str
    pattern: str = r"[\x21-\x7e]{8,512}"

    def matches(self, value: str) -> bool:
        return re.fullmatch(self.pattern, value, re.ASCII) is not None


class KeyConnection(_Part):
    """A connection by a key that the owner made at the vendor's."""

    title: str
    fields: dict[str, KeyField]
    account: Account
    marks: dict[str, str] = {}
    """Pattern of the key → the mark that its account gets: where one id is borne by several accounts, of which none has the
    objects of another."""

    def mark_of(self, token: str) -> str | None:
        """What tells the account that a key opens from another of the same id."""
        return next((mark for pattern, mark in self.marks.items() if re.match(pattern, token, re.ASCII)), None)

    @model_validator(mode="after")
    def _has_token(self) -> "KeyConnection":
        if "token" not in self.fields:
            raise ValueError("fields: `token` is missing")
        return self


class Window(_Part):
    """So much in any `seconds` that follow one another."""

    name: str
    amount: int = Field(gt=0)
    seconds: float = Field(gt=0)
    scope: Literal["connection", "app"] = "connection"
    suffix: str = ""
    """Only requests whose path ends so count."""


class CostBucket(_Part):
    """A bucket that refills steadily, whose size and rate the answers tell (Shopify, vendor-facts.md §1)."""

    path: str
    """Where the answer tells `maximumAvailable`, `currentlyAvailable` and `restoreRate`."""
    actual_path: str
    """Where the answer tells what the request cost in the end."""
    requested_path: str
    """Where the answer tells what it has to hold before the request runs."""
    first_cost: int = Field(gt=0)
    """What a request is taken to cost where its caller does not say."""


class Signal(_Part):
    """An answer that says "too much": by its status, and by words in its body where there are `values`."""

    status: int
    path: str | None = None
    """Keys between dots; * is every item of a list."""
    values: tuple[str | int, ...] = ()
    gives_up: bool = False
    """Whether waiting is of no use now: a budget for the day is spent."""

    @model_validator(mode="after")
    def _both_or_none(self) -> "Signal":
        if (self.path is None) != (not self.values):
            raise ValueError("path: goes with values")
        return self


class Throttle(_Part):
    windows: tuple[Window, ...] = ()
    concurrent: int | None = Field(default=None, gt=0)
    bucket: CostBucket | None = None
    default_cost: int = Field(default=1, gt=0)
    signals: tuple[Signal, ...] = (Signal(status=429),)
    wait_pattern: str | None = None
    """A regular expression over the vendor's message; its first group is the moment (ISO 8601) to try again."""


class Retry(_Part):
    """Full jitter: before attempt n a wait of anything up to base · 2ⁿ⁻¹ seconds, at most `cap`."""

    attempts: int = Field(default=5, ge=1, le=10)
    base_seconds: float = Field(default=0.5, gt=0)
    cap_seconds: float = Field(default=20.0, gt=0)
    deadline_seconds: float = Field(default=120.0, gt=0)
    statuses: tuple[int, ...] = (408, 500, 502, 503, 504)
    should_retry_header: str | None = None
    """A response header whose "true" or "false" has the last word."""
    idempotency_header: str | None = None
    """The request header that makes a repeated write harmless."""


class VendorConfig(_Part):
    """One vendor. Raises ValidationError on construction where a placeholder has no setting."""

    vendor: str = Field(pattern=r"[a-z]+")
    title: str
    base_url: str
    headers: dict[str, str] = {}
    """Sent with every request; a placeholder stands for a setting."""
    authorization: Authorization = Authorization()
    version: Version | None = None
    settings: dict[str, Setting] = {}
    oauth: OAuth | None = None
    key: KeyConnection | None = None
    check: Call
    other_origins: tuple[str, ...] = ()
    """Origins beside that of `base_url` that a whole URL may name: they are shown the token too."""
    throttle: Throttle = Throttle()
    retry: Retry = Retry()
    error_path: str = "error.message"
    """Where the body of a refusal tells the reason."""
    webhook: WebhookRule | None = None
    """How the vendor's webhooks are checked and read."""
    subscriptions: SubscriptionRule | None = Field(default=None, discriminator="by")
    """How the vendor is asked to send them; None where it sends none, or nobody knows how."""

    @model_validator(mode="after")
    def _knows_its_settings(self) -> "VendorConfig":
        for place, text in self._templates():
            for name in _PLACEHOLDER.findall(text):
                if name not in self.settings and name != "version":
                    raise ValueError(f"{place}: no setting {name!r}")
        targets: list[str] = []
        for account in [way.account for way in (self.oauth, self.key) if way is not None]:
            targets += [account.setting] if account.setting else []
            targets += [account.path] if account.source == "setting" else []
        if self.oauth is not None:
            targets += [param.setting for param in self.oauth.callback] + list(self.oauth.token_settings.values())
        if self.key is not None:
            targets += [name for name in self.key.fields if name != "token"]
        for name in targets:
            if name not in self.settings:
                raise ValueError(f"settings: no setting {name!r}")
        if self.oauth is None and self.key is None:
            raise ValueError("oauth: neither oauth nor key")
        if self.subscriptions is not None and self.webhook is None:
            raise ValueError("subscriptions: `webhook` says how what comes is checked")
        return self

    def _templates(self) -> list[tuple[str, str]]:
        found = [("base_url", self.base_url), *((f"headers.{name}", text) for name, text in self.headers.items())]
        if self.oauth is not None:
            found += [("oauth.authorize_url", self.oauth.authorize_url), ("oauth.token_url", self.oauth.token_url)]
            if self.oauth.revoke is not None:
                found.append(("oauth.revoke.url", self.oauth.revoke.url))
        return found

    def filled(self, template: str, settings: Mapping[str, str]) -> str:
        """A template with the connection's settings and the defaults in it. Raises KeyError for one that is missing."""
        values = {name: one.default for name, one in self.settings.items() if one.default is not None}
        values.update(settings)
        if self.version is not None:
            values["version"] = self.version.value
        return _PLACEHOLDER.sub(lambda found: values[found[1]], template)

    @property
    def called(self) -> tuple[str, ...]:
        """What owners call it: its title, and the title's first word ("QuickBooks")."""
        return tuple(dict.fromkeys((self.title, self.title.split()[0])))

    def can_fill(self, template: str, settings: Mapping[str, str]) -> bool:
        defaults = {name for name, one in self.settings.items() if one.default is not None}
        return set(_PLACEHOLDER.findall(template)) <= {*defaults, *settings, "version"}


def load_vendors() -> dict[str, VendorConfig]:
    """Every vendor's configuration, in the order of `known_vendors`. Raises ValueError naming the file and the key."""
    return {vendor: _load(vendor) for vendor in known_vendors()}


def called_at(account: str, vendor: str) -> str:
    """An account with its vendor: an owner has one shop, and calls it the same at all of them. What is of no vendor (a file) is
    called as it is."""
    config = load_vendors().get(vendor)
    if config is None or config.title.casefold() in account.casefold():
        return account
    return f"{account} at {config.title}"


@lru_cache
def _load(vendor: str) -> VendorConfig:
    return parse_vendor((folder_of(vendor) / _FILE).read_text("utf-8"), f"{vendor}/{_FILE}", vendor)


def parse_vendor(text: str, file: str, vendor: str) -> VendorConfig:
    """One configuration. `file` is what errors call it. Raises ValueError naming the file and the key."""
    try:
        config = VendorConfig.model_validate(parse_yaml(text))
    except yaml.YAMLError as error:
        raise ValueError(f"{file}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise ValueError(f"{file}: {where + ': ' if where else ''}{reason}") from None
    if config.vendor != vendor:
        raise ValueError(f"{file}: vendor: is {config.vendor!r}")
    return config
