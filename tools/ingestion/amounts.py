"""Which amount of a sales file is which, by arithmetic rather than by name: unit price or line total, before or
after discount, with or without tax, of the line or of the whole order.

Pure: works on a sample. Amounts are 10⁻⁶ units, as everywhere.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from storage.kernel.money import MICROS
from tools.ingestion.catalogue import plain_name
from tools.ingestion.file_mapping import DiscountUnit
from tools.ingestion.sample import Sample
from tools.ingestion.values import DecimalMark, NumberReader, clean_text, is_blank

Meanings = Mapping[str, tuple[str, float]]
Numbers = list[int | None]

_AGREE: Final = 0.9
"""Share of telling rows that must bear a relation out."""
_FEWEST: Final = 5
"""Telling rows (or groups, or orders) below which nothing is concluded."""
_HALF: Final = 0.5
_CENT_AND_A_BIT: Final = 11_000
_READINGS: Final[tuple[tuple[DiscountUnit | None, bool], ...]] = (
    (None, False),
    ("fraction", False),
    ("percent", False),
    ("amount", False),
    ("amount", True),
)
"""(unit of the discount, whether it is per unit sold)."""
_LINE_AMOUNTS: Final = ("line_net", "line_gross", "line_total", "line_cost")
_PRICES: Final = ("unit_price", "line_gross", "line_net")
_TO_ORDER_LEVEL: Final = {
    "line_net": "order_total",
    "line_total": "order_total",
    "line_gross": "order_subtotal",
    "line_tax": "order_tax",
    "discount": "order_discount",
}
_ORDER_AMOUNTS: Final = (
    "order_shipping",
    "order_tax",
    "order_total",
    "order_subtotal",
    "order_discount",
    "refund_amount",
)
_FINAL_WORDS: Final = frozenset(["net", "sales", "revenue", "turnover", "netto", "umsatz", "ventes", "ventas", "paid"])
_OFF_WORDS: Final = frozenset(["pct", "percent", "percentage", "rate", "prozent", "pourcentage", "porcentaje"])


@dataclass(slots=True)
class Settled:
    """`options` are the fields of FileMapping that arithmetic decides."""

    meanings: dict[str, tuple[str, float]]
    options: dict[str, Any] = field(default_factory=dict[str, Any])
    notes: tuple[str, ...] = ()


def settle_amounts(sample: Sample, meanings: Meanings, *, decimal_mark: DecimalMark) -> Settled:
    """Names proposed, arithmetic disposes. Where the sample shows nothing, the names stand."""
    return _Settling(sample, dict(meanings), decimal_mark).run()


@dataclass(frozen=True, slots=True)
class _Relation:
    """`amount` ≈ `price` × quantity, less discount, plus tax as said."""

    price: str
    amount: str
    discounted: bool
    taxed: bool
    unit: DiscountUnit | None
    per_unit: bool
    agreement: float


@dataclass(frozen=True, slots=True)
class _Off:
    """One way to read a discount column."""

    values: Numbers | None
    unit: DiscountUnit | None
    per_unit: bool

    def at(self, row: int) -> int:
        return abs(self.values[row] or 0) if self.values is not None else 0

    def taken_from(self, amount: float, quantity: int, row: int) -> float:
        match self.unit:
            case "fraction":
                return amount * (1 - self.at(row) / MICROS)
            case "percent":
                return amount * (1 - self.at(row) / (100 * MICROS))
            case "amount":
                return amount - self.at(row) * (abs(quantity) / MICROS if self.per_unit else 1)
            case None:
                return amount


class _Settling:
    def __init__(self, sample: Sample, meanings: dict[str, tuple[str, float]], mark: DecimalMark) -> None:
        self.sample = sample
        self.meanings = meanings
        self.mark: DecimalMark = mark
        self.numbers: dict[str, Numbers] = {}
        self.options: dict[str, Any] = {}
        self.notes: list[str] = []

    # ── access ───────────────────────────────────────────────────────────────────────────────────────────

    def column_of(self, meaning: str) -> str | None:
        return next((column for column, (m, _) in self.meanings.items() if m == meaning), None)

    def name(self, column: str, meaning: str | None, confidence: float) -> None:
        """Gives a column a meaning; whoever had it before goes without."""
        if meaning is None:
            self.meanings.pop(column, None)
            return
        before = self.column_of(meaning)
        if before is not None and before != column:
            self.meanings.pop(before)
        self.meanings[column] = (meaning, confidence)

    def values(self, column: str) -> Numbers:
        if column not in self.numbers:
            facts = self.sample.facts[self.sample.columns.index(column)]
            reader = NumberReader(facts.mark or self.mark)
            self.numbers[column] = [_number(reader, cell) for cell in self.sample.column(column)]
        return self.numbers[column]

    # ── the order of reasoning ───────────────────────────────────────────────────────────────────────────

    def run(self) -> Settled:
        self._settle_levels()
        self._settle_discount_unit()
        relation = self._settle_by_product_of_price()
        if relation is None:
            self._settle_by_constancy()
        self._settle_cost()
        self._settle_tax()
        return Settled(self.meanings, self.options, tuple(self.notes))

    def _settle_levels(self) -> None:
        """Amounts that stand on every line of an order but belong to it once."""
        order = self.column_of("order_id")
        if order is None:
            return
        lines: dict[str, list[int]] = defaultdict(list)
        for position, key in enumerate(self.sample.column(order)):
            if not is_blank(key):
                lines[key].append(position)
        several = [positions for positions in lines.values() if len(positions) > 1]
        repeated: list[str] = []
        for column, (meaning, confidence) in list(self.meanings.items()):
            if meaning not in _ORDER_AMOUNTS and meaning not in _TO_ORDER_LEVEL:
                continue
            kind = _level(self.values(column), several)
            if kind == "line":
                self._to_line_level(column, meaning, confidence)
            elif kind is not None:
                level = self._to_order_level(column, meaning, confidence)
                if level is not None and kind == "repeated":
                    repeated.append(level)
                    self.notes.append(f"{column!r} is the same on every line of an order: it is counted once.")
        self.options["repeated"] = tuple(repeated)

    def _to_order_level(self, column: str, meaning: str, confidence: float) -> str | None:
        """What an amount of the whole order means; None where it cannot be one."""
        if meaning in _ORDER_AMOUNTS:
            return meaning
        if meaning == "discount" and self._is_rate(column):
            return None
        if self.column_of("unit_price") is None and meaning not in ("line_tax", "discount"):
            return None
        if self.column_of(_TO_ORDER_LEVEL[meaning]) is not None:
            self.name(column, None, 0)
            return None
        self.name(column, _TO_ORDER_LEVEL[meaning], confidence)
        return _TO_ORDER_LEVEL[meaning]

    def _to_line_level(self, column: str, meaning: str, confidence: float) -> None:
        """Each line has its own: then it is the line's, whatever it is called. Shipping is added up as it stands."""
        taxed = self.column_of("line_tax") or self.column_of("order_tax")
        down = {
            "order_total": "line_total" if taxed else "line_net",
            "order_subtotal": "line_net",
            "order_tax": "line_tax",
            "order_discount": "discount",
        }
        if meaning in down and self.column_of(down[meaning]) is None:
            self.name(column, down[meaning], confidence)

    def _is_rate(self, column: str) -> bool:
        values = [v for v in self.values(column) if v]
        return bool(values) and (max(map(abs, values)) <= MICROS or bool(_OFF_WORDS & set(plain_name(column).split())))

    def _settle_discount_unit(self) -> None:
        column = self.column_of("discount")
        if column is None:
            return
        facts = self.sample.facts[self.sample.columns.index(column)]
        values = [abs(v) for v in self.values(column) if v]
        words = set(plain_name(column).split())
        unit: DiscountUnit = "amount"
        small = bool(values) and max(values) <= MICROS and any(v % MICROS for v in values) and "amount" not in words
        if facts.percent > _HALF or small:  # "12 %" is read as 0.12
            unit = "fraction"
        elif words & _OFF_WORDS and values and max(values) <= 100 * MICROS:
            unit = "percent" if max(values) > MICROS else "fraction"
        self.options["discount_unit"] = unit

    def _settle_by_product_of_price(self) -> _Relation | None:
        quantity = self.column_of("quantity")
        if quantity is None:
            return None
        prices = [c for c, (m, _) in self.meanings.items() if m in _PRICES]
        amounts = [
            c
            for c, (m, _) in self.meanings.items()
            if m in (*_LINE_AMOUNTS, "unit_price", "order_total", "order_subtotal")
        ]
        amounts += [f.name for f in self.sample.facts if f.number > _AGREE and f.name not in self.meanings]
        found = [
            relation
            for price in prices
            for amount in amounts
            if amount != price
            for relation in self._relations(quantity, price, amount)
        ]
        if not found:
            return None
        price_votes = {p: sum(r.agreement for r in found if r.price == p) for p in prices}
        # The column called a price wins over another that happens to fit (all quantities 1).
        price = max(price_votes, key=lambda p: (round(price_votes[p], 1), self.meanings[p][0] == "unit_price"))
        best: dict[str, _Relation] = {}
        for relation in found:
            if relation.price == price and (relation.amount not in best or _simpler(relation, best[relation.amount])):
                best[relation.amount] = relation
        self.name(price, "unit_price", 0.99)
        for relation in best.values():
            self._apply(relation, others=[r for r in best.values() if r is not relation])
        return next(iter(best.values()))

    def _relations(self, quantity: str, price: str, amount: str) -> list[_Relation]:
        q, p, x = self.values(quantity), self.values(price), self.values(amount)
        discount, tax = self.column_of("discount"), self.column_of("line_tax")
        d = self.values(discount) if discount else None
        t = self.values(tax) if tax and tax not in (price, amount) else None
        found: list[_Relation] = []
        for unit, per_unit in _READINGS:
            if unit is not None and d is None:
                continue
            for taxes in (None,) if t is None else (None, t):
                off = _Off(d if unit else None, unit, per_unit)
                agreement = _agreement(q, p, x, off, taxes)
                if agreement is not None and agreement >= _AGREE:
                    found.append(
                        _Relation(price, amount, unit is not None, taxes is not None, unit, per_unit, agreement)
                    )
        return found

    def _apply(self, relation: _Relation, others: Sequence[_Relation]) -> None:
        """Names the amount of a relation: net where the discount is off it, else gross."""
        amount = relation.amount
        meaning = self.meanings.get(amount, ("", 0.0))[0]
        if relation.discounted and relation.unit is not None:
            self.options["discount_unit"] = relation.unit
            self.options["discount_per_unit"] = relation.per_unit
        if meaning == "line_cost" and not relation.taxed:
            self.notes.append(f"{amount!r} equals price × quantity, so it is the sales amount and no cost.")
        other_is_net = any(other.discounted and not other.taxed for other in others)
        if relation.taxed:
            self.name(amount, "line_total", 0.99)
        elif relation.discounted or not self._has_discounts():
            keeps = meaning == "line_gross" and other_is_net
            if self.column_of("line_net") in (None, amount) or meaning in ("line_cost", "line_total", "line_gross"):
                self.name(amount, "line_gross" if keeps else "line_net", 0.99)
        elif other_is_net or not _FINAL_WORDS & set(plain_name(amount).split()):
            # price × quantity with the discount still to come off.
            self.name(amount, "line_gross", 0.95)
        else:
            # Called what was sold in the end: the discount beside it is in the price already.
            self.name(amount, "line_net", 0.95)
            self.options["price_after_discount"] = True

    def _has_discounts(self) -> bool:
        column = self.column_of("discount")
        return column is not None and any(self.values(column))

    def _settle_by_constancy(self) -> None:
        """With one amount and a quantity: the same product sold in other quantities shows which it is."""
        quantity, product = (
            self.column_of("quantity"),
            self.column_of("product_id") or self.column_of("sku") or self.column_of("product_title"),
        )
        amounts = [m for m in ("unit_price", "line_gross", "line_net") if self.column_of(m)]
        if quantity is None or product is None or len(amounts) != 1:
            return
        column = self.column_of(amounts[0])
        if column is None:
            return
        verdict = _unit_or_total(self.sample.column(product), self.values(quantity), self.values(column))
        if verdict == "unit" and amounts[0] != "unit_price":
            self.notes.append(f"{column!r} stays the same whatever the quantity: it is the price of one unit.")
            self.name(column, "unit_price", 0.9)
        elif verdict == "total" and amounts[0] == "unit_price":
            self.notes.append(f"{column!r} grows with the quantity: it is the amount of the line.")
            self.name(column, "line_net", 0.9)

    def _settle_cost(self) -> None:
        """Is a cost that of one unit or of the line, and is it a cost at all?"""
        quantity, product = self.column_of("quantity"), self.column_of("product_id") or self.column_of("product_title")
        for meaning, other in (("unit_cost", "line_cost"), ("line_cost", "unit_cost")):
            column = self.column_of(meaning)
            if column is None:
                continue
            net = self.column_of("line_net")
            if net is not None and meaning == "line_cost" and _same(self.values(column), self.values(net)):
                self.notes.append(f"{column!r} equals the sales amount, so it is no cost.")
                self.name(column, None, 0)
                continue
            if quantity is None or product is None or self.column_of(other) is not None:
                continue
            verdict = _unit_or_total(self.sample.column(product), self.values(quantity), self.values(column))
            if verdict is not None and (verdict == "unit") != (meaning == "unit_cost"):
                self.name(column, other, 0.9)
            return

    def _settle_tax(self) -> None:
        """Whether line amounts contain tax, where orders state a total to check against."""
        order, total = self.column_of("order_id"), self.column_of("order_total")
        tax = self.column_of("order_tax") or self.column_of("line_tax")
        if order is None or total is None or tax is None:
            return
        net = self.column_of("line_net")
        quantity, price = self.column_of("quantity"), self.column_of("unit_price")
        lines: dict[str, list[int]] = defaultdict(list)
        for position, key in enumerate(self.sample.column(order)):
            lines[key].append(position)
        with_tax = without = 0
        repeated = self.options.get("repeated", ())
        shipping, discount = self.column_of("order_shipping"), self.column_of("order_discount")

        def once(column: str | None, meaning: str, positions: list[int]) -> int:
            values = [v for p in positions if (v := self.values(column)[p]) is not None] if column else []
            return (values[0] if meaning in repeated else sum(values)) if values else 0

        for positions in lines.values():
            goods = 0
            for p in positions:
                if net is not None:
                    goods += self.values(net)[p] or 0
                elif quantity is not None and price is not None:
                    goods += (self.values(quantity)[p] or 0) * (self.values(price)[p] or 0) // MICROS
            whole = once(total, "order_total", positions)
            taxes = once(tax, self.meanings[tax][0], positions)
            rest = once(shipping, "order_shipping", positions) - abs(once(discount, "order_discount", positions))
            if not taxes or not goods or not whole:
                continue
            with_tax += abs(goods + rest - whole) <= _slack(whole)
            without += abs(goods + rest + taxes - whole) <= _slack(whole)
        if with_tax >= _FEWEST and with_tax > 3 * without:
            self.options["tax_included"] = True
            self.notes.append("Prices contain tax; it is taken out of net sales.")


