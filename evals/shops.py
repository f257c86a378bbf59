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
)
