"""What of a payload is about a person, and how it is taken out. Pure.

A payload keeps its shape and its figures: what names a person becomes null, so that a mapping reads nothing where it stood.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

_HOLDERS: Final = re.compile(
    r"^(customer|buyer|contact|recipient|sender|receipt_?email|client_?details|owner|person|"
    r".*address(es)?|billing_?details|shipping|shipping_?details|customer_?details|properties|phones?|emails?)$",
    re.IGNORECASE,
)
"""Members that tell of a person: all that is in them goes, but for what is in _KEPT."""
_ABOUT_A_PERSON: Final = re.compile(
    r"(e_?mail|phone|mobile|fax|first_?name|last_?name|middle_?name|full_?name|given_?name|family_?name|display_?name|"
    r"customer_?name|buyer_?name|company|note$|notes$|birth|browser_?ip|^ip$|ip_?address|user_?agent|street|"
    r"address_?\d|^line\d|address_?line|postal|post_?code|^zip|latitude|longitude|^lat$|^lng$|tax_?id|vat_?id|landing_?site)",
    re.IGNORECASE,
)
"""Members that do wherever they stand."""
_KEPT: Final = re.compile(
    r"(^id$|_id$|Id$|^gid$|graphql_api_id|currency|country|_at$|At$|date|state$|status|object|type|total|amount|count|"
    r"verified|accepts|livemode|version|created|updated|modified|orders_?count|archived|deleted|consent|level)",
    re.IGNORECASE,
)
"""Members that tell of the record, or of figures, and not of who it is."""
_SHORTEST: Final = 5
"""Characters of a name below which it is looked for in its own members only: it may be a word. Several words are hardly one: Bo
Li is looked for."""
_SHORTEST_OF_SEVERAL: Final = 3

OF_A_PERSON: Final = frozenset(
    (
        "customer_name", "first_name", "last_name", "company", "contact_name", "email", "phone", "address_line1",
        "address_line2", "postal_code", "counterparty", "movement_description",
    )
)  # fmt: skip
"""What a column of a file may mean that tells of a person (tools.ingestion.catalogue)."""

_WHO: Final = re.compile(r"customer|contact|buyer|client|who_id|recipient", re.IGNORECASE)
"""Members that tell whom something is of."""
_OWN_ID: Final = re.compile(r"(^|_)id$|Id$|ID$|^value$")
_DIGITS: Final = 6
"""Of a telephone number at least."""


def redacted(value: Any, words: Collection[str], *, is_person: bool = False) -> Any:
    """A payload without a person. `words` are what she is called and reached by, taken out of every text; `is_person`: the
    whole payload tells of her."""
    pattern = pattern_of(words)
    return _redacted(value, pattern, is_person=is_person)


def _redacted(value: Any, pattern: re.Pattern[str] | None, *, is_person: bool) -> Any:
    if isinstance(value, dict):
        found: dict[str, Any] = {}
        for key, inner in cast("dict[str, Any]", value).items():
            is_leaf = not isinstance(inner, dict | list)
            is_hers = (is_person and _KEPT.search(key) is None) or _ABOUT_A_PERSON.search(key) is not None
            if is_leaf and is_hers and not isinstance(inner, bool):
                found[key] = None
            else:
                within = is_person if not _HOLDERS.match(key) else True
                found[key] = _redacted(inner, pattern, is_person=within)
        return found
    if isinstance(value, list):
        listed = cast("list[Any]", value)
        return [
            None if is_person and isinstance(one, str) else _redacted(one, pattern, is_person=is_person)
            for one in listed
        ]
    return without_words(value, pattern) if isinstance(value, str) else value


def pattern_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """What finds these words, as whole words, in any case; None for none that can be looked for."""
    wanted = sorted({word.strip() for word in words if _is_long_enough(word)}, key=len, reverse=True)
    if not wanted:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, wanted)) + r")(?!\w)", re.IGNORECASE)


def _is_long_enough(word: str) -> bool:
    least = _SHORTEST_OF_SEVERAL if len(word.split()) > 1 else _SHORTEST
    return len(word.strip()) >= least


def quotable(words: Iterable[str], goods: Collection[str]) -> set[str]:
    """Those by which a person may be looked for beyond her own records: addresses, numbers, and names of several words that no
    product bears (`goods`, in lower case). Whoever calls herself "price" or "Green Tea" and asks to be erased takes neither
    the word nor the product with her."""
    return {
        word
        for one in words
        if (word := one.strip()).casefold() not in goods
        and ("@" in word or len(word.split()) > 1 or sum(char.isdigit() for char in word) >= _DIGITS)
    }


def without_words(text: str, pattern: re.Pattern[str] | None) -> str:
    return pattern.sub("[erased]", text) if pattern is not None else text


def plain_redacted(value: Any, pattern: re.Pattern[str] | None) -> Any:
    """A JSON value with the words taken out of its texts, wherever they stand, keys too."""
    if isinstance(value, str):
        return without_words(value, pattern)
    if isinstance(value, list):
        return [plain_redacted(one, pattern) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {without_words(key, pattern): plain_redacted(one, pattern) for key, one in items}
    return value


def without_columns(row: Any, columns: Collection[str]) -> Any:
    """A row of a file without these columns, whatever they are headed."""
    if not columns or not isinstance(row, dict):
        return row
    return {name: None if name in columns else cell for name, cell in cast("dict[str, Any]", row).items()}


def unshown(profile: Any) -> Any:
    """An import's profile without the values that it shows of its file."""
    if isinstance(profile, list):
        return [unshown(one) for one in cast("list[Any]", profile)]
    if isinstance(profile, dict):
        items = cast("dict[str, Any]", profile).items()
        return {
            name: [] if name in ("samples", "rows") and isinstance(one, list) else unshown(one) for name, one in items
        }
    return profile


