"""What the first few of a ranking come to together, and what part of the whole that is: "our five best customers together are
what percent of our sales"."""

from math import fsum

from storage.metrics.model import SemanticModel
from storage.metrics.query import MetricQuery
from tools.language.annotation import Annotation, Meaning
from tools.query.draft import Draft
from tools.query.figures import Figures
from tools.query.vocabulary import DETERMINERS, TOGETHER
from tools.query.voices import AnswerWriter

_THESE = frozenset(["they", "these", "those"])
_CONTRIBUTING = frozenset(
    """make makes made bring brings brought account accounts contribute contributed represent represents are is were come
    spend spent buy bought generate generated earn earned""".split()
)
_PARTICLES = frozenset(["in", "up", "us", "for"])
"""What may stand between such a verb and "together": "bring in together"."""


def are_added_up(annotation: Annotation, draft: Draft, model: SemanticModel) -> bool:
    """Whether one figure is asked for, and not a row for each; "top 5 products, shops and web together" asks for rows."""
    ranked = draft.limit is not None and draft.limit > 1 and bool(draft.order) and len(draft.groups) == 1
    plain = len(draft.metrics) == 1 and not (draft.per or draft.grain or draft.times.compare or draft.offset)
    if not (ranked and plain and model.is_additive(draft.metrics[0])):
        return False
    words = [token.norm for token in annotation.tokens]
    things = {
        at
        for span in annotation.spans
        if {*span.ids(Meaning.DIMENSION)} & {*draft.groups}
        for at in range(span.start, span.end)
    }
    return any(word in TOGETHER and _goes_with(words, things, at) for at, word in enumerate(words))


def _goes_with(words: list[str], things: set[int], at: int) -> bool:
    """Whether a "together" is that of what is ranked: right behind it, or behind its verb, or before a "they"."""
    passed = DETERMINERS | _PARTICLES
    before = next((i for i in range(at - 1, -1, -1) if words[i][:1].isalnum() and words[i] not in passed), None)
    of_them = before is not None and (before in things or words[before] in _CONTRIBUTING | _THESE)
    return of_them or words[at + 1 : at + 2] in (["they"], ["these"], ["those"])


def as_one_figure(figures: Figures, query: MetricQuery, writer: AnswerWriter) -> tuple[Figures, str]:
    """The rows added up, with their share where one is asked for, and the sentence."""
    (metric,) = query.metrics
    shown = [at for role in ("share", "metric") if (at := figures.position(role, metric)) is not None]
    sums = tuple(fsum(float(cell) for row in figures.rows if isinstance(cell := row[at], int | float)) for at in shown)
    columns, roles = (tuple(of[at] for at in shown) for of in (figures.columns, figures.roles))
    share = sums[0] if query.share_of_total else None
    return Figures(columns, (sums,), roles), writer.added_up(sums[-1], share, len(figures.rows))  # pyright: ignore[reportArgumentType] — columns and roles as they were
