"""The chat's part of the services, opened when it is first needed: its libraries take seconds to import, and a
command that only counts rows should not wait for them."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
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


OpenChat = Callable[[], AbstractAsyncContextManager[Chat]]


class LazyChat:
    """Opens the chat once, for the first who asks; the others wait for the same. A failure is told, and the next one
    who asks tries again."""

    def __init__(self, open_chat: OpenChat) -> None:
        self._open = open_chat
        self._lock = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._chat: Chat | None = None

    async def __call__(self) -> Chat:
        if self._chat is None:
            async with self._lock:
                if self._chat is None:
                    self._chat = await self._stack.enter_async_context(self._open())
        return self._chat

    @property
    def opened(self) -> Chat | None:
        """The chat, if anybody has asked for it yet."""
        return self._chat

    async def aclose(self) -> None:
        if self._chat is not None:
            await self._chat.settle()
        await self._stack.aclose()
