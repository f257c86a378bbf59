"""A file from upload to answer and back, over the API."""

import asyncio
import csv
import io
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi import FastAPI

from api.bootstrap import Services
from storage.database import DatabaseConfig
from tests.api.conftest import Caller

pytestmark = pytest.mark.anyio
FILES = "/api/connectors/files"
ORDERS = b"""Order ID,Order Date,Customer,Product,Quantity,Unit Price
1001,2026-10-01,Ana,Tea,2,3.50
1001,2026-10-01,Ana,Cake,1,4.00
1002,2026-10-02,Bea,Tea,many,3.50
1003,2026-10-05,Cid,Cake,3,4.00
"""


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


async def upload(caller: Caller, content: bytes = ORDERS, name: str = "orders.csv", **headers: str) -> Any:
    return await caller.post(FILES, files={"file": (name, content)}, headers=headers)


async def events_of(caller: Caller, job_id: str, **headers: str) -> list[dict[str, Any]]:
    path = f"/api/jobs/{job_id}/events"
    async with caller.client.stream("GET", path, headers=caller.headers | headers) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = [line async for line in response.aiter_lines()]
    return [orjson.loads(line.removeprefix("data:")) for line in lines if line.startswith("data:")]


async def imported(caller: Caller, content: bytes = ORDERS, name: str = "orders.csv") -> dict[str, Any]:
    profile = (await upload(caller, content, name)).json()
    job = (await caller.post(f"{FILES}/{profile['file_id']}/commit", {"mapping": profile["mapping"]})).json()
    return (await events_of(caller, job["id"]))[-1]


async def test_an_upload_is_read_and_its_columns_are_proposed(owner: Caller):
    response = await upload(owner)
    assert response.status_code == 201
    profile = response.json()
    assert response.headers["location"] == f"{FILES}/{profile['file_id']}"
    assert profile["entity"] == "order_line"
    assert profile["mapping"]["columns"]["Order ID"] == "order_id"
    assert profile["preview"]["rows"]
    assert (await owner.get(f"{FILES}/{profile['file_id']}")).json()["mapping"] == profile["mapping"]


async def test_a_commit_is_a_job_that_can_be_followed(owner: Caller):
    profile = (await upload(owner)).json()
    accepted = await owner.post(f"{FILES}/{profile['file_id']}/commit", {"mapping": profile["mapping"]})
    assert accepted.status_code == 202
    job = accepted.json()
    assert accepted.headers["location"] == f"/api/jobs/{job['id']}"
    events = await events_of(owner, job["id"])
    assert events[-1]["state"] == "succeeded"
    assert [event["progress"] for event in events] == sorted(event["progress"] for event in events)
    result = events[-1]["result"]
    assert (result["created"], result["rejected"]) == (3, 1)
    assert (await owner.get(f"/api/jobs/{job['id']}")).json() == events[-1]
    assert (await events_of(owner, job["id"], **{"Last-Event-ID": "1"}))[-1] == events[-1]


async def test_the_tenants_stream_tells_that_rows_came_and_that_they_went(app: FastAPI, owner: Caller):
    services: Services = app.state.services
    place = await services.feed.place(owner.tenant_id, None)
    report = (await imported(owner))["result"]
    assert (await owner.client.delete(f"{FILES}/{report['file_id']}", headers=owner.headers)).status_code == 200
    told: list[dict[str, Any]] = []
    async with asyncio.timeout(10):
        async for event in services.feed.follow(owner.tenant_id, place):
            if event.type == "data.changed":
                told.append(orjson.loads(event.data))
            if len(told) == 2:
                break
    assert [one["file_id"] for one in told] == [report["file_id"]] * 2
    assert told[0]["created"] == 3


async def test_the_import_answers_questions_and_says_where_from(owner: Caller):
    await imported(owner)
    question = {"question": "revenue in October 2026", "as_of": "2026-11-02"}
    answer = (await owner.post("/api/modules/mini-foundry/query", question)).json()
    assert answer["status"] == "answered"
    assert answer["rows"] == [[23.0]]
    (source,) = answer["provenance"]["sources"]
    listed = (await owner.get("/api/data-lineage/sources")).json()["items"]
    assert [one["id"] for one in listed] == [source["id"]]
    connector = (await owner.get("/api/connectors")).json()["items"][0]
    assert [one["id"] for one in connector["sources"]] == [source["id"]]


