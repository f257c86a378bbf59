"""What follows an import or a sync: sums by day and month, the day's scores of data quality, and what is told of them."""

import asyncio
from collections.abc import Collection, Sequence

import structlog

from api.happened import Happened
from memory.feed import TenantFeed
from storage.database import Database
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.errors import CopilotError
from storage.scope import SystemPurpose
from tools.alerts.service import AlertService
from tools.kit.watched import Watched
from tools.lineage.service import LineageService
from tools.lineage.watching import AFTER_A_RUN, BY_THE_CLOCK
from tools.query.rollup import RollupKeeper

_EVERY_SECONDS = 3600.0
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("scores")


class Scores:
    """One per process."""

    def __init__(
        self,
        database: Database,
        rollup: RollupKeeper,
        lineage: LineageService,
        alerts: AlertService,
        feed: TenantFeed,
        *,
        happened: Happened,
    ) -> None:
        self._database = database
        self._rollup = rollup
        self._lineage = lineage
        self._alerts = alerts
        self._feed = feed
        self._happened = happened

    async def work_out(self, actor: Actor, batch_id: str) -> None:
        """Keeps sums and scores, and tells of what begins to be bad. What cannot be kept or told is left out: data that is in
        stays in."""
        await self._lineage.summed(actor, batch_id, tuple(self._rollup.rollup.metrics), self._rollup.refresh)
        try:
            await self._tell(actor, await self._lineage.keep(actor, batch_id), AFTER_A_RUN)
        except CopilotError as error:
            _logger.warning("scores not kept", tenant=actor.tenant_id, reason=error.message)

    async def tick(self) -> int:
        """Looks at what comes about while nothing runs, in all tenants; returns of how much was told."""
        async with self._database.system(SystemPurpose.SCHEDULER) as uow:
            tenants = [tenant.id for tenant in await uow.tenants.all()]
        told = 0
        for tenant_id in tenants:
            actor = Actor(tenant_id, None, Role.OPERATOR, Surface.WORKFLOW)
            try:
                told += await self._tell(actor, await self._lineage.watch(actor), BY_THE_CLOCK)
                # What a merge of customers by hand has changed, or a run that broke off has left.
                await self._happened.tell(actor)
            except CopilotError as error:
                _logger.warning("data not watched", tenant=tenant_id, reason=error.message)
        return told

    async def run(self) -> None:
        """Ticks once an hour until it is cancelled."""
        while True:
            try:
                await self.tick()
            except CopilotError as error:
                _logger.warning("data not watched", reason=error.message)
            await asyncio.sleep(_EVERY_SECONDS)

    async def _tell(self, actor: Actor, seen: Sequence[Watched], kinds: Collection[str]) -> int:
        told = await self._alerts.tell_spells(actor, seen, kinds)
        for one in told:
            await self._feed.publish(actor.tenant_id, "notification", one.model_dump(mode="json"))
        return len(told)
