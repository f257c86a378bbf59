"""Stripe's events from the world's journal: kept for 30 days, newest first (vendor-facts §2 [V])."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from evals.standins.vendors.kit.wire import Json, identifier, unix
from evals.standins.vendors.stripe import render
from evals.standins.vendors.stripe.idents import ident
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import Invoice, Kind, Payment, Refund

KEPT = timedelta(days=30)  # vendor-facts §2 [V]

RENDERERS: dict[Kind, Callable[[World, Any], Json]] = {
    "customer": render.customer,
    "product": render.product,
    "payment": render.charge,
    "refund": render.refund,
    "payout": render.payout,
    "invoice": render.invoice,
}


def types_of(change: Change) -> tuple[str, ...]:
    """The types of the events that a change gives; most things of the world are not Stripe's."""
    if change.kind in {"customer", "product"}:
        return (f"{change.kind}.{change.action}",)
    if isinstance(change.thing, Payment):
        first = "charge.succeeded" if change.thing.status == "succeeded" else "charge.failed"
        return (first if change.action == "created" else "charge.updated",)
    if change.kind == "refund" and change.action == "created":
        return ("refund.created", "charge.refunded")
    if change.kind == "payout":
        return ("payout.created",) if change.action == "created" else ("payout.updated",)
    if isinstance(change.thing, Invoice):
        return _of_invoice(change, change.thing)
    return ()


def _of_invoice(change: Change, invoice: Invoice) -> tuple[str, ...]:
    if change.action != "updated":
        return (f"invoice.{change.action}",)
    after = {"paid": ("invoice.paid",), "void": ("invoice.voided",)}.get(invoice.status, ())
    return ("invoice.updated", *after)


def events(world: World, version: str) -> list[tuple[datetime, Json]]:
    """Those of the last 30 days. An event is rendered in the version of its creation; `version` is the account's."""
    since = world.clock.now() - KEPT
    return [
        (change.at, event(world, change, kind, version))
        for change in world.journal
        if change.at >= since
        for kind in types_of(change)
    ]


def event(world: World, change: Change, kind: str, version: str) -> Json:
    data = {"object": _snapshot(world, change, kind)}
    if change.before:
        now, then = data["object"], RENDERERS[change.kind](world, replace(change.thing, **change.before))
        data["previous_attributes"] = {name: then[name] for name in then if then[name] != now.get(name)}
    return {
        "id": f"evt_{identifier('stripe', 'event', change.sequence, kind, length=24)}",
        "object": "event",
        "api_version": version,
        "created": unix(change.at),
        "data": data,
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": ident("req", change.sequence), "idempotency_key": None},
        "type": kind,
    }


def _snapshot(world: World, change: Change, kind: str) -> Json:
    if kind == "charge.refunded" and isinstance(change.thing, Refund):
        payment = render.payment_of(world, change.thing)
        if payment is not None:
            return render.charge(world, payment)
    return RENDERERS[change.kind](world, change.thing)
