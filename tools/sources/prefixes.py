"""Columns that bear a short form of a table in their name: "cli_town" of a client is its town, "base_br" the base branch of
somebody.

What all columns of a table begin with says nothing of any of them. Read as a word it does harm: "inv_total" is the total of
an invoice and no invoice total among others, "apt_mins" no figure that is called an appointment. The layer is drafted from
the names without it, and bound to those of the database. What leads to another table by its short name is called by the long one.
"""

from collections.abc import Mapping, Sequence

from storage.sources.catalogue import BoundTable, ColumnFacts, SourceCatalogue, TableFacts
from storage.sources.keys import KEY_ENDINGS
from tools.sources.naming import noun_of, raw_words, singular

_LEAST = 3
"""Columns that a prefix has to be in front of, to be one."""
_LONGEST = 5
"""Letters of what is short for a table: what is longer is a word that may say something."""

Renamed = Mapping[str, Mapping[str, str]]
"""Table → the name of a column without its prefix → its name in the database."""


def without_prefixes(catalogue: SourceCatalogue) -> tuple[SourceCatalogue, Renamed]:
    """The catalogue with the bare names of its columns, and what these are in the database."""
    shorts = {table.name: _short_name(table) for table in catalogue.tables}
    renamed = {table.name: _bare_names(table, shorts) for table in catalogue.tables}
    bare = {table: {written: name for name, written in names.items()} for table, names in renamed.items()}
    tables = tuple(_with_names(table, bare) for table in catalogue.tables)
    return catalogue.model_copy(update={"tables": tables}), renamed


def as_written(table: BoundTable, renamed: Renamed) -> BoundTable:
    """A bound table with the names that its columns have in the database."""
    names = renamed.get(table.table, {})
    columns = tuple(
        column.model_copy(
            update={
                "column": names.get(column.column, column.column),
                "other": names.get(column.other, column.other) if column.other else None,
            }
        )
        for column in table.columns
    )
    return table.model_copy(update={"columns": columns})


def _with_names(table: TableFacts, bare: Mapping[str, Mapping[str, str]]) -> TableFacts:
    own = bare[table.name]
    columns = tuple(c.model_copy(update={"name": own.get(c.name, c.name)}) for c in table.columns)
    keys = tuple(
        key.model_copy(
            update={
                "column": own.get(key.column, key.column),
                "target_column": bare.get(key.target, {}).get(key.target_column, key.target_column),
            }
        )
        for key in table.foreign_keys
    )
    return table.model_copy(update={"columns": columns, "foreign_keys": keys})


def _bare_names(table: TableFacts, shorts: Mapping[str, str | None]) -> dict[str, str]:
    """Bare name → written name, of the columns that have the prefix of their table, and of those that lead to another one by
    its short name. The key keeps its name: by that of a number or a code people know a row."""
    prefix, leads = _prefix_of(table), {key.column: key.target for key in table.foreign_keys}
    bare: dict[str, str] = {}
    for column in table.columns:
        if column.name == table.key:
            continue
        name = column.name[len(prefix) + 1 :] if prefix is not None and _has(column, prefix) else column.name
        if (target := leads.get(column.name)) is not None and (short := shorts.get(target)) is not None:
            name = _with_long_name(name, short, noun_of(target).singular)
        if name != column.name:
            bare[name] = column.name
    kept = {column.name for column in table.columns} - {*bare.values()}
    renamed = sum(name != written for name, written in bare.items())
    return {} if kept & {*bare} or len(bare) < renamed else bare


def _short_name(table: TableFacts) -> str | None:
    """What a table calls itself in its key: "br" of "br_code"."""
    stem, _, ending = (table.key or "").lower().rpartition("_")
    return (
        stem if stem.isalpha() and f"_{ending}" in KEY_ENDINGS and _is_short_for(stem, raw_words(table.name)) else None
    )


def _with_long_name(name: str, short: str, noun: str) -> str:
    """ "base_branch" of "base_br", "client_id" of "cli_id"."""
    words = name.lower().split("_")
    ending = words.pop() if len(words) > 1 and f"_{words[-1]}" in KEY_ENDINGS else None
    if words[-1:] != [short]:
        return name
    return "_".join([*words[:-1], *noun.split(), *([ending] if ending else ())])


def _prefix_of(table: TableFacts) -> str | None:
    links = {key.column for key in table.foreign_keys}
    own = [column for column in table.columns if column.name != table.key and column.name not in links]
    heads = {column.name.partition("_")[0].lower() for column in own}
    head = heads.pop() if len(heads) == 1 else ""
    if len(own) < _LEAST or not head.isalpha() or len(head) > _LONGEST or not all(_has(c, head) for c in own):
        return None
    return head if _is_short_for(head, raw_words(table.name)) else None


def _has(column: ColumnFacts, prefix: str) -> bool:
    """Whether a column has a name of its own behind the prefix."""
    head, _, rest = column.name.partition("_")
    return head.lower() == prefix and rest[:1].isalpha()


def _is_short_for(head: str, words: Sequence[str]) -> bool:
    """Whether letters are what is left of a table's name, or of one of its words, and not the word itself."""
    if head in {*words, *(singular(word) for word in words)}:
        return False
    initials = "".join(word[0] for word in words)
    return head == initials or any(word[0] == head[0] and _is_within(head, word) for word in (*words, "".join(words)))


def _is_within(short: str, word: str) -> bool:
    letters = iter(word)
    return all(letter in letters for letter in short)
