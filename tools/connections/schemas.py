"""Vendors and the tenant's accounts there, as the outside sees them: without a single secret."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from tools.connectors.core.naming import ConnectionName
from tools.kit.capability import Contract

Way = Literal["oauth", "key"]
ConnectionStatus = Literal["active", "needs_reconnect", "disconnected"]
Entered = Annotated[str, Field(max_length=500)]


SubscriptionState = Literal["active", "pending", "failed", "refused", "at_vendor", "unavailable", "no_public_url"]


class SubscriptionView(Contract):
    """What a vendor was asked to tell by webhooks as soon as it changes. Whatever the state, changes are fetched on schedule."""

    topics: tuple[str, ...] = Field(
        description="What it tells of, by the vendor's words.", examples=[["ORDERS_UPDATED"]]
    )
    state: SubscriptionState = Field(
        description=(
            "active: the vendor tells us. pending: it is set up after the first sync. failed: it is tried again. refused: "
            "a permission is missing at the vendor. at_vendor: it is set up on the vendor's own page, as `message` says. "
            "unavailable: not at this vendor, or not in this installation. no_public_url: this installation cannot be reached."
        )
    )
    message: str | None = Field(default=None, description="What is missing, or what went wrong last.")
    expires_at: datetime | None = Field(default=None, description="When the vendor forgets it; it is renewed before.")


class ConnectionView(Contract):
    """One account at one vendor. `message` says what the owner should do where it is not active."""

    id: str
    type: str = Field(examples=["shopify"])
    name: str = Field(examples=["Corner Shop"])
    account: str = Field(description="The account's id at the vendor.")
    status: ConnectionStatus
    message: str | None = None
    connected_at: datetime
    last_sync_at: datetime | None = None
    subscriptions: tuple[SubscriptionView, ...] = Field(
        default=(), description="What the vendor tells us of by itself; nothing once it is disconnected."
    )


class AskedField(Contract):
    """Something that the owner enters."""

    name: str = Field(examples=["shop"])
    title: str
    secret: bool = False
    required: bool = True


class VendorView(Contract):
    """A kind of source that can be connected, and the tenant's accounts there. `ways` are those that work in this
    installation: "oauth" only where its operator has registered it with the vendor."""

    type: str = Field(examples=["shopify"])
    title: str = Field(examples=["Shopify"])
    ways: tuple[Way, ...]
    settings: tuple[AskedField, ...] = Field(
        description="What is asked for before an authorization. What is not required chooses one of several accounts that a "
        "sign-in permits; without it the one that was permitted last is connected, or the vendor's default."
    )
    key: tuple[AskedField, ...] = Field(description="What is asked for to connect with a key.")
    connections: tuple[ConnectionView, ...]


class ListConnectorsRequest(Contract):
    """Which connectors there are, and the state of those that are connected."""


class ConnectorList(Contract):
    items: tuple[VendorView, ...]


class AuthorizeRequest(Contract):
    """What the vendor needs to know beforehand: the shop's address for Shopify; which organisation at Xero or Zoho Books where
    there are several."""

    settings: dict[str, Entered] = Field(default_factory=dict, examples=[{"shop": "corner.myshopify.com"}])


class AuthorizationView(Contract):
    """Where the owner's browser goes to give its permission."""

    authorization_url: str
    expires_at: datetime


class Completed(Contract):
    """What was connected, and to which business: whoever gave the permission should see whom it was given to."""

    vendor: str
    account: str
    tenant: str


class KeyRequest(Contract):
    """A key that the owner made at the vendor's, and what goes with it."""

    fields: dict[str, Annotated[SecretStr, Field(max_length=2_000)]] = Field(
        examples=[{"token": "rk_live_…"}], max_length=10
    )


class DisconnectRequest(Contract):
    """End a connection: its credentials are forgotten, what it brought in stays."""

    connection: ConnectionName
