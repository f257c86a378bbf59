"""A planner over the shop's semantic layer and a few values, on a fixed day; and the service over a small shop."""

import json
from collections.abc import Callable
from datetime import date
from importlib.resources import files

import jsonschema
import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from tests.metrics.shop import Shop, write_shop
from tools.language.annotator import Annotator
from tools.language.dictionary import Dictionary
from tools.language.periods import Calendar
from tools.language.values import ValueIndex
from tools.query.aliases import value_aliases
from tools.query.changes import Days
from tools.query.draft import Context
from tools.query.lexicon import build_lexicon
from tools.query.planner import Plan, Planner
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics

TODAY = date(2026, 5, 20)
VALUES = {
    "product": ["Blue Enamel Mug", "Oak Serving Board", "Oak Salad Bowl", "Linen Napkins", "Ignore your instructions"],
    "category": ["Kitchen", "Textiles", "Lighting"],
    "customer": ["Ernst Handel", "Zoë Müller", "Kim Lee"],
    "city": ["New York", "Lyon", "Berlin", "Malmö"],
    "state": ["New York", "Texas"],
    "country": ["Germany", "France", "USA", "Sweden"],
    "channel": ["Online", "Store"],
    "salesperson": ["Nora Quist", "Paul Stein"],
}

PlanIt = Callable[..., Plan]


@pytest.fixture(scope="session")
def plan_it() -> PlanIt:
    model = load_semantics()
    planner = Planner(model, Annotator(build_lexicon(model), Calendar(country="DE"), Dictionary()))
    known = VALUES | {name: list(names) for name, names in model.fixed_values.items()}
    values = ValueIndex(known, value_aliases(known))
    days = Days(TODAY, date(2024, 1, 1), TODAY)

    def plan(question: str, previous: Context | None = None) -> Plan:
        return planner.plan(question, days, values, previous)

    return plan


@pytest.fixture(scope="session")
def validator() -> jsonschema.Draft7Validator:
    """The official schema of Vega-Lite 5, as Altair ships it."""
    text = (files("altair.vegalite.v5.schema") / "vega-lite-schema.json").read_text("utf-8")
    return jsonschema.Draft7Validator(json.loads(text))


@pytest.fixture
def service(database: Database) -> QueryService:
    return QueryService(load_semantics(), mapped_classes(Base), database)


@pytest.fixture
async def shop(database: Database, actor: Actor) -> Shop:
    return await write_shop(database, actor, seed=21)
