"""Metrics over the API: statuses, pointers, and who may what."""

from typing import Any

import pytest
from fastapi import FastAPI

from storage.database import DatabaseConfig
from storage.kernel.actor import Actor, Role, Surface
from tests.api.conftest import Caller, register
from tests.api.test_foundry import DASHBOARDS, made, pointers, put
from tests.metrics.shop import write_shop

pytestmark = pytest.mark.anyio
METRICS = "/api/modules/mini-foundry/metrics"
AS_OF = "2026-03-20"


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    """What the two databases differ in is tested below the API."""
    return embedded_config


@pytest.fixture
async def keeper(owner: Caller, app: FastAPI) -> Caller:
    """The owner of a shop that has sales."""
    actor = Actor(owner.tenant_id, owner.user_id, Role.OWNER, Surface.REST)
    await write_shop(app.state.services.database, actor, seed=21)
    return owner


async def defined(caller: Caller, **fields: Any) -> dict[str, Any]:
    response = await caller.post(METRICS, {"label": "Take-home", "expression": "revenue - shipping"} | fields)
    assert response.status_code == 201, response.text
    return response.json()


async def asked(caller: Caller, question: str) -> dict[str, Any]:
    response = await caller.post("/api/modules/mini-foundry/query", {"question": question, "as_of": AS_OF})
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_metric_from_defining_to_deleting(keeper: Caller):
    response = await keeper.post(METRICS, {"label": "Take-home", "expression": "revenue - shipping"})
    view = response.json()
    path = f"{METRICS}/{view['id']}"
    assert (response.status_code, response.headers["location"]) == (201, path)
    assert (view["name"], view["unit"], view["own"]) == ("take_home", "money", True)
    assert view["definition"] == "Net sales minus shipping charged."
    assert (await keeper.get(path)).json() == view
    assert (await asked(keeper, "take-home in January 2026"))["status"] == "answered"
    changed = await put(keeper, path, {"label": "Take-home", "expression": "revenue / 2", "synonyms": ["pocket money"]})
    assert (changed.status_code, changed.json()["name"]) == (200, "take_home")
    answer = await asked(keeper, "pocket money in January 2026")
    assert answer["interpretation"]["metrics"] == ["take_home"]
    assert answer["provenance"]["notes"] == ["Take-home: Net sales divided by 2."]
    assert (await keeper.delete(path)).status_code == 204
    assert (await keeper.get(path)).status_code == 404
    assert (await asked(keeper, "pocket money in January 2026"))["status"] != "answered"


async def test_the_product_s_metrics_are_listed_and_cannot_be_changed(owner: Caller):
    made_here = await defined(owner)
    items = (await owner.get(METRICS)).json()["items"]
    assert items[0] == made_here
    product = {one["name"]: one for one in items[1:]}
    assert not any(one["own"] for one in product.values())
    assert product["shipping"]["expression"] is None
    assert "product" in product["shipping"]["not_by"]
    assert "country" not in product["shipping"]["not_by"]
    assert (await owner.get(f"{METRICS}/revenue")).json() == product["revenue"]
    assert (await put(owner, f"{METRICS}/revenue", {"label": "Mine", "expression": "orders"})).status_code == 409
    assert (await owner.delete(f"{METRICS}/revenue")).status_code == 409


async def test_what_is_wrong_is_pointed_at(owner: Caller):
    for fields, status, pointer in (
        ({"expression": "revenue + orders"}, 422, "/expression"),
        ({"expression": "x" * 501}, 422, "/expression"),
        ({"unit": "share"}, 422, "/unit"),
        ({"unit": "furlongs"}, 422, "/unit"),
        ({"label": "net sales"}, 409, "/label"),
        ({"name": "Take Home"}, 422, "/name"),
        ({"name": "revenue"}, 409, "/name"),
        ({"synonyms": ["fine words", "by country", "country"]}, 422, "/synonyms/2"),
        ({"surprise": 1}, 422, "/surprise"),
    ):
        response = await owner.post(METRICS, {"label": "Take-home", "expression": "revenue - shipping"} | fields)
        assert (response.status_code, pointers(response)) == (status, [pointer]), (fields, response.text)
    assert not any(one["own"] for one in (await owner.get(METRICS)).json()["items"])


async def test_a_widget_shows_it_and_keeps_it_from_being_deleted(keeper: Caller):
    metric = await defined(keeper)
    view = await made(keeper)
    body = {"query": {"metrics": ["take_home"], "grain": "month"}, "as_of": AS_OF}
    added = await keeper.post(f"{DASHBOARDS}/{view['id']}/widgets", body)
    assert added.status_code == 201, added.text
    shown = (await keeper.get(f"{DASHBOARDS}/{view['id']}/data", params={"as_of": AS_OF})).json()["widgets"][0]
    assert shown["problem"] is None
    assert shown["answer"]["columns"][1]["name"] == "take_home"
    refused = await keeper.delete(f"{METRICS}/{metric['id']}")
    assert refused.status_code == 409
    assert "the widget “Take-home by month” on the dashboard “Monday”" in refused.json()["detail"]


async def test_another_tenant_neither_sees_nor_reaches_it(owner: Caller):
    metric = await defined(owner)
    stranger = await register(owner.client, "bea@example.com", "Other Shop")
    path = f"{METRICS}/{metric['id']}"
    assert (await stranger.get(path)).status_code == 404
    assert (await put(stranger, path, {"label": "Mine", "expression": "orders"})).status_code == 404
    assert (await stranger.delete(path)).status_code == 404
    assert not any(one["own"] for one in (await stranger.get(METRICS)).json()["items"])
    assert (await owner.get(path)).json() == metric


async def test_a_question_defines_nothing(keeper: Caller):
    answer = await asked(keeper, "define take-home as net sales minus shipping")
    assert answer["status"] == "needs_clarification"
    assert "revenue - shipping" in answer["answer"]
    assert not any(one["own"] for one in (await keeper.get(METRICS)).json()["items"])


async def test_changes_are_in_the_audit_and_the_count_of_them_is_not(owner: Caller, app: FastAPI):
    metric = await defined(owner)
    await put(owner, f"{METRICS}/{metric['id']}", {"label": "Take-home", "expression": "revenue / 2"})
    await owner.delete(f"{METRICS}/{metric['id']}")
    entries = (await owner.get("/api/tenants/current/audit", params={"limit": 50})).json()["items"]
    ours = [one for one in entries if one["entity_id"] == metric["id"]]
    assert [one["action"] for one in reversed(ours)] == ["create", "update", "delete"]
    assert not [one for one in entries if one["entity_type"] == "tenants" and one["action"] == "update"]
