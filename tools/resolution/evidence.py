"""How much speaks for two records being of one buyer, in bits: Fellegi and Sunter's "A Theory for Record Linkage" (1969),
with agreement on a value weighed by how many records share it (Winkler, "Frequency-based matching", 2000). Pure.

The weight of agreement on a value is log2(m ÷ u): m, how often records of one buyer agree, is a constant below; u, how
often others do, is the share of records that hold the value. A pair begins at −log2(N) bits, the odds of two records
picked at random, and is taken for one buyer from `ENOUGH` bits on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from tools.resolution.features import Features, key_of, spells
from tools.resolution.folding import folded, words
from tools.resolution.given_names import full_forms, is_given_name, short_forms
from tools.resolution.mailboxes import is_provider, is_relayed
from tools.resolution.names import NameLevel, are_alike, contradicts, is_short_for, name_level

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
_OTHER_FORM: Final = -20.0
"""A company of one legal form is not one of another: Acme Ltd and Acme LLP are two persons before the law."""
_ONE_DOMAIN: Final = 2.0
"""Bits of a domain in common at most, of however many: the outlets of a chain have one."""
_OTHER_DOMAIN: Final = -6.0
"""Nor has a company two domains for its mail: who has a name after another bearer of it takes another domain."""
_REACHED: Final = 3.0
_RENAMED: Final = 1.5
"""At one mailbox another family name is mostly that of before or after a wedding."""
_INITIAL_ALONE: Final = -4.0
_TYPO_ALONE: Final = -1.5
_MOST_UNREACHED: Final = 10.5
"""Bits that a name and a place come to at most: a father and a son may bear the one and share the other, of however many."""
_OTHER_MAIL: Final = -2.5
_OTHER_PHONE: Final = -1.5
"""Where none, one or both of mailbox and number are other ones."""
_DOUBTED: Final = frozenset(["mail", "phone", "place", "form", "generation"])
_EVERYBODYS: Final = 6.0
"""Bits below which a domain is a provider's, where anybody may have a mailbox, and few have two."""
_SAME_PROVIDER: Final = -2.5
_PHONE_SAME: Final = 7.5
_PHONE_SLIPS: Final = {1: 7.0, 2: 2.5}
"""Digits mistyped → log2(m ÷ u): few pairs of numbers lie so near by chance, and some numbers in a hundred are mistyped."""
_PHONE_OTHER: Final = -1.0
_PLACE_SAME: Final = 0.0
_HOUSES: Final = 13.0
"""log2(1 ÷ share of records that bear one house) at least: what is seen once in few records is rarer than they show."""
_PLACE_ALIKE: Final = -0.5
_NEAR: Final = -0.5
_STREET_OTHER: Final = -2.5
_PLACE_OTHER: Final = -1.5
_COUNTRY_OTHER: Final = -3.0
_SAME_SOURCE: Final = -1.0
_COLLEAGUE: Final = 0.6
_LIKE: Final = 0.9
_MOST_SLIPS: Final = 2
_LONG: Final = 4
_BORNE_BY: Final = 4
"""Records of one given name, or domain, from which it is none that somebody mistyped."""


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
        return (
            self.mail
            + self.phone
            + self.place
            + self.form
            + self.generation
            + _otherwise_reached(self.mail, self.phone)
        )


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
        if is_short_for(*sorted((left.given[0], right.given[0]), key=len)):
            return False
        return all(
            is_given_name(one.given[0]) or self._counts.get(one.keys.get("first", 0), 0) >= _BORNE_BY
            for one in (left, right)
        )

    def _begins_with_family(self, one: Features) -> bool:
        """Whether the first word of a name is more often the last: families come first in some tongues."""
        first = one.given[0] if one.given else ""
        return self._counts.get(key_of("last", first), 0) > self._counts.get(key_of("first", first), 0)

    def weigh(self, left: Features, right: Features) -> Evidence:
        name = name_level(left, right)
        if name == "given" and (self._begins_with_family(left) or self._begins_with_family(right)):
            name = "kin"
        if name == "typo" and self._are_two_given_names(left, right):
            name = "kin"
        parts = [("prior", self._prior), ("name", self._name(name, left, right))]
        parts += [("mail", self._mail(left, right)), ("phone", self._phone(left, right))]
        if any(_is_offices(*pair) or _is_at_the_company(*pair) for pair in ((left, right), (right, left))):
            parts.append(("office", _SOMEBODY_ELSES))
        parts += [("place", self._place(left, right)), ("employer", self._employer(name, left, right))]
        if left.party.source == right.party.source:
            parts.append(("source", _SAME_SOURCE))
        if left.legal and right.legal and not left.legal & right.legal:
            parts.append(("form", _OTHER_FORM))
        generations = {left.generation, right.generation} - {""}
        if len(generations) == 1 and left.generation != right.generation and not _is_reached_alike(left, right):
            parts.append(("generation", _ONE_GENERATION))
        known = dict(parts)
        if name == "given" and not left.is_role and set(left.emails) & set(right.emails):
            parts.append(("renamed", _RENAMED))
        is_reached = max(known["mail"], known["phone"]) >= _REACHED
        if not is_reached:
            parts.append(("unreached", _unreached(name, known)))
            beyond = _MOST_UNREACHED - self._prior - known["name"] - known["place"]
            if known["place"] > 0 and beyond < 0 and not left.is_company and not right.is_company:
                parts.append(("kin", beyond))
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
        is_slip = here == there or not (self._is_borne(left) and self._is_borne(right))
        if (
            is_slip
            and one == two
            and DamerauLevenshtein.distance(here, there, score_cutoff=2) <= 1
            and not left.is_role
        ):
            return -self._prior * 0.8
        if one == two and "local" in left.keys and not left.is_role and not left.is_company and not right.is_company:
            return self._rarity(left, "local") + _LOCAL_SAME
        share = 1.0 if left.is_company and right.is_company else _COLLEAGUE
        colleague = self._rarity(left, "domain") * share if here == there else 0.0
        if left.is_company or right.is_company:
            colleague = min(colleague, _ONE_DOMAIN)
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

    def _is_borne(self, one: Features) -> bool:
        """Whether the domain of a mailbox is one that there is, and none that somebody mistyped: mail.com is not gmail.com."""
        return is_provider(one.email) or self._counts.get(one.keys.get("domain", 0), 0) >= _BORNE_BY

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
        if both := _phone_in_common(left, right):
            return self._rarity_of(key_of("phone", both)) + _PHONE_SAME
        slips = DamerauLevenshtein.distance(left.phone[-9:], right.phone[-9:], score_cutoff=2)
        return _PHONE_SLIPS.get(slips, _PHONE_OTHER)

    def _place(self, left: Features, right: Features) -> float:
        if left.country and right.country and left.country != right.country:
            return _COUNTRY_OTHER
        here, there = left.keys.get("place"), right.keys.get("place")
        if here is not None and here == there:
            return self._place_rarity(left) + _PLACE_SAME
        streets = bool(left.house and right.house)
        alike = streets and _streets_alike(left.house, right.house)
        if (alike and _are_in_one_town(left, right)) or _is_within(left, right) or _is_within(right, left):
            return min(self._place_rarity(one) for one in (left, right) if "place" in one.keys) + _PLACE_ALIKE
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

    def _place_rarity(self, one: Features) -> float:
        """A house is as rare in a small shop as in a large one."""
        return self._rarity(one, "place") + max(_HOUSES + self._prior, 0.0)

    def _employer(self, level: NameLevel, left: Features, right: Features) -> float:
        """Two people at one company, which has hardly two of one name; what their mailboxes have said already is not said twice."""
        mine, theirs = left.keys.get("employer"), right.keys.get("employer")
        if mine is None or mine != theirs or _are_at_one_domain(left, right):
            return 0.0
        return self._rarity(left, "employer") * (1.0 if level in ("same", "part") else _COLLEAGUE)


