"""Conditions on the figures of a group: "customers with more than 3 orders", "orders over 200", "states where we lost money"."""

from dataclasses import dataclass

from storage.metrics.query import Having, OrderBy
from tools.language.annotation import Meaning, SpanKind
from tools.language.numbers import NumberSpan
from tools.query.sentence import CLAUSE, GAP, Sentence
from tools.query.single_orders import ORDER
from tools.query.slots import DEFAULT_METRIC, BareCondition, Unsupported
from tools.query.vocabulary import (
    AFTER_A_BARE_COUNT,
    ALONG_WITH,
    BUYING,
    COUNTED_AS,
    EARNING,
    GOODS,
    LOSING,
    ONE_OF,
    OPERATORS,
    PARTS_OF_A_RANGE,
    QUESTION_WORDS,
    RATES,
    SPENDING,
)

_OVER = frozenset(["over", "above", "than"])
"""Words of a comparison that can also say along what something is laid out."""
_HOLDING = frozenset(
    "with having have has had carrying carried carry carries whose where containing contained contain contains".split()
)
"""Between orders and a figure these say that it is theirs."""
_KIND_OF_CUSTOMER = "segment"
_WHOSE = frozenset(["whose", "their", "his", "her"])
_ANYBODY = frozenset(["anyone", "anybody", "someone", "somebody"])
_AS_WELL = frozenset(["also", "too"])


