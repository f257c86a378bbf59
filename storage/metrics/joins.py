"""The left side of a SELECT over one entity: its alias, and the joins that columns need."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, inspect
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import FromClause, Subquery

from storage.metrics.exchange import Exchange, rates_table
from storage.metrics.model import Entity, Mappers, SemanticModel


class Aliases:
    """Aliases of mapped classes. Making one costs more than the rest of a statement (SQLAlchemy copies every column),
    so they are kept: a statement never gets the same one twice, the next statement gets them again."""

    def __init__(self, mappers: Mappers) -> None:
        self._mappers = mappers
        self._made: dict[str, list[Any]] = {}
        self._given: Counter[str] = Counter()

    def begin_statement(self) -> None:
        self._given.clear()

    def always_leads(self, alias: Any, column: str) -> bool:
        """Whether the database sees to it that a column of an alias's class leads to a row."""
        found = inspect(alias).mapper.columns[column]
        return bool(found.foreign_keys) and not found.nullable

    def leads(self, class_name: str, column: str) -> bool:
        """Whether the database sees to it that a column of a class leads to a row or is empty."""
        return bool(self._mappers[class_name].columns[column].foreign_keys)

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
        self._joined: dict[str, tuple[Any, str, bool]] = {"": (self.alias, entity, True)}
        """Prefix of a path → alias, entity, and whether every row of the fact reaches it."""
        self._joins: list[tuple[Any, ColumnElement[bool], bool]] = []
        self._rates: Subquery | None = None
        self.measured: dict[str, ColumnElement[Any]] = {}
        """What bands are of, by dimension, once it is joined."""

    def column(self, path: str) -> ColumnElement[Any]:
        *joins, name = path.split(".")
        if name == "id" and joins and (foreign_key := self._foreign_key(joins)):
            *joins, name = *joins[:-1], foreign_key
        target, entity, prefix = self.alias, self.entity, ""
        for join in joins:
            prefix, before = prefix + join + ".", prefix
            if prefix not in self._joined:
                foreign_key, reached = self._model.entities[entity].joins[join]
                alias = self._aliases.take(self._model.entities[reached].table)
                certain = self._joined[before][2] and self._aliases.always_leads(target, foreign_key)
                self._joins.append((alias, getattr(target, foreign_key) == alias.id, certain))
                self._joined[prefix] = (alias, reached, certain)
            target, entity, _ = self._joined[prefix]
        attribute: ColumnElement[Any] = getattr(target, name)
        return attribute

    def _foreign_key(self, joins: Sequence[str]) -> str | None:
        """The column that says by itself which row the last of the joins leads to; None where it may lead nowhere."""
        entity = self.entity
        for join in joins[:-1]:
            entity = self._model.entities[entity].joins[join][1]
        foreign_key = self._model.entities[entity].joins[joins[-1]][0]
        return foreign_key if self._aliases.leads(self._model.entities[entity].table, foreign_key) else None

    def first_non_null(self, paths: tuple[str, ...]) -> ColumnElement[Any]:
        columns = [self.column(path) for path in paths]
        return columns[0] if len(columns) == 1 else func.coalesce(*columns)

    def rates(self, entity: Entity, exchange: Exchange) -> Subquery:
        """The rates of the day of a row, joined once."""
        if self._rates is None:
            day, currency = self.first_non_null(entity.rated_on), self.column(entity.currency or "")
            self._rates = rates_table(exchange)
            self.join_to(self._rates, and_(self._rates.c.currency == currency, self._rates.c.day == cast(day, String)))
        return self._rates

    def join_to(self, subquery: FromClause, on: ColumnElement[bool]) -> None:
        self._joins.append((subquery, on, False))

    def apply(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        statement = statement.select_from(self.alias)
        # What every row reaches is joined plainly: the database may then begin where a condition leaves fewest rows.
        for target, on, certain in sorted(self._joins, key=lambda join: not join[2]):
            statement = statement.join(target, on) if certain else statement.outerjoin(target, on)
        return statement
