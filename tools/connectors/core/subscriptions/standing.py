"""What of a connection can be subscribed in this installation, and what its owner is told of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage.models.ingestion import Connector
from storage.models.webhooks import VendorSubscription
from tools.connectors.core.credentials import DISCONNECTED, Connection
from tools.connectors.core.subscriptions.rules import ApiSubscriptions, PortalSubscriptions, SubscriptionKind
from tools.connectors.core.vendors import Vendors

WEBHOOKS: Final = "/api/webhooks"


@dataclass(frozen=True, slots=True)
class Public:
    """What this installation is reached by. `url` is its public address, None where it has none; `polls` whether it does
    anything by itself."""

    url: str | None
    polls: bool = True
    pubsub_topic: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the owner is told of a subscription. `state`: active, pending, failed, refused (a permission is missing),
    at_vendor (it is set up on the vendor's own page), unavailable, or no_public_url."""

    topics: tuple[str, ...]
    state: str
    message: str | None = None
    expires_at: datetime | None = None


class Standing:
    """By the vendor's rule, how the connection was made, and what the operator has set."""

    def __init__(self, vendors: Vendors, public: Public) -> None:
        self._vendors = vendors
        self._store = vendors.store
        self._database = vendors.store.database
        self._public = public

    def address(self, vendor: str, connection_id: str | None = None) -> str:
        """Where a vendor posts to: of one connection, or of the whole installation."""
        own = f"/{connection_id}" if connection_id else ""
        return f"{self._public.url or ''}{WEBHOOKS}/{vendor}{own}"

    def vendors(self) -> list[str]:
        """Those that can be subscribed by us."""
        if self._public.url is None or not self._public.polls:
            return []
        return [name for name, one in self._vendors.configs.items() if isinstance(one.subscriptions, ApiSubscriptions)]

    def kinds(self, connection: Connection) -> tuple[SubscriptionKind, ...]:
        """What of a connection is to be subscribed; nothing where it cannot be."""
        rule = self._vendors.config(connection.vendor).subscriptions
        if connection.vendor not in self.vendors() or not isinstance(rule, ApiSubscriptions):
            return ()
        if connection.way not in rule.ways:
            return ()
        return tuple(kind for kind in rule.kinds if self._has_needs(kind))

    def _has_needs(self, kind: SubscriptionKind) -> bool:
        return kind.needs != "pubsub_topic" or bool(self._public.pubsub_topic)

    def shown(self, row: Connector, kept: Sequence[VendorSubscription]) -> tuple[Subscription, ...]:
        """How it stands with a connection's subscriptions, for its owner. Nothing for one that was ended."""
        connection, config = Connection.of(row), self._vendors.config(row.type)
        rule = config.subscriptions
        if connection.status == DISCONNECTED:
            return ()
        if rule is None:
            return (
                Subscription((), "unavailable", f"{config.title} sends no webhooks that could be set up from here."),
            )
        if isinstance(rule, PortalSubscriptions):
            return (self._at_vendor((), rule.told, config.vendor),)
        topics = tuple(topic for kind in rule.kinds for each in kind.each.values() for topic in each)
        if connection.way not in rule.ways:
            return (self._at_vendor(topics, rule.otherwise, config.vendor),)
        if self._public.url is None:
            text = f"This installation has no public address (SMB_PUBLIC_URL), so {config.title} cannot be asked to send changes: they are fetched on schedule."
            return (Subscription(topics, "no_public_url", text),)
        if not self._public.polls:
            text = "Nothing is fetched but when somebody asks (SMB_SYNC_MINUTES is 0), so nothing is subscribed."
            return (Subscription(topics, "unavailable", text),)
        rows = {one.name: one for one in kept}
        return tuple(self._state(kind, each, rows.get(name)) for kind in rule.kinds for name, each in kind.each.items())

    def _at_vendor(self, topics: tuple[str, ...], told: str, vendor: str) -> Subscription:
        if self._public.url is None:
            text = "This installation has no public address (SMB_PUBLIC_URL): changes are fetched on schedule."
            return Subscription(topics, "no_public_url", text)
        text = told.replace("{app_url}", self.address(vendor)).replace("{setting}", "SMB_WEBHOOK_SECRETS")
        return Subscription(topics, "at_vendor" if "{app_url}" in told else "unavailable", text)

    def _state(self, kind: SubscriptionKind, topics: tuple[str, ...], row: VendorSubscription | None) -> Subscription:
        if not self._has_needs(kind):
            text = "The operator of this installation sets SMB_PUBSUB_TOPIC: changes are fetched on schedule."
            return Subscription(topics, "unavailable", text)
        if row is None:
            return Subscription(topics, "pending", "It is set up after the first sync.")
        now = self._database.clock.now()
        if row.status == "active" and row.expires_at is not None and row.expires_at <= now:
            return Subscription(topics, "failed", row.message or "It has run out, and is set up anew.", row.expires_at)
        return Subscription(topics, row.status, row.message, row.expires_at)
