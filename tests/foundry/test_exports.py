"""Files: typed cells and no formulas, pictures that Vega draws offline, and documents that people can read."""

import csv
import io
import json
from datetime import date, datetime
from typing import Any

import openpyxl
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from tests.foundry.conftest import AS_OF, Add, Create, Show
from tools.foundry.drawing import Report, ReportWidget, as_pdf, as_png, as_svg
from tools.foundry.exports import ExportedFile, file_name
from tools.foundry.foundry import Foundry
from tools.foundry.schemas import DashboardView
from tools.foundry.tables import as_csv, as_xlsx
from tools.kit.blocks import Column

COLUMNS = (
    Column(name="product", type="string", label="Product"),
    Column(name="day", type="date", label="Day"),
    Column(name="revenue", type="number", unit="EUR", label="Net sales"),
    Column(name="share", type="number", unit="%", label="Share"),
    Column(name="orders", type="integer", label="Orders"),
)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0", '=HYPERLINK("http://evil.example")')


def row(product: str | None) -> tuple[Any, ...]:
    return (product, "2026-03-01", -12.5, 0.25, 3)


def read_csv(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", FORMULAS)
def test_text_in_csv_is_no_formula_and_numbers_stay_numbers(text: str) -> None:
    heading, only = read_csv(as_csv(COLUMNS, [row(text)]))
    assert heading == ["Product", "Day", "Net sales (EUR)", "Share (%)", "Orders"]
    assert only == [f"'{text}", "2026-03-01", "-12.5", "0.25", "3"]


@given(text=st.text(max_size=40))
def test_any_text_comes_back_from_csv_and_begins_no_formula(text: str) -> None:
    _, only = read_csv(as_csv(COLUMNS, [row(text)]))
    assert only[0] in (text, f"'{text}")
    assert not only[0].startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("text", FORMULAS)
def test_cells_in_xlsx_are_typed_and_never_a_formula(text: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(COLUMNS, [row(text), row(None)], "Sales")))
    _, first, second = book.active.iter_rows()  # type: ignore[union-attr]
    assert first[0].data_type == "s"
    assert unescape(first[0].value) == text
    assert first[1].value == datetime(2026, 3, 1)
    assert [cell.value for cell in first[2:]] == [-12.5, 0.25, 3]
    assert [cell.data_type for cell in first[2:]] == ["n", "n", "n"]
    assert first[3].number_format == "0.0%"
    assert second[0].value is None
    assert first[0].hyperlink is None


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.foundry.tables.MOST_SHEET_ROWS", 2)
    with pytest.raises(CopilotError) as refused:
        as_xlsx(COLUMNS, [row("x")] * 3, "Sales")
    assert refused.value.kind is ErrorKind.TOO_LARGE


@given(title=st.text(max_size=200))
def test_a_file_has_a_name_that_every_system_takes(title: str) -> None:
    name = file_name(title, "csv")
    assert name.isascii()
    assert not set(name) & set('/\\:*?"<>|\r\n')
    assert name.endswith(".csv")
    assert len(name) <= 64


# ── documents ────────────────────────────────────────────────────────────────────────────────────────────

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "title": "Sales",
    "width": "container",
    "data": {"values": [{"product": "Tea", "revenue": 3}, {"product": "Mugs", "revenue": 5}]},
    "mark": "bar",
    "encoding": {"x": {"field": "revenue", "type": "quantitative"}, "y": {"field": "product", "type": "nominal"}},
}


def report(*widgets: ReportWidget, title: str = "Monday") -> Report:
    return Report(title=title, description="", facts=(("As of", "20 Mar 2026"),), widgets=widgets, sources=("Shop",))


def test_a_picture_is_drawn_offline() -> None:
    assert as_svg(SPEC).startswith("<svg")
    assert as_png(SPEC).startswith(b"\x89PNG\r\n\x1a\n")


def test_a_chart_loads_nothing_from_elsewhere() -> None:
    elsewhere = SPEC | {"data": {"url": "http://127.0.0.1:9/secret.json"}}
    with pytest.raises(ValueError, match="External data url not allowed"):
        as_svg(elsewhere)


