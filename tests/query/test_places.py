"""What place something has among its like: its rank among all, not a list of what it is narrowed to."""

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from tests.query.asking import ask
from tests.query.test_readings import TODAY
from tests.query.thinned import write_few
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio


@pytest.fixture
async def service(database: Database, actor: Actor) -> QueryService:
    await write_few(database, actor, "demo")
    return QueryService(load_semantics(), mapped_classes(Base), database)


async def ranking(database: Database, actor: Actor, service: QueryService, question: str) -> list[str]:
    listed = await ask(database, actor, service, question, "ranking", as_of=TODAY["demo"])
    return [str(row[0]) for row in listed.rows if row[0] is not None]


@pytest.mark.parametrize(
    "question",
    [
        "which rank does Germany have among the countries by sales in 2025?",
        "what place is Germany in by sales in 2025",
        "where does Germany rank in sales in 2025",
        "how does Germany rank among countries by revenue in 2025",
        "what is the rank of Germany by sales in 2025",
        "Germany is what number by sales in 2025",
        "what is Germany's rank by sales in 2025",
    ],
)
async def test_a_place_is_counted_among_all(
    database: Database, actor: Actor, service: QueryService, question: str
) -> None:
    countries = await ranking(database, actor, service, "countries ranked by sales in 2025")
    place = countries.index("Germany") + 1
    answer = await ask(database, actor, service, question, "place", as_of=TODAY["demo"])
    assert answer.status == "answered"
    assert [column.name for column in answer.columns] == ["country", "revenue", "place", "places"]
    assert answer.rows[0][0] == "Germany"
    assert answer.rows[0][2:] == (place, len(countries))
    assert f"Germany is number {place} of {len(countries)} countries" in answer.answer
    assert answer.interpretation is not None
    assert answer.interpretation.placed is not None
    assert answer.interpretation.placed.values == ("Germany",)
    assert not answer.interpretation.filters


async def test_what_follows_asks_for_another_place_or_of_another_time(
    database: Database, actor: Actor, service: QueryService
) -> None:
    for question, name, listing in (
        ("which rank does Germany have among the countries by sales in 2025?", "Germany", "countries by sales in 2025"),
        ("and Ireland?", "Ireland", "countries by sales in 2025"),
        ("and in 2026?", "Ireland", "countries by sales in 2026"),
        ("by orders?", "Ireland", "countries by orders in 2026"),
    ):
        answer = await ask(database, actor, service, question, "going-on", as_of=TODAY["demo"])
        countries = await ranking(database, actor, service, listing)
        assert (answer.rows[0][0], answer.rows[0][2]) == (name, countries.index(name) + 1), question


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("what rank does Germany have among the products", "among others of its kind"),
        ("which rank does Germany have by sales in 2025 vs 2024", "one period at a time"),
    ],
)
async def test_what_has_no_place_is_said(
    database: Database, actor: Actor, service: QueryService, question: str, reason: str
) -> None:
    answer = await ask(database, actor, service, question, "none", as_of=TODAY["demo"])
    assert answer.status == "cannot_answer"
    assert reason in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "which place bought the most in 2025",
        "what number of orders did Germany have in 2025",
        "customers Germany ranking units",
    ],
)
async def test_a_place_to_live_and_a_number_of_orders_are_no_rank(
    database: Database, actor: Actor, service: QueryService, question: str
) -> None:
    answer = await ask(database, actor, service, question, "other", as_of=TODAY["demo"])
    assert answer.status == "answered"
    assert answer.interpretation is not None
    assert answer.interpretation.placed is None
