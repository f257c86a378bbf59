"""vendors call"""
# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "c3d9e51a70f4"
down_revision = "c27d5e90b4f1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("connectors", sa.Column("webhook_secret", sa.Text(), nullable=True))
    op.add_column("connectors", sa.Column("connected_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "webhook_deliveries",
        sa.Column("connector_id", sa.String(length=36), nullable=False),
        sa.Column("dedup_key", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("resource", sa.String(length=200), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_webhook_deliveries_connector_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_webhook_deliveries_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint(
            "tenant_id",
            "connector_id",
            "dedup_key",
            name=op.f("uq_webhook_deliveries_tenant_id_connector_id_dedup_key"),
        ),
    )
    op.create_index(op.f("ix_webhook_deliveries_received_at"), "webhook_deliveries", ["received_at"])
    op.create_index(op.f("ix_webhook_deliveries_status_received_at"), "webhook_deliveries", ["status", "received_at"])
    rules.keep_to_tenant(["webhook_deliveries"])


def downgrade() -> None:
    op.drop_table("webhook_deliveries")
    op.drop_column("connectors", "connected_at")
    op.drop_column("connectors", "webhook_secret")
