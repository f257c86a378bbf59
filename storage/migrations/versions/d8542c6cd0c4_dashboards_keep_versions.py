"""dashboards keep versions, and filters, a period and who sees them; widgets a question or a query"""

# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "d8542c6cd0c4"
down_revision = "7d1f0a52c6be"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rules.create_roles()
    op.create_table(
        "dashboard_versions",
        sa.Column("dashboard_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dashboard_id"],
            ["dashboards.id"],
            name=op.f("fk_dashboard_versions_dashboard_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_dashboard_versions_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dashboard_versions")),
        sa.UniqueConstraint(
            "tenant_id", "dashboard_id", "version", name=op.f("uq_dashboard_versions_tenant_id_dashboard_id_version")
        ),
    )
    # Added and not rebuilt: SQLite would delete the widgets with the old table. The defaults are for rows that are there.
    op.add_column("dashboards", sa.Column("filters", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("dashboards", sa.Column("period", sa.String(length=200), nullable=True))
    op.add_column("dashboards", sa.Column("visibility", sa.String(length=20), nullable=False, server_default="private"))
    op.add_column("dashboards", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("widgets") as widgets:
        widgets.add_column(sa.Column("question", sa.Text(), nullable=True))
        widgets.add_column(sa.Column("period", sa.String(length=200), nullable=True))
        widgets.alter_column("query", existing_type=sa.JSON(), nullable=True)
    rules.keep_to_tenant(["dashboard_versions"])


def downgrade() -> None:
    op.execute("DELETE FROM widgets WHERE query IS NULL OR CAST(query AS TEXT) = 'null'")
    with op.batch_alter_table("widgets") as widgets:
        widgets.alter_column("query", existing_type=sa.JSON(), nullable=False)
        widgets.drop_column("period")
        widgets.drop_column("question")
    op.drop_column("dashboards", "version")
    op.drop_column("dashboards", "visibility")
    op.drop_column("dashboards", "period")
    op.drop_column("dashboards", "filters")
    op.drop_table("dashboard_versions")
