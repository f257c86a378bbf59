"""A small shop for tests: capabilities of every kind over the real store, and a model that plays by a script."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from pydantic import Field

from storage.kernel.actor import Module, Permission
from storage.kernel.errors import invalid
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.kit.blocks import Column, Presentation, TableBlock
from tools.kit.capability import Capability, Contract, Effect, context_field
from tools.kit.catalogue import Catalogue

FIVE = ("one", "two", "three", "four", "five")
FIGURES = "mini_foundry__query"
RENAME = "data_lineage__rename"


class Ask(Contract):
    question: str
    as_of: date | None = context_field("as_of", "Answer as if this day were today.")
    conversation_id: str | None = context_field("conversation_id", "The conversation.")


class Figures(Contract):
    text: str


async def answer(uow: ReadUnitOfWork, request: Ask) -> Figures:
    if "nonsense" in request.question:
        raise invalid("That is no metric.", hint="Ask for revenue.")
    if "crash" in request.question:
        raise RuntimeError("secret detail: password=hunter2")
    tenant = await uow.tenants.current()
    return Figures(text=f"{tenant.name} sold 42 ({request.question}; {request.as_of}; {request.conversation_id}).")


class Rename(Contract):
    name: str


async def rename(uow: WriteUnitOfWork, request: Rename) -> Figures:
    tenant = await uow.tenants.current()
    tenant.name = request.name
    return Figures(text=f"The shop is now called {request.name}.")


def present(figures: Figures) -> Presentation:
    table = TableBlock(title="Sales", columns=(Column(name="units", type="integer"),), rows=((42,),))
    return Presentation(text=figures.text, facts={"units": 42}, blocks=(table,))


def shop_catalogue() -> Catalogue:
    """Figures that are read, and the shop's name, which is written: the one needs no approval, the other does."""
    read = Capability(
        id="mini-foundry.query",
        module=Module.MINI_FOUNDRY,
        title="Answer a question",
        description="Answers a question about the figures.",
        request=Ask,
        result=Figures,
        handler=answer,
        present=present,
        permission=Permission.DATA_READ,
        effect=Effect.READ,
        examples=FIVE,
    )
    write = Capability(
        id="data-lineage.rename",
        module=Module.DATA_LINEAGE,
        title="Rename the shop",
        description="Gives the shop another name.",
        request=Rename,
        result=Figures,
        handler=rename,
        present=lambda result: Presentation(text=result.text),
        permission=Permission.DATA_IMPORT,
        effect=Effect.WRITE,
        examples=FIVE,
    )
    return Catalogue([read, write])


Step = Callable[[Sequence[BaseMessage], Sequence[str]], Awaitable[list[AIMessageChunk]] | list[AIMessageChunk]]


class PlayedModel(BaseChatModel):
    """A chat model that does what a function says, given the messages and the names of the tools it may call."""

    play: Step
    heard: list[tuple[list[BaseMessage], list[str]]] = Field(default_factory=list[tuple[list[BaseMessage], list[str]]])

    @property
    def _llm_type(self) -> str:
        return "played"

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> Runnable[LanguageModelInput, AIMessage]:
        return self.bind(tools=[tool.name for tool in tools if isinstance(tool, BaseTool)])

    def _generate(self, *args: Any, **kwargs: Any) -> ChatResult:
        raise NotImplementedError

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 - the base class's
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002 - the base class's
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        tools = kwargs.get("tools") or []
        self.heard.append((list(messages), list(tools)))
        chunks = self.play(messages, tools)
        for chunk in chunks if isinstance(chunks, list) else await chunks:
            yield ChatGenerationChunk(message=chunk)


def says(*words: str) -> list[AIMessageChunk]:
    """Text in pieces."""
    return [AIMessageChunk(content=word) for word in words]


def calls(*wanted: tuple[str, dict[str, Any]]) -> list[AIMessageChunk]:
    """Tool calls, whole, in the last chunk."""
    chunks = [
        {"name": name, "args": json.dumps(arguments), "id": f"{name}-{place}", "index": place}
        for place, (name, arguments) in enumerate(wanted)
    ]
    return [AIMessageChunk(content="", tool_call_chunks=chunks, chunk_position="last")]  # pyright: ignore[reportArgumentType] - dicts are what it takes


def told(messages: Sequence[BaseMessage]) -> str:
    """What the last tool result says."""
    return str(json.loads(messages[-1].text)["text"])
