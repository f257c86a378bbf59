"""The default model: a LangChain chat model that plans from the tools' examples and speaks from their results.

It reads the same messages and the same tools as a remote model and answers in the same form, so nothing has to know
which of the two it talks to. It needs no network, no key and no download, and never states what no tool has said.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import ToolCallChunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import Field, SkipValidation

from agents.embedded.cards import AnyTool, ToolCard, to_card, to_wire
from agents.embedded.conversation import read_conversation
from agents.embedded.decision import Decider, Decision, Gloss, ToolChoice
from agents.embedded.routing import Router
from agents.embedded.signals import SignalReader
from agents.embedded.smalltalk import load_smalltalk
from memory.embeddings import EMBEDDED, WordLlamaEmbedder
from memory.model_spans import ModelSpan
from prompts.loader import PromptLibrary
from storage.kernel.clock import Clock
from storage.kernel.ids import new_id

_CLAUSE = re.compile(r".+?(?:[.,:;!?]\s+|\n+|\Z)", re.DOTALL)


class EmbeddedModel(BaseChatModel):
    """Made by `embedded_model`. One per process: it keeps what it has learnt about each set of tools."""

    embedder: WordLlamaEmbedder = Field(repr=False, exclude=True)
    router: Router = Field(repr=False, exclude=True)
    decider: Decider = Field(repr=False, exclude=True)
    clock: SkipValidation[Clock] = Field(repr=False, exclude=True)

    @property
    def _llm_type(self) -> str:
        return "smb-embedded"

    def load(self) -> None:
        """Load the embeddings ahead of the first message: about a second."""
        self.embedder.load()

    def bind_tools(
        self,
        tools: Sequence[AnyTool],
        *,
        tool_choice: str | dict[str, Any] | bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Tools carry examples in `extras["examples"]` (see agents.embedded.cards)."""
        return self.bind(tools=[to_wire(tool) for tool in tools], tool_choice=tool_choice, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  it never says more than it must
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002  nothing to report on the way
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(_chunks(self._decide(messages, **kwargs)))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  as above
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002  as above
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(_chunks(await self._adecide(messages, **kwargs)))

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002  as above
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002  langchain-core reports the chunks
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in _chunks(await self._adecide(messages, **kwargs)):
            yield chunk

    async def _adecide(self, messages: list[BaseMessage], **kwargs: Any) -> Decision:
        with ModelSpan("chat", EMBEDDED):
            return await self._decision(messages, **kwargs)

    async def _decision(self, messages: list[BaseMessage], **kwargs: Any) -> Decision:
        cards, choice = _bound(kwargs)
        conversation = read_conversation(messages)
        today = conversation.today or self.clock.now().date()
        if self.decider.ranks(conversation, choice) and not self.router.knows(cards):
            # Learning takes some hundred milliseconds, and a decision one: only the first leaves the event loop.
            return await asyncio.to_thread(self.decider.decide, conversation, cards, choice, today)
        return self.decider.decide(conversation, cards, choice, today)

    def _decide(self, messages: list[BaseMessage], **kwargs: Any) -> Decision:
        cards, choice = _bound(kwargs)
        conversation = read_conversation(messages)
        return self.decider.decide(conversation, cards, choice, conversation.today or self.clock.now().date())


def embedded_model(
    *,
    embedder: WordLlamaEmbedder,
    signals: SignalReader,
    prompts: PromptLibrary,
    clock: Clock,
    gloss: Gloss = lambda _message: None,
) -> EmbeddedModel:
    """`clock` tells the day where the instructions do not; `gloss` the gist of a message in another language."""
    router = Router(embedder, signals, load_smalltalk())
    return EmbeddedModel(embedder=embedder, router=router, decider=Decider(router, prompts, gloss), clock=clock)


def _bound(kwargs: dict[str, Any]) -> tuple[list[ToolCard], ToolChoice]:
    """The tools and the choice among them, in any of the forms that callers use."""
    cards = [to_card(to_wire(tool)) for tool in kwargs.get("tools") or ()]
    choice: Any = kwargs.get("tool_choice")
    if choice == "none":
        return [], ToolChoice()
    if isinstance(choice, dict):
        named: Any = choice  # pyright: ignore[reportUnknownVariableType]: any JSON
        choice = (named.get("function") or named).get("name") or named.get("type")
    if choice in (None, False, "auto"):
        return cards, ToolChoice()
    known = choice in {card.name for card in cards}
    return cards, ToolChoice(required=True, only=choice if known else None)


def _chunks(decision: Decision) -> Iterator[ChatGenerationChunk]:
    """A decision as a remote model would stream it: text in pieces, calls whole. All of it is known at once, so that
    pieces smaller than a clause would make nobody see it sooner."""
    for clause in _CLAUSE.findall(decision.text):
        yield ChatGenerationChunk(message=AIMessageChunk(content=clause))
    calls = [
        ToolCallChunk(
            name=call.name, args=json.dumps(call.arguments), id=f"call_{new_id()}", index=index, type="tool_call_chunk"
        )
        for index, call in enumerate(decision.calls)
    ]
    metadata = {
        "model_name": EMBEDDED.name,
        "model_provider": "smb-embedded",
        "finish_reason": "tool_calls" if calls else "stop",
    }
    last = AIMessageChunk(content="", tool_call_chunks=calls, response_metadata=metadata, chunk_position="last")
    yield ChatGenerationChunk(message=last)
