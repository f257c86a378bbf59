"""What is to be looked at for what happened: the rows that batches made or changed since it was looked last."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select, union
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import CompoundSelect

from storage.models.commerce import Order
from storage.models.ingestion import VISIBLE_BATCH_STATES, BatchChange, Connector, IngestionBatch
from storage.models.intelligence import EventMark

FILE = "file"


@dataclass(frozen=True, slots=True)
class Reach:
    """All committed batches that were not looked at, and marked rows; or one batch that is being taken back, whose rows the
    session must be made to show (`uow.including_batch`)."""

    taken_back: str | None = None

    @property
    def batches(self) -> Select[str]:
        """Ids."""
        if self.taken_back is not None:
            return select(IngestionBatch.id).where(IngestionBatch.id == self.taken_back)
        return select(IngestionBatch.id).where(
            IngestionBatch.status.in_(VISIBLE_BATCH_STATES), IngestionBatch.detected_at.is_(None)
        )

    def changed(self, model: type[Any]) -> Select[str] | CompoundSelect[Any]:
        """Ids of the rows of a table that were there before, and that these batches changed or took out; and of marked ones."""
        table = model.__tablename__
        changed = select(BatchChange.unified_id).where(
            BatchChange.batch_id.in_(self.batches), BatchChange.unified_type == table
        )
        if self.taken_back is not None:
            return changed
        return union(changed, select(EventMark.unified_id).where(EventMark.unified_type == table))

    def touched(self, model: type[Any]) -> ColumnElement[bool]:
        """Whether a row of a table was made or changed."""
        return or_(model.created_by_batch_id.in_(self.batches), model.id.in_(self.changed(model)))

    def told(self, model: type[Any], column: str) -> Select[Any]:
        """What changed rows of a table had, and have, in a column: text, as JSON keeps it."""
        own = BatchChange.batch_id.in_(self.batches), BatchChange.unified_type == model.__tablename__
        before, after = BatchChange.before[column].as_string(), BatchChange.after[column].as_string()
        return select(before, after).where(*own, or_(before.is_not(None), after.is_not(None))).distinct()


def counted() -> tuple[ColumnElement[bool], ...]:
    """What makes an order count in the figures (see tools/semantics/commerce.yaml)."""
    return Order.status != "cancelled", Order.duplicate_of_id.is_(None)


def batch_source() -> Select[Any]:
    """Batch → the vendor it came from; files are left out."""
    return (
        select(IngestionBatch.id.label("batch_id"), Connector.type.label("vendor"))
        .join(Connector, Connector.id == IngestionBatch.connector_id)
        .where(Connector.type != FILE)
    )
