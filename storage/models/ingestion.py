"""Where rows come from: sources, batches, raw records, links, rejects, and the undo log."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.models.base import SECRET, UNLISTED, Base, Id, Identified, Stamped, TenantOwned, Unaudited


class Connector(Identified, TenantOwned, Stamped, Base):
    """A source of data: a vendor's account, or a family of files with the same columns (`type` = "file")."""

    __tablename__ = "connectors"
    __table_args__ = (UniqueConstraint("tenant_id", "type", "external_key"),)

    type: Mapped[str] = mapped_column(String(40))
    name: Mapped[str]
    external_key: Mapped[str]
    """The vendor's account id; for files a signature of the columns, so that the next export finds its source."""
    status: Mapped[str] = mapped_column(default="active")
    """active | needs_reconnect | disconnected; files are always active."""
    status_message: Mapped[str | None]
    """What the owner is told where it is not active."""
    config: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Settings without secrets; for files the agreed mapping, currency and time zone."""
    credentials: Mapped[str | None] = mapped_column(Text, info=SECRET | UNLISTED)
    """Encrypted (MultiFernet); never read outside tools.connectors. Renewed many times a day, so only connecting and
    disconnecting are in the audit."""
    previous_credentials: Mapped[str | None] = mapped_column(Text, info=SECRET | UNLISTED)
    """The refresh token that the newest one replaced, encrypted: kept until a call with its successor has succeeded."""
    credential_version: Mapped[int] = mapped_column(default=0, info=UNLISTED)
    """Counts what was stored in `credentials`: who renews them writes only where the count is as they found it."""
    lease_owner: Mapped[str | None] = mapped_column(Id, info=UNLISTED)
    """Who is renewing the credentials now, until `lease_until`."""
    webhook_secret: Mapped[str | None] = mapped_column(Text, info=SECRET | UNLISTED)
    """What the vendor repeats or signs with in webhooks of this connection alone, encrypted."""
    connected_at: Mapped[datetime | None] = mapped_column(info=UNLISTED)
    """When the account last let us in: what a vendor says of an end before that is of an earlier time."""
    lease_until: Mapped[datetime | None] = mapped_column(info=UNLISTED)
    last_sync_at: Mapped[datetime | None]
    mapping_version: Mapped[int | None] = mapped_column(info=UNLISTED)
    """The version of the vendor's mapping that all its rows were made with; None before the first, and of files."""
    erased_at: Mapped[datetime | None] = mapped_column(info=UNLISTED)
    """When the vendor asked for all of the account to be erased: its records may be deleted from then on. None again once it
    is connected and was read anew."""


class OAuthState(Identified, TenantOwned, Stamped, Unaudited, Base):
    """An authorization that was begun and not yet come back from. Deleted when it is used: nobody comes back twice."""

    __tablename__ = "oauth_states"
    __table_args__ = (UniqueConstraint("nonce_hash"), Index(None, "expires_at"))

    user_id: Mapped[str | None] = mapped_column(Id)
    """Who began it; None for a machine."""
    role: Mapped[str] = mapped_column(String(20))
    vendor: Mapped[str] = mapped_column(String(40))
    nonce_hash: Mapped[str] = mapped_column(String(64), info=SECRET)
    sealed: Mapped[str] = mapped_column(Text, info=SECRET)
    """The PKCE verifier and the settings of the connection to be, encrypted."""
    expires_at: Mapped[datetime]


class Disconnection(Identified, TenantOwned, Stamped, Unaudited, Base):
    """A connection that its owner has ended, as long as the vendor was not told. Deleted once it was, when the account is
    connected again, and at `ends_at` in any case."""

    __tablename__ = "disconnections"
    __table_args__ = (Index(None, "due_at"),)

    connector_id: Mapped[str] = mapped_column(Id, ForeignKey("connectors.id", ondelete="CASCADE"))
    sealed: Mapped[str] = mapped_column(Text, info=SECRET)
    """The credentials, encrypted: for telling the vendor, and for nothing else."""
    subscriptions: Mapped[list[Any]] = mapped_column(default=list)
    """What the vendor may send webhooks by: [name, its id, its resource's id]."""
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    """When it is tried again."""
    busy_until: Mapped[datetime | None]
    """Until when somebody is at it."""
    ends_at: Mapped[datetime]
    """When it is forgotten, whether the vendor was told or not."""


VISIBLE_BATCH_STATES = ("committed",)
FINISHED_BATCH_STATES = (*VISIBLE_BATCH_STATES, "profiled", "failed", "undone")
"""Visible, or nothing written yet, or nothing left: such batches have no rows to hide."""


