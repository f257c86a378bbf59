"""vendors are subscribed to"""
# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "e7b2c9d4a1f6"
down_revision = "b2e8d64f1c07"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vendor_subscriptions",
        sa.Column("connector_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("resource_id", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_vendor_subscriptions_connector_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_vendor_subscriptions_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_subscriptions")),
        sa.UniqueConstraint(
            "tenant_id", "connector_id", "name", name=op.f("uq_vendor_subscriptions_tenant_id_connector_id_name")
        ),
    )
    op.create_index(op.f("ix_vendor_subscriptions_due_at"), "vendor_subscriptions", ["due_at"])
    rules.keep_to_tenant(["vendor_subscriptions"])


def downgrade() -> None:
    op.drop_table("vendor_subscriptions")
