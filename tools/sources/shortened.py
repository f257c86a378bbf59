"""Words that a name has shortened by leaving out their vowels: "wrnty" is a warranty, "clsd" closed, "prt" a part."""

from functools import cache, lru_cache

from tools.language.dictionary import Dictionary
from tools.language.text import listed
from tools.sources.german import english

_DICTIONARY = Dictionary()
_NAMED = frozenset(
    listed(
        """part parts vehicle contact client worker schedule finish finished completed membership register tank hotel
        rental booking trainer cleaner plumber maintenance purchase delivery delivered supplier harvest water patient
        treatment visit doctor nurse field garden driver truck package sender receiver details cancelled shipped
        assigned warranty ready received closed pickup brand model block board branch budget bottle card cargo carrier
        center claim color comment contract cost counter country county course court credit day days debit deposit
        discount district dealer donor draft equipment fault factor farm farmer fleet flight forecast form format
        freight gender grade group guard guest height home hour hours house job label labor lease lesson letter level
        lender limit list load loan lot material member merchant message meter minute month motor night notes number
        office order ordered owner package page paid parent partner passed passenger payment person phone picked plan
        plant planted planned player plot point policy port post premium price print printed product production
        program project promised property purchased rank rate rating reason record region registered rent rental
        repair report request required result return returned review road roster route sample season seat sector seller
        sent service session shift ship shipment shop signed site skill sold spare sport staff stamp standard start
        started state status stock store street student subject supply table target task taxes teacher team tenant
        term test thread ticket title total tour track trade train transfer transport trip type unit updated user
        vendor version vessel visitor volunteer voucher ward week weight worked year
        queen honey bird boat barn horse herd crop seed feed milk batch barrel bread cake pastry recipe menu dish
        student class lens frame glass print paper fabric thread order""",
    )
)
"""What tables, their columns and their states are often called, of all that may have been meant the likelier."""
_CLEARLY = 10
"""How much more often than any other a word has to be written."""
_WRITTEN = 500
"""Occurrences of a word beneath which nobody would shorten it."""
_SURE = 4
"""Letters of which no more than one word that is in use is likely to be left."""
_LEAST = 3
_ENDINGS = ("up", "out", "in", "off")


@lru_cache(maxsize=20_000)
def written_out(short: str) -> str | None:
    """The one word that is meant by a part of a name which is none itself; None where several may be, or none."""
    if not short.isascii() or not short.isalpha() or len(short) < _LEAST or short in _DICTIONARY or english(short):
        return None
    bare = next((short.removesuffix(end) for end in _ENDINGS if short.endswith(end)), short)
    if any(letter in "aeiou" for letter in bare[1:]) or len(bare) < _LEAST:
        return None
    found = sorted((-_DICTIONARY.written(word), word) for word in _by_consonants().get(_consonants(short), ()) if _is_within(short, word))  # fmt: skip
    likely = [word for _, word in found if word in _NAMED]
    if len(likely) == 1:
        return likely[0]
    if not found or likely or len(short) < _SURE:
        return None
    others = -found[1][0] if len(found) > 1 else 0
    return found[0][1] if -found[0][0] >= _CLEARLY * others else None


def _is_within(short: str, word: str) -> bool:
    """Whether the letters of one stand in the other in their order."""
    letters = iter(word)
    return all(letter in letters for letter in short)


def _consonants(word: str) -> str:
    """The first letter and the consonants after it, each once where it stands twice."""
    kept = word[0]
    for letter in word[1:]:
        if letter not in "aeiou" and letter != kept[-1]:
            kept += letter
    return kept


@cache
def _by_consonants() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word in _DICTIONARY.load():
        if (
            len(word) > _LEAST
            and word.isalpha()
            and word.isascii()
            and (_DICTIONARY.written(word) >= _WRITTEN or word in _NAMED)
        ):
            found.setdefault(_consonants(word), []).append(word)
    return {bare: tuple(words) for bare, words in found.items()}