def take_conditions(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """ "with more than 3 orders", "revenue over 1000": conditions on the figures of each group."""
    for i, span in enumerate(s.spans):
        operator = next((op for cue, op in OPERATORS.items() if span.is_cue(cue)), None)
        if operator is None or i in s.slots.used:
            continue
        at = _bound(s, i)
        number = s.spans[at].number if at is not None else None
        if at is None or number is None or _is_spread_over(s, i, at):
            continue
        _take_condition(s, roles, _Comparison(i, at, operator, number))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """The spans of a comparison and of its number, which stand on either side of each other."""

    cue: int
    at: int
    operator: str
    number: NumberSpan

    @property
    def spans(self) -> set[int]:
        return {self.cue, self.at}

    def having(self, metric: str) -> Having:
        return Having(metric=metric, operator=self.operator, values=(_in_parts(self.number),))  # pyright: ignore[reportArgumentType] — one of the literals


def _take_condition(s: Sentence, roles: dict[int, Meaning | None], said: _Comparison) -> None:
    i, at, number = said.cue, said.at, said.number
    after, before = s.near(i if s.near(at, 1) == i else at, 1), _subject(s, min(i, at))  # "10 or more orders"
    _group_by_any_bucket(s, roles)
    _group_by_members(s, before, i)
    if _is_a_loss(s, i, after) and number.unit != "%":
        _take_loss_beyond(s, said.operator, float(number.value), after, roles)
    elif _is_times(s, s.spans[at].end):
        _group_by_subject(s, _who_orders(s, before, roles), roles)
        _add(s, said.having("orders"))
    else:
        _take_bound_on_a_figure(s, roles, said, _behind_what_is_theirs(s, before, after, number, roles), after)
        return
    s.slots.used |= said.spans


def _take_bound_on_a_figure(
    s: Sentence, roles: dict[int, Meaning | None], said: _Comparison, before: int | None, after: int | None
) -> None:
    """`before` is what the condition is about, or the figure that it is on, and `after` what follows the number."""
    i, at, number = said.cue, said.at, said.number
    metric_at: int | None = None
    unnamed = DEFAULT_METRIC
    if before is not None and after is not None and _stands_after_its_figure(s, before, i, after, roles):
        metric_at = before
        _group_by_subject(s, after, roles)
    elif after is not None and s.spans[after].ids(Meaning.METRIC):
        # A number is of what follows it: "more than 3 orders" counts orders, whatever stands before.
        metric_at = after
        _group_by_subject(s, _behind_a_repeated_figure(s, before, after, roles), roles)
    elif before is not None and _is_counted(s, before):
        _group_by_subject(s, before, roles)
    elif before is not None and roles.get(before) is Meaning.METRIC:
        metric_at = before
        _group_by_what_has(s, before, roles)
    elif _counts_goods(s, at):
        unnamed = "units"
        _group_by_subject(s, before, roles)
    elif not (_take_counted_before(s, before, roles) or _has_a_subject(s, before, roles)):
        condition = BareCondition(said.operator, (_in_parts(number),), frozenset(said.spans))
        _take_bare(s, condition, number.unit)
        return
    asked = _only_figure(s, i, roles) if number.unit in (None, "%") and unnamed == DEFAULT_METRIC else None
    metric = _figure_of(s, metric_at, at) if metric_at is not None else asked or unnamed
    metric = _rate_of(s, metric) if number.unit == "%" else metric
    _refuse_money(s, metric, number.unit)
    _add(s, said.having(metric))
    s.slots.used |= said.spans | ({metric_at} if metric_at is not None else set())
    if metric_at is not None:
        roles[metric_at] = None


def _group_by_what_has(s: Sentence, figure: int, roles: dict[int, Meaning | None]) -> None:
    """Of whom or what a figure right before its bound is: "orders with net sales above 1,000"."""
    if _is_what_anyone_spends(s, figure):
        s.slots.groups.append("customer")
        return
    counted = next((j for j in range(figure) if _is_counted(s, j)), None)
    _group_by_subject(s, _orders_with(s, figure) if counted is None else counted, roles)


def _behind_what_is_theirs(
    s: Sentence, before: int | None, after: int | None, number: NumberSpan, roles: dict[int, Meaning | None]
) -> int | None:
    """The subject of "clients whose purchases passed 4,000 euros": the clients, of whom each comes to so much."""
    money = number.unit not in (None, "%") or (
        after is not None
        and any(s.model.metrics[metric].unit == "money" for metric in s.spans[after].ids(Meaning.METRIC))
    )
    if before is None or not money or "orders" not in s.spans[before].ids(Meaning.METRIC):
        return before
    whose = _subject(s, before) if s.word_before(before) in _WHOSE else None
    if whose is None:
        return before
    roles[before] = None
    s.slots.used.add(before)
    return whose


def _in_parts(number: NumberSpan) -> float:
    return float(number.value) / (100 if number.unit == "%" else 1)


def _refuse_money(s: Sentence, metric: str, unit: str | None) -> None:
    """ "more than 3 euros" bounds no number of units."""
    if unit not in (None, "%") and s.model.metrics[metric].unit != "money":
        raise Unsupported(f"I cannot apply a condition on money to {s.model.metrics[metric].label.lower()}.")


def _rate_of(s: Sentence, metric: str) -> str:
    """ "more than 15 % discount" bounds the rate of it; a percentage of another amount is of nothing that is known."""
    rate = RATES.get(metric, metric)
    if rate not in s.model.metrics or s.model.metrics[rate].unit in ("money", "count"):
        raise Unsupported(f"I cannot apply a condition in percent to {s.model.metrics[metric].label.lower()}.")
    return rate


def _figure_of(s: Sentence, metric_at: int, number_at: int) -> str:
    """The figure that a bound is on; "more than 3 refunds" counts them, where "refunds over 300" is their amount."""
    metric = s.spans[metric_at].ids(Meaning.METRIC)[0]
    number = s.spans[number_at]
    counted = metric == "refunds" and number.end == s.spans[metric_at].start and number.number is not None
    is_money = number.number is not None and number.number.unit is not None
    return "refund_count" if counted and not is_money and "refund_count" in s.model.metrics else metric


def _only_figure(s: Sentence, i: int, roles: dict[int, Meaning | None]) -> str | None:
    """ "units per order by country, only those above 60": the one figure that is asked for, unless a verb tells that money
    is meant ("who spent over 500")."""
    if {*s.words_before(i, 2)} & (EARNING | BUYING):
        return None
    figures = {
        name for j, span in enumerate(s.spans) if roles.get(j) is Meaning.METRIC for name in span.ids(Meaning.METRIC)
    }
    return figures.pop() if len(figures) == 1 and not figures & {"customers", "orders"} else None


def _take_bare(s: Sentence, condition: BareCondition, unit: str | None) -> None:
    """ "the last 5 refunds over 50" is about their amount; elsewhere only the question before can tell."""
    if s.slots.implied_amount is None:
        s.slots.bare_condition = condition
        return
    metric = _rate_of(s, s.slots.implied_amount) if unit == "%" else s.slots.implied_amount
    _add(s, Having(metric=metric, operator=condition.operator, values=condition.values))  # pyright: ignore[reportArgumentType] — one of the literals
    s.slots.used |= condition.spans


def _take_counted_before(s: Sentence, before: int | None, roles: dict[int, Meaning | None]) -> bool:
    """ "of the orders in October, how many were over 1,000": the thing named before a "how many" without one."""
    if before is None or not s.spans[before].is_cue("how_many") or not _asks_how_many_there_are(s):
        return False
    counted = next((i for i, span in enumerate(s.spans[:before]) if len(span.ids(Meaning.DIMENSION)) == 1), None)
    if counted is None:
        return False
    s.slots.counts = True
    s.slots.used.add(counted)
    roles[counted] = None
    s.slots.groups.append(s.spans[counted].ids(Meaning.DIMENSION)[0])
    return True


def _has_a_subject(s: Sentence, before: int | None, roles: dict[int, Meaning | None]) -> bool:
    """A thing or a unit of time that the condition is about, said anywhere ("on any day"), or a mere "who"."""
    if before is None:
        return "who" in s.words or s.slots.grain_target is not None
    if roles.get(before) is Meaning.DIMENSION:
        s.slots.bounded.add(before)
    return s.spans[before].kind is not SpanKind.TERM or roles.get(before) in (Meaning.DIMENSION, Meaning.UNIT)


def _stands_after_its_figure(s: Sentence, before: int, i: int, after: int, roles: dict[int, Meaning | None]) -> bool:
    """ "average order value > 150 customers": the bound is on the figure right before it, and what follows is bounded."""
    apart = s.spans[before].end == s.spans[i].start and s.spans[after].start - s.spans[i].end <= GAP
    figure = roles.get(before) is Meaning.METRIC and not s.spans[before].ids(Meaning.DIMENSION)
    thing = s.spans[after].ids(Meaning.DIMENSION) and s.is_plural(s.spans[after])
    own = after + 1 < len(s.spans) and s.spans[after + 1].is_cue(*OPERATORS)
    return bool(apart and figure and thing) and not own


def _behind_a_repeated_figure(
    s: Sentence, before: int | None, after: int, roles: dict[int, Meaning | None]
) -> int | None:
    """The subject of "orders that have a quantity over 20 pieces", which names its figure on both sides of the bound."""
    if before is None or roles.get(before) is not Meaning.METRIC or s.spans[before].ids(Meaning.DIMENSION):
        return before
    if not {*s.spans[before].ids(Meaning.METRIC)} & {*s.spans[after].ids(Meaning.METRIC)}:
        return before
    roles[before] = None
    s.slots.used.add(before)
    counted = next((j for j in range(before) if _is_counted(s, j)), None)
    return _orders_with(s, before) if counted is None else counted


def _counts_goods(s: Sentence, at: int) -> bool:
    """ "more than 50 candles": pieces of them."""
    number, following = s.spans[at].number, s.near(at, 1, 0)
    goods = following is not None and {value.dimension for value in s.spans[following].values} & GOODS
    return number is not None and number.unit is None and bool(goods)


def _group_by_members(s: Sentence, subject: int | None, i: int) -> None:
    """ "which Dairy Products have less than 15 in stock", "which of the businesses bought for more than 3,000": a part of
    the range, or a kind of customers, of which each is held to the bound by itself."""
    if subject is None or not s.is_plural(s.spans[subject]) or not {*s.words_before(subject, 3)} & QUESTION_WORDS:
        return
    kinds = {value.dimension for value in s.spans[subject].values}
    buys = BUYING & {token.norm for token in s.annotation.tokens[s.spans[subject].end : s.spans[i].start]}
    if kinds & {*PARTS_OF_A_RANGE} and "product" not in s.slots.groups:
        s.slots.groups.append("product")
    elif kinds == {_KIND_OF_CUSTOMER} and buys and "customer" not in s.slots.groups:
        s.slots.groups.append("customer")


def _group_by_any_bucket(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """ "did we take over 4,000 on any day this month": each day by itself."""
    for j, span in enumerate(s.spans):
        named = span.ids(Meaning.UNIT) and j not in s.slots.used and s.slots.grain_target is None
        if named and s.word_before(j) in ONE_OF | {"any", "which"} and s.preposition_before(j) != "for":
            roles[j] = None
            s.slots.used.add(j)
            s.slots.grain_target = span.ids(Meaning.UNIT)[0]  # pyright: ignore[reportAttributeAccessIssue] — a Grain


def _is_spread_over(s: Sentence, i: int, at: int) -> bool:
    """ "split over the four regions": no condition; but "passed the 500 euros", "exceeded the 1,000" are some."""
    number = s.spans[at].number
    if (number is not None and number.unit is not None) or not s.words_of(i) & _OVER:
        return False
    between = (token.norm for token in s.annotation.tokens[s.spans[i].end : s.spans[at].start])
    return bool(ALONG_WITH & set(between))


def _add(s: Sentence, condition: Having) -> None:
    """Once, though it may be said twice: "a loss of more than 500, i.e. profit under -500"."""
    if condition not in s.slots.having:
        s.slots.having.append(condition)


def _is_a_loss(s: Sentence, i: int, after: int | None) -> bool:
    """ "a loss of more than 500", "lost over 500"; but no money in "lost over 500 customers"."""
    counted = s.spans[after].ids(Meaning.METRIC) if after is not None else ()
    if counted and "profit" not in counted:
        return False
    before = [token.norm for token in s.annotation.tokens[: s.spans[i].start] if token.norm not in ("of", "us", "we")]
    return bool(before) and before[-1] in ("loss", "losses", "lost")


def _take_loss_beyond(
    s: Sentence, operator: str, amount: float, after: int | None, roles: dict[int, Meaning | None]
) -> None:
    """A loss of more than 500 is a profit below -500."""
    flipped = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}.get(operator, operator)
    _add(s, Having(metric="profit", operator=flipped, values=(-abs(amount),)))  # pyright: ignore[reportArgumentType] — one of the literals
    if after is not None and "profit" in s.spans[after].ids(Meaning.METRIC):
        roles[after] = None
        s.slots.used.add(after)


def take_counting(s: Sentence) -> None:
    """ "orders above 500, just the count", "customers with more than 3 orders, how many are they", "count the products
    that …": those that meet a condition are counted, not listed."""
    things = len(s.slots.groups) + (s.slots.grain_target is not None)
    if not s.slots.having or things != 1:
        return
    counted = {COUNTED_AS.get(name, f"{name}_count") for name in s.slots.groups}
    again = counted & {*s.slots.metrics} if _names_again_how_many(s, counted) else set[str]()
    if again or _asks_how_many_there_are(s) or _says_count(s):
        s.slots.counts = True
        s.slots.metrics[:] = [metric for metric in s.slots.metrics if metric not in again]


def _names_again_how_many(s: Sentence, counted: set[str]) -> bool:
    """ "customers who ordered more than 5 times, how many customers is this"."""
    return any(s.is_counted(i) and counted & set(span.ids(Meaning.METRIC)) for i, span in enumerate(s.spans))


def _asks_how_many_there_are(s: Sentence) -> bool:
    """A "how many" that no thing follows."""
    tokens = [token.norm for token in s.annotation.tokens]
    cues = [
        span
        for i, span in enumerate(s.spans)
        if span.is_cue("how_many") and not _AS_WELL & {*s.words_before(i, 1)}  # "which are …, tell me also how many"
    ]
    return any(span.end >= len(tokens) or tokens[span.end] in AFTER_A_BARE_COUNT for span in cues)


def _says_count(s: Sentence) -> bool:
    words = [token.norm for token in s.annotation.tokens]
    named = {at for span in s.spans if span.ids(Meaning.METRIC) for at in range(span.start, span.end)}
    told = (at for at, word in enumerate(words) if word == "count" and at not in named)
    opens = any(words[at + 1 : at + 2] not in (["by"], ["per"], [",", "."]) for at in told)
    closes = s.slots.groups == ["order_number"] and bool(s.words & {"count", "number"})
    return opens or closes or words[-2:] == ["the", "count"]


def _bound(s: Sentence, i: int) -> int | None:
    """The span of the number that a comparison goes with: behind it, but before it in "10 orders or more"."""
    if s.annotation.tokens[s.spans[i].start].norm not in ("or", "and"):
        return s.near(i, 1)
    before = [j for j in (i - 1, i - 2) if j >= 0 and s.spans[j].number is not None]
    return before[0] if before else None


def _subject(s: Sentence, i: int) -> int | None:
    """What a condition is about: "customers" also in "customers from Germany who ordered more than …"."""
    at = s.near(i, -1, CLAUSE)
    while at is not None and _stands_between(s, at):
        at = s.near(at, -1, CLAUSE)
    nearest = s.near(i, -1)
    if nearest is not None and s.is_said(nearest, "place"):
        nearest = s.near(nearest, -1)  # "did Anna Becker place more than 3 orders"
    return at if at is not None else nearest


def _stands_between(s: Sentence, at: int) -> bool:
    span = s.spans[at]
    named = at + 1 < len(s.spans) and bool(s.spans[at + 1].values)  # "orders taken by Anna, under 100"
    return (
        span.kind in (SpanKind.VALUE, SpanKind.PERIOD)
        or s.is_said(at, "place")
        or span.is_cue("negation", "follow_up", "chatter")
        or (span.is_cue("grouping") and named)
    )


def _is_counted(s: Sentence, i: int) -> bool:
    """ "how many customers": one kind of thing, or of time, whose number is asked."""
    span = s.spans[i]
    things = span.ids(Meaning.DIMENSION) or span.ids(Meaning.UNIT)
    return (len(things) == 1 and s.is_counted(i)) or _named_as_a_number(s, i) is not None


def _named_as_a_number(s: Sentence, i: int) -> str | None:
    """What "different customers", "number of orders" and "how many orders placed" count, a figure and no thing by
    themselves."""
    span = s.spans[i]
    metrics = span.ids(Meaning.METRIC) if not span.ids(Meaning.DIMENSION) else ()
    if "orders" in metrics and ({"number", "count"} & s.words_of(i) or s.is_counted(i)):
        return ORDER
    return "customer" if "customers" in metrics else None


def _is_times(s: Sentence, at: int) -> bool:
    """ "ordered more than 8 times": orders are what is counted."""
    return at < len(s.annotation.tokens) and s.annotation.tokens[at].norm in ("times", "x")


def _orders_with(s: Sentence, figure: int) -> int | None:
    """ "orders with net sales above 1,000", "any order placed in 1998 that carried freight above 500": each of them."""
    i = figure - 1
    while i > 0 and _stands_between(s, i):
        i -= 1
    if i < 0 or "orders" not in s.spans[i].ids(Meaning.METRIC):
        return None
    between = [token.norm for token in s.annotation.tokens[s.spans[figure - 1].end : s.spans[figure].start]]
    each = s.is_plural(s.spans[i]) or s.word_before(i) in ("any", "each", "every", "single", "which", "an")
    return i if each and len(between) <= CLAUSE and _HOLDING & set(between) else None


def _who_orders(s: Sentence, before: int | None, roles: dict[int, Meaning | None]) -> int | None:
    """ "customers who placed an order more than 5 times": the customers, and the order is none by itself."""
    at = before
    while at is not None and at >= 0 and "orders" in s.spans[at].ids(Meaning.METRIC):
        roles[at] = None
        s.slots.used.add(at)
        at = next((j for j in range(at - 1, -1, -1) if s.spans[j].ids(Meaning.METRIC) or s.spans[j].ids(Meaning.DIMENSION)), None)  # fmt: skip
    return before if at is None else at


def _group_by_subject(s: Sentence, subject: int | None, roles: dict[int, Meaning | None]) -> None:
    """In "revenue of customers with more than 3 orders" the condition is on each customer; "how many customers
    with …" counts those who meet it."""
    if subject is not None and _is_counted(s, subject):
        s.slots.counts = True
        s.slots.used.add(subject)
        roles[subject] = None
        named = _named_as_a_number(s, subject)
        (thing,) = (named,) if named else s.spans[subject].ids(Meaning.DIMENSION) or s.spans[subject].ids(Meaning.UNIT)
        if s.spans[subject].ids(Meaning.UNIT):
            s.slots.grain_target = thing  # pyright: ignore[reportAttributeAccessIssue] — a Grain
        elif thing not in s.slots.groups:
            s.slots.groups.append(thing)
        return
    if subject is None:
        return
    if "orders" in s.spans[subject].ids(Meaning.METRIC) and not s.spans[subject].ids(Meaning.DIMENSION):
        roles[subject] = None  # "any order placed": a figure by itself, whose orders are meant here
        s.slots.used.add(subject)
        s.slots.groups.append(ORDER)
        return
    if not s.spans[subject].ids(Meaning.DIMENSION):
        return
    roles[subject] = Meaning.DIMENSION
    s.slots.used.discard(subject)
    s.slots.bounded.add(subject)


def _is_what_anyone_spends(s: Sentence, subject: int) -> bool:
    """ "did anyone spend over 2,000": each customer by herself."""
    spends = SPENDING & s.words_of(subject) and DEFAULT_METRIC in s.spans[subject].ids(Meaning.METRIC)
    return bool(spends and s.words & _ANYBODY) and "customer" not in s.slots.groups


def _count_those_that_lose(s: Sentence) -> None:
    """ "how many states lost money": those of them whose profit is below nothing, not all that there are."""
    counted = [metric for metric in s.slots.metrics if metric.endswith("_count") or metric == "customers"]
    if len(s.slots.metrics) != 1 or not counted or s.slots.groups or not s.slots.wants_count or not s.words & LOSING:
        return
    thing = "customer" if counted == ["customers"] else counted[0].removesuffix("_count")
    if thing not in s.model.dimensions or not s.says_money():
        return
    s.slots.metrics[:] = ["profit"]
    s.slots.groups.append(thing)
    s.slots.having.append(Having(metric="profit", operator="lt", values=(0.0,)))
    s.slots.counts = True


def take_losses(s: Sentence) -> None:
    """ "states where we lost money", "products with losses": those whose profit is below nothing."""
    words = s.words
    _count_those_that_lose(s)
    asked = s.slots.implied == "profit" or s.slots.metrics in (["profit"], ["profit_margin"])
    if not words & LOSING or not asked:
        return
    if s.slots.ranking and s.slots.ranking.metric:
        return
    if s.slots.ranking and not s.slots.metrics:
        s.slots.ranking.descending = not s.slots.ranking.descending  # "which lost the most"
    elif s.slots.groups and not s.slots.ranking and "profit" not in {one.metric for one in s.slots.having}:
        metric = s.slots.metrics[0] if s.slots.metrics else "profit"
        s.slots.having.append(Having(metric=metric, operator="lt", values=(0.0,)))
        s.slots.order.append(OrderBy(by="", descending=False))
