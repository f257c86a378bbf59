"""Which language a question is in, by its words alone.

Words that only one language has speak for it, names of the data for none. A question that English explains as well stays
English: most questions are, and none of them pays more for this than a look at its words.
"""

import re
from collections.abc import Iterable
from functools import cached_property

from tools.language.lexicon import Lexicon
from tools.language.text import Token, normalize, tokenize
from tools.language.values import ValueIndex, closest_word
from tools.query.foreign.lexicon import Tongue
from tools.query.foreign.scanning import compound_of, slip_of
from tools.query.foreign.words import words_of

_ABBREVIATED = frozenset(
    """jan feb mar apr may jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun web xmas vat min max avg pct qty
    today yesterday""".split()
)
"""Short forms that English has too."""
_LETTERS = re.compile(r"[^\W\d_]+")
_APOSTROPHE = re.compile("['’]")
_SHORT = 3


class Detector:
    """`english` is the lexicon of the product's own language."""

    def __init__(self, tongues: Iterable[Tongue], english: Lexicon) -> None:
        self._tongues = {tongue.code: tongue for tongue in tongues}
        self._english = (
            english.filler | english.phrases.words | frozenset(english.spelling) | english.slips.keys() | _ABBREVIATED
        )

    @cached_property
    def _only(self) -> dict[str, frozenset[str]]:
        """Words of each language that English has not."""
        return {
            code: frozenset(w for w in tongue.telltale | tongue.known if w.isalpha() and len(w) > 1) - self._english
            for code, tongue in self._tongues.items()
        }

    def language(self, question: str, values: ValueIndex | None = None, before: str | None = None) -> str | None:
        """The code of the language; None for English. `before` is that of the conversation, for a question that no
        word tells the language of."""
        words = _LETTERS.findall(normalize(question))
        english = not self._english.isdisjoint(words)
        if all(only.isdisjoint(words) for only in self._only.values()):
            if before is not None and not english:
                return before
            return None if english else self._by_their_stems(question, values) or self._by_their_slips(words, values)
        tokens = tokenize(question)
        names = {i for hit in values.whole(tokens, set()) for i in range(hit.start, hit.end)} if values else set[int]()
        words = [
            piece
            for i, token in enumerate(tokens)
            if i not in names and token.norm[:1].isalpha() and not (values is not None and _is_a_part(token, values))
            for piece in _APOSTROPHE.split(token.text)
            if piece
        ]
        scores = {code: self._score(code, words, values, before) for code in self._tongues}
        best = max(scores, key=lambda code: (scores[code], code == before))
        tied = [code for code in scores if scores[code] == scores[best]]
        if before not in tied and len(tied) > 1:
            best = max(tied, key=lambda code: self._slips(code, words))
        return best if scores[best][0] > 0 else None

    def _slips(self, code: str, words: list[str]) -> int:
        """How many of the words are slips of the language's own: "vnetas" of "ventas"."""
        tongue = self._tongues[code]
        folded = (tongue.folding.shorten(normalize(word)) for word in words)
        return sum(slip_of(word, tongue) is not None for word in folded if word not in tongue.known)

    def _by_their_slips(self, words: list[str], values: ValueIndex | None) -> str | None:
        """ "bénéfise 2018": a slip of a figure that is nearer to no English word."""
        for word in words:
            if len(word) <= _SHORT or (values is not None and values.knows(word)):
                continue
            if closest_word(word, list(self._english)) is not None:
                return None
            for code, tongue in self._tongues.items():
                known = slip_of(tongue.folding.shorten(word), tongue)
                if known and any(s.kind == "metric" for s in tongue.senses(words_of(known, tongue.folding))):
                    return code
        return None

    def _score(self, code: str, words: list[str], values: ValueIndex | None, before: str | None) -> tuple[int, int]:
        """Words that speak for a language less those that speak for English; then all that it knows. One word alone
        speaks for nothing beside others that the language does not know, unless those are written large, as names are,
        or stand in names of the data."""
        tongue, only = self._tongues[code], self._only[code]
        known = tongue.known | tongue.telltale
        plain = [normalize(word) for word in words]
        folded = [tongue.folding.shorten(word) for word in plain]
        made = {word for word in folded if tongue.joints and word not in known and _is_compound(word, tongue)}
        known |= made
        told = [word for word in folded if word in only or word in made]
        against = sum(word in self._english and fold not in known for word, fold in zip(plain, folded, strict=True))
        strange = [
            word
            for word, norm, fold in zip(words, plain, folded, strict=True)
            if fold not in known and len(fold) > _SHORT and word.islower() and not (values and values.knows(norm))
        ]
        alone = len(told) == 1 and before != code
        short = alone and len(told[0]) <= _SHORT and told[0] in tongue.telltale
        unknown = [fold for fold in folded if fold not in known]
        if alone and not against:
            strange = [word for word in strange if slip_of(tongue.folding.shorten(normalize(word)), tongue) is None]
            unknown = [fold for fold in unknown if slip_of(fold, tongue) is None] if short else unknown
        if alone and (strange or (short and unknown)):
            return 0, 0
        return len(told) - against, sum(fold in known for fold in folded)

    def _by_their_stems(self, question: str, values: ValueIndex | None) -> str | None:
        """ "Monatsumsätze?"."""
        for code, tongue in self._tongues.items():
            for one in words_of(question, tongue.folding):
                if len(one.norm) <= _SHORT or (values is not None and values.knows(one.norm)):
                    continue
                if any(sense.kind != "filler" for sense in tongue.senses((one,))):
                    return code
                if tongue.joints and compound_of(one, tongue):
                    return code
        return None


def _is_compound(word: str, tongue: Tongue) -> bool:
    return any(compound_of(one, tongue) for one in words_of(word, tongue.folding))


def _is_a_part(token: Token, values: ValueIndex) -> bool:
    """Whether a word that is written large stands in a name of the data."""
    return token.text[:1].isupper() and token.start > 0 and values.knows(token.lemma)
