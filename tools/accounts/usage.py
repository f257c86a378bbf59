"""What a tenant used, per day and user, with its limits."""

from dataclasses import dataclass
from datetime import date

from storage.kernel.errors import invalid
from storage.kernel.money import from_micros
from storage.uow import ReadUnitOfWork
from tools.accounts.schemas import PlanLimits, Usage, UsageLine, UsageTotals

_LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class UsageLimits:
    """What the installation allows; None means no limit."""

    run_tokens: int | None
    daily_cost_usd: float | None


async def usage_between(uow: ReadUnitOfWork, first: date, last: date, limits: UsageLimits) -> Usage:
    """Use on some days, both inclusive, at most a year of them."""
    if not 0 <= (last - first).days < _LONGEST_DAYS:
        raise invalid("must not be before `from`, and at most a year after it", pointer="/to")
    records = await uow.usage.between(first, last)
    tenant = await uow.tenants.current()
    total = await uow.usage.total(first, last)
    lines = (
        UsageLine(
            day=record.used_on,
            user_id=record.user_id or None,
            kind=record.kind,
            model=record.model or None,
            requests=record.requests,
            input_tokens=record.input_tokens,
            output_tokens=record.output_tokens,
            cost_usd=_dollars(record.cost_micros),
        )
        for record in records
    )
    return Usage(
        items=tuple(lines),
        totals=UsageTotals(
            requests=total.requests,
            input_tokens=total.input_tokens,
            output_tokens=total.output_tokens,
            cost_usd=_dollars(total.cost_micros),
        ),
        limits=PlanLimits(
            plan=tenant.plan,
            run_tokens=limits.run_tokens,
            daily_cost_usd=None if limits.daily_cost_usd is None else f"{limits.daily_cost_usd:.2f}",
        ),
    )


def _dollars(micros: int) -> str:
    return f"{from_micros(micros):.6f}"
