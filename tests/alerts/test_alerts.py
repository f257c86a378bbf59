"""Alerts: when they speak up and when they stay silent, on schedule, after crashes, and over the API."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from storage.database import DatabaseConfig
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError
from tests.api.conftest import *  # noqa: F403 — the application and its callers
from tests.api.conftest import Caller, sign_in
from tests.insights.history import Sale, history, write_sales
from tools.alerts.engine import Outcome, Reading, State, judge, step
from tools.alerts.schemas import WatchFor

pytestmark = pytest.mark.anyio
ALERTS, NOTES = "/api/modules/mini-foundry/alerts", "/api/notifications"
MONDAY = date(2026, 1, 5)


@pytest.fixture
def clock() -> FixedClock:
    """Monday 5 January 2026, ten in the morning in Dublin."""
    return FixedClock(datetime(2026, 1, 5, 10, tzinfo=UTC))


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


# ── the rules ────────────────────────────────────────────────────────────────────────────────────────────


def _days(values: list[float | None], *, cooldown: int = 0, bound: float = 20) -> list[Outcome]:
    """What an alert on figures below a bound does day after day."""
    state: State = "armed"
    fired: date | None = None
    seen: list[Outcome] = []
    for number, value in enumerate(values):
        day = MONDAY + timedelta(days=number)
        judged = judge("threshold", "below", bound, Reading(value))
        outcome, state = step(judged, state, day=day, last_fired=fired, cooldown_days=cooldown)
        fired = day if outcome == "fired" else fired
        seen.append(outcome)
    return seen


def test_it_speaks_up_once_and_again_only_after_it_was_clearly_over():
    # 20.5 is no longer below 20, and still within the margin of 5 %.
    assert _days([25, 19, 15, 20.5, 19, 21, 18]) == ["quiet", "fired", "holding", "holding", "holding", "cleared", "fired"]  # fmt: skip


def test_within_the_cool_down_it_is_held_back():
    assert _days([19, 30, 19, 30, 19], cooldown=3) == ["fired", "cleared", "held_back", "cleared", "fired"]


def test_what_is_not_known_changes_nothing():
    assert _days([19, None, 18]) == ["fired", "waiting", "holding"]


def test_a_change_is_by_the_size_of_what_was_before():
    assert judge("change", "above", 0.05, Reading(106, 100)).met
    assert not judge("change", "above", 0.05, Reading(105, 100)).met
    assert judge("change", "below", 0.2, Reading(79, 100)).met
    assert not judge("change", "below", 0.2, Reading(130, 100)).met
    assert not judge("change", "above", 0.05, Reading(5, 0)).judged


def test_an_anomaly_is_what_chance_throws_up_once_in_a_hundred_times():
    assert judge("anomaly", "either", 0, Reading(10, p=0.01, expected=30)).met
    assert not judge("anomaly", "above", 0, Reading(10, p=0.01, expected=30)).met
    assert not judge("anomaly", "either", 0, Reading(10, p=0.02, expected=30)).met
    assert not judge("anomaly", "either", 0, Reading(10)).judged


# ── on schedule ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def keeper(owner: Caller, app: FastAPI) -> Caller:
    """The owner of a shop with four to six orders a day, two on Sunday the 4th, and none yet today."""
    actor = Actor(owner.tenant_id, owner.user_id, Role.OWNER, Surface.REST)
    quiet = MONDAY - timedelta(days=1)
    sales = [sale for sale in history() if sale.day < quiet]
    sales += [Sale(quiet, 30, customer, "Product 1", "Range 1") for customer in ("Customer A", "Customer B")]
    await write_sales(app.state.services.database, actor, sales)
    await owner.patch("/api/tenants/current", {"timezone": "Europe/Dublin"})
    return owner


async def made(caller: Caller, **fields: Any) -> dict[str, Any]:
    body = {"metric": "orders", "condition": {"kind": "threshold", "side": "below", "bound": 3}} | fields
    response = await caller.post(ALERTS, body)
    assert response.status_code == 201, response.text
    return response.json()


async def checked(app: FastAPI, caller: Caller) -> int:
    """Lets the clock tick, and waits for the jobs that it asked for. Returns how many."""
    services = app.state.services
    asked = await services.alert_clock.tick()
    async with services.database.read(Actor(caller.tenant_id, None, Role.OPERATOR, Surface.WORKFLOW)) as uow:
        jobs = [job.id for job in await uow.jobs.unfinished()]
    for job in jobs:
        async for _ in services.jobs.follow(Actor(caller.tenant_id, None, Role.OPERATOR, Surface.WORKFLOW), job):
            pass
    return asked


async def at(moment: datetime, clock: FixedClock, caller: Caller) -> Caller:
    """The same person at another time: the sign-in of before is over by then."""
    clock.at = moment
    return await sign_in(caller.client, caller.email, caller.tenant_id)


async def notes(caller: Caller, **params: Any) -> list[dict[str, Any]]:
    return (await caller.get(NOTES, params=params)).json()["items"]


async def test_it_is_looked_at_once_a_day_after_its_hour_and_told_to_everybody(
    keeper: Caller, app: FastAPI, clock: FixedClock
):
    alert = await made(keeper)
    later = await made(keeper, name="Evening", hour=18)
    place = await app.state.services.feed.place(keeper.tenant_id, None)
    assert await checked(app, keeper) == 1
    [note] = await notes(keeper)
    assert note["text"] == "Orders came to 2 on 4 January 2026 (the alert: below 3)."
    assert (note["title"], note["subject_id"], note["is_read"]) == ("Orders, daily, below 3", alert["id"], False)
    async for event in app.state.services.feed.follow(keeper.tenant_id, place):
        if event.type == "notification":
            assert note["id"] in event.data
            break
    assert await checked(app, keeper) == 0  # the same day again
    seen = (await keeper.get(f"{ALERTS}/{alert['id']}")).json()
    assert (seen["state"], seen["last_fired_on"], seen["last_checked_on"]) == ("firing", "2026-01-05", "2026-01-05")
    assert (await keeper.get(f"{ALERTS}/{later['id']}/checks")).json()["items"] == []
    keeper = await at(datetime(2026, 1, 5, 18, 5, tzinfo=UTC), clock, keeper)
    assert await checked(app, keeper) == 1
    assert len(await notes(keeper)) == 2
    # The next day there are no sales yet: that is no day of nothing.
    keeper = await at(datetime(2026, 1, 6, 23, tzinfo=UTC), clock, keeper)
    await checked(app, keeper)
    [newest, *_] = (await keeper.get(f"{ALERTS}/{alert['id']}/checks")).json()["items"]
    assert (newest["day"], newest["outcome"], newest["value"]) == ("2026-01-06", "waiting", None)
    assert len(await notes(keeper)) == 2

    assert (await keeper.request("PUT", f"{NOTES}/{note['id']}/read")).status_code == 204
    assert [one["id"] for one in await notes(keeper, unread="true")] != [note["id"]]
    assert len(await notes(keeper, unread="true")) == 1


async def test_after_a_crash_nothing_is_told_twice(keeper: Caller, app: FastAPI, monkeypatch: pytest.MonkeyPatch):
    first, second = await made(keeper), await made(keeper, name="Second")
    services, worker = app.state.services, Actor(keeper.tenant_id, None, Role.OPERATOR, Surface.WORKFLOW)
    settle = type(services.alerts)._settle

    async def dies_before_the_second(self: Any, actor: Actor, alert_id: str, day: date, seen: Any) -> Any:
        if alert_id == second["id"]:
            raise RuntimeError("the power is gone")
        return await settle(self, actor, alert_id, day, seen)

    monkeypatch.setattr(type(services.alerts), "_settle", dies_before_the_second)
    with pytest.raises(RuntimeError):
        await services.alerts.check_all(worker, hour=10)
    monkeypatch.undo()
    assert [one["subject_id"] for one in await notes(keeper)] == [first["id"]]
    told = await services.alerts.check_all(worker, hour=10)
    assert [one.subject_id for one in told] == [second["id"]]
    # And one that was begun with what it had read before the other was done writes nothing either.
    seen = await services.alerts._look(worker, first["id"])
    assert await services.alerts._settle(worker, first["id"], MONDAY, seen) == []
    assert len(await notes(keeper)) == 2


async def test_a_week_is_judged_once(keeper: Caller, app: FastAPI, clock: FixedClock):
    alert = await made(keeper, grain="week", condition={"kind": "threshold", "side": "above", "bound": 1})
    await checked(app, keeper)
    keeper = await at(datetime(2026, 1, 6, 10, tzinfo=UTC), clock, keeper)
    await checked(app, keeper)
    checks = (await keeper.get(f"{ALERTS}/{alert['id']}/checks")).json()["items"]
    assert [(one["day"], one["from"], one["to"], one["outcome"]) for one in checks] == [
        ("2026-01-05", "2025-12-29", "2026-01-04", "fired")
    ]


async def test_its_day_is_that_of_the_tenant(keeper: Caller, app: FastAPI, clock: FixedClock):
    await keeper.patch("/api/tenants/current", {"timezone": "Pacific/Auckland"})
    alert = await made(keeper)
    keeper = await at(datetime(2026, 1, 4, 19, tzinfo=UTC), clock, keeper)  # Monday, eight in the morning there
    assert await checked(app, keeper) == 1
    [check] = (await keeper.get(f"{ALERTS}/{alert['id']}/checks")).json()["items"]
    assert (check["day"], check["from"], check["outcome"]) == ("2026-01-05", "2026-01-04", "fired")


# ── over the API and in words ────────────────────────────────────────────────────────────────────────────


async def test_trying_it_tells_what_it_would_do_and_keeps_nothing(keeper: Caller):
    alert = await made(
        keeper, metric=None, question="orders", condition={"kind": "change", "side": "below", "bound": 0.2}
    )
    tried = (await keeper.post(f"{ALERTS}/{alert['id']}/test")).json()["check"]
    assert (tried["value"], tried["outcome"], tried["from"]) == (2, "fired", "2026-01-04")
    assert tried["reference"] > 2
    odd = await made(keeper, metric="revenue", condition={"kind": "anomaly", "side": "either"})
    tried = (await keeper.post(f"{ALERTS}/{odd['id']}/test", params={"as_of": "2025-12-20"})).json()["check"]
    assert tried["outcome"] == "quiet"
    assert "leads to" in tried["sentence"]
    assert await notes(keeper) == []
    assert (await keeper.get(f"{ALERTS}/{alert['id']}/checks")).json()["items"] == []


async def test_changing_it_arms_it_anew_and_stale_changes_conflict(keeper: Caller, app: FastAPI):
    alert = await made(keeper)
    await checked(app, keeper)
    body = {"metric": "orders", "condition": {"kind": "threshold", "side": "below", "bound": 2}, "version": 1}
    changed = await keeper.request("PUT", f"{ALERTS}/{alert['id']}", json=body)
    assert (changed.status_code, changed.json()["state"], changed.json()["version"]) == (200, "armed", 2)
    assert (await keeper.request("PUT", f"{ALERTS}/{alert['id']}", json=body)).status_code == 409
    assert (await keeper.delete(f"{ALERTS}/{alert['id']}")).status_code == 204
    assert (await keeper.get(f"{ALERTS}/{alert['id']}")).status_code == 404
    assert len(await notes(keeper)) == 1


async def test_what_cannot_be_watched_is_refused_with_its_place(keeper: Caller):
    for fields, pointer in (
        ({"metric": "riches"}, "/metric"),
        ({"metric": None, "question": "top 5 products"}, "/question"),
        ({"condition": {"kind": "anomaly", "bound": 3}}, "/condition"),
        ({"condition": {"kind": "threshold", "side": "either", "bound": 3}}, "/condition"),
        ({"condition": {"kind": "change", "side": "above", "bound": 0}}, "/condition"),
        ({"hour": 24}, "/hour"),
        ({"grain": "year"}, "/grain"),
    ):
        body = {"metric": "orders", "condition": {"kind": "threshold", "side": "below", "bound": 3}} | fields
        response = await keeper.post(ALERTS, body)
        pointers = [one["pointer"] for one in response.json().get("errors", [])]
        assert (response.status_code, pointers) == (422, [pointer]), (fields, response.text)


async def test_another_tenant_neither_sees_nor_reaches_it(keeper: Caller, rival: Caller, app: FastAPI):
    alert = await made(keeper)
    await checked(app, keeper)
    [note] = await notes(keeper)
    path = f"{ALERTS}/{alert['id']}"
    for method, where in (("GET", path), ("DELETE", path), ("POST", f"{path}/test"), ("GET", f"{path}/checks"), ("PUT", f"{NOTES}/{note['id']}/read")):  # fmt: skip
        assert (await rival.request(method, where)).status_code == 404
    assert await notes(rival) == []


SAID: dict[str, tuple[str, str, str, float | None, str]] = {
    "tell me when daily orders drop below 20": ("orders", "threshold", "below", 20, "day"),
    "alert me if refunds rise over 5 % week on week": ("refunds", "change", "above", 0.05, "week"),
    "please let me know if net sales for online fall by more than 20% compared to the previous week": ("revenue", "change", "below", 0.2, "week"),
    "notify us when weekly revenue is over €10,000": ("revenue", "threshold", "above", 10_000, "week"),
    "warn me if the refund rate goes above 3 % in a month": ("refund_rate", "threshold", "above", 0.03, "month"),
    "set up an alert for orders below 5 a day": ("orders", "threshold", "below", 5, "day"),
    "alert me when something is off with net sales": ("revenue", "anomaly", "either", None, "day"),
    "tell me if daily net sales are unusually low": ("revenue", "anomaly", "below", None, "day"),
}  # fmt: skip

UNCLEAR = {
    "tell me when orders": "From which figure on",
    "alert me if orders rise 5 %": "A change from when to when",
    "alert me if orders are 20 a day": "Above it or below it",
    "tell me when net sales drop below 5 %": "A change from when to when",
    "tell me when net sales are below 5 %": "is no share",
    "tell me when the refund rate is above 3": "is a share",
    "tell me when net sales drop below $500": "is in EUR",
    "tell me when flurbs drop below 5": "could not relate",
    "tell me when it drops below 5": "cannot tell what that refers to",
    "alert me if the refund rate rises over 5 % week on week": "is a rate itself",
}


async def test_alerts_are_read_from_words_or_asked_back(keeper: Caller, app: FastAPI):
    services = app.state.services
    actor = Actor(keeper.tenant_id, keeper.user_id, Role.OWNER, Surface.CHAT)

    async def say(words: str) -> Any:
        async with services.database.write(actor) as uow:
            return await services.alerts.watch(uow, WatchFor(question=words))

    for words, (metric, kind, side, bound, grain) in SAID.items():
        alert = await say(words)
        got = (alert.metric, alert.condition.kind, alert.condition.side, alert.condition.bound, alert.grain)
        assert got == (metric, kind, side, bound, grain), words
    for words, why in UNCLEAR.items():
        with pytest.raises(CopilotError) as refused:
            await say(words)
        assert why in refused.value.message, (words, refused.value.message)
    assert len((await keeper.get(ALERTS)).json()["items"]) == len(SAID)
