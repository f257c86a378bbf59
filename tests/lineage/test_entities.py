"""A field is followed to the raw record that says it, and to the place in it."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.world import World
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.commerce import Customer, Order, OrderLine, Product, Transaction
from storage.models.ingestion import RawRecord
from tests.lineage.conftest import Import
from tests.resolution.sources import Sources, customer
from tests.sync.conftest import Synced
from tools.kit.workers import Workers
from tools.lineage.entities import lineage_of
from tools.lineage.schemas import EntityLineage, FieldLineage
from tools.resolution.service import ResolutionService

pytestmark = pytest.mark.anyio

ORDERS = """\
Order ID,Order Date,Customer Name,E-mail,Phone,City,Country,Product,SKU,Quantity,Unit Price,Discount
A1,2026-10-01,Ann Lee,ann@example.com,+49 30 1,Berlin,Germany,Blue mug,BM1,2,10.50,1.00
A1,2026-10-01,Ann Lee,ann@example.com,+49 30 1,Berlin,Germany,Red mug,RM1,1,5.50,0
A2,2026-10-02,Bob Ray,bob@example.com,,Paris,France,Red mug,RM1,3,5.50,0
"""


async def trace(database: Database, actor: Actor, kind: str, id_: str) -> EntityLineage:
    async with database.read(actor) as uow:
        return await lineage_of(uow, kind, id_)


async def ids(database: Database, actor: Actor, model: Any, *where: Any) -> list[str]:
    async with database.read(actor) as uow:
        return list(await uow.session.scalars(select(model.id).where(*where).order_by(model.id)))


def field(made: EntityLineage, name: str) -> FieldLineage:
    return next(one for one in made.fields if one.name == name)


def leaf_of(payload: Any, pointer: str) -> Any:
    """What stands at a JSON pointer, read apart from the product."""
    for escaped in pointer.split("/")[1:]:
        step = escaped.replace("~1", "/").replace("~0", "~")
        payload = payload[int(step)] if isinstance(payload, list) else payload[step]
    return payload


@pytest.mark.parametrize(("vendor", "limits"), [("xero", ("no_training",)), ("stripe", ()), ("files", ())])
async def test_what_a_vendors_terms_forbid_travels_with_its_rows(
    database: Database, actor: Actor, vendor: str, limits: tuple[str, ...]
) -> None:
    await Sources(database, actor).sync(vendor, customer("c1", name="Ann Lee"))
    [ann] = await ids(database, actor, Customer)
    [record] = (await trace(database, actor, "customer", ann)).records
    assert record.usage_limits == limits


# ── a vendor's objects ───────────────────────────────────────────────────────────────────────────────────────


async def test_every_field_of_a_charge_leads_to_its_leaf(shop: Synced, database: Database, actor: Actor) -> None:
    await shop.sync()
    [charge, *_] = await ids(
        database, actor, Transaction, Transaction.kind == "charge", Transaction.settled_micros.is_not(None)
    )
    made = await trace(database, actor, "transaction", charge)
    expected = {
        "amount": ["/amount"],
        "currency": ["/currency"],
        "status": ["/status"],
        "occurred_at": ["/created"],
        "occurred_on": ["/created"],
        "account": ["/object"],
        "counterparty": ["/billing_details/name"],
        "customer": ["/customer"],
        "settled": ["/balance_transaction/currency", "/balance_transaction/amount"],
        "settled_currency": ["/balance_transaction/currency"],
    }
    for name, pointers in expected.items():
        one = field(made, name)
        assert one.origin is not None, name
        assert [leaf.pointer for leaf in one.origin.leaves][: len(pointers)] == pointers, name
    [record] = made.records
    assert (record.object, record.source_type, record.version) == ("charge", "stripe", 1)
    assert field(made, "amount").origin.rule == "charge.transaction.amount"  # pyright: ignore[reportOptionalMemberAccess]
    assert field(made, "kind").origin is not None  # the mapping says it, and no leaf
    assert field(made, "kind").origin.leaves == ()  # pyright: ignore[reportOptionalMemberAccess]


async def test_what_stands_at_each_leaf_is_what_the_raw_record_holds(
    shop: Synced, database: Database, actor: Actor
) -> None:
    await shop.sync()
    looked_at = 0
    for model in (Transaction, Customer, Order, OrderLine, Product):
        for id_ in (await ids(database, actor, model))[:8]:
            made = await trace(database, actor, model.__tablename__, id_)
            for one in made.fields:
                for reading in (one.origin, *one.alternatives):
                    if reading is None:
                        continue
                    async with database.read(actor) as uow:
                        raw = await uow.session.scalar(
                            select(RawRecord.payload).where(RawRecord.id == reading.record_id)
                        )
                    for leaf in reading.leaves:
                        assert leaf_of(orjson.loads(raw or ""), leaf.pointer) == leaf.value
                        looked_at += 1
    assert looked_at > 200


async def test_no_value_of_a_synced_row_is_without_its_record_but_what_the_store_makes_itself(
    shop: Synced, database: Database, actor: Actor
) -> None:
    await shop.sync()
    made_here = {"line_no", "discount"}  # a number within the order, and the nought of an order without a discount
    for model in (Transaction, Customer, Order, OrderLine, Product):
        for id_ in (await ids(database, actor, model))[:25]:
            made = await trace(database, actor, model.__tablename__, id_)
            loose = {one.name: one.value for one in made.fields if one.value is not None and one.origin is None}
            assert loose.keys() <= made_here, (model.__name__, loose)
            assert loose.get("discount", "0.00") in ("0.00", "0", "0.000")


async def test_a_price_that_came_by_another_object_than_its_product_is_followed_to_it(
    shop: Synced, database: Database, actor: Actor
) -> None:
    await shop.sync()
    [product, *_] = await ids(database, actor, Product, Product.list_price_micros.is_not(None))
    made = await trace(database, actor, "product", product)
    objects = {record.id: record.object for record in made.records}
    price, title = field(made, "list_price").origin, field(made, "title").origin
    assert price is not None
    assert title is not None
    assert (objects[price.record_id], objects[title.record_id]) == ("price", "product")


async def test_a_changed_object_shows_its_versions_and_what_the_sync_changed(
    shop: Synced, stripe: StripeStandIn, world: World, clock: FixedClock, database: Database, actor: Actor
) -> None:
    await shop.sync()
    stripe.clock.advance(3600)
    clock.at = stripe.clock.now()
    world.change(world.customers[0], phone="+49 30 1234567")
    await shop.sync()
    [customer] = await ids(database, actor, Customer, Customer.phone == "+49 30 1234567")
    made = await trace(database, actor, "customer", customer)
    newest = made.records[0]
    assert [version.version for version in newest.versions] == [2, 1]
    phone = field(made, "phone")
    assert phone.origin is not None
    assert phone.origin.record_id == newest.id
    assert [one.agrees for one in phone.alternatives] == [False]
    assert phone.confidence == 1.0  # one source, and its newest word
    [change] = made.changes
    assert {one.name: one.after for one in change.fields}["phone"] == "+49 30 1234567"


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_line_of_a_file_is_followed_to_its_columns(
    import_file: Import, database: Database, actor: Actor
) -> None:
    await import_file(ORDERS)
    [line] = await ids(database, actor, OrderLine, OrderLine.title == "Blue mug")
    made = await trace(database, actor, "order_line", line)
    [record] = made.records
    assert (record.filename, record.position, record.source_type) == ("orders.csv", 2, "file")
    net = field(made, "net")
    assert (net.value, net.currency) == ("20.00", "EUR")
    assert net.origin is not None
    assert {leaf.pointer: leaf.value for leaf in net.origin.leaves} == {
        "/Unit Price": "10.50",
        "/Quantity": "2",
        "/Discount": "1.00",
    }
    ordered = field(made, "ordered_on").origin
    assert ordered is not None
    assert [leaf.value for leaf in ordered.leaves] == ["2026-10-01"]


async def test_an_order_is_read_from_all_rows_of_the_file_that_make_it(
    import_file: Import, database: Database, actor: Actor
) -> None:
    await import_file(ORDERS)
    [order] = await ids(database, actor, Order, Order.number == "A1")
    made = await trace(database, actor, "orders", order)
    assert sorted(record.position or 0 for record in made.records) == [2, 3]
    number = field(made, "number").origin
    assert number is not None
    assert number.rule == "order_id (of 2 rows of the file)"
    discount = field(made, "discount")
    assert Decimal(str(discount.value)) == 0


async def test_a_phone_that_a_file_and_stripe_tell_differently_shows_both(
    shop: Synced, import_file: Import, clock: FixedClock, database: Database, actor: Actor
) -> None:
    await shop.sync()
    async with database.read(actor) as uow:
        statement = select(Customer.id, Customer.name, Customer.email).where(
            Customer.email.is_not(None), Customer.phone.is_not(None)
        )
        id_, name, email = (await uow.session.execute(statement.order_by(Customer.id).limit(1))).one()
    clock.at = clock.at.replace(year=clock.at.year + 1)
    await import_file(f"Name,E-mail,Phone,Segment\n{name},{email},+49 89 777,Wholesale\n", "customers.csv")
    made = await trace(database, actor, "customer", id_)
    mail, phone, segment = field(made, "email"), field(made, "phone"), field(made, "segment")
    told = {reading.source for reading in (mail.origin, *mail.alternatives) if reading is not None}
    assert len(told) == 2
    assert mail.confidence == 1.0
    assert phone.origin is not None
    assert (phone.value, phone.origin.leaves[0].pointer) == ("+49 89 777", "/Phone")
    assert [reading.agrees for reading in phone.alternatives][:1] == [False]
    assert phone.confidence == 0.5
    assert segment.confidence == 1.0
    assert {one.name for change in made.changes for one in change.fields} >= {"phone", "segment"}


async def test_what_half_of_a_customers_profiles_say_is_half_sure(
    shop: Synced, world: World, workers: Workers, database: Database, actor: Actor
) -> None:
    """A row may stand for several objects of one source, each with a newest record of its own."""
    one, two = world.customers[:2]
    for who, mail in ((one, "thea@postbox.ie"), (two, "thea.second@postbox.ie")):
        world.change(
            who, first="Thea", last="Quellenberg", company=None, email=mail, phone="+49 30 5550199", street="Lindenweg 9", city="Bonn",
            postcode="53111", country="DE", region=None,
        )  # fmt: skip
    await shop.sync()
    await ResolutionService(database, workers).resolve(actor)
    [whole] = await ids(database, actor, Customer, Customer.email.like("thea%"), Customer.created_by_batch_id.is_(None))
    made = await trace(database, actor, "customer", whole)
    assert (field(made, "email").confidence, field(made, "phone").confidence) == (0.5, 1.0)


# ── who may see it ───────────────────────────────────────────────────────────────────────────────────────────


async def test_another_tenant_and_unknown_kinds_are_not_found(
    import_file: Import, database: Database, actor: Actor, other_actor: Actor
) -> None:
    await import_file(ORDERS)
    [order] = await ids(database, actor, Order, Order.number == "A1")
    for who, kind, id_ in ((other_actor, "order", order), (actor, "order", "nope"), (actor, "user", order)):
        with pytest.raises(CopilotError) as refused:
            await trace(database, who, kind, id_)
        assert refused.value.kind is ErrorKind.NOT_FOUND


async def test_an_import_that_is_taken_back_tells_nothing_any_more(
    import_file: Import, imports: Any, database: Database, actor: Actor
) -> None:
    await import_file(ORDERS)
    second = await import_file("Name,E-mail,Segment\nAnn Lee,ann@example.com,Gold\n", "people.csv")
    [customer] = await ids(database, actor, Customer, Customer.email == "ann@example.com")
    assert len((await trace(database, actor, "customer", customer)).records) == 2
    await imports.undo(actor, second.file_id)
    made = await trace(database, actor, "customer", customer)
    assert len(made.records) == 1
    assert field(made, "segment").value is None
    assert made.changes == ()