class IngestionBatch(Identified, TenantOwned, Stamped, Base):
    """One import or sync run. Its rows become visible when `status` flips to "committed", all at once.

    States: profiled → applying → committed → undoing → undone; an import that breaks goes from applying by undoing
    to failed, and may be tried again from there.
    """

    __tablename__ = "ingestion_batches"
    __table_args__ = (Index(None, "tenant_id", "status"),)

    connector_id: Mapped[str | None] = mapped_column(Id, ForeignKey("connectors.id"))
    status: Mapped[str] = mapped_column(String(20))
    filename: Mapped[str | None]
    content_hash: Mapped[str | None] = mapped_column(String(64))
    size_bytes: Mapped[int | None]
    entity: Mapped[str | None]
    """What a row of the file is: order_line, order, customer, product, observation, …"""
    profile: Mapped[dict[str, Any]] = mapped_column(default=dict)
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    chunks_done: Mapped[int] = mapped_column(default=0, info=UNLISTED)
    """How many chunks of rows are written; each is written in one transaction with this count, so that a killed
    import goes on exactly where it stopped."""
    rows_read: Mapped[int] = mapped_column(default=0, info=UNLISTED)
    created: Mapped[int] = mapped_column(default=0, info=UNLISTED)
    updated: Mapped[int] = mapped_column(default=0, info=UNLISTED)
    unchanged: Mapped[int] = mapped_column(default=0, info=UNLISTED)
    rejected: Mapped[int] = mapped_column(default=0, info=UNLISTED)
    written: Mapped[dict[str, Any]] = mapped_column(default=dict, info=UNLISTED)
    """Unified table → its rows that were made or changed."""
    committed_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None] = mapped_column(info=UNLISTED)
    """When its rows were compared with those of other sources (see tools.resolution); None while that is to be done."""
    detected_at: Mapped[datetime | None] = mapped_column(info=UNLISTED)
    """When it was looked at for what happened to the business (see tools.events.detection); None while that is to be done."""
    error: Mapped[str | None]


class SyncCursor(Identified, TenantOwned, Stamped, Unaudited, Base):
    """How far the sync of one kind of object of a connection has come. Written with the rows it stands for, so that
    after a crash neither is ahead of the other."""

    __tablename__ = "sync_cursors"
    __table_args__ = (UniqueConstraint("tenant_id", "connector_id", "object"),)

    connector_id: Mapped[str] = mapped_column(Id, ForeignKey("connectors.id", ondelete="CASCADE"))
    object: Mapped[str] = mapped_column(String(60))
    page: Mapped[dict[str, Any] | None]
    """Where the run under way goes on: the vendor's own words for the next page; None between runs."""
    since: Mapped[str | None]
    """From where the next run asks for changes, as the vendor counts them (a moment, a token); None before the first."""
    pending: Mapped[str | None]
    """What `since` becomes when the run under way has ended."""
    full_at: Mapped[datetime | None]
    """When all objects were last listed from the beginning."""


class SyncSighting(Identified, TenantOwned, Unaudited, Base):
    """An object that a run has listed, of a kind that is listed whole: what has none when the list is through was deleted.
    Kept until the run has ended."""

    __tablename__ = "sync_sightings"
    __table_args__ = (UniqueConstraint("tenant_id", "batch_id", "object", "source_id"),)

    batch_id: Mapped[str] = mapped_column(Id, ForeignKey("ingestion_batches.id", ondelete="CASCADE"))
    object: Mapped[str] = mapped_column(String(60))
    source_id: Mapped[str]


class RawRecord(Identified, TenantOwned, Unaudited, Base):
    """One source object exactly as received. Append-only: a changed object is a new version."""

    __tablename__ = "raw_records"
    __table_args__ = (
        UniqueConstraint("tenant_id", "connector_id", "object", "source_id", "version_hash"),
        Index(None, "tenant_id", "batch_id"),
    )

    connector_id: Mapped[str] = mapped_column(Id, ForeignKey("connectors.id"))
    batch_id: Mapped[str] = mapped_column(Id, ForeignKey("ingestion_batches.id"))
    object: Mapped[str] = mapped_column(String(60))
    source_id: Mapped[str]
    version_hash: Mapped[str] = mapped_column(String(64))
    position: Mapped[int | None]
    """The line of the file, 1 being the header."""
    payload: Mapped[str] = mapped_column(Text)
    """JSON text with numbers as the source wrote them."""
    around: Mapped[str | None] = mapped_column(Text)
    """What the object came in, without it, where that says something of it: an event that tells of a deletion."""
    redacted_at: Mapped[datetime | None]
    """When a person's data was taken out of payload and key: the only change that a record can have."""
    received_at: Mapped[datetime]


class RecordLink(Identified, TenantOwned, Unaudited, Base):
    """Says that a unified row was made from a raw record."""

    __tablename__ = "record_links"
    __table_args__ = (
        Index(None, "tenant_id", "unified_type", "unified_id"),
        Index(None, "tenant_id", "raw_record_id"),
    )

    unified_type: Mapped[str] = mapped_column(String(40))
    unified_id: Mapped[str] = mapped_column(Id)
    raw_record_id: Mapped[str] = mapped_column(Id, ForeignKey("raw_records.id", ondelete="CASCADE"))
    batch_id: Mapped[str] = mapped_column(Id)
    mapping_version: Mapped[int | None]
    """The version of the vendor's mapping by which it was made; None of files."""


class BatchChange(Identified, TenantOwned, Unaudited, Base):
    """What a batch changed in a row that was there before it: applied at the flip, reversed by an undo."""

    __tablename__ = "batch_changes"
    __table_args__ = (Index(None, "tenant_id", "batch_id", "unified_id"),)

    batch_id: Mapped[str] = mapped_column(Id, ForeignKey("ingestion_batches.id", ondelete="CASCADE"))
    unified_type: Mapped[str] = mapped_column(String(40))
    unified_id: Mapped[str] = mapped_column(Id)
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]


class ImportReject(Identified, TenantOwned, Unaudited, Base):
    """A row that could not go in, and why. Downloaded as CSV with its reason, mended and imported again."""

    __tablename__ = "import_rejects"
    __table_args__ = (Index(None, "tenant_id", "batch_id", "position"),)

    batch_id: Mapped[str] = mapped_column(Id, ForeignKey("ingestion_batches.id", ondelete="CASCADE"))
    position: Mapped[int]
    column: Mapped[str | None]
    value: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str]
    row: Mapped[dict[str, Any]]
