"""Customers of several sources who are one person are one customer; those who are two stay two."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import Customer, Order
from storage.models.relations import Contact
from storage.repositories.resolution import MERGED
from tests.resolution.sources import Sources, contact, customer, order
from tools.kit.workers import Workers
from tools.lineage.entities import lineage_of
from tools.resolution.schemas import DuplicatesRequest, MergeRequest, SplitRequest
from tools.resolution.service import ResolutionService

pytestmark = pytest.mark.anyio
MAYA = {"name": "Maya Okafor", "email": "maya.okafor@gmail.com"}


@pytest.fixture
def service(database: Database, workers: Workers) -> ResolutionService:
    return ResolutionService(database, workers)


async def customers(database: Database, actor: Actor) -> list[Customer]:
    """As the product shows them."""
    async with database.read(actor) as uow:
        found = await uow.session.scalars(
            select(Customer).where(Customer.merged_into_id.is_(None)).order_by(Customer.name)
        )
        return list(found)


async def orders_by_customer(database: Database, actor: Actor) -> dict[str | None, int]:
    async with database.read(actor) as uow:
        statement = select(Customer.name, func.count(Order.id)).join(Order, Order.customer_id == Customer.id)
        return dict((await uow.session.execute(statement.group_by(Customer.name))).all())


async def names(database: Database, actor: Actor) -> list[str | None]:
    return [one.name for one in await customers(database, actor)]


async def test_a_person_in_shop_payments_and_crm_is_one_customer_with_all_her_orders(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", customer("s1", **MAYA, city="Lisbon"), order("1001", customer("s1", **MAYA)))
    await sources.sync("stripe", customer("cus_1", name="Maya A. Okafor", email="Maya.Okafor+shop@googlemail.com"))
    await sources.sync("square", customer("sq1", name="OKAFOR, Maya", email="mayaokafor@gmail.com"), order("5", customer("sq1", name="OKAFOR, Maya", email="mayaokafor@gmail.com"), at="2026-05-09T10:00"))  # fmt: skip
    await sources.sync(
        "hubspot", contact("h1", name="Maya Okafor", email="maya.okafor@gmail.com", phone="+351 21 123 4567")
    )
    report = await service.resolve(actor)
    assert report.buyers.groups == 1
    (maya,) = await customers(database, actor)
    assert (maya.name, maya.email) == ("Maya Okafor", "maya.okafor@gmail.com")
    assert maya.source_key.startswith(MERGED)
    assert await orders_by_customer(database, actor) == {"Maya Okafor": 2}
    async with database.read(actor) as uow:
        assert await uow.session.scalar(select(Contact.customer_id)) == maya.id


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (MAYA, {"name": "Tunde Okafor", "email": "maya.okafor@gmail.com"}),  # a couple and its mailbox
        ({"name": "John Smith Sr", "email": "smith@aol.com"}, {"name": "John Smith Jr", "email": "smith@aol.com"}),
        ({"name": "Acme Ltd", "email": "info@acme.ie"}, {"name": "Rosa Diaz", "email": "info@acme.ie"}),
        ({"name": "Guest", "email": "noreply@shop.example"}, {"name": "Guest", "email": "noreply@shop.example"}),
        ({"name": "Paul Weber", "phone": "+49 30 1234567"}, {"name": "Paula Weber", "phone": "030 1234567"}),
        ({"name": "Anna Schmidt", "city": "Berlin"}, {"name": "Anna Schmidt", "city": "Vienna"}),
        ({"email": "a@marketplace.amazon.com"}, {"email": "b@marketplace.amazon.com"}),
        ({"name": "Acme Tea Ltd", "city": "Cork"}, {"name": "Acme Tea LLP", "city": "Cork"}),
        ({"name": "Acme Tea Ltd", "email": "info@acmetea.ie"}, {"name": "Acme Tea", "email": "sales@acmetea.com"}),
        ({"name": "Acme Tea Ltd", "email": "ann@acmetea.ie"}, {"email": "ann@acmetea.ie", "phone": "+353 87 123 4567"}),
        ({"name": "Ann Byrne", "email": "byrnefamily@aol.com"}, {"email": "byrnefamily@aol.com"}),
        ({"name": "Ann Byrne", "email": "tom.byrne@aol.com"}, {"email": "tom.byrne@aol.com"}),
        ({"name": "Al Roe Jr", "line1": "1 Elm St", "city": "Cork"}, {"name": "Al Roe", "line1": "1 Elm St", "city": "Cork"}),
    ],
)  # fmt: skip
async def test_who_may_be_two_stays_two(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor, one: Any, two: Any
) -> None:
    await sources.sync("shopify", customer("a", **one), *crowd())
    await sources.sync("stripe", customer("b", **two))
    await service.resolve(actor)
    assert len(await customers(database, actor)) == len(crowd()) + 2


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"name": "Bob Marsh", "email": "bm@aol.com"}, {"name": "Robert Marsh", "email": "bm@aol.com"}),
        ({"name": "José Núñez", "phone": "+34 612 345 678"}, {"name": "JOSE NUNEZ", "phone": "0034612345678"}),
        ({"name": "Li Wei", "email": "lw@qq.com"}, {"name": "Wei Li", "email": "lw@qq.com"}),
        ({"name": "Ana Brown", "email": "anab@aol.com"}, {"name": "Ana Green", "email": "anab@aol.com", "phone": ""}),
        ({"name": "Jürgen Müller", "city": "Köln", "postal_code": "50667", "line1": "Domstr. 3"}, {"name": "Juergen Mueller", "city": "Koeln", "postal_code": "50667", "line1": "Domstraße 3"}),
        ({"name": "Harbour Tea Ltd", "email": "info@harbourtea.ie"}, {"name": "Harbour Tea", "email": "orders@harbourtea.ie"}),
        ({"email": "solo@proton.me"}, {"name": "Solo Person", "email": "solo@proton.me"}),
        ({"name": "Acme Roofing"}, {"name": "ACME Roofing Ltd", "email": "info@acmeroofing.ie"}),
        ({"name": "Roe Bros. Ltd", "phone": "+353 1 234 5678"}, {"name": "Roe Brothers", "phone": "+35312345678"}),
        ({"name": "Ann Lee, Harbour Tea Ltd", "phone": "+353 1 234 5678"}, {"name": "Ann Lee", "phone": "+35312345678"}),
        ({"name": "A. Perez Garcia", "email": "cat7@aol.com"}, {"name": "Ana Perez Garcia", "email": "cat7@aol.com"}),
        ({"name": "J Byrne", "email": "john.byrne@aol.com", "line1": "1 Elm St", "city": "Cork"}, {"name": "John Byrne", "line1": "1 Elm Street", "city": "Cork"}),
    ],
)  # fmt: skip
async def test_who_is_one_in_other_words_is_one(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor, one: Any, two: Any
) -> None:
    await sources.sync("shopify", customer("a", **one), *crowd())
    await sources.sync("stripe", customer("b", **two))
    await service.resolve(actor)
    assert len(await customers(database, actor)) == len(crowd()) + 1


FATHER = {"name": "John Roe", "email": "john.roe@aol.com", "phone": "+353 87 123 4567"}
SON = {"name": "John Roe", "email": "jroe99@gmail.com", "phone": "+353 87 765 4321"}


async def test_who_says_no_more_than_the_name_and_the_house_of_two_is_neither_of_them(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    house = {"line1": "7 Elm Street", "city": "Cork", "postal_code": "T12 A1B2"}
    await sources.sync("shopify", customer("f", **FATHER, **house), customer("s", **SON, **house), *crowd())
    await sources.sync("stripe", customer("f", **FATHER), customer("s", **SON), customer("x", name="John Roe", **house))
    await service.resolve(actor)
    roes = [one for one in await customers(database, actor) if one.name == "John Roe"]
    assert sorted(one.email or "" for one in roes) == ["", "john.roe@aol.com", "jroe99@gmail.com"]
    async with database.read(actor) as uow:
        offered = (await service.duplicates(uow, DuplicatesRequest())).items
    assert any("" in (one.one.email or "", one.other.email or "") for one in offered)


async def test_a_bare_name_in_a_house_where_one_bears_it_is_that_one(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    house = {"line1": "7 Elm Street", "city": "Cork", "postal_code": "T12 A1B2"}
    await sources.sync("shopify", customer("f", **FATHER, **house), *crowd())
    await sources.sync("stripe", customer("x", name="John Roe", **house))
    await service.resolve(actor)
    assert [one.name for one in await customers(database, actor)].count("John Roe") == 1


async def test_a_later_sync_finds_who_was_there_and_changes_nothing_twice(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    shop = await sources.connector("shopify")
    await sources.sync(shop, *crowd(), customer("s1", **MAYA), order("1001", customer("s1", **MAYA)))
    await service.resolve(actor)
    await sources.sync("stripe", customer("cus_1", **MAYA))
    await service.resolve(actor)
    merged = [one for one in await customers(database, actor) if one.source_key.startswith(MERGED)]
    assert [one.name for one in merged] == ["Maya Okafor"]
    # The same again, and one order more: it is the merged customer's from the start, and no row is said to have changed.
    written = await sources.sync(shop, customer("s1", **MAYA), order("1001", customer("s1", **MAYA)), order("1002", customer("s1", **MAYA), at="2026-05-07T09:00"))  # fmt: skip
    assert (written.created, written.updated) == (1, 0)
    assert await orders_by_customer(database, actor) == {"Maya Okafor": 2}
    await service.resolve(actor)
    again = [one for one in await customers(database, actor) if one.source_key.startswith(MERGED)]
    assert [one.id for one in again] == [one.id for one in merged]


async def test_an_undo_gives_each_source_its_own_back(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", customer("s1", **MAYA), order("1001", customer("s1", **MAYA)))
    await sources.sync("square", customer("q1", **MAYA), order("5", customer("q1", **MAYA), at="2026-05-09T10:00"))
    await service.resolve(actor)
    assert len(await customers(database, actor)) == 1
    await sources.undo()
    await service.resolve(actor)
    (left,) = await customers(database, actor)
    assert not left.source_key.startswith(MERGED)
    assert await orders_by_customer(database, actor) == {"Maya Okafor": 1}


async def test_what_an_owner_says_holds_over_the_evidence_and_the_next_sync(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    shop = await sources.connector("shopify")
    await sources.sync(shop, customer("s1", **MAYA), customer("s2", name="M. O.", phone="+351 911 222 333"))
    await sources.sync("stripe", customer("cus_1", **MAYA))
    await service.resolve(actor)
    merged = next(one for one in await customers(database, actor) if one.source_key.startswith(MERGED))
    short = next(one for one in await customers(database, actor) if one.name == "M. O.")
    async with database.write(actor) as uow:
        await service.merge(uow, MergeRequest(one_id=merged.id, other_id=short.id))
    assert await names(database, actor) == ["Maya Okafor"]
    await sources.sync(shop, customer("s2", name="M. O.", phone="+351 911 222 334"))
    await service.resolve(actor)
    assert await names(database, actor) == ["Maya Okafor"]
    async with database.write(actor) as uow:
        await service.split(uow, SplitRequest(customer_id=short.id))
    assert await names(database, actor) == ["M. O.", "Maya Okafor"]
    await sources.sync(shop, customer("s2", **MAYA))
    await service.resolve(actor)
    assert len(await customers(database, actor)) == 2


async def test_another_tenants_customers_are_never_compared(
    sources: Sources, other_sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", customer("s1", **MAYA))
    await other_sources.sync("stripe", customer("cus_1", **MAYA))
    await service.resolve(actor)
    assert [one.source_key.startswith(MERGED) for one in await customers(database, actor)] == [False]


def crowd() -> Sequence[Any]:
    """Others, so that what is rare can be told."""
    streets = ("Elm", "Oak", "Lime", "Ash", "Birch")
    return [
        customer(f"c{n}", name=f"{first} {last}", email=f"{first}{n}@mail{n}.net".lower(), city="Lisbon", postal_code=f"1{n:03}", line1=f"{streets[n % 5]} Street {n}")
        for n, (first, last) in enumerate(
            (first, last)
            for first in ("Olga", "Petra", "Quinn", "Ruth", "Sven", "Uma", "Vera", "Walt")
            for last in ("Adler", "Busch", "Conti", "Dorn", "Engel", "Falk", "Gatti", "Horn")
        )
    ]  # fmt: skip


async def test_a_merged_customer_is_found_by_name_once_and_traced_to_the_records_of_all(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", customer("s1", **MAYA))
    await sources.sync(
        "stripe", customer("cus_1", name="Maya Okafor", email="maya.okafor@gmail.com", phone="+351 911 222 333")
    )
    await service.resolve(actor)
    (maya,) = await customers(database, actor)
    async with database.read(actor) as uow:
        assert await uow.lineage.named(Customer.__tablename__, "maya okafor", 5) == [(maya.id, "Maya Okafor")]
        traced = await lineage_of(uow, "customer", maya.id)
        identity = await service.identity(uow, maya.id)
    assert {record.source for record in traced.records} == {"Shopify", "Stripe"}
    assert [(one.source, one.phone) for one in identity.members] == [("shopify", None), ("stripe", "+351 911 222 333")]
    assert "the same or a like mailbox" in identity.evidence[0].evidence


async def test_what_was_not_sure_enough_is_shown_to_the_owner_and_not_put_together(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", customer("a", name="Quentin Abernathy", city="Lisbon"), *crowd())
    await sources.sync("stripe", customer("b", name="Quentin Abernathy"))
    await service.resolve(actor)
    async with database.read(actor) as uow:
        (pair,) = (await service.duplicates(uow, DuplicatesRequest())).items
    assert {pair.one.name, pair.other.name} == {"Quentin Abernathy"}
    assert 0.3 < pair.likelihood < 0.98
    assert len(await customers(database, actor)) == len(crowd()) + 2


async def test_texts_of_any_length_are_compared_in_no_time(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    endless = 100_000
    await sources.sync("shopify", customer("s1", name="a " * endless, email="a" * endless, phone="1 x" * endless))
    await sources.sync("shopify", customer("s2", name="a" + " " * endless + "b", email="b" * endless))
    await sources.sync("shopify", customer("s3", name="a" + ",CPA" * endless, email="c" * endless))
    await sources.sync("stripe", customer("cus_1", **MAYA))
    await service.resolve(actor)
    assert len(await customers(database, actor)) == 4
