"""Which tool a message calls for: a classifier over the tools' examples and small talk, trained when first needed."""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from agents.embedded.cards import ToolCard
from agents.embedded.classifier import Classifier, Matrix, train
from agents.embedded.features import Featurizer, Weights
from agents.embedded.signals import NAMED, SignalReader, Signals
from memory.embeddings import WordLlamaEmbedder

KEPT = 64
"""Tool sets whose classifiers are kept: one for each set that some user may call."""

# A description is written "Does this: that, those, and such. Not for other things." Its parts are what a user names.
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_PART = re.compile(r"[,;:()]|\band\b")
_SHORTEST_PART = 4
_DENYING = ("not ", "nothing ", "never ", "no ", "do not ", "also ")

ToolSet = tuple[tuple[str, str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Labels with their probabilities, the likeliest first. A label is a tool's name or a kind of small talk."""

    labels: tuple[str, ...]
    chances: tuple[float, ...]
    signals: Signals

    @property
    def best(self) -> str:
        return self.labels[0]

    @property
    def chance(self) -> float:
        return self.chances[0]

    def of(self, label: str) -> float:
        return self.chances[self.labels.index(label)] if label in self.labels else 0.0


@dataclass(frozen=True, slots=True)
class _Trained:
    features: Featurizer
    classifier: Classifier
    named: Mapping[str, frozenset[str]]
    """What a message must name to be for a tool, since each of the tool's examples does (see signals.NAMED)."""
    examples: Mapping[str, tuple[tuple[str, ...], Matrix]]


class Router:
    """Thread-safe. A message takes about a millisecond, a new tool set a few hundred to learn."""

    def __init__(
        self,
        embedder: WordLlamaEmbedder,
        signals: SignalReader,
        smalltalk: Mapping[str, Sequence[str]],
        weights: Weights = Weights(),  # noqa: B008  frozen
    ) -> None:
        self._embedder = embedder
        self._signals = signals
        self._smalltalk = smalltalk
        self._weights = weights
        self._trained: OrderedDict[ToolSet, _Trained] = OrderedDict()
        self._lock = threading.Lock()

    def knows(self, cards: Sequence[ToolCard]) -> bool:
        return _key(cards) in self._trained

    def learn(self, cards: Sequence[ToolCard], today: date) -> _Trained:
        """The classifier for a tool set, trained if need be."""
        key = _key(cards)
        with self._lock:
            if key not in self._trained:
                self._trained[key] = self._train(cards, today)
            self._trained.move_to_end(key)
            while len(self._trained) > KEPT:
                self._trained.popitem(last=False)
            return self._trained[key]

    def rank(self, text: str, cards: Sequence[ToolCard], today: date) -> Ranking:
        trained = self.learn(cards, today)
        signals = self._signals.read(text, today)
        [chances] = trained.classifier.predict(trained.features.rows([text], self._embedder.vectors([text]), [signals]))
        possible = {
            label: chance
            for label, chance in zip(trained.classifier.classes, chances.tolist(), strict=True)
            if trained.named.get(label, frozenset()) <= signals.keys()
        }
        whole = sum(possible.values())
        ranked = sorted(((chance / whole, label) for label, chance in possible.items()), reverse=True)
        return Ranking(tuple(label for _, label in ranked), tuple(chance for chance, _ in ranked), signals)

    def nearest_examples(
        self, text: str, card: ToolCard, cards: Sequence[ToolCard], today: date, count: int = 1
    ) -> tuple[str, ...]:
        """The tool's examples that are most like the message, the nearest first."""
        examples, vectors = self.learn(cards, today).examples[card.name]
        if not examples:
            return ()
        likeness: list[float] = (vectors @ self._embedder.vectors([text])[0]).tolist()
        ranked = sorted(zip(likeness, examples, strict=True), reverse=True)
        return tuple(example for _, example in ranked[:count])

    def _train(self, cards: Sequence[ToolCard], today: date) -> _Trained:
        labelled = [(text, card.name) for card in cards for text in (*card.examples, *_parts(card.description))]
        labelled += [(text, kind) for kind, texts in self._smalltalk.items() for text in texts]
        texts, labels = [text for text, _ in labelled], [label for _, label in labelled]
        meanings, signals = self._embedder.vectors(texts), [self._signals.read(text, today) for text in texts]
        features, rows = Featurizer.fit(texts, meanings, signals, self._weights)
        examples = {card.name: (card.examples, self._embedder.vectors(card.examples)) for card in cards}
        said = dict(zip(texts, signals, strict=True))
        named = {
            card.name: frozenset(name for name in NAMED if all(name in said[text] for text in card.examples))
            for card in cards
            if card.examples
        }
        return _Trained(features, train(rows, labels), named, examples)


def _key(cards: Sequence[ToolCard]) -> ToolSet:
    return tuple(card.key for card in cards)


def _parts(description: str) -> Iterator[str]:
    """What a description says its tool is for, piece by piece; what it says it is not for is left out."""
    for sentence in _SENTENCE.split(description):
        if not sentence.lower().startswith(_DENYING):
            for part in _PART.split(sentence):
                words = part.strip(" .\"'")
                if len(words) >= _SHORTEST_PART:
                    yield words
