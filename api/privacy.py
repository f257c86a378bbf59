"""What people ask of the data about them, as durable jobs."""

from collections.abc import Callable, Collection
from typing import Any

from api.chat import Chat
from api.lazy import Lazy
from api.turns import in_turn
from memory.feed import TenantFeed
from memory.jobs import JobHandler, JobService, JobView, Report
from storage.kernel.actor import Actor
from tools.privacy.erasure import ErasureService, ForgetWords
from tools.resolution.service import ResolutionService

FULFIL = "privacy.fulfil"


def fulfilling(service: ErasureService, resolution: ResolutionService, feed: TenantFeed) -> JobHandler:
    """The handler of FULFIL: the argument is the request's id. Who was one with somebody who is gone is looked at again."""

    async def fulfil(actor: Actor, arguments: dict[str, Any], report: Report) -> dict[str, Any]:
        report(0.05, "looking for the data")
        done = await in_turn(lambda: service.fulfil(actor, arguments["request_id"]), report)
        await resolution.resolve(actor, after_removal=True)
        await feed.publish(actor.tenant_id, "data.changed", {"request_id": arguments["request_id"]})
        return done

    return fulfil


async def begin_fulfilling(jobs: JobService, actor: Actor, request_id: str) -> JobView:
    """Submits it, once for each request."""
    return await jobs.submit(actor, FULFIL, {"request_id": request_id}, idempotency_key=request_id)


def forgetting(chat: Callable[[], Lazy[Chat]]) -> ForgetWords:
    """Forgets what conversations remember."""

    async def forget(actor: Actor, words: Collection[str]) -> None:
        await (await chat()()).threads.forget_words(actor, words)

    return forget
