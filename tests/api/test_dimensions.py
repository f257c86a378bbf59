"""Dimensions of a tenant's own over the API: statuses, and that a widget keeps what it shows."""

import pytest
from fastapi import FastAPI

from storage.database import DatabaseConfig
from storage.kernel.actor import Actor, Role, Surface
from tests.api.conftest import Caller, register
from tests.api.test_foundry import DASHBOARDS, made, pointers, put
from tests.metrics.shop import write_shop

pytestmark = pytest.mark.anyio
DIMENSIONS = "/api/modules/mini-foundry/dimensions"


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    """What the two databases differ in is tested below the API."""
    return embedded_config


async def test_groups_from_defining_to_deleting(owner: Caller, app: FastAPI) -> None:
    await write_shop(
        app.state.services.database, Actor(owner.tenant_id, owner.user_id, Role.OWNER, Surface.REST), seed=21
    )
    body = {"of": "country", "groups": [{"label": "Home markets", "values": ["Germany", "Austria"]}]}
    response = await owner.post(DIMENSIONS, body)
    view = response.json()
    path = f"{DIMENSIONS}/{view['id']}"
    assert (response.status_code, response.headers["location"], view["name"]) == (201, path, "country_group")
    assert (await owner.get(path)).json() == view
    assert [one["id"] for one in (await owner.get(DIMENSIONS)).json()["items"]] == [view["id"]]
    asked = {"question": "sales in home markets", "as_of": "2026-03-20"}
    answer = (await owner.post("/api/modules/mini-foundry/query", asked)).json()
    assert answer["interpretation"]["filters"][0]["values"] == ["Home markets"]
    dashboard = await made(owner)
    widget = {"kind": "figure", "title": "Home", "question": "sales in home markets"}
    placed = await owner.post(f"{DASHBOARDS}/{dashboard['id']}/widgets", widget)
    assert placed.status_code == 201, placed.text
    kept = await owner.delete(path)
    assert (kept.status_code, "Home" in kept.json()["detail"]) == (409, True)
    changed = await put(owner, path, body | {"groups": [{"label": "Abroad", "values": ["France"]}]})
    assert changed.status_code == 200
    wrong = await owner.post(DIMENSIONS, {"of": "country", "groups": [], "edges": []})
    assert (wrong.status_code, bool(pointers(wrong))) == (422, True)
    stranger = await register(owner.client, "rival@example.com", "Rival Rugs")
    assert (await stranger.get(path)).status_code == 404
