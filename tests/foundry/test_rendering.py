"""What dashboards show: figures that move with the day, filters where they apply, and problems in their own places."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import literal_column, select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import Order
from storage.models.foundry import Widget
from tests.foundry.conftest import AS_OF, Add, Create, Show
from tests.metrics.shop import Shop, expected
from tools.foundry.foundry import Foundry
from tools.foundry.schemas import DashboardView, WidgetData
from tools.query.results import ResultCache
from tools.query.service import QueryService

pytestmark = pytest.mark.anyio
BY_CHANNEL = {"metrics": ["gross_sales"], "dimensions": ["channel"]}


def figures(data: WidgetData) -> dict[Any, Any]:
    assert data.answer is not None, data.problem
    return {row[0]: row[1] for row in data.answer.rows}


async def test_a_question_and_a_query_show_the_same_and_move_with_the_day(
    create: Create, add: Add, show: Show, shop: Shop
) -> None:
    view = await create(questions=["gross sales by channel in the last 30 days"])
    await add(view, query=BY_CHANNEL, period="last 30 days")
    for day in (AS_OF, AS_OF - timedelta(days=45)):
        data = await show(view, day)
        start = day - timedelta(days=30)
        want = expected(shop, "gross_sales", "channel", start, day, {})
        want = {channel: pytest.approx(value) for channel, value in want.items() if value}
        assert data.as_of == day
        assert [figures(widget) for widget in data.widgets] == [want, want]


async def test_a_widget_says_all_that_an_answer_says(create: Create, show: Show, shop: Shop) -> None:
    view = await create(questions=["gross sales by month"])
    (widget,) = (await show(view)).widgets
    assert widget.answer is not None
    assert widget.answer.sql is not None
    assert widget.answer.sql.startswith("SELECT")
    assert widget.answer.chart is not None
    assert widget.answer.chart["title"] == "gross sales by month"
    assert widget.answer.provenance.data_from == min(line.day for line in shop.lines if not line.refund)
    assert widget.answer.answer.startswith("Gross sales by month")


async def test_the_dashboards_filter_holds_for_every_widget_that_can_be_held_to_it(
    create: Create, add: Add, show: Show, shop: Shop
) -> None:
    filters = [{"dimension": "country", "operator": "eq", "values": ["Germany"]}]
    view = await create(filters=filters, questions=["gross sales by channel in 2026"])
    await add(view, query=BY_CHANNEL, period="2026")
    want = expected(shop, "gross_sales", "channel", date(2026, 1, 1), AS_OF + timedelta(days=1), {"country": "Germany"})
    for widget in (await show(view)).widgets:
        assert figures(widget) == {channel: pytest.approx(value) for channel, value in want.items()}
        assert widget.answer is not None
        assert "Germany" in widget.answer.answer


async def test_a_filter_that_does_not_apply_is_said_and_the_rest_is_shown(
    create: Create, show: Show, shop: Shop
) -> None:
    filters = [
        {"dimension": "category", "operator": "eq", "values": ["Tea"]},
        {"dimension": "channel", "operator": "eq", "values": ["online"]},
    ]
    view = await create(filters=filters, questions=["shipping charged in 2026", "gross sales in 2026"])
    shipping, sales = (await show(view)).widgets
    assert shipping.answer is not None
    assert (
        "filter on category does not apply here: Shipping charged is not known per category" in shipping.answer.answer
    )
    assert shipping.answer.interpretation is not None
    assert [one.dimension for one in shipping.answer.interpretation.filters] == ["channel"]
    assert sales.answer is not None
    assert "does not apply" not in sales.answer.answer
    start, end = date(2026, 1, 1), AS_OF + timedelta(days=1)
    want = expected(shop, "gross_sales", None, start, end, {"category": "Tea", "channel": "online"})[None]
    assert sales.answer.rows == ((pytest.approx(want),),)


async def test_the_dashboards_period_is_for_widgets_that_have_none(
    create: Create, add: Add, show: Show, shop: Shop
) -> None:
    view = await create(period="January 2026", questions=["gross sales", "gross sales in February 2026"])
    await add(view, query={"metrics": ["gross_sales"]})
    await add(view, query={"metrics": ["gross_sales"]}, period="February 2026")
    january = expected(shop, "gross_sales", None, date(2026, 1, 1), date(2026, 2, 1), {})[None]
    february = expected(shop, "gross_sales", None, date(2026, 2, 1), date(2026, 3, 1), {})[None]
    data = (await show(view)).widgets
    shown = [widget.answer.rows[0][0] for widget in data if widget.answer]
    assert shown == [pytest.approx(value) for value in (january, february, january, february)]
    said = [widget.answer.answer for widget in data if widget.answer]
    assert ["keeps its own period" in text for text in said] == [False, True, False, True]


async def test_a_widget_shows_as_many_rows_as_it_is_told_to(create: Create, add: Add, show: Show) -> None:
    view = await create()
    await add(view, "gross sales by product", kind="table", options={"rows": 3})
    (widget,) = (await show(view)).widgets
    assert widget.answer is not None
    assert (len(widget.answer.rows), widget.rows_in_all) == (3, 7)


# ── what cannot be shown ─────────────────────────────────────────────────────────────────────────────────


async def broken(database: Database, actor: Actor, view: DashboardView, **fields: Any) -> None:
    """A widget that was saved by another version of the program, or by hand."""
    row = {
        "kind": "table",
        "title": "Broken",
        "layout": {"x": 0, "y": 90, "width": 6, "height": 4},
        "options": {},
    }
    async with database.write(actor) as uow:
        uow.add(Widget(dashboard_id=view.id, **(row | fields)))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"question": "what will sales be next year"}, "forecast"),
        ({"question": "highest revenue"}, "of what?"),
        ({"query": {"metrics": ["gone"]}}, "names what there is not: 'gone'"),
        ({"query": {"metrics": ["revenue"]}, "period": "whenever"}, "is no period"),
        ({"query": {"metrics": ["revenue"]} | {"dimensions": ["moon"]}}, "names what there is not: 'moon'"),
        ({"query": {"metrics": ["shipping"], "dimensions": ["category"]}}, "cannot be split by category"),
        ({}, "neither a question nor a query"),
    ],
)
async def test_one_broken_widget_says_why_and_the_others_are_shown(
    database: Database, actor: Actor, create: Create, show: Show, fields: dict[str, Any], says: str
) -> None:
    view = await create(questions=["gross sales in 2026"])
    await broken(database, actor, view, **fields)
    data = await show(view)
    good, bad = data.widgets
    assert good.answer is not None
    assert bad.answer is None
    assert bad.problem is not None
    assert says in bad.problem.message


async def test_a_statement_that_fails_spoils_no_other_widget(
    database: Database,
    actor: Actor,
    query: QueryService,
    create: Create,
    show: Show,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On PostgreSQL a failed statement ends the transaction for all that come after it, unless it stood apart."""
    view = await create(questions=["gross sales in 2026", "orders in 2026", "units in 2026"])
    compiler = query.layers.base.compilers[1]
    compile_ = compiler.compile

    def sabotaged(asked: Any, *coverage: Any) -> Any:
        compiled = compile_(asked, *coverage)
        if asked.metrics != ("orders",):
            return compiled
        wrong = select(literal_column("no_such_column")).select_from(Order)
        return type(compiled)(wrong, compiled.columns)

    monkeypatch.setattr(compiler, "compile", sabotaged)
    monkeypatch.setattr(ResultCache, "get", lambda *_: None)
    sales, orders, units = (await show(view)).widgets
    assert sales.answer is not None
    assert units.answer is not None
    assert orders.problem is not None
    assert orders.problem.message == "Something went wrong on our side."
    assert "no_such_column" not in orders.model_dump_json()


async def test_a_day_before_all_data_is_told_by_each_widget(create: Create, show: Show) -> None:
    view = await create(questions=["gross sales by week last month", "orders last month"])
    for widget in (await show(view, date(2020, 1, 1))).widgets:
        assert widget.problem is not None
        assert "Your data runs from" in widget.problem.message


async def test_what_is_not_there_is_not_found(
    database: Database, foundry: Foundry, actor: Actor, create: Create
) -> None:
    view = await create(questions=["gross sales"])
    async with database.read(actor) as uow:
        shown = await foundry.rendering.widget(uow, view.id, view.widgets[0].id, AS_OF)
        assert shown.answer is not None
        for ids in ((view.id, "nothing"), ("nothing", view.widgets[0].id)):
            with pytest.raises(Exception, match="was not found"):
                await foundry.rendering.widget(uow, *ids, AS_OF)
