"""People's names as they are written: given names, family name, generation. Pure."""

import re
from typing import Final

from tools.resolution.folding import mended, words

_BOTH: Final = re.compile(r"(?i)(?<=\w)\.?\s*(?:&|\+|/|\b(?:and|und|et|y|e|och|ve)\b)\s*(?=\w)")
_TITLES: Final = frozenset(
    "mr mrs ms miss mx dr prof professor sir madam dame rev herr frau hr fr mme mlle monsieur madame mademoiselle sra srta don "
    "the dona senor senora lic ing arq dipl mag dott signor signora pan pani bay hanim sayin phd md mba esq dkfm mister missus sayin".split()
)
_ADDRESSES: Final = frozenset(
    "mr mrs ms miss herr frau hr fr monsieur madame mme mlle mademoiselle sr sra senor senora signor signora pan pani".split()
)
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


def is_joint(name: str | None) -> bool:
    """Whether a name is that of two."""
    return bool(name) and _BOTH.search(name or "") is not None


def person_name(text: str | None) -> tuple[tuple[str, ...], str, str]:
    """Given names, family name and generation of a written name. "Smith, John" is turned; titles and particles (von, de la)
    are left out, and so is what is said twice."""
    if not text or "@" in text:
        return (), "", ""
    text = _SPACE_TOO_LATE.sub(_space_before_capital, _GLUED.sub(r"\1 ", mended(text)))
    before, comma, after = text.partition(",")
    behind = words(after)
    turned = f"{after} {before}" if comma and behind and behind[0] not in GENERATIONS else text
    parts = words(turned)
    generation = next((GENERATIONS[word] for word in parts[1:] if word in GENERATIONS), "")
    parts = [word for word in parts if word not in _TITLES and word not in GENERATIONS and not word.isdigit()]
    if not parts or all(word in _NAMELESS for word in parts):
        return (), "", ""
    whole = [word for word in parts if word not in _PARTICLES]
    parts = list(dict.fromkeys(whole if len(whole) > 1 else parts))
    if _is_family_alone(turned, parts):
        return (), parts[-1], generation
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
    return len(rest.split()) == 1 or (title in ("sr", "sra", "senor", "senora") and len(parts) == 2)  # noqa: PLR2004 - of both parents
