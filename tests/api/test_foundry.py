"""Dashboards over the API: statuses, pointers, files, and who may what."""

from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI

from storage.database import DatabaseConfig
from storage.kernel.actor import Actor, Role, Surface
from tests.api.conftest import Caller, sign_in
from tests.metrics.shop import write_shop

pytestmark = pytest.mark.anyio
DASHBOARDS = "/api/modules/mini-foundry/dashboards"
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


async def made(caller: Caller, **fields: Any) -> dict[str, Any]:
    response = await caller.post(DASHBOARDS, {"name": "Monday", "as_of": AS_OF} | fields)
    assert response.status_code == 201, response.text
    return response.json()


async def put(caller: Caller, path: str, body: Any) -> Any:
    return await caller.request("PUT", path, json=body)


def pointers(response: Any) -> list[str]:
    assert response.headers["content-type"] == "application/problem+json"
    return [error["pointer"] for error in response.json()["errors"]]


async def test_a_dashboard_from_making_to_deleting(keeper: Caller):
    response = await keeper.post(DASHBOARDS, {"name": "Monday", "questions": ["sales by month"], "as_of": AS_OF})
    view = response.json()
    path = f"{DASHBOARDS}/{view['id']}"
    assert response.headers["location"] == path
    assert (await keeper.get(path)).json() == view
    assert [one["id"] for one in (await keeper.get(DASHBOARDS)).json()["items"]] == [view["id"]]
    changed = await put(keeper, path, {"name": "Tuesday", "version": 1, "period": "this month"})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    stale = await put(keeper, path, {"name": "Wednesday", "version": 1})
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:smb:problem:conflict")
    assert (await keeper.get(path)).json()["name"] == "Tuesday"
    versions = (await keeper.get(f"{path}/versions", params={"limit": 1})).json()
    assert versions["items"][0]["summary"] == "Renamed from “Monday” to “Tuesday”. Set the period to “this month”."
    assert versions["next_cursor"] is not None
    back = await keeper.post(f"{path}/restore", {"to": 1, "version": 2})
    assert (back.json()["name"], back.json()["version"]) == ("Monday", 3)
    assert (await keeper.delete(path)).status_code == 204
    assert (await keeper.get(path)).status_code == 404


async def test_widgets_are_added_replaced_moved_and_removed(keeper: Caller):
    view = await made(keeper)
    path = f"{DASHBOARDS}/{view['id']}"
    body = {"question": "gross sales by channel", "kind": "pie", "as_of": AS_OF}
    added = await keeper.post(f"{path}/widgets", body)
    assert added.status_code == 201
    widget = added.json()["widget"]
    assert added.headers["location"] == f"{path}/widgets/{widget['id']}"
    assert (await keeper.get(f"{path}/widgets/{widget['id']}")).json() == widget
    assert (await keeper.get(f"{path}/widgets")).json() == {"items": [widget], "next_cursor": None}
    query = {"metrics": ["revenue"], "grain": "month", "compare": "previous year"}
    replaced = await put(
        keeper, f"{path}/widgets/{widget['id']}", {"query": query, "period": "this year", "version": 2, "as_of": AS_OF}
    )
    assert replaced.status_code == 200, replaced.text
    assert replaced.json()["widget"]["place"] == widget["place"]
    place = {"x": 0, "y": 5, "width": 12, "height": 3}
    moved = await put(keeper, f"{path}/layout", {"version": 3, "places": [{"widget_id": widget["id"], "place": place}]})
    assert moved.json()["widgets"][0]["place"] == place
    assert (await keeper.delete(f"{path}/widgets/{widget['id']}", params={"version": 3})).status_code == 409
    assert (await keeper.delete(f"{path}/widgets/{widget['id']}", params={"version": 4})).json()["widgets"] == []


async def test_data_come_as_of_a_day_each_widget_in_its_place(keeper: Caller):
    view = await made(keeper, questions=["gross sales by month", "orders last month"])
    response = await keeper.get(f"{DASHBOARDS}/{view['id']}/data", params={"as_of": AS_OF})
    data = response.json()
    assert (response.status_code, data["as_of"]) == (200, AS_OF)
    line, figure = data["widgets"]
    assert line["answer"]["chart"]["$schema"].endswith("vega-lite/v5.json")
    assert figure["answer"]["answer"].startswith("Orders in February 2026")
    alone = await keeper.get(
        f"{DASHBOARDS}/{view['id']}/widgets/{view['widgets'][0]['id']}/data", params={"as_of": AS_OF}
    )
    assert alone.json()["answer"]["rows"] == line["answer"]["rows"]
    empty = (await keeper.get(f"{DASHBOARDS}/{view['id']}/data", params={"as_of": "2019-01-01"})).json()
    assert empty["widgets"][1]["answer"] is None
    assert "Your data runs from" in empty["widgets"][1]["problem"]["message"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"name": ""}, "/name"),
        ({"name": "x", "colour": "red"}, "/colour"),
        ({"name": "x", "visibility": "public"}, "/visibility"),
        (
            {"name": "x", "filters": [{"dimension": "channel", "operator": "like", "values": ["x"]}]},
            "/filters/0/operator",
        ),
        ({"name": "x", "filters": [{"dimension": "moon", "operator": "eq", "values": ["x"]}]}, "/filters/0/dimension"),
        ({"name": "x", "period": "whenever"}, "/period"),
        ({"name": "x", "questions": ["why is the sky blue"]}, "/questions/0/question"),
        ({"sentence": "a page for my dentist"}, "/sentence"),
    ],
)
async def test_what_cannot_be_made_is_refused_by_its_place(keeper: Caller, body: dict[str, Any], pointer: str):
    response = await keeper.post(DASHBOARDS, body)
    assert response.status_code == 422
    assert pointer in pointers(response)
    assert (await keeper.get(DASHBOARDS)).json()["items"] == []


