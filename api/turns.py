"""Work that waits for its turn: of a tenant's imports and syncs one is written at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from memory.jobs import Report
from storage.kernel.errors import CopilotError, ErrorKind

Result = TypeVar("Result")
_LONGEST_PAUSE = 5.0


async def in_turn(work: Callable[[], Awaitable[Result]], report: Report) -> Result:
    """Does the work, again and again until it is no longer in conflict with another that is running."""
    while True:
        try:
            return await work()
        except CopilotError as error:
            if error.kind is not ErrorKind.CONFLICT or error.retry_after is None:
                raise
            report(0.0, f"waiting: {error.message}")
            await asyncio.sleep(min(error.retry_after, _LONGEST_PAUSE))
