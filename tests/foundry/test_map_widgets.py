"""Map widgets: asked for by kind or in words, as files, with the rows behind a place, and refused where nothing has one."""

import io
import struct
from typing import Any

import pypdf
import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from tests.foundry.conftest import AS_OF, Add, Create, Show
from tests.metrics.shop import COUNTRIES
from tools.foundry.drawing import as_pdf
from tools.foundry.exports import report_of
from tools.foundry.foundry import Foundry
from tools.foundry.schemas import AddWidget
from tools.query.drill import FigureKey, RowsWanted

pytestmark = pytest.mark.anyio
BY_COUNTRY = {"metrics": ["gross_sales"], "dimensions": ["country"]}


def drawn(answer: Any) -> dict[str, float]:
    """The figures of the places of a map."""
    assert answer is not None
    assert answer.chart["layer"][1]["mark"]["type"] == "geoshape"
    return {one["country"]: one["gross_sales"] for one in answer.chart["layer"][1]["data"]["values"]}


async def test_a_map_is_made_where_it_is_asked_for_and_not_else(create: Create, add: Add, show: Show) -> None:
    view = await create()
    said = await add(view, "gross sales by country on a map in 2026")
    chosen = await add(view, query=BY_COUNTRY, period="2026", kind="map")
    plain = await add(view, "gross sales by country in 2026")
    assert [one.widget.kind for one in (said, chosen, plain)] == ["map", "map", "bar"]
    data = {one.widget.id: one.answer for one in (await show(view)).widgets}
    assert drawn(data[said.widget.id]) == drawn(data[chosen.widget.id])
    assert set(drawn(data[said.widget.id])) == set(COUNTRIES)
    answer = data[plain.widget.id]
    assert answer is not None
    assert drawn(data[said.widget.id]) == {row[0]: row[1] for row in answer.rows}


async def test_a_sentence_puts_a_map_on_a_dashboard(
    database: Database, foundry: Foundry, actor: Actor, create: Create
) -> None:
    await create(name="Monday meeting")
    for sentence in (
        "add gross sales by country on a map to the Monday dashboard",
        "put gross sales by country on my dashboard as a map",
    ):
        async with database.write(actor) as uow:
            named = await foundry.widgets.add_named(uow, AddWidget(question=sentence, as_of=AS_OF))
        assert named.added.widget.kind == "map", sentence


@pytest.mark.parametrize(
    ("fields", "pointer", "says"),
    [
        ({"question": "gross sales by category", "kind": "map"}, "/kind", "where each category lies is not known"),
        ({"question": "gross sales by month on a map"}, "/kind", "by country, or by state"),
        ({"question": "gross sales", "kind": "map"}, "/kind", "a single figure"),
        ({"query": {"metrics": ["gross_sales"], "dimensions": ["city"]}, "kind": "map"}, "/kind", "each city lies"),
    ],
)
async def test_what_has_no_place_is_refused_with_the_reason(
    create: Create, add: Add, fields: dict[str, Any], pointer: str, says: str
) -> None:
    view = await create()
    with pytest.raises(CopilotError, match=says) as refused:
        await add(view, **fields)
    assert refused.value.problems[0].pointer == pointer


async def test_the_dashboards_filter_holds_for_a_map(create: Create, add: Add, show: Show) -> None:
    view = await create(filters=[{"dimension": "country", "operator": "in", "values": ["Germany", "France"]}])
    await add(view, query=BY_COUNTRY, kind="map")
    (widget,) = (await show(view)).widgets
    assert set(drawn(widget.answer)) == {"Germany", "France"}


async def test_the_rows_behind_a_place_add_up_to_its_figure(
    database: Database, foundry: Foundry, actor: Actor, create: Create, add: Add, show: Show
) -> None:
    view = await create()
    made = await add(view, "gross sales by country on a map in 2026")
    (widget,) = (await show(view)).widgets
    wanted = RowsWanted(figure=FigureKey(group=("Austria",)), as_of=AS_OF)
    async with database.read(actor) as uow:
        found = await foundry.rendering.rows(uow, view.id, made.widget.id, wanted)
    assert found.figure == pytest.approx(drawn(widget.answer)["Austria"])
    assert found.lists[0].total_rows > 0


async def test_a_map_is_a_picture_and_a_page(
    database: Database, foundry: Foundry, actor: Actor, create: Create, add: Add, show: Show
) -> None:
    view = await create()
    made = await add(view, "gross sales by country on a map", title="Where we sell")
    async with database.read(actor) as uow:
        data = await foundry.exports.widget(uow, view.id, made.widget.id, AS_OF)
    svg = (await foundry.exports.widget_file(data, "svg")).body.decode()
    assert svg.count('aria-roledescription="geoshape"') == len(COUNTRIES)
    assert "Where we sell" in svg
    png = (await foundry.exports.widget_file(data, "png")).body
    width, height = struct.unpack(">II", png[16:24])
    assert width > height > 600
    report = report_of(await show(view))
    with_map, without = (
        pypdf.PdfReader(io.BytesIO(as_pdf(one))).pages[0].get_contents()
        for one in (
            report,
            report.model_copy(update={"widgets": (report.widgets[0].model_copy(update={"chart": None}),)}),
        )
    )
    assert with_map is not None
    assert without is not None
    assert "Where we sell" in pypdf.PdfReader(io.BytesIO(as_pdf(report))).pages[0].extract_text()
    assert len(with_map.get_data()) > len(without.get_data())
