"""Customers, products, stock, refunds and daily figures from files."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.kernel.actor import Actor
from storage.models.commerce import (
    Address,
    Customer,
    MetricObservation,
    Order,
    OrderLine,
    Product,
    ProductCost,
    Refund,
    StockLevel,
)
from tests.imports.conftest import Ask, Figures
from tools.imports.service import ImportService
from tools.ingestion.catalogue import Entity

pytestmark = pytest.mark.anyio
Write = Callable[..., Path]
Ledger = Callable[[], Awaitable[Figures]]


async def test_a_list_of_customers_completes_what_orders_said(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    await imports.import_file(
        actor,
        write(
            "Order,Date,Customer ID,Customer Name,City,Amount\n1,2024-01-02,C1,Ann Lee,Lyon,9\n2,2024-01-02,C2,Bo Ek,Lund,9\n"
        ),
    )
    text = "customer_id,name,email,phone,city,country,segment\nC1,Ann Lee,ANN@x.com,1,Paris,FR,Retail\nC3,Cy,cy@x.com,2,Rome,Italien,Trade\n"
    report = await imports.import_file(actor, write(text, "customers.csv"))

    assert (report.entity, report.created, report.updated) == (Entity.CUSTOMER, 1, 1)
    rows = await ask(
        select(Customer.name, Customer.email, Customer.segment, Address.city, Address.country, Address.country_code)
        .outerjoin(Address, Address.id == Customer.address_id)
        .order_by(Customer.name)
    )
    assert rows == [
        ("Ann Lee", "ann@x.com", "Retail", "Paris", "France", "FR"),
        ("Bo Ek", None, None, "Lund", None, None),
        ("Cy", "cy@x.com", "Trade", "Rome", "Italien", "IT"),
    ]
    again = await imports.import_file(actor, write(text, "customers.csv"))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)


async def test_a_list_of_products_brings_prices_costs_and_stock(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    head = "SKU;Artikelbezeichnung;Warengruppe;EK-Preis;VK-Preis;Lagerbestand;Lieferant\n"
    await imports.import_file(
        actor, write(head + "A1;Becher;Küche;2,40;5,90;12;Kahla\nA2;Tee;Küche;1,10;3,50;0;Kahla\n", "artikel.csv")
    )
    report = await imports.import_file(
        actor, write(head + "A1;Becher;Küche;2,60;5,90;12;Kahla\nA2;Tee;Küche;1,10;3,50;0;Kahla\n", "artikel.csv")
    )

    assert (report.entity, report.created, report.updated, report.unchanged) == (Entity.PRODUCT, 0, 1, 1)
    assert await ask(select(Product.title, Product.list_price_micros, Product.supplier).order_by(Product.sku)) == [
        ("Becher", 5_900_000, "Kahla"),
        ("Tee", 3_500_000, "Kahla"),
    ]
    costs = await ask(
        select(Product.sku, ProductCost.valid_from, ProductCost.cost_micros)
        .join(ProductCost, ProductCost.product_id == Product.id)
        .order_by(Product.sku, ProductCost.valid_from)
    )
    # The first cost known holds for all that was sold before; a new one from the day it came.
    assert costs == [
        ("A1", date(1970, 1, 1), 2_400_000),
        ("A1", date(2026, 11, 2), 2_600_000),
        ("A2", date(1970, 1, 1), 1_100_000),
    ]
    assert await ask(select(StockLevel.observed_on, StockLevel.on_hand_e6).order_by(StockLevel.on_hand_e6)) == [
        (date(2026, 11, 2), 0),
        (date(2026, 11, 2), 12_000_000),
    ]


async def test_a_list_of_refunds_meets_its_orders(
    imports: ImportService, actor: Actor, ask: Ask, figures: Ledger, write: Write
) -> None:
    await imports.import_file(
        actor, write("Order Number,Date,SKU,Product,Quantity,Price\n1,2024-01-02,M,Mug,2,5\n1,2024-01-02,T,Tea,1,4\n")
    )
    text = "Refund ID,Order Number,Refund Date,SKU,Quantity,Refund Amount,Reason\nR1,1,2024-01-09,M,1,5.00,broken\n"
    report = await imports.import_file(actor, write(text, "refunds.csv"))

    assert report.entity == Entity.REFUND
    rows = await ask(
        select(Refund.refunded_on, Refund.reason, Refund.title, Order.number, OrderLine.title)
        .join(Order, Order.id == Refund.order_id)
        .join(OrderLine, OrderLine.id == Refund.order_line_id)
    )
    assert rows == [(date(2024, 1, 9), "broken", "Mug", "1", "Mug")]
    assert (await figures()).refunds == Decimal(5)
    assert (await imports.import_file(actor, write(text, "refunds.csv"))).unchanged == 1


async def test_a_wide_file_of_daily_figures_is_one_series_a_column(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    text = "Date,Ad Spend,Visits,Conversion Rate\n2024-01-01,19.5,410,2.5%\n2024-01-02,,380,2.1%\n"
    report = await imports.import_file(actor, write(text, "daily_metrics.csv"))

    assert (report.entity, report.created) == (Entity.OBSERVATION, 2)
    assert await ask(
        select(MetricObservation.series, MetricObservation.observed_on, MetricObservation.value).order_by(
            MetricObservation.series, MetricObservation.observed_on
        )
    ) == [
        ("Ad Spend", date(2024, 1, 1), 19.5),
        ("Conversion Rate", date(2024, 1, 1), 0.025),
        ("Conversion Rate", date(2024, 1, 2), 0.021),
        ("Visits", date(2024, 1, 1), 410.0),
        ("Visits", date(2024, 1, 2), 380.0),
    ]
    mended = await imports.import_file(actor, write(text.replace("380", "385"), "daily_metrics.csv"))
    assert (mended.created, mended.updated, mended.unchanged) == (0, 1, 1)
    assert await ask(
        select(MetricObservation.value)
        .where(MetricObservation.series == "Visits")
        .order_by(MetricObservation.observed_on)
    ) == [(410.0,), (385.0,)]


async def test_bare_series_are_named_by_their_files_and_kept_apart(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    text = "timestamp,value\n2015-09-01 13:45:00,0.0819647355164\n2015-09-01 13:50:00,6.44\n"
    await imports.import_file(actor, write(text, "occupancy_6005.csv"))
    await imports.import_file(actor, write(text, "speed_7578.csv"))

    rows = await ask(
        select(MetricObservation.series, MetricObservation.observed_at, MetricObservation.value).order_by(
            MetricObservation.series, MetricObservation.observed_at
        )
    )
    assert [series for series, _, _ in rows] == ["occupancy_6005"] * 2 + ["speed_7578"] * 2
    assert rows[0][1:] == (datetime(2015, 9, 1, 13, 45, tzinfo=UTC), 0.0819647355164)
