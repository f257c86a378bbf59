"""Insights over the API: what comes back, who may what, and what is refused."""

import pytest
from fastapi import FastAPI

from storage.database import DatabaseConfig
from storage.kernel.actor import Actor, Role, Surface
from tests.api.conftest import Caller, register
from tests.insights.history import AS_OF, LAST_WEEK, history, write_sales

pytestmark = pytest.mark.anyio
INSIGHTS = "/api/modules/mini-foundry/insights"


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    """What the two databases differ in is tested below the API."""
    return embedded_config


async def test_what_stands_out_is_found_pinned_and_put_aside(owner: Caller, app: FastAPI):
    actor = Actor(owner.tenant_id, owner.user_id, Role.OWNER, Surface.REST)
    await write_sales(app.state.services.database, actor, history(last_week=2.5))
    asked = {"as_of": AS_OF.isoformat()}
    response = await owner.get(INSIGHTS, params=asked)
    assert response.status_code == 200, response.text
    body = response.json()
    one = next(each for each in body["items"] if (each["metric"], each["grain"]) == ("revenue", "week"))
    assert (one["kind"], one["from"], one["p"] <= one["q"] <= body["level"]) == ("record", LAST_WEEK.isoformat(), True)
    scores = [each["score"] for each in body["items"]]
    assert scores == sorted(scores, reverse=True)

    board = (await owner.post("/api/modules/mini-foundry/dashboards", {"name": "Found"})).json()
    pinned = await owner.post(f"/api/modules/mini-foundry/dashboards/{board['id']}/widgets", one["widget"] | asked)
    assert pinned.status_code == 201, pinned.text

    path = f"{INSIGHTS}/{one['id']}/hidden"
    hidden = await owner.request("PUT", path, json={})
    assert (hidden.status_code, hidden.json()["hidden"]) == (200, "dismissed")
    assert one["id"] not in [each["id"] for each in (await owner.get(INSIGHTS, params=asked)).json()["items"]]
    again = (await owner.get(INSIGHTS, params=asked | {"hidden": "true"})).json()["items"]
    assert [each["is_hidden"] for each in again if each["id"] == one["id"]] == [True]
    assert (await owner.delete(path)).status_code == 204
    assert one["id"] in [each["id"] for each in (await owner.get(INSIGHTS, params=asked)).json()["items"]]


async def test_what_cannot_be_is_refused(owner: Caller):
    rival = await register(owner.client, "bea@example.com", "Other Shop")
    assert (await owner.inside(rival.tenant_id).get(INSIGHTS)).status_code == 403
    assert (await owner.get(INSIGHTS, params={"limit": 0})).status_code == 422
    assert (await owner.get(INSIGHTS, params={"as_of": "0001-01-01"})).status_code == 422
    assert (await owner.request("PUT", f"{INSIGHTS}/nonsense/hidden", json={})).status_code == 422
    past = await owner.request("PUT", f"{INSIGHTS}/{'0' * 16}-20260101/hidden", json={"until": "2020-01-01"})
    assert (past.status_code, past.json()["errors"][0]["pointer"]) == (422, "/until")
