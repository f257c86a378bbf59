"""lineage is told, and quality is watched

Events in the outbox are claimed by one relay at a time, and say why they were not taken. Tenants have rules of their own, and
what is told of quality is told once in a spell.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "f0a6c3d8e921"
down_revision = "c5ef89481213"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ingestion_batches", sa.Column("written", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("outbox", sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("error", sa.String(length=200), nullable=True))
    op.create_index(op.f("ix_outbox_tenant_id_topic_key"), "outbox", ["tenant_id", "topic", "key"])
    op.create_table(
        "quality_rules",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("table", sa.String(length=60), nullable=False),
        sa.Column("check", sa.JSON(), nullable=False),
        sa.Column("allowed", sa.Double(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=True),
        *_stamped("quality_rules"),
    )
    op.create_index(op.f("ix_quality_rules_tenant_id_id"), "quality_rules", ["tenant_id", "id"])
    op.create_table(
        "quality_watches",
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        *_stamped("quality_watches"),
        sa.UniqueConstraint("tenant_id", "subject", name=op.f("uq_quality_watches_tenant_id_subject")),
    )
    rules.keep_to_tenant(["quality_rules", "quality_watches"])


def _stamped(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """What every table of a tenant has."""
    return (
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f(f"fk_{table}_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def downgrade() -> None:
    op.drop_table("quality_watches")
    op.drop_table("quality_rules")
    op.drop_index(op.f("ix_outbox_tenant_id_topic_key"), table_name="outbox")
    for column in ("error", "refused_at", "claimed_until"):
        op.drop_column("outbox", column)
    op.drop_column("ingestion_batches", "written")
