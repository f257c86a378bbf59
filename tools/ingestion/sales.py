"""Rows of a sales file → orders with lines and refunds.

Signs: a row with a negative quantity or amount, or one that calls itself a refund, becomes a refund; it is handed
on as a credit note, which the normaliser matches to the order it takes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from storage.kernel.money import MICROS
from tools.ingestion.cells import Cells, RowError, digest, over, source_row, spread, times
from tools.ingestion.records import LineRecord, OrderRecord, OrderStatus, RefundRecord, SourceRow, When
from tools.ingestion.values import read_flag
from tools.ingestion.words import Verdict, read_status, refund_kind

_CENT: Final = 10_000
_CREDIT_PREFIXES: Final = ("CN-", "CN", "CR-", "CR", "RE-", "C-", "C", "R-", "R")


@dataclass(slots=True)
class SaleRow:
    """One row, read. Amounts are those of the line, positive for refunds; None where the row has none."""

    line: int
    cells: list[str]
    key: str
    """Of its order within the source."""
    number: str | None
    when: When | None
    status: Verdict
    returned: bool
    quantity: int | None
    unit_price: int | None
    gross: int | None
    net: int | None
    tax: int | None
    cost: int | None
    source: SourceRow


class SalesReader:
    """Reads the rows of one file and puts orders together."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._mapping = cells.mapping
        self._signed = [m for m in ("quantity", "line_net", "line_total", "line_gross", "unit_price") if cells.has(m)]
        self._has_amount = any(map(cells.has, ("unit_price", "line_gross", "line_net", "line_total")))

    # ── one row ──────────────────────────────────────────────────────────────────────────────────────────

    def order_key(self, row: list[str]) -> tuple[str, str | None]:
        """What a row shares with the other rows of its order, and the order's own number. Never raises."""
        cells = self._cells
        number = cells.key(row, "order_id")
        match self._mapping.order_key:
            case "order_id" if number is not None:
                return number, number
            case "order_id_and_day" if number is not None:
                day = cells.day(row, "order_date")
                return f"{number}@{day or ''}", number
            case "customer_and_time":
                customer = cells.key(row, "customer_id") or cells.text(row, "customer_name") or cells.text(row, "email")
                moment = cells.text(row, "order_date")
                if customer is not None and moment is not None:
                    return digest(f"{customer}\x1f{moment}\x1f{cells.text(row, 'order_time')}"), None
            case _:
                pass
        return cells.content(row), number

    def is_refund(self, row: list[str]) -> bool:
        """Whether a row takes a sale back: told before all of it is read. Never raises."""
        event = self._cells.text(row, "event_type")
        if event is not None and read_status(event) in ("refunded", "chargeback", "cancelled"):
            return True
        for meaning in self._signed:
            try:
                value = self._cells.micros(row, meaning)
            except RowError:
                continue
            if value is not None and value < 0:
                return True
        return False

    def identity(self, row: list[str]) -> str:
        """The file's own key of a row, else what the row says: true duplicates are then told apart by an ordinal."""
        row_id = self._cells.key(row, "row_id")
        return f"row:{row_id}" if row_id is not None else self._cells.content(row)

    def read(self, line: int, row: list[str], ordinal: int) -> SaleRow:
        """Raises RowError. `ordinal` counts rows of equal identity within their order from 0."""
        cells = self._cells
        key, number = self.order_key(row)
        when = cells.when(row, "order_date", "order_time")
        quantity = cells.micros(row, "quantity")
        price, gross, net, tax = self._amounts(row, quantity)
        status_text = cells.text(row, "status")
        identity = self.identity(row)
        source = source_row(identity if not ordinal else f"{identity}~{ordinal}", cells.columns, row, line)
        return SaleRow(
            line=line,
            cells=row,
            key=key,
            number=number,
            when=when,
            status=read_status(status_text),
            returned=self._flag(row, "returned"),
            quantity=quantity,
            unit_price=abs(price) if price is not None else None,
            gross=gross,
            net=net,
            tax=tax,
            cost=self._cost(row, quantity, net),
            source=source,
        )

    def _flag(self, row: list[str], meaning: str) -> bool:
        position = self._cells.at.get(meaning)
        if position is None:
            return False
        try:
            return bool(read_flag(row[position]))
        except ValueError as error:
            raise RowError(self._cells.columns[position], row[position], "says neither yes nor no") from error

    def _amounts(self, row: list[str], quantity: int | None) -> tuple[int | None, int | None, int | None, int | None]:
        """(unit price, gross, net, tax) of the line, signed as the row is."""
        cells, mapping = self._cells, self._mapping
        price, tax = cells.micros(row, "unit_price"), cells.micros(row, "line_tax")
        gross, net = cells.micros(row, "line_gross"), cells.micros(row, "line_net")
        off = abs(cells.micros(row, "discount") or 0)
        if net is None and (total := cells.micros(row, "line_total")) is not None:
            net = total - (tax or 0)
        elif net is not None and mapping.tax_included:
            net -= tax or 0
        count = MICROS if quantity is None else quantity
        product = times(price, count) if price is not None else None
        if mapping.discount_unit == "amount" and mapping.discount_per_unit:
            off = times(off, abs(count))
        if product is not None and mapping.tax_included:
            product -= tax or 0
        if mapping.price_after_discount:
            net = product if net is None else net
        elif gross is None:
            gross = product
        if gross is not None:
            net = gross - self._off(gross, off) if net is None else net
            if abs(gross - net) <= _CENT + abs(count) // 160 and not off:
                gross = net
        elif net is not None:
            gross = self._before_discount(net, off)
        else:
            return price, None, None, tax
        if price is None and quantity:
            price = over(gross, quantity)
        if abs(gross) < abs(net):  # a surcharge is no negative discount
            gross = net
        return price, gross, net, tax

    def _off(self, gross: int, off: int) -> int:
        match self._mapping.discount_unit:
            case "fraction":
                return times(gross, off)
            case "percent":
                return times(gross, off) // 100
            case "amount":
                return off if gross >= 0 else -off

    def _before_discount(self, net: int, off: int) -> int:
        if self._mapping.discount_unit == "amount":
            return net + (off if net >= 0 else -off)
        kept = MICROS - (off if self._mapping.discount_unit == "fraction" else off // 100)
        return over(net, kept) if kept > 0 else net

    def _cost(self, row: list[str], quantity: int | None, net: int | None) -> int | None:
        profit = self._cells.micros(row, "profit")
        if profit is not None and net is not None:
            return net - profit
        if (cost := self._cells.micros(row, "line_cost")) is not None:
            return cost
        unit = self._cells.micros(row, "unit_cost")
        return times(unit, MICROS if quantity is None else quantity) if unit is not None else None

    # ── one order ────────────────────────────────────────────────────────────────────────────────────────

    def order(self, rows: Sequence[SaleRow]) -> tuple[OrderRecord | None, list[tuple[SaleRow, RowError]]]:
        """An order from its rows, and the rows that cannot be part of one."""
        when = next((row.when for row in rows if row.when is not None), None)
        rejected: list[tuple[SaleRow, RowError]] = []
        if when is None and (self._cells.has("order_date") or rows[0].number is None):
            error = RowError(self._cells.column("order_date"), "", "has no date")
            return None, [(row, error) for row in rows]
        levels = self._order_amounts([row.cells for row in rows])
        if isinstance(levels, RowError):
            return None, [(row, levels) for row in rows]
        if not self._has_amount and "order_tax" not in levels and any(row.tax is not None for row in rows):
            levels["order_tax"] = sum(row.tax or 0 for row in rows)
        order = self._header(rows, when)
        order.shipping_micros, order.tax_micros = levels.get("order_shipping"), levels.get("order_tax")
        order.total_micros = levels.get("order_total")
        items = self._items(rows, order, levels, rejected)
        if items:
            # Rows without a product or an amount add nothing but what they say of the order.
            order.lines = [self._line(row, order) for row in items]
            order.others = [
                row.source for row in rows if row not in items and not any(row is bad for bad, _ in rejected)
            ]
            self._spread_discount(order, levels, given=any(row.gross is not None for row in items))
            if order.tax_micros is None and any(line.tax_micros is not None for line in order.lines):
                order.tax_micros = sum(line.tax_micros or 0 for line in order.lines)
        elif rejected and len(rejected) == len(rows):
            return None, rejected
        else:
            order.amount_micros = _whole_amount(levels)
            order.discount_micros = abs(levels.get("order_discount") or 0)
        self._refunds(order, rows, items, levels)
        return order, rejected

    def _items(
        self,
        rows: Sequence[SaleRow],
        order: OrderRecord,
        levels: dict[str, int],
        rejected: list[tuple[SaleRow, RowError]],
    ) -> list[SaleRow]:
        """The rows that are lines, each with its amounts; an order-level amount is spread where lines have none."""
        if not self._has_amount:
            products = [row for row in rows if self._cells.product(row.cells) is not None]
            whole = _whole_amount(levels)
            if not products or (whole is None and not self._cells.has("quantity")):
                return []
            # Units without any amount are still units; the profile says that their sales count as nothing.
            for row, part in zip(
                products, spread(whole or 0, [abs(row.quantity or MICROS) for row in products]), strict=True
            ):
                row.net = row.gross = part
            return products
        items: list[SaleRow] = []
        for row in rows:
            if row.gross is not None:
                items.append(row)
            elif row.status == "cancelled" or order.status == "cancelled":
                row.gross = row.net = 0
                items.append(row)
            elif not levels:
                column = next(
                    self._cells.column(m)
                    for m in ("line_net", "line_total", "unit_price", "line_gross")
                    if self._cells.has(m)
                )
                rejected.append((row, RowError(column, "", "has no amount")))
        return items

    def _order_amounts(self, rows: Sequence[list[str]]) -> dict[str, int] | RowError:
        """Amounts of the whole order: once where they are repeated on its lines, else added up."""
        found: dict[str, int] = {}
        for meaning in (
            "order_subtotal",
            "order_discount",
            "order_shipping",
            "order_tax",
            "order_total",
            "refund_amount",
        ):
            if not self._cells.has(meaning):
                continue
            try:
                values = [value for row in rows if (value := self._cells.micros(row, meaning)) is not None]
            except RowError as error:
                return error
            if values:
                once = meaning in self._mapping.repeated
                found[meaning] = values[0] if once else sum(values)
        return found

    def _header(self, rows: Sequence[SaleRow], when: When | None) -> OrderRecord:
        cells, first = self._cells, rows[0]
        raw = [row.cells for row in rows]
        address = cells.address(raw)
        customer = cells.customer(raw)
        if customer is not None:
            customer.address = address
        key = first.key if first.number is None or self._mapping.order_key != "order_id" else first.number
        return OrderRecord(
            source=first.source,
            key=key,
            number=first.number,
            when=when,
            currency=cells.currency(first.cells),
            customer=customer,
            address=address,
            status=_order_status([row.status for row in rows]),
            shipped_on=next((day for row in raw if (day := cells.day(row, "shipped_date")) is not None), None),
            due_on=next((day for row in raw if (day := cells.day(row, "due_date")) is not None), None),
            channel=cells.first(raw, "channel"),
            salesperson=cells.first(raw, "salesperson"),
            ship_method=cells.first(raw, "ship_method"),
            payment_method=cells.first(raw, "payment_method"),
            discount_code=cells.first(raw, "discount_code"),
            campaign=cells.first(raw, "campaign"),
        )

    def _line(self, row: SaleRow, order: OrderRecord) -> LineRecord:
        product = self._cells.product(row.cells)
        gross, net = row.gross or 0, row.net or 0
        return LineRecord(
            source=row.source,
            key=row.source.source_id,
            product=product,
            variant=self._cells.variant(row.cells),
            title=product.title if product else None,
            sku=(product.sku or product.id) if product else None,
            quantity_e6=row.quantity,
            unit_price_micros=row.unit_price,
            gross_micros=gross,
            discount_micros=gross - net,
            net_micros=net,
            tax_micros=row.tax if order.currency else None,
            cost_micros=row.cost,
        )

    def _spread_discount(self, order: OrderRecord, levels: dict[str, int], *, given: bool) -> None:
        """Takes an order's own discount off its lines, unless their amounts already have it off."""
        off = abs(levels.get("order_discount") or 0)
        order.discount_micros = off
        goods = sum(line.net_micros for line in order.lines)
        if not off or not given or off > goods:
            return
        subtotal = levels.get("order_subtotal")
        if subtotal is not None and abs(goods - subtotal) <= _CENT and abs(goods - off - subtotal) > _CENT:
            before_shipping = (levels.get("order_total") or 0) - (order.shipping_micros or 0)
            taxed = 0 if self._mapping.tax_included else (order.tax_micros or 0)
            if abs(before_shipping - taxed - subtotal) <= 2 * _CENT:
                return
        for line, part in zip(order.lines, spread(off, [max(0, line.net_micros) for line in order.lines]), strict=True):
            line.net_micros -= part
            line.discount_micros += part

    # ── what was given back ──────────────────────────────────────────────────────────────────────────────

    def _refunds(
        self, order: OrderRecord, rows: Sequence[SaleRow], items: Sequence[SaleRow], levels: dict[str, int]
    ) -> None:
        if order.when is None or order.status == "cancelled":
            return
        back = abs(levels.get("refund_amount") or 0)
        if back:
            order.refunds.append(self._whole_refund(order, back))
            return
        for row, line in zip(items, order.lines, strict=True):
            verdict: Verdict = "refunded" if row.returned else row.status
            if verdict not in ("refunded", "chargeback", "cancelled") or line.net_micros == 0:
                continue
            kind = (
                "return"
                if row.returned
                else {"cancelled": "cancellation", "chargeback": "chargeback"}.get(verdict, "refund")
            )
            order.refunds.append(
                RefundRecord(
                    source=row.source,
                    key=f"{line.key}:back",
                    when=order.when,
                    kind=refund_kind(kind),
                    amount_micros=line.net_micros,
                    product=line.product,
                    title=line.title,
                    quantity_e6=line.quantity_e6,
                    unit_price_micros=line.unit_price_micros,
                    tax_micros=line.tax_micros,
                    cost_micros=line.cost_micros,
                    line_key=line.key,
                )
            )
        if not items and rows[0].status in ("refunded", "chargeback") and order.amount_micros:
            order.refunds.append(
                self._whole_refund(order, order.amount_micros + (order.shipping_micros or 0) + (order.tax_micros or 0))
            )

    def _whole_refund(self, order: OrderRecord, back: int) -> RefundRecord:
        """Money back on an order as a whole, shipping and tax told apart where the totals allow it."""
        goods = sum(line.net_micros for line in order.lines) if order.lines else (order.amount_micros or 0)
        shipping = order.shipping_micros or 0
        tax = order.tax_micros or 0
        whole = goods + shipping + tax
        assert order.when is not None  # noqa: S101 - _refunds asks only of orders that have a date
        cost = (
            sum(line.cost_micros or 0 for line in order.lines)
            if any(line.cost_micros for line in order.lines)
            else None
        )
        if whole <= 0 or back > whole + 2 * _CENT:
            parts = [back, 0, 0]
        elif abs(back - whole) <= 2 * _CENT:
            parts = [goods, tax, shipping]
        elif abs(back - goods) <= _CENT:
            parts = [back, 0, 0]
        else:
            parts = spread(back, [goods, tax, shipping])
        return RefundRecord(
            source=order.source,
            key=f"{order.key}:refund",
            when=order.when,
            kind="refund",
            amount_micros=parts[0],
            tax_micros=parts[1] or None,
            shipping_micros=parts[2] or None,
            cost_micros=times(cost, over(parts[0], goods)) if cost is not None and goods > 0 else None,
        )

    def credit_note(self, rows: Sequence[SaleRow]) -> tuple[OrderRecord | None, list[tuple[SaleRow, RowError]]]:
        """Rows that take sales back, as one credit note."""
        when = next((row.when for row in rows if row.when is not None), None)
        if when is None:
            error = RowError(self._cells.column("order_date"), "", "has no date")
            return None, [(row, error) for row in rows]
        order = self._header(rows, when)
        order.status = "completed"
        order.is_credit_note = True
        order.original_numbers = tuple(_originals(order.number)) if order.number else ()
        rejected: list[tuple[SaleRow, RowError]] = []
        for row in rows:
            if row.net is None:
                rejected.append((row, RowError(None, None, "has no amount")))
                continue
            product = self._cells.product(row.cells)
            event = self._cells.text(row.cells, "event_type") or self._cells.text(row.cells, "status")
            order.refunds.append(
                RefundRecord(
                    source=row.source,
                    key=row.source.source_id,
                    when=row.when or when,
                    kind=refund_kind(event)
                    if event
                    else "cancellation"
                    if order.number and order.number[:1] == "C"
                    else "return",
                    amount_micros=abs(row.net),
                    product=product,
                    title=product.title if product else None,
                    quantity_e6=abs(row.quantity) if row.quantity and row.quantity < 0 else None,
                    unit_price_micros=row.unit_price,
                    tax_micros=abs(row.tax) if row.tax is not None else None,
                    cost_micros=abs(row.cost) if row.cost is not None else None,
                    reason=self._cells.text(row.cells, "reason"),
                )
            )
        return (order if order.refunds else None), rejected


def _whole_amount(levels: dict[str, int]) -> int | None:
    """What the goods of an order came to, without tax and shipping, from its totals."""
    subtotal, total = levels.get("order_subtotal"), levels.get("order_total")
    shipping, tax = levels.get("order_shipping"), levels.get("order_tax")
    if total is not None and (shipping is not None or tax is not None or subtotal is None):
        return total - (shipping or 0) - (tax or 0)
    if subtotal is None:
        return None
    off = abs(levels.get("order_discount") or 0)
    return total if total is not None and off and abs(subtotal - off - total) <= _CENT else subtotal


def _order_status(verdicts: Sequence[Verdict]) -> OrderStatus:
    if all(verdict == "cancelled" for verdict in verdicts):
        return "cancelled"
    return "pending" if all(verdict == "pending" for verdict in verdicts) else "completed"


def _originals(number: str) -> list[str]:
    """The orders that a credit note's number may refer to: its own, and itself without a credit prefix."""
    found = [number]
    for prefix in _CREDIT_PREFIXES:
        rest = number[len(prefix) :]
        if number.upper().startswith(prefix) and rest[:1].isdigit() and rest not in found:
            found.append(rest)
    return found
