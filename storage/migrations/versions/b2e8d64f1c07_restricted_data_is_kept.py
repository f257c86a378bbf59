"""restricted data is kept from remote models"""

import sqlalchemy as sa
from alembic import op

revision = "b2e8d64f1c07"
down_revision = "a4d7c1e08b35"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("keeps_restricted_data", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("tenants", column)


def downgrade() -> None:
    op.drop_column("tenants", "keeps_restricted_data")
