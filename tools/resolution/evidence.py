"""How much speaks for two records being of one buyer, in bits: Fellegi and Sunter's "A Theory for Record Linkage" (1969),
with agreement on a value weighed by how many records share it (Winkler, "Frequency-based matching", 2000). Pure.

The weight of agreement on a value is log2(m ÷ u): m, how often records of one buyer agree, is a constant below; u, how
often others do, is the share of records that hold the value. A pair begins at −log2(N) bits, the odds of two records
picked at random, and is taken for one buyer from `ENOUGH` bits on.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final, Literal

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from tools.resolution.features import Features, folded, full_forms, initials_of, key_of, spells
from tools.resolution.mailboxes import is_provider, is_relayed

NameLevel = Literal["same", "part", "initial", "single", "typo", "given", "kin", "other", "unknown"]
"""How two names lie: the same, one without a middle name, an initial, one of one word, mistyped, another family
name, another given name, another name, or one of them not known."""

ENOUGH: Final = 5.0
"""Bits from which two records are one buyer: odds of 32 to 1."""
POSSIBLE: Final = -1.0
"""Bits from which an owner may want to decide."""
_NAME_BITS: Final[dict[NameLevel, float]] = {
    "same": -0.3, "part": -1.0, "initial": -2.0, "single": 1.0, "typo": -2.5, "given": -2.0, "kin": -10.0, "other": -11.0, "unknown": 0.0,
}  # fmt: skip
_NAME_ALONE: Final = 4.0
_COMPANY_NAMES: Final = 7.0
"""Companies choose names that others do not have."""
_COMPANY_PART: Final = -3.0
"""A word more is another company of the trade, or of the family."""
_OUTLET: Final = -7.0
"""Two places of one chain are two customers."""
_MAIL_SAME: Final = 7.5
_ROLE_SAME: Final = 1.0
_MAIL_LIKE: Final = -2.0
_LOCAL_SAME: Final = -1.0
_MAIL_OTHER: Final = -1.5
_SOMEBODY_ELSES: Final = -6.0
_ONE_GENERATION: Final = -8.0
"""Who is called junior or senior is called so because there is another."""
_OTHER_FORM: Final = -10.0
"""A company of one legal form is not one of another: Acme Ltd and Acme LLP are two persons before the law."""
_OTHER_DOMAIN: Final = -6.0
"""Nor has a company two domains for its mail: who has a name after another bearer of it takes another domain."""
_REACHED: Final = 3.0
_INITIAL_ALONE: Final = -4.0
_TYPO_ALONE: Final = -2.5
_OTHERWISE_REACHED: Final = (0.0, -5.0, -6.0)
"""Where none, one or both of mailbox and number are other ones."""
_DOUBTED: Final = frozenset(["mail", "phone", "place", "form", "generation"])
_EVERYBODYS: Final = 6.0
"""Bits below which a domain is a provider's, where anybody may have a mailbox, and few have two."""
_SAME_PROVIDER: Final = -2.5
_PHONE_SAME: Final = 7.5
_PHONE_OTHER: Final = -1.0
_PLACE_SAME: Final = 0.0
_NEAR: Final = -0.5
_STREET_OTHER: Final = -2.5
_PLACE_OTHER: Final = -1.5
_COUNTRY_OTHER: Final = -3.0
_SAME_SOURCE: Final = -1.0
_COLLEAGUE: Final = 0.6
_LIKE: Final = 0.9
_SAME_COMPANY: Final = 0.94
_LONG: Final = 4
_MOST_SLIPS: Final = 2
_LONGER: Final = 7
_SHORTEST_STEM: Final = 3
_BORNE_BY: Final = 4
"""Records of one given name from which it is none that somebody mistyped."""
_HERS: Final = frozenset(["ie", "in", "ina", "ine", "ette", "ita", "elle"])
_ENDINGS: Final = frozenset(["", "a", "e", "o"])


