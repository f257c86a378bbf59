"""Which figure is meant: rows counted, a column added up or averaged, an amount of money that is not named."""

from typing import Literal

from tools.sources.goods import goods_among
from tools.sources.phrases import SOLD
from tools.sources.plain.asked import Making
from tools.sources.plain.ground import SIDE, STOCK, names_unit
from tools.sources.plain.question import Words
from tools.sources.plain.state import State
from tools.sources.revenue import SPENT
from tools.sources.scheme import SchemeColumn, SchemeTable

MONEY_NOUNS = frozenset(["fee", "payment", "fine", "donation", "expense", "refund", "deposit", "premium", "bill", "charge", "cost", "contribution", "sale", "sales", "salary", "rent", "tip", "grant", "payout", "commission", "royalty"])  # fmt: skip
_RECEIVED = frozenset(["charged", "received", "collected", "paid", "raised", "invoiced", "billed", "earned", "spent", "donated", "taken"])  # fmt: skip
_ADDED_UP = frozenset(["min", "mins", "minutes", "h", "hrs", "hours", "days", "kg", "km", "l", "miles", "kwh", "tons"])
_SIZED = frozenset(["biggest", "largest", "expensive", "smallest", "cheapest", "highest", "lowest", "heaviest", "longest", "shortest", "costliest", "top"])  # fmt: skip


_OFFERED = frozenset(["price", "rate", "fare"])
_MOVES = frozenset(["take", "took", "taken", "takings", "earn", "earned", "receive", "received", "spend", "spent", "pay", "paid", "collect", "collected", "brought", "bring", "fetch"])  # fmt: skip
"""Words of money that came in, or went out."""
_TOTALS, _COUNTED = frozenset(["total", "totals", "sum", "sums"]), frozenset(["number", "numbers", "count", "counts"])
_BEHIND_A_TOTAL = frozenset(["per", "by", "for", "each", "of", "on", "in", "from", "since", "this", "last", "and"])


def goods_of(table: SchemeTable) -> tuple[SchemeColumn, SchemeColumn] | None:
    """How many pieces each row of a table is of, and the price of one."""
    figures = {tuple(word for word in c.words if word not in ("cents", "eur", "usd", "gbp", "chf")): c for c in table.columns if c.measure is not None}  # fmt: skip
    found = goods_among({words: c.measure is not None and c.measure.is_money for words, c in figures.items() if words})
    return (figures[found[0]], figures[found[1]]) if found is not None else None


