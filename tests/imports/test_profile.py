"""What a file is taken for before anything is written, and how that can be edited."""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.commerce import Order, OrderLine
from storage.models.ingestion import Connector
from tests.imports.conftest import Ask, Figures
from tools.imports.schemas import ListSourcesRequest
from tools.imports.service import ImportService
from tools.imports.tool import capabilities
from tools.ingestion.catalogue import Entity

pytestmark = pytest.mark.anyio
Write = Callable[..., Path]
Ledger = Callable[[], Awaitable[Figures]]
ORDERS = "Order ID,Date,Time,Product,Qty,Price,Colour of box\n" + "".join(
    f"{n},0{1 + n % 9}/0{1 + n % 7}/2024,10:{n:02d},Mug,1,5.00,red\n" for n in range(10, 40)
)


async def test_a_profile_shows_columns_preview_problems_and_questions(
    imports: ImportService, actor: Actor, write: Write
) -> None:
    profile = await imports.profile(actor, write(ORDERS), "shop orders.csv")

    assert (profile.entity, profile.rows, profile.status, profile.source) == (Entity.ORDER_LINE, 30, "profiled", None)
    found = {column.column: (column.field, column.confidence > 0.9) for column in profile.columns}
    assert found == {
        "Order ID": ("order_id", True),
        "Date": ("order_date", True),
        "Time": ("order_time", True),
        "Product": ("product_title", True),
        "Qty": ("quantity", True),
        "Price": ("unit_price", True),
        "Colour of box": (None, False),
    }
    assert profile.preview.rows[0][profile.preview.columns.index("product")] == "Mug"
    assert {question.field for question in profile.questions} == {"currency", "timezone", "date_order"}
    assert {problem.code for problem in profile.problems} == {"no_meaning", "ambiguous_dates"}
    assert "line_net" in {choice.id for choice in profile.fields}


async def test_profiling_writes_no_rows(imports: ImportService, actor: Actor, ask: Ask, write: Write) -> None:
    await imports.profile(actor, write(ORDERS), "orders.csv")
    assert await ask(select(func.count()).select_from(OrderLine)) == [(0,)]
    assert await ask(select(func.count()).select_from(Connector)) == [(0,)]


async def test_the_mapping_can_be_edited_before_the_commit(
    imports: ImportService, actor: Actor, figures: Ledger, ask: Ask, write: Write
) -> None:
    profile = await imports.profile(actor, write(ORDERS), "orders.csv")
    columns = profile.mapping.columns | {"Colour of box": "channel", "Product": None, "Price": "line_net"}
    edited = profile.mapping.model_copy(
        update={"columns": columns, "currency": "GBP", "timezone": "Europe/London", "date_order": "mdy"}
    )

    shown = await imports.preview(actor, profile.file_id, edited)
    assert {column.column: column.field for column in shown.columns}["Colour of box"] == "channel"
    await imports.commit(actor, profile.file_id, edited)

    assert (await figures()).net == Decimal(150)
    [(channel, currency, on, at)] = await ask(
        select(Order.channel, Order.currency, Order.ordered_on, Order.ordered_at).where(Order.number == "17")
    )
    assert (channel, currency, on.isoformat()) == ("red", "GBP", "2024-09-04")
    assert at.isoformat() == "2024-09-04T09:17:00+00:00"


async def test_what_was_agreed_is_remembered_for_the_next_export(
    imports: ImportService, actor: Actor, ask: Ask, write: Write
) -> None:
    first = await imports.profile(actor, write(ORDERS), "orders_march.csv")
    agreed = first.mapping.model_copy(update={"currency": "GBP", "timezone": "Europe/London", "date_order": "mdy"})
    await imports.commit(actor, first.file_id, agreed)

    # The next export has one column more; the source is the same.
    lines = ORDERS.splitlines()
    wider = "\n".join([lines[0] + ",Channel", *(f"{line},web" for line in lines[1:])]) + "\n"
    second = await imports.profile(actor, write(wider), "orders_april.csv")

    assert second.source == "Orders march"
    assert second.questions == ()
    assert (second.mapping.currency, second.mapping.timezone, second.mapping.date_order) == (
        "GBP",
        "Europe/London",
        "mdy",
    )
    assert second.mapping.columns["Channel"] == "channel"
    report = await imports.commit(actor, second.file_id)
    assert (report.created, report.updated) == (0, 30)
    assert await ask(select(func.count()).select_from(OrderLine)) == [(30,)]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"columns": {"No such column": "order_id"}}, "/mapping/columns/No such column"),
        ({"columns": {"Qty": "no_such_field"}}, "/mapping/columns/Qty"),
        ({"columns": {"Qty": "order_id", "Order ID": "order_id"}}, "/mapping/columns/Qty"),
        ({"columns": {"Date": None, "Order ID": None}}, "/mapping/columns"),
        ({"timezone": "Mars/Olympus"}, "/mapping/timezone"),
    ],
)
async def test_a_mapping_that_cannot_work_is_refused_with_its_field(
    change: dict[str, object], pointer: str, imports: ImportService, actor: Actor, write: Write
) -> None:
    profile = await imports.profile(actor, write(ORDERS), "orders.csv")
    update = dict(change)
    if isinstance(update.get("columns"), dict):
        update["columns"] = {**profile.mapping.columns, **update["columns"]}  # pyright: ignore[reportGeneralTypeIssues] - a dict by the test above
    with pytest.raises(CopilotError) as refused:
        await imports.commit(actor, profile.file_id, profile.mapping.model_copy(update=update))

    assert refused.value.kind == ErrorKind.INVALID
    assert pointer in {problem.pointer for problem in refused.value.problems}
    assert (await imports.report(actor, profile.file_id)).status == "profiled"


async def test_a_file_of_nothing_known_is_profiled_and_refused_with_what_it_lacks(
    imports: ImportService, actor: Actor, write: Write
) -> None:
    profile = await imports.profile(actor, write("Foo,Bar\nx,y\nz,w\n"), "strange.csv")

    assert any(problem.blocking for problem in profile.problems)
    with pytest.raises(CopilotError) as refused:
        await imports.commit(actor, profile.file_id)
    assert refused.value.kind == ErrorKind.INVALID


async def test_sources_say_where_the_figures_come_from(
    imports: ImportService, database: Database, actor: Actor, write: Write
) -> None:
    await imports.import_file(actor, write(ORDERS), "shop_orders.csv")

    async with database.read(actor) as uow:
        [source] = (await imports.list_sources(uow, ListSourcesRequest())).items
    assert (source.name, source.type, source.rows, source.entity) == ("Shop orders", "file", 30, Entity.ORDER_LINE)
    assert source.last_sync_at is not None


async def test_every_capability_says_what_it_is_for(imports: ImportService) -> None:
    found = capabilities(imports)

    assert [(c.id, c.effect.value) for c in found] == [
        ("data-lineage.list-sources", "read"),
        ("data-lineage.list-imports", "read"),
        ("data-lineage.undo-import", "write"),
    ]
    assert all(len(c.examples) >= 8 for c in found)
