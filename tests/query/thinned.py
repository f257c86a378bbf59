"""A shop of the readings in a database: every value of its files, and as few of their lines as that takes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from evals.shops import shop_source
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.ids import new_id
from storage.models.commerce import Address, Customer, Order, OrderLine, Product, Refund
from tests.facts import Facts

MILLION = 1_000_000
_PLACE, _THING = ("city", "state", "region", "country"), ("category", "subcategory", "supplier")
_OF_ORDER = ("channel", "salesperson", "ship_method")


def few_lines(shop: str) -> Iterator[dict[str, Any]]:
    """Lines of a shop's files until every value has been seen, and those of the first and the last day."""
    lines = shop_source(shop).load().lines.sort("day")
    seen: set[tuple[str, Any]] = set()
    ends = {lines["day"].min(), lines["day"].max()}
    for line in lines.iter_rows(named=True):
        values = {(key, line[key]) for key in ("product", "customer", "segment", *_PLACE, *_THING, *_OF_ORDER)}
        if values - seen or line["day"] in ends:
            seen |= values
            yield line


async def write_few(database: Database, actor: Actor, shop: str) -> set[str]:
    """Writes them, every amount known, each with a refund of a unit. Returns the values of all dimensions."""
    things: dict[tuple[str, str], Any] = {}
    values: set[str] = set()
    facts = Facts()
    async with database.write(actor) as uow:

        def one(kind: type[Any], name: str, /, **fields: Any) -> Any:
            if (kind.__name__, name) not in things:
                things[kind.__name__, name] = kind(id=new_id(), **fields)
                uow.add(things[kind.__name__, name])
            values.update(str(value) for value in fields.values() if value)
            return things[kind.__name__, name]

        for n, line in enumerate(few_lines(shop)):
            place = {key: line[key] for key in _PLACE}
            address = one(Address, str(place), content_hash=str(hash(str(place))), **place)
            who = line["customer"]
            customer = one(Customer, who, source_key=who, name=line["customer_name"], segment=line["segment"])
            what = line["product"]
            product = one(Product, what, source_key=what, title=what, **{key: line[key] for key in _THING})
            at = datetime.combine(line["day"], datetime.min.time(), UTC)
            order = facts.add(Order, source_key=f"o{n}", number=f"n{n}", customer_id=customer.id, address_id=address.id, ordered_at=at,
                ordered_on=line["day"], currency="EUR", shipping_micros=MILLION, tax_micros=MILLION,
                **{key: line[key] for key in _OF_ORDER},
            )  # fmt: skip
            of_line = {"order_id": order, "product_id": product.id, "title": what, "currency": "EUR"}
            facts.add(
                OrderLine,
                source_key=f"l{n}", ordered_on=line["day"], line_no=1, quantity_e6=2 * MILLION, discount_micros=MILLION,
                gross_micros=9 * MILLION, net_micros=8 * MILLION, cost_micros=5 * MILLION, **of_line,
            )  # fmt: skip
            facts.add(
                Refund,
                source_key=f"r{n}", customer_id=customer.id, refunded_at=at, refunded_on=line["day"],
                amount_micros=4 * MILLION, quantity_e6=MILLION, cost_micros=2 * MILLION, **of_line,
            )  # fmt: skip
            values.update(str(line[key]) for key in _OF_ORDER if line[key])
        await uow.flush()
        await facts.write(uow)
    return values
