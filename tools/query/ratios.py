"""A figure for each of something: "what does one order bring on average", "how many pieces does an order hold"."""

from tools.language.annotation import Meaning, Span, SpanKind
from tools.query.sentence import Sentence
from tools.query.slots import DEFAULT_METRIC
from tools.query.vocabulary import ONE_OF, PARTS_OF_A_RANGE, PER, PERCENTAGES, RATIOS

_THINGS = {"orders": "order_number", "customers": "customer", "units": "unit"}
_INSIDE = frozenset(["in", "per", "on", "into", "hold", "holds", "contain", "contains", "inside"])
_HELD_IN = _INSIDE | {"has", "have", "does", "go", "goes"}
_TYPICAL_ORDERS = tuple(
    {adjective, thing}
    for adjective in ("average", "avg", "mean", "typical", "normal")
    for thing in ("order", "basket", "ticket")
)
_ADJECTIVES = frozenset(["average", "avg", "typical", "normal", "single", "usual", "mean"])


def take_ratio(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """Takes the figure and the one thing that it is asked for, as one ratio."""
    if _take_pieces_of_a_typical_order(s, roles):
        return
    average = next((i for i, span in enumerate(s.spans) if span.is_cue("average")), None)
    for i, span in enumerate(s.spans):
        thing = next((_THINGS[m] for m in span.ids(Meaning.METRIC) if m in _THINGS), None)
        if thing is None or s.is_plural(span) or not (_is_one(s, i) or s.says_before(i, "per")):
            continue
        figure_at = next((j for j in range(len(s.spans)) if j != i and _is_figure(s, j, roles)), None)
        figure = s.spans[figure_at].ids(Meaning.METRIC)[0] if figure_at is not None else _unnamed(s)
        per_unit = thing == "unit" and figure_at is None and s.cue_before(i, "grouping") is not None
        per_unit |= thing == "customer" and _is_paid_for_one(s)
        ratio = "average_price" if per_unit else RATIOS.get((figure, thing))
        said = per_unit or average is not None or "worth" in s.words or (figure == "units" and bool(_INSIDE & s.words))
        if ratio is None or not said:
            continue
        numbers = {j for j in (i - 1, i - 2) if j >= 0 and s.spans[j].number is not None and _says_one(s, s.spans[j])}
        s.slots.metrics.append(ratio)
        s.slots.used |= {i, *numbers} | ({figure_at} if figure_at is not None else set())
        s.slots.used |= {average} if average is not None else set()
        roles[i] = None
        if figure_at is not None:
            roles[figure_at] = None
        return


def _take_pieces_of_a_typical_order(s: Sentence, roles: dict[int, Meaning | None]) -> bool:
    """ "how many pieces has the average order": by itself a typical order names what it is worth."""
    units = next((i for i, span in enumerate(s.spans) if "units" in span.ids(Meaning.METRIC) and s.is_counted(i)), None)
    order = next((i for i in range(len(s.spans)) if s.words_of(i) in _TYPICAL_ORDERS), None)
    if units is None or order is None or order < units or "units_per_order" not in s.model.metrics:
        return False
    between = {token.norm for token in s.annotation.tokens[s.spans[units].end : s.spans[order].start]}
    if not between & _HELD_IN or between & {"and", ",", "+", "&"}:
        return False
    s.slots.metrics.append("units_per_order")
    s.slots.used |= {units, order}
    roles[units] = roles[order] = None
    return True


def take_percentage_of(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """ "refunds in Germany as a percentage of sales": one figure in percent of another is a rate of its own."""
    for i, span in enumerate(s.spans):
        if not span.is_cue("share") or s.annotation.read(span.start, span.end).startswith("how much"):
            continue
        of = s.near(i, 1, 2)
        before = [j for j in range(i) if _is_figure(s, j, roles)]
        if of is None or not _is_figure(s, of, roles) or len(before) != 1:
            continue
        pair = (s.spans[before[0]].ids(Meaning.METRIC)[0], s.spans[of].ids(Meaning.METRIC)[0])
        rate = next(
            (rate for (part, wholes), rate in PERCENTAGES.items() if pair[0] == part and pair[1] in wholes), None
        )
        if rate is None:
            continue
        s.slots.metrics.append(rate)
        s.slots.used |= {i, of, before[0]}
        roles[of] = roles[before[0]] = None
        return


def _is_paid_for_one(s: Sentence) -> bool:
    """ "what does a customer pay on average for one chair": the price of it."""
    goods = (i for i, span in enumerate(s.spans) if {v.dimension for v in span.values} & {"product", *PARTS_OF_A_RANGE})
    return bool(s.words & {"pay", "pays", "paid"}) and any(
        s.words_before(i, 2) in (["for", "one"], ["for", "a"]) for i in goods
    )


def _is_figure(s: Sentence, i: int, roles: dict[int, Meaning | None]) -> bool:
    return roles.get(i) is Meaning.METRIC and i not in s.slots.used


def _unnamed(s: Sentence) -> str:
    """Verbs of selling ask for money, and "how many did an average customer order" for orders."""
    return "revenue" if s.is_implied() or s.slots.wants_sum or not s.slots.wants_count else ""


def _says_one(s: Sentence, span: Span) -> bool:
    return s.annotation.read(span.start, span.end) == "one"


def _is_one(s: Sentence, i: int) -> bool:
    """ "an order", "one Belgian customer", "an average Trade customer", "a single unit"."""
    start = s.spans[i].start
    for j in range(i - 1, -1, -1):
        before = s.spans[j]
        described = before.kind is SpanKind.VALUE or before.is_cue("average") or _says_one(s, before)
        if before.end != start or not described:
            break
        if before.is_cue("average") or _says_one(s, before):
            return True
        start = before.start
    words = [token.norm for token in s.annotation.tokens[:start]]
    while words and words[-1] in _ADJECTIVES:
        words.pop()
    return bool(words) and words[-1] in ONE_OF


def take_ratio_of_group(s: Sentence, i: int, grouping: int, dimension: str) -> bool:
    """ "how much do consumers spend per order": a ratio, since nobody asks for a list of single orders so."""
    told_apart = any(condition.metric != "orders" for condition in s.slots.having)
    if told_apart and dimension == "order_number" and not s.says_before(i, "per"):
        return False  # "every order over 12,000"
    unnamed = "units" if s.slots.wants_count else DEFAULT_METRIC  # "the average number of croissants per order"
    ratio = RATIOS.get((s.slots.metrics[-1] if s.slots.metrics else unnamed, dimension))
    wanted = dimension == "order_number" or s.cue_anywhere("average")
    per = s.annotation.tokens[s.spans[grouping].start].norm in PER
    if ratio is None or not wanted or not per or s.is_plural(s.spans[i]):
        return False
    s.slots.metrics[-1:] = [ratio]
    return True
