"""figures of a tenant's own"""

# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "3b9e6d20f7a4"
down_revision = "d8542c6cd0c4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rules.create_roles()
    op.create_table(
        "tenant_metrics",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("expression", sa.String(length=500), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("synonyms", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_tenant_metrics_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant_metrics")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_tenant_metrics_tenant_id_name")),
    )
    # The default is for tenants that are there. Added and not rebuilt: SQLite would delete what hangs on them.
    op.add_column("tenants", sa.Column("metrics_version", sa.Integer(), nullable=False, server_default="0"))
    rules.keep_to_tenant(["tenant_metrics"])


def downgrade() -> None:
    op.drop_column("tenants", "metrics_version")
    op.drop_table("tenant_metrics")
