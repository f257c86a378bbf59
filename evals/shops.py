"""The shops that questions are asked about: their files, how a tenant for them is set up, and their frames for the
oracle, read from the same files by polars alone."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from evals.cases import DATASETS
from evals.demo.generate import demo_files, generate
from evals.oracle import Shop
from evals.tenants import DEMO_TENANT, TenantSettings
from storage.kernel.errors import CopilotError, ErrorKind

SHARED_DATA = DATASETS.parents[2] / "shared" / "data"
"""Where the data sets that may not ship with the product lie: beside the repository."""


@dataclass(frozen=True)
class ShopSource:
    """`files` gives what the owner imports, in order; `load` reads the same files for the oracle.

    Both raise CopilotError (unavailable) when a file is not there.
    """

    name: str
    tenant: TenantSettings
    files: Callable[[], tuple[Path, ...]]
    load: Callable[[], Shop]


def shop_source(name: str) -> ShopSource:
    return next(source for source in SHOPS if source.name == name)


_EMPTY = pl.DataFrame()
_NO_OBSERVATIONS = pl.DataFrame(schema={"day": pl.Date})
_KEYS = {
    "order": pl.String,
    "day": pl.Date,
    "customer": pl.String,
    "customer_name": pl.String,
    "product": pl.String,
    "category": pl.String,
    "subcategory": pl.String,
    "supplier": pl.String,
    "segment": pl.String,
    "city": pl.String,
    "state": pl.String,
    "region": pl.String,
    "country": pl.String,
    "channel": pl.String,
    "salesperson": pl.String,
    "ship_method": pl.String,
}
_LINE = _KEYS | dict.fromkeys(("quantity", "unit_price", "gross", "discount", "net", "tax", "cost"), pl.Float64)
_REFUND = _KEYS | dict.fromkeys(("quantity", "amount", "tax", "cost"), pl.Float64)


def _shaped(frame: pl.DataFrame, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """The frame with exactly the columns of the schema, null where it has none of that name."""
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )


@cache
def _demo_folder() -> Path:
    # Kept for the life of the process: every suite over the demo shop reads the same files.
    folder = Path(tempfile.mkdtemp(prefix="smb-demo-"))
    generate(folder)
    return folder


def demo_shop(folder: Path) -> Shop:
    """The frames of a generated demo shop (evals.demo.generate)."""
    files = demo_files(folder)
    products = pl.read_csv(files.products)
    customers = pl.read_csv(files.customers)
    sold = (
        pl.read_csv(files.orders, try_parse_dates=True, schema_overrides={"order_id": pl.String})
        .filter(pl.col("status") != "cancelled")
        .join(products.select("sku", "supplier"), on="sku", how="left")
        .join(customers.select("customer_id", "segment"), on="customer_id", how="left")
        .with_columns(
            order="order_id",
            day=pl.col("order_date").dt.date(),
            customer="customer_id",
            gross=pl.col("unit_price") * pl.col("quantity"),
            net="line_total",
            tax="vat",
            cost=pl.col("unit_cost") * pl.col("quantity"),
        )
    )
    of_line = [name for name in (*_KEYS, "sku", "unit_cost") if name in sold.columns and name != "day"]
    refunds = (
        pl.read_csv(files.refunds, try_parse_dates=True, schema_overrides={"order_id": pl.String})
        .drop("product")
        .rename({"order_id": "order"})
        .join(sold.select(of_line), on=["order", "sku"], how="left", validate="m:1")
        .with_columns(day="refund_date", tax="vat", cost=pl.col("unit_cost") * pl.col("quantity"))
    )
    return Shop(
        lines=_shaped(sold, _LINE),
        refunds=_shaped(refunds, _REFUND),
        orders=_orders(sold),
        customers=customers,
        products=products,
        observations=pl.read_csv(files.daily_metrics, try_parse_dates=True).rename({"date": "day"}),
    )


def northwind_shop(folder: Path) -> Shop:
    """The frames of the Northwind trading company: line total = unit price × quantity × (1 − discount)."""
    gross = pl.col("unit_price") * pl.col("quantity")
    lines = pl.read_csv(folder / "northwind_order_lines.csv", schema_overrides={"order_id": pl.String}).with_columns(
        order="order_id",
        day=pl.col("order_date").str.to_date(),
        customer="customer_id",
        customer_name="customer",
        product="product_name",
        ship_method="shipper",
        shipping="freight",
        gross=gross,
        discount=gross * pl.col("discount"),
        net=gross * (1 - pl.col("discount")),
    )
    return Shop(
        lines=_shaped(lines, _LINE),
        refunds=_shaped(_EMPTY, _REFUND).clear(),
        orders=_orders(lines),
        customers=pl.read_csv(folder / "northwind_customers.csv"),
        products=pl.read_csv(folder / "northwind_products.csv"),
        observations=_NO_OBSERVATIONS,
    )


def superstore_shop(path: Path) -> Shop:
    """The frames of Tableau's sample superstore: `Sales` is the line total after discount, `Discount` a fraction."""
    net = pl.col("Sales")
    lines = pl.read_csv(path, schema_overrides={"Postal Code": pl.String}).select(
        order="Order ID",
        day=pl.col("Order Date").str.to_date("%m/%d/%Y"),
        customer="Customer ID",
        customer_name="Customer Name",
        product="Product Name",
        category="Category",
        subcategory="Sub-Category",
        segment="Segment",
        city="City",
        state="State",
        region="Region",
        country="Country/Region",
        ship_method="Ship Mode",
        quantity="Quantity",
        gross=net / (1 - pl.col("Discount")),
        discount=net / (1 - pl.col("Discount")) - net,
        net=net,
        cost=net - pl.col("Profit"),
    )
    return Shop(
        lines=_shaped(lines, _LINE),
        refunds=_shaped(_EMPTY, _REFUND).clear(),
        orders=_orders(lines),
        customers=_EMPTY,
        products=_EMPTY,
        observations=_NO_OBSERVATIONS,
    )


