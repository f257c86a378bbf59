"""The words that questions about one source are read with: those of its semantic layer, and the closed-class ones.

Nothing of a shop is taken along: what carries nothing there ("paid", "invoice", "book") may be the point here. A word
that neither the layer, nor the values, nor this list knows is asked back.
"""

from collections.abc import Iterable, Iterator, Mapping

from storage.metrics.model import SemanticModel
from tools.language.annotation import Meaning, Term
from tools.language.lexicon import Lexicon
from tools.language.text import listed, tokenize

_FILLER = frozenset(
    listed(
        """a an the this these those of to in on at for from by with within during over into onto through and as or
        is are was were be been being am do does did done have has had having can could would me my mine i you your we
        us our ours they their them it its there here please kindly hi hello hey so well then ok okay yes thanks thank
        what whats which who whom whose that how give gives gave show shows tell tells get gets got see let
        need want know find look display present calculate compute report print list lists listed compare compared
        figure figures data overview summary table chart graph plot number numbers
        total totals overall all altogether entire whole complete sum every any some each one ones
        up out about around roughly approximately exactly actually currently now right really just already yet ever
        happen happened happens occur occurred occurs take takes took place made make makes making recorded record
        come comes came coming went go goes gone exist existed exists belong belongs belonging
        live lives living based carried performed perform performs bring brings brought work works working employ employs employed run ran hold held earn earned used study studies studied offer offers offered play plays played score scored given produce produces produced handle handled handles
        broken down split grouped group break breakdown ranked rank sorted sort per period time
        quickly quick could dear s re ve t m ll d u also too only much many more less same such both
        where if between across among than"""
    )
)
_DROPPED_REASONS = frozenset(["cancelled", "unsupported"])
_DROPPED_CUES = frozenset(["rank_metric"])
_DROPPED_PHRASES = frozenset(["amount of", "quantity of", "weight"])
"""Of a shop's orders these ask how many; elsewhere they name an amount."""


def lexicon_of(model: SemanticModel, values: Mapping[str, Iterable[str]], other_names: Iterable[str] = ()) -> Lexicon:
    """The lexicon of a source. A phrase of the layer, or a value of one word, outdoes an English cue of the same words."""
    terms = list(_terms(model))
    named = {_key(phrase) for phrase, _ in terms}
    texts = (text for held in (*values.values(), other_names) for text in held)
    single = {key for text in texts if len(key := _key(text)) == 1}
    known = {lemma for key in named for lemma in key} | {lemma for key in single for lemma in key}

    def is_kept(phrase: str, term: Term) -> bool:
        dropped = term.id in _DROPPED_CUES or (term.id == "outside" and term.detail in _DROPPED_REASONS)
        dropped |= phrase in _DROPPED_PHRASES
        return not dropped and _key(phrase) not in named | single

    # A word of a longer phrase ("total amount") still carries nothing by itself; one that is a phrase of its own does.
    spoken = {key[0] for key in named | single if len(key) == 1}
    filler = frozenset(word for word in _FILLER if word not in spoken and not (word in known and word in _WEIGHTY))
    return Lexicon.with_terms(terms, filler=filler, is_kept=is_kept)


_WEIGHTY = frozenset(listed("ordered handled recorded place period time"))
"""Filler that means something as soon as the layer has a name with it."""


def _terms(model: SemanticModel) -> Iterator[tuple[str, Term]]:
    for meaning, described in ((Meaning.METRIC, model.metrics), (Meaning.DIMENSION, model.dimensions)):
        for id_, item in described.items():
            for phrase in dict.fromkeys((item.label, *item.synonyms)):
                yield phrase, Term(meaning, id_)


def _key(phrase: str) -> tuple[str, ...]:
    return tuple(token.lemma for token in tokenize(phrase))
