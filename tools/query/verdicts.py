"""Whether one figure is above or below a bound: "did Anna sell over 1,000 last month", "is the margin higher than 30 %".

The figure is told, and on which side of the bound it lies; nothing is left out by it, as a condition on groups does."""

from storage.metrics.query import Having
from tools.language.annotation import Annotation, SpanKind
from tools.query.draft import Draft
from tools.query.slots import DEFAULT_METRIC, Reading, Unclear
from tools.query.vocabulary import GOODS, QUESTION_WORDS

_OPENING = frozenset("is are was were do does did have has had will would can could".split())
_INDIRECT = frozenset(["whether", "if"])
_SINGLE = frozenset("anyone anybody someone somebody any each every single everyone everybody either both".split())
"""Words of one among many: the figure of all of them says nothing of it."""
_ASKING = frozenset(["confirm", "check", "know", "tell", "see", "say"])


def hold_to_bound(annotation: Annotation, reading: Reading, draft: Draft) -> None:
    """Makes the draft one for the figure itself, which its condition is then held to; not where something is listed,
    counted or split, or nothing asks for a yes or no. Raises Unclear where goods may be meant in pieces or in money."""
    shown = draft.groups or draft.grain or draft.counts or draft.share or reading.grain_target or reading.ranking
    dated = len(annotation.of(SpanKind.PERIOD)) > 1  # "above 4 % this quarter, and was it last quarter"
    if len(draft.having) != 1 or dated or shown or draft.times.compare or reading.average or not _is_closed(annotation):
        return
    (bound,) = draft.having
    if any(item.operator == "in" for item in draft.filters):
        return  # "did Cork or Dublin sell over 20,000": each by itself, or both together
    if reading.metrics and reading.metrics != [bound.metric]:
        return
    _refuse_pieces_or_money(annotation, reading, bound)
    draft.having, draft.metrics, draft.held_to = (), (bound.metric,), bound


def _is_closed(annotation: Annotation) -> bool:
    """Whether a yes or no is asked for."""
    words = [token.norm for token in annotation.tokens]
    if {*words} & (QUESTION_WORDS | _SINGLE) or any(span.is_cue("how_many", "how_much") for span in annotation.spans):
        return False
    clauses = [0, *(at + 1 for at, word in enumerate(words) if word in (",", ":", ".", "-"))]
    opens = any(words[at : at + 1] and words[at] in _OPENING for at in clauses)
    indirect = bool(_INDIRECT & {*words}) and (words[0] in _INDIRECT or bool(_ASKING & {*words}))
    return opens or indirect or words[-1:] == ["?"]


def _refuse_pieces_or_money(annotation: Annotation, reading: Reading, bound: Having) -> None:
    """ "did the lantern sell more than 100": pieces, or money."""
    bare = not any(span.number is not None and span.number.unit for span in annotation.spans)
    goods = any(item.dimension in GOODS for item in reading.filters)
    if not (bare and goods and bound.metric == DEFAULT_METRIC and not reading.metrics):
        return
    if any(bound.metric in {term.id for term in span.terms} for span in annotation.spans):
        return
    said, number = annotation.text.rstrip(" ?.!"), next(span for span in annotation.spans if span.number)
    amount = annotation.said(number.start, number.end)
    options = tuple((label, said.replace(amount, f"{amount} {label}", 1)) for label in ("pieces", "in sales"))
    raise Unclear(f"{amount} pieces, or {amount} in sales?", options)
