"""relations, and how far syncs have come"""

# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "9a2e4c7f1b83"
down_revision = "8e25d1f7b3a6"
branch_labels = None
depends_on = None

TABLES = ["contacts", "deals", "messages", "calendar_events", "sync_cursors"]


def upgrade() -> None:
    rules.create_roles()
    op.create_table(
        "sync_cursors",
        sa.Column("connector_id", sa.String(length=36), nullable=False),
        sa.Column("object", sa.String(length=60), nullable=False),
        sa.Column("page", sa.JSON(), nullable=True),
        sa.Column("since", sa.String(), nullable=True),
        sa.Column("pending", sa.String(), nullable=True),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["connector_id"],
            ["connectors.id"],
            name=op.f("fk_sync_cursors_connector_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_sync_cursors_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_cursors")),
        sa.UniqueConstraint(
            "tenant_id", "connector_id", "object", name=op.f("uq_sync_cursors_tenant_id_connector_id_object")
        ),
    )
    op.create_table(
        "calendar_events",
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("organiser", sa.String(), nullable=True),
        sa.Column("attendees", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("all_day", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_batch_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_batch_id"],
            ["ingestion_batches.id"],
            name=op.f("fk_calendar_events_created_by_batch_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_calendar_events_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_events")),
        sa.UniqueConstraint("tenant_id", "source_key", name=op.f("uq_calendar_events_tenant_id_source_key")),
    )
    op.create_index(
        op.f("ix_calendar_events_created_by_batch_id"), "calendar_events", ["created_by_batch_id"], unique=False
    )
    op.create_index(
        op.f("ix_calendar_events_tenant_id_starts_on"), "calendar_events", ["tenant_id", "starts_on"], unique=False
    )
    op.create_table(
        "deals",
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("pipeline", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("company", sa.String(), nullable=True),
        sa.Column("contact_keys", sa.JSON(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("amount_micros", sa.BigInteger(), nullable=True),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_batch_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_batch_id"],
            ["ingestion_batches.id"],
            name=op.f("fk_deals_created_by_batch_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_deals_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deals")),
        sa.UniqueConstraint("tenant_id", "source_key", name=op.f("uq_deals_tenant_id_source_key")),
    )
    op.create_index(op.f("ix_deals_created_by_batch_id"), "deals", ["created_by_batch_id"], unique=False)
    op.create_index(
        op.f("ix_deals_tenant_id_status_expected_on"), "deals", ["tenant_id", "status", "expected_on"], unique=False
    )
    op.create_table(
        "messages",
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("preview", sa.String(), nullable=True),
        sa.Column("sender", sa.String(), nullable=True),
        sa.Column("sender_name", sa.String(), nullable=True),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("folder", sa.String(), nullable=True),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_read", sa.Boolean(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_batch_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_batch_id"],
            ["ingestion_batches.id"],
            name=op.f("fk_messages_created_by_batch_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_messages_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("tenant_id", "source_key", name=op.f("uq_messages_tenant_id_source_key")),
    )
    op.create_index(op.f("ix_messages_created_by_batch_id"), "messages", ["created_by_batch_id"], unique=False)
    op.create_index(op.f("ix_messages_tenant_id_sender"), "messages", ["tenant_id", "sender"], unique=False)
    op.create_index(op.f("ix_messages_tenant_id_sent_at"), "messages", ["tenant_id", "sent_at"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("source_key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("company", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("stage", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("address_id", sa.String(length=36), nullable=True),
        sa.Column("contact_created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_batch_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["address_id"], ["addresses.id"], name=op.f("fk_contacts_address_id"), initially="DEFERRED", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["created_by_batch_id"],
            ["ingestion_batches.id"],
            name=op.f("fk_contacts_created_by_batch_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_contacts_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("tenant_id", "source_key", name=op.f("uq_contacts_tenant_id_source_key")),
    )
    op.create_index(op.f("ix_contacts_created_by_batch_id"), "contacts", ["created_by_batch_id"], unique=False)
    op.create_index(op.f("ix_contacts_tenant_id_email"), "contacts", ["tenant_id", "email"], unique=False)
    op.add_column("unified_customers", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("unified_products", sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("unified_transactions", sa.Column("settled_currency", sa.String(length=3), nullable=True))
    op.add_column("unified_transactions", sa.Column("settled_micros", sa.BigInteger(), nullable=True))
    rules.keep_to_tenant(TABLES)


def downgrade() -> None:
    op.drop_column("unified_transactions", "settled_micros")
    op.drop_column("unified_transactions", "settled_currency")
    op.drop_column("unified_products", "deleted_at")
    op.drop_column("unified_customers", "deleted_at")
    op.drop_table("contacts")
    op.drop_table("messages")
    op.drop_table("deals")
    op.drop_table("calendar_events")
    op.drop_table("sync_cursors")
