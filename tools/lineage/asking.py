"""An owner's words → the thing that is meant, and which of its fields. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_KINDS: Final = {
    "customer": "unified_customers",
    "client": "unified_customers",
    "buyer": "unified_customers",
    "contact": "contacts",
    "lead": "contacts",
    "order": "unified_orders",
    "invoice": "unified_orders",
    "product": "unified_products",
    "item": "unified_products",
    "article": "unified_products",
}
_FIELDS: Final = {
    "phone": ("phone",), "telephone": ("phone",), "mobile": ("phone",),
    "email": ("email",), "e-mail": ("email",), "mail": ("email",),
    "name": ("name", "title"), "company": ("company",), "segment": ("segment",), "group": ("segment",),
    "address": ("address_id",), "date": ("ordered_on", "first_seen_at"), "day": ("ordered_on",), "status": ("status",),
    "total": ("total_micros",), "amount": ("total_micros",), "shipping": ("shipping_micros",), "tax": ("tax_micros",),
    "vat": ("tax_micros",), "discount": ("discount_micros",), "channel": ("channel",), "currency": ("currency",),
    "salesperson": ("salesperson",), "price": ("list_price_micros",), "category": ("category",), "brand": ("brand",),
    "supplier": ("supplier",), "sku": ("sku",), "stage": ("stage",), "owner": ("owner",),
}  # fmt: skip
_PLAIN: Final = frozenset(
    "where does do did the a an of for from come came comes is was are get got it this that our my his her their number data who "
    "told says said which source system file what show trace me back to its original row record raw whose how know we you have "
    "field value with in on and by please behind history lineage can see origin".split()
)
_QUOTED: Final = re.compile(r"[\"“”„']([^\"“”„']{2,80})[\"“”']")
_WORD: Final = re.compile(r"[\w@.+#&-]+")
_POSSESSIVE: Final = re.compile(r"['’]s\b|(?<=s)['’](?=\s)")
_TABLES: Final = ("unified_customers", "unified_orders", "unified_products", "contacts")


@dataclass(frozen=True, slots=True)
class Meant:
    """`tables` are tried in turn, with each of `names` in turn; `columns` are the fields that were named."""

    tables: tuple[str, ...]
    columns: tuple[str, ...]
    names: tuple[str, ...]


def meant(question: str) -> Meant:
    """What a question about the origin of something is about. No names: it names no single thing."""
    quoted = _QUOTED.findall(question)
    words = _WORD.findall(_POSSESSIVE.sub(" ", question))
    lower = [word.strip(".,?!").casefold() for word in words]
    kinds = tuple(dict.fromkeys(table for word in lower if (table := _kind(word)) is not None))
    columns = tuple(dict.fromkeys(column for word in lower for column in _FIELDS.get(word, ())))
    names = [*quoted, *_runs(words, lower)]
    return Meant(kinds or _TABLES, columns, tuple(dict.fromkeys(names)))


def _kind(word: str) -> str | None:
    return _KINDS.get(word) or _KINDS.get(word.removesuffix("s"))


def _runs(words: list[str], lower: list[str]) -> Iterator[str]:
    """Words in a row that mean nothing but a name, the longest first; then those of them with a digit or a sign of one."""
    runs: list[list[str]] = [[]]
    for word, plain in zip(words, lower, strict=True):
        if plain in _PLAIN or plain in _FIELDS or _kind(plain) is not None:
            runs.append([])
        else:
            runs[-1].append(word.strip(".,?!").lstrip("#"))
    for run in sorted(filter(None, runs), key=len, reverse=True):
        yield " ".join(run)
