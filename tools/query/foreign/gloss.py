"""The gist of a message in another language, in English: for telling what kind of help it asks for, never for an answer."""

from collections.abc import Iterator
from functools import cached_property

from storage.metrics.model import SemanticModel
from tools.language.lexicon import Lexicon
from tools.language.values import ValueIndex
from tools.query.foreign.detection import Detector
from tools.query.foreign.lexicon import tongues
from tools.query.foreign.scanning import Item, Scanner

LONGEST_READ = 1_000
_CUES = {
    "how_many": "how many", "how_much": "how much", "what_sum": "how much", "which": "which", "rank_high": "top", "rank_low": "bottom",
    "grouping": "by", "share": "share of", "average": "average", "change": "growth", "falling": "decline", "trend": "trend",
    "compare": "compared with", "running": "running total", "negation": "without", "more_than": "more than", "less_than": "less than",
    "at_least": "at least", "at_most": "at most", "sold": "sold", "earned": "earned", "bought": "bought", "weekend": "weekend",
    "online": "online", "store": "store", "more": "more", "and": "and", "or": "or", "latest": "latest", "only": "only",
    "instead": "instead of",
}  # fmt: skip
_OUTSIDE = {"forecast": "forecast", "cause": "why did", "advice": "what should I do about", "what_if": "what if"}


class Glossary:
    """`english` is the product's own lexicon."""

    def __init__(self, english: Lexicon, model: SemanticModel) -> None:
        self._english = english
        self._model = model

    @cached_property
    def _detector(self) -> Detector:
        return Detector(tongues().values(), self._english)

    @cached_property
    def _scanners(self) -> dict[str, Scanner]:
        return {code: Scanner(one, self._english, self._model, frozenset[str]()) for code, one in tongues().items()}

    def gloss(self, message: str) -> str | None:
        """None for English, and for what holds words of everyday life that say nothing about figures."""
        message = message[:LONGEST_READ]
        language = self._detector.language(message)
        if language is None:
            return None
        items = self._scanners[language].scan(message, ValueIndex({})).items
        if any(item.is_unknown and item.text.islower() for item in items):
            return None
        if not any(item.moment or item.of("metric") or item.of("dimension") or item.of("ranking") for item in items):
            return None
        said = [word for item in items for word in self._words(item)]
        opens = next((item for item in items if item.cue("follow_up") and item.start <= 1), None)
        return " ".join([*(["and"] if opens is not None and said[:1] != ["and"] else []), *said])

    def _words(self, item: Item) -> Iterator[str]:
        if item.moment is not None:
            yield item.moment.english
        elif item.number is not None or item.is_unknown:
            yield item.text
        for sense in item.senses[:1]:
            if sense.kind == "metric":
                yield self._model.metrics[sense.id].label.lower()
            elif sense.kind in ("dimension", "unit", "every"):
                yield self._model.dimensions[sense.id].label.lower() if sense.kind == "dimension" else sense.id
            elif sense.kind == "ranking":
                yield "best selling products" if sense.detail.endswith("high") else "worst selling products"
            elif sense.kind == "outside":
                yield _OUTSIDE.get(sense.id, item.text)
            elif sense.kind == "cue" and sense.id in _CUES:
                yield _CUES[sense.id]
