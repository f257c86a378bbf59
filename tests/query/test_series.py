"""The tenant's own daily series are asked for by their names: added up, or their mean where they are rates or levels."""

from datetime import UTC, date, datetime, timedelta

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from storage.models.commerce import MetricObservation
from storage.models.ingestion import IngestionBatch
from tests.query.asking import ask, sell
from tools.language.dictionary import Dictionary
from tools.query.series import series_metrics
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
FIRST = date(2026, 3, 30)
VISITS, SPEND, HEAT = [10, 20, 30, 40], [1.5, 2.5, 0, 3.0], [4.0, 6.0, 5.0, 9.0]


@pytest.fixture
def service(database: Database) -> QueryService:
    return QueryService(load_semantics(), mapped_classes(Base), database, words=Dictionary())


@pytest.fixture
async def series(database: Database, actor: Actor) -> None:
    """Four days over the end of March, with an order of 50 on the last."""
    async with database.write(actor) as uow:
        for name, values in (("website_visits", VISITS), ("google_ads_spend", SPEND), ("temperature_c", HEAT)):
            for i, value in enumerate(values):
                day = FIRST + timedelta(days=i)
                at = datetime.combine(day, datetime.min.time(), UTC)
                uow.add(
                    MetricObservation(
                        source_key=f"{name}{i}", series=name, observed_at=at, observed_on=day, value=value
                    )
                )
        await sell(uow, "Mug", FIRST + timedelta(days=3), 50)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("website visits in march 2026", [(30,)]),
        ("visits on 1 april 2026", [(30,)]),
        ("google ads spend in 2026", [(7,)]),
        ("temperature in april 2026", [(7,)]),
        ("average temperature in april 2026", [(7,)]),
        ("visits by month in 2026", [("2026-03-01", 30), ("2026-04-01", 70)]),
        ("visits in april 2026 compared with march 2026", [(70, 30)]),
        ("on which day did we have the most visits", [("2026-04-02", 40)]),
        ("revenue and ads spend by month in 2026", [("2026-03-01", 0, 4), ("2026-04-01", 50, 3)]),
    ],
)
@pytest.mark.usefixtures("series")
async def test_they_are_asked_for_like_any_figure(
    service: QueryService, database: Database, actor: Actor, question: str, expected: list[tuple[object, ...]]
) -> None:
    answer = await ask(database, actor, service, question, as_of=date(2026, 5, 20))
    assert answer.status == "answered", answer.answer
    assert [tuple(row)[: len(expected[0])] for row in answer.rows] == expected


@pytest.mark.parametrize("question", ["visits by product", "visits of Mug", "visits by customer"])
@pytest.mark.usefixtures("series")
async def test_they_belong_to_days_alone(
    service: QueryService, database: Database, actor: Actor, question: str
) -> None:
    assert (await ask(database, actor, service, question, as_of=date(2026, 5, 20))).status == "cannot_answer"


@pytest.mark.usefixtures("series")
async def test_another_tenant_does_not_have_them(
    service: QueryService, database: Database, actor: Actor, other_actor: Actor
) -> None:
    assert (
        await ask(database, actor, service, "website visits in april 2026", as_of=date(2026, 5, 20))
    ).status == "answered"
    assert (
        await ask(database, other_actor, service, "website visits in april 2026", as_of=date(2026, 5, 20))
    ).status == "cannot_answer"


async def test_a_series_that_comes_with_an_import_is_known_at_once(
    service: QueryService, database: Database, actor: Actor
) -> None:
    async with database.write(actor) as uow:
        await sell(uow, "Mug", FIRST, 50)
    assert (
        await ask(database, actor, service, "website visits in april 2026", as_of=date(2026, 5, 20))
    ).status == "cannot_answer"
    async with database.write(actor) as uow:
        at = datetime(2026, 4, 1, tzinfo=UTC)
        uow.add(
            MetricObservation(source_key="v", series="website_visits", observed_at=at, observed_on=at.date(), value=3)
        )
        uow.add(IngestionBatch(status="committed", entity="observation", committed_at=at))
    assert (await ask(database, actor, service, "website visits in april 2026", as_of=date(2026, 5, 20))).rows == (
        (3,),
    )


def test_a_short_name_is_one_only_where_it_is_of_one_series_and_means_nothing_else() -> None:
    metrics = series_metrics(["website_visits", "store_visits", "staff_hours", "page_load_ms"], {"hours"}.__contains__)
    names = {name: {metric.label.lower(), *metric.synonyms} for name, metric in metrics.items()}
    assert "visits" not in names["series_website_visits"] | names["series_store_visits"]
    assert "hours" not in names["series_staff_hours"]
    assert "page load" in names["series_page_load_ms"]
    assert metrics["series_page_load_ms"].type == "average"


def test_a_series_takes_no_word_that_means_something_already() -> None:
    metrics = series_metrics(["orders", "not", "2024", "sum(1)"], {"orders", "not"}.__contains__)
    said = {phrase for metric in metrics.values() for phrase in (metric.label.lower(), *metric.synonyms)}
    assert said == {"orders series", "not series", "2024 series", "sum 1"}


def test_names_that_are_no_words_do_no_harm() -> None:
    metrics = series_metrics(["", "***", "A B", "a-b", "x" * 500, "'; drop table"], lambda _: False)
    assert len(metrics) == len({metric.where[0].values for metric in metrics.values()})
    assert all(name.isidentifier() for name in metrics)
