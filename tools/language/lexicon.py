"""The words that are known before any data is seen: closed-class words from a file, terms handed in by the caller."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tools.language.annotation import Meaning, Term
from tools.language.phrases import PhraseIndex

_WORDS = Path(__file__).with_name("words_en.yaml")
_NESTED = ("outside", "rank_metric")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Known phrases, and the filler words that carry nothing. `spelling` is every word worth mending towards."""

    phrases: PhraseIndex[Term]
    filler: frozenset[str]
    spelling: tuple[str, ...]

    @classmethod
    def with_terms(cls, terms: Iterable[tuple[str, Term]]) -> "Lexicon":
        """The English words plus (phrase, term) pairs, as a semantic layer names its metrics and dimensions."""
        words = _read()
        phrases = PhraseIndex[Term]()
        for cue, value in words.items():
            if cue in ("version", "filler", "time_words"):
                continue
            if cue == "units_of_time":
                for grain, names in value.items():
                    for name in names:
                        phrases.add(str(name), Term(Meaning.UNIT, grain))
            elif cue == "rank_metric":
                for phrase, (metric, direction) in value.items():
                    phrases.add(phrase, Term(Meaning.CUE, cue, f"{metric} {direction}"))
            elif cue in _NESTED:
                for detail, names in value.items():
                    for name in names:
                        phrases.add(str(name), Term(Meaning.CUE, cue, detail))
            else:
                for phrase in value:
                    phrases.add(str(phrase), Term(Meaning.CUE, cue))
        for phrase, term in terms:
            phrases.add(phrase, term)
        filler = frozenset(words["filler"].split())
        spelling = {word for word in phrases.words | filler | set(words["time_words"]) if len(word) > 3}  # noqa: PLR2004
        return cls(phrases, filler, tuple(sorted(spelling)))


@cache
def _read() -> dict[str, Any]:
    return yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
