"""The left side of a SELECT over one entity: its alias, and the joins that columns need."""

from collections import Counter
from typing import Any

from sqlalchemy import Select, func
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import FromClause

from storage.metrics.model import Mappers, SemanticModel


class Aliases:
    """Aliases of mapped classes. Making one costs more than the rest of a statement (SQLAlchemy copies every column),
    so they are kept: a statement never gets the same one twice, the next statement gets them again."""

    def __init__(self, mappers: Mappers) -> None:
        self._mappers = mappers
        self._made: dict[str, list[Any]] = {}
        self._given: Counter[str] = Counter()

    def begin_statement(self) -> None:
        self._given.clear()

    def take(self, class_name: str) -> Any:
        made = self._made.setdefault(class_name, [])
        place = self._given[class_name]
        self._given[class_name] += 1
        if place == len(made):
            made.append(aliased(self._mappers[class_name].class_))
        return made[place]


class Fact:
    """One entity as the left side of a SELECT; the joins that columns need are added once each."""

    def __init__(self, model: SemanticModel, aliases: Aliases, entity: str) -> None:
        self._model = model
        self._aliases = aliases
        self.entity = entity
        self.alias = aliases.take(model.entities[entity].table)
        self._joined: dict[str, tuple[Any, str]] = {"": (self.alias, entity)}
        self._joins: list[tuple[Any, ColumnElement[bool]]] = []

    def column(self, path: str) -> ColumnElement[Any]:
        *joins, name = path.split(".")
        target, entity, prefix = self.alias, self.entity, ""
        for join in joins:
            prefix += join + "."
            if prefix not in self._joined:
                foreign_key, reached = self._model.entities[entity].joins[join]
                alias = self._aliases.take(self._model.entities[reached].table)
                self._joins.append((alias, getattr(target, foreign_key) == alias.id))
                self._joined[prefix] = (alias, reached)
            target, entity = self._joined[prefix]
        attribute: ColumnElement[Any] = getattr(target, name)
        return attribute

    def first_non_null(self, paths: tuple[str, ...]) -> ColumnElement[Any]:
        columns = [self.column(path) for path in paths]
        return columns[0] if len(columns) == 1 else func.coalesce(*columns)

    def join_to(self, subquery: FromClause, on: ColumnElement[bool]) -> None:
        self._joins.append((subquery, on))

    def apply(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        statement = statement.select_from(self.alias)
        for target, on in self._joins:
            statement = statement.outerjoin(target, on)
        return statement
