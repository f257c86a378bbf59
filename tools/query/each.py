"""What "each" and "every" go with, where that stands elsewhere in the sentence: "bread, pieces of each sort", "the clients in
Italy, how much has each one bought", "sales of yesterday by each shop".

Only where nothing else is listed, ranked by its own name, or split; what cannot be told is asked back (traces.py)."""

from tools.language.annotation import Meaning, Span, SpanKind
from tools.query.sentence import Sentence
from tools.query.single_orders import ORDER
from tools.query.slots import DEFAULT_METRIC
from tools.query.vocabulary import BUYING, COUNTED_AS, PARTS_OF_A_RANGE

_EACH = frozenset(["each", "every"])
_BEHIND_A_BARE_EACH = frozenset("one , . ? ! ; : on this last in of and from with".split())
_KINDS = frozenset("sort sorts kind kinds type types variety varieties flavour flavours flavor flavors".split())
_OUTLETS = frozenset("shop shops store stores branch branches outlet outlets".split())
_GOODS = frozenset(["things", "stuff", "goods", "items", "articles"])
_LISTED_BESIDE = frozenset(["amount", "amounts", "total", "totals", "value", "values", "date", "dates"])


def take_each(s: Sentence) -> None:
    """Adds the group that an "each" stands for, once figures, things and ranking are read."""
    _take_each_of_a_range(s)
    if s.slots.groups or s.slots.grain_target or s.slots.ranks_change:
        return
    at = _bare(s)
    dates = [span for span in s.spans if span.kind in (SpanKind.PERIOD, SpanKind.COMPARISON)]
    if at is None or len(dates) > 1 or any(_is_of_time(s, at, span) for span in dates):
        return  # "the first and the second quarter, how much each"
    name = _outlets(s, at) or _named_things(s) or _several_named(s) or _goods_of_a_range(s) or _goods_bought(s)
    if name is not None:
        s.slots.groups.append(name)
        if name == ORDER and not s.slots.metrics:
            s.slots.metrics.append(DEFAULT_METRIC)


def _take_each_of_a_range(s: Sentence) -> None:
    """ "each bread, how many sold": the products of a category that is named in the singular."""
    for i, span in enumerate(s.spans):
        part = {value.dimension for value in span.values} & {*PARTS_OF_A_RANGE}
        if part and s.word_before(i) in _EACH and "product" not in s.slots.groups:
            s.slots.groups.append("product")


def _bare(s: Sentence) -> int | None:
    """The place of an "each" that no thing follows which a figure could be split by."""
    tokens = [token.norm for token in s.annotation.tokens]
    ends = _BEHIND_A_BARE_EACH | _KINDS | _OUTLETS
    return next(
        (i for i, word in enumerate(tokens) if word in _EACH and (not tokens[i + 1 : i + 2] or tokens[i + 1] in ends)),
        None,
    )


def _is_of_time(s: Sentence, at: int, period: Span) -> bool:
    """ "each of the last 6 months", "q1 q2 q3 q4 of 2019 each"."""
    behind = [token.norm for token in s.annotation.tokens[at + 1 : period.start]]
    return period.end == at or (period.start > at and behind in (["of"], ["of", "the"], ["of", "these"]))


def _outlets(s: Sentence, at: int) -> str | None:
    """ "by each shop", "at each of the shops": the places that orders come in at."""
    behind = [token.norm for token in s.annotation.tokens[at + 1 : at + 4]]
    of_them = behind[:1] == ["of"] and behind[1:2] in (["the"], ["our"], ["my"])
    place = at + 3 if of_them else at + 1
    if (
        behind[place - at - 1 : place - at] == []
        or behind[place - at - 1] not in _OUTLETS
        or not s.has_values("channel")
    ):
        return None
    named = {value.text for span in s.spans if span.start == place for value in span.values}
    # Where one of them bears that very name, it is no more than the word for all of them here.
    s.slots.filters[:] = [f for f in s.slots.filters if f.dimension != "channel" or not {*f.values} <= named]
    return "channel"


def _named_things(s: Sentence) -> str | None:
    """ "Storage items, units sold of each", "orders of Anna Becker in October, every one with its amount"."""
    for i, span in enumerate(s.spans):
        things = span.ids(Meaning.DIMENSION)
        if len(things) != 1 or not s.is_plural(span) or s.is_counted(i):
            continue
        (thing,) = things
        beside = s.words & _LISTED_BESIDE and not {*s.slots.metrics} - {"orders"}
        if thing != ORDER or beside:
            counted = COUNTED_AS.get(thing)  # "the clients in Italy, how much has each bought": they are the rows
            s.slots.metrics[:] = [one for one in s.slots.metrics if one != counted]
            return thing
    return None


def _several_named(s: Sentence) -> str | None:
    """ "soy candles, each one", "croissants and brownies, how many of each"."""
    if s.slots.ranking:
        return None
    return next((item.dimension for item in s.slots.filters if item.operator in ("contains", "in")), None)


def _goods_of_a_range(s: Sentence) -> str | None:
    """ "bread, pieces of each sort", "cakes: rank every one of them": the products of a part of the range."""
    parts = [item for item in s.slots.filters if item.dimension in PARTS_OF_A_RANGE and item.operator == "eq"]
    return "product" if len(parts) == 1 and s.has_values("product") else None


def _goods_bought(s: Sentence) -> str | None:
    """ "Hungry Coyote last year bought what things, how many of each"."""
    bought = s.words & BUYING and s.words & _GOODS and "what" in s.words
    return "product" if bought and s.has_values("product") else None
