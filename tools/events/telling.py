"""What a sentence tells of something that happened: "note that we changed the price on 3 May". Pure."""

import re
from datetime import date, timedelta

from storage.kernel.errors import invalid
from tools.events.schemas import EventDraft
from tools.language.periods import Calendar, find_periods
from tools.language.text import tokenize

_ASKED = re.compile(
    r"^(?:(?:please|can you|could you|would you|and|now|ok|okay|hey|hi)[\s,]+)*"
    r"(?:(?:make|take)\s+a\s+note|note(?:\s+down)?|remember|record|write\s+down|log|keep\s+in\s+mind|add\s+(?:an?\s+)?(?:event|note)|remark)\b"
    r"(?:\s*[:,-]|\s+that\b|\s+of\b|\s+an?\s+event\b)*\s*",
    re.IGNORECASE,
)
_EDGES = re.compile(
    r"(?:^[\s,;:.!-]+|(?:\b(?:on|from|in|at|since|during|for|between|of|the)\b|[\s,;:.!?-])+$)", re.IGNORECASE
)
_FROM_TO = 400


def read_note(note: str, today: date, calendar: Calendar) -> EventDraft:
    """Raises CopilotError (invalid) where no day, more than one, or nothing that happened is told."""
    text = _ASKED.sub("", note.strip())
    tokens = tokenize(text)
    periods = [period for period in find_periods(tokens, today, calendar) if period.start and period.end]
    if len(periods) != 1:
        raise invalid(
            "On which day did it happen?" if not periods else "Which of these days is meant?",
            pointer="/note",
            hint="Note that we changed the price on 3 May 2026.",
        )
    (period,) = periods
    if period.start is None or period.end is None or period.end - period.start > timedelta(days=_FROM_TO):
        raise invalid("On which day did it happen?", pointer="/note")
    first, last = tokens[period.tokens.start].start, tokens[period.tokens.stop - 1].end
    title = " ".join(part for part in (_bare(text[:first]), _bare(text[last:])) if part)
    if not any(token.norm.isalpha() for token in tokenize(title)):
        raise invalid("What happened then?", pointer="/note", hint="Note that we changed the price on 3 May 2026.")
    end = period.end - timedelta(days=1)
    return EventDraft(
        title=title[:1].upper() + title[1:300], occurred_on=period.start, ends_on=end if end > period.start else None
    )


def _bare(part: str) -> str:
    return _EDGES.sub("", part).strip()
