"""Alerts on schedule: each tenant's once a day, after their hour in its own time zone, as a durable job."""

import asyncio
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from memory.feed import TenantFeed
from memory.jobs import JobHandler, JobService, Report
from storage.database import Database
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.errors import CopilotError
from storage.scope import SystemPurpose
from tools.alerts.service import AlertService

CHECK = "alerts.check"
_EVERY_SECONDS = 60.0
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("alerts")


def checking(alerts: AlertService, feed: TenantFeed) -> JobHandler:
    """The handler of CHECK: its argument is the hour of the tenant's day for which it was asked."""

    async def check(actor: Actor, arguments: dict[str, Any], report: Report) -> dict[str, Any]:
        report(0.1, "looking at the figures that are watched")
        told = await alerts.check_all(actor, int(arguments["hour"]))
        for one in told:
            await feed.publish(actor.tenant_id, "notification", one.model_dump(mode="json"))
        return {"fired": len(told)}

    return check


class AlertClock:
    """Asks for the checks that are due. Several processes may: a job of one tenant, day and hour is there once."""

    def __init__(self, database: Database, jobs: JobService) -> None:
        self._database = database
        self._jobs = jobs

    async def tick(self) -> int:
        """Submits what is due now; returns how many jobs that were."""
        async with self._database.system(SystemPurpose.SCHEDULER) as uow:
            now = uow.clock.now()
            active = await uow.alerts.active()
            zones = {tenant.id: tenant.timezone for tenant in await uow.tenants.all()} if active else {}
            due: dict[tuple[str, str], int] = {}
            for alert in active:
                zone = zones.get(alert.tenant_id)
                if zone is None:
                    continue  # a tenant that was closed
                local = now.astimezone(ZoneInfo(zone))
                if alert.hour <= local.hour and alert.last_checked_on != local.date():
                    key = alert.tenant_id, local.date().isoformat()
                    due[key] = max(due.get(key, 0), alert.hour)
        for (tenant_id, day), hour in due.items():
            actor = Actor(tenant_id, None, Role.OPERATOR, Surface.WORKFLOW)
            await self._jobs.submit(actor, CHECK, {"hour": hour}, idempotency_key=f"{day}T{hour:02}")
        return len(due)

    async def run(self) -> None:
        """Ticks until it is cancelled. A store that is busy is asked again at the next tick."""
        while True:
            try:
                await self.tick()
            except CopilotError as error:
                _logger.warning("alerts not scheduled", reason=error.message)
            await asyncio.sleep(_EVERY_SECONDS)
