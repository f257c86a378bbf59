"""The same product over PostgreSQL and Redis, as several processes share them."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from storage.database import DatabaseConfig
from storage.kernel.clock import FixedClock
from tests.api.conftest import Caller, client_of, register, running, settings_for
from tests.api.test_chat import run, text_of, turn
from tests.api.test_files import imported

pytestmark = pytest.mark.anyio


@pytest.fixture
async def app(postgres_config: DatabaseConfig, tmp_path: Path, clock: FixedClock) -> AsyncIterator[FastAPI]:
    settings = settings_for(tmp_path / "home", postgres_config, redis_url="redis://127.0.0.1:6379")
    async with running(settings, clock) as app:
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


@pytest.fixture
async def owner(client: httpx.AsyncClient) -> Caller:
    return await register(client, "ana@example.com")


async def test_a_file_becomes_an_answer_in_the_chat(client: httpx.AsyncClient, owner: Caller):
    job = await imported(owner)
    assert job["state"] == "succeeded"
    body = turn("revenue in October 2026")
    assert "23" in text_of(await run(owner, body))
    again = turn("by product", body["threadId"])
    assert "Tea" in text_of(await run(owner, again))
    states = (await client.get("/health/ready")).json()
    assert {one["name"] for one in states["dependencies"]} >= {"database", "redis", "checkpoints"}
    assert states["status"] == "ok"
