"""What the tests of models share: a meter, a remote model in front of stand-in servers, and how to listen to it."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.runnables import Runnable

from agents.budget import Allowance, Meter, ModelUsage, metered
from agents.embedded.model import EmbeddedModel, embedded_model
from agents.embedded.signals import LanguageSignals
from agents.models import ModelConfig, RemoteModel
from evals.standins.openai import StandInModel
from memory.embeddings import WordLlamaEmbedder
from memory.providers import Target
from prompts.loader import load_prompts
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.clock import FixedClock
from tools.language.annotator import Annotator
from tools.language.periods import Calendar
from tools.query.foreign.gloss import Glossary
from tools.query.lexicon import build_lexicon
from tools.semantics.loader import load_semantics

ACTOR = Actor("tenant-1", "user-1", Role.OWNER, Surface.CHAT)
HELLO: list[BaseMessage] = [HumanMessage("hello")]


@dataclass
class Ledger:
    """A usage sink that keeps what it is given, and lets a test set what is left."""

    left: Allowance = field(default_factory=Allowance)
    recorded: list[tuple[str, ModelUsage]] = field(default_factory=list[tuple[str, ModelUsage]])
    broken: bool = False

    async def remaining(self, actor: Actor) -> Allowance:  # noqa: ARG002  the protocol's signature
        return self.left

    async def record(self, actor: Actor, usage: ModelUsage) -> None:
        if self.broken:
            raise OSError("the store is down")
        self.recorded.append((actor.tenant_id, usage))


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
async def meter(ledger: Ledger) -> AsyncIterator[Meter]:
    meter = Meter(ACTOR, Allowance(tokens=100_000), ledger)
    async with metered(meter):
        yield meter


RemoteFactory = Callable[..., RemoteModel]


@pytest.fixture
def remote() -> RemoteFactory:
    def build(*servers: StandInModel | Target, embedded: BaseChatModel | None = None, **config: Any) -> RemoteModel:
        targets = tuple(
            Target("openai/stand-in", server.base_url, "key") if isinstance(server, StandInModel) else server
            for server in servers
        )
        limits: dict[str, Any] = {"first_token_seconds": 5.0, "call_seconds": 10.0} | config
        return RemoteModel(
            config=ModelConfig(targets, **limits), embedded=embedded or FakeListChatModel(responses=["embedded"])
        )

    return build


def real_embedded_model() -> EmbeddedModel:
    """The embedded model as the server makes it."""
    semantics = load_semantics()
    lexicon = build_lexicon(semantics)
    return embedded_model(
        embedder=WordLlamaEmbedder(),
        signals=LanguageSignals(Annotator(lexicon, Calendar())),
        gloss=Glossary(lexicon, semantics).gloss,
        prompts=load_prompts(),
        clock=FixedClock(datetime(2026, 11, 2, tzinfo=UTC)),
    )


async def listen(
    model: Runnable[LanguageModelInput, AIMessage], messages: Sequence[BaseMessage] = HELLO
) -> list[AIMessageChunk]:
    return [chunk async for chunk in model.astream(list(messages)) if isinstance(chunk, AIMessageChunk)]


def joined(chunks: Sequence[AIMessageChunk]) -> AIMessage:
    total = chunks[0]
    for chunk in chunks[1:]:
        total = total + chunk
    return total
