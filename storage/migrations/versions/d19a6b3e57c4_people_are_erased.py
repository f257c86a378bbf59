"""people are erased"""
# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "d19a6b3e57c4"
down_revision = "b7d4e2910c6f"
branch_labels = None
depends_on = None


def _reference(table: str, column: str, target: str, *, cascade: bool) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk_{table}_{column}"),
        ondelete="CASCADE" if cascade else None,
        initially="DEFERRED",
        deferrable=True,
    )


def upgrade() -> None:
    op.create_table(
        "privacy_requests",
        sa.Column("connector_id", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _reference("privacy_requests", "connector_id", "connectors", cascade=False),
        _reference("privacy_requests", "tenant_id", "tenants", cascade=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_requests")),
    )
    op.create_index(op.f("ix_privacy_requests_tenant_id_status"), "privacy_requests", ["tenant_id", "status"])
    op.create_table(
        "suppressions",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("connector_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        _reference("suppressions", "tenant_id", "tenants", cascade=True),
        _reference("suppressions", "connector_id", "connectors", cascade=True),
        sa.PrimaryKeyConstraint("tenant_id", "connector_id", "digest", name=op.f("pk_suppressions")),
        sqlite_with_rowid=False,
    )
    rules.keep_to_tenant(["privacy_requests", "suppressions"])


def downgrade() -> None:
    op.drop_table("suppressions")
    op.drop_table("privacy_requests")
