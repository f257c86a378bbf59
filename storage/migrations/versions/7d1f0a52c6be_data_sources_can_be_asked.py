"""data sources can be asked"""
# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

revision = "7d1f0a52c6be"
down_revision = "c483cfbe1864"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("data_sources", sa.Column("credentials", sa.Text(), nullable=True))
    op.add_column("data_sources", sa.Column("layer", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("data_sources", "layer")
    op.drop_column("data_sources", "credentials")
