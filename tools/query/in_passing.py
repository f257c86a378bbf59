"""Clauses that are told while something else is asked: "dough is waiting", "before I have my tea", "was it a quiet day",
"I have the feeling we saw many new faces". None holds a figure, a value, a time or a number of its own that could narrow
the question."""

import re

from tools.language.annotation import Annotation, Meaning, Span, SpanKind

_TIME = "day|week|weekend|month|quarter|year|season|morning|afternoon|evening"
_FEELING = re.compile(
    r"^(?:(?:so|and|well|now|ok|okay|hi|hello) ,? ?)*(?:i|we)(?:'ve| have| had| get| got| 've)*(?: got)? (?:the|a|this|that|an) (?:feeling|impression|sense|hunch|idea)\b",
)
_JUDGED = re.compile(
    rf"^(?:and |so |but )?(?:was|is) (?:it|that|this)(?: really| actually| just)? an? (?:very |really |rather |quite )?"
    rf"(?:quiet|busy|good|bad|slow|poor|strong|weak|great|decent|nice|normal|terrible|calm) (?:{_TIME})(?: or (?:not|what))?$",
)
_BEFORE_GOING = re.compile(
    r"^(?:but |and )?(?:before|while) (?:i|we|i'm|we're) (?:have|go|leave|close|head|start|finish|drive|call|ring|see|meet|sign|send|talk|speak|forget|pop|nip|run|lock)\b",
)
_WAITING = re.compile(r"^(?:the |my |our )?(?P<who>[a-z]+) (?:is|are|'s) [a-z]+ing(?: already| now| again)?$")
_MEETING = re.compile(r"^(?:i'm |i am |we're |we are )?(?:seeing|visiting|ringing|phoning|meeting|calling) ")
_PEOPLE = ("customer", "supplier", "salesperson", "brand")
_SAID_IN_PASSING = ("part_of_day", "part_of_week", "weekday")


def meets_somebody(annotation: Annotation, start: int, end: int) -> bool:
    """ "seeing Ernst Handel at lunch": he is who is asked about, if anybody is."""
    return _MEETING.search(_said(annotation, start, end)) is not None


def is_in_passing(annotation: Annotation, start: int, end: int) -> bool:
    """Whether tokens [start, end) are such a clause."""
    said = _said(annotation, start, end)
    spans = [span for span in annotation.spans if start <= span.start < end]
    if _FEELING.search(said):
        return end < len(annotation.tokens) and not any(_narrows(span) for span in spans)
    if _JUDGED.search(said):
        return start > 0 and not any(_narrows(span) for span in spans)
    if meets_somebody(annotation, start, end):
        return _is_of_somebody(spans)
    means_nothing = all(term.id == "chatter" for span in spans for term in span.terms) and not any(
        _narrows(span) for span in spans
    )
    waiting = _WAITING.search(said)
    waits = start > 0 and waiting is not None and any(start <= i < end for i in annotation.unread)
    return means_nothing and (waits or bool(_BEFORE_GOING.search(said)))


def _said(annotation: Annotation, start: int, end: int) -> str:
    return " ".join(token.norm for token in annotation.tokens[start:end] if token.norm[:1].isalnum())


def _narrows(span: Span) -> bool:
    return span.kind is not SpanKind.TERM and span.kind is not SpanKind.GRAIN


def _is_of_somebody(spans: list[Span]) -> bool:
    """ "seeing Ernst Handel at lunch": someone is met, and nothing else is named than when."""
    met = [span for span in spans if span.values and span.values[0].dimension in _PEOPLE]
    when = [span for span in spans if _says_when(span)]
    others = [span for span in spans if span not in met and span not in when]
    named = any(span.ids(Meaning.METRIC) or span.ids(Meaning.DIMENSION) or _narrows(span) for span in others)
    return len(met) == 1 and not named


def _says_when(span: Span) -> bool:
    """ "at lunch", "on Friday", "tomorrow": when somebody is met."""
    if span.period is not None:
        return span.period.grain == "day" or span.period.kind == "future"
    return span.kind is SpanKind.CLOCK or bool(span.values and span.values[0].dimension in _SAID_IN_PASSING)
