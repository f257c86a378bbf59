"""Guesses which columns lead to other tables where the database does not say so. A guess is by name and kind; whether
the values are there is looked up by the caller."""

import re
from collections.abc import Iterator, Sequence

from storage.sources.catalogue import ColumnFacts, ForeignKey, TableFacts

_ENDINGS = ("_id", "_key", "_code", "_no", "_fk", "_uuid", "id")
_PREFIXES = ("tbl_", "t_", "dim_", "fact_", "fct_", "stg_", "tbl")


def _shared(tables: Sequence[TableFacts]) -> str:
    """What the names of all tables begin with: "pos_"."""
    heads = {table.name.lower().partition("_")[0] for table in tables if not table.is_view}
    return f"{heads.pop()}_" if len(heads) == 1 and len(tables) > 2 else ""  # noqa: PLR2004 — fewer prove nothing


def inferred_keys(table: TableFacts, tables: Sequence[TableFacts]) -> Iterator[ForeignKey]:
    """Guesses, the likelier first for each column."""
    shared = _shared(tables)
    for column in table.columns:
        if column.name == table.key and not _is_shared(table):
            continue
        for target in tables:
            if target is table or target.key is None or not _same_kind(column, target.column(target.key)):
                continue
            if (guess := _by_name(column, target, shared)) is not None:
                yield guess


def _is_shared(table: TableFacts) -> bool:
    """Whether a table's key may lead on: the key of "animal_details" is that of an animal."""
    return not table.key_is_declared


def _by_name(column: ColumnFacts, target: TableFacts, shared: str) -> ForeignKey | None:
    key = target.key or ""
    stem = _stem(column.name)
    if stem is None:
        return None
    names = {name for text in (target.name, target.name.lower().removeprefix(shared)) for name in _names_of(text)}
    if stem in names:
        confidence, reason = 0.9, f"“{column.name}” names the table “{target.name}”."
    elif column.name.lower() == key.lower() and key.lower() not in ("id", "key", "code", "uuid", "name"):
        confidence, reason = 0.85, f"“{column.name}” is the key of “{target.name}”."
    elif any(stem.endswith("_" + name) for name in names):
        confidence, reason = 0.7, f"“{column.name}” ends like the table “{target.name}”."
    else:
        return None
    return ForeignKey(column=column.name, target=target.name, target_column=key, declared=False, confidence=confidence, reason=reason)  # fmt: skip


def _stem(column: str) -> str | None:
    """ "animal" of "animal_id", "animalId" and "AnimalID"; None where nothing says that it leads anywhere."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column).lower()
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending).rstrip("_")
    return name


def _names_of(table: str) -> Iterator[str]:
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", table).lower()
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    yield name
    if name.endswith("ies"):
        yield name[:-3] + "y"
    if name.endswith("es"):
        yield name[:-2]
    if name.endswith("s"):
        yield name[:-1]


def _same_kind(column: ColumnFacts, key: ColumnFacts) -> bool:
    return column.kind == key.kind and column.kind in ("text", "number") and column.form == key.form
