"""Words for things of the shop's trade and of its money alike: the category of goods and of expenses, who buys and the
account that is paid to. The figure of the sentence tells which is meant, else that of the question before."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from storage.metrics.model import SemanticModel
from tools.language.annotation import Annotation, Meaning, Span, SpanKind
from tools.language.values import ValueIndex
from tools.query.extents import is_of_transactions, is_only_of_transactions
from tools.query.lexicon import OUTSIDE

_T = TypeVar("_T")


def on_one_side(model: SemanticModel, annotation: Annotation, before: Sequence[str], values: ValueIndex) -> Annotation:
    """The annotation with the meanings that its figures have; the same where no word has two. `before` are the figures of
    the question before."""
    figures = [name for span in annotation.spans for name in span.ids(Meaning.METRIC)] or list(before)
    of_money = bool(figures) and all(is_of_transactions(model, name) for name in figures)
    if of_money:
        annotation = _with_names(model, annotation, values)
    both = [span for span in annotation.spans if _names_both(model, span)]
    if not both:
        return annotation

    def is_meant(dimension: str) -> bool:
        if not is_only_of_transactions(model, dimension):
            return not of_money
        return of_money and values.has(dimension)

    return replace(
        annotation, spans=tuple(_settled(span, is_meant) if span in both else span for span in annotation.spans)
    )


def _with_names(model: SemanticModel, annotation: Annotation, values: ValueIndex) -> Annotation:
    """ "expenses for rent": a category, where else such a word says what is not recorded."""
    outside = [span for span in annotation.spans if span.is_cue(OUTSIDE) and len(span.terms) == 1]
    if not outside:
        return annotation
    named = {(hit.start, hit.end): hit.values for hit in values.whole(annotation.tokens, set())}
    found: dict[Span, Span] = {}
    for span in outside:
        own = tuple(
            one for one in named.get((span.start, span.end), ()) if is_only_of_transactions(model, one.dimension)
        )
        if own:
            found[span] = Span(SpanKind.VALUE, span.start, span.end, values=own)
    return replace(annotation, spans=tuple(found.get(span, span) for span in annotation.spans))


def _names_both(model: SemanticModel, span: Span) -> bool:
    named = {*span.ids(Meaning.DIMENSION), *(value.dimension for value in span.values)}
    return len({is_only_of_transactions(model, name) for name in named}) > 1


def _settled(span: Span, is_meant: Callable[[str], bool]) -> Span:
    return replace(
        span,
        terms=_those(span.terms, lambda term: term.meaning is not Meaning.DIMENSION or is_meant(term.id)),
        values=_those(span.values, lambda value: is_meant(value.dimension)),
    )


def _those(all_of: tuple[_T, ...], is_kept: Callable[[_T], bool]) -> tuple[_T, ...]:
    return tuple(one for one in all_of if is_kept(one)) or all_of
