"""The chat's part of the services."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from agents.runs import RunService
    from memory.checkpoints import Checkpoints
    from memory.threads import ThreadService

_logger: structlog.stdlib.BoundLogger = structlog.get_logger("api.chat")


@dataclass
class Chat:
    """Runs and conversations, ready to be used."""

    runs: "RunService"
    threads: "ThreadService"
    checkpoints: "Checkpoints"
    _asides: set["asyncio.Task[Any]"] = field(default_factory=set["asyncio.Task[Any]"])

    def aside(self, work: Coroutine[Any, Any, Any]) -> None:
        """Does something after the request that asked for it; what goes wrong is logged."""
        task = asyncio.create_task(work)
        self._asides.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._asides.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _logger.warning("aside failed", exc_info=error)

    async def settle(self) -> None:
        """Waits for what is still done aside."""
        if self._asides:
            await asyncio.wait(self._asides)
