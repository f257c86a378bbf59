"""What every table shares: ids, tenant, timestamps, and column types that read the same on both databases."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Index, MetaData, String, Table, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from storage.kernel.ids import new_id


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. A naive one is refused: its zone would be a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = String(36)
Micros = BigInteger
"""10⁻⁶ of a major currency unit, or of a unit of quantity."""

SECRET = {"secret": True}
"""`info=` of a column whose value the audit masks."""
UNLISTED = {"unlisted": True}
"""`info=` of a column whose change alone is not worth an audit entry (when something was last seen)."""


def filled_index(*columns: str) -> Index:
    """An index of the rows whose last column is set, where most are not. A planner that counted a whole one while none was
    set would take it to lead to every row, and read the table instead."""
    is_set = text(f"{columns[-1]} IS NOT NULL")
    return Index(None, *columns, sqlite_where=is_set, postgresql_where=is_set)


class Base(DeclarativeBase):
    """The declarative base. Constraint names are fixed so that migrations can name them on both databases.

    Foreign keys are checked at the commit: with plain keys instead of relationships SQLAlchemy does not know
    which of two new rows must go in first.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        list[str]: JSON,
    }

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if isinstance(table := cls.__dict__.get("__table__"), Table):
            for constraint in table.foreign_key_constraints:
                constraint.deferrable, constraint.initially = True, "DEFERRED"


class Identified:
    """A UUIDv7 primary key."""

    id: Mapped[str] = mapped_column(Id, primary_key=True, default=new_id)


class Stamped:
    """When the row was made and last changed, by the unit of work's clock (see storage.uow)."""

    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(info=UNLISTED)


class TenantOwned:
    """A row of one tenant. The session filters on it and refuses a row of another (see storage.tenancy)."""

    tenant_id: Mapped[str] = mapped_column(Id, ForeignKey("tenants.id", ondelete="CASCADE"))


class Ingested:
    """A row that an import or a sync wrote. It can be read once its batch is committed, not before:
    `created_by_batch_id` is hidden by the session while that batch is in no visible state."""

    created_by_batch_id: Mapped[str | None] = mapped_column(Id, ForeignKey("ingestion_batches.id"), index=True)


class Unaudited:
    """Logs, counters and rows that a batch covers: the audit does not list their writes one by one, and the
    session lets them be written in bulk."""
