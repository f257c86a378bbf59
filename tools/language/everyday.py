"""Everyday English words by what they do in a question about a shop's figures, read from `everyday_en.yaml`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.kit.yaml_text import parse_yaml
from tools.language.text import Token

_FILE = Path(__file__).with_name("everyday_en.yaml")
_POINTING = frozenset("of in for from at by with without via through called named except excluding like than".split())
"""What stands behind one of these may be meant to narrow the question, whatever word it is."""
_SENTENCE_ENDS = frozenset(".?!:")


@dataclass(frozen=True, slots=True)
class EverydayWords:
    """`chatter` asks for nothing wherever it stands; what is `absent` no shop's records hold; `occasion` is whom or what figures
    are needed for; `trade` are verb forms that say no more than that a sale came about."""

    chatter: frozenset[str]
    absent: frozenset[str]
    occasion: frozenset[str]
    trade: frozenset[str]

    def asks_nothing(self, tokens: tuple[Token, ...], i: int) -> bool:
        """Whether token `i` is chatter: not behind a word that points at it, and not written as a name."""
        token, before = tokens[i], tokens[i - 1].norm if i else "."
        if token.norm not in self.chatter or before in _POINTING:
            return False
        return token.text.islower() or token.text.isupper() or before in _SENTENCE_ENDS


@cache
def everyday_words() -> EverydayWords:
    data = parse_yaml(_FILE.read_text(encoding="utf-8"))
    return EverydayWords(**{kind: frozenset(data[kind].split()) for kind in ("chatter", "absent", "occasion", "trade")})
