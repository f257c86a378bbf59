"""The words of one language, read from its file: phrases with their senses, and patterns of time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from tools.kit.yaml_text import parse_yaml
from tools.query.foreign.patterns import Pattern, compile_pattern
from tools.query.foreign.words import Folding, Word, words_of

LANGUAGES = ("de", "fr", "es")

Kind = Literal[
    "metric", "dimension", "unit", "every", "month", "weekday", "weekdays", "number", "thousands", "ordinal", "money",
    "cue", "ranking", "outside", "demonym", "everything", "filler",
]  # fmt: skip
Many = Literal["one", "many", "both"]
_SHORTEST_SPELLING = 4
_EXACT = "="


@dataclass(frozen=True, slots=True)
class Sense:
    """One thing that a phrase can stand for. `many` of a thing or a unit of time: whether it is said of one or of more.
    `detail`: of a ranking "sold high", with the thing it names before it where it names one."""

    kind: Kind
    id: str = ""
    many: Many = "both"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language. `exact` and `stems` find the senses of a phrase by its words as typed, or without their endings."""

    code: str
    folding: Folding
    exact: dict[tuple[str, ...], tuple[Sense, ...]]
    stems: dict[tuple[str, ...], tuple[Sense, ...]]
    longest: int
    telltale: frozenset[str]
    known: frozenset[str]
    """Every single word, as folded."""
    spelling: tuple[str, ...]
    """The words worth mending a slip towards."""
    articles: frozenset[str]
    periods: tuple[Pattern, ...]
    ranges: tuple[Pattern, ...]
    shifts: tuple[Pattern, ...]
    joints: tuple[str, ...]
    of: frozenset[str]
    """Before goods that are counted: "combien avons-nous vendu de …"."""
    singular: frozenset[str]
    """Words before a thing whose form does not tell that there is one of it."""
    one_order: frozenset[str]
    """Words that say a single order."""
    plural: frozenset[str]
    """Articles of several things."""
    groups_digits: bool
    """Whether "1,000" is a thousand, and not one."""

    def is_exact(self, words: tuple[Word, ...]) -> bool:
        return tuple(w.norm for w in words) in self.exact

    def senses(self, words: tuple[Word, ...]) -> tuple[Sense, ...]:
        return self.exact.get(tuple(w.norm for w in words)) or self.stems.get(tuple(w.stem for w in words)) or ()


def tongues() -> dict[str, Tongue]:
    """Every language, read once."""
    return {code: tongue(code) for code in LANGUAGES}


@cache
def tongue(code: str) -> Tongue:
    """Raises ValueError where the file of a language is not what it must be."""
    data = _read(code)
    folding = Folding(code, tuple(data["endings"]), data.get("digraphs") or {}, data.get("spelled") or {})
    exact: dict[tuple[str, ...], list[Sense]] = {}
    stems: dict[tuple[str, ...], list[Sense]] = {}
    for phrase, sense in _with_articles(_phrases(data), data.get("before_rankings", "").split()):
        words = words_of(phrase.rstrip(_EXACT), folding)
        if not words:
            raise ValueError(f"{code}.yaml: an empty phrase among {sense.kind} {sense.id}")
        _put(exact, tuple(word.norm for word in words), sense)
        long_outside = sense.kind == "outside" and len(words) > 1
        if not (phrase.endswith(_EXACT) or sense.kind in ("filler", "money") or long_outside):
            _put(stems, tuple(word.stem for word in words), sense)
    telltale = frozenset(folding.fold(word) for word in data["telltale"].split())
    unmended = {key for key, senses in exact.items() if any(s.id in _NEVER_MENDED for s in senses)}
    patterns = {
        section: tuple(compile_pattern(said, meant, folding, *alone) for said, meant, *alone in data[section])
        for section in ("periods", "ranges", "shifts")
    }
    of_time = {
        word for group in patterns.values() for pattern in group for one in pattern.elements for word in one.exact
    }
    known = {word for key in exact for word in key} | of_time
    spelling = {word for key in exact if key not in unmended for word in key} | of_time
    spelling = {word for word in spelling if len(word) >= _SHORTEST_SPELLING}
    return Tongue(
        code=code,
        folding=folding,
        exact={key: tuple(senses) for key, senses in exact.items()},
        stems={key: tuple(senses) for key, senses in stems.items()},
        longest=max(len(key) for key in exact),
        telltale=telltale,
        known=frozenset(known),
        spelling=tuple(sorted(spelling)),
        articles=frozenset(folding.fold(word) for word in data["articles"].split()),
        periods=patterns["periods"],
        ranges=patterns["ranges"],
        shifts=patterns["shifts"],
        joints=tuple(data.get("joints", ())),
        of=frozenset(folding.fold(word) for word in data.get("of", "").split()),
        singular=frozenset(folding.fold(word) for word in data["singular"].split()),
        one_order=frozenset(data["one_order"].split()),
        plural=frozenset(data["plural"].split()),
        groups_digits=bool(data.get("groups_digits", False)),
    )


