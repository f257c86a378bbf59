"""What SQL that others write may read: a view of each fact, narrowed to one tenant, with the columns that are named here
and no others. People's e-mail addresses, phone numbers and streets are none of them.

A view is a common table expression that stands before the statement, under a name that the statement cannot say (the
guard puts it there). So no table of ours can be named at all, and the tenant's condition lies where nothing that is
written can reach it.
"""

import re
from dataclasses import dataclass
from typing import Literal

from storage.models.ingestion import FINISHED_BATCH_STATES

Dialect = Literal["sqlite", "postgresql"]
Type = Literal["text", "date", "number", "integer"]
HIDDEN = "smb_view_"
"""What the names of the expressions begin with; nothing that is written may."""
_TENANT = re.compile(r"^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


@dataclass(frozen=True, slots=True)
class ViewColumn:
    """`source` is a column of `t`, the view's table, or of `j`, what it is joined to."""

    name: str
    type: Type
    source: str
    micros: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """`join` is (table, its foreign key in the view's own table)."""

    name: str
    about: str
    table: str
    columns: tuple[ViewColumn, ...]
    join: tuple[str, str] | None = None


def _texts(*names: str, of: str = "t") -> tuple[ViewColumn, ...]:
    return tuple(ViewColumn(name, "text", f"{of}.{name}") for name in names)


def _amounts(**names: str) -> tuple[ViewColumn, ...]:
    return tuple(ViewColumn(name, "number", f"t.{column}", micros=True) for name, column in names.items())


_PLACE = ("city", "state", "region", "country")
VIEWS = (
    View(
        "orders",
        "One row per order, cancelled ones too (status).",
        "unified_orders",
        (
            ViewColumn("order_id", "text", "t.id"),
            *_texts("number", "customer_id"),
            ViewColumn("ordered_on", "date", "t.ordered_on"),
            *_texts("status", "channel", "salesperson", "ship_method", "payment_method", "currency"),
            *_amounts(shipping="shipping_micros", tax="tax_micros"),
            *_texts(*_PLACE, of="j"),
        ),
        ("addresses", "address_id"),
    ),
    View(
        "order_lines",
        "One row per product in an order. net_sales is gross_sales less discount, before refunds, tax and shipping.",
        "order_lines",
        (
            ViewColumn("line_id", "text", "t.id"),
            *_texts("order_id", "product_id"),
            ViewColumn("ordered_on", "date", "t.ordered_on"),
            *_texts("title", "sku", "currency"),
            *_amounts(
                quantity="quantity_e6",
                unit_price="unit_price_micros",
                gross_sales="gross_micros",
                discount="discount_micros",
                net_sales="net_micros",
                cost="cost_micros",
            ),
        ),
    ),
    View(
        "refunds",
        "One row per refunded line, on the day that the money was given back.",
        "refunds",
        (
            ViewColumn("refund_id", "text", "t.id"),
            *_texts("order_id", "product_id", "customer_id"),
            ViewColumn("refunded_on", "date", "t.refunded_on"),
            *_texts("title", "kind", "reason", "currency"),
            *_amounts(quantity="quantity_e6", amount="amount_micros", cost="cost_micros"),
        ),
    ),
    View(
        "customers",
        "One row per customer.",
        "unified_customers",
        (ViewColumn("customer_id", "text", "t.id"), *_texts("name", "segment"), *_texts(*_PLACE, of="j")),
        ("addresses", "address_id"),
    ),
    View(
        "products",
        "One row per product.",
        "unified_products",
        (
            ViewColumn("product_id", "text", "t.id"),
            *_texts("title", "sku", "category", "subcategory", "brand", "supplier", "status", "currency"),
            *_amounts(list_price="list_price_micros"),
        ),
    ),
)
BY_NAME = {view.name: view for view in VIEWS}
READ_COLUMNS: dict[str, frozenset[str]] = {
    table: frozenset(columns)
    for table, columns in {
        **{
            view.table: {
                "id",
                "tenant_id",
                "created_by_batch_id",
                *([view.join[1]] if view.join else []),
                *(c.source[2:] for c in view.columns if c.source.startswith("t.")),
            }
            for view in VIEWS
        },
        "addresses": {"id", "tenant_id", *_PLACE},
        "ingestion_batches": {"id", "tenant_id", "status"},
    }.items()
}
"""The columns of our own tables that the views read: all that SQLite's authorizer lets through."""


def definition(view: View, tenant_id: str) -> str:
    """The view's body for one tenant. Raises ValueError for what is no id of ours."""
    if not _TENANT.match(tenant_id):
        raise ValueError("no tenant's id")
    owner = f"'{tenant_id}'"
    columns = ", ".join(
        f"{one.source} / 1000000.0 AS {one.name}" if one.micros else f"{one.source} AS {one.name}"
        for one in view.columns
    )
    join = f" LEFT JOIN {view.join[0]} AS j ON j.id = t.{view.join[1]} AND j.tenant_id = {owner}" if view.join else ""
    finished = ", ".join(f"'{state}'" for state in FINISHED_BATCH_STATES)
    unfinished = f"SELECT b.id FROM ingestion_batches AS b WHERE b.tenant_id = {owner} AND b.status NOT IN ({finished})"  # noqa: S608 — constants and an id
    return (
        f"SELECT {columns} FROM {view.table} AS t{join} WHERE t.tenant_id = {owner} "  # noqa: S608 — as above
        f"AND (t.created_by_batch_id IS NULL OR t.created_by_batch_id NOT IN ({unfinished}))"
    )
