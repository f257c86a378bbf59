"""What a tenant used: requests, tokens and cost, per day, user, kind and model."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, update

from storage.models.identity import UsageRecord
from storage.repositories.base import Repository


@dataclass(frozen=True, slots=True)
class Usage:
    """Counts to add, or their sum. `cost_micros` is in micro-US-dollars, as providers price."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_micros: int = 0


class UsageRepository(Repository):
    async def add(self, usage: Usage, *, kind: str, used_on: date, user_id: str | None = None, model: str = "") -> None:
        """Counts something. Safe when several do so at once."""
        key = {"user_id": user_id or "", "used_on": used_on, "kind": kind, "model": model}
        await self.session.bulk_insert(UsageRecord, [key], ignore_conflicts=True)
        await self.session.execute(
            update(UsageRecord)
            .filter_by(**key)
            .values(
                requests=UsageRecord.requests + usage.requests,
                input_tokens=UsageRecord.input_tokens + usage.input_tokens,
                output_tokens=UsageRecord.output_tokens + usage.output_tokens,
                cost_micros=UsageRecord.cost_micros + usage.cost_micros,
            )
            .execution_options(synchronize_session=False)
        )

    async def between(self, first: date, last: date) -> list[UsageRecord]:
        """The tenant's records of some days (both inclusive), oldest first."""
        statement = (
            select(UsageRecord)
            .where(UsageRecord.used_on.between(first, last))
            .order_by(UsageRecord.used_on, UsageRecord.kind, UsageRecord.id)
        )
        return list(await self.session.scalars(statement))

    async def total(self, first: date, last: date, *, kind: str | None = None) -> Usage:
        """The tenant's sum over some days (both inclusive), for budgets."""
        statement = select(
            func.coalesce(func.sum(UsageRecord.requests), 0),
            func.coalesce(func.sum(UsageRecord.input_tokens), 0),
            func.coalesce(func.sum(UsageRecord.output_tokens), 0),
            func.coalesce(func.sum(UsageRecord.cost_micros), 0),
        ).where(UsageRecord.used_on.between(first, last))
        if kind is not None:
            statement = statement.where(UsageRecord.kind == kind)
        requests, input_tokens, output_tokens, cost = (await self.session.execute(statement)).one()
        return Usage(int(requests), int(input_tokens), int(output_tokens), int(cost))
