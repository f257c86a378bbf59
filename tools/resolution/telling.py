"""Evidence in words."""

from typing import Any, Final

from storage.models.relations import Contact
from storage.repositories.resolution import StoredParty
from tools.resolution.schemas import SourceCustomer

_FILE: Final = "file"
_NAMES: Final = {
    "same": "the same name",
    "part": "the same name, one of them with a name more",
    "initial": "a name that fits an initial",
    "single": "a name that fits the one word",
    "typo": "nearly the same name",
    "given": "the same given name",
    "kin": "the same family name, another given name",
    "other": "another name",
}
_FOR: Final = {
    "mail": ("the same or a like mailbox", "another mailbox"),
    "phone": ("the same telephone", "another telephone"),
    "place": ("the same or a near address", "another address"),
    "employer": ("the same company", ""),
    "form": ("", "another legal form"),
    "source": ("", "both are in one source"),
    "generation": ("", "only one is called junior or senior"),
    "unreached": ("", "no mailbox or telephone in common"),
}


def likelihood(bits: float) -> float:
    """Odds in bits as a probability, between 0 and 1."""
    return round(1 / (1 + 2 ** -max(min(bits, 60.0), -60.0)), 4)


def told(evidence: dict[str, Any]) -> tuple[str, ...]:
    """What was compared, in words; what weighed most first."""
    weights = {name: float(bits) for name, bits in evidence.items() if name != "names"}
    found: list[tuple[float, str]] = []
    if (words := _NAMES.get(str(evidence.get("names")))) is not None:
        found.append((abs(weights.get("name", 0.0)), words))
    for name, (good, bad) in _FOR.items():
        bits = weights.get(name, 0.0)
        if words := good if bits > 0 else bad if bits < 0 else "":
            found.append((abs(bits), words))
    return tuple(words for _, words in sorted(found, key=lambda one: -one[0]))


def view_of(one: StoredParty) -> SourceCustomer:
    return SourceCustomer(
        id=one.id, kind="contact" if one.table == Contact.__tablename__ else "customer", source=one.vendor or _FILE, name=one.name,
        company=one.company, email=one.email, phone=one.phone, city=one.city,
    )  # fmt: skip
