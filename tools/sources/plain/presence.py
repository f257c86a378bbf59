"""What is there now: "current members", "still with us". A date of leaving that is empty, a flag, or a state says so."""

from collections.abc import Sequence

from tools.language.text import listed
from tools.sources.plain.ground import Way
from tools.sources.plain.question import Words
from tools.sources.plain.roots import root
from tools.sources.plain.state import Condition, Event
from tools.sources.scheme import SchemeColumn, SchemeTable

_ENDS = frozenset(root(word) for word in listed("left leave end ended exit terminated resigned quit departed departure discharge closed cancelled inactive retired ended finish finished checkout until deceased moved adopted removed withdrawn sold returned"))  # fmt: skip
_STRICT = frozenset(root(word) for word in listed("left leave end ended exit terminated resigned quit departed discharge retired withdrawn"))  # fmt: skip
_ACTIVE = frozenset(listed("active current enabled live employed enrolled"))
_PASSIVE = frozenset(listed("inactive archived retired former disabled left discontinued closed"))
_NOW = (("current",), ("currently",), ("right", "now"), ("now",), ("at", "the", "moment"), ("with", "us"), ("still", "here"), ("still", "work"), ("still", "working"), ("still", "with"), ("still", "employed"), ("we", "still", "have"), ("we", "still", "own"), ("we", "still", "got"), ("these", "days"), ("at", "present"))  # fmt: skip
_STATES = frozenset(["status", "state", "stage"])
_BOUND = frozenset(["current", "currently", "still"])


def mark_now(words: Words) -> bool:
    """Whether a question asks for what is there now. The words that say so need no other meaning."""
    found = False
    for phrase in _NOW:
        at = words.says(*phrase)
        if at is None:
            continue
        found = True
        for word in words.words[at : at + len(phrase)]:
            word.carries = False
    return found


def mark_ahead(words: Words) -> bool:
    """Whether a question asks for what is still to come. The word that says so needs no other meaning, unless it is a state."""
    at = words.says("upcoming")
    if at is None or words.words[at].values:
        return False
    words.words[at].carries = False
    return True


def present(
    words: Words, table: SchemeTable, conditions: Sequence[Condition], events: Sequence[Event]
) -> list[Condition] | None:
    """The conditions that say "now"; None where the table does not tell what is there now, and it matters."""
    if not words.is_now:
        return []
    way = Way((), table)
    told = any(item.as_flag or _is_state(item) for item in conditions)
    open_events = any(not event.done for event in events)
    ends = [column for column in table.columns if column.kind == "date" and column.is_nullable and _says(column, _ENDS)]
    strict = [column for column in ends if _says(column, _STRICT)]
    ends = strict if len(strict) == 1 else ends
    flags = [column for column in table.columns if column.kind == "boolean" and {*column.words} & (_ACTIVE | _PASSIVE)]
    if len(ends) == 1:
        return [Condition(way, ends[0], "is_null", (), -1)]
    if len(flags) == 1 and not ends:
        yes, no = flags[0].labels or ("Yes", "No")
        value = no if {*flags[0].words} & _PASSIVE else yes
        return [Condition(way, flags[0], "eq", (value,), -1, as_flag=True)]
    if ends or flags:
        return None
    if told or open_events:
        return []
    states = any({*column.words} & _STATES for column in table.columns) or any(
        {*link.role} & _STATES for link in table.links
    )
    bound = any(word.norm in _BOUND for word in words.words)
    return None if states or bound else []


def _says(column: SchemeColumn, roots: frozenset[str]) -> bool:
    return bool({root(word) for word in (*column.words, *column.raw)} & roots)


def _is_state(item: Condition) -> bool:
    words = {*(item.column.words if item.column else ()), *(item.way.links[-1].role if item.way.links else ())}
    return bool(words & _STATES)