async def test_rejected_rows_can_be_downloaded_mended_and_imported(owner: Caller):
    result = (await imported(owner))["result"]
    response = await owner.get(result["rejects"])
    assert response.headers["content-type"].startswith("text/csv")
    assert "attachment" in response.headers["content-disposition"]
    (row,) = csv.DictReader(io.StringIO(response.text))
    assert (row["Order ID"], row["Quantity"]) == ("1002", "many")
    again = (await imported(owner, ORDERS.replace(b"many", b"1")))["result"]
    assert (again["created"], again["unchanged"], again["rejected"]) == (1, 3, 0)


async def test_an_import_can_be_undone(owner: Caller):
    result = (await imported(owner))["result"]
    undone = await owner.delete(f"{FILES}/{result['file_id']}")
    assert undone.json()["status"] == "undone"
    question = {"question": "revenue in October 2026", "as_of": "2026-11-02"}
    assert (await owner.post("/api/modules/mini-foundry/query", question)).json()["status"] != "answered"
    assert (await owner.post(f"{FILES}/{result['file_id']}/commit", {})).status_code in (202, 409)


async def test_a_mapping_that_cannot_be_used_is_refused_before_there_is_a_job(owner: Caller):
    profile = (await upload(owner)).json()
    mapping = profile["mapping"] | {"columns": {"Order ID": "no_such_field"}}
    for path in ("commit", "preview"):
        response = await owner.post(f"{FILES}/{profile['file_id']}/{path}", {"mapping": mapping})
        assert response.status_code == 422
    assert (await owner.get(f"{FILES}/{profile['file_id']}")).json()["status"] == "profiled"


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.csv", b""), ("zeros.csv", b"\x00" * 100), ("not.xlsx", b"PK\x03\x04 broken"), ("a.pdf", b"%PDF-1.4\n%")],
)
async def test_a_file_that_cannot_be_read_is_a_clear_problem(owner: Caller, name: str, content: bytes):
    response = await upload(owner, content, name)
    assert 400 <= response.status_code < 500
    assert response.headers["content-type"] == "application/problem+json"
    assert (await owner.get(FILES)).json()["items"] == []


async def test_an_upload_without_a_file_is_refused(owner: Caller):
    assert (await owner.post(FILES, json={})).status_code == 422
    assert (await owner.request("POST", FILES, data={"file": "text"})).status_code == 422


async def test_an_upload_that_is_sent_twice_is_read_once(owner: Caller):
    first = await upload(owner, **{"Idempotency-Key": "upload-1"})
    second = await upload(owner, **{"Idempotency-Key": "upload-1"})
    assert second.json()["file_id"] == first.json()["file_id"]
    other = await upload(owner, ORDERS + b"\n", **{"Idempotency-Key": "upload-1"})
    assert other.status_code == 409


async def test_a_commit_that_is_sent_twice_is_one_job(owner: Caller):
    profile = (await upload(owner)).json()
    path, key = f"{FILES}/{profile['file_id']}/commit", {"Idempotency-Key": "commit-1"}
    first = await owner.post(path, {"mapping": None}, headers=key)
    second = await owner.post(path, {"mapping": None}, headers=key)
    assert first.json()["id"] == second.json()["id"]
    await events_of(owner, first.json()["id"])


async def test_files_and_jobs_of_another_tenant_are_not_found(owner: Caller, rival: Caller):
    job = await imported(owner)
    file_id = job["result"]["file_id"]
    for path in (
        f"{FILES}/{file_id}",
        f"{FILES}/{file_id}/rejects",
        f"/api/jobs/{job['id']}",
        f"/api/jobs/{job['id']}/events",
    ):
        assert (await rival.get(path)).status_code == 404, path
    assert (await rival.delete(f"{FILES}/{file_id}")).status_code == 404
    assert (await rival.post(f"{FILES}/{file_id}/commit", {})).status_code == 404
    assert (await rival.get(FILES)).json()["items"] == []


async def test_a_viewer_reads_but_does_not_import(owner: Caller, rival: Caller):
    await owner.post("/api/tenants/current/members", {"email": rival.email, "role": "viewer"})
    viewer = rival.inside(owner.tenant_id)
    assert (await upload(viewer)).status_code == 403
    assert (await viewer.get("/api/connectors")).status_code == 200


async def test_uploads_leave_nothing_behind(owner: Caller, tmp_path: Path):
    await imported(owner)
    await upload(owner, b"", "empty.csv")
    left = [path for path in (tmp_path / "home" / "uploads").rglob("*") if path.is_file()]
    assert left == []
