"""Shops as their tills and web shops export them: a bakery café, and a bike shop with a workshop."""

from pathlib import Path

import polars as pl

from evals.frames import EMPTY, KEYS, LINE, NO_OBSERVATIONS, REFUND, orders_of, present, shaped
from evals.oracle import Shop

_TILL = KEYS | {"variation": pl.String, "payment": pl.String, "time": pl.Time}
"""What the bakery's till writes beside the keys of the contract."""


def bakery_shop(folder: Path) -> Shop:
    """The frames of Brot & Bohne: a till's item export per year, where a refund is a negative line (Event Type) of the
    order it belongs to, discounts are negative, and the branch or web shop is the location."""
    items = pl.concat(pl.read_csv(path) for path in bakery_files(folder)).with_columns(
        order="Transaction ID",
        day=pl.col("Date").str.to_date("%d/%m/%Y"),
        time=pl.col("Time").str.to_time("%H:%M:%S"),
        customer="Customer ID",
        customer_name="Customer Name",
        product="Item",
        category="Category",
        variation="Variation",
        channel="Location",
        salesperson="Staff",
        payment="Payment Method",
    )
    sold = items.filter(pl.col("Event Type") == "Payment").with_columns(
        quantity="Qty", gross="Gross Sales", discount=-pl.col("Discounts"), net="Net Sales", tax="Tax"
    )
    refunds = items.filter(pl.col("Event Type") == "Refund").with_columns(
        quantity=-pl.col("Qty"), amount=-pl.col("Net Sales"), tax=-pl.col("Tax")
    )
    return Shop(
        lines=shaped(sold, LINE | _TILL),
        refunds=shaped(refunds, REFUND | _TILL),
        orders=orders_of(sold),
        customers=EMPTY,
        products=EMPTY,
        observations=NO_OBSERVATIONS,
    )


def bakery_files(folder: Path) -> tuple[Path, ...]:
    return present(*(folder / f"bakery_items_{year}.csv" for year in (2024, 2025, 2026)))


def bikes_shop(folder: Path) -> Shop:
    """The frames of Vélo Alpin: the orders of the web shop and the receipts of the till, without VAT, under one set of
    customers and products; shipping stands on the first line of an order, cancelled orders are left out. Refunds have a day
    and no time."""
    products = pl.read_csv(folder / "bikes_products.csv")
    customers = pl.read_csv(folder / "bikes_customers.csv")
    web = pl.read_csv(folder / "bikes_web_orders.csv").rename(
        {"Order No": "order", "Order Date": "at", "Quantity": "quantity", "Line Total excl. VAT": "net"}
    )
    till = pl.read_csv(folder / "bikes_till_sales.csv").rename(
        {"Receipt No": "order", "Sold At": "at", "Qty": "quantity", "Amount excl. VAT": "net", "Seller": "salesperson"}
    )
    sold = (
        pl.concat([web, till], how="diagonal")
        .filter(pl.col("Status") != "cancelled")
        .join(products.select("SKU", "Subcategory", "Brand", "Supplier"), on="SKU", how="left", validate="m:1")
        .join(customers, on="Customer No", how="left", validate="m:1")
        .with_columns(
            day=pl.col("at").str.to_datetime("%Y-%m-%d %H:%M").dt.date(),
            time=pl.col("at").str.to_datetime("%Y-%m-%d %H:%M").dt.time(),
            customer="Customer No",
            customer_name="Name",
            product="Product",
            category="Category",
            subcategory="Subcategory",
            brand="Brand",
            supplier="Supplier",
            segment="Type",
            city="City",
            country="Country",
            channel="Sales Channel",
            unit_price="Unit Price excl. VAT",
            gross=pl.col("Unit Price excl. VAT") * pl.col("quantity"),
            discount="Discount",
            tax="VAT",
            shipping="Shipping",
            cost=pl.col("Unit Cost") * pl.col("quantity"),
        )
    )
    of_line = [name for name in (*KEYS, "brand", "SKU", "Unit Cost") if name in sold.columns and name != "day"]
    refunds = (
        pl.read_csv(folder / "bikes_refunds.csv", try_parse_dates=True)
        .drop("Product")
        .rename({"Order No": "order", "Refund Amount excl. VAT": "amount"})
        .join(sold.select(of_line), on=["order", "SKU"], how="left", validate="m:1")
        .with_columns(
            day="Refund Date",
            quantity="Quantity",
            tax="VAT Refunded",
            reason="Reason",
            cost=pl.col("Unit Cost") * pl.col("Quantity"),
        )
    )
    brand = {"brand": pl.String}
    return Shop(
        lines=shaped(sold, LINE | brand | {"time": pl.Time}),
        refunds=shaped(refunds, REFUND | brand | {"reason": pl.String}),
        orders=orders_of(sold),
        customers=customers,
        products=products,
        observations=NO_OBSERVATIONS,
    )