def _are_at_one_domain(left: Features, right: Features) -> bool:
    return bool(left.email) and left.email.rpartition("@")[2] == right.email.rpartition("@")[2]


def _unreached(name: NameLevel, known: Mapping[str, float]) -> float:
    """Doubt where neither a mailbox nor a number is shared: a house has several who are named alike."""
    doubt = {"initial": _INITIAL_ALONE, "typo": _TYPO_ALONE}.get(name, 0.0)
    return doubt + _otherwise_reached(known["mail"], known["phone"])


def _otherwise_reached(mail: float, phone: float) -> float:
    return _OTHER_MAIL * (mail < 0) + _OTHER_PHONE * (phone < 0)


def _phone_in_common(left: Features, right: Features) -> str:
    """The end of a number that both have; empty where there is none."""
    both = {one[-9:] for one in left.phones} & {one[-9:] for one in right.phones}
    return min(both, default="")


def _is_reached_alike(left: Features, right: Features) -> bool:
    return bool(set(left.emails) & set(right.emails)) or bool(_phone_in_common(left, right))


def _is_offices(nameless: Features, one: Features) -> bool:
    """Whether a record without a name is an office's, whose telephone one of its people gives too."""
    if not nameless.is_nameless or not nameless.is_role or one.is_company or not one.tokens:
        return False
    return bool(one.email) and not set(one.emails) & set(nameless.emails)


