"""Names of metrics and dimensions, as an owner may say them, for the span annotator."""

from collections.abc import Container, Iterator

from storage.metrics.model import BaseMetric, Dimension, SemanticModel
from tools.language.annotation import Meaning, Term
from tools.language.lexicon import Lexicon
from tools.language.phrases import PhraseIndex

OUTSIDE = "outside"
"""The cue of words for what no shop's data holds."""
NOT_EVERYBODYS = frozenset(["stock", "transaction"])
"""Entities that few tenants have: for the others the words for their figures say what is not recorded."""
_KIND = "kind"
_AVERAGE = "average "
_SHORTENED = ("avg ", "av ", "mean ")


def build_lexicon(model: SemanticModel, held: Container[str] = ()) -> Lexicon:
    """Labels, ids and synonyms of everything that can be asked, beside the English words. What is asked for in words that
    else say what is not recorded ("commission") is that: a tenant may have defined it. `held` are those of the entities that not
    everybody has that this tenant has."""
    named = PhraseIndex.of((phrase, term.id) for phrase, term in _terms(model, held) if term.meaning is Meaning.METRIC)

    def is_kept(phrase: str, term: Term) -> bool:
        return term.id != OUTSIDE or not named.has(phrase)

    return Lexicon.with_terms(_terms(model, held), is_kept=is_kept)


def metric_phrases(model: SemanticModel, held: Container[str] | None = None) -> PhraseIndex[str]:
    """The names of metrics alone, where other words mean something else: "less" takes away. `held` as in build_lexicon; where
    it is None, of all metrics."""
    return PhraseIndex.of((phrase, term.id) for phrase, term in _terms(model, held) if term.meaning is Meaning.METRIC)


def held_kind(entity: str, kind: str) -> str:
    """How `held` says that a tenant has rows of an entity that are of a kind: of transactions she may have fees alone."""
    return f"{entity}:{kind}"


def _terms(model: SemanticModel, held: Container[str] | None) -> Iterator[tuple[str, Term]]:
    metrics = {name: one for name, one in model.metrics.items() if held is None or _is_known(model, name, held)}
    dimensions = {name: one for name, one in model.dimensions.items() if held is None or not _is_of_absent(one, held)}
    for meaning, described in ((Meaning.METRIC, metrics), (Meaning.DIMENSION, dimensions)):
        for id_, item in described.items():
            for phrase in (item.label, id_.replace("_", " "), *item.synonyms):
                yield phrase, Term(meaning, id_)
                if phrase.lower().startswith(_AVERAGE):
                    yield from ((short + phrase[len(_AVERAGE) :], Term(meaning, id_)) for short in _SHORTENED)


def _is_known(model: SemanticModel, name: str, held: Container[str]) -> bool:
    """Whether a tenant has what a figure is made of: a ratio of all of it, a sum of any part."""
    parts = [_is_of_what_is_held(one, held) for one in model.base_metrics(name).values()]
    return all(parts) if model.is_ratio(name) else any(parts)


def _is_of_what_is_held(metric: BaseMetric, held: Container[str]) -> bool:
    if metric.entity not in NOT_EVERYBODYS:
        return True
    kinds = [str(kind) for condition in metric.where if condition.column == _KIND for kind in condition.values]
    return metric.entity in held and (not kinds or any(held_kind(metric.entity, kind) in held for kind in kinds))


def _is_of_absent(dimension: Dimension, held: Container[str]) -> bool:
    """Whether it is only of entities that the tenant has nothing of."""
    entities = {*dimension.per_entity, *([dimension.entity] if dimension.entity else [])}
    return bool(entities) and all(name in NOT_EVERYBODYS and name not in held for name in entities)
