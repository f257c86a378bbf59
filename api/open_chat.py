"""Opens the chat, and the model that fills queries: model, memory, checkpoints, orchestrator, runs. Imported when somebody first asks (see api.chat)."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from agents.budget import Allowance
from agents.embedded.decision import Gloss
from agents.embedded.model import embedded_model
from agents.embedded.signals import LanguageSignals
from agents.filling import RemoteQueryModel
from agents.models import ModelConfig, ModelHandle, model_factory, remote_model, targets_of
from agents.orchestrator import Orchestrator
from agents.recollection import SemanticRecollection
from agents.runs import RunConfig, RunService
from agents.usage import StoredUsage
from api.chat import Chat
from api.settings import Environment, Settings
from memory.checkpoints import CheckpointConfig, open_checkpoints
from memory.embeddings import EMBEDDED, Embedder, EmbeddingConfig, WordLlamaEmbedder, make_embedder
from memory.events import RunEventLog
from memory.providers import Target
from memory.semantic import SemanticConfig, SemanticMemory
from memory.threads import ThreadService
from prompts.loader import PromptLibrary, load_prompts
from storage.database import Database
from storage.kernel.money import MICROS
from tools.kit.catalogue import Catalogue
from tools.language.annotator import Annotator
from tools.language.lexicon import Lexicon
from tools.language.periods import Calendar


@dataclass(frozen=True, slots=True)
class ChatParts:
    """What the chat shares with the rest of the services."""

    settings: Settings
    database: Database
    catalogue: Catalogue
    embedder: WordLlamaEmbedder
    lexicon: Lexicon
    gloss: Gloss
    log: RunEventLog
    exclusive: bool
    """Whether this process alone serves the store, so that runs found running were left by a crash."""


@asynccontextmanager
async def open_chat(parts: ChatParts) -> AsyncGenerator[Chat]:
    """Raises CopilotError when a model's name makes no sense, or a store cannot be opened."""
    settings, database = parts.settings, parts.database
    async with AsyncExitStack() as stack:
        prompts = load_prompts()
        model = _model(parts, prompts)
        stack.push_async_callback(model.aclose)
        semantic = await SemanticMemory.open(_semantic(settings), _embedder(parts), database.clock)
        stack.push_async_callback(semantic.aclose)
        recollection = SemanticRecollection(semantic)
        stack.push_async_callback(recollection.settle)
        checkpoints = await stack.enter_async_context(open_checkpoints(_checkpoints(settings)))
        orchestrator = Orchestrator(
            model=model.chat,
            local=model.local,
            catalogue=parts.catalogue,
            database=database,
            prompts=prompts,
            recollection=recollection,
            checkpointer=checkpoints.saver,
        )
        runs = RunService(
            database=database,
            orchestrator=orchestrator,
            catalogue=parts.catalogue,
            checkpoints=checkpoints,
            events=parts.log,
            usage=StoredUsage(database, Allowance(cost_micros=_daily_cost(settings))),
            prompt_hash=prompts.sha256,
            config=RunConfig(exclusive=parts.exclusive, budget=Allowance(tokens=settings.run_token_budget)),
        )
        await stack.enter_async_context(runs)
        await model.warm()
        threads = ThreadService(database, checkpoints, semantic)
        chat = Chat(runs=runs, threads=threads, checkpoints=checkpoints)
        stack.push_async_callback(chat.settle)
        yield chat


@asynccontextmanager
async def open_query_model(settings: Settings, database: Database) -> AsyncGenerator[RemoteQueryModel]:
    """The configured remote model as a filler of queries. Raises CopilotError when its name makes no sense."""
    chat = remote_model(_model_config(settings))
    usage = StoredUsage(database, Allowance(cost_micros=_daily_cost(settings)))
    try:
        yield RemoteQueryModel(chat, load_prompts(), usage, Allowance(tokens=settings.run_token_budget))
    finally:
        await chat.aclose()


def _model(parts: ChatParts, prompts: PromptLibrary) -> ModelHandle:
    settings = parts.settings
    # The same annotator that the query planner reads with: there are not two parsers.
    signals = LanguageSignals(Annotator(parts.lexicon, Calendar()))
    embedded = embedded_model(
        embedder=parts.embedder, signals=signals, prompts=prompts, clock=parts.database.clock, gloss=parts.gloss
    )
    config = _model_config(settings)
    return model_factory(config, embedded, embedded.load)


def _model_config(settings: Settings) -> ModelConfig:
    return ModelConfig(_targets(settings), allow_live_calls=_live(settings), traces_content=settings.trace_content)


def _targets(settings: Settings) -> tuple[Target, ...]:
    key = settings.model_api_key.get_secret_value() if settings.model_api_key else None
    return targets_of(settings.model, settings.model_fallbacks, api_base=settings.model_base_url, api_key=key)


def _embedder(parts: ChatParts) -> Embedder:
    settings = parts.settings
    if settings.embedding_model == EMBEDDED.name:
        return parts.embedder
    return make_embedder(EmbeddingConfig(Target(settings.embedding_model), allow_live_calls=_live(settings)))


def _semantic(settings: Settings) -> SemanticConfig:
    if settings.qdrant_url:
        return SemanticConfig(url=settings.qdrant_url)
    return SemanticConfig(path=settings.home / "qdrant")


def _checkpoints(settings: Settings) -> CheckpointConfig:
    if settings.embedded_store:
        return CheckpointConfig(path=settings.home / "checkpoints.sqlite3")
    return CheckpointConfig(url=settings.server_url)


def _live(settings: Settings) -> bool:
    return settings.env is not Environment.TEST


def _daily_cost(settings: Settings) -> int | None:
    limit = settings.tenant_daily_cost_limit
    return None if limit is None else round(limit * MICROS)
