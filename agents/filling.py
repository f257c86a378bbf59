"""A remote model as a filler of queries (see tools/query/filling.py): one tool, one call, counted and bounded like any."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import orjson
import structlog
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agents.budget import Allowance, Meter, UsageSink, metered, running_meter
from agents.models import RemoteModel
from prompts.loader import PromptLibrary
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from tools.query.filling import Asked, Attempt

log = structlog.get_logger(__name__)
_TOOL, _CALL_ID = "fill_query", "fill_1"


class RemoteQueryModel:
    """A QueryModel. `budget` bounds the tokens of one question that is asked outside of a chat; inside of one the run's
    own meter counts. `usage` is what the tenant may still use."""

    def __init__(self, chat: RemoteModel, prompts: PromptLibrary, usage: UsageSink, budget: Allowance) -> None:
        self._chat = chat
        self._prompt = prompts["query/fill"].text
        self._usage = usage
        self._budget = budget

    async def ready(self) -> None:
        await asyncio.to_thread(self._chat.load)

    async def fill(self, asked: Asked, before: Attempt | None) -> str | None:
        """The arguments of the one call that was asked for; None for anything else that a model may say or do."""
        description = "The query that answers the question, and what its unread words mean."
        tool = {
            "type": "function",
            "function": {"name": _TOOL, "description": description, "parameters": asked.schema},
        }
        try:
            async with self._metered(asked.actor):
                reply = await self._chat.bind_tools([tool], tool_choice=_TOOL).ainvoke(self._messages(asked, before))
        except CopilotError as error:
            log.info("no query was filled", kind=error.kind)
            return None
        calls = [call for call in reply.tool_calls if call["name"] == _TOOL]
        if len(calls) != 1 or len(reply.tool_calls) + len(reply.invalid_tool_calls) != 1:
            return None
        return orjson.dumps(calls[0]["args"]).decode()

    def _messages(self, asked: Asked, before: Attempt | None) -> list[BaseMessage]:
        messages: list[BaseMessage] = [SystemMessage(self._prompt), HumanMessage(asked.shown)]
        if before is None:
            return messages
        try:
            arguments = orjson.loads(before.arguments)
        except ValueError:
            arguments = None
        if not isinstance(arguments, dict):
            return [*messages, HumanMessage(before.problem)]
        call = {"name": _TOOL, "args": arguments, "id": _CALL_ID, "type": "tool_call"}
        return [
            *messages,
            AIMessage("", tool_calls=[call]),  # pyright: ignore[reportArgumentType] — a ToolCall
            ToolMessage(f"The query was not run. {before.problem} Mend it.", tool_call_id=_CALL_ID, status="error"),
        ]

    @asynccontextmanager
    async def _metered(self, actor: Actor) -> AsyncGenerator[None]:
        if running_meter() is not None:
            yield
            return
        async with metered(Meter(actor, self._budget, self._usage)):
            yield
