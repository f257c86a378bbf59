"""An import is there as a whole or not at all; and it can be taken back."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.commerce import Customer, Order, OrderLine, Product
from storage.models.ingestion import BatchChange, ImportReject, RawRecord, RecordLink
from tests.imports.conftest import Ask, Figures
from tests.ingestion.exports import bestellungen, online_retail
from tools.imports.schemas import ListImportsRequest, UndoImportRequest
from tools.imports.service import ImportService
from tools.ingestion import pipeline
from tools.ingestion.catalogue import load_catalogue

pytestmark = pytest.mark.anyio
Ledger = Callable[[], Awaitable[Figures]]
Write = Callable[..., Path]
HEAD = "Order ID,Date,Customer,Product,Quantity,Unit Price\n"


class KilledError(BaseException):
    """The process ends here: nothing of it runs any more."""


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "CHUNK_ROWS", 100)


async def _kill_half_way(imports: ImportService, actor: Actor, file_id: str) -> None:
    async def killed(done: float, _message: str) -> None:
        if done > 0.5:
            raise KilledError

    with pytest.raises(KilledError):
        await imports.commit(actor, file_id, progress=killed)


def _restarted(database: Database, tmp_path: Path) -> ImportService:
    return ImportService(database, tmp_path / "files", load_catalogue())


async def test_a_killed_import_leaves_nothing_to_be_seen_and_goes_on_where_it_stopped(
    small_chunks: None,
    imports: ImportService,
    database: Database,
    actor: Actor,
    figures: Ledger,
    ask: Ask,
    write: Write,
    tmp_path: Path,
) -> None:
    export = online_retail()
    profile = await imports.profile(actor, write(export.content, export.filename), export.filename)
    await _kill_half_way(imports, actor, profile.file_id)

    assert (await figures()).lines == 0
    assert await ask(select(Customer.id)) == []

    report = await _restarted(database, tmp_path).commit(actor, profile.file_id)

    assert (report.created, report.rejected) == (export.rows, 0)
    found = await figures()
    assert (found.net - found.refunds, found.orders) == (export.net, export.orders)


async def test_a_killed_import_that_nobody_resumes_is_cleared_away_at_the_next_start(
    small_chunks: None,
    imports: ImportService,
    database: Database,
    actor: Actor,
    figures: Ledger,
    ask: Ask,
    write: Write,
    tmp_path: Path,
) -> None:
    export = online_retail()
    profile = await imports.profile(actor, write(export.content, export.filename), export.filename)
    await _kill_half_way(imports, actor, profile.file_id)
    restarted = _restarted(database, tmp_path)

    assert await restarted.recover(resuming=[profile.file_id]) == 0
    assert await restarted.recover() == 1

    assert (await restarted.report(actor, profile.file_id)).status == "failed"
    assert await ask(select(RawRecord.id)) == []
    assert await ask(select(RecordLink.id)) == []
    # The file is still there: the owner may try again.
    assert (await restarted.commit(actor, profile.file_id)).created == export.rows
    found = await figures()
    assert found.net - found.refunds == export.net


async def test_two_imports_of_one_tenant_do_not_mix(
    small_chunks: None,
    imports: ImportService,
    database: Database,
    actor: Actor,
    clock: FixedClock,
    write: Write,
    tmp_path: Path,
) -> None:
    export = online_retail()
    first = await imports.profile(actor, write(export.content, export.filename), export.filename)
    await _kill_half_way(imports, actor, first.file_id)
    second = await imports.profile(actor, write(bestellungen().content, "b.csv"), "b.csv")
    other = _restarted(database, tmp_path)

    with pytest.raises(CopilotError) as refused:
        await other.commit(actor, second.file_id)
    assert refused.value.kind == ErrorKind.CONFLICT

    # An import that has been silent for long has died: it is cleared away, and the next one goes in.
    clock.at += timedelta(minutes=10)
    assert (await other.commit(actor, second.file_id)).status == "committed"
    assert (await other.report(actor, first.file_id)).status == "failed"
    assert (await other.undo(actor, first.file_id)).status == "undone"


async def test_committing_twice_imports_once(
    imports: ImportService, actor: Actor, figures: Ledger, write: Write
) -> None:
    profile = await imports.profile(actor, write(HEAD + "1,2024-01-02,Ann,Mug,2,5\n"), "o.csv")
    first, second = await asyncio.gather(
        imports.commit(actor, profile.file_id), imports.commit(actor, profile.file_id), return_exceptions=True
    )
    assert {type(first).__name__, type(second).__name__} <= {"ImportReport", "CopilotError"}
    again = await imports.commit(actor, profile.file_id)

    assert again.created == 1
    assert (await figures()).lines == 1


async def test_an_undone_import_is_gone_and_can_come_again(
    imports: ImportService, actor: Actor, figures: Ledger, ask: Ask, write: Write
) -> None:
    export = online_retail()
    path = write(export.content, export.filename)
    report = await imports.import_file(actor, path)

    undone = await imports.undo(actor, report.file_id)

    assert undone.status == "undone"
    for model in (OrderLine, Order, Customer, Product, RawRecord, RecordLink):
        assert await ask(select(func.count()).select_from(model)) == [(0,)]
    assert (await imports.import_file(actor, path)).created == export.rows
    found = await figures()
    assert found.net - found.refunds == export.net


async def test_undoing_a_later_export_puts_back_what_it_changed(
    imports: ImportService, actor: Actor, figures: Ledger, ask: Ask, write: Write
) -> None:
    await imports.import_file(actor, write(HEAD + "1,2024-01-02,Ann,Mug,2,5\n2,2024-01-03,Bob,Tea,1,4\n", "a.csv"))
    before = await figures()
    later = await imports.import_file(
        actor, write(HEAD + "1,2024-01-02,Ann,Mug,9,5\n3,2024-01-05,Ann,Tea,1,4\n", "b.csv")
    )
    assert (await figures()).net == Decimal(45 + 4 + 4)

    await imports.undo(actor, later.file_id)

    assert await figures() == before
    assert await ask(select(func.count()).select_from(BatchChange)) == [(0,)]


async def test_an_import_on_which_a_later_one_builds_is_not_undone_first(
    imports: ImportService, actor: Actor, figures: Ledger, write: Write
) -> None:
    first = await imports.import_file(actor, write(HEAD + "1,2024-01-02,Ann,Mug,2,5\n", "january.csv"))
    await imports.import_file(actor, write(HEAD + "1,2024-01-02,Ann,Mug,3,5\n", "january_mended.csv"))

    with pytest.raises(CopilotError) as refused:
        await imports.undo(actor, first.file_id)

    assert refused.value.kind == ErrorKind.CONFLICT
    assert "january_mended.csv" in refused.value.message
    assert (await figures()).net == Decimal(15)


async def test_customers_that_later_orders_need_outlive_the_import_that_brought_them(
    imports: ImportService, actor: Actor, figures: Ledger, ask: Ask, write: Write
) -> None:
    first = await imports.import_file(
        actor, write(HEAD + "1,2024-01-02,Ann,Mug,2,5\n2,2024-01-02,Bob,Tea,2,5\n", "a.csv")
    )
    await imports.import_file(actor, write(HEAD + "3,2024-02-02,Ann,Mug,1,5\n", "b.csv"))

    await imports.undo(actor, first.file_id)

    assert await ask(select(Customer.name)) == [("Ann",)]
    assert await ask(select(Product.title)) == [("Mug",)]
    assert (await figures()).net == Decimal(5)


async def test_the_chat_can_name_the_import_to_take_back(
    imports: ImportService, database: Database, actor: Actor, figures: Ledger, write: Write
) -> None:
    await imports.import_file(actor, write(HEAD + "1,2024-01-02,Ann,Mug,2,5\n", "january.csv"))
    await imports.import_file(actor, write(HEAD + "2,2024-02-02,Bob,Tea,1,4\n", "february.csv"))

    async with database.write(actor) as uow:
        report = await imports.undo_named(uow, UndoImportRequest(file="February"))
    assert report.filename == "february.csv"
    assert (await figures()).net == Decimal(10)

    # Its hidden rows do not stand in the way of the same file coming again.
    again = await imports.import_file(actor, write(HEAD + "2,2024-02-02,Bob,Tea,1,4\n", "february.csv"))
    assert again.created == 1
    async with database.read(actor) as uow:
        states = [item.status for item in (await imports.list_imports(uow, ListImportsRequest())).items]
    assert states == ["committed", "undone", "committed"]


async def test_who_may_only_look_cannot_import(imports: ImportService, actor: Actor, write: Write) -> None:
    viewer = Actor(actor.tenant_id, actor.user_id, Role.VIEWER, Surface.REST)
    with pytest.raises(CopilotError) as refused:
        await imports.profile(viewer, write(HEAD), "o.csv")
    assert refused.value.kind == ErrorKind.FORBIDDEN


async def test_nothing_is_left_on_disk_of_a_finished_import(
    imports: ImportService, actor: Actor, ask: Ask, write: Write, tmp_path: Path
) -> None:
    report = await imports.import_file(
        actor, write(HEAD + "1,2024-01-02,Ann,Mug,x,5\n1,2024-01-02,Ann,Mug,2,5\n2,2024-01-02,Ann,Mug,2,5\n")
    )

    assert report.rejected == 1
    assert await ask(select(ImportReject.column, ImportReject.value, ImportReject.reason)) == [
        ("Quantity", "x", "is not a number")
    ]
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []
