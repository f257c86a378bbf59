"""Orders, their lines and refunds, written as an import writes them: many rows with a statement."""

from typing import Any

from storage.kernel.ids import new_id
from storage.models.base import Base
from storage.models.commerce import Order, OrderLine, Refund
from storage.uow import WriteUnitOfWork


class Facts:
    """Rows that wait to be written together: one at a time they cost a test most of its time."""

    def __init__(self) -> None:
        # Orders first: the others point at them.
        self._rows: dict[type[Base], list[dict[str, Any]]] = {Order: [], OrderLine: [], Refund: []}

    def add(self, kind: type[Base], **fields: Any) -> str:
        """Returns the id that the row will have."""
        row = {"id": new_id(), **fields}
        self._rows[kind].append(row)
        return row["id"]

    async def write(self, uow: WriteUnitOfWork) -> None:
        for kind, rows in self._rows.items():
            await uow.bulk_insert(kind, rows)
