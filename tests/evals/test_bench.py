"""The bench measures the product and its references for real, here on a shop that is small."""

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from evals.bench import __main__ as command
from evals.bench import chat, connectors, importing, query
from evals.bench.figures import Figure
from evals.bench.processes import free_port, serving, serving_bare
from evals.bench.questions import questions
from evals.bench.shop import Shop, new_shop, opened
from evals.bench.stores import SqliteStores
from evals.bench.superstore import write_superstore
from evals.bench.workbench import Workbench
from evals.tenants import DEMO_TENANT
from storage.kernel.errors import CopilotError
from storage.repositories.base import PageRequest
from tools.imports.service import ImportService
from tools.ingestion.catalogue import load_catalogue

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shop(tmp_path: Path) -> Shop:
    """A shop with a few orders of the last years."""
    made = await new_shop(tmp_path / "shop", DEMO_TENANT)
    write_superstore(tmp_path / "orders.csv", 120)
    async with opened(made.home) as database:
        service = ImportService(database, tmp_path / "uploads", load_catalogue())
        await service.import_file(made.owner, tmp_path / "orders.csv")
    return made


def named(figures: Sequence[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


def test_the_generated_file_has_as_many_lines_as_asked_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    first, again, other = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv"
    write_superstore(first, 501)
    write_superstore(again, 501)
    write_superstore(other, 501, seed=12)
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()
    with first.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["Row ID"]) for row in rows] == list(range(1, 502))
    orders = {(row["Order ID"], row["Order Date"], row["Customer ID"], row["Ship Mode"]) for row in rows}
    assert len(orders) == len({row["Order ID"] for row in rows})


def test_questions_vary_and_are_the_same_each_time() -> None:
    asked = questions(200)
    assert len(set(asked)) == 200
    assert asked == questions(200)


async def test_an_import_is_held_against_an_insert_of_the_rows_it_wrote(tmp_path: Path) -> None:
    (figure,) = await importing.measure_lines(Workbench(tmp_path, wanted_runs=2), 60)
    assert figure.unit == "rows/s"
    assert figure.reference is not None
    assert figure.reference.runs == 2
    assert figure.ours.p50 > 0
    assert figure.ratio is not None
    assert figure.ratio > 1


async def test_a_questions_planning_sql_and_wording_are_told_apart(tmp_path: Path, shop: Shop) -> None:
    figures = named(await query.measure(Workbench(tmp_path, wanted_runs=30, shop=shop)))
    answered = figures["query: SQL"]
    assert answered.reference is not None
    assert 0 < answered.ours.runs == answered.reference.runs <= 30
    assert figures["query: planning"].ours.p50 > 0
    assert figures["query: wording"].ours.p50 > 0
    rest = figures["query: all but SQL"].ours
    assert rest.p50 > figures["query: planning"].ours.p50
    assert figures["query: all but SQL"].budget is not None


async def test_a_turn_is_held_against_a_graph_that_does_nothing(tmp_path: Path, shop: Shop) -> None:
    figures = await chat.measure(Workbench(tmp_path, wanted_runs=2, shop=shop))
    runs = {figure.name: figure.ours.runs for figure in figures}
    assert runs == {
        "chat turn, one at a time": 2,
        "chat turn, 2 at once": 2 * chat.ROUNDS_AT_ONCE,
        "2 chat turns, until the last": chat.ROUNDS_AT_ONCE,
    }
    assert all(figure.ratio is not None for figure in figures)
    async with opened(shop.home) as database, database.read(shop.owner) as uow:
        threads = await uow.threads.list(PageRequest())
    turns = chat.WARM_UP + 2 + 2 * chat.ROUNDS_AT_ONCE
    assert len(threads.items) == turns


async def test_a_server_runs_for_as_long_as_it_is_measured(tmp_path: Path) -> None:
    async with httpx.AsyncClient() as client:
        async with serving_bare(tmp_path) as server:
            assert server.seconds > 0
            assert (await client.get(server.url)).json() == {"status": "ok"}
        with pytest.raises(httpx.ConnectError):
            await client.get(server.url)


async def test_a_server_that_dies_is_told_with_what_it_said(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no licence for this')"]
    with pytest.raises(CopilotError, match="no licence for this"):
        async with serving(command, free_port(), "/", {}, tmp_path / "log"):
            pass


async def test_a_sync_in_a_process_of_its_own_reads_all_that_the_vendor_lists(tmp_path: Path) -> None:
    async with connectors.serving_vendor(customers=12, orders=30) as vendor:
        stores = await SqliteStores.make(tmp_path, DEMO_TENANT)
        taken = await connectors.sync_by_us(vendor, await stores.fresh(), stores)
        # Events are for what changes later.
        assert taken.objects == sum(count for name, count in vendor.counts.items() if name != "events") > 60
        assert taken.cpu_seconds > 0
        seconds, rows = await stores.bare_insert()
        assert seconds > 0
        assert rows > 2 * taken.objects


async def test_dlt_is_told_to_be_set_up_where_it_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connectors, "DLT", tmp_path / "python")
    with pytest.raises(CopilotError) as raised:
        await connectors.measure(Workbench(tmp_path))
    assert "venv-bench" in str(raised.value.hint)


def test_the_command_prints_one_table_and_writes_every_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "LINES", 40)
    written = tmp_path / "bench.json"
    result = CliRunner().invoke(command.app, ["--only", "import", "--runs", "1", "--json", str(written)])
    assert result.exit_code == 0
    assert "rows/s" in result.stdout
    assert "bare insert" in result.stderr
    (figure,) = json.loads(written.read_text("utf-8"))["figures"]
    assert (figure["name"], len(figure["reference"]["values"])) == ("import", 1)


def test_a_measurement_that_does_not_exist_is_refused_with_those_that_do() -> None:
    result = CliRunner().invoke(command.app, ["--only", "tea"])
    assert result.exit_code == 2
    assert "tea" in result.stderr
    assert all(name in result.stderr for name in command.MEASUREMENTS)


def test_what_stops_the_bench_is_told_without_a_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    result = CliRunner().invoke(command.app, ["--only", "ready"])
    assert result.exit_code == 1
    assert "make setup" in result.stderr
    assert "Traceback" not in result.stderr
