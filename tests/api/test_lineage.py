"""A file is imported and a figure asked for over the API; then both are followed to where they come from."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from storage.database import DatabaseConfig
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.clock import FixedClock
from storage.kernel.ids import new_id
from storage.models.commerce import OrderLine, Product
from tests.api.conftest import Caller, client_of, register
from tests.api.live import live
from tests.api.test_chat import run, turn
from tests.lineage.test_quality import ORDERS, spoil
from tools.lineage.quality import keep_scores

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


@pytest.fixture
async def shop(app: FastAPI, owner: Caller) -> AsyncIterator[Caller]:
    """An owner with three orders, over a real connection."""
    upload = {"file": ("orders.csv", ORDERS.encode(), "text/csv")}
    profile = (await owner.post("/api/connectors/files", files=upload)).json()
    job = (await owner.post(f"/api/connectors/files/{profile['file_id']}/commit", {})).json()
    while job["state"] not in ("succeeded", "failed"):
        await asyncio.sleep(0.05)
        job = (await owner.get(f"/api/jobs/{job['id']}")).json()
    assert job["state"] == "succeeded", job
    async with live(app) as url, httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
        yield replace(owner, client=client)


async def say(shop: Caller, thread: str, question: str) -> str:
    """What the chat answers."""
    events = await run(shop, turn(question, thread))
    return "".join(event["delta"] for event in events if event["type"] == "TEXT_MESSAGE_CONTENT")


async def test_an_import_is_followed_scored_and_drawn(shop: Caller) -> None:
    report = (await shop.get("/api/data-lineage/quality-scores", params={"detail": "fields"})).json()
    orders = next(one for one in report["items"] if one["type"] == "order" and one["source_id"] is None)
    assert (orders["rows"], orders["validity"]) == (3, 1.0)
    assert {field["name"] for field in orders["fields"]} >= {"number", "customer"}
    trend = (await shop.get("/api/data-lineage/trends")).json()["items"]
    assert {point["type"] for point in trend} == {one["type"] for one in report["items"]}
    flow = (await shop.get("/api/data-lineage/flow")).json()
    assert {node["kind"] for node in flow["nodes"]} == {"source", "object", "table", "metric", "event"}
    happened = (await shop.get("/api/modules/mini-foundry/events", params={"limit": 200})).json()["items"]
    first = [one for one in happened if one["kind"] == "first_sale"]
    assert next(node["volume"] for node in flow["nodes"] if node["id"] == "event:first_sale") == len(first) > 0
    shown = Counter(link["type"] for one in first for link in one["evidence"])
    ways = {edge["source"]: edge["volume"] for edge in flow["edges"] if edge["target"] == "event:first_sale"}
    assert ways["table:order_lines"] == shown["order_line"]
    assert {edge["target"] for edge in flow["edges"]} <= {node["id"] for node in flow["nodes"]}
    sources = (await shop.get("/api/data-lineage/sources")).json()["items"]
    assert [source["name"] for source in sources] == ["Orders"]


async def test_an_import_and_what_followed_it_can_be_seen_as_openlineage_events(app: FastAPI, shop: Caller) -> None:
    [told] = (await shop.get("/api/connectors/files")).json()["items"]
    found = (await shop.get(f"/api/data-lineage/runs/{told['file_id']}/events")).json()["items"]
    kinds = [(one["event"]["job"]["name"].split(".")[1], one["event"]["eventType"]) for one in reversed(found)]
    assert kinds == [("import", "START"), ("import", "COMPLETE"), ("quality", "START"), ("quality", "COMPLETE")]
    assert {one["state"] for one in found} == {"waiting"}
    measured = found[0]["event"]
    assert measured["run"]["facets"]["parent"]["run"]["runId"] == told["file_id"]
    orders = next(one for one in measured["inputs"] if one["name"].endswith(".unified_orders"))
    assert orders["inputFacets"]["dataQualityMetrics"]["columnMetrics"]["number"] == {"nullCount": 0, "count": 3}
    assert {one["success"] for one in orders["inputFacets"]["dataQualityAssertions"]["assertions"]} == {True}
    everything = (await shop.get("/api/data-lineage/events", params={"limit": 1})).json()
    assert everything["items"] == found[:1]
    assert everything["next_cursor"]
    async with client_of(app) as client:
        stranger = await register(client, "other@shop.example", "Other")
        assert (await stranger.get("/api/data-lineage/events")).json()["items"] == []
        assert (await stranger.get(f"/api/data-lineage/runs/{told['file_id']}/events")).json()["items"] == []


async def test_an_entity_that_is_not_the_tenants_is_not_found(shop: Caller) -> None:
    for path in ("order/nope", "order/%00", "user/x", "orders/01a2282f-dddb-7c93-9041-6489ec4ca36b"):
        response = await shop.get(f"/api/data-lineage/entity/{path}")
        assert response.status_code == 404, path
        assert response.headers["content-type"] == "application/problem+json"
    assert (await shop.get("/api/data-lineage/quality-scores", params={"source": "etsy"})).status_code == 404


async def test_the_chat_follows_the_figure_that_it_has_just_shown(shop: Caller) -> None:
    thread = new_id()
    assert "43" in await say(shop, thread, "what was our revenue in October 2026")
    told = await say(shop, thread, "where does this number come from?")
    assert "was made from 3 records, which came in with the file orders.csv (3)" in told
    by_product = await say(shop, thread, "revenue by product in October 2026")
    assert "Red mug" in by_product
    assert "the file orders.csv (3)" in await say(shop, thread, "where does that figure come from")


@pytest.mark.parametrize(
    "asked",
    [
        "where do the numbers come from?",
        "which sources are behind these figures?",
        "show me where this amount comes from",
        "what's this based on",
        "where did you get that number from",
        "why should I trust that figure?",
        "what data is behind it",
        "origin of this number please",
        "is this number from the shop?",
        "how was that computed",
        "can you back that up",
        "which of my systems told you that",
        "what went into that?",
        "are you sure?",
        "Wie wurde das berechnet?",
    ],
)
async def test_the_chat_understands_an_owner_who_asks_where_it_has_that_from(shop: Caller, asked: str) -> None:
    thread = new_id()
    await say(shop, thread, "what was our revenue in October 2026")
    assert "was made from 3 records, which came in with the file orders.csv (3)" in await say(shop, thread, asked)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("where does this number come from", "I have shown you no figure in this conversation yet"),
        ("where does customer Ann Lee's e-mail come from", "comes from orders.csv, line 2, column E-mail"),
        ("how good is my data", "Your data scores "),
        ("is my orders data up to date", "Orders is up to date"),
        ("has the quality of my data changed", "your data scored "),
        ("how does data flow into my figures", "1 source sent 3 raw records"),
    ],
)
async def test_the_chat_tells_of_the_data_itself(shop: Caller, question: str, said: str) -> None:
    assert said in await say(shop, new_id(), question)


async def ask(shop: Caller, question: str) -> dict[str, Any]:
    return (await shop.post("/api/modules/mini-foundry/query", {"question": question})).json()


async def test_an_answer_carries_the_quality_of_what_it_was_made_of_and_says_so_only_when_it_is_low(
    app: FastAPI, shop: Caller, clock: FixedClock
) -> None:
    report = (await shop.get("/api/data-lineage/quality-scores")).json()
    scores = {one["table"]: one["score"] for one in report["items"] if one["source_id"] is None}
    clock.at += timedelta(minutes=1)
    revenue = await ask(shop, "revenue in October 2026")
    assert revenue["provenance"]["quality_score"] == scores["order_lines"]
    assert "with care" not in revenue["answer"]
    split = await ask(shop, "revenue by customer in October 2026")
    assert split["provenance"]["quality_score"] == scores["unified_customers"] < scores["order_lines"]
    owner = Actor(shop.tenant_id, shop.user_id, Role.OWNER, Surface.REST)
    database = app.state.services.database
    spoiled = {"product_id": None, "title": None, "sku": None, "unit_price_micros": None}
    await spoil(database, owner, OrderLine, quantity_e6=-1, net_micros=-1, **spoiled)
    await keep_scores(database, owner)
    clock.at += timedelta(minutes=1)
    low = await ask(shop, "revenue in October 2026")
    assert low["provenance"]["quality_score"] < 0.6
    assert "Take this with care: the data behind it scores only" in low["answer"]
    [why] = [note for note in low["provenance"]["notes"] if note.startswith("Quality: ")]
    assert "the order line records score" in why
    german = await ask(shop, "Umsatz im Oktober 2026")
    assert "Mit Vorsicht zu lesen: Die Daten dahinter haben nur eine Qualität von" in german["answer"]


async def test_products_that_an_owner_makes_one_are_asked_for_by_either_title(app: FastAPI, shop: Caller) -> None:
    owner = Actor(shop.tenant_id, shop.user_id, Role.OWNER, Surface.REST)
    async with app.state.services.database.read(owner) as uow:
        blue, red = sorted(await uow.session.scalars(select(Product.id)), key=lambda id_: id_)
    both = {"one_id": blue, "other_id": red}
    merged = (await shop.post("/api/data-lineage/products/merge", both)).json()
    assert sorted(one["title"] for one in merged["members"]) == ["Blue mug", "Red mug"]
    assert (await shop.get(f"/api/data-lineage/products/{red}/identity")).json()["product_id"] == merged["product_id"]
    assert (await shop.post("/api/data-lineage/products/merge", both)).status_code == 422
    for title in ("Blue mug", "Red mug"):
        answer = await ask(shop, f"revenue of {title} in October 2026")
        assert "43.00" in answer["answer"], answer["answer"]
    parted = (await shop.post("/api/data-lineage/products/split", {"product_id": red})).json()
    assert [one["id"] for one in parted["members"]] == [red]
    assert "22.00" in (await ask(shop, "revenue of Red mug in October 2026"))["answer"]
    found = (await shop.get("/api/data-lineage/duplicates", params={"of": "products"})).json()
    assert found["items"] == []