@pytest.mark.parametrize(
    "hostile", ['#panic("x")', "$x^2$", "*bold* _it_ `code`", ']#eval("1")[', '#include "/etc/passwd"', "Zoë Łódź"]
)
def test_what_a_document_says_is_never_markup(hostile: str) -> None:
    widget = ReportWidget(
        title=hostile,
        text=hostile,
        heading=(hostile,),
        numeric=(False,),
        rows=((hostile,),),
        chart=SPEC | {"title": hostile},
    )
    reader = pypdf.PdfReader(io.BytesIO(as_pdf(report(widget, title=hostile))))
    text = reader.pages[0].extract_text()
    assert text.count(hostile) >= 4


def test_a_long_table_goes_on_over_pages_with_its_heading() -> None:
    rows = tuple((f"Product {i}", str(i)) for i in range(150))
    widget = ReportWidget(title="All", text="Much.", heading=("Product", "Units"), numeric=(False, True), rows=rows)
    reader = pypdf.PdfReader(io.BytesIO(as_pdf(report(widget))))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) >= 3
    assert all("Units" in page for page in pages[:3])
    assert "Product 149" in "".join(pages)


# ── of a shop ────────────────────────────────────────────────────────────────────────────────────────────


class TestOfAShop:
    """One store is enough: what is read from it is tested elsewhere, on both."""

    pytestmark = pytest.mark.anyio

    @pytest.fixture
    def database_config(self, embedded_config: Any) -> Any:
        return embedded_config

    async def export(
        self, database: Database, foundry: Foundry, actor: Actor, view: DashboardView, wanted: Any
    ) -> ExportedFile:
        async with database.read(actor) as uow:
            data = await foundry.exports.widget(uow, view.id, view.widgets[0].id, AS_OF)
        return await foundry.exports.widget_file(data, wanted)

    async def test_every_format_holds_all_rows(
        self, database: Database, foundry: Foundry, actor: Actor, create: Create, show: Show
    ) -> None:
        view = await create(questions=["gross sales by month and product"])
        shown = (await show(view)).widgets[0].answer
        assert shown is not None
        files = {one: await self.export(database, foundry, actor, view, one) for one in ("csv", "xlsx", "json")}
        rows = read_csv(files["csv"].body)[1:]
        assert [(month, product, float(value)) for month, product, value in rows] == list(shown.rows)
        sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"].body)).active
        cells = list(sheet.iter_rows(min_row=2, values_only=True))  # type: ignore[union-attr]
        assert [(str(month.date()), product, value) for month, product, value in cells] == list(shown.rows)  # type: ignore[union-attr]
        plain = json.loads(files["json"].body)
        assert [tuple(one) for one in plain["answer"]["rows"]] == list(shown.rows)
        assert plain["answer"]["provenance"]["row_count"] == shown.provenance.row_count
        assert files["csv"].name == "gross-sales-by-month-and-product.csv"

    async def test_a_chart_is_a_picture_and_a_figure_has_none(
        self, database: Database, foundry: Foundry, actor: Actor, create: Create
    ) -> None:
        view = await create(questions=["gross sales by category in 2026"])
        assert b"Mugs" in (await self.export(database, foundry, actor, view, "svg")).body
        assert (await self.export(database, foundry, actor, view, "png")).body.startswith(b"\x89PNG")
        figure = await create(questions=["gross sales in 2026"])
        with pytest.raises(CopilotError, match="has no chart") as refused:
            await self.export(database, foundry, actor, figure, "svg")
        assert refused.value.problems[0].pointer == "/format"

    async def test_a_dashboard_is_a_document_that_says_what_it_shows_and_since_when(
        self, foundry: Foundry, create: Create, add: Add, show: Show
    ) -> None:
        filters = [{"dimension": "channel", "operator": "eq", "values": ["online"]}]
        view = await create(
            name="Montagsrunde — Übersicht", description="For all.", filters=filters, questions=["gross sales by month"]
        )
        await add(view, "orders in 2026")
        data = await show(view)
        file = await foundry.exports.report(data)
        reader = pypdf.PdfReader(io.BytesIO(file.body))
        text = "\n".join(page.extract_text() for page in reader.pages)
        for said in (
            "Montagsrunde — Übersicht",
            "For all.",
            "20 Mar 2026",
            "channel eq online",
            "February 2026",
            "Sources",
        ):
            assert said in text, said
        assert data.widgets[1].answer is not None
        assert " ".join(data.widgets[1].answer.answer.split()) in " ".join(text.split())
        assert reader.metadata is not None
        assert reader.metadata.title == "Montagsrunde — Übersicht"
        assert data.as_of == date(2026, 3, 20)
