"""`smb eval` from the suites on disk to the reports, against a product whose every answer is known."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest
from rich.console import Console

from evals.baselines.store import BaselineStore
from evals.cases import load_suite
from evals.command import EvalOptions, evaluate
from evals.report import ReportedRun, as_json, as_junit
from evals.runner import Runner, SuiteRun
from storage.kernel.errors import CopilotError, ErrorKind
from tests.evals.product import Product, answered

SUITE = """\
title: Northwind in three questions
shop: northwind
split: tuned
as_of: 1998-05-06
must_not_say: [secret]
"""
CASES = """\
- id: orders-1997
  kind: total
  turns:
    - ask: how many orders were there in 1997
      expect: {}
    - ask: and in 1996?
      expect: {}
- id: weather
  kind: unanswerable
  turns:
    - ask: will it rain?
      expect: {status: cannot_answer}
"""
ORACLE = """\
EXPECTED = {
    "orders-1997": lambda shop: shop.between("1997-01-01", "1997-12-31").figures("orders"),
    "orders-1997/2": lambda shop: shop.between("1996-01-01", "1996-12-31").figures("orders"),
}
"""
ORDERS = [("orders", "integer")]
RIGHT: dict[str, Any] = {
    "how many orders were there in 1997": answered(ORDERS, [[408]]),
    "and in 1996?": answered(ORDERS, [[152]]),
    "will it rain?": {"status": "cannot_answer", "answer": "That is not in your data."},
}


@pytest.fixture
def datasets(tmp_path: Path) -> Path:
    folder = tmp_path / "datasets" / "tiny"
    folder.mkdir(parents=True)
    (folder / "suite.yaml").write_text(SUITE, "utf-8")
    (folder / "cases.yaml").write_text(CASES, "utf-8")
    (folder / "expected.py").write_text(ORACLE, "utf-8")
    return folder.parent


@pytest.fixture
def store(tmp_path: Path) -> BaselineStore:
    return BaselineStore(tmp_path / "baselines")


async def run(product: Product, datasets: Path) -> SuiteRun:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(product.app), base_url="http://product") as client:
        return await Runner(client, "embedded", say=lambda _: None).run(load_suite("tiny", datasets))


def answering(**changed: Any) -> Product:
    answers = RIGHT | changed
    return Product(lambda question: answers[question])


@pytest.mark.anyio
class TestRun:
    async def test_a_tenant_is_made_and_the_files_imported_before_anything_is_asked(self, datasets: Path) -> None:
        product = answering()
        await run(product, datasets)
        assert product.tenants[0]["tenant_name"] == "Northwind Traders"
        assert product.tenants[0]["currency"] == "USD"
        assert product.files == ["northwind_products.csv", "northwind_customers.csv", "northwind_order_lines.csv"]

    async def test_the_turns_of_a_case_share_a_conversation_and_cases_do_not(self, datasets: Path) -> None:
        product = answering()
        await run(product, datasets)
        first, second, third = (one["conversation_id"] for one in product.asked)
        assert first == second != third
        assert {one["as_of"] for one in product.asked} == {"1998-05-06"}

    async def test_a_suite_may_have_a_tenant_of_its_own(self, datasets: Path) -> None:
        other = datasets / "own"
        other.mkdir()
        for name, content in (
            ("suite.yaml", SUITE + "own_tenant: true\n"),
            ("cases.yaml", CASES),
            ("expected.py", ORACLE),
        ):
            (other / name).write_text(content, "utf-8")
        product = answering()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(product.app), base_url="http://product") as client:
            runner = Runner(client, "embedded", say=lambda _: None)
            for name in ("tiny", "own", "tiny"):
                await runner.run(load_suite(name, datasets))
        assert [one["tenant_name"] for one in product.tenants] == ["Northwind Traders"] * 2

    async def test_everything_right(self, datasets: Path) -> None:
        tally = (await run(answering(), datasets)).tally
        assert (tally.accuracy.hits, tally.accuracy.total) == (3, 3)
        assert (tally.precision.hits, tally.precision.total) == (2, 2)
        assert (tally.coverage.hits, tally.coverage.total) == (2, 2)

    async def test_a_wrong_figure_costs_precision_and_a_refusal_coverage(self, datasets: Path) -> None:
        refused = {"status": "needs_clarification", "answer": "Which orders?"}
        changed = {"how many orders were there in 1997": answered(ORDERS, [[400]]), "and in 1996?": refused}
        tally = (await run(answering(**changed), datasets)).tally
        assert (tally.precision.hits, tally.precision.total) == (0, 1)
        assert (tally.coverage.hits, tally.coverage.total) == (1, 2)

    async def test_an_answer_to_the_unanswerable_costs_precision(self, datasets: Path) -> None:
        tally = (await run(answering(**{"will it rain?": answered(ORDERS, [[1]])}), datasets)).tally
        assert (tally.precision.hits, tally.precision.total) == (2, 3)
        assert (tally.coverage.hits, tally.coverage.total) == (2, 2)

    async def test_what_no_answer_may_say(self, datasets: Path) -> None:
        changed = {"and in 1996?": RIGHT["and in 1996?"] | {"answer": "The SECRET is 152."}}
        result = await run(answering(**changed), datasets)
        assert [turn.key for turn in result.turns if not turn.score.right] == ["orders-1997/2"]

    async def test_cost_is_what_the_tenant_was_charged_for_the_suite(self, datasets: Path) -> None:
        assert (await run(answering(), datasets)).cost_usd == pytest.approx(1.5)

    async def test_a_failed_import_stops_the_suite(self, datasets: Path) -> None:
        product = answering()
        product.job_states = ["running", "failed"]
        with pytest.raises(CopilotError, match=r"northwind_products\.csv failed"):
            await run(product, datasets)

    async def test_a_shop_whose_files_are_absent_is_skipped_and_says_why(
        self, datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("evals.shops._SUPERSTORE", tmp_path / "superstore.csv")
        (datasets / "tiny" / "suite.yaml").write_text(SUITE.replace("northwind", "superstore"), "utf-8")
        result = await run(answering(), datasets)
        assert result.turns == ()
        assert "superstore.csv is not in" in (result.skipped or "")


@pytest.mark.anyio
class TestBaselines:
    async def test_nothing_is_compared_until_a_baseline_is_saved(self, datasets: Path, store: BaselineStore) -> None:
        first = await run(answering(), datasets)
        assert store.compare(first) is None
        store.save(first)
        same = store.compare(first)
        assert same is not None
        assert (same.lost, same.gained) == ((), ())

    async def test_turns_that_were_right_and_no_longer_are(self, datasets: Path, store: BaselineStore) -> None:
        store.save(await run(answering(**{"will it rain?": 500}), datasets))
        compared = store.compare(await run(answering(**{"and in 1996?": 500}), datasets))
        assert compared is not None
        assert (compared.lost, compared.gained) == (("orders-1997/2",), ("weather",))

    async def test_each_case_enters_the_first_run_log_once_and_again_when_it_is_rewritten(
        self, datasets: Path, store: BaselineStore
    ) -> None:
        wrong = answering(**{"will it rain?": answered(ORDERS, [[1]])})
        first = store.log_first_run(await run(wrong, datasets))
        assert first is not None
        assert set(first.cases) == {"orders-1997", "weather"}
        assert (first.counts.right, first.counts.turns) == (2, 3)
        assert store.log_first_run(await run(answering(), datasets)) is None
        cases = datasets / "tiny" / "cases.yaml"
        cases.write_text(CASES.replace("kind: unanswerable", "kind: hostile"), "utf-8")
        again = store.log_first_run(await run(answering(), datasets))
        assert again is not None
        assert set(again.cases) == {"weather"}
        assert [one.counts.turns for one in store.first_runs()] == [3, 1]

    async def test_a_folder_that_cannot_be_written_to_is_said(self, datasets: Path, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(CopilotError, match="cannot be written"):
            BaselineStore(tmp_path / "file").save(await run(answering(), datasets))


@pytest.mark.anyio
class TestReports:
    async def test_junit_counts_failures_and_errors_apart(self, datasets: Path) -> None:
        changed = {"will it rain?": 500, "and in 1996?": answered(ORDERS, [[1]]) | {"answer": "one\x00\x0b"}}
        xml = as_junit([ReportedRun(await run(answering(**changed), datasets), None)])
        root = ElementTree.fromstring(xml)  # noqa: S314 - our own report
        suite = root[0]
        assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["3", "1", "1", "0"]
        assert [case.get("name") for case in suite] == ["orders-1997", "orders-1997/2", "weather"]

    async def test_json_holds_the_sums_the_questions_and_what_was_wrong(self, datasets: Path) -> None:
        changed = {"and in 1996?": answered(ORDERS, [[1]])}
        report = as_json([ReportedRun(await run(answering(**changed), datasets), None)])["suites"][0]
        assert report["total"]["accuracy"]["hits"] == 2
        assert set(report["kinds"]) == {"total", "unanswerable"}
        wrong = [turn for turn in report["turns"] if not turn["right"]]
        assert [(turn["question"], turn["problems"][0]["aspect"]) for turn in wrong] == [("and in 1996?", "figures")]
        json.dumps(report)


@pytest.mark.anyio
async def test_the_command_writes_its_reports_and_tells_a_loss_from_a_gain(
    tmp_path: Path, store: BaselineStore
) -> None:
    # The northwind suite as it ships, put to a product that understands nothing.
    refusing = Product(lambda _: {"status": "cannot_answer", "answer": "I do not know."})
    options = EvalOptions(
        suites=("northwind",),
        json_path=tmp_path / "report.json",
        junit_path=tmp_path / "report.xml",
        save_baseline=True,
        store=store,
    )
    with (tmp_path / "out").open("w") as file:
        out = Console(file=file, width=250)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(refusing.app), base_url="http://p") as client:
            assert await evaluate(client, options, out=out, progress=Console(quiet=True))
            refusing.answers = lambda _: 500
            assert not await evaluate(client, options, out=out, progress=Console(quiet=True))
    assert json.loads(options.json_path.read_bytes())["suites"][0]["lost"]  # type: ignore[union-attr]
    report = ElementTree.parse(tmp_path / "report.xml")  # noqa: S314 - our own report
    assert report.getroot().tag == "testsuites"
    printed = (tmp_path / "out").read_text("utf-8")
    assert "northwind" in printed
    assert "revenue-1997" in printed
    assert len(store.first_runs()) == 1


def test_a_suite_that_does_not_exist_is_not_found_and_says_which_do() -> None:
    with pytest.raises(CopilotError, match="northwind") as raised:
        load_suite("nowhere")
    assert raised.value.kind is ErrorKind.NOT_FOUND


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("- id: x\n  kind: total\n  turns: []\n", "0.turns"),
        ("- id: Not An Id\n  kind: total\n  turns: [{ask: a, expect: {}}]\n", "0.id"),
        ("- id: x\n  kind: total\n  turns: [{ask: a, expect: {sttus: answered}}]\n", "0.turns.0.expect.sttus"),
        ("- id: x\n  kind: other\n  turns: [{ask: a, expect: {}}]\n", "0.kind"),
        ("[unclosed", "no YAML"),
    ],
)
def test_a_case_that_is_badly_written_is_named(datasets: Path, written: str, said: str) -> None:
    (datasets / "tiny" / "cases.yaml").write_text(written, "utf-8")
    with pytest.raises(CopilotError, match=said) as raised:
        load_suite("tiny", datasets)
    assert raised.value.kind is ErrorKind.INVALID


def test_two_cases_of_one_name_are_refused(datasets: Path) -> None:
    (datasets / "tiny" / "more.yaml").write_text(CASES, "utf-8")
    with pytest.raises(CopilotError, match="two cases called orders-1997, weather"):
        load_suite("tiny", datasets)