# ── arithmetic on columns ────────────────────────────────────────────────────────────────────────────────────


def _number(reader: NumberReader, cell: str) -> int | None:
    if is_blank(cell):
        return None
    try:
        return reader.micros(cell)
    except ValueError:
        return None


def _slack(amount: int) -> int:
    return 20_000 + abs(amount) // 500


def _agreement(q: Numbers, p: Numbers, x: Numbers, off: _Off, t: Numbers | None) -> float | None:
    """Share of telling rows in which x ≈ q × p (less a discount, plus t). None where too few rows can tell."""
    telling = agreeing = rows = rows_agreeing = 0
    for i, (quantity, price, amount) in enumerate(zip(q, p, x, strict=True)):
        if quantity is None or price is None or amount is None or not price:
            continue
        tax = (t[i] or 0) if t else 0
        expected = off.taken_from(quantity * price / MICROS, quantity, i) + tax
        # A unit price rounded to cents may be half a cent off for each unit.
        agrees = abs(amount - expected) <= _CENT_AND_A_BIT + 0.006 * abs(quantity) + 0.0005 * abs(expected)
        rows += 1
        rows_agreeing += agrees
        if abs(quantity) == MICROS or (off.unit and not off.at(i)) or (t and not tax):
            continue
        telling += 1
        agreeing += agrees
    if telling >= _FEWEST:
        # Rows that cannot tell must not contradict either.
        return min(agreeing / telling, rows_agreeing / rows + 0.05)
    if off.unit is None and t is None and rows >= max(1, min(_FEWEST, len(q))):
        return rows_agreeing / rows
    return None


