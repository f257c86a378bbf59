"""One field of a row, by its rule: the value, and the leaves it was read from."""

import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, cast

from storage.kernel.money import to_micros
from tools.ingestion.mapping.mail import (
    addresses,
    decoded,
    display_name,
    recipients_of,
    sender_name_of,
    sender_of,
    subject_of,
)
from tools.ingestion.mapping.moments import read_moment
from tools.ingestion.mapping.paths import Found, Scope, as_word, find, holds
from tools.ingestion.mapping.payload import leaves, pointer_to
from tools.ingestion.mapping.spec import Rule
from tools.ingestion.mapping.targets import FieldKind
from tools.ingestion.mapping.values import Ways, read_amount, read_code, read_email, read_flag, read_number, read_text


@dataclass(frozen=True, slots=True)
class Traced:
    """A value and the leaves it was read from; none where the mapping itself or the account says it."""

    value: Any
    pointers: tuple[str, ...] = ()
    currency: "Traced | None" = None
    """The currency that an amount itself names."""


class Unreadable(Exception):  # noqa: N818 - a finding, told as a problem
    """A leaf that is not what its rule expects."""

    def __init__(self, found: Found, reason: str) -> None:
        super().__init__(reason)
        self.found, self.reason = found, reason


def _word(raw: Any) -> str | None:
    text = read_text(raw)
    return text.lower() if text else None


_SIMPLE: Final[dict[FieldKind, Callable[[Any], Any]]] = {
    "text": read_text,
    "id": read_text,
    "email": read_email,
    "word": _word,
    "code": read_code,
    "flag": read_flag,
}


_TEXTS: Final[dict[str | None, Callable[[str], str | None]]] = {
    "header": decoded,
    "display_name": display_name,
    "html": html.unescape,
    "subject_of": subject_of,
    "sender_of": sender_of,
    "sender_name_of": sender_name_of,
    "recipients_of": recipients_of,
}
"""Ways of writing texts."""
_AS_IT_IS: Final = Rule(const="")