@dataclass(frozen=True, slots=True)
class Doubt:
    """What speaks against two being one who have neither a mailbox nor a number in common, in bits of 0 and below."""

    mail: float = 0.0
    phone: float = 0.0
    place: float = 0.0
    form: float = 0.0
    generation: float = 0.0

    @property
    def bits(self) -> float:
        ways = (self.mail < 0) + (self.phone < 0)
        return self.mail + self.phone + self.place + self.form + self.generation + _OTHERWISE_REACHED[ways]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against one pair. `conflicts` says that the two are certainly two, `is_reached` that they share a
    mailbox or a number."""

    left: Features
    right: Features
    bits: float
    name: NameLevel
    conflicts: bool
    is_reached: bool
    parts: tuple[tuple[str, float], ...]

    @property
    def doubt(self) -> Doubt:
        return Doubt(**{name: bits for name, bits in self.parts if name in _DOUBTED and bits < 0})


class Weigher:
    """`counts`: how many records hold a key; `records`: how many there are."""

    def __init__(self, counts: Mapping[int, int], records: int) -> None:
        self._counts = counts
        self._prior = -log2(max(records, 2))

    def _rarity(self, one: Features, kind: str) -> float:
        """log2(1 ÷ share of records that hold the value); the two that are compared hold it in any case."""
        key = one.keys.get(kind)
        return self._rarity_of(key) if key is not None else 0.0

    def _rarity_of(self, key: int) -> float:
        return -self._prior - log2(max(self._counts.get(key, 1), 2) / 2)

    def _are_two_given_names(self, left: Features, right: Features) -> bool:
        """Whether what looks like a slip is another name that others bear too: John and Joan."""
        if left.family != right.family or not left.given or not right.given or left.given[0] == right.given[0]:
            return False
        if _is_short_for(*sorted((left.given[0], right.given[0]), key=len)):
            return False
        return all(self._counts.get(one.keys.get("first", 0), 0) >= _BORNE_BY for one in (left, right))

    def _begins_with_family(self, one: Features) -> bool:
        """Whether the first word of a name is more often the last: families come first in some tongues."""
        first = one.given[0] if one.given else ""
        return self._counts.get(key_of("last", first), 0) > self._counts.get(key_of("first", first), 0)

    def weigh(self, left: Features, right: Features) -> Evidence:
        name = name_level(left, right)
        if name == "given" and self._begins_with_family(left):
            name = "kin"
        if name == "typo" and self._are_two_given_names(left, right):
            name = "kin"
        parts = [("prior", self._prior), ("name", self._name(name, left, right))]
        parts += [("mail", self._mail(left, right)), ("phone", self._phone(left, right))]
        parts += [("place", self._place(left, right)), ("employer", self._employer(left, right))]
        if left.party.source == right.party.source:
            parts.append(("source", _SAME_SOURCE))
        if left.legal and right.legal and not left.legal & right.legal:
            parts.append(("form", _OTHER_FORM))
        generations = {left.generation, right.generation} - {""}
        if len(generations) == 1 and left.generation != right.generation and not _is_reached_alike(left, right):
            parts.append(("generation", _ONE_GENERATION))
        known = dict(parts)
        is_reached = max(known["mail"], known["phone"]) >= _REACHED
        if not is_reached:
            parts.append(("unreached", _unreached(name, known)))
        conflicts = len(generations) > 1 or contradicts(name)
        bits = sum(weight for _, weight in parts)
        return Evidence(left, right, bits, name, conflicts, is_reached, tuple(part for part in parts if part[1]))

    def doubt(self, ours: Iterable[Features], theirs: Sequence[Features]) -> Doubt:
        """What speaks against two groups' being one: the worst of each that any two of them say. Nothing where two share a
        mailbox or a number; and where they have been in one place, others do not matter."""
        worst: dict[str, float] = {}
        has_met = False
        for one in ours:
            for two in theirs:
                pair = self.weigh(one, two)
                if pair.is_reached:
                    return Doubt()
                for name, bits in pair.parts:
                    if name in _DOUBTED:
                        worst[name] = min(worst.get(name, 0.0), bits)
                        has_met = has_met or (name == "place" and bits > 0)
        return Doubt(**(worst | {"place": 0.0} if has_met else worst))

    def _name(self, level: NameLevel, left: Features, right: Features) -> float:
        bits = _NAME_BITS[level]
        if level in ("same", "part", "typo") and (left.is_company or right.is_company):
            bits += _COMPANY_NAMES + (_COMPANY_PART if level == "part" else 0.0)
        match level:
            case "same" | "part":
                return bits + min(self._whole_name(left), self._whole_name(right))
            case "initial":
                return bits + min(self._rarity(left, "initial"), self._rarity(right, "initial"))
            case "typo":
                return bits + min(self._whole_name(left), self._whole_name(right)) * 0.8
            case _:
                return bits

    def _whole_name(self, one: Features) -> float:
        """A name alone, however rare, makes no two records one."""
        return min(self._rarity(one, "name"), _NAME_ALONE - self._prior)

    def _mail(self, left: Features, right: Features) -> float:
        if not left.email or not right.email:
            return 0.0
        if shared := next((one for one in left.emails if one in right.emails), None):
            whose = _SOMEBODY_ELSES if _is_somebody_elses(left, right) else 0.0
            rarity = self._rarity_of(key_of("mail", shared)) if shared != left.email else self._rarity(left, "mail")
            return rarity + (_ROLE_SAME if left.is_role else _MAIL_SAME) + whose
        (one, here), (two, there) = (mail.rsplit("@", 1) for mail in (left.email, right.email))
        if one == two and DamerauLevenshtein.distance(here, there, score_cutoff=2) <= 1 and not left.is_role:
            return -self._prior * 0.8
        if one == two and "local" in left.keys and not left.is_role:
            return self._rarity(left, "local") + _LOCAL_SAME
        share = 1.0 if left.is_company and right.is_company else _COLLEAGUE
        colleague = self._rarity(left, "domain") * share if here == there else 0.0
        if here != there and self._are_companies_of_two_domains(left, right):
            return _OTHER_DOMAIN
        if left.is_role or right.is_role:
            return colleague
        close = DamerauLevenshtein.distance(left.email, right.email, score_cutoff=2) <= 1
        if close and min(len(one), len(two)) > _LONG and not (spells(one, left) and spells(two, right)):
            return -self._prior * 0.6 + _MAIL_LIKE
        if is_relayed(left.email) or is_relayed(right.email):
            return 0.0
        at_providers = [self._is_at_provider(one) for one in (left, right)]
        if here == there and at_providers[0]:
            return _SAME_PROVIDER
        # One at work and one at home are what most people have.
        return colleague + (_MAIL_OTHER if at_providers[0] == at_providers[1] else 0.0)

    def _are_companies_of_two_domains(self, left: Features, right: Features) -> bool:
        if not left.is_company and not right.is_company:
            return False
        return not any(is_relayed(one.email) or self._is_at_provider(one) for one in (left, right))

    def _is_at_provider(self, one: Features) -> bool:
        """Whether anybody may have a mailbox there: many here do, or it is known as such."""
        return is_provider(one.email) or self._rarity(one, "domain") < _EVERYBODYS

    def _phone(self, left: Features, right: Features) -> float:
        if not left.phone or not right.phone:
            return 0.0
        same = left.phone[-9:] == right.phone[-9:]
        return self._rarity(left, "phone") + _PHONE_SAME if same else _PHONE_OTHER

    def _place(self, left: Features, right: Features) -> float:
        if left.country and right.country and left.country != right.country:
            return _COUNTRY_OTHER
        here, there = left.keys.get("place"), right.keys.get("place")
        if here is not None and here == there:
            return self._rarity(left, "place") + _PLACE_SAME
        streets = bool(left.house and right.house)
        alike = streets and _streets_alike(left.house, right.house)
        if left.postal and left.postal == right.postal:
            bits = self._rarity(left, "postal") + _NEAR
            return bits + 3.0 if alike else bits + (_STREET_OTHER if streets else 0.0)
        if left.city and left.city == right.city:
            moved = bool(left.postal and right.postal)
            if moved and (left.is_company or right.is_company):
                return _OUTLET
            bits = self._rarity(left, "town") * (0.5 if moved else 1.0) + _NEAR
            return bits + 6.0 if alike else bits + (_STREET_OTHER if streets else 0.0)
        if not ((left.postal and right.postal) or (left.city and right.city)):
            return 0.0
        return _OUTLET if left.is_company or right.is_company else _PLACE_OTHER

    def _employer(self, left: Features, right: Features) -> float:
        """Two people at one company; what their mailboxes have said already is not said twice."""
        mine, theirs = left.keys.get("employer"), right.keys.get("employer")
        if mine is None or mine != theirs or (left.email and right.email):
            return 0.0
        return self._rarity(left, "employer") * _COLLEAGUE


def _unreached(name: NameLevel, known: Mapping[str, float]) -> float:
    """Doubt where neither a mailbox nor a number is shared: a house has several who are named alike."""
    doubt = {"initial": _INITIAL_ALONE, "typo": _TYPO_ALONE}.get(name, 0.0)
    return doubt + _OTHERWISE_REACHED[(known["mail"] < 0) + (known["phone"] < 0)]


def _is_reached_alike(left: Features, right: Features) -> bool:
    same_phone = left.phone and left.phone[-9:] == right.phone[-9:]
    return bool(set(left.emails) & set(right.emails)) or bool(same_phone)


def _is_somebody_elses(left: Features, right: Features) -> bool:
    """Whether a mailbox of a record without a name is not that of whom the other one names: it bears her family name with
    a given name that is not hers, as her husband's does, or it is a person's and the other one a company."""
    if left.is_company != right.is_company:
        return not left.is_role and not (right if left.is_company else left).tokens
    if bool(left.tokens) == bool(right.tokens):
        return False
    named = left if left.tokens else right
    local = folded(named.email.partition("@")[0])
    if spells(local, named) or _begins_as(local, named):
        return False
    return any(len(word) > 2 and word in local for word in (named.family, *named.given[1:]))  # noqa: PLR2004 - a name


def _begins_as(local: str, one: Features) -> bool:
    """Whether the initial that is known of a given name fits a mailbox: "J. Byrne" and john.byrne@."""
    first = one.given[0] if one.given else ""
    return len(first) == 1 and local.replace(one.family, "").strip("._-").startswith(first)


def _streets_alike(left: str, right: str) -> bool:
    ours, theirs = ({word for word in side.split() if word[0].isdigit()} for side in (left, right))
    return bool(ours & theirs) and JaroWinkler.similarity(left, right) >= _LIKE


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
    if left.family == right.family or _alike(left.family, right.family):
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
    small, large = sorted((ours, theirs), key=len)
    if len(small) == 1:
        return None
    left, level, whole = list(large), 0, 0
    for word in sorted(small, key=len, reverse=True):
        fits = [(at, _fit(word, other)) for at, other in enumerate(left)]
        at, fit = min(fits, key=lambda one: one[1])
        if fit == _NO_FIT and len(word) == 1 and len(small) > 2:  # noqa: PLR2004 - two names and more
            continue  # a middle initial
        if fit == _NO_FIT:
            return None
        whole += fit < 2  # noqa: PLR2004 - more than an initial
        level = max(level, fit)
        left.pop(at)
    return ("part", "typo", "initial")[level] if whole else None


_NO_FIT: Final = 3


def _fit(one: str, two: str) -> int:
    """0: the same word, 1: mistyped, 2: the initial, 3: another."""
    if one == two or (min(len(one), len(two)) > 1 and full_forms(one) & full_forms(two)):
        return 0
    if 1 in (len(one), len(two)):
        return 2 if initials_of(one) & initials_of(two) else _NO_FIT
    return 1 if _alike(one, two) else _NO_FIT


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
    if len(mine) == len(its) == 1 and not _alike(*mine, *its):
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
    if any(min(len(a), len(b)) > _LONG and _alike(a, b) for a in one for b in two):
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
    if one in theirs or two in ours:
        return "kin"
    if 1 in (len(one), len(two)):
        return "initial" if initials_of(one) & initials_of(two) else "kin"
    if _is_gendered(one, two):
        return "kin"
    return "typo" if _alike(one, two) or _is_short_for(*sorted((one, two), key=len)) else "kin"


def _is_gendered(one: str, two: str) -> bool:
    """Paul and Paula, Mario and Maria: one letter, and two people."""
    stem = min(len(one), len(two)) - (len(one) == len(two))
    if one[:stem] != two[:stem] or max(one, two, key=len).endswith(min(one, two, key=len)[-1] * 2):
        return False  # Mariaa is Maria
    ours, theirs = one[stem:], two[stem:]
    return (ours in _ENDINGS and theirs in _ENDINGS) or (not ours and theirs in _HERS) or (not theirs and ours in _HERS)


def _is_short_for(short: str, long: str) -> bool:
    """Steffi for Stefanie, Phil for Philippe, Bert for Robert."""
    stem = re.sub("(?:ie|ey|y|i|o)$", "", short)
    shortest = _SHORTEST_STEM if stem == short else _LONG
    stem = stem[:-1] if len(stem) > _LONG and stem[-1] == stem[-2] else stem
    return (len(stem) >= shortest and long.startswith(stem)) or (len(short) >= _LONG and long.endswith(short))


def _middles_differ(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    return bool(ours and theirs) and all(a[0] != b[0] for a in ours for b in theirs)


def _alike(one: str, two: str) -> bool:
    """Whether one word is the other with a slip of the hand or ear."""
    if one == two:
        return True
    if min(len(one), len(two)) < _LONG:
        return (
            len(one) != len(two) and min(len(one), len(two)) == _LONG - 1 and DamerauLevenshtein.distance(one, two) == 1
        )
    furthest = 2 if min(len(one), len(two)) >= _LONGER else 1
    return DamerauLevenshtein.distance(one, two, score_cutoff=furthest + 1) <= furthest
