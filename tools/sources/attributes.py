"""Conditions that are said with the name of a column or a thing, and no value: "with 4 bedrooms", "without a campaign";
and words of time that are values here: "monthly pledges"."""

from dataclasses import dataclass
from typing import Literal

from tools.language.annotation import Meaning, SpanKind
from tools.language.values import ValueIndex
from tools.query.slots import Unclear, whole
from tools.query.vocabulary import DETERMINERS
from tools.sources.hearing import Hearing
from tools.sources.mentions import Mention

_WITHOUT = frozenset(["without", "lacking", "missing"])


@dataclass(frozen=True, slots=True)
class Attribute:
    """A condition on what a mention's words name."""

    mention: Mention
    operator: Literal["eq", "is_null"]
    values: tuple[str, ...] = ()


def hear_attributes(s: Hearing) -> list[Attribute]:
    """The conditions; their spans are used then."""
    found: list[Attribute] = []
    for i, span in enumerate(s.spans):
        dimensions = span.ids(Meaning.DIMENSION)
        if not dimensions or i in s.slots.used:
            continue
        if (number := _number_before(s, i)) is not None:
            numbered = tuple(d for d in dimensions if s.model.dimensions[d].values == "none")
            if numbered and _has_other_figure(s, i):
                found.append(Attribute(Mention(span, numbered), "eq", (str(whole(s.spans[number].number)),)))
                s.slots.used |= {i, number}
        elif s.preposition_before(i) in _WITHOUT and _has_other_figure(s, i) and not s.is_plural(span):
            things = tuple(d for d in dimensions if s.model.dimensions[d].entity in s.model.entities)
            found.append(Attribute(Mention(span, things), "is_null"))
            s.slots.used.add(i)
            s.slots.used |= {j for j, other in enumerate(s.spans[:i]) if other.is_cue("negation") and other.end <= span.start and _only_articles(s, other.end, span.start)}  # fmt: skip
    return found


def _number_before(s: Hearing, i: int) -> int | None:
    """ "4 bedrooms", where no ranking takes the number."""
    j = i - 1
    if j < 0 or s.spans[j].kind is not SpanKind.NUMBER or s.spans[j].end != s.spans[i].start:
        return None
    taken = j > 0 and s.spans[j - 1].kind is SpanKind.TERM and s.spans[j - 1].end == s.spans[j].start and s.spans[j - 1].is_cue("rank_high", "rank_low")  # fmt: skip
    return j if whole(s.spans[j].number) is not None and j not in s.slots.used and not taken else None


def _has_other_figure(s: Hearing, i: int) -> bool:
    return any(j != i and j not in s.slots.used and span.ids(Meaning.METRIC) for j, span in enumerate(s.spans))


def _only_articles(s: Hearing, start: int, end: int) -> bool:
    return all(token.norm in DETERMINERS for token in s.annotation.tokens[start:end])


def refuse_time_that_is_a_value(s: Hearing, values: ValueIndex) -> None:
    """Raises Unclear for "monthly pledges" where some pledges are called monthly."""
    for span in s.spans:
        if span.kind is not SpanKind.GRAIN or span.end != span.start + 1 or s.annotation.tokens[span.start].norm in ("day", "week", "month", "quarter", "year", "hour"):  # fmt: skip
            continue
        hits = values.whole(s.annotation.tokens[span.start : span.end], set())
        if hits:
            value = hits[0].values[0]
            by, kind = s.resolver.said(span), s.model.dimensions[value.dimension].label.lower()
            raise Unclear(
                f"“{by}”: one figure for each, or those whose {kind} is {value.text}?",
                ((f"{kind} {value.text}", s.rephrase(span, f'"{value.text}"')),),
            )