class FieldReader:
    """Reads fields as one vendor's account writes them. Methods raise Unreadable for what is not what it should be."""

    def __init__(self, ways: Ways) -> None:
        self._ways = ways

    def read(self, rule: Rule, kind: FieldKind, scope: Scope, currency: Traced | None, used: set[str]) -> Traced | None:
        """None where the payload says nothing. `currency` is the row's; leaves that were read are put into `used`."""
        if not holds(rule.when, scope, used) or (rule.unless and holds(rule.unless, scope, used)):
            return None
        if rule.first:
            return self._first(rule, kind, scope, currency, used)
        if rule.const is not None:
            return self.said(rule.const, kind)
        if kind in ("words", "addresses"):
            return self._words(rule, kind, scope, used)
        if rule.join:
            parts = [found for path in rule.join for found in find(scope, path, used)[:1]]
            texts = [text for found in parts if (text := _checked(read_text, found))]
            value = self.scalar(rule.between.join(texts), kind, rule) if texts else None
            return _marked(value, parts, rule, used) or self.said(rule.default, kind)
        return self._found(rule, kind, scope, currency, used)

    def _found(
        self, rule: Rule, kind: FieldKind, scope: Scope, currency: Traced | None, used: set[str]
    ) -> Traced | None:
        found = [one for path in rule.sum or (rule.path or "",) for one in find(scope, path, used)]
        if not found:
            return self.said(rule.default, kind)
        if kind == "money":
            return self._money(rule, found if rule.sum else found[:1], scope, currency, used)
        if rule.sum:
            total = sum(_checked(read_number, one) for one in found)
            return _marked(self.scalar(total, kind, rule), found, rule, used)
        zone = find(scope, rule.zone, used)[:1] if rule.zone else []
        if rule.only and any(as_word(one.value) != as_word(found[0].value) for one in found):
            return None
        value = _checked(lambda raw: self.scalar(raw, kind, rule, zone), found[0])
        return _marked(value, [*found[:1], *zone], rule, used) or self.said(rule.default, kind)

    def _first(
        self, rule: Rule, kind: FieldKind, scope: Scope, currency: Traced | None, used: set[str]
    ) -> Traced | None:
        """The first of several rules that says something; what another one cannot read is told where none does."""
        unreadable: Unreadable | None = None
        for one in rule.first:
            try:
                traced = self.read(one, kind, scope, currency, used)
            except Unreadable as error:
                unreadable = unreadable or error
                continue
            if traced is not None:
                return traced
        if unreadable is not None:
            raise unreadable
        return self.said(rule.default, kind)

    def _words(self, rule: Rule, kind: FieldKind, scope: Scope, used: set[str]) -> Traced | None:
        """Several words, each once. One text may hold several addresses."""
        paths = rule.join or rule.sum or (rule.path or "",)
        found = [one for path in paths for one in find(scope, path, used)]
        words: list[str] = []
        for one in found:
            if kind == "addresses" and isinstance(one.value, str) and rule.match is None:
                written = _TEXTS[rule.style](one.value) if rule.style in _TEXTS else one.value
                words += addresses(written or "")  # as long as it is: a text is cut off
            elif (text := _checked(lambda raw: self.scalar(raw, "text", rule), one)) is not None:
                words += addresses(text) if kind == "addresses" else [text]
        return _marked(list(dict.fromkeys(words)) or None, found, rule, used)

    def said(self, text: str | None, kind: FieldKind) -> Traced | None:
        """What the mapping itself says, as the field's kind."""
        return Traced(self._of_kind(text, kind, _AS_IT_IS)) if text is not None else None

    def _money(self, rule: Rule, found: list[Found], scope: Scope, currency: Traced | None, used: set[str]) -> Traced:
        """Amounts added up, and those of `less` taken off. An amount in another currency than its row's is none of the
        row's."""
        named = find(scope, rule.per, used)[:1] if rule.per is not None else []
        code = _checked(read_code, named[0]) if named else currency.value if currency is not None else None
        total, pointers = 0, [one.pointer for one in named]
        own: Traced | None = None
        off = [one for path in rule.less for one in find(scope, path, used)]
        for place, one in enumerate([*found, *off]):
            amount = _checked(lambda raw, code=code: read_amount(raw, self._ways, rule.style, code), one)
            if amount.currency is not None:
                if code is not None and amount.currency != code:
                    raise Unreadable(one, f"is in {amount.currency}, and its row in {code}")
                code = amount.currency
                own = own or Traced(code, (pointer_to(one.pointer, amount.used[-1]),))
            total += -amount.micros if rule.negate != (place >= len(found)) else amount.micros
            pointers += [pointer_to(one.pointer, key) for key in amount.used] or [one.pointer]
        used.update(pointers)
        return Traced(total, tuple(pointers), own)

    def scalar(self, raw: Any, kind: FieldKind, rule: Rule, zone: list[Found] | None = None) -> Any:
        """One value of a kind; None where the rule takes nothing of it. Raises ValueError with what is wrong."""
        if rule.match is not None:
            matched = re.search(rule.match, as_word(raw))
            raw = matched[1] if matched else None
        if rule.map is not None and raw is not None:
            said = as_word(raw).strip().casefold()
            other = rule.map.get("*", rule.default)
            raw = next((to for name, to in rule.map.items() if name.casefold() == said), other)
        return self._of_kind(raw, kind, rule, zone) if raw is not None else None

    def _of_kind(self, raw: Any, kind: FieldKind, rule: Rule, zone: list[Found] | None = None) -> Any:
        if isinstance(raw, str) and rule.style in _TEXTS:
            raw = _TEXTS[rule.style](raw)
        if kind in _SIMPLE:
            return _SIMPLE[kind](raw) if raw is not None else None
        if kind in ("moment", "day"):
            style = self._ways.moments if rule.style in (None, "utc_day") else rule.style
            read = read_moment(raw, style, _zone(zone) or self._ways.source_zone)
            if read.says_nothing:
                return None
            if rule.style == "utc_day":
                read = read.without_midnight()
            return read.when(self._ways.zone) if kind == "moment" else read.day_in(self._ways.zone)
        number = read_number(raw) / (rule.divide_by or 1)
        return to_micros(number) if kind in ("quantity", "money") else number


def _zone(found: list[Found] | None) -> str | None:
    return str(found[0].value) if found else None


def _checked(reader: Callable[[Any], Any], found: Found) -> Any:
    try:
        return reader(found.value)
    except ValueError as error:
        raise Unreadable(found, str(error)) from None
    except ArithmeticError:
        raise Unreadable(found, "is no amount") from None


def _marked(value: Any, found: Iterable[Found], rule: Rule, used: set[str]) -> Traced | None:
    """The value, with its leaves noted as read; of an object (a local time beside its zone) all that it holds. None
    where what was read says nothing of it."""
    pointers = [leaf.pointer for one in found for leaf in leaves(one.value, one.pointer)]
    used.update(pointers)
    if value is None:
        return None
    if rule.prefix:
        value = (
            [f"{rule.prefix}{word}" for word in cast("list[str]", value)]
            if isinstance(value, list)
            else f"{rule.prefix}{value}"
        )
    return Traced(value, tuple(dict.fromkeys(pointers)))
