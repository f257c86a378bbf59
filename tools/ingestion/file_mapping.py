"""How a file's columns become unified rows: proposed by the mapper, edited by the owner, kept with the source."""

from typing import Literal

from pydantic import Field

from tools.ingestion.catalogue import Entity
from tools.ingestion.values import DateOrder, DecimalMark
from tools.kit.capability import Contract

FileKind = Literal["payout", "fee", "expense", "bill", "payment", "charge"]
"""Kinds of movements of money that a whole file is of, and named after."""
DiscountUnit = Literal["fraction", "percent", "amount"]
OrderKey = Literal["order_id", "order_id_and_day", "customer_and_time", "row"]


class FileMapping(Contract):
    """Everything that decides how a file is read into the unified schema."""

    entity: Entity = Field(description="What one row of the file is.")
    columns: dict[str, str | None] = Field(
        description="Column heading → field of the catalogue; null leaves the column out of the unified rows.",
        examples=[{"Order ID": "order_id", "Order Date": "order_date", "Sales": "line_net"}],
    )
    currency: str | None = Field(
        default=None, pattern=r"^[A-Z]{3}$", description="ISO 4217 code of amounts that name none. Null: the tenant's."
    )
    timezone: str | None = Field(
        default=None,
        description="IANA time zone of times without an offset. Null: the tenant's.",
        examples=["Europe/Berlin"],
    )
    decimal_mark: DecimalMark = "."
    column_marks: dict[str, DecimalMark] = Field(
        default={}, description="Columns whose decimal mark is not that of the file."
    )
    date_order: DateOrder = Field(default="dmy", description="How dates like 03/04/2024 are read.")
    discount_unit: DiscountUnit = Field(default="amount", description="Fraction: 0.15; percent: 15; amount: money off.")
    discount_per_unit: bool = Field(default=False, description="A discount amount is per unit, not per line.")
    price_after_discount: bool = Field(default=False, description="The unit price already has the discount taken off.")
    tax_included: bool = Field(default=False, description="Line amounts contain the tax of the tax column.")
    repeated: tuple[str, ...] = Field(
        default=(), description="Fields whose amount belongs to the whole order and stands on each of its lines."
    )
    order_key: OrderKey = Field(default="order_id", description="What makes rows one order.")
    movement: FileKind | None = Field(
        default=None,
        description="What rows of a file of money are that name no kind: payout, fee, expense, bill, payment.",
    )
    outflows_positive: bool = Field(
        default=False, description="What goes out (expenses, payouts) stands without a minus."
    )
    fees_negative: bool = Field(default=False, description="What is kept of payments stands with a minus.")
    series_name: str | None = Field(default=None, description="The name of a series whose column is just called value.")

    def column_of(self, field: str) -> str | None:
        """The first column with that meaning."""
        return next((column for column, meaning in self.columns.items() if meaning == field), None)

    def columns_of(self, field: str) -> tuple[str, ...]:
        return tuple(column for column, meaning in self.columns.items() if meaning == field)

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(meaning for meaning in self.columns.values() if meaning)