def _is_at_the_company(nameless: Features, company: Features) -> bool:
    """Whether a record without a name shows a person's mailbox, and a company that has others: it is of somebody who works
    there and gives its telephone and address."""
    if not company.is_company or nameless.is_company or nameless.tokens or not nameless.email or nameless.is_role:
        return False
    return not set(nameless.emails) & set(company.emails)


def _is_somebody_elses(left: Features, right: Features) -> bool:
    """Whether a mailbox of a record without a name is not that of whom the other one names: it bears her family name with
    a given name that is not hers, as her husband's does, or it is a person's and the other one a company."""
    if left.is_company != right.is_company:
        return not left.is_role and not (right if left.is_company else left).tokens
    if bool(left.tokens) == bool(right.tokens):
        return False
    named = left if left.tokens else right
    local = folded(named.email.partition("@")[0])
    if spells(local, named) or _begins_as(local, named) or _holds_given(local, named):
        return False
    return any(len(word) > 2 and word in local for word in (named.family, *named.given[1:]))  # noqa: PLR2004 - a name


def _holds_given(local: str, one: Features) -> bool:
    """Whether a mailbox bears the given name of somebody, or what it is shortened to, whatever else it bears."""
    first = one.given[0] if one.given else ""
    forms = full_forms(first) | short_forms(first) if len(first) > 1 else ()
    return any(len(form) > 2 and form in local for form in forms)  # noqa: PLR2004 - a name


def _begins_as(local: str, one: Features) -> bool:
    """Whether the initial that is known of a given name fits a mailbox: "J. Byrne" and john.byrne@."""
    first = one.given[0] if one.given else ""
    return len(first) == 1 and local.replace(one.family, "").strip("._-").startswith(first)


def _are_in_one_town(left: Features, right: Features) -> bool:
    """Whether postcode and town are the same but for a slip, as far as both are known, and any of them is."""
    pairs = [(one, two) for one, two in ((left.postal, right.postal), (left.city, right.city)) if one and two]
    return bool(pairs) and all(one == two or are_alike(one, two) for one, two in pairs)


def _is_within(left: Features, right: Features) -> bool:
    """Whether the one's street, and its postcode or town, are all in the other's line: "12 High St, Leeds LS1 2AB"."""
    if not left.house or not right.house or right.postal or right.city or not (left.postal or left.city):
        return False
    held = set(right.house.split())
    if not set(left.house.split()) <= held:
        return False
    line = "".join(words(right.party.line1))
    return bool((left.postal and left.postal in line) or (left.city and left.city.replace(" ", "") in line))


def _streets_alike(left: str, right: str) -> bool:
    ours, theirs = ({word for word in side.split() if word[0].isdigit()} for side in (left, right))
    if not ours & theirs:
        return False
    slips = min(_MOST_SLIPS, max(len(left), len(right)) // 6)
    return (
        JaroWinkler.similarity(left, right) >= _LIKE
        or DamerauLevenshtein.distance(left, right, score_cutoff=slips) <= slips
    )
