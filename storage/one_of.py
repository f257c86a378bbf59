"""A condition on many values that is one parameter: the statement is the same for any number of them, and so is made once."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Dialect, Text, TypeDecorator, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeEngine


class _Texts(TypeDecorator[Iterable[str]]):
    """Texts as an array, or as its JSON where a database has none."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return ARRAY(Text()) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> Any:
        texts = list(value or ())
        return texts if dialect.name == "postgresql" else json.dumps(texts)


class _OneOf(GenericFunction[Any]):
    """(column, texts). Its type is none: as a truth value SQLite would be asked whether it is 1, and use no index."""

    name = "smb_one_of"
    inherit_cache = True


@compiles(_OneOf, "sqlite")
def _sqlite_one_of(element: _OneOf, compiler: SQLCompiler, **kw: Any) -> str:
    column, texts = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({texts}))"  # noqa: S608 - texts is a parameter


@compiles(_OneOf, "postgresql")
def _postgresql_one_of(element: _OneOf, compiler: SQLCompiler, **kw: Any) -> str:
    column, texts = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} = ANY({texts})"


def one_of(column: InstrumentedAttribute[Any], parameter: str) -> ColumnElement[Any]:
    """Whether a column of texts has one of those that the statement is run with as `parameter`."""
    texts: BindParameter[Any] = bindparam(parameter, type_=_Texts())
    return _OneOf(column, texts)
