"""What a mistyped word means: of the words that may have become it, the one that is clearly the likeliest.

A noisy channel: how common a word is in questions about a shop, times how it fits between its neighbours, times how likely
the slip is that makes what was typed of it. The words are those that the reader knows and those of the tenant's names;
everyday words that mean nothing here compete with them, and so does what was typed, which may be a word that nobody here
knows. What is not clearly one of them is left as it is, to be asked about.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, inf, log
from typing import Final

from tools.language.dictionary import Dictionary
from tools.language.lexicon import Lexicon
from tools.language.question_words import question_words
from tools.language.slips import cost, most_slips
from tools.language.text import Token, TokenKind, tokenize
from tools.language.values import ValueIndex, same_stem

SHORTEST: Final = 3
"""Letters of a word below which every other word is near."""
SURE: Final = 0.9
"""Least likelihood of the meaning that is taken."""
SURE_OF_SHORT: Final = {3: 0.97, 4: 0.95}
"""By the letters of what was typed: so little tells less than it seems to."""
_IN_QUESTIONS: Final = 0.85
"""How much of how common a word is the practice questions say; the rest say all texts."""
_NEVER_ASKED: Final = 5e-6
"""How common a word is that the reader knows and no practice question has."""
_OF_NAMES: Final = 0.12
"""Of all words of questions, how many are of names."""
_OF_ONE_KIND: Final = 0.04
"""How many are whole names of one dimension's: of few states each is named oftener than of many customers."""
_FEWEST_NAMES: Final = 100
_SHORT_PIECE: Final = 1.5
"""Less likely is a short word that is no name by itself: "whre" is no "Wire Fruit Basket"."""
_LONGEST_SHORT: Final = 5
_NAMED_TOGETHER: Final = 4.0
"""Likelier is a word that stands beside its neighbour in a name: "Casu Lima"."""
_STRANGE: Final = 0.0025
_LETTER: Final = 2.2
"""How common words are that nobody here knows, and how much less for each letter."""
_WRITTEN_AS_A_NAME: Final = 2.5
_LONGEST_ABBREVIATION: Final = 5
_RARE: Final = 4e-6
"""Of all words that are written, how many a real word may be that is read as another."""
_LIKELY_SLIP: Final = 6.0
_NAMES_TRIED: Final = 6

