"""What is particular to a vendor's webhooks, as data: the section `webhook:` of its vendor.yaml.

Paths are keys and positions between dots, * every item of a list (see tools.connectors.core.paths).
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

HintKind = Literal["change", "deleted", "ended", "redact", "data_request", "subscription"]
"""`subscription`: the vendor says that what we subscribed to ends, or has ended. `ended`: the vendor let us in no longer. `redact` and `data_request`: a person asks to be forgotten, or what is known."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Signed(_Part):
    """HMAC-SHA256 over pieces of the request, joined as they stand. `over` names the pieces: method, url (the public one),
    body, timestamp (as it was sent), or a text in quotes."""

    by: Literal["hmac"]
    header: str
    encoding: Literal["base64", "hex"]
    over: tuple[str, ...]
    mark_field: str | None = None
    """Where the header is a list `t=…,v1=…`: the name of its marks, of which one has to be right."""
    timestamp_field: str | None = None
    """The name of the moment in that list."""
    timestamp_header: str | None = None
    timestamp_unit: Literal["seconds", "milliseconds"] = "seconds"
    tolerance_seconds: int | None = Field(default=None, gt=0)
    """How far the moment may be from now, before or after."""

    @model_validator(mode="after")
    def _moment_is_told_and_used(self) -> "Signed":
        has_moment = self.timestamp_field is not None or self.timestamp_header is not None
        if not has_moment == ("timestamp" in self.over) == (self.tolerance_seconds is not None):
            raise ValueError("timestamp: is found, signed and limited, or none of it")
        if self.timestamp_field is not None and self.mark_field is None:
            raise ValueError("timestamp_field: only a list has fields")
        for piece in self.over:
            if piece not in ("method", "url", "body", "timestamp") and not piece.startswith("'"):
                raise ValueError(f"over: {piece!r} is no piece of a request")
        if "body" not in self.over:
            raise ValueError("over: the body is signed in any case")
        return self


class Echoed(_Part):
    """No signature: a secret that we gave when we subscribed is repeated, in the body or in a header. Every text at `path`
    has to be it."""

    by: Literal["echo"]
    path: str | None = None
    items: str | None = None
    """Each of these has to hold `path`; where absent the body itself."""
    header: str | None = None

    @model_validator(mode="after")
    def _stands_in_one_place(self) -> "Echoed":
        if (self.path is None) == (self.header is None) or (self.items is not None and self.path is None):
            raise ValueError("echo: stands at a path of the body (of its items), or in a header")
        return self


class TokenSigned(_Part):
    """A JSON Web Token of Google's in `Authorization: Bearer`, RS256 (Pub/Sub push)."""

    by: Literal["jwt"]
    issuers: tuple[str, ...]
    keys_url: str
    """Google's public keys as a JSON Web Key Set."""


class Shape(_Part):
    """Where a body tells what happened. A vendor whose payload changed has several shapes: the first that finds anything
    is taken. Where `items` is absent, the body is the one event."""

    groups: str | None = None
    """What the items stand in, where that tells of them too (their account)."""
    items: str | None = None
    encoded: str | None = None
    """Where in an item base64 of JSON stands that is read beside it."""
    account: str | None = None
    """The vendor's id of the account, in the item, what is encoded in it, or its group."""
    account_header: str | None = None
    signed_account: tuple[str, ...] = ()
    """For a header that is not signed: where the body tells the same. Without it nothing is ended or erased."""
    lower: bool = False
    """Whether the case of an account says nothing."""
    topic: tuple[str, ...] = ()
    """Joined by a dot."""
    topic_header: str | None = None
    resource: tuple[str, ...] = ()
    """What changed: the first that is there."""
    event_id: str | None = None
    """Only where the vendor documents it as unique: it is what a delivery is known by."""
    event_id_headers: tuple[str, ...] = ()
    """Several are joined, where only together they are unique."""
    at: str | None = None
    at_header: str | None = None
    at_unit: Literal["iso", "seconds", "milliseconds"] = "iso"
    retry_fields: tuple[str, ...] = ()
    """What differs in an item that is sent again."""
    kinds: dict[str, HintKind] = {}
    """By a pattern of the topic (* is anything); what none fits is a change."""
    ignored: tuple[str, ...] = ()
    """Topics that tell of nothing, such as that of a first call that tries the address."""

    @model_validator(mode="after")
    def _known_by_one(self) -> "Shape":
        for name, one, other in (
            ("account", self.account, self.account_header),
            ("topic", self.topic or None, self.topic_header),
            ("event_id", self.event_id, self.event_id_headers or None),
            ("at", self.at, self.at_header),
        ):
            if one is not None and other is not None:
                raise ValueError(f"{name}: stands in the body or in a header, not in both")
        return self


class SubscriptionNamed(_Part):
    """Headers that say by which subscription something comes: it has to be one that its connection has."""

    id_header: str
    resource_id_header: str


class WebhookRule(_Part):
    """How a vendor's webhooks are checked, read and answered."""

    check: Signed | Echoed | TokenSigned = Field(discriminator="by")
    secret: Literal["operator", "client", "connection", "none"]
    """Whose it is: the operator's, who has it from the vendor; that of the OAuth client; one that we made for the
    connection, so that only its own address can be posted to; or nobody's, where Google's keys are public."""
    shapes: tuple[Shape, ...] = Field(min_length=1)
    answer: int = Field(default=200, ge=200, le=299)
    handshake: str | None = None
    """A query parameter that is sent back as text/plain: how the vendor tries an address."""
    has_body: bool = True
    """Whether the body is JSON; where not, headers alone tell, and whatever the body holds is not read."""
    comes_by: SubscriptionNamed | None = None
    own: "WebhookRule | None" = None
    """What comes to a connection's own address, where that is checked and read in another way."""

    def at(self, connection_id: str | None) -> "WebhookRule":
        """The rule of an address: a connection's own, or that of the whole installation."""
        return self.own if self.own is not None and connection_id is not None else self

    @model_validator(mode="after")
    def _is_of_a_connection(self) -> "WebhookRule":
        if self.comes_by is not None and self.secret != "connection":  # noqa: S105 - not one
            raise ValueError("comes_by: only a connection has subscriptions")
        return self
