"""Square's events and webhooks: some carry the object, orders and the catalogue only a hint (vendor-facts §3 [V])."""

import base64
import hashlib
import hmac

from evals.standins.vendors.kit.webhooks import Draft
from evals.standins.vendors.kit.wire import HEX, Json, identifier
from evals.standins.vendors.square import render
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import Customer, Invoice, Order, Payment, Product, Refund, Thing


def type_of(change: Change) -> str | None:
    if change.kind == "product":
        return "catalog.version.updated"
    if change.kind in {"customer", "order", "payment", "refund", "invoice"}:
        return f"{change.kind}.{change.action}"
    return None


def event(world: World, change: Change) -> Json:
    """Raises KeyError for things that Square has no event for."""
    kind, thing = type_of(change), change.thing
    if kind is None:
        raise KeyError(change.kind)
    data = _data(world, change, thing)
    made: Json = {
        "merchant_id": render.MERCHANT,
        "type": kind,
        "event_id": _guid(f"{change.sequence}-{kind}"),
        "created_at": render.stamp(change.at),
        "data": data,
    }
    currency: str | None = getattr(thing, "currency", None)
    if currency is not None and not isinstance(thing, Customer):
        made["location_id"] = render.location_id(currency)
    return made


def _guid(key: str) -> str:
    raw = identifier("square-event", key, length=32, alphabet=HEX)
    return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"


def _data(world: World, change: Change, thing: Thing) -> Json:
    match thing:
        case Product():
            return {
                "type": "catalog",
                "id": "",
                "object": {"catalog_version": {"updated_at": render.stamp(change.at)}},
            }
        case Order():
            hint = {
                "order_id": render.ident("order", thing.number),
                "version": render.version(world, thing),
                "state": render.order(world, thing)["state"],
                "location_id": render.location_id(thing.currency),
                "created_at": render.stamp(thing.created_at),
                "updated_at": render.stamp(thing.updated_at),
            }
            name = f"order_{change.action}"
            return {"type": name, "id": hint["order_id"], "object": {name: hint}}
        case Customer():
            profile = render.customer(world, thing)
            gone = {"deleted": True} if change.action == "deleted" else {}
            return {"type": "customer", "id": profile["id"], **gone, "object": {"customer": profile}}
        case Payment():
            paid = render.payment(world, thing)
            return {"type": "payment", "id": paid["id"], "object": {"payment": paid}}
        case Refund():
            back = render.refund(world, thing)
            return {"type": "refund", "id": back["id"], "object": {"refund": back}}
        case Invoice():
            asked = render.invoice(world, thing)
            return {"type": "invoice", "id": asked["id"], "object": {"invoice": asked}}
        case _:
            raise KeyError(change.kind)


def revoked(at: str) -> Json:
    """The owner took the authorization back: the connection is at its end."""
    return {
        "merchant_id": render.MERCHANT,
        "type": "oauth.authorization.revoked",
        "event_id": _guid(f"revoked-{at}"),
        "created_at": at,
        "data": {
            "type": "revocation",
            "id": _guid(at),
            "object": {"revocation": {"revoked_at": at, "revoker_type": "MERCHANT"}},
        },
    }


def sign(draft: Draft) -> dict[str, str]:
    """base64(HMAC-SHA256(key, notification URL + raw body)) (vendor-facts §3 [V])."""
    mark = hmac.new(draft.keys[0].encode(), draft.url.encode() + draft.body, hashlib.sha256).digest()
    return {"x-square-hmacsha256-signature": base64.b64encode(mark).decode(), "square-environment": "Sandbox"}
