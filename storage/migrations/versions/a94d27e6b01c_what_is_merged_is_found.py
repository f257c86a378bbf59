"""what is merged is found"""

import sqlalchemy as sa
from alembic import op

revision = "a94d27e6b01c"
down_revision = "2b7d4f9c06e1"
branch_labels = None
depends_on = None

_INDEXES = (
    ("unified_customers", "merged_into_id"),
    ("unified_products", "merged_into_id"),
    ("contacts", "customer_id"),
    ("messages", "customer_id"),
)
"""Tables and the column that is set in few of their rows: only those are indexed."""


def upgrade() -> None:
    for table, column in _INDEXES:
        is_set = sa.text(f"{column} IS NOT NULL")
        op.drop_index(op.f(f"ix_{table}_tenant_id_{column}"), table_name=table)
        op.create_index(
            op.f(f"ix_{table}_tenant_id_{column}"),
            table,
            ["tenant_id", column],
            unique=False,
            sqlite_where=is_set,
            postgresql_where=is_set,
        )


def downgrade() -> None:
    for table, column in _INDEXES:
        op.drop_index(op.f(f"ix_{table}_tenant_id_{column}"), table_name=table)
        op.create_index(op.f(f"ix_{table}_tenant_id_{column}"), table, ["tenant_id", column], unique=False)
