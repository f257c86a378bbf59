"""How sources run, which of them a name means, and what their data scored last."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from storage.kernel.clock import today
from storage.kernel.errors import not_found
from storage.models.ingestion import VISIBLE_BATCH_STATES, Connector
from storage.uow import ReadUnitOfWork
from tools.lineage import engine
from tools.lineage.words import KINDS

_HISTORY: Final = timedelta(days=400)
"""How far back runs are looked at for a source's rhythm."""
_FILE: Final = "file"
_KEPT: Final = timedelta(days=30)
"""Older scores say nothing of today's data."""


async def rhythms(uow: ReadUnitOfWork, connectors: Sequence[Connector]) -> dict[str, engine.Rhythm]:
    """Source → how it runs."""
    ended: dict[str, list[datetime]] = defaultdict(list)
    for connector_id, status, _, done, _ in await uow.lineage.runs_since(uow.clock.now() - _HISTORY):
        if status in VISIBLE_BATCH_STATES and done is not None:
            ended[connector_id].append(done)
    found: dict[str, engine.Rhythm] = {}
    for one in connectors:
        runs = sorted(ended[one.id])
        if not runs and one.last_sync_at is not None:
            runs = [one.last_sync_at]
        found[one.id] = engine.rhythm(runs, engine.USUAL_FILE if one.type == _FILE else engine.USUAL_SYNC)
    return found


def chosen(connectors: Sequence[Connector], named: str) -> frozenset[str]:
    """The sources that a name, a vendor or an id means. Raises CopilotError(NOT_FOUND) for none."""
    wanted = named.strip().casefold()
    found = frozenset(
        one.id for one in connectors if wanted in (one.id, one.name.casefold(), one.type.casefold())
    ) or frozenset(one.id for one in connectors if wanted and wanted in one.name.casefold())
    if not found:
        raise not_found(f"A source called “{named[:60]}”")
    return found


async def kept_scores(uow: ReadUnitOfWork) -> dict[str, float]:
    """Unified table → its overall score as it was kept last: nobody waits for it to be measured again."""
    day = today(uow.clock, (await uow.tenants.current()).timezone) - _KEPT
    rows = await uow.quality.kept_since(day)
    return {KINDS.get(row.entity_type, row.entity_type): row.score for row in rows if row.connector_id is None}
