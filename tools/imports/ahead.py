"""Reads ahead: the next chunk is prepared in a thread while the last one is being written."""

import asyncio
from collections.abc import Generator
from types import TracebackType
from typing import Generic, Self, TypeVar

T = TypeVar("T")


class ReadAhead(Generic[T]):
    """Takes items from a blocking generator, one ahead. Closes the generator when it is left."""

    def __init__(self, items: Generator[T, None, None]) -> None:
        self._items = items
        self._next: asyncio.Future[T | None] | None = None

    async def __aenter__(self) -> Self:
        self._fetch()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._next is not None:
            # A generator cannot be closed while a thread is in it.
            await asyncio.wait([self._next])
            if not self._next.cancelled():
                self._next.exception()
        await asyncio.to_thread(self._items.close)

    def _fetch(self) -> None:
        self._next = asyncio.ensure_future(asyncio.to_thread(next, self._items, None))

    async def take(self) -> T | None:
        """The next item; None at the end. Raises what the generator raises."""
        if self._next is None:
            return None
        item = await asyncio.shield(self._next)
        if item is None:
            self._next = None
        else:
            self._fetch()
        return item
