"""Tokens of a question: pieces of the original text with their places in it, in a form that can be compared."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class TokenKind(StrEnum):
    """What a token looks like; what it means is decided further up."""

    WORD = "word"
    NUMBER = "number"
    """Digits with thousands separators and decimals as typed: "1,000.50"."""
    ORDINAL = "ordinal"
    """Digits with an English ending: "3rd"."""
    DATE = "date"
    """A date in digits ("2024-03-01", "3/15/2018", "03/2018", "2018-W12") or a shortened year ("'18")."""
    QUOTED = "quoted"
    """A phrase in quotation marks, one token whatever it holds."""
    SYMBOL = "symbol"
    """One character of punctuation, a currency sign, "%"."""


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a text: `text == original[start:end]`.

    `norm` is what two spellings have in common: compatibility forms unified (NFKC), case folded, Latin accents
    stripped, ASCII digits, possessive endings and the quotation marks of a quoted phrase taken off.
    `lemma` is `norm` with an English plural made singular; equal to `norm` for all that is no plain word.
    `hyphenated` tells that only a hyphen, a dash or an underscore stands between this token and the one before it:
    such joints make no token, so that "t-shirt" and "t shirt" read alike.
    """

    text: str
    norm: str
    lemma: str
    start: int
    end: int
    kind: TokenKind
    hyphenated: bool = False


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of `text` in order. Takes any Unicode, time grows with the length alone; white space, control and
    invisible format characters only part tokens. A quotation longer than 200 characters is read as single words."""
    tokens: list[Token] = []
    tied = False
    for match in _TOKEN.finditer(text):
        group = match.lastgroup
        if group == "TIE":
            tied = True
            continue
        kind = _KINDS[group or "SYMBOL"]
        piece = match.group()
        norm = _norm(piece, kind)
        lemma = _lemma(norm) if kind is TokenKind.WORD else norm
        tokens.append(Token(piece, norm, lemma, match.start(), match.end(), kind, tied))
        tied = False
    return tuple(tokens)


def normalize(text: str) -> str:
    """`text` as a token's norm has it: for comparing names that did not go through `tokenize`."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    decomposed = unicodedata.normalize("NFKD", folded)
    return unicodedata.normalize("NFC", _ACCENT.sub("", decomposed)).translate(_FOLDED)


