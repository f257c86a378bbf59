"""What a question says beside the point: "I have the bank on Monday, so …", "Moreno are calling at 3, …".

A clause is left out where it is a statement about people and their day and asks for nothing; it is named in the
answer. What it names is kept only where the rest points at it: "Ernst Handel on the phone. What have they spent?".
"""

import re
from dataclasses import dataclass

from tools.language.annotation import Annotation, Meaning, Span, SpanKind
from tools.query.clauses import Clause, clauses_of
from tools.query.remarks import remarks_among
from tools.query.vocabulary import OF_THE_DAY


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a question: its text, and what was left out, as typed."""

    text: str
    left_out: tuple[str, ...] = ()


_ACKNOWLEDGING = re.compile(
    r"^\s*(?:(?:morning|evening|afternoon|great|good|perfect|nice|fine|cool|super|right|alright|all right|thanks|thank you|thx|wow|oh|ah|lovely|interesting"
    r"|got it|understood|hm+|ok|okay)(?:\s+(?:great|good|lovely|nice|thanks|thank you|then|so|so much))?\s*(?:[,.!…]|-\s)+\s*(?:now\s+(?=and\b|only\b|just\b|by\b|as\b|add\b))?)+(?=\w)",
    re.IGNORECASE,
)
_CLOSING = re.compile(r"[\s,]+(?:please|pls|plz|thx|thanks|thank you|ty)\s*([?!.]*)\s*$", re.IGNORECASE)


def without_courtesies(question: str) -> str:
    """The question without "Great, thanks!" before it and "please" behind it: a follow-up is told by how it begins."""
    bare = _CLOSING.sub(r"\1", _ACKNOWLEDGING.sub("", question))
    return bare if bare.strip(" ?!.") else question


def without_asides(annotation: Annotation) -> Kept:
    """The question without what it says in passing. The whole of it where nothing else asks for a figure."""
    whole = list(clauses_of(annotation))
    remarks = remarks_among(whole)
    clauses, prefaces = _without_prefaces(annotation, [clause for clause in whole if clause not in remarks])
    asides = _asides_among(clauses)
    ranked = any(clause.ranks() for clause in clauses if clause not in asides)
    asides = [clause for clause in asides if not (ranked and clause.counts_things())]
    rest = [clause for clause in clauses if clause not in asides]
    if not (asides or prefaces or remarks) or not any(clause.names_something() for clause in rest):
        return Kept(annotation.text)
    if asides and _only_counts(rest) and any(clause.names_something() for clause in asides):
        return Kept(annotation.text)  # "the orders that come in the evening, how many are they"
    if not any(clause.periods for clause in rest):
        # "We had a bad week in March. What were the sales?": the only period that is named may be the one meant.
        asides = [clause for clause in asides if all(_is_some_day(span) for span in clause.periods)]
        rest = [clause for clause in clauses if clause not in asides]
    points_back = any(clause.points_back() for clause in rest)
    if not points_back and not any(span.values for clause in rest for span in clause.spans):
        # "We look at the South. Orders by category?": what is named there may well narrow the question.
        asides = [clause for clause in asides if clause.only_acts()]
        rest = [clause for clause in clauses if clause not in asides]
    text = " ".join(annotation.text[clause.first : clause.last] for clause in rest)
    if points_back:
        known = {value.text for clause in rest for span in clause.spans for value in span.values}
        of_each = any(clause.is_of_each() for clause in rest)
        named = dict.fromkeys(annotation.said(s.start, s.end) for clause in (*remarks, *asides) for s in clause.spans if (_is_a_name(s, annotation) or (of_each and _may_be_several(s, annotation))) and not {v.text for v in s.values} & known)  # fmt: skip
        text = " ".join((text.rstrip(" ?.!,;"), *(f"for {name}" for name in named))) if named else text
    told = sorted((*remarks, *asides), key=lambda clause: clause.start)
    return Kept(text, (*prefaces, *(annotation.said(clause.start, clause.end) for clause in told)))


def _asides_among(clauses: list[Clause]) -> list[Clause]:
    asides: list[Clause] = []
    for clause in clauses:
        behind = asides and asides[-1].end == clause.start
        if clause.is_aside() or (behind and clause.is_bracketed() and not clause.narrows()):
            asides.append(clause)  # "I want to send them a card (late, I know)"
    return asides


def _only_counts(clauses: list[Clause]) -> bool:
    """Whether nothing but a "how many" is asked, of what another clause names."""
    spans = [span for clause in clauses for span in clause.spans]
    counts = any(span.is_cue("how_many") for span in spans)
    return counts and not any(
        span.ids(Meaning.METRIC) or span.ids(Meaning.DIMENSION) or span.ids(Meaning.UNIT) for span in spans
    )


def _is_a_name(span: Span, annotation: Annotation) -> bool:
    """A value by its name, or by a clear part of it: "Fjord" for "Fjord Living", "zofia"."""
    if span.values and span.values[0].dimension in (*OF_THE_DAY, "part_of_day"):
        return False  # "seeing them on Friday"
    clear = len(span.values) == 1 and (annotation.tokens[span.start].text[:1].isupper() or span.values[0].dimension in ("salesperson", "customer"))  # fmt: skip
    return span.kind is SpanKind.VALUE and (span.whole or clear)


def _may_be_several(span: Span, annotation: Annotation) -> bool:
    """What "each" may go with: "saturdays or sundays", "candles"; but not the "stop" of "where to stop selling"."""
    last = annotation.tokens[span.end - 1]
    return bool(span.values) and (span.whole or last.norm != last.lemma)


def _without_prefaces(annotation: Annotation, clauses: list[Clause]) -> tuple[list[Clause], tuple[str, ...]]:
    """ "My boss asks for …", "the bank man wants to see …": who it is that wants the figures."""
    cut: list[Clause] = []
    prefaces: list[str] = []
    for clause in clauses:
        begins = clause.preface_end()
        if begins is not None and clause.is_aside() and not Clause(annotation, begins, clause.end).names_something():
            begins = None
        cut.append(clause if begins is None else Clause(annotation, begins, clause.end))
        prefaces += [] if begins is None else [annotation.said(clause.start, begins)]
    return cut, tuple(prefaces)


def _is_some_day(span: Span) -> bool:
    """ "on Monday", "tomorrow", "next week": when something happens, no time that figures are asked for."""
    period = span.period
    return period is not None and (period.grain == "day" or period.kind == "future")
