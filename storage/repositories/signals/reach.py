"""What is to be looked at for what happened: the rows that batches made or changed since it was looked last."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import Subquery

from storage.models.commerce import Order
from storage.models.ingestion import VISIBLE_BATCH_STATES, BatchChange, Connector, IngestionBatch
from storage.models.intelligence import EventMark
from storage.repositories.base import AT_ONCE, Repository, parts

FILE: Final = "file"
_MOST_IDS: Final = 20_000
_ALL: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Reach:
    """Committed batches that were not looked at (their ids), and marked rows; or one batch that is being taken back, whose
    rows the session must be made to show (`uow.including_batch`)."""

    ids: tuple[str, ...]
    is_taken_back: bool = False

    @property
    def batches(self) -> Any:
        """What an id of a batch is IN: the ids themselves, as long as one statement takes them."""
        if self.is_taken_back or len(self.ids) <= AT_ONCE:
            return list(self.ids)
        return select(IngestionBatch.id).where(
            IngestionBatch.status.in_(VISIBLE_BATCH_STATES), IngestionBatch.detected_at.is_(None)
        )

    def told(self, model: type[Any], column: str) -> Any:
        """What changed rows of a table had, and have, in a column: text, as JSON keeps it."""
        own = BatchChange.batch_id.in_(self.batches), BatchChange.unified_type == model.__tablename__
        before, after = BatchChange.before[column].as_string(), BatchChange.after[column].as_string()
        return select(before, after).where(*own, or_(before.is_not(None), after.is_not(None))).distinct()


class Signals(Repository):
    """Asks what some batches say."""

    async def changed(self, reach: Reach, model: type[Any]) -> list[Any]:
        """What the id of a row is IN that was there before, and that the batches changed or took out, and of marked ones; each
        for one statement. Ids themselves where there are few: a planner then looks for them, and does not walk the table."""
        changed = select(BatchChange.unified_id).where(
            BatchChange.batch_id.in_(reach.batches), BatchChange.unified_type == model.__tablename__
        )
        marked = select(EventMark.unified_id).where(EventMark.unified_type == model.__tablename__)
        both = [changed] if reach.is_taken_back else [changed, marked]
        ids: set[str] = set()
        for statement in both:
            ids.update(await self.session.scalars(statement.limit(_MOST_IDS + 1)))
        return list(parts(sorted(ids))) if len(ids) <= _MOST_IDS else list(both)

    async def touched(self, reach: Reach, model: type[Any], *columns: Any) -> list[Subquery]:
        """These columns of the rows of a table that were made, and of those that were changed."""
        changed = await self.changed(reach, model)
        return [self.made(reach, model, *columns), *(rows(*columns, where=model.id.in_(ids)) for ids in changed)]

    @staticmethod
    def made(reach: Reach, model: type[Any], *columns: Any) -> Subquery:
        """These columns of the rows that the batches made."""
        return rows(*columns, where=model.created_by_batch_id.in_(reach.batches))


def rows(*columns: Any, where: ColumnElement[bool]) -> Subquery:
    """Columns of some rows, found before anything is made of them. The limit, which nothing reaches, keeps SQLite from taking
    the two for one: where batches are very unlike in size, of which it knows but the mean, it would walk a whole table by
    the index that spares it a sorting."""
    return select(*columns).where(where).limit(_ALL).subquery()


def counted() -> tuple[ColumnElement[bool], ...]:
    """What makes an order count in the figures (see tools/semantics/commerce.yaml)."""
    return Order.status != "cancelled", Order.duplicate_of_id.is_(None)


def batch_source() -> Any:
    """Batch → the vendor it came from; files are left out."""
    return (
        select(IngestionBatch.id.label("batch_id"), Connector.type.label("vendor"))
        .join(Connector, Connector.id == IngestionBatch.connector_id)
        .where(Connector.type != FILE)
    )
