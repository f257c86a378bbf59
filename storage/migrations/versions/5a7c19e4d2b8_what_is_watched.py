"""what is watched: insights put aside"""

# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "5a7c19e4d2b8"
down_revision = "3b9e6d20f7a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rules.create_roles()
    op.create_table(
        "insight_marks",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("finding", sa.String(length=40), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        *_shared("insight_marks"),
        sa.UniqueConstraint(
            "tenant_id",
            "user_id",
            "subject",
            "finding",
            name=op.f("uq_insight_marks_tenant_id_user_id_subject_finding"),
        ),
    )
    rules.keep_to_tenant(["insight_marks"])


def downgrade() -> None:
    op.drop_table("insight_marks")


def _shared(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    """What every row of a tenant has."""
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
