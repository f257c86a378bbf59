"""Targets over the API: set, read in words, changed, and how they stand against plain loops."""

from datetime import date
from typing import Any

import altair
import jsonschema
import pytest
from fastapi import FastAPI

from storage.database import DatabaseConfig
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.errors import CopilotError
from tests.api.conftest import *  # noqa: F403 — the application and its callers
from tests.api.conftest import Caller
from tests.insights.history import AS_OF, Sale, history, write_sales
from tools.kpis.schemas import SetTarget

pytestmark = pytest.mark.anyio
KPIS = "/api/modules/mini-foundry/kpis"
DAY = {"as_of": AS_OF.isoformat()}  # Wednesday 7 January 2026
SALES = history()


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    """The SQL is the compiler's, which is tested on both databases."""
    return embedded_config


@pytest.fixture
async def keeper(owner: Caller, app: FastAPI) -> Caller:
    actor = Actor(owner.tenant_id, owner.user_id, Role.OWNER, Surface.REST)
    await write_sales(app.state.services.database, actor, SALES)
    return owner


def sold(start: date, end: date, **only: str) -> list[Sale]:
    """What was sold from `start` up to but not with `end`."""
    return [s for s in SALES if start <= s.day < end and all(getattr(s, name) == value for name, value in only.items())]


async def made(caller: Caller, **fields: Any) -> dict[str, Any]:
    response = await caller.post(KPIS, {"metric": "revenue", "target": {"figure": 6000}} | fields)
    assert response.status_code == 201, response.text
    return response.json()


async def standing(caller: Caller, kpi: dict[str, Any], **params: str) -> dict[str, Any]:
    response = await caller.get(f"{KPIS}/{kpi['id']}/progress", params=DAY | params)
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_target_is_held_against_what_was_sold(keeper: Caller):
    kpi = await made(keeper, question="net sales for online", metric=None)
    assert (kpi["name"], kpi["metric"], kpi["filters"][0]["values"]) == ("Net sales for online, each month", "revenue", ["online"])  # fmt: skip
    found = await standing(keeper, kpi)
    actual = sum(s.amount for s in sold(date(2026, 1, 1), AS_OF, channel="online"))  # today still runs
    assert (found["from"], found["to"], found["through"]) == ("2026-01-01", "2026-01-31", "2026-01-06")
    assert found["actual"] == pytest.approx(actual, abs=0.01)
    assert found["reached"] == pytest.approx(actual / 6000)
    # All days bring alike here: six of 31.
    assert found["expected_share"] == pytest.approx(6 / 31, abs=0.04)
    assert found["projected"] == pytest.approx(actual / found["expected_share"], rel=1e-3)
    assert found["low"] < found["projected"] < found["high"]
    assert found["tried"] >= 8
    assert found["status"] == "behind"
    assert found["sure"] == (found["high"] < 6000)
    assert "5 % or more above the target, behind" in found["rule"]
    jsonschema.validate(found["chart"], altair.load_schema())
    board = (await keeper.post("/api/modules/mini-foundry/dashboards", {"name": "Goals"})).json()
    path = f"/api/modules/mini-foundry/dashboards/{board['id']}"
    assert (await keeper.post(f"{path}/widgets", found["widget"] | DAY)).status_code == 201
    [shown] = (await keeper.get(f"{path}/data", params={"as_of": "2026-01-06"})).json()["widgets"]
    assert shown["answer"]["rows"][-1][1] == pytest.approx(actual, abs=0.01)


async def test_last_year_and_ten_per_cent(keeper: Caller):
    kpi = await made(keeper, metric="orders", target={"on_last_year": 0.1}, period="quarter", starts_on="2025-11-11")
    assert kpi["starts_on"] == "2025-10-01"
    found = await standing(keeper, kpi)
    before = len(sold(date(2024, 10, 1), date(2025, 1, 1)))
    now = len(sold(date(2025, 10, 1), date(2026, 1, 1)))
    assert (found["actual"], found["target"]) == (now, pytest.approx(before * 1.1))
    assert found["status"] == ("reached" if now >= before * 1.1 else "missed")
    too_old = await made(keeper, target={"on_last_year": 0.1}, period="year", starts_on="2024-05-05")
    assert "of which there is not all in your data" in (await standing(keeper, too_old))["sentence"]


