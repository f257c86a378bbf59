"""The remote model that fills queries, opened when a question first needs it: its libraries take seconds to import."""

import asyncio
import importlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import structlog

from api.lazy import Lazy
from api.settings import QueryHelp, Settings
from memory.embeddings import EMBEDDED
from storage.database import Database
from storage.kernel.errors import CopilotError
from tools.query.filling import Asked, Attempt, QueryModel
from tools.query.helping import Helper

log = structlog.get_logger(__name__)


class LateQueryModel:
    """A QueryModel that is opened by the first question."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._opened = Lazy(lambda: _open(settings, database))

    async def ready(self) -> None:
        try:
            await (await self._opened()).ready()
        except CopilotError as error:
            log.warning("the model for queries cannot be used", kind=error.kind)

    async def fill(self, asked: Asked, before: Attempt | None) -> str | None:
        model = self._opened.opened
        return await model.fill(asked, before) if model is not None else None

    async def aclose(self) -> None:
        await self._opened.aclose()


def helper_of(settings: Settings, model: QueryModel) -> Helper | None:
    """None where no remote model is configured, or it is not to fill queries."""
    if settings.model == EMBEDDED.name or settings.query_model is QueryHelp.OFF:
        return None
    return Helper(model, settings.query_model_seconds)


@asynccontextmanager
async def _open(settings: Settings, database: Database) -> AsyncGenerator[QueryModel]:
    module = await asyncio.to_thread(importlib.import_module, "api.open_chat")
    async with module.open_query_model(settings, database) as model:
        yield model