async def test_a_question_without_an_answer_says_what_could_be_asked(keeper: Caller):
    view = await made(keeper)
    response = await keeper.post(f"{DASHBOARDS}/{view['id']}/widgets", {"question": "highest revenue"})
    problem = response.json()
    assert (response.status_code, pointers(response)) == (422, ["/question"])
    assert problem["detail"] == "The highest net sales of what?"
    assert "product with the highest net sales" in problem["hint"]


async def test_files_have_their_names_and_types(keeper: Caller):
    view = await made(keeper, questions=["gross sales by month"])
    path = f"{DASHBOARDS}/{view['id']}"
    widget = f"{path}/widgets/{view['widgets'][0]['id']}/export"
    begins = {"csv": b"Month,Gross sales (EUR)", "xlsx": b"PK", "json": b"{", "svg": b"<svg", "png": b"\x89PNG"}
    for wanted, begin in begins.items():
        response = await keeper.get(widget, params={"format": wanted, "as_of": AS_OF})
        assert response.status_code == 200, response.text
        assert response.content.startswith(begin)
        assert response.headers["content-disposition"] == f'attachment; filename="gross-sales-by-month.{wanted}"'
    document = await keeper.get(f"{path}/export", params={"as_of": AS_OF})
    assert document.headers["content-type"] == "application/pdf"
    assert document.content.startswith(b"%PDF")
    assert (await keeper.get(widget, params={"format": "exe"})).status_code == 422


async def test_the_same_request_twice_makes_one(keeper: Caller):
    key = {"Idempotency-Key": "monday-1"}
    first = await keeper.post(DASHBOARDS, {"name": "Monday"}, headers=key)
    second = await keeper.post(DASHBOARDS, {"name": "Monday"}, headers=key)
    assert first.json() == second.json()
    assert len((await keeper.get(DASHBOARDS)).json()["items"]) == 1


async def test_who_may_what(keeper: Caller, rival: Caller):
    shared = await made(keeper, visibility="shared", questions=["gross sales by month"])
    private = await made(keeper, name="Mine")
    path = f"{DASHBOARDS}/{shared['id']}"
    for method, of in (("GET", path), ("GET", f"{path}/data"), ("GET", f"{path}/versions"), ("DELETE", path)):
        assert (await rival.request(method, of)).status_code == 404
    await keeper.post("/api/tenants/current/members", {"email": rival.email, "role": "viewer"})
    viewer = await sign_in(rival.client, rival.email, keeper.tenant_id)
    assert (await viewer.get(path)).json()["is_own"] is False
    assert (await viewer.get(f"{path}/data", params={"as_of": AS_OF})).status_code == 200
    assert (await viewer.get(f"{DASHBOARDS}/{private['id']}")).status_code == 404
    assert (await viewer.post(DASHBOARDS, {"name": "x"})).status_code == 403
    assert (await viewer.post(f"{path}/widgets", {"question": "orders"})).status_code == 403
    assert (await viewer.delete(path)).status_code == 403


async def test_a_tenant_that_switched_the_module_off_has_none(keeper: Caller):
    await keeper.patch("/api/tenants/current", {"modules": ["data-lineage"]})
    assert (await keeper.get(DASHBOARDS)).status_code == 403


async def test_an_answer_of_a_conversation_is_kept(keeper: Caller):
    view = await made(keeper)
    ask = "/api/modules/mini-foundry/query"
    for question in ("gross sales by category in the last 30 days", "only online"):
        await keeper.post(ask, {"question": question, "as_of": AS_OF, "conversation_id": "c-1"})
    body = {"question": "only online", "conversation_id": "c-1", "as_of": AS_OF}
    added = (await keeper.post(f"{DASHBOARDS}/{view['id']}/widgets", body)).json()
    assert added["widget"]["query"]["filters"] == [{"dimension": "channel", "operator": "eq", "values": ["online"]}]
    assert (added["widget"]["period"], added["notes"]) == ("the last 30 days", [])


async def test_the_day_is_the_tenants_own_where_none_is_named(keeper: Caller):
    view = await made(keeper)
    data = (await keeper.get(f"{DASHBOARDS}/{view['id']}/data")).json()
    assert date.fromisoformat(data["as_of"]) == date(2026, 11, 2)
