"""imported exchange rates, and dimensions of a tenant's own"""

# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "5e2c94b7d016"
down_revision = "5a7c19e4d2b8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rules.create_roles()
    op.create_table(
        "exchange_rates",
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("per_euro_micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("currency", "day", name=op.f("pk_exchange_rates")),
    )
    op.create_table(
        "tenant_dimensions",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("of", sa.String(length=60), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("synonyms", sa.JSON(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_tenant_dimensions_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant_dimensions")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_tenant_dimensions_tenant_id_name")),
    )
    rules.share(["exchange_rates"])
    rules.keep_to_tenant(["tenant_dimensions"])


def downgrade() -> None:
    op.drop_table("tenant_dimensions")
    op.drop_table("exchange_rates")
