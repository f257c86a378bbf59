"""What the installation depends on, and whether it answers: for /health/ready and `smb doctor`."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

Probe = Callable[[], Awaitable[object]]
"""Returns when the dependency answers; raises when it does not."""

_SECONDS = 3.0
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("api.health")


async def failure_of(name: str, probe: Probe) -> str | None:
    """None when the dependency answers in time, else what is wrong in a few words that hold no address or secret."""
    try:
        async with asyncio.timeout(_SECONDS):
            await probe()
    except TimeoutError:
        return f"no answer in {_SECONDS:.0f} seconds"
    except Exception as error:
        _logger.info("dependency fails", dependency=name, reason=type(error).__name__)
        return "cannot be reached"
    return None
