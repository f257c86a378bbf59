"""The shops that questions are asked about: their files, how a tenant for them is set up, and their frames for the
oracle, read from the same files by polars alone."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from evals.cases import DATASETS
from evals.demo.generate import demo_files, generate
from evals.exported_shops import bakery_files, bakery_shop, bikes_shop
from evals.frames import EMPTY, KEYS, LINE, NO_OBSERVATIONS, REFUND, orders_of, present, shaped
from evals.oracle import Shop
from evals.tenants import DEMO_TENANT, TenantSettings

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
    of_line = [name for name in (*KEYS, "sku", "unit_cost") if name in sold.columns and name != "day"]
    refunds = (
        pl.read_csv(files.refunds, try_parse_dates=True, schema_overrides={"order_id": pl.String})
        .drop("product")
        .rename({"order_id": "order"})
        .join(sold.select(of_line), on=["order", "sku"], how="left", validate="m:1")
        .with_columns(day="refund_date", tax="vat", cost=pl.col("unit_cost") * pl.col("quantity"))
    )
    return Shop(
        lines=shaped(sold, LINE),
        refunds=shaped(refunds, REFUND),
        orders=orders_of(sold),
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
        lines=shaped(lines, LINE),
        refunds=shaped(EMPTY, REFUND).clear(),
        orders=orders_of(lines),
        customers=pl.read_csv(folder / "northwind_customers.csv"),
        products=pl.read_csv(folder / "northwind_products.csv"),
        observations=NO_OBSERVATIONS,
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
        lines=shaped(lines, LINE),
        refunds=shaped(EMPTY, REFUND).clear(),
        orders=orders_of(lines),
        customers=EMPTY,
        products=EMPTY,
        observations=NO_OBSERVATIONS,
    )


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
        files=lambda: present(
            _NORTHWIND / "northwind_products.csv",
            _NORTHWIND / "northwind_customers.csv",
            _NORTHWIND / "northwind_order_lines.csv",
        ),
        load=lambda: northwind_shop(_NORTHWIND),
    ),
    ShopSource(
        name="superstore",
        tenant=TenantSettings("Superstore", "USD", "US", "America/New_York"),
        files=lambda: present(_SUPERSTORE),
        load=lambda: superstore_shop(present(_SUPERSTORE)[0]),
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
        files=lambda: present(
            _BIKES / "bikes_products.csv",
            _BIKES / "bikes_customers.csv",
            _BIKES / "bikes_web_orders.csv",
            _BIKES / "bikes_till_sales.csv",
            _BIKES / "bikes_refunds.csv",
        ),
        load=lambda: bikes_shop(_BIKES),
    ),
)
