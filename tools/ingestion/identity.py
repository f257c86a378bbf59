"""What makes two records the same thing. Pure.

Customers: the source's id, else e-mail, else name. Products: id, else SKU, else title; an id that comes with a
clearly different title is another product. Orders: their number. Where another source uses an id for something
clearly different, that source's own gets a key of its own.
"""

import hashlib
import re
import unicodedata
from typing import Final

from tools.ingestion.records import AddressRecord, CustomerRecord, ProductRecord

_SAME_TITLE: Final = 55
"""rapidfuzz token-set ratio under which two titles of one id are two products."""
_SAME_NAME: Final = 60
_WORDS: Final = re.compile(r"[^\w]+")


def folded(text: str) -> str:
    """Case, accents and punctuation do not tell two names apart."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORDS.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def customer_key(record: CustomerRecord) -> str:
    if record.id is not None:
        return f"id:{record.id}"
    if record.email is not None:
        return f"email:{record.email}"
    return f"name:{folded(record.name or '')}"


def product_key(record: ProductRecord) -> str:
    if record.id is not None:
        return f"id:{record.id}"
    if record.sku is not None:
        return f"sku:{record.sku}"
    return f"title:{folded(record.title or '')}"


def titled_key(key: str, title: str) -> str:
    """The key of a product that shares its id with another of a clearly different title."""
    return f"{key}#{hashlib.blake2b(folded(title).encode(), digest_size=6).hexdigest()}"


def own_key(key: str, connector_id: str) -> str:
    """The key of a thing whose id another source uses for something else."""
    return f"{key}@{connector_id}"


def is_other_title(known: str | None, title: str | None) -> bool:
    if known is None or title is None or known == title:
        return False
    one, two = folded(known), folded(title)
    if not one or not two or one == two:
        return False
    from rapidfuzz import fuzz

    return fuzz.token_set_ratio(one, two) < _SAME_TITLE


def is_other_person(known: tuple[str | None, ...], record: CustomerRecord) -> bool:
    """Whether no name that is known of a customer is like any that the record has."""
    ours = [folded(name) for name in known if name]
    theirs = [folded(name) for name in (record.name, record.company, record.contact_name) if name]
    if not ours or not theirs:
        return False
    from rapidfuzz import fuzz

    return all(fuzz.token_set_ratio(a, b) < _SAME_NAME for a in ours for b in theirs)


def address_parts(record: AddressRecord) -> tuple[str | None, ...]:
    return (
        record.line1,
        record.line2,
        record.city,
        record.state,
        record.region,
        record.postal_code,
        record.country,
    )


def address_hash(parts: tuple[str | None, ...]) -> str:
    """What a place is stored under: its parts without regard to case and spaces."""
    return hashlib.sha256("\x1f".join(" ".join((part or "").split()).casefold() for part in parts).encode()).hexdigest()
