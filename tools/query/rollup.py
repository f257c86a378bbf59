"""Keeps sums of a tenant's facts by day and month, so that questions over long periods need not read every line."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import structlog

from storage.database import Database
from storage.kernel.actor import Actor, Role, Surface
from storage.metrics.model import Mappers, SemanticModel
from storage.metrics.rollup import Rollup, cube_name, months_between
from storage.metrics.sums import Sums
from storage.uow import ReadUnitOfWork

log = structlog.get_logger(__name__)
WORTH_FROM = 20_000
"""Order lines below which the facts are read as fast."""


class RollupKeeper:
    """One per process. What it does can be broken off at any moment: a month counts when it is whole."""

    def __init__(
        self, model: SemanticModel, mappers: Mappers, database: Database, *, worth_from: int = WORTH_FROM
    ) -> None:
        self._sums = Sums(model, mappers)
        self._database = database
        self._worth_from = worth_from
        self._turns: dict[str, asyncio.Lock] = {}
        self._looked_after: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] | None = None

    @property
    def rollup(self) -> Rollup:
        return self._sums.rollup

    async def refresh(self, actor: Actor) -> int:
        """Keeps every month of the actor's tenant that is not kept, newest first. Returns how many it kept; what is
        imported meanwhile is kept too."""
        kept = 0
        async with self._turns.setdefault(actor.tenant_id, asyncio.Lock()):
            while (month := await self._next(actor)) is not None:
                if not kept:
                    await self._database.learn_sizes()
                kept += await self._keep(actor, month)
        return kept

    def begin(self) -> None:
        """From now on sums are made in the background where they are missing: for servers."""
        self._tasks = set()

    def look_after(self, actor: Actor, data_version: str) -> None:
        """Sees to it, in the background, that what there is to keep of this state of the data is kept."""
        if self._tasks is None or self._looked_after.get(actor.tenant_id) == data_version:
            return
        self._looked_after[actor.tenant_id] = data_version
        system = Actor(actor.tenant_id, None, Role.OWNER, Surface.SYSTEM)
        task = asyncio.get_running_loop().create_task(self._refresh_quietly(system), name="rollup")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def aclose(self) -> None:
        """Breaks off what runs in the background."""
        tasks, self._tasks = self._tasks or set(), None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _refresh_quietly(self, actor: Actor) -> None:
        try:
            await self.refresh(actor)
        except Exception:
            # Figures are read from the facts then, which takes longer and is as right.
            log.exception("sums could not be kept")

    async def _next(self, actor: Actor) -> date | None:
        async with self._database.read(actor) as uow:
            if not await uow.rollup.is_worth(self._worth_from) or (bounds := await uow.rollup.bounds()) is None:
                return None
            kept = set((await uow.rollup.coverage(self.rollup.definition)).months)
        return next((month for month in reversed(months_between(*bounds)) if month not in kept), None)

    async def _keep(self, actor: Actor, month: date) -> bool:
        """False where the data changed meanwhile: then the sums are of what there is no longer."""
        async with self._database.read(actor) as uow:
            version = await uow.metrics.data_version()
            rows = [row for entity in self.rollup.metrics for row in await self._rows(uow, entity, month)]
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            if await uow.metrics.data_version() != version:
                log.info("data changed while sums were made", month=month.isoformat())
                return False
            await uow.rollup.keep(month, self.rollup.definition, rows)
        return True

    async def _rows(self, uow: ReadUnitOfWork, entity: str, month: date) -> list[dict[str, Any]]:
        """An entity's rows in all its cubes. Months are made of days where there are any."""
        rows: list[dict[str, Any]] = []
        for dimension, finest in self.rollup.cubes(entity):
            found = await uow.rollup.sums(self._sums.statement(entity, dimension, finest, month))
            made = [self._row(entity, one) for one in found]
            if finest == "day":
                rows += _placed(cube_name(entity, dimension, "day"), made)
                made = _of_month(made, month)
            rows += _placed(cube_name(entity, dimension, "month"), made)
        return rows

    def _row(self, entity: str, found: Mapping[str, Any]) -> dict[str, Any]:
        sums = {self.rollup.slot(entity, name): _whole(found[name]) for name in self.rollup.metrics[entity]}
        return {"at": found["t"], "label": found.get("d0"), "key": found.get("k0"), "n": int(found["n"]), **sums}


def _of_month(days: Sequence[Mapping[str, Any]], month: date) -> list[dict[str, Any]]:
    """The rows of single days, added up per member."""
    members: dict[tuple[str | None, str | None], dict[str, Any]] = {}
    for day in days:
        total = members.setdefault((day["label"], day["key"]), {"at": month, "label": day["label"], "key": day["key"]})
        for name, value in day.items():
            if name not in total or total[name] is None:
                total[name] = value
            elif name not in ("at", "label", "key") and value is not None:
                total[name] += value
    return list(members.values())


def _placed(cube: str, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a cube with a place each, which tells those of one day apart."""
    taken: dict[date, int] = {}
    placed: list[dict[str, Any]] = []
    for row in rows:
        place = taken[row["at"]] = taken.get(row["at"], -1) + 1
        placed.append({**row, "cube": cube, "place": place})
    return placed


def _whole(value: Any) -> int | None:
    """PostgreSQL adds whole numbers up to a decimal."""
    return int(value) if isinstance(value, Decimal) else value
