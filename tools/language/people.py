"""People who sell, called by a part of their names: "robert", "Kev", "young Gavin"."""

from collections.abc import Iterator

from tools.language.annotation import Span, SpanKind
from tools.language.text import Token, listed, normalize
from tools.language.values import Value, ValueIndex

_SALESPERSON = "salesperson"
_PEOPLE = frozenset([_SALESPERSON, "customer"])
_SHORTEST = 3
_MOST_PEOPLE = 200
"""Of more people than that, nobody calls one by a short form of the name."""
_BEFORE_A_NAME = frozenset(listed("young old nice dear poor little miss master colleague"))
_WORDS_TOO = frozenset(
    listed(
        "will mark grace rose bill jack frank may june april august drew sue pat rob nick dawn joy hope faith art gene dean chase "
        "grant miles max guy ray ward wade cliff heath holly ivy lily daisy iris violet ruby pearl amber jade crystal brook don "
        "jean penny ginger summer autumn christian king price long white black brown green young rich stone wood bell banks fields "
        "page case cook baker miller smith taylor hunter mason carter porter parker fuller tom dick harry josh bob skip chip earl "
        "duke major victor roman sandy rusty sunny terry gay angel star sky dale glen lane rod bud buck"
    )
)
"""First names and surnames that are words as well: in small letters they may be no more than that."""


def is_called_so(token: Token, values: tuple[Value, ...]) -> bool:
    """Whether a word, however it is written, is the name of the one who sells and has it, and of no customer."""
    people = {(value.dimension, value.text) for value in values if value.dimension in _PEOPLE}
    return [dimension for dimension, _ in people] == [_SALESPERSON] and token.norm not in _WORDS_TOO


def called_in_short(tokens: tuple[Token, ...], unknown: list[int], values: ValueIndex) -> Iterator[Span]:
    """ "Kev", "Mél": how the first names of those who sell begin."""
    people = values.members(_SALESPERSON) if values.count(_SALESPERSON) <= _MOST_PEOPLE else ()
    for i in unknown:
        token = tokens[i]
        if len(token.norm) < _SHORTEST or not token.text[:1].isupper() or values.holds(token.lemma):
            continue
        found = tuple(value for value in people if normalize(value.text).startswith(token.norm))
        if found:
            yield Span(SpanKind.VALUE, i, i + 1, values=found, whole=False)


def spoken_of(tokens: tuple[Token, ...], unknown: list[int], spans: list[Span]) -> Iterator[Span]:
    """The "young" of "young Gavin", which narrows nothing."""
    people = {span.start for span in spans if span.values and {value.dimension for value in span.values} <= _PEOPLE}
    for i in unknown:
        if tokens[i].norm in _BEFORE_A_NAME and i + 1 in people:
            yield Span(SpanKind.TERM, i, i + 1)
