"""Amounts between two bounds: "orders between £50 and £100" are orders of at least £50 and at most £100."""

from collections.abc import Sequence

from tools.language.numbers import NumberSpan, number_at
from tools.language.text import Token, tokenize

_JOINTS = frozenset(["and", "to", "-", "–"])


def with_both_bounds(question: str) -> str:
    """The question with its ranges of money said as two bounds, which the reader knows. Ranges of anything else (dates,
    numbers of things) stay as they are."""
    if "between" not in question.lower():
        return question
    tokens = tokenize(question)
    for at in range(len(tokens) - 1, -1, -1):
        if tokens[at].norm == "between":
            question = _said(question, tokens, at)
    return question


def _said(question: str, tokens: Sequence[Token], at: int) -> str:
    low = number_at(tokens, at + 1)
    joint = low.tokens.stop if low is not None else len(tokens)
    if low is None or joint >= len(tokens) or tokens[joint].norm not in _JOINTS:
        return question
    high = number_at(tokens, joint + 1)
    if high is None or {low.unit, high.unit} <= {None, "%"} or "%" in (low.unit, high.unit):
        return question
    bounds = (f"at least {_amount(question, tokens, low, high)}", f"at most {_amount(question, tokens, high, low)}")
    before = "" if at and tokens[at - 1].norm in ("of", "is", "was", "were", "are", "worth") else "of "
    return f"{question[: tokens[at].start]}{before}{' and '.join(bounds)}{question[tokens[high.tokens.stop - 1].end :]}"


def _amount(question: str, tokens: Sequence[Token], number: NumberSpan, other: NumberSpan) -> str:
    """As typed; with the currency of the other where it is said once: "between 50 and 100 pounds"."""
    said = question[tokens[number.tokens.start].start : tokens[number.tokens.stop - 1].end]
    return said if number.unit else f"{said} {other.unit}"