class Measuring:
    """The words of one question, asked for the figure."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._cues = {word.cue for word in words.words if word.cue}
        self._counts = next((word.at for word in words.words if word.cue == "how_many"), None)

    def _measure(self, making: Making, days: object) -> SchemeColumn | Literal[False] | None:
        state = making.state
        if days:
            return None
        if state.measure is not None:
            if self._counts is not None and not self._is_countable(state.measure):
                return False
            return state.measure if self._may_add(state.measure) else False
        if state.money and any(event.way.links for event in state.events):
            making.cost += 0.15  # what was paid is rather the money of what the day of payment is one of
        if state.price is not None and state.money and (stock := self._stock(state.root)) is not None:
            return stock
        if state.money and "average" not in self._cues and self.main(state.root) is None and (goods := goods_of(state.root)) is not None:  # fmt: skip
            return goods[0]
        if self._counts is None and self._is_amount_noun(state) and not state.money and "average" not in self._cues:
            if not self._words.words or not {*self._words.norms} & _RECEIVED:
                making.unclear = True  # "fees of 2024": their number, or what they come to
                return None
            return self.main(state.root) or False
        if state.money and "average" in self._cues and not state.root_said and not self._main_is_of(state):
            return False
        wants = (
            state.money
            or self._says_total_of(state)
            or self._says_a_total()
            or (("average" in self._cues or self._is_single(making)) and self._counts is None)
        )
        if not wants:
            return None
        main = self.main(state.root)
        return main if main is not None and not self._is_only_asked(making, main) else False

    def _is_only_asked(self, making: Making, column: SchemeColumn) -> bool:
        """Whether a price is one at which something is offered: money that was taken or spent is none of a list."""
        state = making.state
        moves = {*self._words.norms} & _MOVES and "average" not in self._cues and not self._is_single(making)
        sold = {*state.root.singular.split()} & (SOLD | SPENT | MONEY_NOUNS)
        return bool(moves and not sold and {*column.words} & _OFFERED)

    @staticmethod
    def _stock(table: SchemeTable) -> SchemeColumn | None:
        """The only column that says how much there is in stock."""
        found = [c for c in table.columns if c.measure is not None and not c.measure.is_money and {*c.words, *c.raw} & STOCK]  # fmt: skip
        return found[0] if len(found) == 1 else None

    def _is_amount_noun(self, state: State) -> bool:
        """Whether what is counted is an amount of money by its name: fees, payments."""
        return (
            state.root_said > 0
            and bool({*state.root.singular.split()} & MONEY_NOUNS)
            and any(column.measure is not None and column.measure.is_money for column in state.root.columns)
        )

    @staticmethod
    def _main_is_of(state: State) -> bool:
        """ "average deposit", of payments of that kind."""
        return any(not item.way.links and not item.as_flag for item in state.conditions)

    def _says_total_of(self, state: State) -> bool:
        """ "the total of unpaid invoices"; "invoiced per month", where nothing but the verb says what."""
        norms = self._words.norms
        total = any(tuple(norms[i : i + 2]) in (("total", "of"), ("sum", "of"), ("amount", "of"), ("value", "of")) for i in range(len(norms)))  # fmt: skip
        deed = state.root_at >= 0 and norms[state.root_at].endswith("ed") and norms[state.root_at] != "feed"
        alone = state.root_at == next((word.at for word in self._words.words if word.carries), -1)
        return self._counts is None and (total or (deed and alone)) and self.main(state.root) is not None

    def _says_a_total(self) -> bool:
        """ "the total per payment method", "and their total": a sum, of which nothing but the rows says what of. "Total
        orders" are counted, "in total" adds nothing."""
        norms = self._words.norms
        if self._counts is not None or {*norms} & _COUNTED or "average" in self._cues:
            return False
        after = [norms[i + 1] if i + 1 < len(norms) else "" for i, norm in enumerate(norms) if norm in _TOTALS and norms[i - 1 : i] != ["in"]]  # fmt: skip
        return any(norm in _BEHIND_A_TOTAL or not norm.isalnum() for norm in after)

    def _says_total(self) -> bool:
        return "average" not in self._cues and bool({*self._words.norms} & {"total", "sum"})

    def _may_add(self, column: SchemeColumn) -> bool:
        """Whether what is asked for in total can be added up: minutes can, though a length is rather averaged."""
        measure = column.measure
        averaged = measure is not None and measure.additivity == "average"
        return not (averaged and self._says_total()) or (measure is not None and measure.in_words in _ADDED_UP)

    def _is_countable(self, column: SchemeColumn) -> bool:
        """ "how many bottles" are added up, "how many hours" too; of what is kept in minutes the minutes have to be said."""
        measure = column.measure
        if measure is None or measure.is_money or measure.additivity == "average":
            return False
        if column.is_whole and measure.in_words is None:
            return True
        return any(names_unit(norm, column) for norm in self._words.norms) or bool({*column.words} & {*self._words.norms} & {"hours", "days", "nights", "minutes"})  # fmt: skip

    @staticmethod
    def _is_of_rows(making: Making) -> bool:
        return all(not group.way.links and group.column is None for group in making.groups)

    def _is_single(self, making: Making) -> bool:
        """ "the three largest invoices": by what they come to."""
        return (
            self._is_of_rows(making)
            and bool(self._cues & {"rank_high", "rank_low"})
            and any(word.norm in _SIZED for word in self._words.words)
        )

    @staticmethod
    def _price(state: State, measure: SchemeColumn | None) -> SchemeColumn | Literal[False] | None:
        """What stock is worth: pieces at the price that is named, or at the only one that there is. False: at which?"""
        goods = goods_of(state.root) if state.money and state.price is None else None
        if goods is not None and measure is goods[0] and state.measure is None:
            return goods[1]
        if measure is None or not {*measure.words, *measure.raw} & STOCK or not state.money:
            return None if state.price is None else False
        prices = [c for c in state.root.columns if c.measure is not None and c.measure.is_money and c is not measure]
        return state.price or (prices[0] if len(prices) == 1 else False)

    @staticmethod
    def main(table: SchemeTable) -> SchemeColumn | None:
        """The one amount of money of a table; the total where it has parts."""
        goods = goods_of(table)
        each = goods[1].name if goods is not None else None
        found = [c for c in table.columns if c.measure is not None and c.measure.is_money and c.measure.additivity != "average" and not {*c.words, *c.raw} & SIDE and c.name != each]  # fmt: skip
        plain = [c for c in found if {*c.words} & {"amount", "total", "gross"} and "net" not in c.words]  # fmt: skip
        if len(found) == 1:
            return found[0]
        return plain[0] if len(plain) == 1 else None

    def _is_mean(self, making: Making, column: SchemeColumn) -> bool:
        additivity = column.measure.additivity if column.measure else "both"
        if "average" in self._cues:
            return True
        if self._says_total() and self._may_add(column):
            return False
        return additivity == "average" and not self._is_single(making)

    def _ranks_rates(self, making: Making, column: SchemeColumn) -> bool:
        """Whether what is averaged is to be ranked by, and nothing tells whether by the mean or by a single one."""
        rate = column.measure is not None and column.measure.additivity == "average"
        ranks = bool(self._cues & {"rank_high", "rank_low"}) and "average" not in self._cues
        return rate and ranks and bool(making.groups) and not self._is_of_rows(making)

    @staticmethod
    def _adds_up(column: SchemeColumn | None) -> bool:
        return column is not None and column.measure is not None and column.measure.additivity == "sum"
