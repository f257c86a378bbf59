"""one thing of several sources"""

# Columns without a model have no type:
# pyright: reportUnknownArgumentType=false

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "c5ef89481213"
down_revision = "c3d9e51a70f4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resolution_decisions",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("left_key", sa.String(), nullable=False),
        sa.Column("right_key", sa.String(), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=True),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_resolution_decisions_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution_decisions")),
        sa.UniqueConstraint(
            "tenant_id",
            "kind",
            "left_key",
            "right_key",
            name=op.f("uq_resolution_decisions_tenant_id_kind_left_key_right_key"),
        ),
    )
    op.create_table(
        "resolution_keys",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_resolution_keys_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "key", "subject_id", name=op.f("pk_resolution_keys")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_resolution_keys_tenant_id_subject_id"), "resolution_keys", ["tenant_id", "subject_id"], unique=False
    )
    op.create_table(
        "resolution_counts",
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_resolution_counts_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("tenant_id", "key", name=op.f("pk_resolution_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "resolution_pairs",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("left_id", sa.String(length=36), nullable=False),
        sa.Column("right_id", sa.String(length=36), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("bits", sa.Double(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("weighed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenants.id"],
            name=op.f("fk_resolution_pairs_tenant_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution_pairs")),
        sa.UniqueConstraint(
            "tenant_id", "left_id", "right_id", name=op.f("uq_resolution_pairs_tenant_id_left_id_right_id")
        ),
    )
    op.create_index(
        op.f("ix_resolution_pairs_tenant_id_kind_accepted_bits"),
        "resolution_pairs",
        ["tenant_id", "kind", "accepted", "bits"],
        unique=False,
    )
    op.create_index(
        op.f("ix_resolution_pairs_tenant_id_right_id"), "resolution_pairs", ["tenant_id", "right_id"], unique=False
    )
    op.add_column("contacts", sa.Column("customer_id", sa.String(length=36), nullable=True))
    op.create_index(op.f("ix_contacts_tenant_id_customer_id"), "contacts", ["tenant_id", "customer_id"], unique=False)
    op.add_column("ingestion_batches", sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("customer_id", sa.String(length=36), nullable=True))
    op.create_index(op.f("ix_messages_tenant_id_customer_id"), "messages", ["tenant_id", "customer_id"], unique=False)
    op.add_column("order_lines", sa.Column("source_product_id", sa.String(length=36), nullable=True))
    op.add_column("refunds", sa.Column("source_product_id", sa.String(length=36), nullable=True))
    op.add_column("refunds", sa.Column("source_customer_id", sa.String(length=36), nullable=True))
    op.create_index(op.f("ix_refunds_tenant_id_customer_id"), "refunds", ["tenant_id", "customer_id"], unique=False)
    op.create_index(op.f("ix_refunds_tenant_id_product_id"), "refunds", ["tenant_id", "product_id"], unique=False)
    op.add_column("unified_customers", sa.Column("merged_into_id", sa.String(length=36), nullable=True))
    op.create_index(
        op.f("ix_unified_customers_tenant_id_merged_into_id"),
        "unified_customers",
        ["tenant_id", "merged_into_id"],
        unique=False,
    )
    op.add_column("unified_orders", sa.Column("source_customer_id", sa.String(length=36), nullable=True))
    op.add_column("unified_orders", sa.Column("duplicate_of_id", sa.String(length=36), nullable=True))
    op.add_column("unified_products", sa.Column("merged_into_id", sa.String(length=36), nullable=True))
    op.create_index(
        op.f("ix_unified_products_tenant_id_merged_into_id"),
        "unified_products",
        ["tenant_id", "merged_into_id"],
        unique=False,
    )
    op.add_column("unified_transactions", sa.Column("source_customer_id", sa.String(length=36), nullable=True))
    op.add_column("unified_transactions", sa.Column("duplicate_of_id", sa.String(length=36), nullable=True))
    op.create_index(
        op.f("ix_unified_transactions_tenant_id_customer_id"),
        "unified_transactions",
        ["tenant_id", "customer_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_unified_transactions_tenant_id_order_id"),
        "unified_transactions",
        ["tenant_id", "order_id"],
        unique=False,
    )
    rules.keep_to_tenant(["resolution_counts", "resolution_decisions", "resolution_keys", "resolution_pairs"])


def downgrade() -> None:
    op.drop_index(op.f("ix_unified_transactions_tenant_id_order_id"), table_name="unified_transactions")
    op.drop_index(op.f("ix_unified_transactions_tenant_id_customer_id"), table_name="unified_transactions")
    op.drop_column("unified_transactions", "duplicate_of_id")
    op.drop_column("unified_transactions", "source_customer_id")
    op.drop_index(op.f("ix_unified_products_tenant_id_merged_into_id"), table_name="unified_products")
    op.drop_column("unified_products", "merged_into_id")
    op.drop_column("unified_orders", "duplicate_of_id")
    op.drop_column("unified_orders", "source_customer_id")
    op.drop_index(op.f("ix_unified_customers_tenant_id_merged_into_id"), table_name="unified_customers")
    op.drop_column("unified_customers", "merged_into_id")
    op.drop_index(op.f("ix_refunds_tenant_id_product_id"), table_name="refunds")
    op.drop_index(op.f("ix_refunds_tenant_id_customer_id"), table_name="refunds")
    op.drop_column("refunds", "source_customer_id")
    op.drop_column("refunds", "source_product_id")
    op.drop_column("order_lines", "source_product_id")
    op.drop_index(op.f("ix_messages_tenant_id_customer_id"), table_name="messages")
    op.drop_column("messages", "customer_id")
    op.drop_column("ingestion_batches", "resolved_at")
    op.drop_index(op.f("ix_contacts_tenant_id_customer_id"), table_name="contacts")
    op.drop_column("contacts", "customer_id")
    op.drop_index(op.f("ix_resolution_pairs_tenant_id_right_id"), table_name="resolution_pairs")
    op.drop_index(op.f("ix_resolution_pairs_tenant_id_kind_accepted_bits"), table_name="resolution_pairs")
    op.drop_table("resolution_pairs")
    op.drop_index(op.f("ix_resolution_keys_tenant_id_subject_id"), table_name="resolution_keys")
    op.drop_table("resolution_keys")
    op.drop_table("resolution_decisions")
    op.drop_table("resolution_counts")
