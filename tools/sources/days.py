"""By which day the rows of a source count, up to when, and what is told of it."""

from collections.abc import Container, Iterable, Sequence
from datetime import date, timedelta

from storage.metrics.model import SemanticModel
from storage.metrics.query import MetricQuery
from storage.sources.reader import Extent
from tools.language.text import tokenize
from tools.query.changes import Days
from tools.query.slots import Unclear
from tools.query.times import until_today
from tools.sources.kinds import TIMELESS
from tools.sources.naming import words_of
from tools.sources.plain.roots import root
from tools.sources.schemas import DraftLayer


def counted_by(layer: DraftLayer, model: SemanticModel, query: MetricQuery, notes: Sequence[str]) -> list[str]:
    """By which of several dates the rows of a time are told apart, where nothing says it yet."""
    if not (query.time or query.grain or query.compare) or any(note.startswith("By ") for note in notes):
        return []
    bases = [base for metric in query.metrics for base in model.base_metrics(metric).values()]
    said: list[str] = []
    for entity in {base.entity: model.entities[base.entity] for base in bases}.values():
        dates = [c for table in layer.scheme if table.name == entity.table for c in table.columns if c.kind == "date" and not {*c.words} & TIMELESS]  # fmt: skip
        said += [f"By {' '.join(column.words)}." for column in dates if len(dates) > 1 and column.day == entity.time]
    return list(dict.fromkeys(said))


def refuse_another_date(layer: DraftLayer, entities: Container[str], query: MetricQuery, text: str) -> None:
    """ "What went out last month" goes by the day on which things go out, though "out" is a small word. Raises Unclear."""
    said = _SMALL_DAYS & {token.norm for token in tokenize(text)}
    if not said or not (query.time or query.grain or query.compare):
        return
    counting = (entity.time or "" for name, entity in layer.model.entities.items() if name in entities)
    days = {day.rsplit(".", 1)[-1] for day in counting}
    for table in layer.scheme:
        dates = [column for column in table.columns if column.kind == "date"]
        used = [" ".join(column.words) for column in dates if column.day in days and not {*column.words} & said]
        meant = [" ".join(column.words) for column in dates if {*column.words} & said]
        if used and meant:
            raise Unclear(f"By which date: “{meant[0]}” or “{used[0]}”?")


def refuse_those_deleted_since(layer: DraftLayer, entities: Container[str], query: MetricQuery, text: str) -> None:
    """ "How many members joined in 2024": those who are deleted by now joined then, too. A mark that tells on which day a row
    was deleted is rather that of somebody who left; what is there now is another question. Raises Unclear."""
    said = {token.norm for token in tokenize(text)}
    if not (query.time or query.grain or query.compare) or said & _OF_DELETED:
        return
    counted = {entity.table for name, entity in layer.model.entities.items() if name in entities}
    for table in layer.scheme:
        comes = any(c.kind == "date" and {root(word) for word in c.words} & _COMING for c in table.columns)
        if table.name in counted and table.deleted_by_day and table.is_person and comes:
            raise Unclear(f"Do {table.plural} who were deleted since count as well? They are left out of this source: I can only tell how many of those that are left.")  # fmt: skip


_COMING = frozenset(root(word) for word in ("joined", "registered", "enrolled", "signed", "hired", "started"))
"""What somebody did who came."""
_OF_DELETED = frozenset(["deleted", "removed", "left", "remaining"])
_SMALL_DAYS = frozenset(["out", "back"])
"""Small words of days: a hire goes out, and comes back."""


def up_to_today(query: MetricQuery, days: Days, model: SemanticModel, *, as_of: date | None) -> MetricQuery:
    """Where no time is asked of what is planned ahead, an owner means all that there is, what is still to come too: of dates
    that say so by their name, or that reach weeks into the future. What has happened cannot have happened tomorrow. As of a
    day in the past nothing later is known."""
    if query.time is not None and query.time.end is None and query.time.start is not None and query.time.start >= days.today:  # fmt: skip
        return query  # what is still to come
    bases = [base for metric in query.metrics for base in model.base_metrics(metric).values()]
    dates = {word for base in bases for word in words_of((model.entities[base.entity].time or "").rsplit(".", 1)[-1])}
    is_ahead = days.last is not None and days.last - days.today > _STRAY
    if query.time is None and as_of is None and (is_ahead or dates & _PLANNED):
        return query
    return until_today(query, days)


_STRAY = timedelta(days=14)
"""How far ahead a day may lie that was mistyped, or is that of another time zone: bookings are made weeks ahead."""
_PLANNED = frozenset(["best", "scheduled", "planned", "due", "expected", "appointment", "deadline", "target", "eta", "valid", "expiry", "upcoming", "renewal"])  # fmt: skip
"""Words of dates that may lie ahead."""


def labelled(query: MetricQuery) -> MetricQuery:
    """A stretch that no word of the question named (rows of days to come are left out, a mean begins where it can) says
    from when, or up to when, it counts."""
    time = query.time
    if time is None or time.label or (time.start is None and time.end is None):
        return query
    begins = f"since {time.start:%-d %B %Y}" if time.start else ""
    ends = f"up to {time.end - timedelta(days=1):%-d %B %Y}" if time.end else ""
    label = " ".join(part for part in (begins, ends) if part)
    return query.model_copy(update={"time": time.model_copy(update={"label": label})})


def lies_outside(query: MetricQuery, days: Days) -> bool:
    if query.time is None or days.first is None or days.last is None:
        return False
    begins_later = query.time.start is not None and query.time.start > days.last
    return begins_later or (query.time.end is not None and query.time.end <= days.first)


def joint(extents: Iterable[Extent]) -> Extent:
    """The extent of all of them together."""
    known = list(extents)
    firsts = (extent.first for extent in known if extent.first)
    lasts = (extent.last for extent in known if extent.last)
    return Extent(min(firsts, default=None), max(lasts, default=None))
