"""Names of metrics and dimensions, as an owner may say them, for the span annotator."""

from collections.abc import Iterator

from storage.metrics.model import SemanticModel
from tools.language.annotation import Meaning, Term
from tools.language.lexicon import Lexicon
from tools.language.phrases import PhraseIndex

OUTSIDE = "outside"
"""The cue of words for what no shop's data holds."""
_AVERAGE = "average "
_SHORTENED = ("avg ", "av ", "mean ")


def build_lexicon(model: SemanticModel) -> Lexicon:
    """Labels, ids and synonyms of everything that can be asked, beside the English words. What is asked for in words that
    else say what is not recorded ("commission") is that: a tenant may have defined it."""
    named = metric_phrases(model)

    def is_kept(phrase: str, term: Term) -> bool:
        return term.id != OUTSIDE or not named.has(phrase)

    return Lexicon.with_terms(_terms(model), is_kept=is_kept)


def metric_phrases(model: SemanticModel) -> PhraseIndex[str]:
    """The names of metrics alone, where other words mean something else: "less" takes away."""
    return PhraseIndex.of((phrase, term.id) for phrase, term in _terms(model) if term.meaning is Meaning.METRIC)


def _terms(model: SemanticModel) -> Iterator[tuple[str, Term]]:
    for meaning, described in ((Meaning.METRIC, model.metrics), (Meaning.DIMENSION, model.dimensions)):
        for id_, item in described.items():
            for phrase in (item.label, id_.replace("_", " "), *item.synonyms):
                yield phrase, Term(meaning, id_)
                if phrase.lower().startswith(_AVERAGE):
                    yield from ((short + phrase[len(_AVERAGE) :], Term(meaning, id_)) for short in _SHORTENED)
