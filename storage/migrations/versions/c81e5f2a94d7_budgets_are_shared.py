"""budgets are shared

Several processes on one PostgreSQL count together what they send to a vendor.
"""

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "c81e5f2a94d7"
down_revision = "a3f58d07c1e4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "vendor_budgets",
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_vendor_budgets")),
    )
    rules.keep_to_system(["vendor_budgets"])


def downgrade() -> None:
    op.drop_table("vendor_budgets")
