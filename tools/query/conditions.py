"""Conditions on the figures of a group: "customers with more than 3 orders", "states where we lost money"."""

from storage.metrics.query import Having, OrderBy
from tools.language.annotation import Meaning, SpanKind
from tools.language.numbers import NumberSpan
from tools.query.sentence import CLAUSE, Sentence
from tools.query.slots import BareCondition, Unsupported
from tools.query.vocabulary import AFTER_A_BARE_COUNT, ALONG_WITH, BUYING, COUNTED_AS, EARNING, LOSING, OPERATORS, RATES


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
        after, before = s.near(i if s.near(at, 1) == i else at, 1), _subject(s, min(i, at))  # "10 or more orders"
        metric_at: int | None = None
        if _is_a_loss(s, i, after) and number.unit != "%":
            _take_loss_beyond(s, operator, float(number.value), after, roles)
            s.slots.used |= {i, at}
            continue
        if _is_times(s, s.spans[at].end):
            _group_by_subject(s, _who_orders(s, before, roles), roles)
            _add(s, Having(metric="orders", operator=operator, values=(float(number.value),)))  # pyright: ignore[reportArgumentType] — one of the literals
            s.slots.used |= {i, at}
            continue
        if after is not None and s.spans[after].ids(Meaning.METRIC):
            # A number is of what follows it: "more than 3 orders" counts orders, whatever stands before.
            metric_at = after
            _group_by_subject(s, before, roles)
        elif before is not None and _is_counted(s, before):
            _group_by_subject(s, before, roles)
        elif before is not None and roles.get(before) is Meaning.METRIC:
            metric_at = before
            counted = next((j for j in range(before) if _is_counted(s, j)), None)
            _group_by_subject(s, _orders_with(s, before) if counted is None else counted, roles)
        elif not (_take_counted_before(s, before, roles) or _has_a_subject(s, before, roles)):
            _take_bare(s, BareCondition(operator, (_in_parts(number),), frozenset((i, at))), number.unit)
            continue
        named = None if number.unit not in (None, "%") else _only_figure(s, i, roles)
        metric = _figure_of(s, metric_at, at) if metric_at is not None else named or "revenue"
        metric = _rate_of(s, metric) if number.unit == "%" else metric
        _refuse_money(s, metric, number.unit)
        _add(s, Having(metric=metric, operator=operator, values=(_in_parts(number),)))  # pyright: ignore[reportArgumentType] — one of the literals
        s.slots.used |= {i, at} | ({metric_at} if metric_at is not None else set())
        if metric_at is not None:
            roles[metric_at] = None


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
    """A thing or a unit of time that the condition is about, or a mere "who"."""
    if before is None:
        return "who" in s.words
    return s.spans[before].kind is not SpanKind.TERM or roles.get(before) in (Meaning.DIMENSION, Meaning.UNIT)


def _is_spread_over(s: Sentence, i: int, at: int) -> bool:
    """ "split over the four regions": no condition."""
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
    cues = [span for span in s.spans if span.is_cue("how_many")]
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
    return at if at is not None else s.near(i, -1)


def _stands_between(s: Sentence, at: int) -> bool:
    span = s.spans[at]
    return span.kind in (SpanKind.VALUE, SpanKind.PERIOD) or span.is_cue("negation", "follow_up", "chatter")


def _is_counted(s: Sentence, i: int) -> bool:
    """ "how many customers": one kind of thing, or of time, whose number is asked."""
    span = s.spans[i]
    things = span.ids(Meaning.DIMENSION) or span.ids(Meaning.UNIT)
    return (len(things) == 1 and s.is_counted(i)) or _named_as_a_number(s, i) is not None


def _named_as_a_number(s: Sentence, i: int) -> str | None:
    """What "different customers" and "number of orders" count, a figure and no thing by themselves."""
    span = s.spans[i]
    metrics = span.ids(Meaning.METRIC) if not span.ids(Meaning.DIMENSION) else ()
    if "orders" in metrics and {"number", "count"} & s.words_of(i):
        return "order_number"
    return "customer" if "customers" in metrics else None


def _is_times(s: Sentence, at: int) -> bool:
    """ "ordered more than 8 times": orders are what is counted."""
    return at < len(s.annotation.tokens) and s.annotation.tokens[at].norm in ("times", "x")


def _orders_with(s: Sentence, figure: int) -> int | None:
    """ "orders with net sales above 1,000": each of them."""
    i = figure - 1
    beside = i >= 0 and s.spans[figure].start - s.spans[i].end <= 2 and s.is_followed_by(i, "with")  # noqa: PLR2004 — "with" and an article
    return i if beside and s.is_plural(s.spans[i]) and "order_number" in s.spans[i].ids(Meaning.DIMENSION) else None


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
    if subject is None or not s.spans[subject].ids(Meaning.DIMENSION):
        return
    roles[subject] = Meaning.DIMENSION
    s.slots.used.discard(subject)


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
