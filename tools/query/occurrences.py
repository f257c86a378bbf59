"""Single orders and refunds by their day: "the latest 10 orders", "when did Anna last buy", "our first sale"."""

from dataclasses import dataclass

from tools.language.annotation import Meaning, SpanKind
from tools.query.sentence import Sentence
from tools.query.slots import DEFAULT_METRIC, DEFAULT_RANKING, Ranking, whole
from tools.query.vocabulary import BUYING, OPERATORS, SELLING

_LATEST = frozenset(["last", "latest", "newest", "recent"])
_EARLIEST = frozenset(["first", "earliest", "oldest"])
_VERBS = BUYING | SELLING | frozenset(["shop", "shopped", "order", "purchase"])
_VERB_WITHIN = 3
NEW_CUSTOMERS = "new_customers"


@dataclass(frozen=True, slots=True)
class _Kind:
    """What happens on a day: the figures of its first and last day, what it comes to, and what tells two apart."""

    first: str
    last: str
    amount: str
    told_apart_by: tuple[str, ...]


_ORDER = _Kind("first_order", "last_order", DEFAULT_METRIC, ("order_number",))
_REFUND = _Kind("first_refund", "last_refund", "refunds", ("order_number", "product"))


def take_occurrences(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """Before any other term is read: "latest orders" names neither a figure nor a period."""
    if not {_ORDER.last, _REFUND.last} <= s.model.metrics.keys():
        return
    asks_when = bool(s.words & {"when", "date", "dates"}) or any(s.says(which, "day") for which in ("which", "what"))
    wants_amount = s.slots.wants_sum or bool(s.words & {"amount", "worth", "value"})
    if not asks_when and _counts_first_timers(s, roles):
        return
    for i, span in enumerate(s.spans):
        if i in s.slots.used:
            continue
        kind = _kind_of(s, i, asks_when=asks_when)
        found = adjective(s, span.start) if kind else None
        if _is_listed_as_a_day(s, i):
            kind, found = _ORDER, ([span.start], _number_before(s, span.start)[0])
        if kind is None or found is None:
            continue
        adjectives, number = found
        plural = s.is_plural(span)
        earliest = bool({s.annotation.tokens[at].norm for at in adjectives} & _EARLIEST)
        if earliest and plural and number is None:
            continue  # "first orders" are those of new customers
        s.slots.understood |= set(adjectives)
        s.slots.used |= {i} | ({number} if number is not None else set())
        s.slots.used |= {j for j, other in enumerate(s.spans) if other.start in adjectives}
        roles[i] = None
        day = kind.first if earliest else kind.last
        s.slots.metrics.append(day)
        if asks_when:
            s.slots.used |= {j for j in range(len(s.spans)) if s.is_said(j, "day", "date", "which day", "what day")}
        if (asks_when and not plural and not wants_amount) or (not plural and _is_grouped(s, i, roles)):
            return
        limit = whole(s.spans[number].number) if number is not None else None
        _list_single_ones(s, kind, earliest=earliest, limit=limit or (DEFAULT_RANKING if plural else 1))
        return
    if _lists_orders(s, roles) or _lists_refunds(s, roles):
        return
    if asks_when and not s.slots.metrics:
        _take_verb(s, roles, listed=wants_amount)


def _lists_orders(s: Sentence, roles: dict[int, Meaning | None]) -> bool:
    """ "list the orders from Brazil": one by one, with what each came to."""
    others = [i for i, span in enumerate(s.spans) if roles.get(i) and not s.is_said(i, "orders") and span.terms]
    for i, _ in enumerate(s.spans):
        if s.is_said(i, "orders") and is_told_to_list(s, i) and not others and not s.cue_anywhere("grouping"):
            roles[i] = None
            s.slots.used.add(i)
            s.slots.groups.append("order_number")
            s.slots.metrics.append(DEFAULT_METRIC)
            s.slots.implied_amount = DEFAULT_METRIC
            return True
    return False


def is_told_to_list(s: Sentence, i: int) -> bool:
    """ "list the orders", "list Anna Becker's orders": whose they are may stand between."""
    while i and s.spans[i - 1].kind is SpanKind.VALUE and s.spans[i].start - s.spans[i - 1].end <= 1:
        if s.says_before(i, "list"):
            return True
        i -= 1
    return s.says_before(i, "list")


def _lists_refunds(s: Sentence, roles: dict[int, Meaning | None]) -> bool:
    """ "list the refunds since July", "refunds over 200", "the 5 largest refunds": one by one, with what was given back and when."""
    others = [i for i, role in roles.items() if role and not s.is_said(i, "refunds", "refund")]
    for i, span in enumerate(s.spans):
        if not s.is_said(i, "refunds", "refund") or others or s.cue_anywhere("grouping") or s.is_counted(i):
            continue
        bound = s.near(i, 1, 0)
        bounded = bound is not None and s.spans[bound].is_cue(*OPERATORS) and not s.words & {"times", "x"}
        ranked = s.cue_before(i, "rank_high", "rank_low") is not None
        if not (bounded or ranked or is_told_to_list(s, i)) or not span.ids(Meaning.METRIC):
            continue
        roles[i] = None
        s.slots.used.add(i)
        s.slots.groups += _REFUND.told_apart_by
        s.slots.metrics += [_REFUND.amount, _REFUND.last]
        s.slots.implied_amount = _REFUND.amount
        return True
    return False


def _kind_of(s: Sentence, i: int, *, asks_when: bool) -> _Kind | None:
    span = s.spans[i]
    metrics = span.ids(Meaning.METRIC)
    if {"refunds", "refund_count"} & set(metrics):
        return _REFUND
    if "orders" in metrics or (asks_when and DEFAULT_METRIC in metrics and s.words_of(i) <= {"sale", "sales"}):
        return _ORDER
    return None


def _is_listed_as_a_day(s: Sentence, i: int) -> bool:
    """ "last orders", "the first order of Anna Becker, and how much": more is asked for than the day."""
    days = {_ORDER.first, _ORDER.last} & set(s.spans[i].ids(Meaning.METRIC))
    return (
        bool(days)
        and s.words_of(i) <= {"first", "last", "order", "orders"}
        and (s.is_plural(s.spans[i]) or s.slots.wants_sum)
    )


def adjective(s: Sentence, start: int) -> tuple[list[int], int | None] | None:
    """The places of "latest", "last", "most recent" right before a term, and the span of a number beside them; whose it is
    may stand between: "the latest 5 Ernst Handel orders"."""
    while (value := next((span for span in s.spans if span.values and span.end == start), None)) is not None:
        start = value.start
    number, at = _number_before(s, start)
    if at and s.annotation.tokens[at - 1].norm in _LATEST | _EARLIEST:
        places = [at - 1]
        if s.annotation.tokens[at - 1].norm == "recent":
            if at < 2 or s.annotation.tokens[at - 2].norm != "most":  # noqa: PLR2004 — two words
                return None
            places.append(at - 2)
        dated = any(
            span.kind in (SpanKind.PERIOD, SpanKind.SHIFT, SpanKind.COMPARISON) and span.start <= at - 1 < span.end
            for span in s.spans
        )
        earlier, _ = _number_before(s, min(places))
        return None if dated else (places, number if number is not None else earlier)
    return None


def _number_before(s: Sentence, start: int) -> tuple[int | None, int]:
    """The number that ends where a term starts, and where it starts itself."""
    for j, span in enumerate(s.spans):
        ordinal = span.number is not None and span.number.ordinal
        if span.end == start and not ordinal and whole(span.number) is not None:
            return j, span.start
    return None, start


def _is_grouped(s: Sentence, i: int, roles: dict[int, Meaning | None]) -> bool:
    """ "the last order of each customer"."""
    return any(
        j != i and role is Meaning.DIMENSION and s.cue_before(j, "grouping") is not None for j, role in roles.items()
    )


def _list_single_ones(s: Sentence, kind: _Kind, *, earliest: bool, limit: int) -> None:
    """So many single orders or refunds by their day, with what each came to."""
    day = kind.first if earliest else kind.last
    s.slots.groups += kind.told_apart_by
    s.slots.metrics += [metric for metric in (day, kind.amount) if metric not in s.slots.metrics]
    s.slots.ranking = Ranking(not earliest, limit, metric=day)
    s.slots.implied_amount = kind.amount


def _counts_first_timers(s: Sentence, roles: dict[int, Meaning | None]) -> bool:
    """ "customers who placed their very first order in 1997": new customers."""
    first = next((i for i, span in enumerate(s.spans) if _ORDER.first in span.ids(Meaning.METRIC)), None)
    who = next((i for i, span in enumerate(s.spans) if "customers" in span.ids(Meaning.METRIC)), None)
    if first is None or who is None or who > first or NEW_CUSTOMERS not in s.model.metrics:
        return False
    s.slots.metrics.append(NEW_CUSTOMERS)
    s.slots.used |= {first, who}
    roles[first] = roles[who] = None
    return True


def _take_verb(s: Sentence, roles: dict[int, Meaning | None], *, listed: bool) -> None:
    """ "when did Anna Becker first buy", "when was the lantern last sold", "when did they order for the first time"."""
    tokens = [token.norm for token in s.annotation.tokens]
    for at, word in enumerate(tokens):
        behind = tokens[at + 1 : at + 2] == ["time"] and bool(_VERBS & set(tokens[:at]))  # "buy for the first time"
        ends = not "".join(tokens[at + 1 : at + 2])[:1].isalnum()
        closes = ends and bool(_VERBS & set(tokens[max(0, at - 1) : at]))  # "when did they buy first"
        if word not in ("first", "last") or not (
            _VERBS & set(tokens[at + 1 : at + 1 + _VERB_WITHIN]) or behind or closes
        ):
            continue
        s.slots.understood.add(at)
        inside = {j for j, span in enumerate(s.spans) if span.start <= at < span.end and not span.period}
        s.slots.used |= inside
        roles.update(dict.fromkeys(inside))
        days = {j for j in range(len(s.spans)) if s.is_said(j, "day", "date", "which day", "what day")}
        s.slots.used |= days
        roles.update(dict.fromkeys(days))
        s.slots.metrics.append(_ORDER.first if word == "first" else _ORDER.last)
        if listed:
            _list_single_ones(s, _ORDER, earliest=word == "first", limit=1)
        return
