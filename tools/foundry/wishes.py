"""What somebody wants of a dashboard, read from one sentence: its name, what it shows, and where a widget goes."""

import re
from dataclasses import dataclass

from tools.query.chart_kinds import KINDS
from tools.query.drawn import ChartKind

_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{1,200})[\"”“»]")
_CALLED = re.compile(
    r"\b(?:called|named|titled|call it|name it)\s+(?P<name>.{1,200}?)(?=\s+(?:with|showing|that shows?|which shows?)\b|[:;,.]|$)",
    re.IGNORECASE,
)
_SHOWING = re.compile(
    r"(?:\b(?:with|showing|that shows?|which shows?)\b:?|:)\s*(?P<what>.+)$", re.IGNORECASE | re.DOTALL
)
_BETWEEN = re.compile(r"[,;\n]\s*(?:and\s+)?", re.IGNORECASE)
_ADD = re.compile(
    r"^(?:(?:please|can you|could you|would you|and|now)\s+)*(?:add|put|pin|save|keep|include|place)\s+(?P<what>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_WHERE = re.compile(
    r"\s+(?:to|on|onto|in|into)\s+(?:the\s+|my\s+|our\s+)?(?P<where>(?:(?!\b(?:to|on|onto|in|into)\b)[^,;]){0,200}?)\s*\b(?:dashboard|board)\b\s*(?P<after>[^,;]{0,200})$",
    re.IGNORECASE,
)
_AS = re.compile(rf"\s+as\s+(?:an?\s+)?(?P<kind>{'|'.join(KINDS)})(?:\s+(?:chart|graph|widget))?\b", re.IGNORECASE)
_LOOSE = re.compile(r"^(?:a|an|the)\s+(?:widget|chart|graph|table|figure)\s+(?:of|with|for|showing)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wish:
    """A dashboard: `questions` empty where the sentence lists nothing that it shows."""

    name: str | None
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WidgetWish:
    question: str
    dashboard: str | None
    kind: ChartKind | None


def read_wish(sentence: str) -> Wish:
    """ "a dashboard called Mondays with sales by week, refunds by month"."""
    called = _CALLED.search(sentence)
    name = called["name"] if called else None
    if name is None and (quoted := _QUOTED.search(sentence)):
        name = quoted[1]
    showing = _SHOWING.search(sentence, called.end() if called else 0)
    parts = _BETWEEN.split(showing["what"]) if showing else []
    questions = tuple(part.strip(' ."“”') for part in parts)
    return Wish(_bare(name) if name else None, tuple(one for one in questions if one))


def read_widget_wish(sentence: str) -> WidgetWish:
    """ "add refunds by month to the Monday dashboard as a line chart". A sentence that wants nothing added is the
    question itself."""
    kind: ChartKind | None = None
    if said := _AS.search(sentence):
        kind = next(one for one in KINDS if one == said["kind"].lower())
        sentence = sentence[: said.start()] + sentence[said.end() :]
    added = _ADD.match(sentence.strip())
    if added is None:
        return WidgetWish(sentence.strip(), None, kind)
    what, dashboard = added["what"], None
    if where := _WHERE.search(what):
        what = what[: where.start()]
        after = re.sub(r"^(?:called|named)\s+", "", where["after"], flags=re.IGNORECASE)
        dashboard = _bare(where["where"]) or _bare(after) or None
    return WidgetWish(_LOOSE.sub("", what).strip(' ."“”') or sentence.strip(), dashboard, kind)


def _bare(name: str) -> str:
    return name.strip(" .!?\"'“”„«»")
