"""People's names as they are written: given names, family name, generation. Pure."""

import re
from typing import Final

from tools.resolution.folding import mended, romanized, scripts_of, words
from tools.resolution.given_names import is_given_name

_BOTH: Final = re.compile(r"(?i)(?<=\w)\.?\s*(?:&|\+|/|\b(?:and|und|et|och|ve)\b)\s*(?=\w)|\w (?-i:[ey]) (?=\w)")
_ONE_LETTER: Final = re.compile(r"(?i) [ey] ")
_BEHIND: Final = re.compile(r"\s*(?:様|さま|さん|氏|殿|御中)\s*$")
"""What Japanese names are spoken to with."""
_DEGREES: Final = re.compile(
    r"(?:,\s*(?:Ph\.?D|M\.?D|MBA|CPA|RN|DDS|DVM|LL\.?M|LL\.?B|J\.?D|Esq|[MB]\.?(?:Sc|Eng|Ed|Phil|A)|Dipl\.?-?\s?Ing|CFA|CFP|FCA|ACCA|ACA|PMP|[OMC]BE|"
    r"FRCS|MRCP|PE|QC|KC|MP|SJ)\.?)+\s*$"
)
_NOTES: Final = re.compile(
    r"(?i)\s*(?:[-–*(\[]+\s*)?\b(?:vip|duplicate|dup|doublon|duplikat|duplicado|inactive|do not use|dnu)\b[\s)\]*]*$"
)
_TITLES: Final = frozenset(
    "mr mrs ms miss mx dr prof professor sir madam dame rev herr frau hr fr mme mlle monsieur madame mademoiselle sra srta don "
    "the dona senor senora lic ing arq dipl mag dott signor signora pan pani bay hanim sayin phd md mba esq dkfm mister missus sayin dna srto".split()
)
_ADDRESSES: Final = frozenset(
    "mr mrs ms miss dr prof professor rev herr frau hr fr monsieur madame mme mlle mademoiselle sr sra srta dna dona senor senora signor signora pan pani".split()
)
_LONGEST: Final = 300
"""Letters beyond which a text is no name."""
_FAMILY_FIRST: Final = frozenset(["CJK", "KANA", "HANGUL"])
_SPANISH: Final = frozenset("sr sra srta dna senor senora".split())
_PARTICLES: Final = frozenset(
    "von van vom zu zum zur der den ter ten de del della di da la le los las dos das af av bin ibn al el".split()
)
_SPACE_TOO_LATE: Final = re.compile(r"(?<=[^\W\d_])([^\W\d_]) (?=[^\W\d_])")
_GLUED: Final = re.compile(r"\b([vV]on|[vV]an|[dD]e|[dD]el|[dD]i)(?=[A-Z])")
GENERATIONS: Final = {
    "jr": "jr",
    "junior": "jr",
    "jnr": "jr",
    "senior": "sr",
    "snr": "sr",
    "sr": "sr",
    "ii": "ii",
    "iii": "iii",
    "iv": "iv",
}
_NAMELESS: Final = frozenset(
    "guest test unknown customer anonymous none null na nan walkin tester gast kunde testkunde cliente invitado client "
    "valued cash member private".split()
)


def bare_name(text: str) -> str:
    """A name without what is written behind it: degrees, Japanese forms of address, a clerk's notes."""
    return _BEHIND.sub("", _DEGREES.sub("", _NOTES.sub("", mended(text[:_LONGEST]))))


def is_joint(name: str | None) -> bool:
    """Whether a name is that of two."""
    if not name or not (found := _BOTH.search(name)):
        return False
    # Who writes all in small letters writes a middle initial so too.
    return not (_ONE_LETTER.search(found[0] + " ") and name.islower())


def person_name(text: str | None) -> tuple[tuple[str, ...], str, str]:
    """Given names, family name and generation of a written name. "Smith, John" is turned; titles and particles (von, de la)
    are left out, and so is what is said twice."""
    if not text or "@" in text:
        return (), "", ""
    bare = bare_name(text)
    is_family_first = "," not in bare and bool(scripts_of(bare) & _FAMILY_FIRST)
    text = romanized(bare)
    text = _SPACE_TOO_LATE.sub(_space_before_capital, _GLUED.sub(r"\1 ", text))
    before, comma, after = text.partition(",")
    behind = words(after)
    turned = f"{after} {before}" if comma and behind and behind[0] not in GENERATIONS else text
    parts = words(turned)
    generation = next((GENERATIONS[word] for word in parts[1:] if word in GENERATIONS), "")
    parts = [word for word in parts if word not in _TITLES and word not in GENERATIONS and not word.isdigit()]
    if not parts or all(word in _NAMELESS for word in parts):
        return (), "", ""
    # What stands last is a name, whatever it is elsewhere: Lê is a family.
    whole = [word for word in parts[:-1] if word not in _PARTICLES] + parts[-1:]
    parts = list(dict.fromkeys(whole if len(whole) > 1 else parts))
    if _is_family_alone(turned, parts):
        return (), whole[0] if len(whole) == 2 else parts[-1], generation  # noqa: PLR2004 - the father's, then the mother's
    if is_family_first and len(parts) > 1:
        return tuple(parts[1:]), parts[0], generation
    if len(parts) == 1:
        return (parts[0],), "", generation
    return tuple(parts[:-1]), parts[-1], generation


def _space_before_capital(found: re.Match[str]) -> str:
    """ "SeánK elly" is Seán Kelly."""
    text, at = found.string, found.start()
    slipped = text[at].isupper() and text[at - 1].islower() and text[found.end()].islower()
    return f" {text[at]}" if slipped else found[0]


def _is_family_alone(text: str, parts: list[str]) -> bool:
    """Whether a name is a form of address and a family's name: "Madame Ladrochet-Martin", "Sr. Aguilar Ruiz"."""
    address, _, rest = text.strip().partition(" ")
    title = "".join(words(address))
    if title not in _ADDRESSES:
        return False
    if len([word for word in rest.split() if words(word) and words(word)[0] not in _PARTICLES]) == 1:
        return True
    return title in _SPANISH and len(parts) == 2 and not is_given_name(parts[0])  # noqa: PLR2004 - of both parents
