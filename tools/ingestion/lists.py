"""Rows of lists (customers, products, stock, observed series, refunds) → records. One row is one record, except
that the figures of a wide file of daily metrics are one record each."""

from datetime import date
from typing import Final

from tools.ingestion.cells import Cells, RowError, source_row
from tools.ingestion.records import (
    CatalogueRecord,
    CustomerFileRecord,
    CustomerRecord,
    ObservationRecord,
    OrderRecord,
    RefundRecord,
    StockRecord,
)
from tools.ingestion.values import read_flag
from tools.ingestion.words import refund_kind

_GENERIC: Final = frozenset(["value", "values", "y", "wert", "valeur", "valor", "valore", "waarde", "amount", "count"])


class CustomerReader:
    """Rows of a list of customers."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    def key(self, row: list[str]) -> str:
        customer = self._cells.customer([row])
        if customer is None:
            return self._cells.content(row)
        return customer.id or customer.email or (customer.name or "").casefold()

    def read(self, line: int, row: list[str], ordinal: int) -> CustomerFileRecord:
        """Raises RowError for a row that names nobody."""
        customer: CustomerRecord | None = self._cells.customer([row])
        if customer is None:
            raise RowError(None, None, "names no customer")
        customer.address = self._cells.address([row])
        since = self._cells.when(row, "first_seen", "") if self._cells.has("first_seen") else None
        customer.first_seen_at = since.at if since else None
        return CustomerFileRecord(
            source_row(_numbered(self.key(row), ordinal), self._cells.columns, row, line), customer
        )


class CatalogueReader:
    """Rows of a list of products or of stock. `today` dates stock that the file does not date."""

    def __init__(self, cells: Cells, today: date) -> None:
        self._cells = cells
        self._today = today

    def key(self, row: list[str]) -> str:
        cells = self._cells
        parts = (
            cells.key(row, "product_id"),
            cells.key(row, "sku"),
            cells.text(row, "product_title"),
            cells.text(row, "variant"),
        )
        place, on = cells.text(row, "location"), cells.day(row, "observed_at")
        return "|".join(str(part or "") for part in (*parts, place, on))

    def read(self, line: int, row: list[str], ordinal: int) -> CatalogueRecord:
        """Raises RowError for a row that names no product."""
        cells = self._cells
        product = cells.product(row)
        if product is None:
            raise RowError(None, None, "names no product")
        product.list_price_micros = cells.micros(row, "list_price")
        product.currency = cells.currency(row) if product.list_price_micros is not None else None
        product.status = _product_status(cells, row)
        return CatalogueRecord(
            source=source_row(_numbered(self.key(row), ordinal), cells.columns, row, line),
            product=product,
            variant=cells.variant(row),
            cost_micros=cells.micros(row, "unit_cost"),
            currency=cells.currency(row),
            stock=self._stock(row),
        )

    def _stock(self, row: list[str]) -> StockRecord | None:
        cells = self._cells
        on_hand = cells.micros(row, "on_hand")
        if on_hand is None:
            return None
        on = self._today
        if cells.has("observed_at"):
            when = cells.when(row, "observed_at", "")
            if when is None:
                raise RowError(cells.column("observed_at"), "", "has no date")
            on = when.on
        return StockRecord(
            on=on,
            on_hand_e6=on_hand,
            location=cells.text(row, "location") or "",
            reorder_level_e6=cells.micros(row, "reorder_level"),
            on_order_e6=cells.micros(row, "on_order"),
        )


def _product_status(cells: Cells, row: list[str]) -> str | None:
    text = cells.text(row, "product_status")
    if text is None:
        return None
    column = (cells.column("product_status") or "").casefold()
    try:
        flag = read_flag(text)
    except ValueError:
        return text.lower()
    if flag is None:
        return None
    gone = flag if "discontinu" in column or "auslauf" in column else not flag
    return "discontinued" if gone else "active"


class ObservationReader:
    """Rows of dated figures, long (a column names the series) or wide (each column is one)."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._values = [
            (cells.columns.index(column), column)
            for column in cells.mapping.columns_of("value")
            if column in cells.columns
        ]

    def key(self, row: list[str]) -> str:
        cells = self._cells
        return "|".join(
            (
                cells.text(row, "observed_at") or "",
                cells.text(row, "observed_time") or "",
                cells.text(row, "series") or "",
            )
        )

    def read(self, line: int, row: list[str], ordinal: int) -> list[ObservationRecord]:
        """The row's figures. Raises RowError for a row without a date or without any figure."""
        cells = self._cells
        when = cells.when(row, "observed_at", "observed_time")
        if when is None:
            raise RowError(cells.column("observed_at"), "", "has no date")
        named = cells.text(row, "series")
        source = source_row(_numbered(self.key(row), ordinal), cells.columns, row, line)
        found: list[ObservationRecord] = []
        for position, column in self._values:
            value = cells.number(row, position)
            if value is not None:
                series = self._series(named, column)
                found.append(ObservationRecord(source, str(ordinal), series, when, value, unit=cells.text(row, "unit")))
        if not found:
            raise RowError(self._values[0][1] if self._values else None, "", "has no figure")
        return found

    def _series(self, named: str | None, column: str) -> str:
        if named is not None:
            return named if len(self._values) == 1 else f"{named} {column}"
        if column.strip().casefold() in _GENERIC and self._cells.mapping.series_name:
            return self._cells.mapping.series_name
        return column


class RefundReader:
    """Rows of a list of refunds, each of them a credit note of its order."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    def key(self, row: list[str]) -> str:
        return self._cells.key(row, "refund_id") or self._cells.content(row)

    def read(self, line: int, row: list[str], ordinal: int) -> OrderRecord:
        """Raises RowError for a row without date or amount."""
        cells = self._cells
        amount = cells.micros(row, "refund_amount")
        if amount is None:
            raise RowError(cells.column("refund_amount"), "", "has no amount")
        when = cells.when(row, "refund_date", "order_time")
        number = cells.key(row, "order_id")
        if when is None:
            raise RowError(cells.column("refund_date"), "", "has no date")
        key = _numbered(self.key(row), ordinal)
        source = source_row(key, cells.columns, row, line)
        product = cells.product(row)
        tax, shipping, quantity = (cells.micros(row, name) for name in ("line_tax", "order_shipping", "quantity"))
        order = OrderRecord(
            source=source,
            key=f"refund:{key}",
            number=number,
            when=when,
            currency=cells.currency(row),
            customer=cells.customer([row]),
            is_credit_note=True,
            original_numbers=(number,) if number else (),
        )
        order.refunds.append(
            RefundRecord(
                source=source,
                key=key,
                when=when,
                kind=refund_kind(cells.text(row, "refund_kind")),
                amount_micros=abs(amount),
                product=product,
                title=product.title if product else None,
                quantity_e6=abs(quantity) if quantity is not None else None,
                tax_micros=abs(tax) if tax is not None else None,
                shipping_micros=abs(shipping) if shipping is not None else None,
                reason=cells.text(row, "reason"),
                line_key=cells.key(row, "line_id"),
            )
        )
        return order


def _numbered(key: str, ordinal: int) -> str:
    return key if not ordinal else f"{key}~{ordinal}"
