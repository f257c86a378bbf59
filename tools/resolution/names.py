"""How two names lie to each other: people's and companies'. Pure."""

import re
from typing import Final, Literal

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from tools.resolution.features import Features
from tools.resolution.given_names import full_forms, initials_of

NameLevel = Literal["same", "part", "initial", "single", "typo", "given", "kin", "other", "unknown"]
"""How two names lie: the same, one without a middle name, an initial, one of one word, mistyped, another family
name, another given name, another name, or one of them not known."""

_LONG: Final = 4
_SAME_COMPANY: Final = 0.94
_MOST_SLIPS: Final = 2
_LONGER: Final = 7
_SHORTEST_STEM: Final = 3
_HERS: Final = frozenset(["ie", "in", "ina", "ine", "ette", "ita", "elle"])
_ENDINGS: Final = frozenset(["", "a", "e", "o"])


def contradicts(level: NameLevel) -> bool:
    """Whether two who are so named are two."""
    return level in ("kin", "other")


def name_level(left: Features, right: Features) -> NameLevel:
    if left.is_company or right.is_company:
        return _company_level(left, right)
    if not left.tokens or not right.tokens:
        return "unknown"
    if left.is_joint != right.is_joint:
        return "kin"
    if not left.family or not right.family:
        return _single_level(left, right)
    ours, theirs = left.tokens, right.tokens
    if ours == theirs or sorted(ours) == sorted(theirs):
        return "same" if len(ours[0]) > 1 else "initial"
    if left.family == right.family or are_alike(left.family, right.family):
        level = _given_level(left.given, right.given)
        return "typo" if left.family != right.family and level in ("same", "part") else level
    aligned = _aligned(ours, theirs)
    if aligned is not None:
        return aligned
    if "".join(ours) == "".join(theirs):
        return "same"
    same = (
        left.given and right.given and len(left.given[0]) > 1 and full_forms(left.given[0]) & full_forms(right.given[0])
    )
    return "given" if same else "other"


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
    return 1 if are_alike(one, two) else _NO_FIT


def _company_level(left: Features, right: Features) -> NameLevel:
    if left.is_company != right.is_company:
        person = right if left.is_company else left
        if not person.tokens:
            return "unknown"
        # A company that nothing marks as one reads like a person; a person and the company that she is at are two.
    ours, theirs = (one.company if one.is_company else one.named for one in (left, right))
    if ours.replace(" ", "") == theirs.replace(" ", ""):
        return "same"
    one, two = set(ours.split()), set(theirs.split())
    if one == two:
        return "same"
    small, large = sorted((one, two), key=len)
    if small <= large and len(small) > 1:
        return "part"
    mine, its = one - two, two - one
    if len(mine) == len(its) == 1 and not are_alike(*mine, *its):
        return "other"  # branches in two towns
    return "typo" if len(ours) > _LONG and (_slips(ours, theirs) or _similar(ours, theirs)) else "other"


def _slips(ours: str, theirs: str) -> bool:
    return (
        DamerauLevenshtein.distance(ours, theirs, score_cutoff=_MOST_SLIPS)
        <= _MOST_SLIPS
        <= min(len(ours), len(theirs)) / 4
    )


def _similar(ours: str, theirs: str) -> bool:
    return JaroWinkler.similarity(ours, theirs) >= _SAME_COMPANY


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
        return "part" if _begins_with_initials(ours, two) or _begins_with_initials(theirs, one) else "kin"
    if 1 in (len(one), len(two)):
        return "initial" if initials_of(one) & initials_of(two) else "kin"
    if _is_gendered(one, two):
        return "kin"
    return "typo" if are_alike(one, two) or is_short_for(*sorted((one, two), key=len)) else "kin"


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
