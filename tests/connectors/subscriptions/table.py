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
    """`url` is where the vendor's own words have the address; `lasts` how long it keeps one, None for ever."""

    vendor: str
    server: Callable[[World], Any]
    url: str
    count: int
    way: str = "oauth"
    settings: dict[str, str] = field(default_factory=dict[str, str])
    lasts: timedelta | None = None
    lists: bool = True
    """Whether the vendor tells what it has."""
    keeps_ids: bool = True
    """Whether a renewed one is the same."""
    posts_to: str | None = None
    """Where the vendor is to tell, where that is not the connection's own address."""
    answer: int = 200
    """What a delivery is answered."""
    installation: dict[str, Any] = field(default_factory=dict[str, Any])
    """Settings that the operator makes for it."""


TABLE = (
    Row("shopify", lambda world: ShopifyStandIn(world, plan="enterprise"), "uri", 13, settings={"shop": SHOP}),
    Row("stripe", lambda world: StripeStandIn(world, limits=()), "url", 1, way="key"),
    Row("square", lambda world: SquareStandIn(world, limits=()), "notification_url", 1, way="key"),
    Row("zoho", ZohoStandIn, "notify_url", 9, lasts=timedelta(days=1)),
    Row(
        "gmail",
        GoogleStandIn,
        "topicName",
        1,
        lasts=timedelta(days=7),
        lists=False,
        posts_to=TOPIC,
        installation={"pubsub_topic": TOPIC, "pubsub_account": SERVICE_ACCOUNT},
    ),
    Row("outlook", OutlookStandIn, "notificationUrl", 2, lasts=timedelta(days=6), answer=202),
)
EXPIRING = tuple(row for row in TABLE if row.lasts is not None)
