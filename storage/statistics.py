"""What a database's query planner knows of the tables of trade (sqlite.org/lang_analyze.html)."""

from typing import Final

from sqlalchemy import Connection, text

_TABLES: Final = (
    "addresses", "unified_customers", "unified_products", "unified_orders", "order_lines", "refunds", "unified_transactions",
    "contacts", "messages",
)  # fmt: skip
_WORTH_FROM: Final = 1_000
"""Rows below which no plan is slow."""
_WORTH_FROM_PAGES: Final = 16
"""Pages of 8 KiB that so many rows take."""


def learn_sizes(connection: Connection) -> bool:
    """Counts what is in the tables of trade where the database has not, or has when there was less than half as much; on
    a server also where much was written since. Returns whether it did. SQLite takes a tenth of a second for a hundred thousand
    rows, in which nobody else can write; PostgreSQL, which looks at a sample, a few at most. There it takes the tables' owner."""
    grown = _grown_on_server(connection) if connection.dialect.name == "postgresql" else _grown(connection)
    for table in grown:
        connection.exec_driver_sql(f"ANALYZE {table}")
    return bool(grown)


def _grown(connection: Connection) -> list[str]:
    told = connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'").scalar_one()
    known: dict[str, int] = {}
    if told:
        for table, stat in connection.exec_driver_sql("SELECT tbl, stat FROM sqlite_stat1"):
            known[table] = max(known.get(table, 0), int(str(stat).split(maxsplit=1)[0]))
    # No fewer than there are: the newest row's number, which is found at once.
    numbers = ", ".join(f"(SELECT max(rowid) FROM {table})" for table in _TABLES)  # noqa: S608 - our own tables
    rows = connection.exec_driver_sql(f"SELECT {numbers}").one()
    return [
        table
        for table, count in zip(_TABLES, rows, strict=True)
        if (count or 0) >= max(_WORTH_FROM, 2 * known.get(table, 0))
    ]


def _grown_on_server(connection: Connection) -> list[str]:
    """By their pages: how many there are, and were when they were counted last. And by what was written since: to a tenant
    that came after that, the planner grants one row of a table that its neighbours fill, and goes through all that it has
    for each of them. PostgreSQL looks by itself at a tenth of the table, which a new neighbour may never come to."""
    statement = text(
        "SELECT relname FROM pg_class WHERE oid = ANY(CAST(:tables AS regclass[])) "
        "AND (pg_relation_size(oid) / current_setting('block_size')::bigint >= greatest(:pages, 2 * relpages) "
        "OR pg_stat_get_mod_since_analyze(oid) >= :rows)"
    )
    worth_from = {"pages": _WORTH_FROM_PAGES, "rows": _WORTH_FROM}
    return list(connection.scalars(statement, {"tables": list(_TABLES), **worth_from}))
