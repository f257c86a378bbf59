"""Guesses which columns lead to other tables where the database does not say so. A guess is by name and kind; whether
the values are there is looked up by the caller."""

import re
from collections.abc import Iterator, Sequence

from storage.sources.catalogue import ColumnFacts, ForeignKey, TableFacts

KEY_ENDINGS = ("_id", "_key", "_code", "_cd", "_no", "_nr", "_uuid")
"""How the names of keys end, in words."""
_ENDINGS = (*KEY_ENDINGS, "_fk", "_ref", "id")
_PREFIXES = ("tbl_", "t_", "dim_", "fact_", "fct_", "stg_", "tbl")


def _shared(tables: Sequence[TableFacts]) -> str:
    """What the names of all tables begin with: "pos_"."""
    heads = {table.name.lower().partition("_")[0] for table in tables if not table.is_view}
    return f"{heads.pop()}_" if len(heads) == 1 and len(tables) > 2 else ""  # noqa: PLR2004 — fewer prove nothing


def in_words(name: str) -> str:
    """ "cust_no" of "CustNo" and of "Cust No"."""
    return re.sub(r"[^\w]+|(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


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
        yield from _by_role(column, table, tables, shared)


_ABOVE = frozenset(["parent", "prnt", "manager", "mgr", "supervisor", "supervised", "boss", "referred", "referrer", "reports", "report", "mentor", "predecessor", "successor", "replaces", "superior"])  # fmt: skip
"""Words of a column that leads to another row of its own table."""
_DOING = frozenset(["technician", "tech", "driver", "instructor", "instr", "teacher", "trainer", "coach", "rep", "salesperson", "seller", "sold", "agent", "mechanic", "mech", "handled", "assigned", "assignee", "reported", "created", "entered", "approved", "signed", "lead", "leader", "manager", "mgr", "supervisor", "stylist", "therapist", "nurse", "doctor", "vet", "chef", "server", "waiter", "cashier", "author", "owner", "responsible", "performed", "done", "prepared", "inspector", "consultant", "planner", "buyer", "picker", "packer", "operator", "tuned", "made", "checked", "booked", "taken", "worker", "guide", "crew"])  # fmt: skip
"""Words of a column that says who did something."""
_STAFF = frozenset(["staff", "employee", "employees", "emp", "emps", "worker", "workers", "personnel", "users", "user", "usr", "team_member", "team_members", "staff_member", "staff_members", "empl"])  # fmt: skip


def _by_role(column: ColumnFacts, table: TableFacts, tables: Sequence[TableFacts], shared: str) -> Iterator[ForeignKey]:
    """ "SupervisorID" of a staff, "prnt_blk_id", "tech_id": a column that is named for what it leads to is to that."""
    stem = _stem(column.name)
    words = {*(stem or "").split("_")}
    is_key = re.search(r"(?:_id|_fk|_by|_to|_no|_cd|_code|id|by|to)$", column.name, re.IGNORECASE)
    if not is_key or column.name == table.key:
        return
    above = words & _ABOVE or any(stem and stem.startswith(word) for word in _ABOVE)
    if above and table.key is not None and _same_kind(column, table.column(table.key)):
        yield ForeignKey(column=column.name, target=table.name, target_column=table.key, declared=False, confidence=0.7, reason=f"“{column.name}” says that a row is below another one.")  # fmt: skip
    staff = [each for each in tables if {*_names_of(each.name), *_names_of(each.name.lower().removeprefix(shared))} & _STAFF]  # fmt: skip
    doing = words & _DOING or any(stem and stem.startswith(word) for word in _DOING if len(word) > 4)  # noqa: PLR2004 — shorter ones begin too many words
    if doing and len(staff) == 1 and staff[0] is not table and staff[0].key is not None and _same_kind(column, staff[0].column(staff[0].key)):  # fmt: skip
        yield ForeignKey(column=column.name, target=staff[0].name, target_column=staff[0].key, declared=False, confidence=0.6, reason=f"“{column.name}” says who did it.")  # fmt: skip


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
    elif (short := _short_of(key)) is not None and stem.endswith(f"_{short}"):
        confidence, reason = 0.65, f"“{column.name}” ends like “{key}”, the key of “{target.name}”."
    elif any(stem.endswith("_" + name) for name in names):
        confidence, reason = 0.7, f"“{column.name}” ends like the table “{target.name}”."
    else:
        return None
    return ForeignKey(column=column.name, target=target.name, target_column=key, declared=False, confidence=confidence, reason=reason)  # fmt: skip


def _short_of(key: str) -> str | None:
    """What a key calls its own table: "br" of "br_code". None where it calls it nothing."""
    stem = _stem(key)
    return stem if stem and stem != in_words(key) and "_" not in stem and len(stem) > 1 else None


def names_rows(column: str, table: str) -> bool:
    """Whether a column is the name of a table's rows: "Apiary Name" of apiaries."""
    name = in_words(column)
    return name == "name" or any(name == f"{said}_name" for said in _names_of(table))


def _stem(column: str) -> str | None:
    """ "animal" of "animal_id", "animalId" and "AnimalID"; None where nothing says that it leads anywhere."""
    name = in_words(column)
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending).rstrip("_")
    return name


def _names_of(table: str) -> Iterator[str]:
    name = in_words(table)
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
