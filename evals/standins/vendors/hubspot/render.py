"""The world as HubSpot's CRM objects: every property is a string or null (vendor-facts §4 [R])."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from evals.standins.vendors.kit.wire import Json, iso
from evals.standins.vendors.world import World
from evals.standins.vendors.world.things import HOME, Company, Customer, Deal, Product, Thing

PORTAL = 48_215_776
BASE = {"contacts": 151, "companies": 9_400_000_000, "deals": 18_700_000_000, "products": 2_310_000_000}
KINDS: dict[str, type[Thing]] = {"contacts": Customer, "companies": Company, "deals": Deal, "products": Product}
TYPE_IDS = {"0-1": "contacts", "0-2": "companies", "0-3": "deals", "0-7": "products"}
STAGES = {"qualified": "qualifiedtobuy", "proposal": "presentationscheduled", "won": "closedwon", "lost": "closedlost"}
DEFAULTS = {
    "contacts": ("email", "firstname", "lastname"),
    "companies": ("domain", "name"),
    "deals": ("amount", "closedate", "dealname", "dealstage", "pipeline"),
    "products": ("description", "name", "price"),
}
"""What comes where no `properties` are named, beside the dates and the id."""


@dataclass(frozen=True)
class Record:
    id: str
    properties: dict[str, str | None]
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    links: dict[str, list[str]]


def ident(kind: str, number: int) -> str:
    return str(BASE[kind] + 50 * number)


def stamp(at: datetime) -> str:
    return iso(at, "milliseconds")


def changed_field(kind: str) -> str:
    """Contacts have a name of their own for it (vendor-facts §4 [R])."""
    return "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"


def properties_of(world: World, kind: str, thing: Thing) -> dict[str, str | None]:
    del world
    made: dict[str, str | None] = {
        "hs_object_id": ident(kind, thing.number),
        "createdate": stamp(thing.created_at),
        changed_field(kind): stamp(thing.updated_at),
    }
    match thing:
        case Customer():
            made |= {
                "email": thing.email,
                "firstname": thing.first,
                "lastname": thing.last,
                "phone": thing.phone,
                "company": thing.company,
                "address": thing.street,
                "city": thing.city,
                "state": thing.region,
                "zip": thing.postcode,
                "country": thing.country,
                "lifecyclestage": "customer",
                "hs_lead_status": None,
                "message": thing.note,
            }
        case Company():
            made |= {
                "name": thing.name,
                "domain": thing.domain,
                "city": thing.city,
                "country": thing.country,
                "industry": thing.industry,
            }
        case Deal():
            made |= {
                "dealname": thing.title,
                "amount": None if thing.amount is None else f"{thing.amount:f}",
                "deal_currency_code": thing.currency,
                "dealstage": STAGES[thing.stage],
                "pipeline": "default",
                "closedate": f"{thing.closes_on.isoformat()}T00:00:00Z",
                "hs_is_closed_won": str(thing.stage == "won").lower(),
                "hubspot_owner_id": "71234567",
            }
        case Product():
            first = thing.variants[0]
            made |= {
                "name": thing.title,
                "description": thing.description,
                "price": f"{first.prices[HOME]:f}",
                "hs_sku": first.sku,
                "hs_cost_of_goods_sold": f"{first.cost:f}",
                "hs_product_type": "inventory",
            }
        case _:
            raise KeyError(kind)
    return made


def records(world: World, kind: str) -> list[Record]:
    """In the order of their ids, archived ones too. Raises KeyError for a kind that there is not."""
    return [
        Record(
            ident(kind, thing.number),
            properties_of(world, kind, thing),
            thing.created_at,
            thing.updated_at,
            thing.deleted_at,
            _links(thing),
        )
        for thing in world.every(KINDS[kind])
    ]


def _links(thing: Thing) -> dict[str, list[str]]:
    if isinstance(thing, Deal):
        return {"contacts": [ident("contacts", thing.customer)], "companies": [ident("companies", thing.company)]}
    return {}


def record(kind: str, found: Record, names: Iterable[str], links: Iterable[str] = ()) -> Json:
    """With the named properties only; one that has no value is null, one that does not exist is left out."""
    wanted = [*(list(names) or DEFAULTS[kind]), "hs_object_id", "createdate", changed_field(kind)]
    made: Json = {
        "id": found.id,
        "properties": {name: found.properties[name] for name in sorted(set(wanted)) if name in found.properties},
        "createdAt": stamp(found.created_at),
        "updatedAt": stamp(found.updated_at),
        "archived": found.archived_at is not None,
        "url": f"https://app.hubspot.com/contacts/{PORTAL}/record/{kind}/{found.id}",
    }
    if found.archived_at is not None:
        made["archivedAt"] = stamp(found.archived_at)
    joined = {
        to: {
            "results": [
                {"id": each, "type": f"{kind.removesuffix('s')}_to_{to.removesuffix('s')}"} for each in found.links[to]
            ]
        }
        for to in links
        if found.links.get(to)
    }
    return {**made, "associations": joined} if joined else made
