"""What follows a webhook after it was answered: the tenant's page is told, and what changed is fetched."""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from api.privacy import begin_fulfilling
from api.subscriptions import Subscriptions
from api.sync import begin_for_hints
from memory.feed import TenantFeed
from memory.jobs import JobService
from storage.kernel.actor import Actor, Role, Surface
from storage.models.watching import Notification
from storage.scope import SystemPurpose
from tools.alerts.schemas import NotificationView
from tools.connections.webhooks import Received, Told, WebhookService
from tools.connectors.core.webhooks.post import Post
from tools.connectors.core.webhooks.rules import WebhookRule

KEPT_FOR: Final = timedelta(days=30)
"""Longer than any vendor tries again (vendor-facts.md: 72 hours)."""
_LEFT_AFTER: Final = timedelta(minutes=1)
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("webhooks")


class Webhooks:
    """One per process. `aclose` waits for what is under way; what a crash leaves is found by `sweep`."""

    def __init__(
        self, service: WebhookService, jobs: JobService, feed: TenantFeed, subscriptions: Subscriptions
    ) -> None:
        self._service = service
        self._database = jobs.database
        self._jobs = jobs
        self._feed = feed
        self._subscriptions = subscriptions
        self._following: set[asyncio.Task[None]] = set()

    async def aclose(self) -> None:
        await asyncio.gather(*self._following)

    def rule(self, vendor: str, connection_id: str | None) -> WebhookRule:
        """As WebhookService.rule."""
        return self._service.rule(vendor, connection_id)

    async def receive(self, vendor: str, connection_id: str | None, post: Post) -> Received:
        """As WebhookService.receive. What it tells is written down when this returns, and followed up after it."""
        received = await self._service.receive(vendor, connection_id, post)
        for told in received.told:
            task = asyncio.create_task(self._follow_up(told))
            self._following.add(task)
            task.add_done_callback(self._following.discard)
        return received

    async def _follow_up(self, told: Told) -> None:
        try:
            await self._feed.publish(
                told.tenant_id,
                "connection.changed",
                {
                    "connection_id": told.connection_id,
                    "type": told.vendor,
                    "status": told.status,
                    "hints": told.hints,
                    "received_at": told.received_at.isoformat(),
                },
            )
            for request_id in told.requests:
                actor = Actor(told.tenant_id, None, Role.OWNER, Surface.SYSTEM)
                await begin_fulfilling(self._jobs, actor, request_id)
            for notice in told.notices:
                await self._feed.publish(told.tenant_id, "notification", _shown(notice))
            if told.is_lapsing:
                actor = Actor(told.tenant_id, None, Role.OWNER, Surface.SYSTEM)
                await self._subscriptions.begin_where_due(actor, told.connection_id)
            if told.is_due:
                await self._fetch(told.tenant_id, told.connection_id)
        except Exception as error:
            # It is written down, and the next sweep takes it up.
            _logger.error("webhook not followed up", vendor=told.vendor, exc_info=error)

    async def _fetch(self, tenant_id: str, connection_id: str) -> None:
        now = self._database.clock.now()
        actor = Actor(tenant_id, None, Role.OWNER, Surface.SYSTEM)
        await begin_for_hints(self._database, self._jobs, actor, connection_id)
        async with self._database.system(SystemPurpose.WEBHOOK) as uow:
            await uow.webhooks.done(connection_id, now)

    async def sweep(self) -> None:
        """Takes up what was received and then left by a process that died, and forgets what is older than KEPT_FOR."""
        async with self._database.system(SystemPurpose.WEBHOOK) as uow:
            now = uow.clock.now()
            await uow.webhooks.forget(now - KEPT_FOR)
            left = await uow.webhooks.waiting(now - _LEFT_AFTER)
            asked = [(one.tenant_id, one.id) for one in await uow.erasing.waiting()]
        for tenant_id, connection_id in left:
            await self._fetch(tenant_id, connection_id)
        for tenant_id, request_id in asked:
            await begin_fulfilling(self._jobs, Actor(tenant_id, None, Role.OWNER, Surface.SYSTEM), request_id)


def _shown(notice: Notification) -> dict[str, object]:
    return NotificationView(
        id=notice.id,
        kind=notice.kind,
        title=notice.title,
        text=notice.text,
        subject_id=notice.subject_id,
        created_at=notice.created_at,
        is_read=False,
    ).model_dump(mode="json")
