"""Long loops on an event loop that serves others as well."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import Final, TypeVar

_Item = TypeVar("_Item")
_AT_ONCE: Final = 200
"""Rows to be made, which take a few milliseconds."""


async def in_turns(items: Iterable[_Item], at_once: int = _AT_ONCE) -> AsyncGenerator[_Item]:
    """The same items, between some of which others have their turn: webhooks are answered, and the chat speaks."""
    for place, item in enumerate(items, 1):
        yield item
        if place % at_once == 0:
            await asyncio.sleep(0)
