"""What is ranked, in which direction, and how many rows are shown."""

from tools.language.annotation import Meaning, SpanKind
from tools.query.sentence import Sentence
from tools.query.slots import DEFAULT_RANKING, Ranking, whole
from tools.query.vocabulary import GROWING, QUESTION_WORDS, SHRINKING


def take_ranking(s: Sentence) -> None:
    for i, span in enumerate(s.spans):
        if not span.is_cue("rank_high", "rank_low", "rank_metric"):
            continue
        s.slots.used.add(i)
        ranking = s.slots.ranking or Ranking()
        ranking.descending = span.is_cue("rank_high") or (ranking.descending and not span.is_cue("rank_low"))
        detail = next((term.detail for term in span.terms if term.id == "rank_metric"), "")
        if detail:
            metric, direction = detail.split()
            ranking.metric, ranking.descending = metric, direction == "high"
        _take_limit(s, i, ranking)
        s.slots.ranking = ranking
    if s.slots.ranking and s.slots.ranking.limit is None:
        s.slots.ranking.limit = _counted_limit(s) or _first_so_many(s) or _implied_limit(s)


def take_ranked_change(s: Sentence) -> None:
    """ "which region grew the most", "the biggest drop": by how much, and not how high the figure is."""
    words = s.words
    if s.slots.ranking is None or s.slots.grain_target or not words & (GROWING | SHRINKING):
        return
    s.slots.ranks_change = True
    s.slots.ranking.descending = bool(words & GROWING) is s.slots.ranking.descending


def _take_limit(s: Sentence, i: int, ranking: Ranking) -> None:
    for step in (1, -1):
        j = s.near(i, step)
        limit = whole(s.spans[j].number) if j is not None and j not in s.slots.used else None
        if j is not None and limit:
            ranking.limit = limit
            s.slots.used.add(j)
            return


def _counted_limit(s: Sentence) -> int | None:
    """ "3 products with the smallest sales": the number stands before the thing, not before the cue."""
    for i, span in enumerate(s.spans):
        if set(span.ids(Meaning.DIMENSION) + span.ids(Meaning.UNIT)) & {*s.slots.groups, s.slots.grain_target}:
            j = s.near(i, -1)
            if j is not None and s.spans[j].values:
                j = s.near(j, -1)  # "3 Garden products"
            limit = whole(s.spans[j].number) if j is not None and j not in s.slots.used else None
            if j is not None and limit:
                s.slots.used.add(j)
                return limit
    return None


def _first_so_many(s: Sentence) -> int | None:
    """ "first three are enough", said apart."""
    for i, span in enumerate(s.spans[:-1]):
        number = s.spans[i + 1]
        first = span.number is not None and s.annotation.said(span.start, span.end).lower() == "first"
        limit = whole(number.number) if first and number.start == span.end and i + 1 not in s.slots.used else None
        if limit:
            s.slots.used |= {i, i + 1}
            return limit
    return None


def _implied_limit(s: Sentence) -> int | None:
    for span in s.spans:
        named = span.ids(Meaning.DIMENSION) + span.ids(Meaning.UNIT)
        if span.kind is SpanKind.GRAIN or set(named) & {*s.slots.groups, s.slots.grain_target}:
            return DEFAULT_RANKING if s.is_plural(span) else 1
    return 1 if any(token.norm in QUESTION_WORDS for token in s.annotation.tokens) else DEFAULT_RANKING
