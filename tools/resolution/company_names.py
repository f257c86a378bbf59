"""Companies' names as they are written, and what stands behind a name. Pure."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from tools.kit.yaml_text import parse_yaml
from tools.resolution.folding import folded, words
from tools.resolution.given_names import is_given_name
from tools.resolution.person_names import GENERATIONS

_LEGAL: Final = frozenset(
    "ltd limited llc llp inc incorporated corp corporation co company plc gmbh ag kg ohg ug gbr ek eg se sa sas sarl sl slu srl spa "
    "gesmbh eu rl cv sp zoo incorporated bv nv oy ab as aps pty pte pvt private kft zrt sro zoo spzoo dac clg ulc cic pllc lllp eurl sasu snc sci eirl sprl bvba kgaa srls oyj doo bhd anonim sirketi sti lda ltda".split()
)
_AND_THE: Final = frozenset("and und y et e och ve i the".split())
_ABBREVIATED: Final = {
    "bros": "brothers", "intl": "international", "svc": "service", "svcs": "services", "mfg": "manufacturing", "grp": "group",
    "assoc": "associates", "mgmt": "management", "centre": "center", "dept": "department", "natl": "national", "univ": "university",
    "gebr": "gebruder", "hnos": "hermanos", "ets": "etablissements", "ste": "societe",
}  # fmt: skip
_FORMS: Final = {"limited": "ltd", "incorporated": "inc", "corporation": "corp", "limitada": "lda", "slu": "sl"}
_ANY_FORM: Final = frozenset("co company eu rl cv sp".split())
"""Words of which a legal form may be made, or that any company may put behind its name."""
_LEGAL_PHRASES: Final = re.compile(r"(?i)\b(?:s\.?\s?a\.? de c\.?\s?v|s\.? de r\.?\s?l|sp\.? z\s?o\.?\s?o)\b\.?")
_ASIDE: Final = re.compile(r"^\s*(?P<name>[^()]*\w[^()]*?)\s*\((?P<aside>[^()]+)\)\s*$")
_BESIDE: Final = re.compile(
    r"(?i)^\s*(?P<name>\S+\s.*?)(?:\s+[-–/|]\s+|\s+c/o\s+|,\s*(?=[^,]*(?:&|\band\b|\bund\b)))(?P<aside>\S.*)$"
)
_FEWEST_LETTERS: Final = 3


def without_aside(
    name: str | None, company: str | None = None, email: str | None = None
) -> tuple[str | None, str | None]:
    """A name and what stands behind it in brackets, after a dash or a comma: where somebody works, mostly. What follows a
    comma is the given name else ("Lee, Ann"): it is a company where it says so by its form, is the record's own or its
    mailbox's, or the mailbox has both names from before the comma."""
    if not name:
        return name, None
    if found := _ASIDE.match(name) or _BESIDE.match(name):
        return found["name"], found["aside"]
    before, comma, after = name.partition(",")
    if comma and len(before.split()) > 1 and _is_company(after, before, company, email):
        return before.strip(), after.strip()
    return name, None


def _is_company(after: str, before: str, company: str | None, email: str | None) -> bool:
    whole = company_name(after)
    if not whole or whole in GENERATIONS:
        return False
    first, behind = words(before), words(after)
    if len(first) > 1 and len(behind) > 1 and is_given_name(first[0]) and not any(map(is_given_name, behind)):
        return True
    if ((has_legal_form(after) or names_a_trade(after)) and len(after.split()) > 1) or whole == company_name(company):
        return True
    local, _, domain = (email or "").casefold().partition("@")
    if len(whole) > _FEWEST_LETTERS and whole.replace(" ", "") in re.sub(r"\W", "", domain.partition(".")[0]):
        return True
    spelled = [word for word in words(local.replace("_", " ")) if not word.isdigit()]
    return len(spelled) > 1 and set(spelled) <= set(words(before))


def company_name(text: str | None) -> str:
    """A company's name without its legal form and article."""
    parts = _company_words(text)
    core = [_ABBREVIATED.get(word, word) for word in parts if word not in _LEGAL and word not in _AND_THE]
    return " ".join(core or parts)


def legal_forms(text: str | None) -> frozenset[str]:
    """What a company's name says of its legal form; none where it is of several words, which are cut short in many ways."""
    if not text or _LEGAL_PHRASES.search(text):
        return frozenset()
    return frozenset(_FORMS.get(word, word) for word in _company_words(text)[1:] if word in _LEGAL - _ANY_FORM)


def has_legal_form(text: str | None) -> bool:
    return any(word in _LEGAL for word in _company_words(text)[1:])


@lru_cache(maxsize=1)
def _trades() -> frozenset[str]:
    found: dict[str, str] = parse_yaml(Path(__file__).with_name("trades.yaml").read_text("utf-8"))
    return frozenset(folded(word) for words_ in found.values() for word in words_.split())


def names_a_trade(text: str | None) -> bool:
    """Whether a name of several words says what a business does ("Sterling Roofing"), the first of them aside: some families
    are called Bau."""
    return any(word in _trades() for word in _company_words(text)[1:])


def _company_words(text: str | None) -> list[str]:
    return words(_LEGAL_PHRASES.sub(" ltd ", text).replace(".", "")) if text else []
