"""What a message talks about, beyond its words: is there a metric, which way does its time look, does it suppose?"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Protocol

from tools.events.asking import names_events
from tools.language.annotation import Annotation, Meaning, SpanKind
from tools.language.annotator import Annotator

LONGEST_READ = 1_000
"""Characters of a message that are read for signals: what is wanted is said within them."""

Signals = Mapping[str, float]
NAMED = frozenset({"dashboard", "target", "alert", "event", "happening"})
"""Signals of things that are never meant without being named: a question about sales by month is none about a
dashboard, however like its examples it is."""
_PAGES = frozenset({"dashboard", "widget"})
_TARGETS = frozenset({"target", "goal", "kpi", "objective"})
_ALERTS = frozenset({"alert", "alarm", "notify", "notification", "warn", "warning"})
_WORD = re.compile(r"\w+")
_EVENTS = frozenset({"note", "remember", "record", "event", "log", "register", "mark", "remind"})
_EVENT_PHRASES = ("write down", "keep in mind", "jot down", "put down", "for the record", "on the calendar")
_DATABASE = re.compile(r"\b(?:data ?sources?|data ?bases?|dbs?)\b", re.IGNORECASE)
_TARGET_PHRASES = ("on track",)
_ALERT_PHRASES = ("tell me when", "tell me if", "tell us when", "tell us if", "let me know when", "let me know if", "let us know when", "let us know if", "message me when", "message me if", "ping me when", "ping me if")  # fmt: skip


class SignalReader(Protocol):
    def read(self, text: str, today: date) -> Signals:
        """Named signals, each between 0 and 1; one that is absent is 0."""
        ...


class NoSignals:
    """For a model that has no language knowledge at hand: similarity alone decides."""

    def read(self, text: str, today: date) -> Signals:  # noqa: ARG002  the protocol's signature
        return {}


class LanguageSignals:
    """Signals from the one span annotator, the same that the query planner reads."""

    def __init__(self, annotator: Annotator) -> None:
        self._annotator = annotator

    def read(self, text: str, today: date) -> Signals:
        annotation = self._annotator.annotate(text[:LONGEST_READ], today=today)
        found = _names(annotation)
        # What the annotator knows to be outside recorded figures speaks against them even beside a metric.
        supposes, looks_ahead = "outside:what_if" in found, bool({"outside:forecast", "period:future"} & found)
        outside = supposes or looks_ahead or "outside:advice" in found
        why = "outside:cause" in found and not outside
        metric = "metric" in found
        lemmas = {token.lemma for token in annotation.tokens}
        said = " ".join(token.norm for token in annotation.tokens)
        # As typed: a lexicon of figures mends words that it does not know ("note").
        typed = _WORD.findall(text.casefold())
        alert = not _ALERTS.isdisjoint(lemmas) or any(phrase in said for phrase in _ALERT_PHRASES)
        page = not _PAGES.isdisjoint(lemmas)
        combined = {
            "dashboard": page,
            "target": not _TARGETS.isdisjoint(lemmas) or any(phrase in said for phrase in _TARGET_PHRASES),
            "event": not _EVENTS.isdisjoint(typed) or any(phrase in text.casefold() for phrase in _EVENT_PHRASES),
            "happening": names_events(text[:LONGEST_READ]) and not alert,
            "alert": alert,
            "database": bool(_DATABASE.search(text)),
            "metric, on no dashboard": metric and not page,
            "metric, recorded": metric and not outside,
            "metric, why": metric and why,
            "change, why": why and bool({"cue:change", "comparison"} & found),
            "metric, to come": metric and looks_ahead and not supposes,
            "metric, supposed": metric and supposes,
            "ranking, recorded": "cue:rank" in found and not outside,
            "change, supposed": supposes and "cue:change" in found,
        }
        return dict.fromkeys(found, 1.0) | {name: 1.0 for name, holds in combined.items() if holds}


def _names(annotation: Annotation) -> set[str]:
    names: set[str] = set()
    for span in annotation.spans:
        if span.period is not None:
            names.add(f"period:{span.period.kind or 'unclear'}")
        elif span.kind in (SpanKind.COMPARISON, SpanKind.GRAIN, SpanKind.SHIFT, SpanKind.NUMBER):
            names.add(span.kind.value)
        for term in span.terms:
            match term.meaning:
                case Meaning.METRIC | Meaning.DIMENSION:
                    names.add(term.meaning.value)
                case Meaning.CUE if term.id == "outside":
                    names.add(f"outside:{term.detail}")
                case Meaning.CUE:
                    names.add(f"cue:{term.id.partition('_')[0]}")
                case _:
                    pass
    return names
