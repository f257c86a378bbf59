"""SQL that an analyst, or a model for one, writes herself (contract: /api/modules/mini-foundry/sql)."""

from typing import Literal

from pydantic import Field

from tools.kit.blocks import Cell
from tools.kit.capability import Contract

MOST_ROWS = 5_000


class SqlRequest(Contract):
    """One SELECT over the views of the tenant's own data."""

    sql: str = Field(
        min_length=1,
        max_length=10_000,
        description="One SELECT over the listed tables. No other statement, schema, function or recursion.",
        examples=["select channel, count(*) as orders from orders group by channel order by 2 desc"],
    )
    limit: int = Field(default=1_000, ge=1, le=MOST_ROWS, description="How many rows are given at most.")


class SqlAnswer(Contract):
    """`truncated` tells that there are more rows. Columns are named as the statement names them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    truncated: bool
    sql: str
    elapsed_ms: float


class ColumnView(Contract):
    name: str
    type: Literal["text", "date", "number", "integer"]


class TableView(Contract):
    name: str
    about: str
    columns: tuple[ColumnView, ...]


class SqlTables(Contract):
    """What can be read, and in which database's SQL. Amounts are in units of the row's currency."""

    dialect: Literal["sqlite", "postgresql"]
    tables: tuple[TableView, ...]
