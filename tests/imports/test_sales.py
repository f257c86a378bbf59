"""Sales exports come in as their owner would add them up."""

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import select

from storage.kernel.actor import Actor
from storage.models.commerce import Address, Customer, Order, OrderLine, Product, Refund
from storage.models.ingestion import RawRecord, RecordLink
from tests.imports.conftest import Ask, Figures
from tests.ingestion.exports import SALES, Export, online_retail
from tools.imports.service import ImportService

pytestmark = pytest.mark.anyio
NORTHWIND = Path(__file__).parents[2] / "evals" / "datasets" / "northwind"
Ledger = Callable[[], Awaitable[Figures]]
Write = Callable[..., Path]


@pytest.mark.parametrize("make", SALES, ids=lambda make: make.__name__)
async def test_an_export_it_has_never_seen_adds_up(
    make: Callable[[], Export], imports: ImportService, actor: Actor, figures: Ledger, write: Write
) -> None:
    export = make()

    report = await imports.import_file(actor, write(export.content, export.filename))

    assert (report.rows, report.created, report.rejected) == (
        export.rows,
        export.rows - export.rejected,
        export.rejected,
    )
    found = await figures()
    assert found.net - found.refunds == export.net
    assert found.refunds == export.refunds
    assert found.units == export.units_sold
    assert found.orders == export.orders
    assert found.by_day == {date.fromisoformat(day): amount for day, amount in export.by_day.items() if amount}
    if export.shipping is not None:
        assert found.shipping == export.shipping


async def test_northwind_equals_polars(imports: ImportService, actor: Actor, figures: Ledger, ask: Ask) -> None:
    for name in ("northwind_order_lines.csv", "northwind_customers.csv", "northwind_products.csv"):
        report = await imports.import_file(actor, NORTHWIND / name)
        assert report.rejected == 0

    lines = pl.read_csv(NORTHWIND / "northwind_order_lines.csv", infer_schema=False).with_columns(
        pl.col("unit_price", "discount").str.to_decimal(scale=6),
        pl.col("quantity").cast(pl.Int64),
        pl.col("freight").cast(pl.Float64),
    )
    net = (pl.col("unit_price") * pl.col("quantity") * (1 - pl.col("discount"))).sum().cast(pl.Float64)
    found = await figures()
    assert float(found.net) == pytest.approx(lines.select(net).item(), abs=1e-6)
    assert found.orders == lines["order_id"].n_unique()
    assert found.units == lines["quantity"].sum()
    # Freight stands on every line of an order and is counted once.
    assert float(found.shipping) == pytest.approx(lines.unique("order_id")["freight"].sum(), abs=1e-6)

    by_country = dict(lines.group_by("country").agg(net.alias("net")).iter_rows())
    totals: dict[str, Decimal] = {}
    for country, micros in await ask(
        select(Address.country, OrderLine.net_micros)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Address, Address.id == Order.address_id)
    ):
        totals[country] = totals.get(country, Decimal(0)) + Decimal(micros).scaleb(-6)
    assert {k: float(v) for k, v in totals.items()} == pytest.approx(by_country)
    # Orders and the lists beside them speak of the same customers and products.
    assert len(await ask(select(Customer.id))) == 91
    assert len(await ask(select(Product.id))) == 77


async def test_a_reimport_changes_nothing(imports: ImportService, actor: Actor, figures: Ledger, write: Write) -> None:
    export = online_retail()
    path = write(export.content, export.filename)
    await imports.import_file(actor, path)
    before = await figures()

    again = await imports.import_file(actor, path)

    assert (again.created, again.updated, again.unchanged) == (0, 0, export.rows)
    assert await figures() == before


async def test_a_newer_export_adds_what_is_new_and_changes_what_changed(
    imports: ImportService, actor: Actor, figures: Ledger, write: Write
) -> None:
    head = "Order ID,Date,Customer,Product,Quantity,Unit Price\n"
    await imports.import_file(
        actor, write(head + "1,2024-01-02,Ann,Mug,2,5.00\n1,2024-01-02,Ann,Tea,1,3.00\n2,2024-01-03,Bob,Mug,1,5.00\n")
    )

    report = await imports.import_file(
        actor,
        write(
            head
            + "1,2024-01-02,Ann,Mug,3,5.00\n1,2024-01-02,Ann,Tea,1,3.00\n2,2024-01-03,Bob,Mug,1,5.00\n3,2024-01-04,Cy,Tea,4,3.00\n"
        ),
    )

    assert (report.created, report.updated, report.unchanged) == (1, 1, 2)
    found = await figures()
    assert (found.net, found.lines, found.orders) == (Decimal(35), 4, 3)


async def test_lines_that_are_there_twice_and_mean_it_count_twice(
    imports: ImportService, actor: Actor, figures: Ledger, write: Write
) -> None:
    text = "Order ID,Date,Product,Quantity,Price\n7,2024-01-02,Mug,1,5.00\n7,2024-01-02,Mug,1,5.00\n8,2024-01-02,Tea,2,4.00\n"
    await imports.import_file(actor, write(text))
    again = await imports.import_file(actor, write(text))

    assert again.unchanged == 3
    found = await figures()
    assert (found.lines, found.net) == (3, Decimal(18))


