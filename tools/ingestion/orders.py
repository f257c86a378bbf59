"""Writes orders, their lines and their refunds."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from storage.kernel.money import MICROS
from storage.models.commerce import Order, OrderLine, Refund
from tools.ingestion.anew import made
from tools.ingestion.chunk import Chunk, Known, Values, differing
from tools.ingestion.identity import own_key
from tools.ingestion.records import LineRecord, OrderRecord, RefundRecord, SourceRow
from tools.ingestion.things import Things

_ORDER: Final = (
    "ordered_at", "ordered_on", "ordered_minute", "source_offset_minutes", "shipped_on", "due_on", "status", "channel", "salesperson",
    "ship_method", "payment_method", "discount_code", "campaign", "currency", "discount_micros", "shipping_micros", "tax_micros", "total_micros",
    "customer_id", "source_customer_id", "address_id",
)  # fmt: skip
_LINE: Final = (
    "order_id", "product_id", "source_product_id", "variant_id", "ordered_on", "title", "sku", "currency", "quantity_e6", "unit_price_micros",
    "gross_micros", "discount_micros", "net_micros", "tax_micros", "cost_micros",
)  # fmt: skip
_REFUND: Final = (
    "order_id", "order_line_id", "product_id", "source_product_id", "customer_id", "source_customer_id", "refunded_at", "refunded_on", "refunded_minute", "title", "kind", "reason",
    "currency", "quantity_e6", "amount_micros", "tax_micros", "shipping_micros", "cost_micros",
)  # fmt: skip
_ALIKE_PER_MILLE: Final = 10
"""How far the sums of one order may lie apart in two sources."""
_MATCHED_AT_ONCE: Final = 100
"""Returns whose earlier sales are fetched together."""


class Orders:
    """Writes the orders of one chunk."""

    def __init__(self, chunk: Chunk, things: Things) -> None:
        self._chunk = chunk
        self._things = things
        self._ask = chunk.uow.ingestion
        self._connector = chunk.context.connector_id
        self._orders: dict[str, Known] = {}
        self._lines: dict[str, Known] = {}
        self._lines_of: dict[str, list[Known]] = defaultdict(list)
        self._refunds: dict[str, Known] = {}
        self._refunds_of: dict[str, list[Known]] = defaultdict(list)
        self._made: set[str] = set()
        self.refused: list[tuple[SourceRow, str]] = []

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────────

    def _key(self, order: OrderRecord) -> str:
        """An order's number is shared by all sources of a shop; a key made by one source is that source's."""
        shared = order.number is not None and not order.has_own_key
        return f"no:{order.key}" if shared else f"{self._connector}:{order.key}"

    def _local(self, key: str) -> str:
        return f"{self._connector}:{key}"

    # ── loading ──────────────────────────────────────────────────────────────────────────────────────────

    async def load(self, orders: Sequence[OrderRecord]) -> None:
        """Fetches what is stored of these orders."""
        keys: set[str] = set()
        for order in orders:
            numbered = [f"no:{number}" for number in order.original_numbers]
            numbered += [self._local(key) for key in order.original_keys]
            keys.update(key for base in (self._key(order), *numbered) for key in (base, own_key(base, self._connector)))
        await self._load_orders(keys)
        ids = [row.id for row in self._orders.values()]
        lines = {self._local(line.key) for order in orders for line in order.lines}
        refunds = {self._local(refund.key) for order in orders for refund in order.refunds}
        for column, values in ((OrderLine.source_key, lines), (OrderLine.order_id, ids)):
            for row in await self._find(OrderLine, column, values, ("source_key", "line_no", *_LINE)):
                if row.values["source_key"] not in self._lines:
                    self._lines[row.values["source_key"]] = row
                    self._lines_of[row.values["order_id"]].append(row)
        for column, values in ((Refund.source_key, refunds), (Refund.order_id, ids)):
            for row in await self._find(Refund, column, values, ("source_key", *_REFUND)):
                if row.values["source_key"] not in self._refunds:
                    self._refunds[row.values["source_key"]] = row
                    if row.values["order_id"]:
                        self._refunds_of[row.values["order_id"]].append(row)

    async def load_named(self, keys: Iterable[str]) -> None:
        """Fetches the orders of this source that have one of these keys."""
        missing = {local for key in keys if (local := self._local(key)) not in self._orders}
        if missing:
            await self._load_orders(missing)

    def id_of(self, key: str) -> str | None:
        """The row of an order of this source, loaded or written here; None where there is none."""
        row = self._orders.get(self._local(key))
        return row.id if row is not None else None

    async def _load_orders(self, keys: set[str]) -> None:
        found = await self._find(Order, Order.source_key, keys, ("source_key", "number", *_ORDER))
        self._orders.update({row.values["source_key"]: row for row in found})
        await self._things.load_sources_of(found)

    async def _find(self, model: type[Any], column: Any, values: Any, names: tuple[str, ...]) -> list[Known]:
        columns = [getattr(model, name) for name in ("id", "created_by_batch_id", *names)]
        own = self._chunk.context.batch_id
        return [
            Known(row["id"], row, own=row["created_by_batch_id"] == own)
            for row in await self._chunk.find(column, values, columns)
        ]

    # ── sales ────────────────────────────────────────────────────────────────────────────────────────────

    def write(self, order: OrderRecord) -> None:
        """One order with its lines and refunds; after `load`."""
        key = self._key(order)
        row = self._orders.get(key)
        foreign = row is not None and self._things.is_foreign(row)
        if row is not None and foreign:
            if not self._is_same(row, order):
                key = own_key(key, self._connector)
                row, foreign = self._orders.get(key), False
            elif order.lines and self._sold(row):
                # Another source has the lines of this very order: counted once.
                self._change_header(row, order, fill_only=True)
                return
        if row is None:
            if order.when is None:
                reason = "has no date, and its order is not known: import the file with the orders first"
                self.refused.extend((source, reason) for source in order.sources)
                return
            row = self._new_order(order, key)
        else:
            self._change_header(row, order, fill_only=foreign)
        lines = self._write_lines(row, order)
        self._write_refunds(row, order, lines)
        if order.has_own_key:
            self._drop_what_is_gone(row, order)

    def _drop_what_is_gone(self, row: Known, order: OrderRecord) -> None:
        """A vendor's order is sent whole: lines and refunds that it has no more are taken out. One of a sum alone says
        nothing of its lines (see `_write_standing_line`)."""
        refunds = {self._local(refund.key) for refund in order.refunds}
        mine = self._local(f"{order.key}:")
        gone = [
            known
            for known in self._refunds_of[row.id]
            if known.values["source_key"].startswith(mine) and known.values["source_key"] not in refunds
        ]
        self._take_out(Refund, gone, self._refunds, self._refunds_of[row.id])
        held = {known.values["order_line_id"] for known in self._refunds_of[row.id]}
        if not order.lines and order.amount_micros is not None:
            return
        lines = {self._local(line.key) for line in order.lines}
        lost = [
            known
            for known in self._lines_of[row.id]
            if known.values["source_key"].startswith(mine)
            and known.values["source_key"] not in lines
            and known.id not in held
        ]
        self._take_out(OrderLine, lost, self._lines, self._lines_of[row.id])

    def _take_out(
        self, model: type[OrderLine | Refund], rows: Sequence[Known], by_key: dict[str, Known], siblings: list[Known]
    ) -> None:
        self._chunk.remove(model, rows)
        for row in rows:
            siblings.remove(row)
            by_key.pop(row.values["source_key"], None)

    def _is_same(self, row: Known, order: OrderRecord) -> bool:
        """Whether an order of another source with the same number is this one: same day, and the same goods."""
        if order.when is not None and abs((row.values["ordered_on"] - order.when.on).days) > 1:
            return False
        known = [line.values["net_micros"] for line in self._lines_of[row.id]]
        ours = [line.net_micros for line in order.lines] or (
            [order.amount_micros] if order.amount_micros is not None else []
        )
        if not known or not ours:
            return True
        return abs(sum(known) - sum(ours)) * 1000 <= _ALIKE_PER_MILLE * max(abs(sum(known)), MICROS)

    def _sold(self, row: Known) -> list[Known]:
        """An order's real lines: not the one that stands for all where a source gave none."""
        standing = self._standing_key(row)
        return [line for line in self._lines_of[row.id] if not line.values["source_key"].endswith(standing)]

    @staticmethod
    def _standing_key(row: Known) -> str:
        return f":amount:{row.id}"

    def _header(self, order: OrderRecord) -> Values:
        when = order.when
        return {
            "ordered_at": when.at if when else None,
            "ordered_on": when.on if when else None,
            "ordered_minute": when.minute if when else None,
            "source_offset_minutes": when.offset_minutes if when else None,
            "shipped_on": order.shipped_on,
            "due_on": order.due_on,
            "status": order.status,
            "channel": order.channel,
            "salesperson": order.salesperson,
            "ship_method": order.ship_method,
            "payment_method": order.payment_method,
            "discount_code": order.discount_code,
            "campaign": order.campaign,
            "currency": order.currency,
            "discount_micros": order.discount_micros,
            "shipping_micros": order.shipping_micros,
            "tax_micros": order.tax_micros,
            "total_micros": order.total_micros,
            **self._things.counted_as("customer", self._things.customer(order.customer, order.source)),
            "address_id": self._things.address(order.address, order.source),
        }

    def _new_order(self, order: OrderRecord, key: str) -> Known:
        values = {"source_key": key, "number": order.number, **self._header(order)}
        row = Known(self._chunk.add(Order, values, order.source), values, own=True)
        for source in order.sources:
            self._chunk.note(source, "created")
        self._orders[key] = row
        return row

    def _change_header(self, row: Known, order: OrderRecord, *, fill_only: bool) -> None:
        values = self._header(order)
        if self._chunk.context.anew is not None:
            values["number"] = order.number
        if order.when is None:
            values["status"] = None if order.status == "completed" else order.status
        changed = differing(row, values, fill_only=fill_only)
        if changed.get("discount_micros") == 0 and row.id not in self._chunk.memory.unmade:
            changed.pop("discount_micros")
        self._chunk.change(Order, row, changed, order.source)

    # ── lines ────────────────────────────────────────────────────────────────────────────────────────────

    def _write_lines(self, row: Known, order: OrderRecord) -> dict[str, Known]:
        """Writes the lines; gives them by the record's own key."""
        written: dict[str, Known] = {}
        if not order.lines:
            self._write_standing_line(row, order)
            return written
        standing = [line for line in self._lines_of[row.id] if line not in self._sold(row)]
        if standing:
            self._take_out(OrderLine, standing, self._lines, self._lines_of[row.id])
        fresh: list[LineRecord] = []
        for line in order.lines:
            known = self._lines.get(self._local(line.key))
            if known is None or (known.own and known.values["order_id"] != row.id):
                fresh.append(line)
                continue
            self._change_line(known, line, row)
            written[line.key] = known
        gone = self._gone(row, {id(known) for known in written.values()})
        for line in fresh:
            values = self._line_values(line, row)
            known = self._successor(gone, values)
            if known is not None:
                values["source_key"] = self._free_key(line, row)
                self._chunk.change(OrderLine, known, differing(known, values, fill_only=False), line.source)
            else:
                known = self._new_line(line, row, values)
            written[line.key] = known
        return written

    def _gone(self, row: Known, kept: set[int]) -> list[Known]:
        """Lines that this source once gave the order and gives no more: a changed line has a new key."""
        if row.own:
            return []
        prefix = self._local("")
        return [
            line
            for line in self._sold(row)
            if not line.own and id(line) not in kept and line.values["source_key"].startswith(prefix)
        ]

    @staticmethod
    def _successor(gone: list[Known], values: Values) -> Known | None:
        for known in gone:
            if known.values["product_id"] == values["product_id"] and known.values["title"] == values["title"]:
                gone.remove(known)
                return known
        return None

    def _line_values(self, line: LineRecord, row: Known, known: Known | None = None) -> Values:
        goods, variant_id = self._goods(line, known)
        return {
            "order_id": row.id,
            **goods,
            "variant_id": variant_id,
            "ordered_on": row.values["ordered_on"],
            "title": line.title,
            "sku": line.sku,
            "currency": row.values["currency"],
            "quantity_e6": line.quantity_e6,
            "unit_price_micros": line.unit_price_micros,
            "gross_micros": line.gross_micros,
            "discount_micros": line.discount_micros,
            "net_micros": line.net_micros,
            "tax_micros": line.tax_micros,
            "cost_micros": line.cost_micros,
        }

    def _goods(self, line: LineRecord, known: Known | None) -> tuple[Values, str | None]:
        """What a line sells, and in which variant. Goods that were deleted since have no id in it any more, and are called
        as they were: it goes on selling them, and not others of that title."""
        if known is not None and known.values["product_id"] and _names_no_other(line, known):
            return _good(known.values), known.values["variant_id"]
        product_id = self._things.product(line.product, line.source)
        variant_id = self._things.variant(product_id, line.variant, line.source)
        return self._things.counted_as("product", product_id), variant_id

    def _free_key(self, line: LineRecord, row: Known) -> str:
        """A key that no line has: a file's "unique" row numbers may repeat."""
        key = self._local(line.key)
        return key if key not in self._lines else f"{key}~{row.id}"

    def _new_line(self, line: LineRecord, row: Known, values: Values) -> Known:
        siblings = self._lines_of[row.id]
        values["source_key"] = self._free_key(line, row)
        values["line_no"] = 1 + max((s.values["line_no"] for s in siblings), default=0)
        known = self._chunk.make(OrderLine, values, line.source)
        self._lines[values["source_key"]] = known
        siblings.append(known)
        return known

    def _change_line(self, known: Known, line: LineRecord, row: Known) -> None:
        self._chunk.change(
            OrderLine, known, differing(known, self._line_values(line, row, known), fill_only=False), line.source
        )

    def _write_standing_line(self, row: Known, order: OrderRecord) -> None:
        """The one line of an order whose source tells an amount but no goods. Lines that it told before stay while they come
        to that amount, or a refund holds one of them: a list of a vendor's leaves out what the single object has."""
        if order.amount_micros is None:
            return
        if sold := self._sold(row):
            own = self._local(f"{order.key}:")
            held = {known.values["order_line_id"] for known in self._refunds_of[row.id]}
            if (
                not order.has_own_key
                or sum(line.values["net_micros"] for line in sold) == order.amount_micros
                or any(line.id in held or not line.values["source_key"].startswith(own) for line in sold)
            ):
                return
            self._take_out(OrderLine, sold, self._lines, self._lines_of[row.id])
        net = order.amount_micros
        values: Values = {
            "order_id": row.id,
            "ordered_on": row.values["ordered_on"],
            "currency": row.values["currency"],
            "gross_micros": net + order.discount_micros,
            "discount_micros": order.discount_micros,
            "net_micros": net,
        }
        known = next(iter(self._lines_of[row.id]), None)
        if known is not None:
            self._chunk.change(OrderLine, known, differing(known, values, fill_only=False), order.source)
            return
        values |= {"source_key": self._local(self._standing_key(row)), "line_no": 1}
        known = self._chunk.make(OrderLine, values, order.source)
        self._lines_of[row.id].append(known)

    # ── refunds ──────────────────────────────────────────────────────────────────────────────────────────

    def _write_refunds(self, row: Known, order: OrderRecord, lines: dict[str, Known]) -> None:
        for refund in order.refunds:
            line = lines.get(refund.line_key) if refund.line_key else None
            self._write_refund(refund, row, line, customer=_buyer(row.values))

    def _write_refund(self, refund: RefundRecord, order: Known, line: Known | None, customer: Values) -> None:
        """`customer` are the columns that say whose it is."""
        sold: Values = line.values if line is not None else {}
        values: Values = {
            "order_id": order.id,
            "order_line_id": line.id if line is not None else None,
            **self._taken_back(refund, sold),
            **customer,
            "refunded_at": refund.when.at,
            "refunded_on": refund.when.on,
            "refunded_minute": refund.when.minute,
            "title": refund.title or sold.get("title"),
            "kind": refund.kind,
            "reason": refund.reason,
            "currency": order.values["currency"],
            "quantity_e6": refund.quantity_e6,
            "amount_micros": refund.amount_micros,
            "tax_micros": refund.tax_micros,
            "shipping_micros": refund.shipping_micros,
            "cost_micros": refund.cost_micros if refund.cost_micros is not None else _cost_back(refund, sold),
        }
        key = self._local(refund.key)
        known = self._refunds.get(key) or self._replaced_refund(order, line)
        if known is not None:
            values["source_key"] = key
            self._chunk.change(Refund, known, differing(known, values, fill_only=False), refund.source)
        else:
            values["source_key"] = key
            known = self._chunk.make(Refund, values, refund.source)
        self._refunds[key] = known

    def _taken_back(self, refund: RefundRecord, sold: Values) -> Values:
        """The goods of a refund; those of the line that it is of, where it names no others."""
        named, goods = refund.product, sold.get("product_id")
        if named is not None and goods and named.id is None and named.title == sold.get("title"):
            return _good(sold)
        product_id = self._things.product(named, refund.source)
        return self._things.counted_as("product", product_id) if product_id else _good(sold)

    def _replaced_refund(self, order: Known, line: Known | None) -> Known | None:
        """An earlier version of a line's refund: a changed row has a new key."""
        if line is None:
            return None
        prefix = self._local("")
        for known in self._refunds_of[order.id]:
            if (
                known.values["order_line_id"] == line.id
                and not known.own
                and known.values["source_key"].startswith(prefix)
                and known.values["source_key"].endswith(":back")
            ):
                return known
        return None

    # ── credit notes ─────────────────────────────────────────────────────────────────────────────────────

    async def write_credit_notes(self, notes: Sequence[OrderRecord]) -> None:
        """Refunds of orders made before: matched to what they take back, else kept under their own number."""
        for start in range(0, len(notes), _MATCHED_AT_ONCE):
            part = notes[start : start + _MATCHED_AT_ONCE]
            named = [(note, self._named_order(note)) for note in part]
            earlier = await self._sold_before([note for note, order in named if order is None])
            await self._learn_made([note for note, order in named if order is None])
            for note, order in named:
                self._write_credit_note(note, order, earlier)

    def _named_order(self, note: OrderRecord) -> Known | None:
        """The order that a credit note names."""
        numbered = [
            key
            for number in note.original_numbers
            for key in (own_key(f"no:{number}", self._connector), f"no:{number}")
        ]
        for key in (*map(self._local, note.original_keys), *numbered):
            row = self._orders.get(key)
            if row is not None and self._lines_of[row.id] and row.id not in self._chunk.memory.unmade:
                return row
        return None

    async def _sold_before(self, notes: Sequence[OrderRecord]) -> dict[tuple[str, str], list[Known]]:
        """(customer, product) → the lines sold, oldest first."""
        customers = {id_ for n in notes if (id_ := self._whole_customer(n)) is not None}
        refunds = [r for n in notes for r in n.refunds]
        products = {id_ for r in refunds if (id_ := self._whole_product(r)) is not None}
        if not customers or not products:
            return {}
        found: dict[tuple[str, str], list[Known]] = defaultdict(list)
        sold = await self._ask.sold_before(customers, products, max(r.when.on for r in refunds), self._connector)
        if (scope := self._chunk.context.anew) is not None:
            known = await made(self._chunk.uow, scope, OrderLine, [row["id"] for row in sold])
            sold = [row for row in sold if row["id"] in known]
        for row in sold:
            found[row["customer_id"], row["product_id"]].append(Known(row["id"], row, own=False))
        return found

    def _write_credit_note(
        self, note: OrderRecord, named: Known | None, earlier: dict[tuple[str, str], list[Known]]
    ) -> None:
        customer_id = self._whole_customer(note)
        customer = self._things.counted_as("customer", self._things.customer(note.customer, note.source))
        sold = [
            _best_sale(earlier.get((customer_id or "", self._whole_product(refund) or ""), []), refund)
            for refund in note.refunds
        ]
        # What names no goods (postage, a fee) goes with the goods, where all of them were sold in one order.
        beside = {line.values["order_id"] for line in sold if line is not None}
        for refund, line in zip(note.refunds, sold, strict=True):
            known = self._refunds.get(self._local(refund.key))
            if named is not None:
                back = self._line_taken_back(named, refund, self._whole_product(refund))
                self._write_refund(refund, named, back, customer if customer_id else _buyer(named.values))
            elif line is not None:
                order = Known(line.values["order_id"], {"currency": note.currency}, own=False)
                self._write_refund(refund, order, line, customer)
            elif known is not None and known.values["order_id"] and self._is_to_stay(known):
                order = Known(known.values["order_id"], {"currency": note.currency}, own=False)
                self._write_refund(refund, order, None, customer)
            elif len(beside) == 1 and self._whole_product(refund) is None:
                order = Known(next(iter(beside)), {"currency": note.currency}, own=False)
                self._write_refund(refund, order, None, customer)
            else:
                self._write_refund(refund, self._note_order(note), None, customer)

    async def _learn_made(self, notes: Sequence[OrderRecord]) -> None:
        """Of what refunds of notes hang on, where rows are made anew: the orders that were."""
        if (scope := self._chunk.context.anew) is None:
            return
        known = [self._refunds.get(self._local(refund.key)) for note in notes for refund in note.refunds]
        held = {row.values["order_id"] for row in known if row is not None and row.values["order_id"]}
        self._made = await made(self._chunk.uow, scope, Order, held)

    def _is_to_stay(self, refund: Known) -> bool:
        """Whether a refund goes on hanging on the order that it hangs on; not on one that is not made any more, or is the
        refund's own credit note, which is made anew with it."""
        return self._chunk.context.anew is None or refund.values["order_id"] in self._made

    def _whole_customer(self, order: OrderRecord) -> str | None:
        return self._things.whole(self._things.customer(order.customer, order.source))

    def _whole_product(self, refund: RefundRecord) -> str | None:
        return self._things.whole(self._things.product(refund.product, refund.source))

    def _line_taken_back(self, order: Known, refund: RefundRecord, product_id: str | None) -> Known | None:
        lines = self._lines_of[order.id]
        if refund.line_key is not None:
            for line in lines:
                if line.values["source_key"].endswith(f":row:{refund.line_key}"):
                    return line
        if product_id is not None:
            same = [line for line in lines if line.values["product_id"] == product_id]
            return next((x for x in same if x.values["title"] == refund.title), same[0] if same else None)
        return lines[0] if len(lines) == 1 else None

    def _note_order(self, note: OrderRecord) -> Known:
        """The credit note itself, kept as an order without lines: it says who and where."""
        key = self._key(note)
        row = self._orders.get(key)
        if row is None:
            return self._new_order(note, key)
        if self._chunk.context.anew is not None:
            self._change_header(row, note, fill_only=False)
        return row


