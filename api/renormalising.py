"""Rows made anew as durable jobs: where somebody asks, and where a vendor's mapping has changed since they were made."""

from collections.abc import Sequence
from typing import Any

from api.afterwards import Afterwards
from api.sync import told
from api.turns import in_turn
from memory.jobs import JobHandler, JobService, JobView, Report
from storage.database import Database
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.ids import new_id
from storage.models.system import JobState
from storage.scope import SystemPurpose
from tools.sync.renormalise import RenormaliseService, outdated

RENORMALISE = "connector.renormalise"
_AGAIN_AFTER_HOURS = 6
"""How often a run that failed is begun again by itself."""


def renormalising(service: RenormaliseService, afterwards: Afterwards) -> JobHandler:
    """The handler of RENORMALISE: arguments are a connection's id, the run's own, and the kinds of objects (none: all).
    What follows is what follows a sync."""

    async def renormalise(actor: Actor, arguments: dict[str, Any], report: Report) -> dict[str, Any]:
        async def progress(done: float, message: str) -> None:
            report(done, message)

        made = await in_turn(
            lambda: service.renormalise(
                actor,
                arguments["connection_id"],
                arguments["run_id"],
                objects=arguments["objects"],
                progress=progress,
            ),
            report,
        )
        await afterwards.see_to(actor, made.id, told(made), report, after_removal=True)
        return made.model_dump(mode="json")

    return renormalise


async def begin_renormalising(
    jobs: JobService, actor: Actor, connection_id: str, objects: Sequence[str] = (), *, key: str | None = None
) -> JobView:
    """Submits it. The same `key` begins it once."""
    arguments = {"connection_id": connection_id, "run_id": new_id(), "objects": list(objects)}
    return await jobs.submit(actor, RENORMALISE, arguments, idempotency_key=key)


async def renormalise_outdated(database: Database, jobs: JobService) -> int:
    """Submits it for every connection whose rows an older mapping made, once for each version, and again some hours later
    where that failed; returns how many there are."""
    async with database.system(SystemPurpose.SCHEDULER) as uow:
        due = outdated(await uow.connections.with_rows())
        slot = int(uow.clock.now().timestamp() // (_AGAIN_AFTER_HOURS * 3600))
    for one in due:
        actor = Actor(one.tenant_id, None, Role.OWNER, Surface.SYSTEM)
        async with database.read(actor) as uow:
            newest = await uow.jobs.latest(RENORMALISE, "connection_id", one.connection_id)
            is_under_way = newest is not None and not JobState(newest.state).is_final
        if not is_under_way:
            key = f"{one.connection_id}:mapping:{one.version}:{slot}"
            await begin_renormalising(jobs, actor, one.connection_id, key=key)
    return len(due)
