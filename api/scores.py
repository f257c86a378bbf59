"""The day's scores of data quality, kept when a job has brought data."""

import structlog

from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from tools.lineage.service import LineageService

_logger: structlog.stdlib.BoundLogger = structlog.get_logger("scores")


async def keep_scores(lineage: LineageService, actor: Actor) -> None:
    """Keeps them; data that is in stays in where they cannot be kept."""
    try:
        await lineage.keep(actor)
    except CopilotError as error:
        _logger.warning("scores not kept", tenant=actor.tenant_id, reason=error.message)
