"""How two names lie to each other: people's and companies'. Pure."""

import re
from typing import Final, Literal

from rapidfuzz.distance import DamerauLevenshtein

from tools.resolution.features import Features
from tools.resolution.given_names import full_forms, initials_of, is_given_name

NameLevel = Literal["same", "part", "initial", "single", "typo", "given", "kin", "other", "unknown"]
"""How two names lie: the same, one without a middle name, an initial, one of one word, mistyped, another family
name, another given name, another name, or one of them not known."""

_LONG: Final = 4
_MOST_SLIPS: Final = 2
_LONGER: Final = 7
_SHORTEST_STEM: Final = 3
_HERS: Final = frozenset(["ie", "in", "ina", "ine", "ette", "ita", "elle", "le"])
_ENDINGS: Final = frozenset(["", "a", "e", "o"])


def contradicts(level: NameLevel) -> bool:
    """Whether two who are so named are two."""
    return level in ("kin", "other")


def name_level(left: Features, right: Features) -> NameLevel:
    """How two names lie. Names of two scripts may show that they are one, but not that they are two: a name is read in more
    ways than one, and Chinese signs in a Japanese name as no other of its signs tells."""
    level = _level(left, right)
    is_read_otherwise = left.scripts != right.scripts and left.is_company == right.is_company
    return "unknown" if is_read_otherwise and contradicts(level) else level


def _level(left: Features, right: Features) -> NameLevel:
    if left.is_company or right.is_company:
        return _company_level(left, right)
    if not left.tokens or not right.tokens:
        return "unknown"
    if left.is_joint != right.is_joint or _is_at(left, right) or _is_at(right, left):
        return "kin"
    if _joined(left.tokens) & _joined(right.tokens):
        return "same"
    if not left.family or not right.family:
        # "Mrs. Lewis" and "Cheryl" have told nothing that the other has.
        is_half = not left.given or not right.given
        level = _single_level(left, right)
        return "unknown" if is_half and contradicts(level) else level
    if not left.given or not right.given:
        return _family_alone_level(left, right)
    ours, theirs = left.tokens, right.tokens
    if ours == theirs or sorted(ours) == sorted(theirs):
        return "same" if len(ours[0]) > 1 else "initial"
    if left.family == right.family or are_alike(left.family, right.family) or is_cut_off(left.family, right.family):
        level = _given_level(left.given, right.given)
        return "typo" if left.family != right.family and level in ("same", "part") else level
    aligned = _aligned(ours, theirs)
    if aligned is not None:
        return aligned
    return "given" if _firsts(ours) & _firsts(theirs) else "other"


def _joined(tokens: tuple[str, ...]) -> set[str]:
    """A name of some length without spaces, the family name behind or before."""
    whole = "".join(tokens)
    return {whole, "".join((*tokens[-1:], *tokens[:-1]))} if len(tokens) > 1 or len(whole) > _LONGER else set()


def _firsts(tokens: tuple[str, ...]) -> frozenset[str]:
    """The full forms of whoever's given name stands first, or last where what stands first is none."""
    is_turned = not is_given_name(tokens[0]) and is_given_name(tokens[-1])
    first = tokens[-1] if is_turned else tokens[0]
    return full_forms(first) if len(first) > 1 else frozenset()


def _family_alone_level(left: Features, right: Features) -> NameLevel:
    """Where one of the two is a family's name and nothing more; of two the other may give the second alone."""
    alone, other = (left, right) if not left.given else (right, left)
    is_hers = any(alone.family == word or are_alike(alone.family, word) for word in other.tokens)
    return "initial" if is_hers else "other"


