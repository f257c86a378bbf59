"""vendors are connected"""
# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "8e25d1f7b3a6"
down_revision = "b41f7c29d6a3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("connectors", sa.Column("status_message", sa.String(), nullable=True))
    op.add_column("connectors", sa.Column("previous_credentials", sa.Text(), nullable=True))
    op.add_column("connectors", sa.Column("credential_version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("connectors", sa.Column("lease_owner", sa.String(length=36), nullable=True))
    op.add_column("connectors", sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "oauth_states",
        sa.Column("user_id", sa.String(length=36), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("vendor", sa.String(length=40), nullable=False),
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_oauth_states_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_states")),
        sa.UniqueConstraint("nonce_hash", name=op.f("uq_oauth_states_nonce_hash")),
    )
    op.create_index("ix_oauth_states_expires_at", "oauth_states", ["expires_at"])
    rules.keep_to_tenant(["oauth_states"])


def downgrade() -> None:
    op.drop_table("oauth_states")
    for column in ("lease_until", "lease_owner", "credential_version", "previous_credentials", "status_message"):
        op.drop_column("connectors", column)
