"""Data sources as the outside sees them, and the draft of a semantic layer."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, SecretStr, StringConstraints, model_validator

from storage.metrics.model import SemanticModel
from storage.sources.catalogue import Binding
from tools.kit.capability import Contract
from tools.sources.scheme import SchemeTable

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
SourceType = Literal["sqlite", "postgresql", "files", "duckdb", "mysql"]
Status = Literal["connected", "draft", "approved"]


class Proposal(Contract):
    """One guess of the draft: what it is about (a JSON pointer into the model), how sure it is, and why."""

    pointer: str
    confidence: float = Field(ge=0, le=1)
    reason: str


class DraftLayer(Contract):
    """A semantic layer as it was drafted or corrected, and how it is read from the source."""

    model: SemanticModel
    binding: Binding
    proposals: tuple[Proposal, ...] = ()
    left_out: tuple[str, ...] = ()
    currency: str | None = None
    other_names: dict[str, dict[str, str]] = Field(default_factory=dict)
    """dimension → another name of a value → the value: "unpaid" is "Not paid"."""
    scheme: tuple[SchemeTable, ...] = ()
    """The tables as plain questions are read against them; none in a layer that was drafted before there was such."""
    unsettled_days: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """entity → its dates, where nothing tells which of them says when a row happens: the owner's correction does."""


class SqliteConfig(Contract):
    """A database file on the server, in a folder that its operator allows."""

    type: Literal["sqlite"]
    path: str = Field(min_length=1, max_length=1_000, examples=["/srv/data/clinic.db"])


class FilesConfig(Contract):
    """A folder on the server, within one that its operator allows: its CSV, TSV, XLSX, JSON Lines and Parquet files are
    the tables. Or one such file."""

    type: Literal["files"]
    path: str = Field(min_length=1, max_length=1_000, examples=["/srv/data/exports"])


class DuckdbConfig(Contract):
    """A DuckDB file on the server, in a folder that its operator allows."""

    type: Literal["duckdb"]
    path: str = Field(min_length=1, max_length=1_000, examples=["/srv/data/clinic.duckdb"])


class ServerConfig(Contract):
    """A server that its operator allows. The user should be one that may only read."""

    host: str = Field(min_length=1, max_length=253, examples=["db.clinic.example"])
    database: str = Field(min_length=1, max_length=63)
    user: str = Field(min_length=1, max_length=63)
    password: SecretStr = Field(default=SecretStr(""), max_length=1_000)
    tls: bool = True
    """Whether the connection is encrypted and the server's certificate checked."""


class PostgresConfig(ServerConfig):
    """A PostgreSQL server."""

    type: Literal["postgresql"]
    port: int = Field(default=5432, ge=1, le=65_535)


class MysqlConfig(ServerConfig):
    """A MySQL or MariaDB server. It is copied when it is looked at, and again when the copy is a quarter of an hour old."""

    type: Literal["mysql"]
    port: int = Field(default=3306, ge=1, le=65_535)


SourceConfig = Annotated[
    SqliteConfig | FilesConfig | DuckdbConfig | PostgresConfig | MysqlConfig, Field(discriminator="type")
]


class NewDataSource(Contract):
    name: Name
    connection: SourceConfig


class DataSourcePatch(Contract):
    """What is not sent stays. A new connection makes the draft be made anew."""

    name: Name | None = None
    connection: SourceConfig | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "DataSourcePatch":
        if self.name is None and self.connection is None:
            raise ValueError("nothing to change")
        return self


class DataSourceView(Contract):
    """A data source without its secrets. `place` is the file's name, or the database and its host."""

    id: str
    name: str
    type: SourceType
    place: str
    status: Status
    tables: int | None = None
    metrics: int | None = None
    dimensions: int | None = None
    last_introspected_at: datetime | None = None
    created_at: datetime


class EntityView(Contract):
    """One table as it was found."""

    entity: str
    table: str
    rows: int
    day: str | None = None
    first: date | None = None
    last: date | None = None


class LayerView(Contract):
    """The semantic layer of a source: what can be asked, how sure each guess is, and what was left out."""

    status: Status
    model: SemanticModel
    proposals: tuple[Proposal, ...]
    left_out: tuple[str, ...]
    currency: str | None = None
    columns: dict[str, tuple[str, ...]]
    """Table → names that a correction may use for its columns."""


class ShopSource(Contract):
    """Where the shop's own figures come from: an import or a sync, and the rows that it brought."""

    name: str
    rows: int


class DataSourceList(Contract):
    """The databases that can be asked, and beside them the sources of the shop's own figures."""

    items: tuple[DataSourceView, ...]
    shop: tuple[ShopSource, ...] = ()


class ListDataSourcesRequest(Contract):
    """Nothing to say: all of them."""
