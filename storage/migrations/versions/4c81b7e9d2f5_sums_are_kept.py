"""sums of facts are kept by day and month"""

# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "4c81b7e9d2f5"
down_revision = "3b9e6d20f7a4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rules.create_roles()
    op.create_table(
        "rollup_months",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("definition", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_rollup_months_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollup_months")),
        sa.UniqueConstraint("tenant_id", "month", name=op.f("uq_rollup_months_tenant_id_month")),
    )
    op.create_table(
        "rollup_rows",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("cube", sa.String(length=120), nullable=False),
        sa.Column("at", sa.Date(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("key", sa.String(length=36), nullable=True),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("s0", sa.BigInteger(), nullable=True),
        sa.Column("s1", sa.BigInteger(), nullable=True),
        sa.Column("s2", sa.BigInteger(), nullable=True),
        sa.Column("s3", sa.BigInteger(), nullable=True),
        sa.Column("s4", sa.BigInteger(), nullable=True),
        sa.Column("s5", sa.BigInteger(), nullable=True),
        sa.Column("s6", sa.BigInteger(), nullable=True),
        sa.Column("s7", sa.BigInteger(), nullable=True),
        sa.Column("s8", sa.BigInteger(), nullable=True),
        sa.Column("s9", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_rollup_rows_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "cube", "at", "place", name=op.f("pk_rollup_rows")),
        sqlite_with_rowid=False,
    )
    rules.keep_to_tenant(["rollup_months", "rollup_rows"])


def downgrade() -> None:
    op.drop_table("rollup_rows")
    op.drop_table("rollup_months")
