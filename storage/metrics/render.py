"""The SQL that ran, with its values written in, for a person to read. It is shown, never run again."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

_MARKER = re.compile(r"\?|\$(\d+)(?:::[A-Z]+(?: (?:WITH|WITHOUT) TIME ZONE| PRECISION)?)?|'(?:[^']|'')*'")

_LONGEST = 1_000
"""Characters of a value that are shown. Nobody types a longer one (see tools.query.service.LONGEST_QUESTION)."""


def readable(sql: str, parameters: Sequence[Any]) -> str:
    """`sql` with each bound value in its place, as SQLite ("?") and asyncpg ("$1::DATE") mark them."""
    values = iter(parameters)

    def put(match: re.Match[str]) -> str:
        if match.group().startswith("'"):
            return match.group()
        if match.group(1):
            return _literal(parameters[int(match.group(1)) - 1])
        return _literal(next(values))

    return _MARKER.sub(put, sql)


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float | Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return f"'{value.isoformat()}'"
    text = str(value)
    if len(text) > _LONGEST:  # the rates of many days
        text = f"{text[:_LONGEST]} …"
    return "'" + text.replace("'", "''") + "'"
