"""What an import looks like from outside: the profile of a file, its mapping, reports and sources."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from tools.ingestion.catalogue import Entity
from tools.ingestion.file_mapping import FileMapping
from tools.kit.capability import Contract

ImportStatus = Literal["profiled", "applying", "committed", "failed", "undoing", "undone"]


class FieldChoice(Contract):
    """A meaning that a column can be given."""

    id: str
    label: str


class Alternative(Contract):
    field: str
    confidence: float


class ColumnView(Contract):
    """One column as it was understood. `confidence` lies between 0 and 1."""

    column: str
    field: str | None
    label: str | None
    confidence: float
    alternatives: tuple[Alternative, ...] = ()
    samples: tuple[str, ...] = ()
    filled: float = Field(description="Share of rows in which the column holds something.")


class ProfileProblem(Contract):
    """Something to look at before the file is committed. `blocking` ones must be settled first."""

    code: Literal["no_meaning", "missing_field", "no_amount", "ambiguous_dates", "rows_rejected", "note", "same_file"]
    message: str
    column: str | None = None
    blocking: bool = False


class ProfileQuestion(Contract):
    """Asked once per source. `field` is where the answer goes in the mapping; without one `default` holds."""

    field: Literal["currency", "timezone", "date_order"]
    question: str
    default: str
    options: tuple[str, ...] = ()


class PreviewTable(Contract):
    """The first rows as they would be stored."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class FileProfile(Contract):
    """A file, read but not yet imported."""

    file_id: str
    filename: str
    status: ImportStatus
    format: str
    size_bytes: int
    rows: int
    entity: Entity
    entity_label: str
    confidence: float
    source: str | None = Field(description="The known source that the file is a new export of.")
    columns: tuple[ColumnView, ...]
    fields: tuple[FieldChoice, ...] = Field(description="Every meaning that a column of this entity can have.")
    mapping: FileMapping
    preview: PreviewTable
    problems: tuple[ProfileProblem, ...] = ()
    questions: tuple[ProfileQuestion, ...] = ()


class ImportReport(Contract):
    """What an import did, in rows of the file: created + updated + unchanged + rejected = rows."""

    file_id: str
    filename: str
    source_id: str | None
    status: ImportStatus
    entity: Entity | None
    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    imported_at: datetime | None = None
    error: str | None = None


class SourceView(Contract):
    """Where data comes from."""

    id: str
    name: str
    type: str
    status: str
    entity: Entity | None
    rows: int
    last_sync_at: datetime | None


class ListImportsRequest(Contract):
    """Which files were imported, newest first."""

    limit: int = Field(default=20, ge=1, le=200)
    cursor: str | None = None


class ImportList(Contract):
    items: tuple[ImportReport, ...]
    next_cursor: str | None = None


class ListSourcesRequest(Contract):
    """Which sources feed the figures."""


class SourceList(Contract):
    items: tuple[SourceView, ...]


class UndoImportRequest(Contract):
    """Take an import back: its rows disappear, and what it changed is as before."""

    file: str = Field(
        min_length=1,
        max_length=300,
        description='The import to take back: its id, its file name, or "last" for the newest one.',
        examples=["last", "orders_march.csv"],
    )
