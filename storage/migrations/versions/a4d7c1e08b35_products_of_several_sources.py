"""products of several sources are one"""

import sqlalchemy as sa
from alembic import op

revision = "a4d7c1e08b35"
down_revision = "d19a6b3e57c4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("order_lines", "refunds"):
        op.add_column(table, sa.Column("merged_title", sa.String(), nullable=True))
    op.add_column("stock_levels", sa.Column("covered_by_id", sa.String(length=36), nullable=True))
    op.add_column(
        "stock_levels", sa.Column("counted_product_id", sa.String(length=36), nullable=False, server_default="")
    )
    op.execute("UPDATE stock_levels SET counted_product_id = product_id")


def downgrade() -> None:
    for column in ("counted_product_id", "covered_by_id"):
        op.drop_column("stock_levels", column)
    for table in ("refunds", "order_lines"):
        op.drop_column(table, "merged_title")
