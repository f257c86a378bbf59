"""Reads the cells of one row by their agreed meaning."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.kernel.errors import invalid
from storage.kernel.money import MICROS
from tools.ingestion.file_mapping import FileMapping
from tools.ingestion.places import country_name
from tools.ingestion.records import AddressRecord, CustomerRecord, ProductRecord, SourceRow, VariantRecord, When
from tools.ingestion.values import DateReader, DecimalMark, Moment, NumberReader, clean_text, is_blank, read_clock

_KNOWN_MOMENTS: Final = 50_000
_KNOWN_TEXTS: Final = 100_000
_SQUARE_ZONES: Final = {
    "eastern": "America/New_York",
    "central": "America/Chicago",
    "mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
}


class RowError(Exception):
    """A row that cannot go in: which column, what stands there, and why that is wrong."""

    def __init__(self, column: str | None, value: str | None, reason: str) -> None:
        super().__init__(reason)
        self.column = column
        self.value = value
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the tenant says where the file is silent."""

    currency: str
    timezone: str


def zone_of(name: str, pointer: str) -> ZoneInfo:
    """An IANA zone. Raises CopilotError(INVALID) for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise invalid(
            f"{name!r} is no time zone.", pointer=pointer, hint='Use a name such as "Europe/Berlin".'
        ) from error


def times(one: int, other: int) -> int:
    """The product of two figures in 10⁻⁶ units, half-even."""
    return _divided(one * other, MICROS)


def over(one: int, other: int) -> int:
    """The quotient of two figures in 10⁻⁶ units, half-even. `other` is not 0."""
    return _divided(one * MICROS, other)


def _divided(numerator: int, denominator: int) -> int:
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return whole + (twice > denominator or (twice == denominator and whole & 1))


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """An amount in parts proportional to weights (equal where all are 0), to the last micro-unit."""
    total = sum(weights)
    if total <= 0 or any(weight < 0 for weight in weights):
        weights, total = [1] * len(weights), len(weights)
    parts: list[int] = []
    given = cumulated = 0
    for weight in weights:
        cumulated += weight
        part = _divided(amount * cumulated, total) - given
        parts.append(part)
        given += part
    return parts


def minute_of(moment: datetime) -> int:
    """Minutes since midnight by the wall's clock."""
    return moment.hour * 60 + moment.minute


def digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