async def test_a_return_finds_the_sale_it_takes_back(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    text = (
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "1001,M1,Mug,6,1/13/2011 8:00,2.50,17,France\n"
        "1002,M1,Mug,12,1/14/2011 8:00,2.50,17,France\n"
        "C1003,M1,Mug,-10,1/20/2011 9:00,2.50,17,France\n"
        "C1004,X9,Lamp,-1,1/21/2011 9:00,30.00,18,Spain\n"
    )
    await imports.import_file(actor, write(text))

    rows = await ask(
        select(Refund.title, Refund.amount_micros, Refund.kind, Order.number, OrderLine.quantity_e6)
        .join(Order, Order.id == Refund.order_id)
        .outerjoin(OrderLine, OrderLine.id == Refund.order_line_id)
        .order_by(Refund.refunded_on)
    )
    assert rows == [
        ("Mug", 25_000_000, "cancellation", "1002", 12_000_000),
        # A sale from before the export: the credit note stands for itself, and says where it went.
        ("Lamp", 30_000_000, "cancellation", "C1004", None),
    ]


async def test_the_lines_of_an_order_need_not_stand_together(
    imports: ImportService, actor: Actor, figures: Ledger, write: Write
) -> None:
    rows = [f"{n % 50},2024-02-{1 + n % 28:02d},P{n},1,2.00" for n in range(200)]
    # The day of an order is that of its first line that has one.
    rows = [f"{r.split(',')[0]},2024-02-03,{','.join(r.split(',')[2:])}" for r in rows]
    await imports.import_file(actor, write("order,date,product,qty,price\n" + "\n".join(rows)))

    found = await figures()
    assert (found.orders, found.lines) == (50, 200)


async def test_one_product_number_with_two_titles_is_two_products(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    text = (
        "Order ID,Date,Product ID,Product Name,Quantity,Price\n"
        "1,2024-01-02,P1,Eldon Image Series Desk Accessories,1,10\n"
        "2,2024-01-03,P1,Executive Impressions Wall Clock,1,20\n"
        "3,2024-01-04,P1,Eldon image series desk accessories,1,10\n"
    )
    await imports.import_file(actor, write(text))

    titles = await ask(
        select(Product.title, OrderLine.title)
        .join(OrderLine, OrderLine.product_id == Product.id)
        .order_by(OrderLine.ordered_on)
    )
    assert titles == [
        ("Eldon Image Series Desk Accessories", "Eldon Image Series Desk Accessories"),
        ("Executive Impressions Wall Clock", "Executive Impressions Wall Clock"),
        ("Eldon Image Series Desk Accessories", "Eldon image series desk accessories"),
    ]


async def test_cancelled_orders_are_kept_and_not_counted(
    imports: ImportService, actor: Actor, figures: Ledger, ask: Ask, write: Write
) -> None:
    text = "Order,Date,Status,Product,Qty,Price\n1,2024-01-02,Completed,Mug,1,5\n2,2024-01-02,Cancelled,Mug,3,5\n3,2024-01-02,Refunded,Tea,1,4\n"
    await imports.import_file(actor, write(text))

    assert dict(await ask(select(Order.number, Order.status))) == {"1": "completed", "2": "cancelled", "3": "completed"}
    found = await figures()
    assert (found.net, found.refunds) == (Decimal(9), Decimal(4))


async def test_orders_without_lines_have_their_amount(
    imports: ImportService, actor: Actor, figures: Ledger, write: Write
) -> None:
    rows = "".join(f"{n},2024-01-{n:02d},c{n}@x.com,{20 + n}.00,5.00,2.00,{27 + n}.00\n" for n in range(1, 13))
    await imports.import_file(actor, write("Order Number,Order Date,Email,Subtotal,Shipping,Tax,Order Total\n" + rows))

    found = await figures()
    assert (found.orders, found.net, found.shipping) == (12, Decimal(12 * 20 + 78), Decimal(60))


async def test_a_file_of_lines_completes_a_file_of_orders(
    imports: ImportService, actor: Actor, figures: Ledger, ask: Ask, write: Write
) -> None:
    orders = "".join(f"ab{n:02d}x,c{n},2024-03-{n:02d} 10:0{n % 10}:00,delivered\n" for n in range(1, 11))
    lines = "".join(f"ab{n:02d}x,1,prod{n % 3},10.50,2.00\n" for n in range(1, 12))
    await imports.import_file(
        actor, write("order_id,customer_id,order_purchase_timestamp,order_status\n" + orders, "orders.csv")
    )
    report = await imports.import_file(
        actor, write("order_id,order_item_id,product_id,price,freight_value\n" + lines, "order_items.csv")
    )

    # The eleventh order is not known, so nobody knows its day.
    assert (report.created, report.rejected) == (10, 1)
    found = await figures()
    assert (found.orders, found.net) == (10, Decimal(105))
    assert len(await ask(select(OrderLine.id).where(OrderLine.ordered_on >= date(2024, 3, 1)))) == 10


async def test_every_unified_row_leads_back_to_the_row_it_came_from(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    await imports.import_file(
        actor, write("Order,Date,Product,Qty,Price\n1,2024-01-02,Mug,1,5.10\n2,2024-01-03,Tea,1,4\n")
    )

    rows = await ask(
        select(OrderLine.title, RawRecord.position, RawRecord.payload)
        .join(RecordLink, RecordLink.unified_id == OrderLine.id)
        .join(RawRecord, RawRecord.id == RecordLink.raw_record_id)
        .order_by(RawRecord.position)
    )
    assert rows == [
        ("Mug", 2, '{"Order":"1","Date":"2024-01-02","Product":"Mug","Qty":"1","Price":"5.10"}'),
        ("Tea", 3, '{"Order":"2","Date":"2024-01-03","Product":"Tea","Qty":"1","Price":"4"}'),
    ]


async def test_another_tenant_sees_nothing_of_it(
    imports: ImportService, actor: Actor, other_actor: Actor, write: Write
) -> None:
    report = await imports.import_file(actor, write("Order,Date,Product,Qty,Price\n1,2024-01-02,Mug,1,5\n"))

    with pytest.raises(Exception, match="was not found"):
        await imports.report(other_actor, report.file_id)