_NEVER_MENDED = frozenset(["negation", "never", "more_than", "less_than", "at_least", "at_most", "than", "instead"])
"""A slip is never read as one of these: that would turn the question round."""


def _put(index: dict[tuple[str, ...], list[Sense]], key: tuple[str, ...], sense: Sense) -> None:
    senses = index.setdefault(key, [])
    if sense not in senses:
        senses.append(sense)


def _phrases(data: dict[str, Any]) -> Iterator[tuple[str, Sense]]:
    for metric, said in data["metrics"].items():
        yield from ((phrase, Sense("metric", metric)) for phrase in _split(said))
    for kind in ("dimensions", "units"):
        for id_, forms in data[kind].items():
            for many, said in forms.items():
                sense = Sense("dimension" if kind == "dimensions" else "unit", id_, cast("Many", many))
                yield from ((phrase, sense) for phrase in _split(said))
    yield from _phrases_of_time(data)
    for kind, section in (("every", "every"), ("cue", "cues"), ("outside", "outside"), ("demonym", "demonyms")):
        for id_, said in data[section].items():
            yield from ((phrase, Sense(cast("Kind", kind), id_)) for phrase in _split(said))
    yield ",", Sense("cue", "and")
    for said, meant in data["rankings"].items():
        detail = f"{meant['figure']} {meant['direction']}"
        yield from ((phrase, Sense("ranking", meant.get("thing", ""), detail=detail)) for phrase in _split(said))
    yield from ((phrase, Sense("filler")) for phrase in (*_split_words(data["filler"]), *data["chatter"]))


def _with_articles(phrases: Iterable[tuple[str, Sense]], articles: list[str]) -> Iterator[tuple[str, Sense]]:
    """ "les plus faibles" beside "plus faibles": else "les plus" would be taken for the best."""
    for phrase, sense in phrases:
        yield phrase, sense
        ranks = sense.kind == "ranking" or sense.id in ("rank_high", "rank_low")
        if ranks and phrase.partition(" ")[0] not in articles:
            yield from ((f"{article} {phrase}", sense) for article in articles)


def _phrases_of_time(data: dict[str, Any]) -> Iterator[tuple[str, Sense]]:
    """Months, days of the week and numbers; money and thousands, which stand beside numbers."""
    for kind, section in (("month", "months"), ("weekday", "weekdays"), ("weekdays", "on_weekdays")):
        for number, names in enumerate(data[section], start=1):
            yield from ((name, Sense(cast("Kind", kind), str(number))) for name in names)
    for kind, section in (("number", "numbers"), ("ordinal", "ordinals")):
        yield from ((word, Sense(cast("Kind", kind), str(value))) for word, value in data[section].items())
    for kind in ("thousands", "money", "everything"):
        yield from ((word, Sense(cast("Kind", kind))) for word in data[kind])


def _split_words(said: str) -> Iterable[str]:
    return (word.strip('"') for word in said.split())


def _split(said: str) -> Iterable[str]:
    return (phrase.strip().strip('"') for phrase in said.split(",") if phrase.strip().strip('"'))


def _read(code: str) -> dict[str, Any]:
    return parse_yaml(Path(__file__).with_name(f"{code}.yaml").read_text(encoding="utf-8"))
