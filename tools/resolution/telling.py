"""Evidence in words."""

from typing import Any, Final

from storage.models.relations import Contact
from storage.repositories.goods import StoredProduct
from storage.repositories.resolution import StoredParty
from tools.resolution.schemas import SourceCustomer, SourceProduct

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
    "phone": ("the same or nearly the same telephone", "another telephone"),
    "place": ("the same or a near address", "another address"),
    "employer": ("the same company", ""),
    "form": ("", "another legal form"),
    "source": ("", "both are in one source"),
    "generation": ("", "only one is called junior or senior"),
    "unreached": ("", "no mailbox or telephone in common"),
    "kin": ("", "a father and a son may bear one name in one house"),
    "renamed": ("one mailbox, by a family name of before or after a wedding", ""),
    "office": ("", "an office's telephone, which those who work there give too"),
}

_FOR_GOODS: Final = {
    "gtin": ("the same barcode", ""),
    "sku": ("the same SKU", "another SKU"),
    "title": ("the same words in the title", "other words in the title"),
    "brand": ("the same brand", "a brand that only one names, or none"),
    "price": ("the same or nearly the same price", "another price"),
    "variant": ("the same size or amount", "a size or amount that only one names"),
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
    return _in_words(found + _weighed(weights, _FOR))


def told_of_goods(evidence: dict[str, Any]) -> tuple[str, ...]:
    """The same of products."""
    return _in_words(_weighed({name: float(bits) for name, bits in evidence.items()}, _FOR_GOODS))


def _weighed(weights: dict[str, float], names: dict[str, tuple[str, str]]) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    for name, (good, bad) in names.items():
        bits = weights.get(name, 0.0)
        if words := good if bits > 0 else bad if bits < 0 else "":
            found.append((abs(bits), words))
    return found


def _in_words(found: list[tuple[float, str]]) -> tuple[str, ...]:
    return tuple(words for _, words in sorted(found, key=lambda one: -one[0]))


def view_of(one: StoredParty) -> SourceCustomer:
    return SourceCustomer(
        id=one.id, kind="contact" if one.table == Contact.__tablename__ else "customer", source=one.vendor or _FILE, name=one.name,
        company=one.company, email=one.email, phone=one.phone, city=one.city,
    )  # fmt: skip


def product_view(one: StoredProduct) -> SourceProduct:
    only = one.variants[0] if len(one.variants) == 1 else None
    price = one.list_price_micros if one.list_price_micros is not None else only.price_micros if only else None
    return SourceProduct(
        id=one.id, source=one.vendor or _FILE, title=one.title, sku=one.sku or (only.sku if only else None),
        barcode=only.barcode if only else None, brand=one.brand, price=None if price is None else price / 1_000_000,
        currency=one.currency, variants=len(one.variants),
    )  # fmt: skip
