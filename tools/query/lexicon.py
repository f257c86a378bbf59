"""Names of metrics and dimensions, as an owner may say them, for the span annotator."""

from collections.abc import Iterator

from storage.metrics.model import SemanticModel
from tools.language.annotation import Meaning, Term
from tools.language.lexicon import Lexicon

_AVERAGE = "average "
_SHORTENED = ("avg ", "av ", "mean ")


def build_lexicon(model: SemanticModel) -> Lexicon:
    """Labels, ids and synonyms of everything that can be asked, beside the English words."""
    return Lexicon.with_terms(_terms(model))


def _terms(model: SemanticModel) -> Iterator[tuple[str, Term]]:
    for meaning, described in ((Meaning.METRIC, model.metrics), (Meaning.DIMENSION, model.dimensions)):
        for id_, item in described.items():
            for phrase in (item.label, id_.replace("_", " "), *item.synonyms):
                yield phrase, Term(meaning, id_)
                if phrase.lower().startswith(_AVERAGE):
                    yield from ((short + phrase[len(_AVERAGE) :], Term(meaning, id_)) for short in _SHORTENED)
