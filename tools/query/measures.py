"""Goods that are counted in the owner's own words: "bottles of cider", "how many packs of the tea", "oat latte, cups, by month".

Sales are counted in units, so such a word means these, unless it tells a part of the goods that is named apart: of a brownie that
is sold by the piece and by the box, the boxes are not all units."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from storage.uow import ReadUnitOfWork
from tools.language.annotation import Annotation, Span
from tools.language.text import Token, tokenize
from tools.query.slots import Unclear
from tools.query.vocabulary import DETERMINERS

_WORDS: Final = frozenset(
    "cups bottles boxes packs packets bags cases loaves slices bowls pairs jars tins pots tubs cartons crates portions glasses punnets sachets".split()
)
_MEASURED = re.compile(rf"\b(?:{'|'.join(sorted(_WORDS))})\b|\d ?(?:kg|g|ml|cl|l)\b", re.IGNORECASE)
_OF_A_WHOLE: Final = frozenset(["slices", "portions"])
"""Units only of what is sold in nothing else: a whole cake is none."""
_OF_SEVERAL: Final = frozenset(["boxes", "cases", "crates", "cartons"])
"""No units of what is known to be sold in other ways: six croissants that went singly are no box."""
_SIZE: Final = frozenset(["kg", "g", "ml", "cl", "l"])
_COUNTING = (("how", "many"), ("number", "of"), ("count", "of"), ("sold", "more"), ("sold", "most"), ("sells", "more"))
_MAY_FOLLOW = frozenset(["sold", "by", "per", "each"])
"""Behind a word that is set off: "cups sold", "cups by month"."""
_GOODS = ("product", "category")


@dataclass(frozen=True, slots=True)
class Counted:
    """A question whose measure words became units, with what is to be told of it."""

    question: str
    notes: tuple[str, ...] = ()


def may_be_measured(question: str) -> bool:
    """Whether a question holds such a word at all: most do not."""
    return _MEASURED.search(question) is not None


async def in_units(uow: ReadUnitOfWork, annotation: Annotation) -> Counted:
    """Raises Unclear where a word tells a part of the goods that the figures do not keep apart."""
    named = _named(annotation)
    measures = [at for at in range(len(annotation.tokens)) if named and _is_a_measure(annotation, at)]
    sizes = [at for at in range(1, len(annotation.tokens)) if named and _is_a_size(annotation, at)]
    if not measures and not sizes:
        return Counted(annotation.text)
    goods = {name: [v.text for span in named for v in span.values if v.dimension == name] for name in _GOODS}
    variants = await uow.metrics.variants_of(goods["product"], goods["category"])
    sold = dict.fromkeys(goods["product"], ()) | variants
    for at in measures:
        if part := _not_counted_so(sold, annotation.tokens[at]):
            raise _unclear(annotation, range(at, at + 1), part)
    for at in sizes:
        if part := _sold_apart(variants, _size(annotation.tokens, at)):
            raise _unclear(annotation, range(at - 1, at + 1), part)
    return _with_units(annotation, measures)


def _named(annotation: Annotation) -> list[Span]:
    """The goods that are named; a measure word alone is a part of many names."""
    spans = [span for span in annotation.spans if any(value.dimension in _GOODS for value in span.values)]
    return [span for span in spans if not (_is_bare(annotation, span) and not span.whole)]


def _is_bare(annotation: Annotation, span: Span) -> bool:
    return span.end - span.start == 1 and annotation.tokens[span.start].norm in _WORDS


def _is_a_measure(annotation: Annotation, at: int) -> bool:
    tokens = annotation.tokens
    if tokens[at].norm not in _WORDS or _is_part_of_a_name(annotation, at):
        return False
    before, after = tuple(token.norm for token in tokens[max(0, at - 2) : at]), _norm(tokens, at + 1)
    if before[-1:] and before[-1][:1].isdigit():
        return False
    return before in _COUNTING or _is_of_goods(annotation, at) or (_is_set_off(tokens, at) and after != "of")


def _is_part_of_a_name(annotation: Annotation, at: int) -> bool:
    return any(
        span.start <= at < span.end and span.values and (span.whole or not _is_bare(annotation, span))
        for span in annotation.spans
    )


def _is_of_goods(annotation: Annotation, at: int) -> bool:
    """ "bottles of the cider"."""
    start = at + 2
    while _norm(annotation.tokens, start) in DETERMINERS:
        start += 1
    return _norm(annotation.tokens, at + 1) == "of" and any(span.start == start for span in _named(annotation))


def _is_set_off(tokens: Sequence[Token], at: int) -> bool:
    """ ", cups, 2026", "- bottles -", ", bottles I mean", ", cups sold by month"."""
    before, after = _norm(tokens, at - 1), _norm(tokens, at + 1)
    meant = after == "i" and _norm(tokens, at + 2) == "mean"
    return bool(before) and not before[:1].isalnum() and (not after[:1].isalnum() or after in _MAY_FOLLOW or meant)


def _norm(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].norm if 0 <= at < len(tokens) else ""


def _is_a_size(annotation: Annotation, at: int) -> bool:
    """ "1 kg" outside of a name."""
    tokens = annotation.tokens
    return tokens[at].norm in _SIZE and tokens[at - 1].norm.isdigit() and not _is_part_of_a_name(annotation, at)


def _size(tokens: Sequence[Token], at: int) -> tuple[str, ...]:
    return tokens[at - 1].lemma, tokens[at].lemma


def _not_counted_so(variants: Mapping[str, Sequence[str]], measure: Token) -> str | None:
    """The product of which a measure word does not mean all units."""
    if measure.norm not in _OF_A_WHOLE | _OF_SEVERAL:
        return _sold_apart(variants, (measure.lemma,))
    for product, titles in variants.items():
        whole = all(_holds(title, (measure.lemma,)) for title in titles)
        if not whole or (not titles and measure.norm in _OF_A_WHOLE):
            return product
    return None


def _sold_apart(variants: Mapping[str, Sequence[str]], words: tuple[str, ...]) -> str | None:
    """The product that is sold in several ways, of which some are named so and some are not."""
    return next((name for name, titles in variants.items() if len({_holds(one, words) for one in titles}) > 1), None)


def _holds(title: str, words: tuple[str, ...]) -> bool:
    lemmas = tuple(token.lemma for token in tokenize(title))
    return any(lemmas[at : at + len(words)] == words for at in range(len(lemmas)))


def _unclear(annotation: Annotation, place: range, product: str) -> Unclear:
    said = annotation.said(place.start, place.stop)
    return Unclear(f"Your figures do not keep “{said[:40]}” apart from the rest of {product}. Do you mean all of it?")


def _with_units(annotation: Annotation, measures: Sequence[int]) -> Counted:
    text = annotation.text
    for at in reversed(measures):
        token = annotation.tokens[at]
        text = f"{text[: token.start]}units{text[token.end :]}"
    said = dict.fromkeys(annotation.tokens[at].text for at in measures)
    return Counted(text, tuple(f"“{word}” was read as units sold." for word in said))
