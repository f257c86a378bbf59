"""An answer's interpretation held against what the writer of the question meant.

What differs is a doubt and no verdict: a writer may have meant less than was written, and some ways to ask for a thing are
worth as much as another (a category, or all goods whose names hold the word). Which figure is asked for is not held: writers
called one by several names."""

from collections.abc import Iterator

from evals.labels.label import Label
from tools.query.schemas import Interpretation, QueryAnswer

_EXCLUDING = ("ne", "not_in")
_SPLIT_FORMS = ("rows", "ranked", "trend")
_ONE_PERIOD = ("compare", "listing", "why", "several")
_SAME = {"location": "channel", "daypart": "part_of_day", "reason": "refund_reason", "variant": "product"}
_NAMES = {"weekend": ("saturday", "sunday")}


def doubts(label: Label, answer: QueryAnswer) -> tuple[str, ...]:
    """The slots in which an answer differs from the label; none where nothing was answered."""
    if answer.status != "answered":
        return ()
    if not label.answerable:
        return (f"answered what is {label.form}",)
    if label.form in ("why", "several"):
        told = answer.parts or (answer.interpretation and len(answer.interpretation.metrics) > 1)
        return () if told else (label.form,)
    return tuple(dict.fromkeys(_differences(label, answer.interpretation or Interpretation(), answer)))


def _differences(label: Label, read: Interpretation, answer: QueryAnswer) -> Iterator[str]:
    if label.form not in _ONE_PERIOD and label.first and not _is_period(label, read):
        yield "period"
    yield from _values(label, read)
    time = read.time
    bounded = bool(read.conditions or read.members or read.held_to)
    if label.form in _SPLIT_FORMS and not answer.parts:
        if (time.grain if time else None) != label.grain:
            yield "grain"
        if not bounded and "order" not in label.by and {*map(_called, label.by)} != {*read.dimensions}:
            yield "split"
    if label.form == "ranked" and label.top and not label.where and not (read.limit or read.order or answer.parts):
        yield "rank"
    if (label.form == "compare") and not (read.compare or answer.parts or read.dimensions or (time and time.grain)):
        yield "comparison"
    if label.form == "share" and not (read.share_of_total or "%" in answer.answer):
        yield "share"
    if label.having and label.form != "listing" and not bounded:
        yield "bound"


def _is_period(label: Label, read: Interpretation) -> bool:
    """Whether one of the periods is the label's. "Ever" may be told by its first day or by none."""
    times = [read.time, *(member.time for member in read.members)]
    told = [(time.from_, time.to) for time in times if time]
    if not any(first for first, _ in told):
        return label.first is None or label.form in ("figure", "ranked", "yesno", "trend")
    return any(first == label.first and (label.last is None or to is None or to >= label.last) for first, to in told)


def _values(label: Label, read: Interpretation) -> Iterator[str]:
    meant, left_out = _said(label.where), _said(label.left_out)
    filters = [*read.filters, *(item for member in read.members for item in member.filters)]
    kept = {str(v).lower() for item in filters if item.operator not in _EXCLUDING for v in item.values}
    gone = {str(v).lower() for item in filters if item.operator in _EXCLUDING for v in item.values}
    gone |= {
        str(v).lower() for member in read.members if member.negated for item in member.filters for v in item.values
    }
    for name, values in _NAMES.items():
        if name in kept:
            meant, kept = meant - {*values}, kept - {name}
    parts = [str(v).lower() for item in filters if item.operator == "contains" for v in item.values]
    if any(not any(part in value for part in parts) for value in meant - kept - gone):
        yield "value missing"
    if any(value not in parts for value in kept - meant - left_out) and label.form not in ("share", "compare"):
        yield "value added"
    if left_out - gone:
        yield "value not left out"


def _said(values: dict[str, tuple[str, ...]]) -> set[str]:
    return {value.lower() for one in values.values() for value in one}


def _called(dimension: str) -> str:
    return _SAME.get(dimension, dimension)