async def test_a_figure_whose_days_do_not_add_up_has_no_pace(keeper: Caller):
    kpi = await made(keeper, metric="average_order_value", target={"figure": 30})
    found = await standing(keeper, kpi)
    bought = sold(date(2026, 1, 1), AS_OF)
    mean = sum(s.amount for s in bought) / len(bought)
    assert (found["actual"], found["expected_share"], found["low"]) == (pytest.approx(mean, abs=0.01), None, None)
    assert found["status"] == "ahead"
    assert "no pace" in found["sentence"]


async def test_what_is_there_already_is_reached_and_a_limit_that_is_passed_is_missed(keeper: Caller):
    goal = await made(keeper, metric="orders", target={"figure": 10})
    limit = await made(keeper, metric="orders", target={"figure": 10}, direction="at_most")
    assert [(await standing(keeper, one))["status"] for one in (goal, limit)] == ["reached", "missed"]
    assert "it is over the limit" in (await standing(keeper, limit))["sentence"]


async def test_a_period_to_come_has_not_begun(keeper: Caller):
    kpi = await made(keeper, starts_on="2026-02-01")
    found = await standing(keeper, kpi)
    assert (found["status"], found["actual"], found["projected"], found["widget"]) == ("not_begun", None, None, None)


async def test_changes_are_versions_and_stale_ones_conflict(keeper: Caller):
    kpi = await made(keeper)
    body = {"metric": "revenue", "target": {"figure": 7000}, "version": 1}
    changed = await keeper.request("PUT", f"{KPIS}/{kpi['id']}", json=body)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert (await keeper.request("PUT", f"{KPIS}/{kpi['id']}", json=body)).status_code == 409
    kept = (await keeper.get(f"{KPIS}/{kpi['id']}/versions")).json()["items"]
    assert [(one["version"], one["content"]["target"]["figure"]) for one in kept] == [(2, 7000), (1, 6000)]
    assert [one["id"] for one in (await keeper.get(KPIS)).json()["items"]] == [kpi["id"]]
    assert (await keeper.delete(f"{KPIS}/{kpi['id']}")).status_code == 204
    assert (await keeper.get(f"{KPIS}/{kpi['id']}")).status_code == 404


async def test_what_cannot_be_a_target_is_refused_with_its_place(keeper: Caller):
    for fields, pointer in (
        ({"metric": "riches"}, "/metric"),
        ({"metric": "first_order"}, "/metric"),
        ({"filters": [{"dimension": "product", "operator": "gt", "values": ["x"]}]}, "/filters/0/operator"),
        ({"metric": "shipping", "filters": [{"dimension": "category", "operator": "eq", "values": ["Range 1"]}]}, "/filters"),
        ({"metric": None, "question": "net sales by month"}, "/question"),
        ({"metric": None, "question": "top 5 products"}, "/question"),
        ({"metric": None, "question": "net sales last month"}, "/question"),
        ({"metric": None, "question": "the weather"}, "/question"),
        ({"target": {"figure": 0}}, "/target"),
        ({"target": {"figure": 1, "on_last_year": 1}}, "/target"),
        ({"target": {"figure": float(10**16)}}, "/target/figure"),
        ({"surprise": 1}, "/surprise"),
    ):  # fmt: skip
        response = await keeper.post(KPIS, {"metric": "revenue", "target": {"figure": 6000}} | fields)
        pointers = [one["pointer"] for one in response.json().get("errors", [])]
        assert (response.status_code, pointers) == (422, [pointer]), (fields, response.text)


async def test_another_tenant_neither_sees_nor_reaches_it(keeper: Caller, rival: Caller):
    kpi = await made(keeper)
    path = f"{KPIS}/{kpi['id']}"
    assert (await rival.get(KPIS)).json()["items"] == []
    for method, where in (("GET", path), ("GET", f"{path}/progress"), ("GET", f"{path}/versions"), ("DELETE", path)):
        assert (await rival.request(method, where)).status_code == 404
    assert (await keeper.get(path)).json() == kpi


# ── in words ─────────────────────────────────────────────────────────────────────────────────────────────

