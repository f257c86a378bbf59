"""Shopify's webhook subscriptions: one a topic and address, by GraphQL (vendor-facts §1; names [K])."""

from collections.abc import Callable, Sequence
from typing import Any

from evals.standins.vendors.kit.clock import VirtualClock
from evals.standins.vendors.kit.faults import Faults
from evals.standins.vendors.kit.wire import Json, iso
from evals.standins.vendors.shopify.paging import GraphError

NEEDED = {"ORDERS": "read_orders", "REFUNDS": "read_orders", "CUSTOMERS": "read_customers", "PRODUCTS": "read_products", "INVENTORY": "read_inventory"}  # fmt: skip
"""The scope that topics of a kind need [K]."""


class Subscriptions:
    """Those of one app in one shop. They do not expire."""

    def __init__(self, clock: VirtualClock, faults: Faults, begin: Callable[[], None]) -> None:
        self.kept: dict[str, Json] = {}
        self._clock = clock
        self._faults = faults
        self._begin = begin
        self._made = 0

    def lose(self) -> None:
        """Forget all, as after deliveries that failed too often (vendor-facts §1 [S])."""
        self.kept.clear()

    def addresses(self, topic: str) -> list[str]:
        """Who is told of a topic, as deliveries name it: `orders/updated`."""
        name = topic.replace("/", "_").upper()
        return [str(each["uri"]) for each in self.kept.values() if each["topic"] == name]

    def resolvers(self, scopes: Sequence[str] | None) -> dict[str, Callable[..., Json]]:
        """The root's fields, for a token with these scopes; None for a custom app's, which may all."""

        def create(_info: Any, topic: str, webhookSubscription: Json) -> Json:  # noqa: N803  GraphQL's own name
            self._allow()
            uri = str(webhookSubscription.get("uri") or "")
            needed = NEEDED.get(topic.partition("_")[0])
            if scopes is not None and needed is not None and needed not in scopes:
                return _refused("topic", "You cannot create a webhook subscription with the specified topic")
            if any(each["topic"] == topic and each["uri"] == uri for each in self.kept.values()):
                return _refused("webhookSubscription", "Address for this topic has already been taken")
            if not uri.startswith(("https://", "http://127.0.0.1")):
                return _refused("webhookSubscription", "Address is invalid")
            self._made += 1
            made = {
                "id": f"gid://shopify/WebhookSubscription/{9_000_000_000 + self._made}",
                "topic": topic,
                "uri": uri,
                "createdAt": iso(self._clock.now()),
            }
            self.kept[made["id"]] = made
            self._begin()
            return {"webhookSubscription": made, "userErrors": []}

        def delete(_info: Any, id: str) -> Json:  # noqa: A002  GraphQL's own name
            self._allow()
            if self.kept.pop(id, None) is None:
                error = {"field": ["id"], "message": "Webhook subscription does not exist"}
                return {"deletedWebhookSubscriptionId": None, "userErrors": [error]}
            return {"deletedWebhookSubscriptionId": id, "userErrors": []}

        def listed(_info: Any, **arguments: Any) -> Json:
            self._allow()
            first, after = int(arguments.get("first") or 50), arguments.get("after")
            ids = sorted(self.kept)
            rest = [each for each in ids if after is None or each > after]
            page = [self.kept[each] for each in rest[:first]]
            end = page[-1]["id"] if page else None
            info = {"hasNextPage": len(rest) > first, "hasPreviousPage": after is not None, "endCursor": end}
            return {"nodes": page, "edges": [{"cursor": each["id"], "node": each} for each in page], "pageInfo": info}

        return {
            "webhookSubscriptionCreate": create,
            "webhookSubscriptionDelete": delete,
            "webhookSubscriptions": listed,
        }

    def _allow(self) -> None:
        if self._faults.take_subscribing():
            raise GraphError("Access denied for webhookSubscriptions field.", "ACCESS_DENIED")


def _refused(field: str, message: str) -> Json:
    return {"webhookSubscription": None, "userErrors": [{"field": [field], "message": message}]}
