"""Texts as they are compared: read in the right encoding, without case, accents and signs. Pure."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from anyascii import anyascii

_LETTERS: Final = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "a", "œ": "o", "þ": "th", "ð": "d"}
)
_UMLAUTS: Final = (("ue", "u"), ("oe", "o"), ("ae", "a"))
_KANA: Final = re.compile(r"([\u3040-\u30ff]+)")
_LONG_VOWELS: Final = re.compile(r"(?<=[ou])u|(?<=a)a|(?<=e)e|(?<=i)i|(?<=o)o")
_KANA_NAMES: Final = {"HIRAGANA": "KANA", "KATAKANA": "KANA", "KATAKANA-HIRAGANA": "KANA"}
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


def romanized(text: str) -> str:
    """A text in Latin letters; the long vowels that kana write and passports do not are short. Chinese signs are read as in
    Mandarin, whatever they stand for: they agree with the same signs only."""
    if text.isascii() or not scripts_of(text):
        return text
    wide = unicodedata.normalize("NFKC", text)
    return "".join(
        _LONG_VOWELS.sub("", anyascii(part).lower()) if _KANA.match(part) else anyascii(part)
        for part in _KANA.split(wide)
    )


@lru_cache(maxsize=65_536)
def scripts_of(text: str | None) -> frozenset[str]:
    """The writing systems of a text other than Latin, by the names that Unicode gives their letters."""
    if not text or text.isascii():
        return frozenset()
    plain = unicodedata.normalize("NFKC", mended(text))
    named = (unicodedata.name(one, "").partition(" ")[0] for one in plain if one.isalpha() and not one.isascii())
    return frozenset(_KANA_NAMES.get(name, name) for name in named) - {"LATIN", "MODIFIER", "FEMININE", "MASCULINE", ""}


def words(text: str | None) -> list[str]:
    return _WORDS.findall(folded(text.replace("'", "").replace("’", ""))) if text else []
