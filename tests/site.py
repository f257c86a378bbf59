"""A served shop: the whole product over a small store, with its own model or one that plays what a test says."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import AIMessageChunk, BaseMessage, ToolMessage
from langchain_core.outputs import ChatGenerationChunk

from agents.orchestrator import Orchestrator
from agents.recollection import NoRecollection
from agents.runs import RunConfig, RunService
from api.app import create_app
from api.bootstrap import Services, open_services
from api.chat import Chat
from api.lazy import Lazy
from api.vega import VegaBundle
from memory.checkpoints import CheckpointConfig, open_checkpoints
from memory.threads import ThreadService
from prompts.loader import load_prompts
from storage.database import DatabaseConfig
from tests.agents.conftest import KeptUsage
from tests.agents.shop import PlayedModel, calls, says, shop_catalogue, told
from tests.api.conftest import PASSWORD, Caller, register, settings_for
from tests.page.shop import fill_shop
from tests.serving import serving

OpenChat = Callable[[Services], AbstractAsyncContextManager[Chat]]


@dataclass(frozen=True)
class Site:
    """A served shop and its owner, who signs in with `owner.email` and `password`."""

    url: str
    services: Services
    owner: Caller
    password: str = PASSWORD


@asynccontextmanager
async def open_site(
    home: Path, template: Path, *, vega: Path | None = None, chat: OpenChat | None = None
) -> AsyncGenerator[Site]:
    """Serves a small shop over a fresh copy of an empty store. `vega` keeps the charts' script from run to run; `chat`
    takes the place of the product's own."""
    path = home / "smb.sqlite3"
    await asyncio.to_thread(_copy, template, path)
    settings = settings_for(home, DatabaseConfig(f"sqlite:///{path}"))
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(open_services(settings))
        if vega is not None:
            services = replace(services, vega=VegaBundle(vega))
        if chat is not None:
            opened = services
            services = replace(services, chat=Lazy(lambda: chat(opened)))
            stack.push_async_callback(services.chat.aclose)
        url = await stack.enter_async_context(serving(create_app(settings, lambda: _already(services))))
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=url, trust_env=False))
        owner = await register(client, "ana@example.com", "Ana's Corner Shop", clock="latest_data")
        await fill_shop(services.database, owner.tenant_id, owner.user_id)
        yield Site(url, services, owner)


def _copy(template: Path, path: Path) -> None:
    path.parent.mkdir(parents=True)
    shutil.copyfile(template, path)


@asynccontextmanager
async def _already(services: Services) -> AsyncGenerator[Services]:
    yield services


@dataclass
class Stage:
    """What the played model does: it says `words`, or wants `tool` called and says the result; or it breaks."""

    words: Sequence[str] = ("It is ", "fine.")
    tool: tuple[str, dict[str, Any]] | None = None
    fault: str | None = None
    going_on: asyncio.Event = field(default_factory=asyncio.Event)
    """While this is not set, it waits after its first words."""

    def __post_init__(self) -> None:
        self.going_on.set()

    def reset(self) -> None:
        """Back to saying a few words at once."""
        self.words, self.tool, self.fault = ("It is ", "fine."), None, None
        self.going_on.set()

    def play(self, messages: Sequence[BaseMessage], tools: Sequence[str]) -> list[AIMessageChunk]:
        if self.fault:
            raise RuntimeError(self.fault)
        if isinstance(messages[-1], ToolMessage):
            refused = messages[-1].status == "error"
            return says(messages[-1].text if refused else told(messages))
        if self.tool is None:
            return says(*self.words)
        agent = self.tool[0].partition("__")[0]
        return calls((agent, {"request": "do it"})) if agent in tools else calls(self.tool)


class StagedModel(PlayedModel):
    """A played model that can be made to wait in the middle of a sentence."""

    going_on: Any

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        async for chunk in super()._astream(messages, stop, run_manager, **kwargs):
            yield chunk
            if chunk.text:
                await self.going_on.wait()


def played_chat(home: Path, stage: Stage) -> OpenChat:
    """A chat over the capabilities of tests.agents.shop, one of which needs an approval."""

    @asynccontextmanager
    async def open_(services: Services) -> AsyncGenerator[Chat]:
        catalogue, prompts, database = shop_catalogue(), load_prompts(), services.database
        async with open_checkpoints(CheckpointConfig(path=home / "checkpoints.db")) as checkpoints:
            orchestrator = Orchestrator(
                model=StagedModel(play=stage.play, going_on=stage.going_on),
                catalogue=catalogue,
                database=database,
                prompts=prompts,
                recollection=NoRecollection(),
                checkpointer=checkpoints.saver,
            )
            service = RunService(
                database=database,
                orchestrator=orchestrator,
                catalogue=catalogue,
                checkpoints=checkpoints,
                events=services.log,
                usage=KeptUsage(),
                prompt_hash=prompts.sha256,
                config=RunConfig(follow=0.2, grace=2.0),
            )
            async with service as runs:
                yield Chat(runs=runs, threads=ThreadService(database, checkpoints), checkpoints=checkpoints)

    return open_
