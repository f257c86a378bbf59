"""Sealing everything anew, so that an old secret of the installation can go (see storage.secret_box)."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from storage.database import Database
from storage.scope import SystemPurpose
from storage.secret_box import SecretBox
from storage.uow import SystemUnitOfWork

_AT_ONCE: Final = 100
Take = Callable[[SystemUnitOfWork, str, int], Awaitable[Sequence[Any]]]
"""(unit of work, the id after which to go on, how many) → rows of all tenants that hold something sealed, by id."""


async def reseal_rows(database: Database, box: SecretBox, take: Take, columns: Sequence[str]) -> int:
    """Seals those columns of all such rows with the newest secret, a few rows at a time: it may be run again where it was
    broken off. Returns how many rows there were. Raises CONFLICT for a row that was sealed with a secret that is gone."""
    done, last = 0, ""
    while True:
        async with database.system(SystemPurpose.MAINTENANCE) as uow:
            rows = await take(uow, last, _AT_ONCE)
            for row in rows:
                for column in columns:
                    if (sealed := getattr(row, column)) is not None:
                        setattr(row, column, box.reseal(sealed))
        if not rows:
            return done
        done, last = done + len(rows), rows[-1].id
