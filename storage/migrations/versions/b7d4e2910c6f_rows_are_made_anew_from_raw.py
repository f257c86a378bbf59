"""rows are made anew from raw, and raw can be redacted"""

import sqlalchemy as sa
from alembic import op

from storage.migrations import rules

revision = "b7d4e2910c6f"
down_revision = "a94d27e6b01c"
branch_labels = None
depends_on = None

_IS_UNFINISHED = "NOT EXISTS (SELECT 1 FROM ingestion_batches b WHERE b.id = OLD.batch_id AND b.status = 'committed')"
_IS_ERASED = "EXISTS (SELECT 1 FROM connectors c WHERE c.id = OLD.connector_id AND c.erased_at IS NOT NULL)"
_IS_REDACTED = (
    "NEW.redacted_at IS NOT NULL AND NEW.id = OLD.id AND NEW.tenant_id = OLD.tenant_id "
    "AND NEW.connector_id = OLD.connector_id AND NEW.batch_id = OLD.batch_id AND NEW.object = OLD.object "
    "AND NEW.source_id = OLD.source_id AND NEW.version_hash = OLD.version_hash AND NEW.received_at = OLD.received_at"
)


def upgrade() -> None:
    op.add_column("connectors", sa.Column("mapping_version", sa.Integer(), nullable=True))
    op.add_column("connectors", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("raw_records", sa.Column("around", sa.Text(), nullable=True))
    op.add_column("raw_records", sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("record_links", sa.Column("mapping_version", sa.Integer(), nullable=True))
    op.drop_index(op.f("ix_batch_changes_tenant_id_batch_id"), table_name="batch_changes")
    op.create_index(
        op.f("ix_batch_changes_tenant_id_batch_id_unified_id"), "batch_changes", ["tenant_id", "batch_id", "unified_id"]
    )
    rules.make_append_only(
        "raw_records", deletable_when=f"{_IS_UNFINISHED} OR {_IS_ERASED}", changeable_when=_IS_REDACTED
    )
    _note_versions()


def _note_versions() -> None:
    """What is there was made by the version that its batch has noted."""
    batches = sa.table(
        "ingestion_batches", *(sa.column(name) for name in ("id", "connector_id", "filename", "status")),
        sa.column("mapping", sa.JSON()),
    )  # fmt: skip
    links = sa.table("record_links", sa.column("batch_id"), sa.column("mapping_version"))
    connectors = sa.table("connectors", sa.column("id"), sa.column("mapping_version"))
    version = batches.c.mapping["version"].as_integer()
    of_vendors = sa.and_(batches.c.filename.is_(None), batches.c.connector_id.is_not(None))
    used = sa.select(version).where(batches.c.id == links.c.batch_id, of_vendors).scalar_subquery()
    op.execute(links.update().values(mapping_version=used))
    oldest = sa.select(sa.func.min(version)).where(
        batches.c.connector_id == connectors.c.id, batches.c.status == "committed", of_vendors
    )
    op.execute(connectors.update().values(mapping_version=oldest.scalar_subquery()))


def downgrade() -> None:
    rules.make_append_only("raw_records", deletable_when=_IS_UNFINISHED)
    op.drop_index(op.f("ix_batch_changes_tenant_id_batch_id_unified_id"), table_name="batch_changes")
    op.create_index(op.f("ix_batch_changes_tenant_id_batch_id"), "batch_changes", ["tenant_id", "batch_id"])
    op.drop_column("record_links", "mapping_version")
    op.drop_column("raw_records", "redacted_at")
    op.drop_column("raw_records", "around")
    op.drop_column("connectors", "erased_at")
    op.drop_column("connectors", "mapping_version")
