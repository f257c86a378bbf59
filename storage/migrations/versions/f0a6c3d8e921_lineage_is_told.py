"""lineage is told

Events in the outbox are claimed by one relay at a time, and say why they were not taken.
"""

import sqlalchemy as sa
from alembic import op

revision = "f0a6c3d8e921"
down_revision = "c3d9e51a70f4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox", sa.Column("error", sa.String(length=200), nullable=True))
    op.create_index(op.f("ix_outbox_tenant_id_topic_key"), "outbox", ["tenant_id", "topic", "key"])


def downgrade() -> None:
    op.drop_index(op.f("ix_outbox_tenant_id_topic_key"), table_name="outbox")
    for column in ("error", "refused_at", "claimed_until"):
        op.drop_column("outbox", column)
