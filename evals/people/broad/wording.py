"""How a person's or a company's name stands in a record."""

import random
from dataclasses import dataclass, replace

from evals.people.broad import slips
from evals.people.broad.data import Bag, data
from evals.people.broad.firms import Called, initials, shortened
from evals.people.broad.mess import MESS
from evals.people.broad.naming import Name
from evals.people.deciding import folded

CASES = {"lower case", "capitals"}


@dataclass(frozen=True, slots=True)
class Written:
    """`text` as it stands; `called` is the name meant, folded, and `family` the folded part by which weak facts tell."""

    text: str
    called: str
    family: str
    mess: tuple[str, ...] = ()


class _Hand:
    """Whoever writes a name down, with more or less care; `mess` is what came of it."""

    def __init__(self, rng: random.Random, care: float) -> None:
        self.rng = rng
        self.mess: list[str] = []
        self._care = care

    def errs(self, kind: str, *, careless: bool = True) -> bool:
        if self.rng.random() >= MESS[kind] * (self._care if careless else 1):
            return False
        self.mess.append(kind)
        return True

    def writes(self, text: str, part: str) -> str:
        """The part of a name ("given" or "family") as it is put down."""
        if len(text) < 3:
            return text
        if slips.has_accents(text) and self.errs("accents left out", careless=False):
            text = slips.without_accents(text, self.rng)
        if self.errs(f"letter wrong in the {part} name"):
            return slips.typed(text, self.rng)
        return slips.heard(text, self.rng) if self.errs(f"{part} name by ear") else text


def person(name: Name, style: str, rng: random.Random, *, care: float) -> Written:
    """The name in one of the styles of shops.yaml ("" is the plain one), with mistakes."""
    hand = _Hand(rng, care)
    last = name.whole
    if len(name.families) > 1 and rng.random() < (0.2 if name.culture == "brazilian" else 0.32):
        last = name.main
        hand.mess.append("one of two surnames")
    meant, first = _first(name, style, hand)
    if style and style not in CASES:
        hand.mess.append(style)
    first_text = hand.writes(first, "given")
    if style == "given name only":
        return Written(first_text, folded(meant), "", tuple(hand.mess))
    last_text = hand.writes(last, "family")
    if style == "title and surname":
        return Written(f"{_title(name, rng)} {last_text}", folded(last), "", tuple(hand.mess))
    called = folded(f"{meant} {last}")
    if name.suffix and rng.random() < 0.35:
        called, last_text = folded(f"{name.given} {name.main} {name.suffix}"), f"{last_text} {name.suffix}"
        first_text = name.given
    text = _joined(first_text, last_text, style, hand)
    if style == "with title":
        text = f"{_title(name, rng)} {text}"
    return _finished(Written(text, called, folded(name.main), tuple(hand.mess)), style)


def _first(name: Name, style: str, hand: _Hand) -> tuple[str, str]:
    """The given name that is meant, and how it is shown."""
    rng, first = hand.rng, name.given
    if name.nick and hand.errs("short for the given name", careless=False):
        first = name.nick
    elif "-" in first and rng.random() < 0.2:
        first = first.split("-")[0]
    if style == "initial":
        return first[0], first[0] + rng.choice(("", "."))
    if style == "with middle name" and name.middle:
        middle = name.middle if rng.random() < 0.3 else name.middle[0]
        dot = "." if len(middle) == 1 and rng.random() < 0.4 else ""
        return f"{name.given} {middle}", f"{name.given} {middle}{dot}"
    return first, first


def _joined(first: str, last: str, style: str, hand: _Hand) -> str:
    if style == "surname first":
        return f"{last}, {first}" if hand.rng.random() < 0.8 else f"{last} {first}"
    return f"{last} {first}" if hand.errs("names exchanged") else f"{first} {last}"


def _title(name: Name, rng: random.Random) -> str:
    return rng.choice(data("shops")["titles"][name.culture][name.female].split())


def _finished(written: Written, style: str) -> Written:
    if style == "doubled":
        return replace(written, text=f"{written.text.split()[0]} {written.text}")
    if style in CASES:
        text = written.text.lower() if style == "lower case" else written.text.upper()
        return replace(written, text=text, mess=(*written.mess, style))
    return written


_STYLES = Bag(
    {"full": 52.0, "core": 22, "other form": 10, "capitals": 5, "article": 2, "short": 2, "initials": 1.2, "also": 4}
)
_OTHER = {
    "Ltd": "Limited", "Limited": "Ltd", "Inc.": "Inc", "Inc": "Incorporated", "LLC": "L.L.C.", "L.L.C.": "LLC", "Ltd.": "Ltd",
    "GmbH": "Gesellschaft mbH", "GmbH & Co. KG": "GmbH & Co KG", "S.L.": "SL", "SL": "S.L.", "B.V.": "BV", "BV": "B.V.",
    "S.r.l.": "SRL", "Srl": "S.r.l.", "SARL": "S.A.R.L.", "Pty Ltd": "P/L", "Pty. Ltd.": "Pty Ltd", "Pvt Ltd": "Private Limited",
    "Private Limited": "Pvt. Ltd.", "Sp. z o.o.": "Sp.z o.o.", "Ltda": "Ltda.", "Corp.": "Corporation", "AB": "Aktiebolag",
}  # fmt: skip


def firm(name: Called, rng: random.Random, *, care: float) -> Written:
    """The company's name, with or without its legal form, or short."""
    core, style = name.core, _STYLES.draw(rng)
    if name.outlet and rng.random() < 0.5:
        text = rng.choice(("{} {}", "{} - {}", "{} ({})", "{}, {}")).format(core, name.outlet)
        return Written(text, folded(f"{core} {name.outlet}"), folded(core), ("named with its town",))
    if style == "also" and name.also:
        return Written(name.also, folded(name.also), folded(name.also), ("trading name",))
    if style == "initials" and initials(core) != core:
        return Written(initials(core), folded(initials(core)), "", ("company by initials",))
    if style == "short" and shortened(core) != core:
        return Written(shortened(core), folded(shortened(core)), folded(shortened(core)), ("company cut short",))
    hand = _Hand(rng, care)
    text = _formed(name, style, hand)
    if slips.has_accents(text) and hand.errs("accents left out", careless=False):
        text = slips.without_accents(text, rng)
    if hand.errs("letter wrong in the company"):
        text = slips.typed(text, rng)
    return Written(text, folded(core), folded(core), tuple(hand.mess))


def _formed(name: Called, style: str, hand: _Hand) -> str:
    """The whole name, or with the legal form left out or written otherwise."""
    core, text = name.core, name.full
    if style == "core" and name.form and " " in core:
        hand.mess.append("legal form left out")
        text = core
    elif style == "other form" and name.form in _OTHER:
        hand.mess.append("legal form otherwise")
        text = f"{core} {_OTHER[name.form]}"
    elif style == "capitals":
        hand.mess.append("capitals")
        text = text.upper()
    elif style == "article":
        text = text.removeprefix("The ")
    if "&" in text and hand.rng.random() < 0.3:
        english = name.form in {"Ltd", "Limited", "LLC", "Inc.", "Inc", "Pty Ltd", ""}
        text = text.replace("&", hand.rng.choice(("and", "+")) if english else "+")
    return text