def _simpler(one: _Relation, other: _Relation) -> bool:
    """The better borne out of two readings; the one with fewer parts where they are equal."""
    return (round(one.agreement, 2), -one.taxed - one.discounted - one.per_unit) > (
        round(other.agreement, 2),
        -other.taxed - other.discounted - other.per_unit,
    )


def _level(values: Numbers, orders: Sequence[Sequence[int]]) -> str | None:
    """ "repeated": the same on all lines of an order; "first": on one line only; "line": of each line its own;
    None where the sample cannot tell."""
    repeated = first = line = 0
    for positions in orders:
        present = [v for p in positions if (v := values[p]) is not None]
        if not any(present):
            continue
        if len(present) == 1:
            first += 1
        elif len(set(present)) == 1:
            repeated += 1
        else:
            line += 1
    telling = repeated + first + line
    if telling < _FEWEST:
        return None
    if first > _AGREE * telling:
        return "first"
    if repeated > 0.95 * (telling - first):
        return "repeated"
    return "line" if line > _HALF / 2 * telling else None


def _unit_or_total(products: Sequence[str], quantities: Numbers, amounts: Numbers) -> str | None:
    groups: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for product, quantity, amount in zip(products, quantities, amounts, strict=True):
        key = clean_text(product)
        if key is not None and quantity and amount and quantity > 0 and amount > 0:
            groups[key].append((quantity, amount))
    unit = total = 0
    for pairs in groups.values():
        if len({quantity for quantity, _ in pairs}) == 1:
            continue
        as_unit = _spread([amount for _, amount in pairs])
        as_total = _spread([amount * MICROS / quantity for quantity, amount in pairs])
        unit += as_unit < as_total
        total += as_total < as_unit
    if unit + total < _FEWEST:
        return None
    if unit > 2 * total:
        return "unit"
    return "total" if total > 2 * unit else None


def _spread(values: Sequence[float]) -> float:
    """Mean distance from the median, relative to it."""
    middle = sorted(values)[len(values) // 2]
    return sum(abs(value - middle) for value in values) / len(values) / middle


def _same(one: Numbers, other: Numbers) -> bool:
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    close: Callable[[int, int], bool] = lambda a, b: abs(a - b) <= _slack(b) // 2  # noqa: E731 - one use
    return len(pairs) >= _FEWEST and sum(close(a, b) for a, b in pairs) >= 0.98 * len(pairs)
