"""an end is told

What a vendor needs to be told of a connection that was ended outlives a crash, for a day at most; and so does the id that a
subscription is asked for by where the vendor lists none.
"""
# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "a3f58d07c1e4"
down_revision = "e7b2c9d4a1f6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disconnections",
        sa.Column("connector_id", sa.String(length=36), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("subscriptions", sa.JSON(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_disconnections_connector_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_disconnections_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disconnections")),
    )
    op.create_index(op.f("ix_disconnections_due_at"), "disconnections", ["due_at"])
    rules.keep_to_tenant(["disconnections"])
    op.add_column("vendor_subscriptions", sa.Column("strays", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("vendor_subscriptions", "strays")
    op.drop_table("disconnections")
