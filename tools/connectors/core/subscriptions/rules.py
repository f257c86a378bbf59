"""How a vendor is asked to send webhooks, as data: the section `subscriptions:` of its vendor.yaml.

Calls are templates as in resources.yaml: `{url}` is the address to post to, `{secret}` what the vendor is to repeat,
`{topics}` and `{topic}` what a subscription is for (all, or the first), `{id}` the vendor's id of it, `{resource_id}` what
the vendor gave beside it, `{new_id}` an id of ours where the vendor wants one (digits alone: it may be a number there),
`{expires}` until when, `{pubsub_topic}` the operator's, and any setting of the connection. Paths are as those of webhooks:
keys and positions between dots, * every item of a list.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tools.connectors.core.resources import GraphQL, Listing

Way = Literal["oauth", "key"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SubscriptionCall(_Part):
    """One call that changes something. It is never repeated by itself: whether it was done is seen in the list."""

    method: Literal["POST", "PUT", "PATCH", "DELETE"] = "POST"
    path: str
    params: dict[str, Any] = {}
    body: dict[str, Any] | None = None
    """JSON."""
    form: dict[str, Any] | None = None
    graphql: GraphQL | None = None
    item: str | None = None
    """Where the answer tells of the subscription; the answer itself where absent."""
    refused_at: str | None = None
    """Where an answer of status 200 says why it was not done."""


class SubscriptionPaths(_Part):
    """Where a subscription, as the vendor tells it, says what of itself."""

    id: str | None = None
    """None where the vendor knows but one."""
    url: str | None = None
    topics: str | None = None
    expires: str | None = None
    secret: str | None = None
    resource_id: str | None = None
    alive: dict[str, tuple[str | bool, ...]] = {}
    """What has to stand at a path for it to count: vendors switch off what they could not deliver to."""


class SubscriptionKind(_Part):
    """Subscriptions that are asked for in one way."""

    each: dict[str, tuple[str, ...]] = Field(min_length=1)
    """Name → topics, by the vendor's words: a subscription each."""
    secret: Literal["given", "ours", "none"]
    """What proves deliveries: `given` by the vendor when it is made, `ours` that the vendor repeats, or none of its own
    (that of the OAuth client, or Google's keys)."""
    create: SubscriptionCall
    created: SubscriptionPaths = SubscriptionPaths()
    """In what `create` and `renew` answer."""
    list: Listing | None = None
    """All that there are; None where the vendor does not list them."""
    listed: SubscriptionPaths = SubscriptionPaths()
    renew: SubscriptionCall | None = None
    """None where one that expires is made anew, and then the one before ended."""
    remove: SubscriptionCall | None = None
    life_seconds: int | None = Field(default=None, ge=3_600)
    """How long one is asked for; None where it does not expire."""
    moment: Literal["iso", "unix_ms"] = "iso"
    """How ends are written."""
    of_account: bool = False
    """Whether the vendor has one for an account, whoever asked: it is left there while another connection needs it."""
    needs: Literal["pubsub_topic"] | None = None
    """What the operator has to set for it."""

    @property
    def is_unlisted(self) -> bool:
        """Whether only who has the id of one knows of it: no list shows it, and there may be several."""
        return self.list is None and self.created.id is not None

    @model_validator(mode="after")
    def _can_be_kept(self) -> "SubscriptionKind":
        if self.secret == "given" and (len(self.each) > 1 or self.created.secret is None):  # noqa: S105 - not one
            raise ValueError("secret: one is given by one subscription, which says where it stands")
        if self.is_unlisted and self.remove is None:
            raise ValueError("remove: one that is found in no list is ended once another is there")
        if self.list is not None and (self.listed.id is None or self.listed.url is None):
            raise ValueError("listed: `id` and `url` tell which are ours")
        return self


class ApiSubscriptions(_Part):
    """The vendor is asked through its API, as the connection."""

    by: Literal["api"]
    kinds: tuple[SubscriptionKind, ...] = Field(min_length=1)
    ways: tuple[Way, ...] = ("oauth", "key")
    """Connections that were made so can be subscribed."""
    otherwise: str = ""
    """What the owner of another is told, as `told` of a portal; without {app_url} it cannot be had at all."""

    @model_validator(mode="after")
    def _names_are_one_each(self) -> "ApiSubscriptions":
        names = [name for kind in self.kinds for name in kind.each]
        if len(names) != len(set(names)):
            raise ValueError("kinds: a name stands twice")
        if (len(self.ways) < 2) != bool(self.otherwise):  # noqa: PLR2004 - both ways
            raise ValueError("otherwise: goes with `ways` that leave one out")
        return self


class PortalSubscriptions(_Part):
    """The vendor takes an address once for the whole installation, on its own page: the operator enters it there."""

    by: Literal["portal"]
    told: str
    """What the operator does; {app_url} is the address, {setting} where the secret goes."""


SubscriptionRule = ApiSubscriptions | PortalSubscriptions
