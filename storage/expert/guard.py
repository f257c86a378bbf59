"""Lets one kind of SQL through: a single SELECT over the views, made of parts that are listed here.

What is written is parsed, every node of the tree is held against a list of what may be there, and what runs is written
anew from the tree: no comment, no second statement and no spelling of the author's reaches the database. Everything that
is not listed is refused; nothing is recognised as dangerous.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import Expr, exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

from storage.expert.views import BY_NAME, HIDDEN, VIEWS, Dialect, definition
from storage.kernel.errors import CopilotError, ErrorKind

LONGEST = 10_000
MOST_NODES = 2_000
DEEPEST = 60
_DIALECTS = {"sqlite": "sqlite", "postgresql": "postgres"}

_STRUCTURE: tuple[type[Expr], ...] = (
    exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Offset,
    exp.With, exp.CTE, exp.TableAlias, exp.Alias, exp.Identifier, exp.Table, exp.Column, exp.Star, exp.Subquery,
    exp.Union, exp.Intersect, exp.Except, exp.Distinct, exp.Paren, exp.Tuple, exp.Window, exp.WindowSpec, exp.Filter,
)  # fmt: skip
_VALUES: tuple[type[Expr], ...] = (
    exp.Literal, exp.Boolean, exp.Null, exp.Neg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.And, exp.Or, exp.Not,
    exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between, exp.Like, exp.ILike, exp.Exists,
    exp.Case, exp.If, exp.Cast, exp.DataType, exp.Var,
)  # fmt: skip
_FUNCTIONS: tuple[type[Expr], ...] = (
    exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Abs, exp.Round, exp.Coalesce, exp.Nullif, exp.Lower, exp.Upper,
    exp.Length, exp.Substring, exp.Trim, exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead, exp.FirstValue,
    exp.LastValue, exp.Ntile, exp.Floor, exp.Ceil,
)  # fmt: skip
_OF_DIALECT: dict[str, tuple[type[Expr], ...]] = {
    "sqlite": (exp.TimeToStr, exp.TsOrDsToTimestamp, exp.Date),
    "postgresql": (exp.TimestampTrunc, exp.Extract),
}
_TYPES = frozenset(
    {exp.DataType.Type.INT, exp.DataType.Type.BIGINT, exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT,
     exp.DataType.Type.DECIMAL, exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR, exp.DataType.Type.DATE}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SafeQuery:
    """`sql` is what runs; `shown` the same without the views that stand before it."""

    sql: str
    shown: str


def checked(text: str, dialect: Dialect, tenant_id: str, most_rows: int) -> SafeQuery:
    """The statement over one tenant's views, cut at `most_rows` rows. Raises CopilotError (invalid) with the reason."""
    tree = _parsed(text, dialect)
    _refuse_parts(tree, dialect)
    normalize_identifiers(tree, dialect=_DIALECTS[dialect])
    ctes = _own_ctes(tree)
    _refuse_columns(tree, ctes)
    shown = tree.sql(dialect=_DIALECTS[dialect], comments=False)
    used = _point_at_views(tree, ctes)
    views = ", ".join(f"{HIDDEN}{view.name} AS ({definition(view, tenant_id)})" for view in VIEWS if view.name in used)
    body = tree.sql(dialect=_DIALECTS[dialect], identify=True, comments=False)
    opening = f"WITH {views} " if views else ""
    return SafeQuery(f"{opening}SELECT * FROM ({body}) AS smb_result LIMIT {int(most_rows)}", shown)  # noqa: S608 — written from the tree


