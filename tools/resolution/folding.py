"""Texts as they are compared: read in the right encoding, without case, accents and signs. Pure."""

import re
import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "a", "œ": "o", "þ": "th", "ð": "d"}
)
_UMLAUTS: Final = (("ue", "u"), ("oe", "o"), ("ae", "a"))
_WORDS: Final = re.compile(r"[^\W_]+")


def mended(text: str) -> str:
    """A text that was read in the wrong encoding, read in the right one: UTF-8 taken for Windows-1252. What was read rightly
    is hardly ever UTF-8 when it is written so."""
    if text.isascii():
        return text
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return text


def folded(text: str) -> str:
    """Lower case without accents; ü, ue and u are one."""
    if text.isascii():
        plain = text.lower()
    else:
        plain = unicodedata.normalize("NFKD", mended(text).casefold().translate(_LETTERS))
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    for long, short in _UMLAUTS:
        plain = plain.replace(long, short)
    return plain


def words(text: str | None) -> list[str]:
    return _WORDS.findall(folded(text.replace("'", "").replace("’", ""))) if text else []