def _buyer(order: Values) -> Values:
    """Whose an order is."""
    return {name: order.get(name) for name in ("customer_id", "source_customer_id")}


def _good(line: Values) -> Values:
    """What was sold on a line."""
    return {name: line.get(name) for name in ("product_id", "source_product_id")}


def _names_no_other(line: LineRecord, known: Known) -> bool:
    called = (known.values["title"], known.values["sku"])
    return line.product is not None and line.product.id is None and (line.title, line.sku) == called


def _best_sale(lines: Sequence[Known], refund: RefundRecord) -> Known | None:
    """The latest earlier sale that can be the one taken back: enough units, the same price if there is one."""
    past = [line for line in lines if line.values["ordered_on"] <= refund.when.on]
    enough = [
        line for line in past if refund.quantity_e6 is None or (line.values["quantity_e6"] or 0) >= refund.quantity_e6
    ]
    priced = [line for line in enough if line.values["unit_price_micros"] == refund.unit_price_micros]
    for choice in (priced, enough):
        if choice:
            return choice[-1]
    return None


def _cost_back(refund: RefundRecord, sold: Values) -> int | None:
    """The cost of what came back, in proportion to the line it was sold on."""
    cost = sold.get("cost_micros")
    if cost is None:
        return None
    if refund.quantity_e6 is not None and sold.get("quantity_e6"):
        return cost * refund.quantity_e6 // sold["quantity_e6"]
    return cost * refund.amount_micros // sold["net_micros"] if sold.get("net_micros") else None
