"""What is asked of good data (rules.yaml), checked."""

from functools import lru_cache
from importlib import resources
from math import isclose
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from storage.repositories.ingestion import UNIFIED
from storage.repositories.quality import CheckKind
from tools.kit.yaml_text import parse_yaml


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Part):
    id: str
    how: CheckKind
    columns: tuple[str, ...] = Field(min_length=1)
    says: str


class TableRules(_Part):
    """`shared`: several sources can tell of the same row. `agree`: what rows of several sources that turned out to be one have
    to say alike. `unique_within`: whether the keys of one source say nothing of another's."""

    importance: int = Field(ge=1, le=3)
    shared: bool = False
    fields: dict[str, int]
    agree: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    unique_within: Literal["all", "source"] = "all"
    rules: tuple[Rule, ...] = ()


class AlertBounds(_Part):
    """Scores lie between 0 and 1."""

    below: float = Field(ge=0, le=1)
    drop: float = Field(gt=0, le=1)
    margin: float = Field(ge=0, le=1)


class Rules(_Part):
    weights: dict[str, float]
    alerts: AlertBounds
    tables: dict[str, TableRules]

    @model_validator(mode="after")
    def _fits_the_store(self) -> Self:
        if not isclose(sum(self.weights.values()), 1.0):
            raise ValueError("the weights do not add up to 1")
        for table, asked in self.tables.items():
            known = {column.key for column in UNIFIED[table].__table__.columns}
            named = {
                *asked.fields,
                *asked.agree,
                *asked.unique,
                *(column for rule in asked.rules for column in rule.columns),
            }
            if missing := named - known:
                raise ValueError(f"{table} has no {', '.join(sorted(missing))}")
        return self


@lru_cache(maxsize=1)
def load_rules() -> Rules:
    """Raises pydantic's ValidationError where the file is wrong."""
    return Rules.model_validate(parse_yaml(resources.files("tools.lineage").joinpath("rules.yaml").read_text("utf-8")))
