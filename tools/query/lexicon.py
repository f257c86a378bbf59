"""Names of metrics and dimensions, as an owner may say them, for the span annotator."""

from collections.abc import Container, Iterator

from storage.metrics.model import DerivedMetric, SemanticModel
from tools.language.annotation import Meaning, Term
from tools.language.lexicon import Lexicon
from tools.language.phrases import PhraseIndex

OUTSIDE = "outside"
"""The cue of words for what no shop's data holds."""
NOT_EVERYBODYS = frozenset(["stock"])
"""Entities that few tenants have: for the others the words for their figures say what is not recorded."""
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


def metric_phrases(model: SemanticModel) -> PhraseIndex[str]:
    """The names of metrics alone, where other words mean something else: "less" takes away."""
    return PhraseIndex.of((phrase, term.id) for phrase, term in _terms(model) if term.meaning is Meaning.METRIC)


def _terms(model: SemanticModel, held: Container[str] = NOT_EVERYBODYS) -> Iterator[tuple[str, Term]]:
    absent = {name for name in NOT_EVERYBODYS if name not in held}
    metrics = {
        name: one for name, one in model.metrics.items() if isinstance(one, DerivedMetric) or one.entity not in absent
    }
    for meaning, described in ((Meaning.METRIC, metrics), (Meaning.DIMENSION, model.dimensions)):
        for id_, item in described.items():
            for phrase in (item.label, id_.replace("_", " "), *item.synonyms):
                yield phrase, Term(meaning, id_)
                if phrase.lower().startswith(_AVERAGE):
                    yield from ((short + phrase[len(_AVERAGE) :], Term(meaning, id_)) for short in _SHORTENED)
