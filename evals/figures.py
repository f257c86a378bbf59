"""Whether a table of an answer holds the oracle's figures: by values, never by the names of columns."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import permutations

import polars as pl

from evals.oracle import CENT, AddsUp, Among, Expected, keys_and_figures
from evals.replies import Table
from tools.kit.blocks import Cell

Key = tuple[str, ...]

_SMALL = 0.0005
"""What fractions and other figures below 1 may differ by and still be the same: they are shown with few digits."""
_SCALES = {"": 1.0, "%": 0.01, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6}
_NUMBER = re.compile(
    r"(?<![\w.])([-−])?[€$£]?(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?:\s?(%|k\b|m\b|thousand\b|million\b))?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PERIODS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:t.*)?"), "day"),
    (re.compile(r"(\d{4})-(\d{2})"), "month"),
    (re.compile(r"(\d{4})[- ]?q([1-4])"), "quarter"),
    (re.compile(r"(\d{4})-?w(\d{2})"), "week"),
    (re.compile(r"(\d{4})"), "year"),
)


def mismatch(expected: Expected, tables: Sequence[Table], text: str, *, ordered: bool, tolerance: float) -> str | None:
    """None when one of the tables holds what the oracle says, else what is wrong with the last of them. Where there is
    none (the chat shows no table of one number), single figures may stand in the text."""
    if isinstance(expected, AddsUp):
        return _sum_mismatch(expected.total, tables, tolerance)
    partial = isinstance(expected, Among)
    frame = expected.rows if isinstance(expected, Among) else expected
    if not tables:
        return _text_mismatch(frame, text, tolerance)
    problems = [_table_mismatch(frame, table, tolerance, ordered=ordered, partial=partial) for table in tables]
    return None if None in problems else problems[-1]


def same_figure(expected: float | None, actual: float | None, tolerance: float) -> bool:
    """Equal within the relative tolerance, or within half a cent (half a thousandth below 1). Nothing equals 0 only."""
    want, have = expected or 0.0, actual or 0.0
    return abs(want - have) <= max(tolerance * abs(want), CENT if abs(want) >= 1 else _SMALL)


def normal_key(value: object) -> str:
    """Text without case and odd spaces; a period, however written, as its first day."""
    if isinstance(value, datetime):
        value = value.date()
    if value is None:
        return ""
    text = unicodedata.normalize("NFKC", str(value)).casefold().strip()
    return _first_day(text) or re.sub(r"\s+", " ", text)


def _text_mismatch(expected: pl.DataFrame, text: str, tolerance: float) -> str | None:
    names, figures = keys_and_figures(expected)
    if names or expected.height != 1:
        return "no table in the answer"
    said = numbers_in(text)
    for name in figures:
        value = expected[name][0]
        if not any(abs(value - number) <= max(tolerance * abs(value), digit) for number, digit in said):
            return f"{name} is {value}, the text says {[number for number, _ in said]}"
    return None


def numbers_in(text: str) -> list[tuple[float, float]]:
    """Every number in a text of English form, with half a unit of its last digit: "€1,234.50", "25.3 %", "1.2 million"."""
    found: list[tuple[float, float]] = []
    for match in _NUMBER.finditer(text):
        sign, digits, decimals, scale = match.groups()
        factor = _SCALES[(scale or "").casefold()]
        value = float(f"{digits.replace(',', '')}.{decimals or 0}") * factor * (-1 if sign else 1)
        found.append((value, 0.5 * factor / 10 ** len(decimals or "")))
    return found


def _sum_mismatch(total: float, tables: Sequence[Table], tolerance: float) -> str | None:
    sums = [
        sum(_number(row[index]) or 0.0 for row in table.rows)
        for table in tables
        if len(table.rows) > 1
        for index, column in enumerate(table.columns)
        if column.type in ("number", "integer")
    ]
    if any(same_figure(total, one, tolerance) for one in sums):
        return None
    return f"no column adds up to {total}: the sums are {sums}"


def _table_mismatch(
    expected: pl.DataFrame, table: Table, tolerance: float, *, ordered: bool, partial: bool
) -> str | None:
    names, figures = keys_and_figures(expected)
    if not names:
        return _steps_mismatch(expected, table, tolerance)
    wanted = [(_key(row[name] for name in names), [row[one] for one in figures]) for row in expected.to_dicts()]
    wanted = [(key, values) for key, values in wanted if any(key) and any(values)]
    positions = [index for index, column in enumerate(table.columns) if column.type not in ("number", "integer")]
    numbers = [index for index, column in enumerate(table.columns) if column.type in ("number", "integer")]
    # A year may come as a number.
    positions += [index for index in numbers if table.columns[index].type == "integer"]
    problem = f"no column of the answer holds {', '.join(names)}"
    for chosen in permutations(positions, len(names)):
        given = _keyed(table, chosen)
        if not {key for key, _ in wanted} & given.keys():
            continue
        if twice := _twice(table, chosen):
            problem = f"{' / '.join(twice)} comes twice"
            continue
        if partial:
            keys = {key for key, _ in wanted}
            given = {key: row for key, row in given.items() if key in keys}
        problem = _keyed_mismatch(wanted, given, [index for index in numbers if index not in chosen], tolerance)
        if problem is None:
            return _order_mismatch(wanted, given, tolerance) if ordered else None
    return problem


def _single_mismatch(expected: pl.DataFrame, table: Table, tolerance: float) -> str | None:
    if len(table.rows) != 1:
        return f"{len(table.rows)} rows where one figure was asked for"
    given = [_number(cell) for cell in table.rows[0]]
    for name, value in expected.row(0, named=True).items():
        if not any(cell is not None and same_figure(value, cell, tolerance) for cell in given):
            return f"{name} is {value}, the answer has {[cell for cell in given if cell is not None]}"
    return None


def _steps_mismatch(expected: pl.DataFrame, table: Table, tolerance: float) -> str | None:
    """One figure; or rows that have no names but their order, such as the steps of a funnel."""
    if expected.height == 1:
        return _single_mismatch(expected, table, tolerance)
    if len(table.rows) != expected.height:
        return f"{len(table.rows)} rows where {expected.height} steps were asked for"
    for name in expected.columns:
        wanted = expected[name].to_list()
        if not any(
            all(same_figure(want, have, tolerance) for want, have in zip(wanted, column, strict=True))
            for column in zip(*([_number(cell) for cell in row] for row in table.rows), strict=True)
        ):
            return f"no column has the steps of {name}: {wanted}"
    return None


def _keyed(table: Table, chosen: Sequence[int]) -> dict[Key, tuple[Cell, ...]]:
    """The rows by key, in their order; rows without a key are left out."""
    keyed = {_key(row[index] for index in chosen): row for row in table.rows}
    return {key: row for key, row in keyed.items() if any(key)}


def _twice(table: Table, chosen: Sequence[int]) -> Key | None:
    seen: set[Key] = set()
    for row in table.rows:
        key = _key(row[index] for index in chosen)
        if any(key) and key in seen:
            return key
        seen.add(key)
    return None


def _keyed_mismatch(
    wanted: list[tuple[Key, list[float | None]]],
    given: dict[Key, tuple[Cell, ...]],
    numbers: Sequence[int],
    tolerance: float,
) -> str | None:
    keys = {key for key, _ in wanted}
    if missing := [key for key, _ in wanted if key not in given]:
        return f"no row for {' / '.join(missing[0])} ({len(missing)} missing)"
    beyond = [key for key, row in given.items() if key not in keys and any(_number(row[index]) for index in numbers)]
    if beyond:
        return f"a row too many: {' / '.join(beyond[0])} ({len(beyond)} beyond)"
    for place in range(len(wanted[0][1]) if wanted else 0):
        columns = [
            index
            for index in numbers
            if all(same_figure(values[place], _number(given[key][index]), tolerance) for key, values in wanted)
        ]
        if not columns:
            key, values = wanted[0]
            shown = [given[key][index] for index in numbers]
            return (
                f"no column agrees with figure {place + 1}: for {' / '.join(key)} it is {values[place]}, given {shown}"
            )
    return None


def _order_mismatch(
    wanted: list[tuple[Key, list[float | None]]], given: dict[Key, tuple[Cell, ...]], tolerance: float
) -> str | None:
    """The first figures must come in the oracle's order; rows that are equal may change places."""
    first = {key: values[0] for key, values in wanted}
    order = [first[key] for key in given if key in first]
    for place, ((key, values), actual) in enumerate(zip(wanted, order, strict=True), start=1):
        if not same_figure(values[0], actual, tolerance):
            return f"place {place} should be {' / '.join(key)}"
    return None


def _key(values: Iterable[object]) -> Key:
    return tuple(normal_key(value) for value in values)


def _number(cell: Cell) -> float | None:
    return None if cell is None or isinstance(cell, str | bool) else float(cell)


def _first_day(text: str) -> str | None:
    for pattern, kind in _PERIODS:
        if match := pattern.fullmatch(text):
            return _named(kind, [int(part) for part in match.groups()])
    if match := re.fullmatch(r"([a-z]{3})[a-z]*\.? (\d{4})", text):
        word, year = match.groups()
        return date(int(year), _MONTHS.index(word) + 1, 1).isoformat() if word in _MONTHS else None
    return None


def _named(kind: str, parts: list[int]) -> str | None:
    try:
        match kind:
            case "day":
                return date(*parts).isoformat()
            case "month":
                return date(parts[0], parts[1], 1).isoformat()
            case "quarter":
                return date(parts[0], parts[1] * 3 - 2, 1).isoformat()
            case "week":
                return date.fromisocalendar(parts[0], parts[1], 1).isoformat()
            case _:
                return date(parts[0], 1, 1).isoformat()
    except ValueError:
        return None
