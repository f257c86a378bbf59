"""What follows when rows came in or went, whatever brought them: a sync, an import, rows made anew, an undo."""

from dataclasses import dataclass
from typing import Any

from api.happened import Happened
from api.scores import Scores
from memory.feed import TenantFeed
from memory.jobs import Report
from storage.kernel.actor import Actor
from tools.resolution.service import ResolutionService


@dataclass(frozen=True)
class Afterwards:
    """Who and what is one, what happened, the figures, and a word on the tenant's feed that they can be asked for. One per
    process."""

    resolution: ResolutionService
    happened: Happened
    scores: Scores
    feed: TenantFeed

    async def see_to(
        self, actor: Actor, batch_id: str, changed: dict[str, Any], report: Report, *, after_removal: bool = False
    ) -> None:
        """After a batch whose rows can be seen. `changed` is what is told of it; `after_removal`: it may have taken rows
        out."""
        await self.resolution.resolve(actor, lambda words: report(0.97, words), after_removal=after_removal)
        report(0.98, "looking at what happened")
        await self.happened.tell(actor)
        report(1.0, "adding up days and months")
        await self.scores.work_out(actor, batch_id)
        await self.feed.publish(actor.tenant_id, "data.changed", changed)

    async def see_to_undone(self, actor: Actor, changed: dict[str, Any]) -> None:
        """After a batch whose rows have gone again."""
        await self.resolution.resolve(actor)
        await self.happened.tell(actor)
        await self.feed.publish(actor.tenant_id, "data.changed", changed)
