"""Model usage in the database: what a tenant may still spend today, and what it has spent."""

from datetime import UTC, date

from agents.budget import Allowance, ModelUsage
from storage.database import Database
from storage.kernel.actor import Actor
from storage.repositories.usage import Usage

KIND = "model"


class StoredUsage:
    """A UsageSink over the usage records. `daily` is what one tenant may use on one UTC day."""

    def __init__(self, database: Database, daily: Allowance) -> None:
        self._database = database
        self._daily = daily

    async def remaining(self, actor: Actor) -> Allowance:
        if self._daily == Allowance():
            return self._daily
        async with self._database.read(actor) as uow:
            day = self._day()
            used = await uow.usage.total(day, day, kind=KIND)
        return Allowance(
            tokens=_left(self._daily.tokens, used.input_tokens + used.output_tokens),
            cost_micros=_left(self._daily.cost_micros, used.cost_micros),
        )

    async def record(self, actor: Actor, usage: ModelUsage) -> None:
        counts = Usage(1, usage.input_tokens, usage.output_tokens, usage.cost_micros or 0)
        async with self._database.write(actor) as uow:
            await uow.usage.add(counts, kind=KIND, used_on=self._day(), user_id=actor.user_id, model=usage.model)

    def _day(self) -> date:
        return self._database.clock.now().astimezone(UTC).date()


def _left(limit: int | None, used: int) -> int | None:
    return None if limit is None else limit - used
