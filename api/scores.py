"""What follows an import or a sync: sums by day and month, and the day's scores of data quality."""

import structlog

from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from tools.lineage.service import LineageService
from tools.query.rollup import RollupKeeper

_logger: structlog.stdlib.BoundLogger = structlog.get_logger("scores")


async def work_out(rollup: RollupKeeper, lineage: LineageService, actor: Actor, batch_id: str) -> None:
    """Keeps both. Scores that cannot be kept are left out: data that is in stays in."""
    await lineage.summed(actor, batch_id, tuple(rollup.rollup.metrics), rollup.refresh)
    try:
        await lineage.keep(actor, batch_id)
    except CopilotError as error:
        _logger.warning("scores not kept", tenant=actor.tenant_id, reason=error.message)
