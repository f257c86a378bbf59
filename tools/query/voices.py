"""The language that an answer is told in: how its figures and notes are worded, and what is said where there are none."""

from datetime import date
from typing import Protocol

from storage.metrics.model import SemanticModel
from storage.metrics.query import Grain, Having, MetricQuery, TimeRange
from tools.kit.blocks import Column
from tools.query.figures import Figures
from tools.query.foreign.speech import Speech, speech
from tools.query.foreign.wording import ForeignWriter
from tools.query.wording import Writer, show

WHAT_CAN_BE_ASKED = "You can ask for sales, orders, units, customers, refunds, discounts or profit, by product, category, customer, place, channel, salesperson or date."
_DAY = Column(name="day", type="date")


class AnswerWriter(Protocol):
    """Words one answer."""

    def answer(self) -> str: ...
    def mean(self, value: float | None, count: int, grain: Grain) -> str: ...
    def added_up(self, value: float, share: float | None, rows: int) -> str: ...
    def verdict(self, bound: Having) -> str: ...
    def title(self) -> str: ...


class Voice(Protocol):
    """One language. What a method cannot word raises Unworded."""

    def writer(
        self, model: SemanticModel, query: MetricQuery, figures: Figures, currency: str | None
    ) -> AnswerWriter: ...

    def put(self, sentence: str, model: SemanticModel) -> str:
        """A note as the planner and the service word it, in this language; "" where the answer says it anyway."""
        ...

    def read_as(self, typed: str, meant: str) -> str: ...
    def not_used(self, words: tuple[str, ...]) -> str: ...
    def low_quality(self, score: float) -> str: ...
    def beyond(self, first: date, last: date, time: TimeRange | None) -> str:
        """Nothing is there, since the period lies outside of the data."""
        ...

    def what_can_be_asked(self) -> str: ...


class EnglishVoice:
    def writer(self, model: SemanticModel, query: MetricQuery, figures: Figures, currency: str | None) -> AnswerWriter:
        return Writer(model, query, figures, currency)

    def put(self, sentence: str, model: SemanticModel) -> str:  # noqa: ARG002 — the protocol's signature
        return sentence

    def read_as(self, typed: str, meant: str) -> str:
        return f"“{typed}” was read as {meant}."

    def not_used(self, words: tuple[str, ...]) -> str:
        return f"Not used: {', '.join(words)}."

    def low_quality(self, score: float) -> str:
        return f"Take this with care: the data behind it scores only {score:.0%} in quality."

    def beyond(self, first: date, last: date, time: TimeRange | None) -> str:
        extent = f"Your data runs from {show(first.isoformat(), _DAY)} to {show(last.isoformat(), _DAY)}."
        return f"{extent} There is nothing in {time.label if time else 'that period'}."

    def what_can_be_asked(self) -> str:
        return WHAT_CAN_BE_ASKED


class ForeignVoice:
    def __init__(self, said: Speech) -> None:
        self._speech = said

    def writer(self, model: SemanticModel, query: MetricQuery, figures: Figures, currency: str | None) -> AnswerWriter:
        return ForeignWriter(self._speech, model, query, figures, currency)

    def put(self, sentence: str, model: SemanticModel) -> str:
        return self._speech.put(sentence, model)

    def read_as(self, typed: str, meant: str) -> str:
        return self._speech.phrase("read_as", typed=typed, meant=meant)

    def not_used(self, words: tuple[str, ...]) -> str:
        return self._speech.phrase("not_used", words=", ".join(words))

    def low_quality(self, score: float) -> str:
        return self._speech.phrase("low_quality", score=f"{score * 100:.0f} %")

    def beyond(self, first: date, last: date, time: TimeRange | None) -> str:
        extent = self._speech.phrase("extent", first=self._speech.day(first), last=self._speech.day(last))
        nothing = self._speech.phrase("nothing_in", period=self._speech.period(time))
        return f"{extent} {nothing}"

    def what_can_be_asked(self) -> str:
        return self._speech.phrase("can_be_asked")


def voices_of(language: str | None, country: str | None) -> tuple[Voice, ...]:
    """The voices to try, one after the other: what a language has no words for is told in English as a whole."""
    return (EnglishVoice(),) if language is None else (ForeignVoice(speech(language, country)), EnglishVoice())