def _parsed(text: str, dialect: Dialect) -> exp.Select | exp.SetOperation:
    if len(text) > LONGEST:
        raise _refused(f"A statement has {LONGEST:,} characters at most.")
    if any(ord(char) < 32 and char not in "\n\r\t" for char in text):  # noqa: PLR2004 — control characters
        raise _refused("It holds characters that no statement has.")
    try:
        trees = [one for one in sqlglot.parse(text, dialect=_DIALECTS[dialect]) if one is not None]
    except (SqlglotError, RecursionError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise _refused("It cannot be read as SQL.") from error
    if len(trees) != 1:
        raise _refused("Write one statement, and no more.")
    (tree,) = trees
    if not isinstance(tree, exp.Select | exp.SetOperation):
        raise _refused("Only SELECT is allowed.")
    return tree


def _refuse_parts(tree: Expr, dialect: Dialect) -> None:
    allowed = {*_STRUCTURE, *_VALUES, *_FUNCTIONS, *_OF_DIALECT[dialect]}
    for count, node in enumerate(tree.walk()):
        if count >= MOST_NODES or node.depth > DEEPEST:
            raise _refused("It is too long, or too deep.")
        if type(node) not in allowed:
            name = node.name if isinstance(node, exp.Anonymous) else type(node).__name__
            raise _refused(f"{name[:60]} is not allowed.")
        if isinstance(node, exp.DataType) and (node.this not in _TYPES or node.expressions):
            raise _refused("A value can be cast to integer, bigint, numeric, double precision, text or date only.")
        if isinstance(node, exp.With) and node.args.get("recursive"):
            raise _refused("Recursion is not allowed.")
        if isinstance(node, exp.With) and node.parent is not tree:
            raise _refused("WITH stands at the beginning of the statement only.")
        if isinstance(node, exp.Join) and (node.args.get("method") or node.args.get("global")):
            raise _refused(f"{node.args.get('method') or 'GLOBAL'} JOIN is not allowed.")
        if isinstance(node, exp.Identifier) and node.name.lower().startswith("smb_"):
            raise _refused("Names that begin with smb_ are ours.")


def _own_ctes(tree: Expr) -> dict[str, int]:
    """The statement's own named parts, each by its number. One may read those before it only: what a name means is then
    the same for every database."""
    known: dict[str, int] = {}
    found = tree.args.get("with_") or tree.args.get("with")
    for cte in found.expressions if isinstance(found, exp.With) else ():
        name = cte.alias.lower()
        if not name or name in BY_NAME or name in known:
            raise _refused(f"WITH cannot name {name[:60]!r}: there is one already.")
        _refuse_tables(cte.this, known)
        known[name] = len(known)
    for table in _tables_outside_with(tree):
        _refuse_table(table, known)
    return known


def _tables_outside_with(tree: Expr) -> Iterator[exp.Table]:
    for table in tree.find_all(exp.Table):
        if table.find_ancestor(exp.CTE) is None:
            yield table


def _refuse_tables(tree: Expr, known: dict[str, int]) -> None:
    for table in tree.find_all(exp.Table):
        _refuse_table(table, known)


def _refuse_table(table: exp.Table, known: dict[str, int]) -> None:
    if table.db or table.catalog or not isinstance(table.this, exp.Identifier):
        raise _refused("Tables are named without a schema.")
    if table.name.lower() not in BY_NAME and table.name.lower() not in known:
        raise _refused(f"There is no table {table.name[:60]!r}. There are: {', '.join(BY_NAME)}.")


def _refuse_columns(tree: Expr, ctes: dict[str, int]) -> None:
    """A name has to be a view's column, or one that the statement gives itself."""
    known = {column.name for view in VIEWS for column in view.columns} | BY_NAME.keys() | ctes.keys()
    known |= {node.alias.lower() for node in tree.find_all(exp.Alias, exp.Subquery, exp.Table) if node.alias}
    known |= {column.name.lower() for node in tree.find_all(exp.TableAlias) for column in node.columns}
    for column in tree.find_all(exp.Column):
        for name in (column.name, column.table):
            if name and name != "*" and name.lower() not in known:
                raise _refused(f"There is no column or table {name[:60]!r}.")


def _point_at_views(tree: Expr, ctes: dict[str, int]) -> set[str]:
    """Gives views and the statement's own parts names that no table bears. Returns the views that are read."""
    used: set[str] = set()
    for cte in list(tree.find_all(exp.CTE)):
        alias = cte.args["alias"]
        alias.set("this", exp.to_identifier(f"smb_part_{ctes[cte.alias.lower()]}", quoted=True))
    for table in list(tree.find_all(exp.Table)):
        name = table.name.lower()
        if not table.alias:
            table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name, quoted=table.this.args.get("quoted"))))
        if name in ctes:
            target = f"smb_part_{ctes[name]}"
        else:
            target = f"{HIDDEN}{name}"
            used.add(name)
        table.set("this", exp.to_identifier(target, quoted=True))
    return used


def _refused(reason: str) -> CopilotError:
    return CopilotError(
        ErrorKind.INVALID,
        f"This SQL is not run. {reason}",
        hint="One SELECT over the tables and functions that GET /api/modules/mini-foundry/sql lists.",
    )
