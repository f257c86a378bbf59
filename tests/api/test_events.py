"""What happened, over the API: told as it is detected, listed, opened, and taken back with what it rests on."""

import pytest
from fastapi import FastAPI

from api.bootstrap import Services
from storage.database import DatabaseConfig
from tests.api.conftest import Caller
from tests.api.test_files import FILES, imported

pytestmark = pytest.mark.anyio
EVENTS = "/api/modules/mini-foundry/events"
ORDERS = b"""Order ID,Order Date,Customer,Product,Quantity,Unit Price,Sales Channel
1001,2026-10-01,Ana,Tea,2,3.50,Shop
1002,2026-10-03,Bea,Cake,1,4.00,Market stall
1003,2026-10-05,Cid,Tea,3,3.50,Shop
"""


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


async def test_an_import_tells_what_happened_and_its_undo_takes_that_back(
    owner: Caller, rival: Caller, app: FastAPI
) -> None:
    services: Services = app.state.services
    place = await services.feed.place(owner.tenant_id, None)
    job = await imported(owner, ORDERS)
    told: list[str] = []
    async for event in services.feed.follow(owner.tenant_id, place):
        told.append(event.type)
        if event.type == "business.events":
            assert event.data == '{"count":5}'
            break
    assert told.count("business.event") == 5

    found = (await owner.get(f"{EVENTS}?kind=first_sale&kind=new_channel")).json()["items"]
    assert {one["title"].partition(":")[0] for one in found} == {
        "First sale through Market stall", "Cake was sold for the first time", "First sale through Shop",
        "Tea was sold for the first time", "The shop's first sale",
    }  # fmt: skip
    assert [one["occurred_at"] for one in found] == sorted((one["occurred_at"] for one in found), reverse=True)
    first = (await owner.get(f"{EVENTS}?limit=2")).json()
    rest = (await owner.get(f"{EVENTS}?cursor={first['next_cursor']}")).json()["items"]
    assert len({one["id"] for one in (*first["items"], *rest)}) == 5
    since = (await owner.get(f"{EVENTS}?since=2026-10-02&until=2026-10-03&entity=product")).json()["items"]
    assert [one["subject"]["name"] for one in since] == ["Cake"]

    cake = (await owner.get(f"{EVENTS}/{since[0]['id']}")).json()
    assert cake["amount"] == {"amount": "4.00", "currency": cake["amount"]["currency"]}
    assert cake["origin"] == "detected"
    assert cake["batch_id"] == job["result"]["file_id"]
    line = cake["evidence"][0]
    assert [record["of_this_batch"] for record in line["records"]] == [True]
    opened = await owner.get(line["href"])
    assert opened.json()["records"][0]["id"] == line["records"][0]["id"]

    assert (await rival.get(f"{EVENTS}/{cake['id']}")).status_code == 404
    assert (await owner.delete(f"{EVENTS}/{cake['id']}")).status_code == 409
    assert (await owner.delete(f"{FILES}/{job['result']['file_id']}")).is_success
    assert (await owner.get(EVENTS)).json()["items"] == []
    assert (await owner.get(f"{EVENTS}/{cake['id']}")).status_code == 404


async def test_notes_stand_on_the_same_timeline(owner: Caller) -> None:
    made = (await owner.post(EVENTS, {"title": "New shelves", "occurred_on": "2026-10-02"})).json()
    await imported(owner, ORDERS)
    listed = (await owner.get(EVENTS)).json()["items"]
    assert [one["origin"] for one in listed].count("noted") == 1
    assert [one["id"] for one in (await owner.get(f"{EVENTS}?origin=noted")).json()["items"]] == [made["id"]]
    assert (await owner.delete(f"{EVENTS}/{made['id']}")).status_code == 204
    assert (await owner.get(f"{EVENTS}?origin=noted")).json()["items"] == []


@pytest.mark.parametrize("query", ["since=yesterday", "origin=guessed", "limit=0", "cursor=x", f"entity={'x' * 200}"])
async def test_bad_filters_are_refused(owner: Caller, query: str) -> None:
    assert (await owner.get(f"{EVENTS}?{query}")).status_code == 422
