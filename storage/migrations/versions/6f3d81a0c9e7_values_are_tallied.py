"""texts that a question may name are tallied"""

# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "6f3d81a0c9e7"
down_revision = "5e2c94b7d016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rules.create_roles()
    op.create_table(
        "value_tallies",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_value_tallies_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "number", "place", name=op.f("pk_value_tallies")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "value_tally_states",
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("counted", sa.String(length=80), nullable=False),
        sa.Column("columns", sa.String(length=64), nullable=False),
        sa.Column("size_at_first", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_value_tally_states_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_value_tally_states")),
        sa.UniqueConstraint("tenant_id", name=op.f("uq_value_tally_states_tenant_id")),
    )
    rules.keep_to_tenant(["value_tallies", "value_tally_states"])


def downgrade() -> None:
    op.drop_table("value_tally_states")
    op.drop_table("value_tallies")
