"""The tools over the Model Context Protocol, with the official client."""

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from mcp import ClientSession, types
from mcp.shared.memory import create_connected_server_and_client_session

from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor, Module, Role, Surface
from tests.agents.shop import FIGURES, RENAME, shop_catalogue
from tools.kit.invocation import CallContext
from tools.kit.mcp import mcp_server

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


Answer = Callable[[Any, types.ElicitRequestParams], Awaitable[types.ElicitResult]]


@asynccontextmanager
async def client(database: Database, actor: Actor, answer: Answer | None = None) -> AsyncIterator[ClientSession]:
    async def context_of(_: object) -> CallContext:
        caller = dataclasses.replace(actor, surface=Surface.MCP)
        return CallContext(caller, frozenset(Module), run_id="mcp", turn_id="mcp")

    server = mcp_server(shop_catalogue(), database, context_of, version="1")
    async with create_connected_server_and_client_session(server, elicitation_callback=answer) as session:
        yield session


async def shop_name(database: Database, actor: Actor) -> str:
    async with database.read(actor) as uow:
        return (await uow.tenants.current()).name


async def test_tools_are_listed_as_the_role_may_use_them(database: Database, actor: Actor) -> None:
    async with client(database, actor) as session:
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
    assert sorted(tools) == [RENAME, FIGURES]
    assert list(tools[FIGURES].inputSchema["properties"]) == ["question"]
    assert tools[FIGURES].annotations == types.ToolAnnotations(
        title="Answer a question", readOnlyHint=True, destructiveHint=False, openWorldHint=False
    )
    async with client(database, dataclasses.replace(actor, role=Role.VIEWER)) as session:
        assert [tool.name for tool in (await session.list_tools()).tools] == [FIGURES]


async def test_a_call_answers_in_words_and_as_data(database: Database, actor: Actor) -> None:
    async with client(database, actor) as session:
        result = await session.call_tool(FIGURES, {"question": "how much"})
    assert not result.isError
    assert isinstance(result.content[0], types.TextContent)
    assert result.content[0].text.startswith("Harbour Homeware sold 42")
    assert result.structuredContent is not None
    assert result.structuredContent["facts"] == {"units": 42}


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("no_such_tool", {}, "was not found"),
        (FIGURES, {"question": 7}, "/question"),
        (FIGURES, {"question": "nonsense"}, "That is no metric. Ask for revenue."),
        (FIGURES, {"question": "crash"}, "Something went wrong on our side."),
    ],
)
async def test_what_goes_wrong_is_said_and_no_more(
    database: Database, actor: Actor, tool: str, arguments: dict[str, Any], said: str
) -> None:
    async with client(database, actor) as session:
        result = await session.call_tool(tool, arguments)
    assert result.isError
    assert said in str(result.content)
    assert "hunter2" not in str(result.content)


async def test_an_effect_is_done_when_the_person_agrees_to_it(database: Database, actor: Actor) -> None:
    asked: list[str] = []

    async def agree(_: object, question: types.ElicitRequestParams) -> types.ElicitResult:
        asked.append(question.message)
        return types.ElicitResult(action="accept", content={})

    async with client(database, actor, agree) as session:
        result = await session.call_tool(RENAME, {"name": "Quay Goods"})
    assert not result.isError
    assert asked == ['Rename the shop?\n{\n  "name": "Quay Goods"\n}']
    assert await shop_name(database, actor) == "Quay Goods"


async def test_an_effect_is_not_done_when_the_person_declines_or_cannot_be_asked(
    database: Database, actor: Actor
) -> None:
    async def decline(_: object, __: types.ElicitRequestParams) -> types.ElicitResult:
        return types.ElicitResult(action="decline")

    for answer in (decline, None):
        async with client(database, actor, answer) as session:
            assert (await session.call_tool(RENAME, {"name": "Quay Goods"})).isError
    assert await shop_name(database, actor) == "Harbour Homeware"
