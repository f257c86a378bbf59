"""The words that are known before any data is seen: closed-class words from a file, terms handed in by the caller."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, cast

from tools.kit.yaml_text import parse_yaml
from tools.language.annotation import Meaning, Term
from tools.language.phrases import PhraseIndex, phrase_tokens
from tools.language.vocabulary import Vocabulary

_WORDS = Path(__file__).with_name("words_en.yaml")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Known phrases, and the filler words that carry nothing. `spelling` is every word worth mending towards, and
    `vocabulary` the shorter ones too; `slips` are spellings whose word is known."""

    phrases: PhraseIndex[Term]
    filler: frozenset[str]
    spelling: tuple[str, ...]
    slips: dict[str, str]
    vocabulary: Vocabulary = field(default_factory=Vocabulary)

    @classmethod
    def with_terms(
        cls,
        terms: Iterable[tuple[str, Term]],
        *,
        filler: frozenset[str] | None = None,
        is_kept: Callable[[str, Term], bool] = lambda _phrase, _term: True,
    ) -> "Lexicon":
        """The English words plus (phrase, term) pairs, as a semantic layer names its metrics and dimensions. `filler`
        instead of the words that carry nothing in a shop; of the English phrases those that `is_kept`."""
        words, terms = _read(), list(terms)
        cues = [(phrase, term) for phrase, term in _cues(words) if is_kept(phrase, term)]
        phrases = PhraseIndex.of([*cues, *terms])
        filler = frozenset(words["filler"].split()) if filler is None else filler
        # A slip is never read as "not": that would turn the question round.
        negations = PhraseIndex.of((phrase, True) for phrase in words["negation"] if " " not in phrase).words
        as_typed = {token.norm for phrase, _ in [*cues, *terms] for token in phrase_tokens(phrase)}
        known = (phrases.words | as_typed | filler | set(words["time_words"])) - negations
        spelling = {word for word in known if len(word) > 3}  # noqa: PLR2004 — too short for what knows no neighbours
        vocabulary = {word for word in known if len(word) > 1 and word.replace("'", "").isalpha()}
        return cls(phrases, filler, tuple(sorted(spelling)), words["slips"], Vocabulary.of(vocabulary))


def _cues(words: dict[str, Any]) -> Iterator[tuple[str, Term]]:
    """(phrase, term) of every closed-class phrase."""
    for grain, names in words["units_of_time"].items():
        yield from ((name, Term(Meaning.UNIT, grain)) for name in names)
    for phrase, (metric, direction) in words["rank_metric"].items():
        yield phrase, Term(Meaning.CUE, "rank_metric", f"{metric} {direction}")
    for reason, names in words["outside"].items():
        yield from ((name, Term(Meaning.CUE, "outside", reason)) for name in names)
    for cue, names in words.items():
        if isinstance(names, list) and cue != "time_words":
            yield from ((name, Term(Meaning.CUE, cue)) for name in cast("list[str]", names))


@cache
def _read() -> dict[str, Any]:
    return parse_yaml(_WORDS.read_text(encoding="utf-8"))