@dataclass(slots=True)
class Cells:
    """The mapping, compiled to positions. Every reader takes a row's cells and a field, and gives None for a blank;
    a cell that cannot be read raises RowError with its column."""

    columns: tuple[str, ...]
    mapping: FileMapping
    defaults: Defaults
    at: dict[str, int] = field(init=False)
    zone: ZoneInfo = field(init=False)
    home: ZoneInfo = field(init=False)
    _numbers: list[NumberReader] = field(init=False)
    _dates: DateReader = field(init=False)
    _texts: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    _moments: dict[tuple[str, str], When] = field(default_factory=dict[tuple[str, str], When])
    _mapped: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        index = {column: position for position, column in enumerate(self.columns)}
        self.at = {}
        for column, meaning in self.mapping.columns.items():
            if meaning is not None and column in index:
                self.at.setdefault(meaning, index[column])
        self._mapped = tuple(
            position for column, position in index.items() if self.mapping.columns.get(column) not in (None, "row_id")
        )
        self.zone = zone_of(self.mapping.timezone or self.defaults.timezone, "/mapping/timezone")
        self.home = zone_of(self.defaults.timezone, "/timezone")
        readers: dict[DecimalMark, NumberReader] = {".": NumberReader("."), ",": NumberReader(",")}
        common, own = self.mapping.decimal_mark, self.mapping.column_marks
        marks: list[DecimalMark] = [own.get(column) or common for column in self.columns]
        self._numbers = [readers[mark] for mark in marks]
        self._dates = DateReader(self.mapping.date_order)

    def has(self, meaning: str) -> bool:
        return meaning in self.at

    def column(self, meaning: str) -> str | None:
        return self.columns[self.at[meaning]] if meaning in self.at else None

    def content(self, cells: list[str]) -> str:
        """What a row says in its mapped columns: its identity where it has no key of its own."""
        return digest("\x1f".join([cells[position] for position in self._mapped]))

    def text(self, cells: list[str], meaning: str) -> str | None:
        position = self.at.get(meaning)
        return None if position is None else self._clean(cells[position])

    def _clean(self, cell: str) -> str | None:
        """clean_text, remembered: most of a file's texts come again and again."""
        known = self._texts
        if cell in known:
            return known[cell]
        if len(known) >= _KNOWN_TEXTS:
            known.clear()
        text = known[cell] = clean_text(cell)
        return text

    def key(self, cells: list[str], meaning: str) -> str | None:
        position = self.at.get(meaning)
        if position is None:
            return None
        text = self._clean(cells[position])
        # Spreadsheets make 17850 into 17850.0.
        return text[:-2] if text is not None and text.endswith(".0") and text[:-2].isdigit() else text

    def micros(self, cells: list[str], meaning: str) -> int | None:
        position = self.at.get(meaning)
        if position is None:
            return None
        cell = cells[position]
        try:
            return self._numbers[position].micros(cell)
        except ValueError as error:
            if is_blank(cell):
                return None
            raise RowError(self.columns[position], cell, _why_no_number(error)) from error

    def number(self, cells: list[str], position: int) -> float | None:
        """A plain number, as observed series keep it."""
        cell = cells[position]
        if is_blank(cell):
            return None
        try:
            value = float(self._numbers[position].decimal(cell))
        except (ValueError, OverflowError) as error:
            raise RowError(self.columns[position], cell, "is not a number") from error
        if value - value:  # infinite
            raise RowError(self.columns[position], cell, "is too large")
        return value

    def day(self, cells: list[str], meaning: str) -> date | None:
        """A calendar day as written. Secondary dates that cannot be read are left out: they cost no row."""
        position = self.at.get(meaning)
        if position is None or is_blank(cells[position]):
            return None
        try:
            return self._dates.moment(cells[position]).at.date()
        except ValueError:
            return None

    def when(self, cells: list[str], meaning: str, clock: str) -> When | None:
        """The moment of a row, from a column of dates and (where it has no time) one of times of day."""
        position = self.at.get(meaning)
        if position is None:
            return None
        cell = cells[position]
        clock_position = self.at.get(clock)
        time_cell = cells[clock_position] if clock_position is not None else ""
        key = (cell, time_cell)
        found = self._moments.get(key)
        if found is None:
            if is_blank(cell):
                return None
            found = self._when(cells, position, clock_position)
            if len(self._moments) >= _KNOWN_MOMENTS:
                self._moments.clear()
            if "order_zone" not in self.at:
                self._moments[key] = found
        return found

    def _when(self, cells: list[str], position: int, clock_position: int | None) -> When:
        try:
            moment = self._dates.moment(cells[position])
        except ValueError as error:
            raise RowError(self.columns[position], cells[position], "is not a date") from error
        at, has_time = moment.at, moment.has_time
        if clock_position is not None and not is_blank(cells[clock_position]) and (not has_time or at.time() == time()):
            try:
                at, has_time = datetime.combine(at.date(), read_clock(cells[clock_position])), True
            except ValueError as error:
                raise RowError(self.columns[clock_position], cells[clock_position], "is not a time of day") from error
        return self._placed(Moment(at, has_time, moment.offset), self._zone_named(cells))

    def _zone_named(self, cells: list[str]) -> ZoneInfo:
        named = self.text(cells, "order_zone")
        if named is None:
            return self.zone
        try:
            return ZoneInfo(_SQUARE_ZONES.get(named.split()[0].lower(), named))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return self.zone

    def _placed(self, moment: Moment, zone: ZoneInfo) -> When:
        # Exports that know only days write midnight: taken for a time, all of their orders would be placed in one hour.
        timed = moment.has_time and moment.at.time() != time()
        if moment.offset is not None:
            utc = (moment.at - moment.offset).replace(tzinfo=UTC)
            home = utc.astimezone(self.home)
            return When(utc, home.date(), int(moment.offset.total_seconds()) // 60, minute_of(home) if timed else None)
        local = moment.at.replace(tzinfo=zone)
        offset = local.utcoffset()
        home = local.astimezone(self.home)
        # A day without a time stays that day, wherever the tenant is.
        on = home.date() if moment.has_time else moment.at.date()
        shift = int(offset.total_seconds()) // 60 if offset is not None else None
        return When(local.astimezone(UTC), on, shift, minute_of(home) if timed else None)

    # ── parts that several entities share ────────────────────────────────────────────────────────────────

    def currency(self, cells: list[str]) -> str:
        named = self.text(cells, "currency")
        code = _currency_code(named) if named else None
        return code or self.mapping.currency or self.defaults.currency

    def customer(self, rows: Sequence[list[str]]) -> CustomerRecord | None:
        """The customer that rows name; each part from the first row that has it."""
        first, last = self.first(rows, "first_name"), self.first(rows, "last_name")
        company, contact = self.first(rows, "company"), self.first(rows, "contact_name")
        name = (
            self.first(rows, "customer_name") or " ".join(part for part in (first, last) if part) or company or contact
        )
        email = self.first(rows, "email")
        if email is not None and ("@" not in email or len(email) > 320):  # noqa: PLR2004 - RFC 5321 bounds
            email = None
        record = CustomerRecord(
            id=self.first_key(rows, "customer_id"),
            name=name,
            contact_name=contact,
            company=company,
            email=email.lower() if email else None,
            phone=self.first(rows, "phone"),
            segment=self.first(rows, "segment"),
        )
        return record if record.id or record.name or record.email else None

    def address(self, rows: Sequence[list[str]]) -> AddressRecord | None:
        country = self.first(rows, "country")
        record = AddressRecord(
            line1=self.first(rows, "address_line1"),
            line2=self.first(rows, "address_line2"),
            city=self.first(rows, "city"),
            state=self.first(rows, "state"),
            region=self.first(rows, "region"),
            postal_code=self.first_key(rows, "postal_code"),
            country=country_name(country) if country else None,
        )
        return record if record != AddressRecord() else None

    def product(self, cells: list[str]) -> ProductRecord | None:
        identifier, sku = self.key(cells, "product_id"), self.key(cells, "sku")
        category = self.text(cells, "category")
        # A file that knows products by category only sells categories.
        title = self.text(cells, "product_title") or (
            category if "product_title" not in self.at and not identifier and not sku else None
        )
        if identifier is None and sku is None and title is None:
            return None
        return ProductRecord(
            id=identifier,
            sku=sku,
            title=title,
            category=category,
            subcategory=self.text(cells, "subcategory"),
            brand=self.text(cells, "brand"),
            supplier=self.text(cells, "supplier"),
        )

    def variant(self, cells: list[str]) -> VariantRecord | None:
        title = self.text(cells, "variant")
        return VariantRecord(title, self.key(cells, "sku"), self.key(cells, "barcode")) if title else None

    def first(self, rows: Sequence[list[str]], meaning: str) -> str | None:
        """The first row's text that is not blank."""
        position = self.at.get(meaning)
        if position is None:
            return None
        for cells in rows:
            if (text := self._clean(cells[position])) is not None:
                return text
        return None

    def first_key(self, rows: Sequence[list[str]], meaning: str) -> str | None:
        return next((key for cells in rows if (key := self.key(cells, meaning)) is not None), None)


def source_row(source_id: str, columns: tuple[str, ...], cells: list[str], position: int) -> SourceRow:
    """The raw record of a row: every column as it came, mapped or not."""
    import orjson

    payload = orjson.dumps(dict(zip(columns, cells, strict=False)))
    return SourceRow(source_id, hashlib.blake2b(payload, digest_size=16).hexdigest(), payload.decode(), position)


def _currency_code(text: str) -> str | None:
    signs = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
    code = signs.get(text, text).upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else None  # noqa: PLR2004 - ISO 4217


def _why_no_number(error: ValueError) -> str:
    return "is too large" if "too large" in str(error) else "is not a number"
