"""The vendors that are subscribed through their API, as the suite sees them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from evals.standins.vendors.google import GoogleStandIn
from evals.standins.vendors.google.push import SERVICE_ACCOUNT
from evals.standins.vendors.outlook import OutlookStandIn
from evals.standins.vendors.shopify import ShopifyStandIn
from evals.standins.vendors.shopify.render import SHOP
from evals.standins.vendors.square import SquareStandIn
from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.world import World
from evals.standins.vendors.zoho import ZohoStandIn

TOPIC = "projects/acme/topics/gmail"


@dataclass(frozen=True)
class Row:
    """`url` is where the vendor's own words have the address; `lasts` how long it keeps one, None for ever. Of several kinds
    of subscriptions `url` and `posts_to` name all."""

    vendor: str
    server: Callable[[World], Any]
    url: tuple[str, ...]
    count: int
    name: str = ""
    """Where the vendor stands here more than once."""
    way: str = "oauth"
    settings: dict[str, str] = field(default_factory=dict[str, str])
    lasts: timedelta | None = None
    lists: bool = True
    """Whether the vendor tells what it has."""
    keeps_ids: bool = True
    """Whether a renewed one is the same."""
    replaced: int = 0
    """How many of them are made anew at each look, and the one before ended: they can be neither listed nor renewed."""
    posts_to: tuple[str, ...] = ("{own}",)
    """Where the vendor is to tell: the connection's own address, but for Gmail's."""
    answer: int = 200
    """What a delivery is answered."""
    installation: dict[str, Any] = field(default_factory=dict[str, Any])
    """Settings that the operator makes for it."""

    def __str__(self) -> str:
        return self.name or self.vendor


TABLE = (
    Row("shopify", lambda world: ShopifyStandIn(world, plan="enterprise"), ("uri",), 13, settings={"shop": SHOP}),
    Row("stripe", lambda world: StripeStandIn(world, limits=()), ("url",), 1, way="key"),
    Row("square", lambda world: SquareStandIn(world, limits=()), ("notification_url",), 1, way="key"),
    Row("zoho", ZohoStandIn, ("notify_url",), 9, lasts=timedelta(days=1)),
    Row(
        "gmail",
        GoogleStandIn,
        ("topicName", "address"),
        2,
        lasts=timedelta(days=7),
        lists=False,
        keeps_ids=False,
        replaced=1,
        posts_to=(TOPIC, "{own}"),
        installation={"pubsub_topic": TOPIC, "pubsub_account": SERVICE_ACCOUNT},
    ),
    Row(
        "gmail",
        GoogleStandIn,
        ("address",),
        1,
        name="calendar",  # Gmail's, where the operator has no topic
        lasts=timedelta(days=7),
        lists=False,
        keeps_ids=False,
        replaced=1,
    ),
    Row("outlook", OutlookStandIn, ("notificationUrl",), 2, lasts=timedelta(days=6), answer=202),
)
EXPIRING = tuple(row for row in TABLE if row.lasts is not None)
