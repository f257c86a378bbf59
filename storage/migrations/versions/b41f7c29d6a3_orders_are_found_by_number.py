"""orders are found by their number"""

from alembic import op

revision = "b41f7c29d6a3"
down_revision = "6f3d81a0c9e7"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_unified_orders_tenant_id_number"), "unified_orders", ["tenant_id", "number"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_unified_orders_tenant_id_number"), table_name="unified_orders")
