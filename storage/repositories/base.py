"""What repositories share: the guarded session, and lists cut into pages by key."""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Generic, TypeVar, cast

from sqlalchemy import Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from storage.kernel.clock import Clock
from storage.kernel.errors import invalid
from storage.scope import GuardError
from storage.tenancy import TenantSession

Row = TypeVar("Row")
Item = TypeVar("Item")

DEFAULT_LIMIT = 50
MAX_LIMIT = 200
AT_ONCE: Final = 900
"""Bound values of one IN: SQLite and PostgreSQL take more, but plans and parsing get no faster."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A cut of a list: at most `limit` rows (1 to 200) after the row that `cursor` names."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_LIMIT:
            raise invalid(f"limit must lie between 1 and {MAX_LIMIT}", pointer="/limit")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    items: tuple[Row, ...]
    next_cursor: str | None


class Repository:
    """One table's questions and changes. The session it holds knows the tenant."""

    def __init__(self, session: TenantSession) -> None:
        self.session = session

    @property
    def clock(self) -> Clock:
        return self.session.scope.clock

    @property
    def tenant_id(self) -> str:
        """The tenant of a tenant's unit of work. Raises GuardError in a system unit."""
        if (tenant_id := self.session.scope.tenant_id) is None:
            raise GuardError("a system unit of work has no tenant")
        return tenant_id

    async def page(
        self,
        statement: Select[Row],
        request: PageRequest,
        *keys: InstrumentedAttribute[Any],
        descending: bool = True,
    ) -> Page[Row]:
        """One page of a statement over one class, ordered by `keys`: never null, the last of them unique.
        Raises invalid for a cursor that is none of ours."""
        if request.cursor is not None:
            values = [literal(value, key.type) for key, value in zip(keys, _decode(request.cursor, keys), strict=True)]
            here, there = tuple_(*keys), tuple_(*values)
            statement = statement.where(here < there if descending else here > there)
        order = [key.desc() if descending else key.asc() for key in keys]
        rows = (await self.session.scalars(statement.order_by(*order).limit(request.limit + 1))).all()
        items = tuple(rows[: request.limit])
        more = len(rows) > request.limit
        return Page(items, _encode(items[-1], keys) if more else None)


def parts(values: Iterable[Item], size: int = AT_ONCE) -> Iterator[list[Item]]:
    """Values in pieces that one statement takes."""
    listed = list(values)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def _encode(row: object, keys: tuple[InstrumentedAttribute[Any], ...]) -> str:
    values = [getattr(row, key.key) for key in keys]
    text = json.dumps([value.isoformat() if isinstance(value, date) else value for value in values])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decode(cursor: str, keys: tuple[InstrumentedAttribute[Any], ...]) -> list[Any]:
    try:
        values: Any = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(cast("list[Any]", values)) != len(keys):
            raise ValueError("a cursor holds one value per key")
        return [_typed(value, key) for value, key in zip(cast("list[Any]", values), keys, strict=True)]
    except (ValueError, binascii.Error) as error:
        raise invalid("The cursor is not one that this list gave out.", pointer="/cursor") from error


def _typed(value: Any, key: InstrumentedAttribute[Any]) -> Any:
    kind = key.type.python_type
    if kind in (datetime, date) and isinstance(value, str):
        value = kind.fromisoformat(value)
    if not isinstance(value, kind) or (isinstance(value, datetime) and value.tzinfo is None):
        raise ValueError(f"not a {kind.__name__}")
    return value
