"""Several questions in one sentence, held to loops over the lines of a small shop."""

from datetime import date

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from tests.metrics.shop import MILLION, Shop, expected
from tests.query.asking import ask
from tools.query.service import QueryService
from tools.query.tool import present

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)]

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


async def test_each_part_is_answered_with_its_own_figures_sql_and_sentence(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "sales in January and orders in February")
    (part,) = answer.parts
    assert answer.rows == ((pytest.approx(expected(shop, "revenue", None, JANUARY, FEBRUARY, {})[None]),),)
    assert part.rows == ((expected(shop, "orders", None, FEBRUARY, MARCH, {})[None],),)
    assert "Net sales in January 2026" in answer.answer
    assert "Orders in February 2026" in answer.answer
    assert part.question == "orders in February"
    assert part.sql is not None
    assert part.sql != answer.sql
    assert part.interpretation is not None
    assert part.interpretation.metrics == ("orders",)
    shown = present(answer)
    assert shown.facts["parts"][0]["rows"] == [list(row) for row in part.rows]


async def test_a_part_that_names_no_period_or_filter_has_those_before_it_and_says_so(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    question = "how much did we sell in Germany in February, and which product sold best?"
    answer = await ask(database, actor, service, question)
    german = {"country": "Germany"}
    assert answer.rows == ((pytest.approx(expected(shop, "revenue", None, FEBRUARY, MARCH, german)[None]),),)
    best = max(expected(shop, "revenue", "product", FEBRUARY, MARCH, german).items(), key=lambda pair: pair[1])
    (part,) = answer.parts
    assert part.rows == ((best[0], pytest.approx(best[1])),)
    assert "“which product sold best” was taken for February 2026 for Germany too." in answer.answer


async def test_both_ends_of_a_ranking_are_two_questions(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    ranked = sorted(
        expected(shop, "revenue", "product", FEBRUARY, MARCH, {}).items(), key=lambda pair: pair[1], reverse=True
    )
    answer = await ask(database, actor, service, "best and worst product in February", "c")
    assert answer.rows[0][0] == ranked[0][0]
    assert answer.parts[0].rows[0][0] == ranked[-1][0]
    before = sorted(expected(shop, "revenue", "product", JANUARY, FEBRUARY, {}).items(), key=lambda pair: -pair[1])
    again = await ask(database, actor, service, "and in January?", "c")
    assert (again.rows[0][0], again.parts[0].rows[0][0]) == (before[0][0], before[-1][0])
    second = await ask(database, actor, service, "top 3 products in February", "d")
    assert [row[0] for row in second.rows] == [name for name, _ in ranked[:3]]
    second = await ask(database, actor, service, "and the second?", "d")
    assert second.rows == ((ranked[1][0], pytest.approx(ranked[1][1])),)
    assert f"{ranked[1][0]} had the 2nd highest net sales in February 2026" in second.answer


async def test_of_the_orders_of_a_month_those_refunded_are_counted_whenever_that_was(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "how many orders in January, and how many of them were refunded?")
    lines = [line for line in shop.lines if not line.cancelled]
    orders = {line.order for line in lines if not line.refund and JANUARY <= line.day < FEBRUARY}
    refunded = {line.order for line in lines if line.refund and line.day <= date(2026, 3, 20)}
    assert answer.rows == ((len(orders),),)
    assert answer.parts[0].rows == ((len(orders & refunded),),)


async def test_what_one_query_holds_stays_one_answer(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    del shop
    for question in (
        "what were my sales in February and how many new customers did I get?",
        "sales and orders in February by country and channel",
        "sales between January and February",
        "which month was the best and how much did we make",
        "who is our best customer and how much did they spend",
    ):
        answer = await ask(database, actor, service, question)
        assert answer.status == "answered", question
        assert not answer.parts, question


async def test_a_part_without_an_answer_leaves_no_half_answer(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    del shop
    for question in (
        "sales in January and what will they be in May",
        "how many new customers in January and how many orders did they place",
        "sales in January and how many glibbets did we flurb",
    ):
        answer = await ask(database, actor, service, question)
        assert answer.status != "answered", (question, answer.answer)
        assert not answer.rows
        assert not answer.parts


async def test_a_reason_may_be_one_of_the_parts(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "why did sales change in February and which product sold best?")
    best = max(expected(shop, "revenue", "product", FEBRUARY, MARCH, {}).items(), key=lambda pair: pair[1])
    assert "not what caused it" in answer.answer
    assert answer.parts[-1].rows == ((best[0], pytest.approx(best[1])),)
    at = next(i for i, column in enumerate(answer.columns) if column.name == "change")
    total = sum(round(float(row[at] or 0) * MILLION) for row in answer.rows)
    (before,) = expected(shop, "revenue", None, JANUARY, FEBRUARY, {}).values()
    (after,) = expected(shop, "revenue", None, FEBRUARY, MARCH, {}).values()
    assert total == round((after - before) * MILLION)
