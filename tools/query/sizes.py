"""Sizes and kinds of one thing that the data does not keep apart: "large lattes", "a cheesecake, whole"."""

from tools.language.text import listed
from tools.query.sentence import Sentence
from tools.query.slots import Unclear

_SIZES = frozenset(
    listed(
        "whole half slice slices large regular medium small big little mini single singles double tray deluxe standard"
    )
)
_SOLD = frozenset("went go goes gone sold sell sells as".split())
_BY = (("by", "the"), ("as", "a"))
_BEHIND = frozenset("and or vs versus against in this last how".split())
_OF_TIME = frozenset(listed("of year month week quarter day time lot thing last this past season summer winter in"))
"""Behind "whole" these tell what is whole."""


def refuse_sizes(s: Sentence) -> None:
    """Raises Unclear where a size stands right beside a product whose name tells none: it must not vanish."""
    _refuse_ways_of_selling(s)
    for span in s.spans:
        if not any(value.dimension == "product" for value in span.values):
            continue
        for at in (span.start - 1, _behind(s, span.end)):
            if at >= 0 and _is_a_size(s, at):
                said, product = s.annotation.tokens[at].text, s.annotation.said(span.start, span.end)
                raise Unclear(
                    f"Your figures do not keep “{said[:40]}” apart from the rest of {product}. Do you mean all of it?",
                    ((f"all of {product}", _without(s, at)),),
                )


def _refuse_ways_of_selling(s: Sentence) -> None:
    """ "how many went whole, and how many by the slice": how a thing was sold, wherever the thing is named."""
    product = next((span for span in s.spans if any(value.dimension == "product" for value in span.values)), None)
    tokens = s.annotation.tokens
    for at, token in enumerate(tokens):
        if product is None or token.norm not in _SIZES or product.start <= at < product.end:
            continue
        following = tokens[at + 1].norm if at + 1 < len(tokens) else ""
        before = tuple(one.norm for one in tokens[max(0, at - 2) : at])
        ends = not following[:1].isalnum() or following in _BEHIND
        if ends and (before in _BY or (before[-1:] and before[-1] in _SOLD)):
            named = s.annotation.said(product.start, product.end)
            raise Unclear(
                f"Your figures do not keep “{token.text[:40]}” apart from the rest of {named}. Do you mean all of it?"
            )


def _behind(s: Sentence, at: int) -> int:
    tokens = s.annotation.tokens
    return at + 1 if at < len(tokens) and tokens[at].norm == "," else at


def _is_a_size(s: Sentence, at: int) -> bool:
    tokens = s.annotation.tokens
    if at >= len(tokens) or tokens[at].norm not in _SIZES:
        return False
    if any(span.start <= at < span.end and (span.values or span.period or span.grain) for span in s.spans):
        return False
    following = tokens[at + 1].norm if at + 1 < len(tokens) else ""
    named = any(
        span.start == at + 1 and (span.period or span.grain or span.terms) and not span.values for span in s.spans
    )
    return following not in _OF_TIME and not named


def _without(s: Sentence, at: int) -> str:
    token, text = s.annotation.tokens[at], s.annotation.text
    return f"{text[: token.start].rstrip().rstrip(',')} {text[token.end :].lstrip()}".strip()
