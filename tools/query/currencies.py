"""In which currency amounts are asked for: "sales last month in dollars", "what's that in €", "orders over £100".

A currency that is asked for is taken out of the sentence, which then reads "in money": the rest is read as if it stood
there alone. A currency that narrows ("orders placed in USD", "USD sales") is a filter and stays. A bound in another
currency than the figures' asks for the figures in that one, since only then does it mean what it says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storage.metrics.model import SemanticModel
from tools.language.annotation import Annotation, Span
from tools.language.numbers import currency_at
from tools.language.text import Token, TokenKind, tokenize
from tools.query.draft import Draft
from tools.query.slots import Unclear

_INTO = frozenset(["in", "into", "to", "as"])
_ARTICLES = frozenset(["the", "our", "my"])
_PLACED = frozenset("placed paid ordered priced billed invoiced charged made bought those ones".split())
_ORDERS = frozenset(
    "order orders purchase purchases payment payments invoice invoices transaction transactions".split()
)
"""Behind these a currency may tell which orders are meant; before them too."""
_GROUPING = frozenset("by per each every top best".split())
_NOT_WANTED = frozenset(["not", "than", "of"])
_CONVERTING = frozenset(
    "convert converted converting express expressed exchange exchanged translate translated".split()
)
_CONVERTED = "in money"
_SAME = "the same"
_POINTING = frozenset("that it this those these same them".split())
_PASSING = frozenset(
    "how much what whats s is was are were would be and show me please give now the all in money then so again can you".split()
)


@dataclass(frozen=True, slots=True)
class Currencies:
    """Those of a business: what its figures are in where nothing else is asked, and those of its orders."""

    main: str | None
    used: tuple[str, ...] = ()

    @property
    def own(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*([self.main] if self.main else []), *self.used)))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question without the currency that its amounts are asked for in."""

    text: str
    currency: str | None = None


def without_currency(question: str, currencies: Currencies) -> Asked:
    """The currencies of the business settle which dollars are meant. Raises Unclear where several are asked for, or one
    that many countries have and the business none of."""
    tokens = tokenize(question)
    found: dict[str, None] = {}
    text = question
    for named in reversed([*_named(tokens)]):
        currency = settled(named.candidates, currencies)
        if named.narrows and currency in currencies.used and len(currencies.used) > 1:
            # "placed in dollars": the data says "USD"
            text = f"{text[: tokens[named.at].start]}{currency}{text[tokens[named.stop - 1].end :]}"
            continue
        found[currency] = None
        if named.start < named.at:
            text = f"{text[: tokens[named.start].start]}{_CONVERTED}{text[tokens[named.stop - 1].end :]}"
    if len(found) > 1:
        raise Unclear(f"In which currency: {' or '.join(sorted(found))}? I can show amounts in one at a time.")
    return Asked(_without_converting(text) if found else text, next(iter(found), None))


@dataclass(frozen=True, slots=True)
class _Named:
    """A currency at tokens [at, stop); from `start` on with the preposition before it. It `narrows` where it says which
    orders are meant."""

    start: int
    at: int
    stop: int
    candidates: tuple[str, ...]
    narrows: bool


def _named(tokens: Sequence[Token]) -> Iterator[_Named]:
    """ "in dollars", "to the euro", "how many pounds", "placed in USD"."""
    place = 0
    while place < len(tokens):
        found = _named_at(tokens, place)
        if found is not None:
            yield found
        place = found.stop if found is not None else place + 1


