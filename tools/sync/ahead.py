"""The next page of a list, asked for while the one before is written."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

from tools.connectors.core.listing import Page, PageState


class Ahead:
    """`async with Ahead(read) as ahead:` keeps one page at most beside the one that its user holds. What reading it raises is
    raised by `page`; at the end nothing is asked any more."""

    def __init__(self, read: Callable[[PageState], Awaitable[Page]]) -> None:
        self._read = read
        self._asked: asyncio.Task[Page] | None = None

    def ask(self, state: PageState | None) -> None:
        """Begins to read a page; None where there is none."""
        self._asked = asyncio.ensure_future(self._read(state)) if state is not None else None

    async def page(self) -> Page:
        """The page that was asked for last. There must be one."""
        assert self._asked is not None  # noqa: S101 - the caller asked
        return await self._asked

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._asked is not None:
            self._asked.cancel()
            await asyncio.gather(self._asked, return_exceptions=True)
