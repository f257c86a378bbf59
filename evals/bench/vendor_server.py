"""A large Stripe account as a process of its own: `python -m evals.bench.vendor_server`, until its input ends.

It prints where it is, its key and how many objects each list has. It has no limits, and each answer is made once and
kept: what is measured is who reads it, not who tells it.
"""
# ruff: noqa: T201 - a command

import json
import sys
from collections.abc import Callable
from typing import Any

from starlette.routing import Route

from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, Handler
from evals.standins.vendors.kit.wire import Json
from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.stripe.server import PATHS, Row
from evals.standins.vendors.world import build_world


class LargeStripe(StripeStandIn):
    """Stripe's stand-in over a business that stands still."""

    def __init__(self, customers: int, orders: int) -> None:
        self._lists: dict[str, list[Row]] = {}
        self._by_id: dict[str, Json] = {}
        super().__init__(build_world(customers=customers, orders=orders), limits=())

    def api(
        self,
        path: str,
        handler: Handler,
        methods: tuple[str, ...] = ("GET",),
        cost: Callable[[Asked], int] | None = None,
    ) -> Route:
        kept: dict[tuple[str, Any], Answer] = {}

        def answer(asked: Asked) -> Answer:
            key = (asked.path, asked.query)
            if key not in kept:
                made = handler(asked)
                kept[key] = Answer(made.content(), made.status, made.headers, made.content_type)
            one = kept[key]
            return Answer(one.body, one.status, dict(one.headers), one.content_type)

        return super().api(path, answer if methods == ("GET",) else handler, methods, cost)

    def counts(self) -> dict[str, int]:
        """How many objects each list has; all of them are made by then."""
        return {path: len(self._rows(path)) for path in PATHS}

    def _rows(self, path: str) -> list[Row]:
        if path not in self._lists:
            self._lists[path] = super()._rows(path)
        return self._lists[path]

    def _expansion(self, row: Json, field: str, asked_for: str) -> Any:
        if field != "balance_transaction":
            return super()._expansion(row, field, asked_for)
        if not self._by_id:
            self._by_id = {one["id"]: one for _, one in self._rows("balance_transactions")}
        return self._by_id.get(row[field], row[field])


if __name__ == "__main__":
    with LargeStripe(customers=int(sys.argv[1]), orders=int(sys.argv[2])) as server:
        print(json.dumps({"origin": server.origin, "key": server.key, "counts": server.counts()}), flush=True)
        sys.stdin.read()
