"""A made-up database as plain rows, its questions, and how it is written into a real one."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Rows = Mapping[str, Sequence[Row]]
Expected = Callable[[Rows], Any] | str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and how its figures follow from the rows, in plain Python: a number, {member: number}, or a list of
    (member, number) where the order counts; or as a SELECT of the same (ORDER BY makes the order count). None: there is
    no answer in the data, and any is wrong."""

    question: str
    expected: Expected | None


@dataclass(frozen=True, slots=True)
class World:
    """One database: DDL per table, rows, and the day that its questions are asked on."""

    name: str
    today: date
    tables: Mapping[str, str]
    rows: Rows
    questions: Sequence[Asked]

    views: Mapping[str, str] = field(default_factory=dict[str, str])
    """Name → SELECT."""

    def write(self, path: Path) -> None:
        """Writes the database as a SQLite file."""
        with closing(sqlite3.connect(path)) as connection, connection:
            self._fill(connection)

    def figures(self, expected: Expected) -> Any:
        """What a question has to give."""
        if not isinstance(expected, str):
            return expected(self.rows)
        with closing(sqlite3.connect(":memory:")) as connection:
            self._fill(connection)
            found = connection.execute(expected).fetchall()
        if found and len(found[0]) == 1:
            return found[0][0]
        pairs = [(row[0] if len(row) == 2 else row[:-1], row[-1]) for row in found]
        return pairs if "ORDER BY" in expected else dict(pairs)

    def _fill(self, connection: sqlite3.Connection) -> None:
        for table, columns in self.tables.items():
            connection.execute(f'CREATE TABLE "{table}" ({columns})')
            connection.executemany(*insert(table, self.rows[table], "?"))
        for view, select in self.views.items():
            connection.execute(f"CREATE VIEW {view} AS {select}")


def insert(table: str, rows: Sequence[Row], marker: str) -> tuple[str, list[tuple[Any, ...]]]:
    """An INSERT of rows that all have the same columns, and its values."""
    columns = list(rows[0])
    named = ", ".join(f'"{column}"' for column in columns)
    statement = f'INSERT INTO "{table}" ({named}) VALUES ({", ".join([marker] * len(columns))})'
    return statement, [tuple(row[column] for column in columns) for row in rows]


def index(rows: Sequence[Row], key: str) -> dict[Any, Row]:
    return {row[key]: row for row in rows}


def count_by(values: Sequence[Any]) -> dict[Any, int]:
    """How often each value occurs."""
    found: dict[Any, int] = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found


def sum_by(pairs: Sequence[tuple[Any, float]]) -> dict[Any, float]:
    found: dict[Any, float] = {}
    for key, value in pairs:
        found[key] = found.get(key, 0.0) + value
    return found


def mean_by(pairs: Sequence[tuple[Any, float]]) -> dict[Any, float]:
    """The mean of the values of each key."""
    sums, counts = sum_by(pairs), count_by([key for key, _ in pairs])
    return {key: value / counts[key] for key, value in sums.items()}


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def top(figures: Mapping[Any, float], count: int, *, lowest: bool = False) -> list[tuple[Any, float]]:
    """The first so many, ties by name."""
    ordered = sorted(figures.items(), key=lambda item: (item[1] if lowest else -item[1], str(item[0])))
    return ordered[:count]


def month(text: str) -> str:
    """The first day of the month of an ISO date."""
    return f"{text[:7]}-01"
