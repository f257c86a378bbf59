"""The tools over MCP, with a real client on a real connection."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from storage.database import DatabaseConfig
from tests.api.conftest import Caller
from tests.api.live import live
from tests.api.test_files import imported

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


@pytest.fixture
async def url(app: FastAPI) -> AsyncIterator[str]:
    async with live(app) as url:
        yield f"{url}/mcp"


@asynccontextmanager
async def session(url: str, headers: dict[str, str]) -> AsyncIterator[ClientSession]:
    async with (
        create_mcp_http_client(headers) as http,
        streamable_http_client(url, http_client=http) as (reading, writing, _),
        ClientSession(reading, writing) as client,
    ):
        await client.initialize()
        yield client


async def test_the_tools_are_listed_and_answer(url: str, owner: Caller):
    await imported(owner)
    async with session(url, owner.headers) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert "mini_foundry__query" in tools
        assert "as_of" not in tools["mini_foundry__query"].inputSchema["properties"]
        result = await client.call_tool("mini_foundry__query", {"question": "revenue in October 2026"})
        assert not result.isError
        assert "23" in result.content[0].text  # type: ignore[union-attr]
        wrong = await client.call_tool("mini_foundry__query", {"question": "x", "surprise": 1})
        assert wrong.isError
        unknown = await client.call_tool("no_such_tool", {})
        assert unknown.isError


async def test_a_key_is_enough(url: str, owner: Caller):
    key = (await owner.post("/api/auth/api-keys", {"name": "bot"})).json()["key"]
    async with session(url, {"Authorization": f"Bearer {key}"}) as client:
        assert (await client.list_tools()).tools


async def test_modules_that_are_off_are_not_listed(url: str, owner: Caller):
    await owner.patch("/api/tenants/current", {"modules": ["data-lineage"]})
    async with session(url, owner.headers) as client:
        names = {tool.name for tool in (await client.list_tools()).tools}
        assert not any(name.startswith("mini_foundry") for name in names)
        assert (await client.call_tool("mini_foundry__query", {"question": "revenue"})).isError


async def test_strangers_are_sent_away(url: str, owner: Caller, rival: Caller):
    opening = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    async with httpx.AsyncClient(trust_env=False) as client:
        nobody = await client.post(url, json=opening, headers=accept)
        assert nobody.status_code == 401
        assert nobody.headers["www-authenticate"] == "Bearer"
        elsewhere = await client.post(url, json=opening, headers=accept | rival.inside(owner.tenant_id).headers)
        assert elsewhere.status_code == 403


async def test_a_session_belongs_to_who_opened_it(url: str, owner: Caller, rival: Caller):
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    opening = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}
    accept = {"Accept": "application/json, text/event-stream"}
    async with httpx.AsyncClient(trust_env=False) as client:
        opened = await client.post(url, json=opening, headers=accept | owner.headers)
        own = {"Mcp-Session-Id": opened.headers["mcp-session-id"]}
        listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
        stolen = await client.post(url, json=listing, headers=accept | rival.headers | own)
        assert stolen.status_code == 404
