"""what happened is detected

The timeline of a business holds what was detected in its data beside what was noted by hand. Orders keep the discount code
and the campaign that they came with. Batches that are in are looked at with the next import or sync.
"""

import sqlalchemy as sa
from alembic import op

from storage.database import SYSTEM_ROLE
from storage.migrations import rules

revision = "2b7d4f9c06e1"
down_revision = "f0a6c3d8e921"
branch_labels = None
depends_on = None

_ORDERS = ("discount_code", "campaign")


def upgrade() -> None:
    for name in _ORDERS:
        op.add_column("unified_orders", sa.Column(name, sa.String(), nullable=True))
        op.create_index(
            f"ix_unified_orders_tenant_id_{name}",
            "unified_orders",
            ["tenant_id", name],
            sqlite_where=sa.text(f"{name} IS NOT NULL"),
            postgresql_where=sa.text(f"{name} IS NOT NULL"),
        )
    op.add_column("ingestion_batches", sa.Column("detected_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "event_marks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("unified_type", sa.String(length=40), nullable=False),
        sa.Column("unified_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_event_marks_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_marks")),
        sa.UniqueConstraint(
            "tenant_id", "unified_type", "unified_id", name=op.f("uq_event_marks_tenant_id_unified_type_unified_id")
        ),
    )
    with op.batch_alter_table("business_events") as events:
        events.add_column(sa.Column("key", sa.String(), nullable=True))
        events.add_column(sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True))
        events.add_column(sa.Column("time_known", sa.Boolean(), nullable=False, server_default=sa.false()))
        events.add_column(sa.Column("source_offset_minutes", sa.Integer(), nullable=True))
        events.add_column(sa.Column("subject", sa.String(), nullable=True))
        events.add_column(sa.Column("basis_id", sa.String(length=36), nullable=True))
        events.add_column(sa.Column("severity", sa.String(length=10), nullable=False, server_default="info"))
        events.add_column(sa.Column("currency", sa.String(length=3), nullable=True))
        events.add_column(sa.Column("amount_micros", sa.BigInteger(), nullable=True))
        events.add_column(sa.Column("evidence", sa.JSON(), nullable=False, server_default="[]"))
        events.add_column(sa.Column("detected_at", sa.DateTime(timezone=True), nullable=True))
        events.add_column(sa.Column("created_by_batch_id", sa.String(length=36), nullable=True))
        events.create_foreign_key(
            op.f("fk_business_events_created_by_batch_id"),
            "ingestion_batches",
            ["created_by_batch_id"],
            ["id"],
            initially="DEFERRED",
            deferrable=True,
        )
        events.create_unique_constraint(op.f("uq_business_events_tenant_id_key"), ["tenant_id", "key"])
    _days_become_moments()
    with op.batch_alter_table("business_events") as events:
        events.alter_column("occurred_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    for columns in (("occurred_at", "id"), ("kind", "entity_id"), ("basis_id",)):
        name = f"ix_business_events_tenant_id_{'_'.join(columns)}"
        op.create_index(op.f(name), "business_events", ["tenant_id", *columns])
    op.create_index(op.f("ix_business_events_created_by_batch_id"), "business_events", ["created_by_batch_id"])
    rules.keep_to_tenant(["event_marks"])


def _days_become_moments() -> None:
    """A note tells a day: it stands at that day's beginning in UTC."""
    if op.get_context().dialect.name != "postgresql":
        op.execute("UPDATE business_events SET occurred_at = occurred_on || ' 00:00:00.000000'")
        return
    op.execute(f"SET LOCAL ROLE {SYSTEM_ROLE}")  # the owner of a table sees no row of any tenant
    op.execute("UPDATE business_events SET occurred_at = occurred_on::timestamp AT TIME ZONE 'UTC'")
    op.execute("RESET ROLE")


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"SET LOCAL ROLE {SYSTEM_ROLE}")
    op.execute("DELETE FROM business_events WHERE key IS NOT NULL")
    if op.get_context().dialect.name == "postgresql":
        op.execute("RESET ROLE")
    for columns in (("basis_id",), ("kind", "entity_id"), ("occurred_at", "id")):
        op.drop_index(op.f(f"ix_business_events_tenant_id_{'_'.join(columns)}"), table_name="business_events")
    op.drop_index(op.f("ix_business_events_created_by_batch_id"), table_name="business_events")
    with op.batch_alter_table("business_events") as events:
        events.drop_constraint(op.f("uq_business_events_tenant_id_key"), type_="unique")
        events.drop_constraint(op.f("fk_business_events_created_by_batch_id"), type_="foreignkey")
        for column in (
            "created_by_batch_id", "detected_at", "evidence", "amount_micros", "currency", "severity", "basis_id", "subject",
            "source_offset_minutes", "time_known", "occurred_at", "key",
        ):  # fmt: skip
            events.drop_column(column)
    op.drop_table("event_marks")
    op.drop_column("ingestion_batches", "detected_at")
    for name in _ORDERS:
        op.drop_index(f"ix_unified_orders_tenant_id_{name}", table_name="unified_orders")
        op.drop_column("unified_orders", name)
