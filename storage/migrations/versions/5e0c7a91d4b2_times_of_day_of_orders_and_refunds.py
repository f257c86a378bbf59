"""times of day of orders and refunds, and a count of noted events"""

# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from storage.database import SYSTEM_ROLE
from storage.migrations import rules

revision = "5e0c7a91d4b2"
down_revision = "4c81b7e9d2f5"
branch_labels = None
depends_on = None

_AT_ONCE = 10_000


def upgrade() -> None:
    rules.create_roles()
    op.add_column("unified_orders", sa.Column("ordered_minute", sa.Integer(), nullable=True))
    op.add_column("refunds", sa.Column("refunded_minute", sa.Integer(), nullable=True))
    op.add_column("tenants", sa.Column("events_version", sa.Integer(), nullable=False, server_default="0"))
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":  # where the owner of a table sees no row of any tenant
        op.execute(f"SET LOCAL ROLE {SYSTEM_ROLE}")
    zones = {row.id: row.timezone for row in connection.execute(sa.text("SELECT id, timezone FROM tenants"))}
    orders = sa.table("unified_orders", *map(sa.column, ("id", "tenant_id", "source_offset_minutes", "ordered_minute")), sa.column("ordered_at", sa.DateTime(timezone=True)))  # fmt: skip
    refunds = sa.table("refunds", *map(sa.column, ("id", "tenant_id", "order_id", "refunded_minute")), sa.column("refunded_at", sa.DateTime(timezone=True)))  # fmt: skip
    offset = orders.c.source_offset_minutes
    _fill(connection, zones, orders, "ordered_minute", sa.select(orders.c.id, orders.c.tenant_id, orders.c.ordered_at, offset))  # fmt: skip
    # A refund is written with the clock of its order's source.
    of_refunds = sa.select(refunds.c.id, refunds.c.tenant_id, refunds.c.refunded_at, offset)
    joined = of_refunds.select_from(refunds.outerjoin(orders, orders.c.id == refunds.c.order_id))
    _fill(connection, zones, refunds, "refunded_minute", joined)
    if connection.dialect.name == "postgresql":
        op.execute("RESET ROLE")


def _fill(connection: sa.Connection, zones: dict[str, str], table: Any, column: str, rows: Any) -> None:
    """Rows that were written before say by their moment whether a time came with them: what was midnight in the source
    was a day without one."""
    after = ""
    write = sa.update(table).where(table.c.id == sa.bindparam("row")).values({column: sa.bindparam("minute")})
    while found := _read(connection, rows.where(table.c.id > after).order_by(table.c.id).limit(_AT_ONCE)):
        minutes = [(row[0], _minute(row[2], row[3], zones.get(row[1], "UTC"))) for row in found]
        timed = [{"row": row, "minute": minute} for row, minute in minutes if minute is not None]
        if timed:
            connection.execute(write, timed)
        after = found[-1][0]


def _read(connection: sa.Connection, rows: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(rows)]


def _minute(at: datetime, offset: int | None, zone: str) -> int | None:
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    home = at.astimezone(ZoneInfo(zone))
    written = at.astimezone(UTC) + timedelta(minutes=offset) if offset is not None else home
    if (written.hour, written.minute, written.second) == (0, 0, 0):
        return None
    return home.hour * 60 + home.minute


def downgrade() -> None:
    op.drop_column("tenants", "events_version")
    op.drop_column("refunds", "refunded_minute")
    op.drop_column("unified_orders", "ordered_minute")