_TILL = _KEYS | {"variation": pl.String, "payment": pl.String, "time": pl.Time}
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
        lines=_shaped(sold, _LINE | _TILL),
        refunds=_shaped(refunds, _REFUND | _TILL),
        orders=_orders(sold),
        customers=_EMPTY,
        products=_EMPTY,
        observations=_NO_OBSERVATIONS,
    )


def bakery_files(folder: Path) -> tuple[Path, ...]:
    return _present(*(folder / f"bakery_items_{year}.csv" for year in (2024, 2025, 2026)))


def bikes_shop(folder: Path) -> Shop:
    """The frames of Vélo Alpin: the orders of the web shop and the receipts of the till, without VAT, under one set of
    customers and products; shipping stands on the first line of an order, cancelled orders are left out."""
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
    of_line = [name for name in (*_KEYS, "brand", "SKU", "Unit Cost") if name in sold.columns and name != "day"]
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
        lines=_shaped(sold, _LINE | brand),
        refunds=_shaped(refunds, _REFUND | brand | {"reason": pl.String}),
        orders=_orders(sold),
        customers=customers,
        products=products,
        observations=_NO_OBSERVATIONS,
    )


def _orders(lines: pl.DataFrame) -> pl.DataFrame:
    """One row per order; what stands on every line of it (shipping) counts once."""
    of_order = ("order", "day", "customer", "customer_name", "segment", "city", "state", "region", "country")
    kept = [name for name in (*of_order, "channel", "salesperson", "ship_method") if name in lines.columns]
    shipping = pl.col("shipping") if "shipping" in lines.columns else pl.lit(None, pl.Float64)
    return lines.select(*kept, shipping.cast(pl.Float64).alias("shipping")).unique("order", keep="first")


def _present(*paths: Path) -> tuple[Path, ...]:
    for path in paths:
        if not path.is_file():
            raise CopilotError(ErrorKind.UNAVAILABLE, f"{path.name} is not in {path.parent}.")
    return paths


_NORTHWIND = DATASETS / "northwind"
_BAKERY = DATASETS / "bakery"
_BIKES = DATASETS / "bikes"
_SUPERSTORE = SHARED_DATA / "superstore.csv"

SHOPS = (
    ShopSource(
        name="demo",
        tenant=DEMO_TENANT,
        files=lambda: demo_files(_demo_folder()).exports,
        load=lambda: demo_shop(_demo_folder()),
    ),
    ShopSource(
        name="northwind",
        tenant=TenantSettings("Northwind Traders", "USD", "US", "America/Los_Angeles"),
        files=lambda: _present(
            _NORTHWIND / "northwind_products.csv",
            _NORTHWIND / "northwind_customers.csv",
            _NORTHWIND / "northwind_order_lines.csv",
        ),
        load=lambda: northwind_shop(_NORTHWIND),
    ),
    ShopSource(
        name="superstore",
        tenant=TenantSettings("Superstore", "USD", "US", "America/New_York"),
        files=lambda: _present(_SUPERSTORE),
        load=lambda: superstore_shop(_present(_SUPERSTORE)[0]),
    ),
    ShopSource(
        name="bakery",
        tenant=TenantSettings("Brot & Bohne", "GBP", "GB", "Europe/London"),
        files=lambda: bakery_files(_BAKERY),
        load=lambda: bakery_shop(_BAKERY),
    ),
    ShopSource(
        name="bikes",
        tenant=TenantSettings("Vélo Alpin", "EUR", "FR", "Europe/Paris"),
        files=lambda: _present(
            _BIKES / "bikes_products.csv",
            _BIKES / "bikes_customers.csv",
            _BIKES / "bikes_web_orders.csv",
            _BIKES / "bikes_till_sales.csv",
            _BIKES / "bikes_refunds.csv",
        ),
        load=lambda: bikes_shop(_BIKES),
    ),
)
