"""Patterns of words, each with the plainer words that it stands for."""

import re
from collections.abc import Callable, Iterable

Better = str | Callable[[re.Match[str]], str]
Rule = tuple[re.Pattern[str], Better]


def rules(*pairs: tuple[str, Better]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), better) for pattern, better in pairs)


def reworded(known: Iterable[Rule], question: str) -> str:
    """The question in plainer words: one rule after the other, in their order."""
    for pattern, better in known:
        question = pattern.sub(better, question)
    return question
