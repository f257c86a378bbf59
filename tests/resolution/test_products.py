"""Products of several sources that are one are one product with all its sales, and its stock is there once."""

from typing import Any

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.commerce import Product
from storage.repositories.resolution import MERGED
from tests.resolution.sources import Sources, order, product
from tests.resolution.test_sales import figure, figures
from tools.kit.workers import Workers
from tools.resolution.schemas import DuplicatesRequest, MergeRequest, SplitProductRequest
from tools.resolution.service import ResolutionService

pytestmark = pytest.mark.anyio
EARL_GREY = "4006381333931"
OTHERS = [
    product(f"o{n}", f"{thing} {n}", price=n + 3) for n, thing in enumerate(("Teapot", "Strainer", "Kettle", "Honey"))
]


@pytest.fixture
def service(database: Database, workers: Workers) -> ResolutionService:
    return ResolutionService(database, workers)


async def products(database: Database, actor: Actor) -> list[Product]:
    """As the product shows them."""
    async with database.read(actor) as uow:
        found = await uow.session.scalars(
            select(Product).where(Product.merged_into_id.is_(None)).order_by(Product.title)
        )
        return [one for one in found if not any(one.title == other.product.title for other in OTHERS)]


async def test_a_product_of_shop_till_and_books_is_one_with_all_that_was_sold_of_it(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    here = product("s1", "Earl Grey Tea 250 g", sku="EG-250", barcode=EARL_GREY, price=9, category="Tea")
    there = product("q1", "Tea, Earl Grey 0.25kg", barcode=f"0{EARL_GREY}", price=9)
    booked = product("b1", "EARL GREY TEA 250G", sku="eg250")
    await sources.sync("shopify", *OTHERS, here, order("1001", goods={"Earl Grey Tea 250 g": 9}, listed=[here]))
    await sources.sync(
        "square", there, order("5", at="2026-05-09T10:00", goods={"Tea, Earl Grey 0.25kg": 8}, listed=[there])
    )
    await sources.sync(
        "quickbooks", booked, order("77", at="2026-05-19T10:00", goods={"EARL GREY TEA 250G": 7}, listed=[booked])
    )
    report = await service.resolve(actor)
    assert report.products.groups == 1
    (tea,) = await products(database, actor)
    assert (tea.title, tea.category, tea.list_price_micros) == ("Earl Grey Tea 250 g", "Tea", 9_000_000)
    assert tea.source_key.startswith(MERGED)
    assert await figures(database, actor, "revenue", "product") == {"Earl Grey Tea 250 g": 24}
    assert await figure(database, actor, "units") == 3
    assert await figure(database, actor, "product_count") == 1


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"title": "Mug Blue", "barcode": EARL_GREY}, {"title": "Mug Blue", "barcode": "4006381333948"}),
        ({"title": "Green Tea 250 g"}, {"title": "Green Tea 500 g"}),
        ({"title": "Green Tea 250 g", "barcode": EARL_GREY}, {"title": "Green Tea 0.5 kg", "barcode": EARL_GREY}),
        ({"title": "Candle Vanilla"}, {"title": "Candle Lavender"}),
        ({"title": "Candle Vanilla 6-pack"}, {"title": "Candle Vanilla pack of 12"}),
        ({"title": "Linen Shirt Black M"}, {"title": "Linen Shirt Black Large"}),
        ({"title": "Drill DX-200"}, {"title": "Drill DX-300"}),
        ({"title": "Mug", "sku": "1007"}, {"title": "Apron", "sku": "1007"}),
        ({"title": "Diary", "barcode": "0000000000000"}, {"title": "Pencil", "barcode": "0000000000000"}),
        ({"title": "Shampoo", "brand": "Lumina"}, {"title": "Shampoo", "brand": "Marlow"}),
    ],
)
async def test_what_may_be_two_stays_two(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor, one: Any, two: Any
) -> None:
    await sources.sync("shopify", *OTHERS, product("a", **one))
    await sources.sync("square", product("b", **two))
    await service.resolve(actor)
    assert len(await products(database, actor)) == 2


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"title": "Espresso Beans", "barcode": "036000291452"}, {"title": "Our House Roast", "barcode": "0036000291452"}),
        ({"title": "Linen Shirt Blue L", "price": 40}, {"title": "Shirt, Linen - Blue, Large", "price": 40}),
        ({"title": "Honey Soap 100 g", "sku": "SOA-HON-100"}, {"title": "Soap Honey 0.1kg", "sku": "UK-SOA-HON-100"}),
        ({"title": "T-Shirt Schwarz XL", "price": 20}, {"title": "Tee black X-Large", "price": 20}),
        ({"title": "Camomile Tea", "sku": EARL_GREY}, {"title": "Chamomile Tea", "barcode": EARL_GREY}),
    ],
)  # fmt: skip
async def test_what_is_one_in_other_words_is_one(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor, one: Any, two: Any
) -> None:
    await sources.sync("shopify", *OTHERS, product("a", **one))
    await sources.sync("square", product("b", **two))
    await service.resolve(actor)
    assert len(await products(database, actor)) == 1