SAID: dict[str, tuple[str, float | None, float | None, str, str | None, str]] = {
    "set a target of 50k net sales for December": ("revenue", 50_000, None, "month", "2026-12-01", "at_least"),
    "our goal for this quarter is 120,000 revenue": ("revenue", 120_000, None, "quarter", "2026-01-01", "at_least"),
    "target: 300 orders per month": ("orders", 300, None, "month", None, "at_least"),
    "set a monthly target of 400 orders": ("orders", 400, None, "month", None, "at_least"),
    "aim for last year + 10 % net sales this year": ("revenue", None, 0.1, "year", "2026-01-01", "at_least"),
    "aim for 10 % more orders than last year this quarter": ("orders", None, 0.1, "quarter", "2026-01-01", "at_least"),
    "keep refunds under 2000 a month": ("refunds", 2_000, None, "month", None, "at_most"),
    "set a refund rate target of 3 % for this quarter": ("refund_rate", 0.03, None, "quarter", "2026-01-01", "at_most"),
    "set a goal of €75,000 gross sales for 2027": ("gross_sales", 75_000, None, "year", "2027-01-01", "at_least"),
    "set a target of 2000 orders this month": ("orders", 2_000, None, "month", "2026-01-01", "at_least"),
    "add a target: average order value of 60 each month": ("average_order_value", 60, None, "month", None, "at_least"),
    "beat last year by 5 % in March net sales": ("revenue", None, 0.05, "month", "2026-03-01", "at_least"),
}  # fmt: skip

UNCLEAR = {
    "set a target of 50k": "For which period",
    "set a target for net sales next month": "How much",
    "set a target of 50k or 60k net sales in May": "Which of these numbers",
    "set a target of 20 % net sales this month": "is no share",
    "set a margin target of 20 this month": "is a share",
    "set a target of $500 net sales this month": "is in EUR",
    "set a target of 50k for the last 30 days of net sales": "a whole month, quarter or year",
    "set a target of 50k flurbs this month": "could not relate “flurbs”",
}


async def test_targets_are_read_from_words_or_asked_back(keeper: Caller, app: FastAPI):
    services = app.state.services
    actor = Actor(keeper.tenant_id, keeper.user_id, Role.OWNER, Surface.CHAT)

    async def say(words: str) -> Any:
        async with services.database.write(actor) as uow:
            return await services.kpis.set_target(uow, SetTarget(question=words, as_of=AS_OF))

    for words, (metric, figure, change, period, starts_on, direction) in SAID.items():
        kpi = (await say(words)).kpi
        starts = kpi.starts_on.isoformat() if kpi.starts_on else None
        got = (kpi.metric, kpi.target.figure, kpi.target.on_last_year, kpi.period, starts, kpi.direction)
        assert got == (metric, figure, change, period, starts_on, direction), words
    for words, why in UNCLEAR.items():
        with pytest.raises(CopilotError) as refused:
            await say(words)
        assert why in refused.value.message, words
    stored = (await keeper.get(KPIS, params={"limit": 200})).json()["items"]
    assert len(stored) == len(SAID)


async def test_questions_about_targets_find_those_that_are_meant(keeper: Caller, app: FastAPI):
    await made(keeper, metric="orders", target={"figure": 120}, period="month")
    await made(keeper, target={"figure": 20_000}, period="quarter")
    services = app.state.services
    actor = Actor(keeper.tenant_id, keeper.user_id, Role.VIEWER, Surface.CHAT)

    async def asked(question: str) -> Any:
        from tools.kpis.schemas import CheckTargets

        async with services.database.read(actor) as uow:
            return await services.kpis.check(uow, CheckTargets(question=question, as_of=AS_OF))

    async def names(question: str) -> list[str]:
        return [one.kpi.name for one in (await asked(question)).items]

    assert len(await names("how are we doing against target")) == 2
    assert await names("are we on track this quarter") == ["Net sales, each quarter"]
    assert await names("how far are we from the orders target") == ["Orders, each month"]
    assert (await asked("are we on track this year")).note.startswith("There is no target for this year.")
    assert (await asked("are we on track with units sold")).note == "There is no target for units sold."
    everything = (await keeper.get(f"{KPIS}/progress", params=DAY)).json()["items"]
    assert {one["kpi"]["name"] for one in everything} == {"Net sales, each quarter", "Orders, each month"}


async def test_a_metric_of_her_own_is_kept_while_a_target_rests_on_it(keeper: Caller):
    metric = {"label": "Half", "expression": "revenue / 2"}
    own = (await keeper.post("/api/modules/mini-foundry/metrics", metric)).json()
    await made(keeper, metric="half")
    refused = await keeper.delete(f"/api/modules/mini-foundry/metrics/{own['id']}")
    assert refused.status_code == 409
    assert "the target “Half, each month”" in refused.json()["detail"]
