"""How common words are in questions about a shop, and which stand next to each other there.

The counts are of the practice questions under tests/query/readings; tests/language/practice_words.py makes the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log
from pathlib import Path
from typing import Final

from tools.language.text import Token, TokenKind

EDGE: Final = "^"
"""Stands where a question begins or ends."""
NUMBER: Final = "#"
"""Stands for every number and date."""
_FILE: Final = Path(__file__).with_name("question_words_en.txt")
_TOGETHER: Final = 0.7
"""How much of a word's likelihood beside another the pairs say; the rest is how common it is by itself."""
_MISFIT: Final = 0.6
"""The most that two words may misfit: among so few questions many pairs are missing that everybody would say."""
_SEEN_LESS: Final = 0.5
"""Taken off each count: of what is seen once among so few questions much is chance."""


@dataclass(frozen=True, slots=True)
class QuestionWords:
    words: Mapping[str, int]
    pairs: Mapping[tuple[str, str], int]
    total: int

    def share(self, word: str) -> float:
        """Of all words of questions, how many are this one."""
        return self.words.get(word, 0) / self.total

    def stand_together(self, first: str, second: str) -> bool:
        return (first, second) in self.pairs

    def fit(self, first: str, second: str) -> float:
        """How much likelier than by chance two words stand next to each other, as a logarithm; 0 where that is unknown."""
        alone = self.words.get(first, 0), self.words.get(second, 0)
        if not all(alone):
            return 0.0
        seen = max(self.pairs.get((first, second), 0) - _SEEN_LESS, 0.0)
        by_chance = alone[0] * alone[1] / self.total
        return max(log(_TOGETHER * seen / by_chance + 1 - _TOGETHER), -_MISFIT)


@cache
def question_words() -> QuestionWords:
    words: dict[str, int] = {}
    pairs: dict[tuple[str, str], int] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        *said, count = line.split(" ")
        if len(said) == 1:
            words[said[0]] = int(count)
        else:
            pairs[said[0], said[1]] = int(count)
    return QuestionWords(words, pairs, sum(words.values()))


def spoken(tokens: Sequence[Token], at: int) -> str | None:
    """How a token, or what is before the first and behind the last, is counted; None of what is no neighbour."""
    if not 0 <= at < len(tokens):
        return EDGE
    token = tokens[at]
    if token.kind is TokenKind.SYMBOL:
        return EDGE if token.text in ".?!" else None
    if token.kind is TokenKind.QUOTED:
        return None
    return token.norm if token.kind is TokenKind.WORD else NUMBER
