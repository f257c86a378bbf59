"""Widgets of cohorts, baskets and funnels: made from a question or a query, shown anew each day, and taken away as files."""

import csv
import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from tests.foundry.conftest import AS_OF, Add, Create, Show
from tests.metrics.shop import Shop
from tests.metrics.test_analyses import first_days
from tools.foundry.foundry import Foundry
from tools.query.schemas import QueryRequest
from tools.query.service import QueryService

pytestmark = pytest.mark.anyio
STEPS = ["repeat_rate", "third_order_rate"]


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


async def test_a_widget_is_of_the_kind_that_its_question_is(create: Create, add: Add, show: Show, shop: Shop) -> None:
    view = await create()
    asked = {
        "retention by month": "cohort", "customer funnel": "funnel", "what goes with Tea": "bar",
        "sales per cohort": "line", "repeat purchase rate by month": "line",
        "how much did the December newcomers spend since": "figure",
    }  # fmt: skip
    kinds = [(await add(view, question)).widget.kind for question in asked]
    assert kinds == [*asked.values()]
    data = (await show(view)).widgets
    assert all(widget.answer is not None for widget in data)
    cohorts = next(widget for widget in data if widget.widget.kind == "cohort")
    assert cohorts.answer is not None
    assert cohorts.answer.rows
    assert {row[0] for row in cohorts.answer.rows} == {
        day.replace(day=1).isoformat() for day in first_days(shop).values()
    }


async def test_a_query_of_an_analysis_takes_the_dashboards_period_and_filters(
    create: Create, add: Add, show: Show, shop: Shop
) -> None:
    view = await create(
        period="December 2025", filters=[{"dimension": "country", "operator": "eq", "values": ["Germany"]}]
    )
    query = {"metrics": ["repeat_rate"], "analysis": {"kind": "funnel", "steps": STEPS}}
    assert (await add(view, query=query)).widget.kind == "funnel"
    (widget,) = (await show(view)).widgets
    first = first_days(shop, {"country": "Germany"})
    assert widget.answer is not None
    assert widget.answer.rows[0][1] == sum((day.year, day.month) == (2025, 12) for day in first.values())
    earlier = (await show(view, date(2026, 1, 2))).widgets[0].answer
    assert earlier is not None
    assert earlier.rows[0] == widget.answer.rows[0]
    assert [row[1] for row in earlier.rows] <= [row[1] for row in widget.answer.rows], "on that day less was known"


async def test_an_answer_in_a_conversation_is_kept_with_its_analysis(
    database: Database, actor: Actor, query: QueryService, create: Create, add: Add, show: Show
) -> None:
    view = await create()
    for question in ("what goes with Tea", "and in Germany?"):
        async with database.read(actor) as uow:
            asked = QueryRequest(question=question, as_of=AS_OF, conversation_id="c-7")
            answer = await query.ask(uow, asked)
    await add(view, "and in Germany?", conversation_id="c-7")
    (widget,) = (await show(view)).widgets
    assert widget.widget.query is not None
    assert widget.widget.query.analysis is not None
    assert widget.answer is not None
    assert widget.answer.rows == answer.rows


@pytest.mark.parametrize(
    ("fields", "pointer", "says"),
    [
        ({"metrics": ["orders"], "dimensions": ["channel"], "analysis": {"kind": "baskets"}}, "/query", "one channel"),
        (
            {"metrics": ["orders"], "dimensions": ["product"], "analysis": {"kind": "baskets", "of": [{"dimension": "product", "operator": "eq", "values": [3]}]}},
            "/query/analysis/of/0/values/0",
            "takes a text",
        ),
        (
            {"metrics": ["orders"], "dimensions": ["product"], "analysis": {"kind": "baskets", "of": [{"dimension": "moon", "operator": "eq", "values": ["x"]}]}},
            "/query/analysis/of/0/dimension",
            "no such thing",
        ),
        ({"metrics": ["moon"], "analysis": {"kind": "funnel", "steps": ["moon"]}}, "/query/metrics/0", "There is no 'moon'"),
        ({"metrics": ["orders"], "analysis": {"kind": "funnel", "steps": ["orders"]}}, "/query", "no step"),
        ({"metrics": ["customers"], "grain": "month", "analysis": {"kind": "cohorts", "first": "orders"}}, "/query", "first order"),
    ],
)  # fmt: skip
async def test_what_is_no_analysis_is_refused_by_its_place(
    create: Create, add: Add, fields: dict[str, Any], pointer: str, says: str
) -> None:
    view = await create()
    with pytest.raises(CopilotError) as refused:
        await add(view, query=fields)
    assert refused.value.kind is ErrorKind.INVALID
    assert refused.value.problems[0].pointer == pointer
    assert says in refused.value.problems[0].message


async def test_cohorts_are_taken_away_as_rows_and_as_a_picture(
    database: Database, actor: Actor, foundry: Foundry, create: Create, add: Add
) -> None:
    view = await create()
    kept = [(await add(view, question)).widget for question in ("retention by month", "customer funnel")]
    for widget in kept:
        async with database.read(actor) as uow:
            data = await foundry.exports.widget(uow, view.id, widget.id, AS_OF)
        assert data.answer is not None
        rows = list(csv.reader(io.StringIO((await foundry.exports.widget_file(data, "csv")).body.decode(), newline="")))
        assert len(rows) == len(data.answer.rows) + 1
        sheet = openpyxl.load_workbook(io.BytesIO((await foundry.exports.widget_file(data, "xlsx")).body)).active
        assert sheet is not None
        assert sheet.max_row == len(rows)
        assert (await foundry.exports.widget_file(data, "svg")).body.startswith(b"<svg")
        assert (await foundry.exports.widget_file(data, "png")).body.startswith(b"\x89PNG")
    async with database.read(actor) as uow:
        report = await foundry.exports.report(await foundry.rendering.dashboard(uow, view.id, AS_OF))
    assert report.body.startswith(b"%PDF")
