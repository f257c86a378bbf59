"""The words of a question in one language: folded, so that "für", "fuer" and "fur" are one, and without their endings."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from tools.language.text import Token, TokenKind, tokenize

_SHORTEST_STEM = 3
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’\u00a0\u202f]\d{3})+")
_DECIMAL = re.compile(r"(\d+(?:[.'’\u00a0\u202f]\d{3})*),(\d+)|(\d+(?:[,'’\u00a0\u202f]\d{3})*)\.(\d+)|(\d+)")
_LONGEST_GROUP = 3


@dataclass(frozen=True, slots=True)
class Folding:
    """How two spellings of a word are made one. `digraphs`: what some type for a letter with dots ("ae")."""

    code: str
    endings: tuple[str, ...]
    digraphs: dict[str, str]
    spelled: dict[str, str] = field(default_factory=dict[str, str])
    """Words that would be others without their accents ("ça") → what to take them for."""

    def fold(self, word: str) -> str:
        """Without accents, which `tokenize` takes off, and with digraphs as single letters."""
        tokens = tokenize(word)
        norm = tokens[0].norm if len(tokens) == 1 else word.lower()
        return self.shorten(norm)

    def shorten(self, norm: str) -> str:
        for pair, letter in self.digraphs.items():
            norm = norm.replace(pair, letter)
        return norm

    def stem(self, folded: str) -> str:
        """Without the ending of its case, number or gender; a short word stays as it is."""
        for ending in self.endings:
            if folded.endswith(ending) and len(folded) - len(ending) >= _SHORTEST_STEM:
                return folded[: -len(ending)]
        return folded


@dataclass(frozen=True, slots=True)
class Word:
    """`norm` is folded, `token` the place of its token in the text. `number` where it is written in digits."""

    text: str
    norm: str
    stem: str
    start: int
    end: int
    token: int
    kind: TokenKind
    number: Decimal | None = None
    ordinal: bool = False


def words_of(text: str, folding: Folding) -> tuple[Word, ...]:
    """Elisions and hyphens part words: "qu'en", "a-t-on"."""
    words: list[Word] = []
    for at, token in enumerate(tokenize(text)):
        words += _words_of_token(token, at, folding)
    return tuple(_joined(words))


def word(text: str, folding: Folding, like: Word) -> Word:
    """A word in another's place: a mended one, or a part of a compound."""
    norm = folding.fold(text)
    return Word(like.text, norm, folding.stem(norm), like.start, like.end, like.token, TokenKind.WORD)


def _words_of_token(token: Token, at: int, folding: Folding) -> list[Word]:
    if token.kind is TokenKind.NUMBER:
        return [Word(token.text, token.norm, token.norm, token.start, token.end, at, token.kind, number_of(token.text))]
    if token.kind is TokenKind.WORD and (match := re.fullmatch(r"(\d{1,4})(er|ere|eme|e|o|a|ro|do|to)", token.norm)):
        number = Decimal(match.group(1))
        return [Word(token.text, token.norm, token.norm, token.start, token.end, at, token.kind, number, ordinal=True)]
    norm = folding.spelled.get(token.text.lower(), token.norm)
    pieces = norm.split("'") if token.kind is TokenKind.WORD else [norm]
    folded = [folding.shorten(piece) for piece in pieces if piece]
    return [Word(token.text, f, folding.stem(f), token.start, token.end, at, token.kind) for f in folded]


def _joined(words: list[Word]) -> list[Word]:
    """ "1 000" is one number, "3." with a word behind it the third, and "n°" leaves its sign."""
    joined: list[Word] = []
    for i, one in enumerate(words):
        before = joined[-1] if joined else None
        grouped = (
            before is not None
            and one.number is not None
            and before.number is not None
            and before.end + 1 == one.start
            and re.fullmatch(r"\d{1,3}", before.norm)
            and re.fullmatch(r"\d{3}", one.norm)
        )
        dotted = one.norm == "." and before is not None and before.number is not None and before.end == one.start
        followed = i + 1 < len(words) and words[i + 1].norm[:1].isalpha()
        if grouped and before is not None and before.number is not None and one.number is not None:
            number = before.number * 1000 + one.number
            text = f"{before.text} {one.text}"
            joined[-1] = Word(text, str(number), str(number), before.start, one.end, before.token, before.kind, number)
        elif dotted and followed and before is not None:
            joined[-1] = Word(
                before.text, before.norm, before.stem, before.start, one.end, before.token, before.kind, before.number,
                ordinal=True,
            )  # fmt: skip
        elif one.norm not in ("º", "°", "ª"):
            joined.append(one)
    return joined


def number_of(text: str) -> Decimal | None:
    """ "1.234,50", "1,234.50", "1 234,5" and "1.000"; None where it is no number. A single mark before three digits
    parts thousands, in each of these languages and in the other way of writing too."""
    if _GROUPED.fullmatch(text):
        return Decimal(re.sub(r"\D", "", text))
    if (match := _DECIMAL.fullmatch(text)) is None:
        return None
    whole, part, other, its_part, plain = match.groups()
    digits = re.sub(r"\D", "", whole or other or plain)
    return Decimal(f"{digits}.{part or its_part or 0}")
