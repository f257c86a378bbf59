"""Of what several vendors tell of: being one lowers no score, and saying something else does."""

from typing import Any

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import Order, Product
from tests.lineage.test_quality import measure, of
from tests.resolution.sources import Sources, contact, customer, order, product
from tests.resolution.test_products import OTHERS
from tools.kit.workers import Workers
from tools.resolution.service import ResolutionService

pytestmark = pytest.mark.anyio
ANN = {"name": "Ann Flores", "email": "ann@flores.ie", "phone": "+353 1 234 5678"}
BEN = {"name": "Ben Gray", "email": "ben@gray.ie", "phone": "+353 1 765 4321"}


@pytest.fixture
def sources(database: Database, actor: Actor) -> Sources:
    return Sources(database, actor)


@pytest.fixture
def service(database: Database, workers: Workers) -> ResolutionService:
    return ResolutionService(database, workers)


async def test_customers_and_goods_that_were_found_to_be_one_are_no_duplicates(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    for vendor in ("shopify", "stripe", "quickbooks"):
        await sources.sync(
            vendor, customer(f"{vendor}-1", **ANN), customer(f"{vendor}-2", **BEN),
            product(f"{vendor}-m", "Blue Mug", sku="MUG-1"), contact(f"{vendor}-c", name="Cy Poe", email="cy@poe.ie"),
        )  # fmt: skip
    before = await measure(database, actor)
    assert of(before, "customer").uniqueness == pytest.approx(1 / 3, abs=1e-4)
    await service.resolve(actor)
    after = await measure(database, actor)
    assert {of(after, kind).uniqueness for kind in ("customer", "product", "contact")} == {1.0}
    assert {of(after, kind).freshness for kind in ("customer", "product")} == {1.0}


async def test_two_shops_may_number_their_orders_alike_and_one_may_not(
    sources: Sources, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", order("1001", goods={"Mug": 10}), order("1002", goods={"Mug": 10}))
    await sources.sync("square", order("1001", goods={"Rug": 80}, at="2026-03-01T12:00"))
    assert of(await measure(database, actor), "order").uniqueness == 1.0
    await sources.sync("xero", order("7", goods={"Tea": 1}), order("8", goods={"Tea": 2}))
    async with database.write(actor) as uow:
        for one in await uow.session.scalars(select(Order).where(Order.number.in_(("7", "8")))):
            one.number = "7"
    assert of(await measure(database, actor), "order").uniqueness == pytest.approx(4 / 5, abs=1e-4)


async def test_accuracy_is_how_far_vendors_agree_on_who_is_one(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    hub = await sources.connector("hubspot")
    await sources.sync(hub, customer("h1", **ANN), customer("h2", **BEN))
    shop = await sources.connector("shopify")
    # Written otherwise, Ann's number is the same; Ben's is another one.
    await sources.sync(
        shop,
        customer("s1", **{**ANN, "phone": "00353-1-2345678"}),
        customer("s2", **{**BEN, "phone": "+353 1 999 0000"}),
    )
    await service.resolve(actor)
    report = await measure(database, actor, detail="fields")
    assert (of(report, "customer").accuracy_by, of(report, "customer").compared) == ("sources", 4)
    assert of(report, "customer").accuracy == 0.75
    assert {one.name: one.disputed for one in of(report, "customer").fields}["phone"] == 1
    assert (of(report, "customer", hub).accuracy, of(report, "customer", shop).accuracy) == (1.0, 0.5)


async def test_a_price_that_the_books_hold_otherwise_is_a_dispute(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    mug: dict[str, Any] = {"sku": "MUG-1", "barcode": "4006381333931"}
    await sources.sync("shopify", product("m", "Blue Mug", price=12, **mug))
    await sources.sync("xero", product("x", "Blue Mug", price=13, **mug))
    await service.resolve(actor)
    goods = of(await measure(database, actor), "product")
    assert (goods.compared, goods.accuracy) == (2, 0.5)


async def test_sizes_that_the_books_hold_as_goods_dispute_no_price(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    sizes = {"M": ("4006381333931", 40), "L": ("4006381333948", 45)}
    await sources.sync(
        "shopify", *OTHERS,
        *(product("s1", "Linen Shirt", variant=size, sku=f"LIN-SHI-{size}0", barcode=code, price=price) for size, (code, price) in sizes.items()),
    )  # fmt: skip
    await sources.sync(
        "quickbooks",
        *(product(f"b{size}", f"Linen Shirt {size}", sku=f"LIN-SHI-{size}0", price=price) for size, (_, price) in sizes.items()),
    )  # fmt: skip
    await service.resolve(actor)
    async with database.read(actor) as uow:
        merged = select(func.count()).where(Product.merged_into_id.is_not(None))
        assert await uow.session.scalar(merged) == 3
    goods = of(await measure(database, actor), "product")
    assert (goods.compared, goods.accuracy_by) == (0, "rules")
