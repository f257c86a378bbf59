"""Ends of connections that vendors were not told of, because of a crash or since they could not be reached: told later."""

import asyncio
from typing import Final

import structlog

from storage.kernel.errors import CopilotError
from tools.connections.service import ConnectionService

_EVERY_SECONDS: Final = 60.0
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("disconnections")


class DisconnectionClock:
    """Looks for them also where nothing else is done by itself: what is kept for it is forgotten in time. Several processes
    may."""

    def __init__(self, connections: ConnectionService) -> None:
        self._connections = connections

    async def run(self) -> None:
        """Looks until it is cancelled. A store that is busy is asked again at the next look."""
        while True:
            try:
                await self._connections.sweep()
            except CopilotError as error:
                _logger.warning("ends not looked for", reason=error.message)
            await asyncio.sleep(_EVERY_SECONDS)
