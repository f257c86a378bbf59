"""Counts the words of the practice questions, and which stand next to each other, for tools/language/question_words.py:

python -m tests.language.practice_words
"""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

from tools.language import question_words
from tools.language.dictionary import Dictionary
from tools.language.question_words import EDGE, NUMBER, spoken
from tools.language.text import tokenize
from tools.query.lexicon import build_lexicon
from tools.semantics.loader import load_semantics

READINGS = Path(__file__).parents[1] / "query" / "readings"
SHOPS = ("analyses", "demo", "northwind", "superstore")
COMMON = 2_000
"""Occurrences in the dictionary's corpus above which a word is no name of one shop's."""
LEAST = 2
FILE = Path(question_words.__file__).with_name("question_words_en.txt")


def counted() -> tuple[Counter[str], Counter[tuple[str, str]]]:
    """Names and slips are left out: the words are those of the reader and everyday ones."""
    lexicon, dictionary = build_lexicon(load_semantics()), Dictionary()
    known = lexicon.filler | lexicon.phrases.words | lexicon.vocabulary.words
    words: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()

    def is_counted(word: str | None) -> bool:
        if word is None or word in lexicon.slips:
            return False
        return word in (EDGE, NUMBER) or word in known or dictionary.written(word) >= COMMON

    for shop in SHOPS:
        for line in (READINGS / f"{shop}.jsonl").read_text("utf-8").splitlines():
            tokens = tokenize(json.loads(line)["ask"])
            said = [spoken(tokens, at) for at in range(-1, len(tokens) + 1)]
            said = [word if is_counted(word) else None for word in said]
            words.update(word for word in said if word)
            pairs.update((one, other) for one, other in pairwise(said) if one and other)
    return words, pairs


if __name__ == "__main__":
    words, pairs = counted()
    lines = [f"{word} {count}" for word, count in sorted(words.items()) if count >= LEAST]
    lines += [f"{one} {other} {count}" for (one, other), count in sorted(pairs.items()) if count >= LEAST]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
