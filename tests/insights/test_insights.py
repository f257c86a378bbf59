"""What is found in a real store, of either kind: its figures are those of plain loops, and it opens as a widget."""

from collections.abc import Callable
from datetime import date, timedelta

import altair
import jsonschema
import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from tests.insights.conftest import Find, of
from tests.insights.history import AS_OF, GONE_FROM, LAST_WEEK, Sale, history, write_sales
from tools.foundry.foundry import Foundry
from tools.foundry.schemas import CreateDashboard
from tools.kit.workers import Workers
from tools.query.service import QueryService

pytestmark = pytest.mark.anyio


def between(sales: list[Sale], start: date, days: int, keep: Callable[[Sale], bool] = lambda _: True) -> float:
    return sum(sale.amount for sale in sales if start <= sale.day < start + timedelta(days=days) and keep(sale))


async def test_a_week_far_above_the_others_is_found_with_its_figures(
    database: Database, actor: Actor, find: Find, query: QueryService, workers: Workers
):
    sales = history(last_week=2.5)
    await write_sales(database, actor, sales)
    found = await find(AS_OF)
    one = of(found, "revenue")
    assert (one.kind, one.from_, one.to) == ("record", LAST_WEEK, LAST_WEEK + timedelta(days=6))
    assert one.actual == pytest.approx(between(sales, LAST_WEEK, 7), abs=0.01)
    weeks = [between(sales, LAST_WEEK - timedelta(weeks=back), 7) for back in range(1, 9)]
    assert min(weeks) < one.expected < max(weeks)
    assert one.usual_low is not None
    assert one.usual_high is not None
    assert one.usual_low < one.expected < one.usual_high < one.actual
    assert one.p <= one.q <= found.level
    assert "the highest of 105 weeks" in one.sentence
    assert f"€{one.actual:,.2f}" in one.sentence
    assert f"{found.tested} figures" in found.message
    # What is bought did not change, nor who buys: no member is named for a week that was good for all.
    assert not [each for each in found.items if each.member or each.kind == "concentration"]
    assert one.chart is not None
    jsonschema.validate(one.chart, altair.load_schema())
    shown = one.chart["data"]["values"][-1]
    assert (shown["week"], shown["revenue"]) == (LAST_WEEK.isoformat(), pytest.approx(one.actual, abs=0.01))

    # Its widget can be pinned as it stands, and shows that very figure.
    foundry = Foundry.over(query, workers, database)
    async with database.write(actor) as uow:
        page = await foundry.dashboards.create(uow, CreateDashboard(name="Found", as_of=AS_OF))
    async with database.write(actor) as uow:
        await foundry.widgets.add(uow, page.id, one.widget.model_copy(update={"as_of": AS_OF}))
    async with database.read(actor) as uow:
        [widget] = (await foundry.rendering.dashboard(uow, page.id, AS_OF)).widgets
    assert widget.answer is not None, widget.problem
    assert widget.answer.rows[-1] == (LAST_WEEK.isoformat(), pytest.approx(one.actual, abs=0.01))


async def test_a_customer_who_stays_away_is_fading(database: Database, actor: Actor, find: Find):
    sales = history(gone="Customer C")
    await write_sales(database, actor, sales)
    found = await find(AS_OF)
    one = of(found, "revenue", member="Customer C")
    assert (one.kind, one.actual, one.to) == ("fading", 0.0, LAST_WEEK + timedelta(days=6))
    recent = LAST_WEEK - timedelta(weeks=7)
    before = recent - timedelta(weeks=44)
    share = between(sales, before, 308, lambda sale: sale.customer == "Customer C") / between(sales, before, 308)
    assert one.expected == pytest.approx(share * between(sales, recent, 56), abs=0.02)
    # Knowing only what was known before she left, there is nothing to tell.
    assert not (await find(GONE_FROM)).items
