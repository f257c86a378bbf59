"""The tenant's own daily series (advertising, visits, weather) as metrics: each name that was imported is one.

A series is added up over days, but for those whose name says that their values are rates, prices or levels: of these the
mean is shown. They belong to days alone and cannot be split by products or customers.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from storage.metrics.model import AverageMetric, Condition, SumMetric

ENTITY = "observation"
PREFIX = "series_"
_MEANS = frozenset(
    """rate ratio pct percent percentage score rating index temperature temp price depth level share average avg mean median
    ms seconds response load duration speed humidity margin position rank""".split()
)
"""Words of names whose values are no amounts: two days' temperatures have a mean, and no sum."""
_UNITS = frozenset("ms pct percent c f mm cm km kg eur usd gbp s min".split())
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_MOST_WORDS = 6

SeriesMetric = SumMetric | AverageMetric
IsTaken = Callable[[str], bool]


def series_metrics(names: Sequence[str], is_taken: IsTaken) -> Mapping[str, SeriesMetric]:
    """A metric for each series, by a name that is unlike all others of the product. `is_taken` tells of a phrase whether it
    means something already: such a one is no name of a series by itself."""
    words = {name: _words(name) for name in names}
    metrics: dict[str, SeriesMetric] = {}
    for name in names:
        if not words[name]:
            continue
        key = PREFIX + "_".join(words[name])
        while key in metrics:
            key += "_"
        said = " ".join(words[name])
        # "Orders" or "2024" mean something already, whatever a file calls its columns.
        label = f"{said} series".capitalize() if is_taken(said) or not _is_said(said) else said.capitalize()
        others = [other for one, other in words.items() if one != name]
        synonyms = tuple(
            phrase
            for phrase in _short_names(words[name])
            if _is_said(phrase)
            and not is_taken(phrase)
            and not any(_holds(other, phrase.split(" ")) for other in others)
        )
        metrics[key] = _metric(name, label, synonyms, is_mean=bool(_MEANS & {*words[name]}))
    return metrics


def _metric(name: str, label: str, synonyms: tuple[str, ...], *, is_mean: bool) -> SeriesMetric:
    where = (Condition(column="series", operator="eq", values=(name,)),)
    if is_mean:
        told = f"{label}: the mean of its values."
        return AverageMetric(
            type="average", entity=ENTITY, expression="value", unit="number", where=where, label=label, definition=told,
            synonyms=(*synonyms, *(f"average {phrase}" for phrase in (label.lower(), *synonyms))),
        )  # fmt: skip
    told = f"{label}: its values added up."
    return SumMetric(
        type="sum", entity=ENTITY, expression="value", unit="number", scale="one", where=where, label=label,
        definition=told, synonyms=synonyms,
    )  # fmt: skip


def _words(name: str) -> list[str]:
    return [word for word in _NOT_A_WORD.split(name.lower()) if word][:_MOST_WORDS]


def _short_names(words: Sequence[str]) -> Iterator[str]:
    """ "google_ads_spend": "ads spend"; "temperature_c": "temperature"; "website_visits": "visits"."""
    bare = [word for word in words if word not in _UNITS] or list(words)
    if len(bare) < len(words):
        yield " ".join(bare)
    for start in range(1, len(bare)):
        yield " ".join(bare[start:])
    for end in range(len(bare) - 1, 1, -1):
        yield " ".join(bare[:end])


def _is_said(phrase: str) -> bool:
    """Whether it is a word, and no number or single letter."""
    return any(len(word) > 1 and word.isalpha() for word in phrase.split(" "))


def _holds(words: Sequence[str], part: Sequence[str]) -> bool:
    return any(list(words[i : i + len(part)]) == list(part) for i in range(len(words) - len(part) + 1))
