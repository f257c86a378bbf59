"""What every agent is held to: its instructions, the user's own words, and an end to calling."""

import json
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, cast

from langchain.agents.middleware import AgentMiddleware, HumanInTheLoopMiddleware, ModelRetryMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage

from agents.models import ModelInterruptedError
from agents.repair import RepairCalls
from agents.state import RunContext
from agents.withholding import Withholding
from prompts.loader import Prompt
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from tools.kit.capability import AnyCapability
from tools.kit.invocation import arguments_schema

Handler = Callable[[ModelRequest[RunContext]], Awaitable[ModelResponse[Any]]]

MOST_MODEL_CALLS = 6
MOST_TOOL_CALLS = 12
"""Per agent and turn. Real questions take one to three; more is a model that goes round in circles."""


class Instructions(AgentMiddleware[Any, RunContext, Any]):
    """Gives the model its system prompt for today, and stops it when it keeps calling without an answer.

    Raises CopilotError (unavailable) at the limit. Counted from the messages themselves, so that a resumed run goes
    on counting and no node of the graph is needed for it."""

    def __init__(self, prompt: Prompt, about_sources: Prompt | None) -> None:
        super().__init__()
        self._prompt = prompt
        self._about_sources = about_sources

    async def awrap_model_call(self, request: ModelRequest[RunContext], handler: Handler) -> ModelResponse[Any]:
        turn = _this_turn(request.messages)
        replies = sum(isinstance(message, AIMessage) for message in turn)
        results = sum(isinstance(message, ToolMessage) for message in turn)
        if replies >= MOST_MODEL_CALLS or results > MOST_TOOL_CALLS:
            raise CopilotError(
                ErrorKind.UNAVAILABLE,
                "The language model kept calling tools without coming to an answer, so it was stopped.",
                hint="Ask again, in smaller steps.",
            )
        context = request.runtime.context
        text = self._prompt.render(today=context.today.isoformat())
        if self._about_sources is not None:
            text += told_of_sources(self._about_sources, context)
        return await handler(request.override(system_message=SystemMessage(text)))


class OwnWords(AgentMiddleware[Any, RunContext, Any]):
    """For an agent whose only tool takes nothing but the user's words: the call needs no model to make it."""

    def __init__(self, tool_name: str, field: str) -> None:
        super().__init__()
        self._tool_name = tool_name
        self._field = field

    async def awrap_model_call(
        self, request: ModelRequest[RunContext], handler: Handler
    ) -> ModelResponse[Any] | AIMessage:
        last = request.messages[-1]
        if not isinstance(last, HumanMessage):
            return await handler(request)
        call = {"id": f"call_{new_id()}", "name": self._tool_name, "args": {self._field: last.text}}
        return AIMessage("", tool_calls=[call])


class AroundModelCall(AgentMiddleware[Any, RunContext, Any]):
    """Several middleware with no hook but `awrap_model_call` as one, the first outermost: `create_agent` puts more
    around each hook of its own than most of them do."""

    def __init__(self, *links: AgentMiddleware[Any, Any, Any]) -> None:
        super().__init__()
        self._links = links

    async def awrap_model_call(self, request: ModelRequest[RunContext], handler: Handler) -> Any:
        for link in reversed(self._links):
            handler = partial(link.awrap_model_call, handler=handler)  # pyright: ignore[reportAssignmentType] - only the outermost may answer in a short form
        return await handler(request)


def told_of_sources(prompt: Prompt, context: RunContext) -> str:
    """What a system prompt says of the tenant's databases; nothing where there are none."""
    return f"\n\n{prompt.render(names=json.dumps(context.sources))}" if context.sources else ""


def middleware_of(
    prompt: Prompt, about_sources: Prompt, capabilities: Sequence[AnyCapability], local: BaseChatModel
) -> list[AgentMiddleware[Any, Any, Any]]:
    """An agent's middleware, from what it may call. `about_sources` is for who can ask the tenant's databases, `local`
    the model that reads what no remote one may."""
    links: list[AgentMiddleware[Any, Any, Any]] = []
    if len(capabilities) == 1 and (field := words_field(capabilities[0])) is not None:
        links.append(OwnWords(capabilities[0].tool_name, field))
    # Around each attempt, so that the limit counts what is kept and not what broke off.
    links.append(
        ModelRetryMiddleware(max_retries=1, retry_on=(ModelInterruptedError,), on_failure="error", initial_delay=0.0)
    )
    told = about_sources if any(one.asks_sources for one in capabilities) else None
    chain: list[AgentMiddleware[Any, Any, Any]] = [
        AroundModelCall(*links, Instructions(prompt, told), Withholding(local), RepairCalls())
    ]
    if gated := [one for one in capabilities if one.effect.needs_approval]:
        chain.append(
            HumanInTheLoopMiddleware(
                {
                    one.tool_name: {"allowed_decisions": ["approve", "edit", "respond"], "description": one.title}
                    for one in gated
                },
                # A result has one form, which a notice in front of it would break.
                edit_notice=None,
                interrupt_mode="per_call",
            )
        )
    return chain


def words_field(capability: AnyCapability) -> str | None:
    """The one argument of a capability that takes only text and changes nothing; None for any other."""
    properties = cast("dict[str, dict[str, Any]]", arguments_schema(capability)["properties"])
    if len(properties) != 1 or capability.effect.needs_approval:
        return None
    ((name, schema),) = properties.items()
    return name if schema.get("type") == "string" and "enum" not in schema and "format" not in schema else None


def _this_turn(messages: Sequence[AnyMessage]) -> Sequence[AnyMessage]:
    start = max((i for i, message in enumerate(messages) if isinstance(message, HumanMessage)), default=-1)
    return messages[start + 1 :]