def spellings(words: Iterable[str]) -> list[str]:
    """Words as a database may hold them: also as JSON writes what is not ASCII."""
    found: dict[str, None] = {}
    for word in words:
        if _is_long_enough(word):
            found[word.strip()] = None
            found[json.dumps(word.strip())[1:-1]] = None
    return list(found)


def digest(tenant_id: str, connector_id: str, kind: str, text: str) -> str:
    """What a person is known by once she is erased: SHA-256 of whose she was and of her vendor's id (`id`) or of an address of
    hers (`reach`)."""
    said = "\0".join((tenant_id, connector_id, kind, text.strip().casefold()))
    return hashlib.sha256(said.encode()).hexdigest()


def known_by(value: Any, is_person: bool = False) -> Iterator[tuple[str, str]]:
    """What a payload may name a person by: (`id` or `reach`, text) of its members that look like it. An id counts where it is
    said of a customer or contact, or is that of the object, where it `is_person`: vendors count things of other kinds by the
    same small numbers."""
    if isinstance(value, dict):
        for key, inner in cast("dict[str, Any]", value).items():
            is_who = _WHO.search(key) is not None
            if isinstance(inner, dict | list):
                yield from known_by(inner, is_who)
            elif inner is not None and not isinstance(inner, bool):
                text = str(inner)
                if "@" in text or re.search(r"phone|mobile", key, re.IGNORECASE):
                    yield "reach", text
                elif is_who or (is_person and _OWN_ID.search(key) is not None):
                    yield "id", text.rpartition("/")[2]
    elif isinstance(value, list):
        for one in cast("list[Any]", value):
            yield from known_by(one, is_person)


@dataclass(frozen=True, slots=True)
class Erased:
    """People of an account who were erased, by the digests of what they were known by."""

    tenant_id: str
    connector_id: str
    digests: frozenset[str]

    def holds(self, kind: str, text: str) -> bool:
        return digest(self.tenant_id, self.connector_id, kind, text) in self.digests


def left_of(value: Any, erased: Erased, is_person: bool) -> Any:
    """What may be taken in of a vendor's object: all of it, or, where it tells of somebody who was erased, the rest."""
    if not erased.digests:
        return value
    named = {one for one in known_by(value, is_person) if erased.holds(*one)}
    if not named:
        return value
    return redacted(value, [text for kind, text in named if kind == "reach"], is_person=is_person)
