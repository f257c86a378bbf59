"""What happened to the business, told on the tenant's feed after each import and sync."""

import structlog

from memory.feed import TenantFeed
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from tools.alerts.views import notification_view
from tools.events.detection import DetectionService

_logger: structlog.stdlib.BoundLogger = structlog.get_logger("events")


class Happened:
    """One per process."""

    def __init__(self, detection: DetectionService, feed: TenantFeed) -> None:
        self._detection = detection
        self._feed = feed

    async def tell(self, actor: Actor) -> int:
        """Detects what is new, tells of the latest of it one by one, the earliest first, and of how many there are. Returns
        that. What cannot be detected now is with the next run: data that is in stays in."""
        try:
            told = await self._detection.detect(actor)
        except CopilotError as error:
            _logger.warning("events not detected", tenant=actor.tenant_id, reason=error.message)
            return 0
        for one in reversed(told.latest):
            await self._feed.publish(actor.tenant_id, "business.event", one.model_dump(mode="json"))
        for notice in told.notifications:
            view = notification_view(notice, is_read=False)
            await self._feed.publish(actor.tenant_id, "notification", view.model_dump(mode="json"))
        if told.count:
            await self._feed.publish(actor.tenant_id, "business.events", {"count": told.count})
        return told.count
