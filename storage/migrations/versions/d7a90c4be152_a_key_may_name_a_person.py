"""a key may name a person

A row of a file may have no other key than the address of whom it tells: where she is erased, it goes too.
"""

from storage.migrations import rules

revision = "d7a90c4be152"
down_revision = "c81e5f2a94d7"
branch_labels = None
depends_on = None

_IS_UNFINISHED = "NOT EXISTS (SELECT 1 FROM ingestion_batches b WHERE b.id = OLD.batch_id AND b.status = 'committed')"
_IS_ERASED = "EXISTS (SELECT 1 FROM connectors c WHERE c.id = OLD.connector_id AND c.erased_at IS NOT NULL)"
_IS_REDACTED = (
    "NEW.redacted_at IS NOT NULL AND NEW.id = OLD.id AND NEW.tenant_id = OLD.tenant_id "
    "AND NEW.connector_id = OLD.connector_id AND NEW.batch_id = OLD.batch_id AND NEW.object = OLD.object "
    "AND NEW.version_hash = OLD.version_hash AND NEW.received_at = OLD.received_at"
)
_HAS_ITS_KEY = "(NEW.source_id = OLD.source_id OR NEW.source_id LIKE 'erased:%')"


def upgrade() -> None:
    _let(f"{_IS_REDACTED} AND {_HAS_ITS_KEY}")


def downgrade() -> None:
    _let(f"{_IS_REDACTED} AND NEW.source_id = OLD.source_id")


def _let(changeable_when: str) -> None:
    rules.make_append_only(
        "raw_records", deletable_when=f"{_IS_UNFINISHED} OR {_IS_ERASED}", changeable_when=changeable_when
    )
