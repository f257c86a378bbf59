"""The rows behind a figure over the API: from an answer, from a widget, as files, and of no other tenant."""

import csv
import io
from typing import Any

import openpyxl
import pytest
from fastapi import FastAPI

from storage.database import DatabaseConfig
from storage.kernel.actor import Actor, Role, Surface
from tests.api.conftest import Caller
from tests.metrics.shop import write_shop

pytestmark = pytest.mark.anyio
QUERY = "/api/modules/mini-foundry/query"
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


def behind(answer: dict[str, Any], row: int) -> dict[str, Any]:
    """The request for the rows behind the first figure of a row, as a client makes it."""
    key: dict[str, Any] = {"group": [answer["rows"][row][0]]}
    if answer["drill"]["keys"]:
        key["keys"] = answer["drill"]["keys"][row]
    return {"query": answer["drill"]["query"], "figure": key, "as_of": AS_OF}


async def test_an_answer_opens_the_rows_behind_each_of_its_figures(keeper: Caller, rival: Caller) -> None:
    answer = (await keeper.post(QUERY, {"question": "net sales by customer in 2026", "as_of": AS_OF})).json()
    assert len(answer["rows"]) == len(answer["drill"]["keys"])
    for row, (_, figure) in enumerate(answer["rows"]):
        response = await keeper.post(f"{QUERY}/rows", behind(answer, row))
        assert response.status_code == 200, response.text
        found = response.json()
        assert found["figure"] == pytest.approx(figure, abs=1e-9)
        assert found["formula"] == "Net sales = Sales after discounts − Refunds"
        assert {one["entity"] for one in found["lists"]} == {"order_line", "refund"}
        for one in found["lists"]:
            (measure,) = one["measures"]
            place = [column["name"] for column in one["columns"]].index(measure["column"])
            assert sum(line[place] for line in one["rows"]) == pytest.approx(measure["total"], abs=1e-6)
    others = await rival.post(f"{QUERY}/rows", behind(answer, 0))
    assert others.status_code == 422, "another tenant's customer is nobody"
    anonymous = await rival.post(f"{QUERY}/rows", {"query": {"metrics": ["revenue"]}})
    assert [one["total_rows"] for one in anonymous.json()["lists"]] == [0, 0]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"query": {"metrics": []}},
        {"query": {"metrics": ["revenue"]}, "limit": 1_001},
        {"query": {"metrics": ["revenue"]}, "offset": -1},
        {"query": {"metrics": ["revenue"]}, "sql": "select 1"},
        {"query": {"metrics": ["revenue"], "dimensions": ["country"]}, "figure": {"group": ["x" * 501]}},
        {"query": {"metrics": ["revenue"], "filters": [{"dimension": "country", "operator": "is_null"}] * 21}},
        {"query": {"metrics": ["revenue"], "dimensions": ["country"]}, "figure": {"group": ["Germany' OR 1=1 --"]}},
        {"query": {"metrics": ["revenue"]}, "list": "users"},
    ],
)
async def test_a_request_that_means_no_figure_is_refused(keeper: Caller, body: dict[str, Any]) -> None:
    response = await keeper.post(f"{QUERY}/rows", body)
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("grain", "bucket"), [("month", "9999-12-01"), ("year", "0001-01-01")])
async def test_the_ends_of_the_calendar_hold_nothing(keeper: Caller, grain: str, bucket: str) -> None:
    body = {"query": {"metrics": ["revenue"], "grain": grain}, "figure": {"bucket": bucket}}
    response = await keeper.post(f"{QUERY}/rows", body)
    assert (response.status_code, response.json()["figure"]) == (200, 0)


async def test_rows_come_as_files_that_hold_all_of_them_and_no_formula(keeper: Caller) -> None:
    body = {"query": {"metrics": ["revenue"], "dimensions": ["category"]}, "figure": {"group": ["Tea"]}, "limit": 1}
    found = (await keeper.post(f"{QUERY}/rows", body)).json()
    count = sum(one["total_rows"] for one in found["lists"])
    text = await keeper.post(f"{QUERY}/rows/export?format=csv", body)
    heading, *lines = list(csv.reader(io.StringIO(text.text)))
    assert heading[:3] == ["Kind", "Date", "Order"]
    assert len(lines) == count
    sold, back = (heading.index(f"{label} (EUR)") for label in ("Sales after discounts", "Refunds"))
    added = sum(float(line[sold] or 0) - float(line[back] or 0) for line in lines)
    assert added == pytest.approx(found["figure"], abs=1e-6)
    sheet = await keeper.post(f"{QUERY}/rows/export?format=xlsx", body)
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    assert len(list(book.active.iter_rows())) == count + 1  # type: ignore[union-attr]
    assert (await keeper.post(f"{QUERY}/rows/export?format=exe", body)).status_code == 422


async def test_a_widget_opens_the_rows_behind_what_it_shows(keeper: Caller) -> None:
    made = await keeper.post(DASHBOARDS, {"name": "Monday", "as_of": AS_OF, "questions": ["orders by country in 2026"]})
    view = made.json()
    path = f"{DASHBOARDS}/{view['id']}/widgets/{view['widgets'][0]['id']}"
    data = (await keeper.get(f"{path}/data", params={"as_of": AS_OF})).json()
    country, orders = data["answer"]["rows"][0]
    body = {"figure": {"group": [country]}, "level": "order", "as_of": AS_OF}
    found = (await keeper.post(f"{path}/rows", body)).json()
    assert found["figure"] == orders == found["lists"][0]["total_rows"]
    assert (await keeper.post(f"{path}x/rows", body)).status_code == 404