Neighbours = tuple[str | None, str | None]
"""The words before and behind one as they were understood (see question_words.spoken)."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    word: str
    likelihood: float
    """A logarithm."""
    is_known: bool
    """Whether it means something here; the others only compete."""


@dataclass(frozen=True, slots=True)
class Speller:
    """Reads one tenant's words: `words` are those of the language, `values` have the names."""

    lexicon: Lexicon
    words: Dictionary
    values: ValueIndex

    def meant(self, tokens: Sequence[Token], at: int, around: Neighbours) -> str | None:
        """What the word at `at`, which means nothing here, is a slip of."""
        token = tokens[at]
        if not self._may_be_a_slip(tokens, at):
            return None
        if token.norm in self.words:
            return self._instead_of_a_word(tokens, at, around)
        if token.norm.endswith("in") and (whole := f"{token.norm}g") in self.words:
            return whole  # "the slowest movin tables"
        strange = log(_STRANGE) - _LETTER * len(token.norm)
        if _is_written_as_a_name(tokens, at):
            strange += _WRITTEN_AS_A_NAME
        return self._clearest(tokens[at].norm, [*self._candidates(tokens, at, around)], strange)

    def _may_be_a_slip(self, tokens: Sequence[Token], at: int) -> bool:
        token = tokens[at]
        abbreviated = token.text.isupper() and len(token.text) <= _LONGEST_ABBREVIATION
        return (
            token.kind is TokenKind.WORD
            and len(token.norm) >= SHORTEST
            and token.norm.replace("'", "").isalpha()
            and not (abbreviated and any(one.text.islower() for one in tokens))
        )

    # ── what it may be ───────────────────────────────────────────────────────────────────────────────────

    def _candidates(self, tokens: Sequence[Token], at: int, around: Neighbours) -> Iterator[_Candidate]:
        typed = tokens[at].norm
        edits = most_slips(len(typed))
        known = {*self.lexicon.vocabulary.near(typed, edits)}
        names = {*self.values.words_near(typed, edits)}
        for word in known | ({*self.words.common_near(typed, edits)} - names):
            spelt = cost(typed, word)
            if spelt < inf:
                means = word in known or tokenize(word)[0].lemma in self.lexicon.vocabulary
                yield _Candidate(word, self._commonness(word) - spelt + _fit(word, around), means)
        share = log(_OF_NAMES / max(_FEWEST_NAMES, self.values.count_of_words))
        capital = _is_written_as_a_name(tokens, at)
        costs = sorted((cost(typed, word), word) for word in names)
        for rank, (spelt, word) in enumerate(costs):
            if spelt < inf:
                beside = rank < _NAMES_TRIED and self._named_together(word, around)
                called = self.values.called(word)
                piece = len(word) <= _LONGEST_SHORT and not called
                kinds = {value.dimension for value in called}
                members = min((self.values.count(kind) for kind in kinds), default=self.values.count_of_words)
                by_kind = log(_OF_ONE_KIND / max(_FEWEST_NAMES, members)) if called else share
                likelihood = (
                    max(share, by_kind)
                    - spelt
                    + (_NAMED_TOGETHER if beside else 0.0)
                    - (_SHORT_PIECE if piece else 0.0)
                )
                likelihood += _WRITTEN_AS_A_NAME if capital else 0.0
                yield _Candidate(word, likelihood, is_known=True)

    def _commonness(self, word: str) -> float:
        asked = question_words().share(word)
        if word in self.lexicon.vocabulary:
            asked = max(asked, _NEVER_ASKED)
        return log(_IN_QUESTIONS * asked + (1 - _IN_QUESTIONS) * self.words.share(word))

    def _named_together(self, word: str, around: Neighbours) -> bool:
        before, lemma, after = (_lemma(one) for one in (around[0], word, around[1]))
        return any(
            bool(self.values.part((first, second), most=1))
            for first, second in ((before, lemma), (lemma, after))
            if first and second
        )

    # ── which of them it is ──────────────────────────────────────────────────────────────────────────────

    def _clearest(self, typed: str, candidates: list[_Candidate], as_typed: float) -> str | None:
        if not candidates:
            return None
        best = max(candidates, key=lambda one: (one.likelihood, one.word))
        if not best.is_known:
            return None
        likelihood = {True: 0.0, False: exp(as_typed - best.likelihood)}
        for one in candidates:
            likelihood[self._mean_the_same(best.word, one.word)] += exp(one.likelihood - best.likelihood)
        sure = SURE_OF_SHORT.get(len(typed), SURE)
        return best.word if likelihood[True] >= sure * sum(likelihood.values()) else None

    def _mean_the_same(self, one: str, other: str) -> bool:
        if one == other:
            return True
        mine, others = (tokenize(word) for word in (one, other))
        if mine[0].lemma == others[0].lemma:
            return True
        if (called := self.values.called(one)) and called == self.values.called(other):
            return True
        said, instead = ({hit.meanings for hit in self.lexicon.phrases.find(tokens)} for tokens in (mine, others))
        return said == instead and (bool(said) or same_stem(one, other))

    # ── a real word, where it can only be another ────────────────────────────────────────────────────────

    def _instead_of_a_word(self, tokens: Sequence[Token], at: int, around: Neighbours) -> str | None:
        """ "fright by shipper", "sales per moth": a rare word that no question has, between two neighbours that both
        stand beside the word meant. One that may be a thing, though none that is sold here, stays."""
        token, asked = tokens[at], question_words()
        rare = self.words.share(token.norm) <= _RARE and not asked.share(token.norm)
        if not rare or token.norm != token.lemma or _is_written_as_a_name(tokens, at):
            return None
        before, after = around
        if before is None or after is None:
            return None
        candidates = [*self._candidates(tokens, at, around)]
        meant = self._clearest(token.norm, candidates, log((1 - _IN_QUESTIONS) * self.words.share(token.norm)))
        if meant is None or meant not in self.lexicon.vocabulary or cost(token.norm, meant) > _LIKELY_SLIP:
            return None
        phrase = self.lexicon.phrases.has(f"{before} {meant}") or self.lexicon.phrases.has(f"{meant} {after}")
        fits = asked.stand_together(before, meant) and asked.stand_together(meant, after)
        return meant if fits or phrase else None


def _lemma(word: str | None) -> str | None:
    return tokenize(word)[0].lemma if word else None


def _fit(word: str, around: Neighbours) -> float:
    before, after = around
    asked = question_words()
    return (asked.fit(before, word) if before else 0.0) + (asked.fit(word, after) if after else 0.0)


def _is_written_as_a_name(tokens: Sequence[Token], at: int) -> bool:
    """Whether a word has a capital that no beginning of a sentence gave it."""
    opens = at == 0 or tokens[at - 1].text in (".", "?", "!", ":")
    return tokens[at].text[:1].isupper() and not opens and any(one.text.islower() for one in tokens)