def _named_at(tokens: Sequence[Token], start: int) -> _Named | None:
    norm, before = tokens[start].norm, tokens[start - 1].norm if start else ""
    if tokens[start].kind is TokenKind.QUOTED:
        return None
    if norm in ("many", "much") and before == "how":
        counted = currency_at(tokens, start + 1)
        is_noun = counted is not None and tokens[start + 1].kind is TokenKind.WORD
        return _Named(start + 1, start + 1, counted[1], counted[0], narrows=False) if counted and is_noun else None
    if norm not in _INTO or before in _NOT_WANTED:
        return None
    at = start + 1
    while at < len(tokens) and tokens[at].norm in _ARTICLES:
        at += 1
    if (read := currency_at(tokens, at)) is None:
        return None
    after = tokens[read[1]] if read[1] < len(tokens) else None
    if after is not None and after.kind is TokenKind.NUMBER:
        return None  # "in $ 50"
    grouped = start > 1 and tokens[start - 2].norm in _GROUPING
    narrows = before in _PLACED or (before in _ORDERS and not grouped)
    narrows |= after is not None and after.norm in _ORDERS
    return _Named(start, at, read[1], read[0], narrows=narrows)


def _without_converting(text: str) -> str:
    """ "convert sales to euros" asks for sales; "what's that in euros" for what was asked before."""
    words = [word for word in text.split(" ") if word.lower().strip(",.") not in _CONVERTING]
    said = {word for token in tokenize(" ".join(words)) if (word := token.norm)[:1].isalnum()}
    return _SAME if said & _POINTING and said <= _POINTING | _PASSING else " ".join(words)


def settled(candidates: Sequence[str], currencies: Currencies) -> str:
    """Which of the currencies that a sign or name may mean is meant. Raises Unclear."""
    if len(candidates) == 1:
        return candidates[0]
    mine = [currency for currency in currencies.own if currency in candidates]
    if len(mine) > 1 and currencies.main not in mine:
        raise Unclear(f"Which currency do you mean: {', '.join(mine)}?")
    if mine:
        return mine[0]
    if candidates[0] in ("USD", "GBP", "JPY", "INR"):
        return candidates[0]
    raise Unclear(f"Which currency do you mean: {', '.join(candidates)}?")


def asked_in(asked: str | None, annotation: Annotation, currencies: Currencies) -> str | None:
    """The currency that figures must be in; None where none was said, or only what they are in anyway. Raises Unclear
    where figures in one are bounded in another."""
    bounds = _of_bounds(annotation, currencies)
    named = [*bounds, *([asked] if asked and asked not in bounds else [])]
    if len(named) > 1:
        raise Unclear(
            f"You name amounts in {' and '.join(named)}. In which one should all of them be? I convert each order at the "
            "rate of its day."
        )
    if asked is None and bounds == (currencies.main,):
        return None
    return named[0] if named else None


def _of_bounds(annotation: Annotation, currencies: Currencies) -> tuple[str, ...]:
    """The currencies that amounts in a sentence are said in, each once."""
    found: dict[str, None] = {}
    for span in annotation.spans:
        if span.number is not None and span.number.unit not in (None, "%"):
            found[_unit_of(annotation, span, currencies)] = None
    return tuple(found)


def _unit_of(annotation: Annotation, span: Span, currencies: Currencies) -> str:
    """As it was said: "$" is settled by whose business it is."""
    said = (currency_at(annotation.tokens, at) for at in range(span.start, span.end))
    candidates = next((named[0] for named in said if named is not None), None)
    unit = span.number.unit if span.number else None
    return settled(candidates or (unit or "",), currencies)


def refuse_without_money(model: SemanticModel, draft: Draft, currency: str) -> None:
    """Raises Unclear where a currency is asked for and nothing is an amount: of which orders, perhaps."""
    if any(involves_money(model, name) for name in (*draft.metrics, *(having.metric for having in draft.having))):
        return
    label = model.metrics[draft.metrics[0]].label
    raise Unclear(
        f"“{label}” is no amount of money that could be in {currency}. Do you mean orders placed in {currency}?"
    )


def involves_money(model: SemanticModel, name: str) -> bool:
    """Whether a figure is made of amounts of money, be it a share of them."""
    return any(metric.unit == "money" for metric in model.base_metrics(name).values())
