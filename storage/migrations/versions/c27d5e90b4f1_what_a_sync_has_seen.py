"""what a sync has seen

What a vendor's whole list no longer holds was deleted there; a list takes many pages, and a run may be broken off.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "c27d5e90b4f1"
down_revision = "9a2e4c7f1b83"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rules.create_roles()
    op.create_table(
        "sync_sightings",
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("object", sa.String(length=60), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["ingestion_batches.id"],
            name=op.f("fk_sync_sightings_batch_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_sync_sightings_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_sightings")),
        sa.UniqueConstraint(
            "tenant_id",
            "batch_id",
            "object",
            "source_id",
            name=op.f("uq_sync_sightings_tenant_id_batch_id_object_source_id"),
        ),
    )
    rules.keep_to_tenant(["sync_sightings"])


def downgrade() -> None:
    op.drop_table("sync_sightings")
