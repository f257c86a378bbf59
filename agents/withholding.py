"""What a tenant keeps from remote models: what its sources have told whose terms allow no training.

Whether a message may hold it is told by what stands behind it: a tool's result by the sources that it names, and one that
names none may hold anything. In a turn whose results may not leave, the embedded model goes on; of earlier turns a remote
one is told that there was an answer, and not which.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import ModelRequest, ModelResponse
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AnyMessage, HumanMessage, ToolMessage

from agents.state import RunContext

Handler = Callable[[ModelRequest[RunContext]], Awaitable[ModelResponse[Any]]]
_MARK: Final = "withheld"
_INSTEAD: Final = "(The user was answered. The answer comes from data that is not shown to language models.)"


def is_withheld(blocks: Iterable[Mapping[str, Any]] | None, withheld: frozenset[str]) -> bool:
    """Whether what these blocks go with may hold data of sources that are withheld."""
    named = [block for block in blocks or () if block.get("kind") == "sources"]
    sources = {source["id"] for block in named for source in block["provenance"]["sources"]}
    return bool(withheld) and (not sources or not withheld.isdisjoint(sources))


def marked(*, withheld: bool) -> dict[str, Any]:
    """A message's `additional_kwargs` that say whether it may leave."""
    return {_MARK: withheld}


def may_leave(message: AnyMessage, withheld: frozenset[str]) -> bool:
    """Whether a remote model may read a message."""
    mark: bool | None = message.additional_kwargs.get(_MARK)
    if mark is not None or not isinstance(message, ToolMessage):
        return not mark
    return not is_withheld(message.artifact, withheld)


def for_remote(messages: Sequence[AnyMessage], withheld: frozenset[str]) -> list[AnyMessage] | None:
    """The messages of a call as a remote model may read them; None where what this turn has found may not leave."""
    if not withheld:
        return list(messages)
    began = max((n for n, one in enumerate(messages) if isinstance(one, HumanMessage)), default=0)
    if not all(may_leave(one, withheld) for one in messages[began:]):
        return None
    return [one if may_leave(one, withheld) else one.model_copy(update={"content": _INSTEAD}) for one in messages]


class Withholding(AgentMiddleware[Any, RunContext, Any]):
    """Lets an agent's model read what may leave, and `local` what may not."""

    def __init__(self, local: BaseChatModel) -> None:
        super().__init__()
        self._local = local

    async def awrap_model_call(self, request: ModelRequest[RunContext], handler: Handler) -> ModelResponse[Any]:
        if request.model is self._local:
            return await handler(request)
        messages = for_remote(request.messages, request.runtime.context.withheld)
        if messages is None:
            return await handler(request.override(model=self._local))
        return await handler(request.override(messages=messages))