async def test_two_of_one_source_are_two_unless_one_of_them_is_gone_there(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    shop = await sources.connector("shopify")
    sizes = [
        product("s1", "Honey Soap 50 g", sku="HS-0050", price=4),
        product("s2", "Honey Soap", sku="HS-0051", price=4),
    ]
    await sources.sync(shop, *OTHERS, *sizes)
    await sources.sync("square", product("q1", "Wax Candle"))
    await service.resolve(actor)
    assert [one.title for one in await products(database, actor)] == ["Honey Soap", "Honey Soap 50 g", "Wax Candle"]
    anew = [
        product("s1", "Honey Soap 50 g", sku="HS-0050", price=4, deleted=True),
        product("s3", "Honey Soap 50 g", sku="HS-0050", price=4),
    ]
    await sources.sync(shop, *anew)
    await service.resolve(actor)
    assert [one.title for one in await products(database, actor)] == ["Honey Soap", "Honey Soap 50 g", "Wax Candle"]


async def test_what_a_shop_lists_twice_is_one_product_with_the_sales_of_both(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    twice = [product(id_, "Honey Soap", barcode=EARL_GREY, price=4) for id_ in ("s1", "s2")]
    sold = [order(f"{n}", goods={"Honey Soap": 4}, listed=[one]) for n, one in enumerate(twice, 1001)]
    await sources.sync("shopify", *OTHERS, *twice, *sold)
    await sources.sync("square", product("q1", "Wax Candle"))
    await service.resolve(actor)
    assert [one.title for one in await products(database, actor)] == ["Honey Soap", "Wax Candle"]
    assert await figures(database, actor, "revenue", "product") == {"Honey Soap": 8}


async def test_items_of_the_books_are_variants_of_the_shops_product(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    shirts = [
        product("s1", "Linen Shirt", variant=size, sku=f"LIN-SHI-{size}0", barcode=code, price=40, stock=stock)
        for size, code, stock in (("M", "4006381333931", 4), ("L", "4006381333948", 5))
    ]
    items = [
        product(f"b{size}", f"Linen Shirt {size}", sku=f"LIN-SHI-{size}0", price=40, stock=9) for size in ("M", "L")
    ]
    await sources.sync("shopify", *OTHERS, *shirts)
    await sources.sync("quickbooks", *items, order("7", goods={"Linen Shirt M": 40, "Linen Shirt L": 40}, listed=items))
    await service.resolve(actor)
    assert [one.title for one in await products(database, actor)] == ["Linen Shirt"]
    assert await figures(database, actor, "revenue", "product") == {"Linen Shirt": 80}
    assert await figures(database, actor, "stock_on_hand", "product") == {"Linen Shirt": 9}


async def test_stock_that_two_sources_report_of_one_place_is_there_once(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    books = await sources.connector("quickbooks")
    soap: dict[str, Any] = {"title": "Honey Soap", "barcode": EARL_GREY}
    await sources.sync(books, product("b1", **soap, stock=30, on=sources.today))
    await sources.sync("shopify", *OTHERS, product("s1", **soap, stock=12, place="Warehouse"))
    await sources.sync("square", product("q1", **soap, stock=5, place="Till"))
    await service.resolve(actor)
    # The books count all places at once, the shop and the till one each.
    assert await figures(database, actor, "stock_on_hand", "product") == {"Honey Soap": 17}
    await sources.sync(books, product("b1", **soap, stock=28, on=sources.today.replace(day=2)))
    await service.resolve(actor)
    assert await figures(database, actor, "stock_on_hand", "product") == {"Honey Soap": 17}


async def test_what_an_owner_says_of_products_holds_over_the_evidence_and_the_next_sync(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    shop, till = await sources.connector("shopify"), await sources.connector("square")
    await sources.sync(shop, *OTHERS, product("s1", "Honey Soap", barcode=EARL_GREY))
    await sources.sync(till, product("q1", "Honey Soap", barcode=EARL_GREY), product("q2", "Seife des Hauses"))
    await service.resolve(actor)
    soap = next(one for one in await products(database, actor) if one.source_key.startswith(MERGED))
    house = next(one for one in await products(database, actor) if one.title == "Seife des Hauses")
    async with database.write(actor) as uow:
        merged = await service.merge_products(uow, MergeRequest(one_id=soap.id, other_id=house.id))
    assert [one.title for one in merged.members] == ["Honey Soap", "Honey Soap", "Seife des Hauses"]
    await sources.sync(till, product("q2", "Seife des Hauses", price=4))
    await service.resolve(actor)
    assert [one.title for one in await products(database, actor)] == ["Honey Soap"]
    async with database.write(actor) as uow:
        parted = await service.split_product(uow, SplitProductRequest(product_id=house.id))
    assert [one.title for one in parted.members] == ["Seife des Hauses"]
    await sources.sync(till, product("q2", "Honey Soap", barcode=EARL_GREY))
    await service.resolve(actor)
    assert len(await products(database, actor)) == 2
    with pytest.raises(CopilotError) as refused:
        async with database.write(actor) as uow:
            await service.split_product(uow, SplitProductRequest(product_id=house.id))
    assert refused.value.kind == ErrorKind.INVALID


async def test_an_undo_gives_each_source_its_own_product_back(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    here, there = (
        product("s1", "Honey Soap", barcode=EARL_GREY, stock=3),
        product("q1", "Soap, Honey", barcode=EARL_GREY),
    )
    await sources.sync("square", there, order("5", goods={"Soap, Honey": 8}, listed=[there]))
    await sources.sync(
        "shopify", *OTHERS, here, order("9", at="2026-05-09T10:00", goods={"Honey Soap": 9}, listed=[here])
    )
    await service.resolve(actor)
    assert await figures(database, actor, "revenue", "product") == {"Honey Soap": 17}
    await sources.undo()
    await service.resolve(actor)
    (left,) = await products(database, actor)
    assert (left.title, left.source_key.startswith(MERGED)) == ("Soap, Honey", False)
    assert await figures(database, actor, "revenue", "product") == {"Soap, Honey": 8}


async def test_products_that_may_be_one_are_told_with_what_speaks_for_it(
    sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", *OTHERS, product("s1", "Linen Shirt Blue", price=40))
    await sources.sync("square", product("q1", "Linen Shirt", price=40))
    await service.resolve(actor)
    async with database.read(actor) as uow:
        found = await service.duplicates(uow, DuplicatesRequest(of="products"))
    (pair,) = found.products
    assert {pair.one.title, pair.other.title} == {"Linen Shirt Blue", "Linen Shirt"}
    assert "the same or nearly the same price" in pair.evidence
    assert found.items == ()


async def test_another_tenants_products_are_never_compared(
    sources: Sources, other_sources: Sources, service: ResolutionService, database: Database, actor: Actor
) -> None:
    await sources.sync("shopify", product("s1", "Honey Soap", barcode=EARL_GREY))
    await other_sources.sync("square", product("q1", "Honey Soap", barcode=EARL_GREY))
    await service.resolve(actor)
    assert [one.source_key.startswith(MERGED) for one in await products(database, actor)] == [False]
