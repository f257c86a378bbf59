"""Parts of the services that are opened when they are first needed: their libraries take seconds to import, and a
command that only counts rows should not wait for them."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Generic, TypeVar

T = TypeVar("T")


class Lazy(Generic[T]):
    """Opens its part once, for the first who asks; the others wait for the same. A failure is told, and the next one
    who asks tries again."""

    def __init__(self, open_part: Callable[[], AbstractAsyncContextManager[T]]) -> None:
        self._open = open_part
        self._lock = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._part: T | None = None

    async def __call__(self) -> T:
        if self._part is None:
            async with self._lock:
                if self._part is None:
                    self._part = await self._stack.enter_async_context(self._open())
        return self._part

    @property
    def opened(self) -> T | None:
        """The part, if anybody has asked for it yet."""
        return self._part

    async def aclose(self) -> None:
        await self._stack.aclose()
