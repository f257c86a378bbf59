"""what is watched: insights put aside, targets, alerts and notifications"""

# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "5a7c19e4d2b8"
down_revision = "5e0c7a91d4b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    rules.create_roles()
    op.create_table(
        "insight_marks",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("finding", sa.String(length=40), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        *_shared("insight_marks"),
        sa.UniqueConstraint(
            "tenant_id",
            "user_id",
            "subject",
            "finding",
            name=op.f("uq_insight_marks_tenant_id_user_id_subject_finding"),
        ),
    )
    op.create_table(
        "kpis",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("metric", sa.String(length=80), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("target", sa.JSON(), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("direction", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=True),
        *_shared("kpis"),
    )
    op.create_index("ix_kpis_tenant_id_metric", "kpis", ["tenant_id", "metric"])
    op.create_table(
        "kpi_versions",
        sa.Column("kpi_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        *_shared("kpi_versions"),
        _owned("kpi_versions", "kpi_id", "kpis"),
        sa.UniqueConstraint("tenant_id", "kpi_id", "version", name=op.f("uq_kpi_versions_tenant_id_kpi_id_version")),
    )
    op.create_table(
        "alerts",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("metric", sa.String(length=80), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("condition", sa.JSON(), nullable=False),
        sa.Column("grain", sa.String(length=10), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("cooldown_days", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("last_fired_on", sa.Date(), nullable=True),
        sa.Column("last_checked_on", sa.Date(), nullable=True),
        sa.Column("last_bucket", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=36), nullable=True),
        *_shared("alerts"),
    )
    op.create_index("ix_alerts_tenant_id_metric", "alerts", ["tenant_id", "metric"])
    op.create_index("ix_alerts_is_active_last_checked_on", "alerts", ["is_active", "last_checked_on"])
    op.create_table(
        "alert_checks",
        sa.Column("alert_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bucket", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        *_shared("alert_checks"),
        _owned("alert_checks", "alert_id", "alerts"),
        sa.UniqueConstraint("tenant_id", "alert_id", "day", name=op.f("uq_alert_checks_tenant_id_alert_id_day")),
    )
    op.create_table(
        "notifications",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=True),
        *_shared("notifications"),
    )
    op.create_index("ix_notifications_tenant_id_id", "notifications", ["tenant_id", "id"])
    op.create_table(
        "notification_reads",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("notification_id", sa.String(length=36), nullable=False),
        *_shared("notification_reads"),
        _owned("notification_reads", "notification_id", "notifications"),
        sa.UniqueConstraint(
            "tenant_id",
            "user_id",
            "notification_id",
            name=op.f("uq_notification_reads_tenant_id_user_id_notification_id"),
        ),
    )
    rules.keep_to_tenant(
        ["insight_marks", "kpis", "kpi_versions", "alerts", "alert_checks", "notifications", "notification_reads"]
    )


def downgrade() -> None:
    op.drop_table("notification_reads")
    op.drop_table("notifications")
    op.drop_table("alert_checks")
    op.drop_table("alerts")
    op.drop_table("kpi_versions")
    op.drop_table("kpis")
    op.drop_table("insight_marks")


def _owned(table: str, column: str, by: str) -> sa.ForeignKeyConstraint:
    """The row of another table that a row goes with."""
    return sa.ForeignKeyConstraint(
        [column],
        [f"{by}.id"],
        name=op.f(f"fk_{table}_{column}"),
        ondelete="CASCADE",
        initially="DEFERRED",
        deferrable=True,
    )


def _shared(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    """What every row of a tenant has."""
    return (
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f(f"fk_{table}_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