def spelt(text: str, most: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The norms and the lemmas of up to `most` tokens of a name. "Candles & Fragrance" is "candles and fragrance" to
    whoever types it."""
    if _PLAIN.fullmatch(text):  # a tenth of the time, and most names are
        norms = tuple(text.lower().split(" ", most)[:most])
        return norms, tuple(map(_lemma, norms))
    tokens = tokenize(text)[:most]
    return tuple(and_for(token.norm) for token in tokens), tuple(and_for(token.lemma) for token in tokens)


def and_for(word: str) -> str:
    """ "and", where a sign says so."""
    return "and" if word in ("&", "+") else word


def listed(words: str) -> tuple[str, ...]:
    """The words of a vocabulary that is written as one line."""
    return tuple(words.split())


_DASHES = "-‐‑‒–—―−"
_APOSTROPHES = "'’ʼ"
# Combining marks of the scripts in use: letters to a reader, though not to the regular expressions' \w.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u3099\u309a\ufe20-\ufe2f"
)
_INVISIBLE = "\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff"
_LETTERS = rf"[^\W\d_](?:[^\W_]|[{_MARKS}])*"
_YEAR = r"(?:19|20|21)\d\d"
_QUOTE_LENGTH = 200
# What may follow a number without a space and still be a word of its own; any other letter makes it a code (85123A).
_SUFFIX = r"k|m|mm|cm|ml|cl|l|g|kg|oz|lbs?|inch|pcs|pack|mn|mio|bn|b|d|w|y|h|hrs?|days?|weeks?|months?|years?|yrs?|q\d|eur|usd|gbp|chf|cad|aud|jpy|inr|sek|nok|dkk|pln|euros?"
_TOKEN = re.compile(
    rf"""
    (?P<ELISION>(?<!\w)(?:[ldjnmtsc]|qu)['’](?=[^\W\d_]{{2}}))
  | (?P<WORD>top(?=\d{{1,3}}(?!\w))|{_LETTERS}(?:[{_APOSTROPHES}]{_LETTERS})*(?:(?<=s)['’](?!\w))?)
  | (?P<QUOTED>
        "[ \t]*[^"\s][^"\n]{{0,{_QUOTE_LENGTH}}}"
      | “\s*[^“”\s][^“”\n]{{0,{_QUOTE_LENGTH}}}[”“]
      | „\s*[^“”\s][^“”\n]{{0,{_QUOTE_LENGTH}}}[”“]
      | «\s*[^«»\s][^«»\n]{{0,{_QUOTE_LENGTH}}}»
      | (?<![^\s(\[,:=])['‘](?!\d\d(?!\w))[^'’\s][^'’\n]{{0,{_QUOTE_LENGTH}}}['’](?!\w)
    )
  | (?P<DATE>
        (?<![\w.,])(?:
            {_YEAR}(?P<iso>[-/.])\d{{1,2}}(?P=iso)\d{{1,2}}(?!\d)
                (?:t\d\d:?\d\d(?::?\d\d(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?)?(?!\w)
          | \d{{1,2}}(?P<sep>[-/.])\d{{1,2}}(?P=sep)(?:\d{{4}}|\d\d)(?![\w.]\w)(?!\d)
          | {_YEAR}[-/]\d{{1,2}}(?![\w/-])
          | {_YEAR}-?w\d{{1,2}}(?!\w)
          | \d{{1,2}}[-/]{_YEAR}(?![\w/-])
          | \d\d\.{_YEAR}(?!\w)
        )
      | (?<!\d)['’]\d\d(?!\w)
    )
  | (?P<ORDINAL>(?<![\w.])\d{{1,4}}(?:st|nd|rd|th)(?!\w))
  | (?P<NUMBER>
        (?:
            \d{{1,3}}(?:,\d{{2,3}})*,\d{{3}}(?:\.\d+)?
          | \d{{1,3}}(?:\.\d{{3}})+,\d+
          | \d{{1,3}}(?:\.\d{{3}}){{2,}}
          | \d{{1,3}}(?:[\u00a0\u202f'’]\d{{3}})+(?:[.,]\d+)?
          | \d+[.,]\d{{1,2}}
          | \d+\.\d+
          | \d+
        )(?![\d])(?!\.\d)(?=(?:{_SUFFIX})?(?![^\W_]))
    )
  | (?P<CODE>\d+(?:\.\d+){{2,}}|\d[^\W_]*)
  | (?P<TIE>(?<=\w)[{_DASHES}_]{{1,3}}(?=\w))
  | (?P<SYMBOL>[^\w\s{_INVISIBLE}])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_PLAIN = re.compile("[A-Za-z]+(?: (?:[A-Za-z]+|[0-9]+))*")
"""Texts whose tokens are what spaces part."""
_KINDS = {
    "QUOTED": TokenKind.QUOTED,
    "DATE": TokenKind.DATE,
    "ORDINAL": TokenKind.ORDINAL,
    "NUMBER": TokenKind.NUMBER,
    "CODE": TokenKind.WORD,
    "ELISION": TokenKind.WORD,
    "WORD": TokenKind.WORD,
    "SYMBOL": TokenKind.SYMBOL,
}
_ACCENT = re.compile("[\u0300-\u036f]")
# Letters that Unicode does not take apart into a base and an accent.
_FOLDED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "’": "'", "ʼ": "'", "‘": "'"}
    | dict.fromkeys(_DASHES, "-")
)


def _norm(piece: str, kind: TokenKind) -> str:
    norm = normalize(piece)
    if kind is TokenKind.WORD:
        if norm.endswith("'s"):
            return norm[:-2]
        return norm.rstrip("'")
    if kind is TokenKind.QUOTED:
        return " ".join(normalize(piece[1:-1]).split())
    if kind is not TokenKind.SYMBOL and not norm.isascii():
        return "".join(_ascii_digit(character) for character in norm)
    return norm


def _ascii_digit(character: str) -> str:
    value = unicodedata.decimal(character, None)
    return character if value is None else str(value)


# English words in -s that are no plurals, or whose plural means another thing than the singular ("sales").
_UNCHANGED = frozenset(
    listed(
        "sales news series species goods earnings takings proceeds thanks gas bias canvas atlas alias christmas texas kansas "
        "overseas whereas always sometimes perhaps besides towards afterwards does goes has was its yes chaos cosmos pos los "
        "laos ours theirs yours hers as gps sms cms sas paris des les las mes tres dos nos vos lens pants jeans trousers "
        "scissors headquarters logistics analytics economics statistics electronics cosmetics ceramics"
    )
)
_IRREGULAR = {
    "people": "person",
    "men": "man",
    "women": "woman",
    "children": "child",
    "feet": "foot",
    "teeth": "tooth",
    "geese": "goose",
    "mice": "mouse",
    "halves": "half",
    "shelves": "shelf",
    "knives": "knife",
    "wolves": "wolf",
    "scarves": "scarf",
    "loaves": "loaf",
    "lives": "life",
    "wives": "wife",
    "indices": "index",
    "indexes": "index",
    "axes": "axis",
    "analyses": "analysis",
    "bases": "base",
    "crises": "crisis",
    "criteria": "criterion",
    "movies": "movie",
    "cookies": "cookie",
    "hoodies": "hoodie",
    "selfies": "selfie",
    "brownies": "brownie",
    "smoothies": "smoothie",
    "calories": "calorie",
    "shoes": "shoe",
    "canoes": "canoe",
    "toes": "toe",
    "caches": "cache",
    "uses": "use",
    "fuses": "fuse",
    "quizzes": "quiz",
    "gases": "gas",
}
_SHORTEST_PLURAL = 4


def _lemma(norm: str) -> str:
    """The singular of an English plural by its ending; a word that only looks like one may be cut, never lengthened."""
    if norm in _IRREGULAR:
        return _IRREGULAR[norm]
    if len(norm) < _SHORTEST_PLURAL or not norm.endswith("s") or norm in _UNCHANGED or not norm.isalpha():
        return norm
    if norm.endswith(("ss", "us", "is")):
        return norm
    if norm.endswith("ies"):
        return norm[:-1] if len(norm) == _SHORTEST_PLURAL else norm[:-3] + "y"
    if norm.endswith(("sses", "xes", "ches", "shes", "oes")):
        return norm[:-2]
    if norm.endswith("uses") and not norm.endswith(("auses", "ouses", "cuses")):
        return norm[:-2]
    return norm[:-1]