def _aligned(ours: tuple[str, ...], theirs: tuple[str, ...]) -> NameLevel | None:
    """How the words of the shorter name lie to those of the longer, whatever their order: one surname of two left out,
    names turned. None where any word of it has no fellow."""
    ours, theirs = (_without_middle_initials(side) for side in (ours, theirs))
    small, large = sorted((ours, theirs), key=len)
    if len(small) == 1:
        return None
    left, level, whole = list(large), 0, 0
    for word in sorted(small, key=len, reverse=True):
        fits = [(at, _fit(word, other)) for at, other in enumerate(left)]
        at, fit = min(fits, key=lambda one: one[1])
        if fit == _NO_FIT:
            return None
        whole += fit < 2  # noqa: PLR2004 - more than an initial
        level = max(level, fit)
        left.pop(at)
    return ("part", "typo", "initial")[level] if whole else None


def _without_middle_initials(names: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(word for word in names if len(word) > 1)
    return found if len(found) > 1 else names


_NO_FIT: Final = 3


def _fit(one: str, two: str) -> int:
    """0: the same word, 1: mistyped, 2: the initial, 3: another."""
    if one == two or (min(len(one), len(two)) > 1 and full_forms(one) & full_forms(two)):
        return 0
    if 1 in (len(one), len(two)):
        return 2 if initials_of(one) & initials_of(two) else _NO_FIT
    if _is_gendered(one, two) and (is_given_name(one) or is_given_name(two)):
        return _NO_FIT
    return 1 if are_alike(one, two) or is_cut_off(one, two) else _NO_FIT


def _company_level(left: Features, right: Features) -> NameLevel:
    if left.is_company != right.is_company:
        person = right if left.is_company else left
        if not person.tokens:
            return "unknown"
        # A company that nothing marks as one reads like a person; a person and the company that she is at are two.
        company = left if left.is_company else right
        if _is_her_business(person, company) or _is_at(person, company):
            return "kin"
    ours, theirs = (one.company if one.is_company else one.named for one in (left, right))
    if ours.replace(" ", "") == theirs.replace(" ", ""):
        return "same"
    one, two = set(ours.split()), set(theirs.split())
    if one == two:
        return "same"
    mine, its, slips = _without_fellows(one - two, two - one)
    if not mine and not its:
        return "typo"
    if not mine or not its:
        return "part" if min(len(one), len(two)) > 1 else "typo" if slips else "other"
    # Branches in two towns have each a word that the other has not.
    return "typo" if len(ours) > _LONG and _slips(ours, theirs) else "other"


def _is_at(person: Features, other: Features) -> bool:
    """Whether the other is called what a person says is the company that she is at, and she is called otherwise: "Bas Brouwer"
    of "Bas Brouwer Advies" is not that."""
    called = other.company if other.is_company else other.named
    if not person.tokens or not called or person.company != called:
        return False
    return not set(called.split()) <= {*person.named.split(), *person.tokens}


def _is_her_business(person: Features, company: Features) -> bool:
    """Whether a company is called by a person's names and what it does: her accounts are not its own."""
    named = company.company.split()
    if len(named) <= len(person.tokens) or not any(map(is_given_name, person.tokens)):
        return False
    return all(any(_fit(word, other) < _NO_FIT for other in named) for word in person.tokens)


def _without_fellows(mine: set[str], its: set[str]) -> tuple[set[str], set[str], int]:
    """Words of two companies' names without those that are one but for a slip, or cut short, and how many these are."""
    mine, its, slips = set(mine), set(its), 0
    for word in sorted(mine):
        fellow = next((one for one in sorted(its) if are_alike(word, one) or is_cut_off(word, one)), None)
        if fellow is not None:
            mine.discard(word)
            its.discard(fellow)
            slips += 1
    return mine, its, slips


def _slips(ours: str, theirs: str) -> bool:
    return (
        DamerauLevenshtein.distance(ours, theirs, score_cutoff=_MOST_SLIPS)
        <= _MOST_SLIPS
        <= min(len(ours), len(theirs)) / 4
    )


def _single_level(left: Features, right: Features) -> NameLevel:
    """Where one of the two is a single word."""
    one, two = ({form for word in side.tokens for form in full_forms(word)} for side in (left, right))
    if one & two or any(1 in (len(a), len(b)) and a[0] == b[0] for a in one for b in two):
        return "single"
    if any(min(len(a), len(b)) > _LONG and are_alike(a, b) for a in one for b in two):
        return "typo"
    return "other"


def _given_level(ours: tuple[str, ...], theirs: tuple[str, ...]) -> NameLevel:
    """Of two of one family name."""
    if not ours or not theirs:
        return "initial"
    one, two = ours[0], theirs[0]
    if ours == theirs:
        return "same"
    if one == two or (len(one) > 1 and len(two) > 1 and full_forms(one) & full_forms(two)):
        if _middles_differ(ours[1:], theirs[1:]):
            return "kin"
        return "same" if len(ours) == len(theirs) == 1 else "part"
    if (len(one) > 1 and one in theirs) or (len(two) > 1 and two in ours):
        return "part" if _begins_with_initials(ours, two) or _begins_with_initials(theirs, one) else "given"
    if 1 in (len(one), len(two)):
        return "initial" if initials_of(one) & initials_of(two) else "kin"
    if min(len(one), len(two)) < _SHORTEST_STEM and is_beginning(one, two):
        return "initial"
    if _is_gendered(one, two):
        return "kin"
    is_slip = are_alike(one, two) or _are_mangled(one, two) or is_short_for(*sorted((one, two), key=len))
    return "typo" if is_slip else "kin"


def _are_mangled(one: str, two: str) -> bool:
    """Whether of two given names one is none, and the other with two slips."""
    if min(len(one), len(two)) < _SHORTEST_STEM or max(len(one), len(two)) < _LONG:
        return False
    return not (is_given_name(one) and is_given_name(two)) and DamerauLevenshtein.distance(one, two) <= _MOST_SLIPS


def _begins_with_initials(given: tuple[str, ...], name: str) -> bool:
    """Whether nothing but initials stand before a given name: J. Edgar Hoover, and the French M. Éric Dupont."""
    return name in given and all(len(word) == 1 for word in given[: given.index(name)])


def _is_gendered(one: str, two: str) -> bool:
    """Paul and Paula, Mario and Maria: one letter, and two people."""
    stem = min(len(one), len(two)) - (len(one) == len(two))
    if one[:stem] != two[:stem] or max(one, two, key=len).endswith(min(one, two, key=len)[-1] * 2):
        return False  # Mariaa is Maria
    ours, theirs = one[stem:], two[stem:]
    return (ours in _ENDINGS and theirs in _ENDINGS) or (not ours and theirs in _HERS) or (not theirs and ours in _HERS)


def is_short_for(short: str, long: str) -> bool:
    """Steffi for Stefanie, Phil for Philippe, Bert for Robert."""
    stem = re.sub("(?:ie|ey|y|i|o)$", "", short)
    shortest = _SHORTEST_STEM if stem == short else _LONG
    stem = stem[:-1] if len(stem) > _LONG and stem[-1] == stem[-2] else stem
    return (len(stem) >= shortest and long.startswith(stem)) or (len(short) >= _LONG and long.endswith(short))


def is_cut_off(one: str, two: str) -> bool:
    """Whether one word is the beginning of the other: a field was too short for it."""
    return min(len(one), len(two)) >= _SHORTEST_STEM and is_beginning(one, two)


def is_beginning(one: str, two: str) -> bool:
    """Whether either of two words begins with the other."""
    return one.startswith(two) or two.startswith(one)


def _middles_differ(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return bool(ours and theirs) and all(a[0] != b[0] for a in ours for b in theirs)


def are_alike(one: str, two: str) -> bool:
    """Whether one word is the other with a slip of the hand or ear."""
    if one == two:
        return True
    if min(len(one), len(two)) < _LONG:
        return (
            len(one) != len(two) and min(len(one), len(two)) == _LONG - 1 and DamerauLevenshtein.distance(one, two) == 1
        )
    furthest = 2 if min(len(one), len(two)) >= _LONGER else 1
    return DamerauLevenshtein.distance(one, two, score_cutoff=furthest + 1) <= furthest
