"""What is counted of a tenant's data for its quality: by each table with rows, of all rows. Counts are kept for as long as no
import or sync changes what can be seen and the day is the same, since nothing else changes them: what is told is never of a
sample, and a report on millions of lines is measured once, by the job that brought them."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from storage.repositories.quality import Check, Compared, Counts, Measured
from storage.uow import ReadUnitOfWork
from tools.lineage.rules import TableRules, load_rules

_TENANTS_KEPT: Final = 64


@dataclass(frozen=True, slots=True)
class Counted:
    """Of one table: by source, over all, and the rows that several sources told of."""

    each: Sequence[Counts]
    whole: Counts
    compared: Sequence[Compared]


Tables = dict[str, Counted]


async def count(uow: ReadUnitOfWork, day: date) -> Tables:
    """Of each table that holds rows. `day` is today's, which nothing may be dated after."""
    several = len(await uow.ingestion.connectors()) > 1
    found: Tables = {}
    for table, asked in load_rules().tables.items():
        each, whole = await uow.quality.counts(_measured(table, asked, day))
        if whole.rows:
            compared = await uow.quality.compared(table, tuple(asked.fields)) if asked.shared and several else []
            if asked.agree and several:
                compared += await uow.quality.merged(table, asked.agree)
            found[table] = Counted(each, whole, compared)
    return found


def _measured(table: str, asked: TableRules, day: date) -> Measured:
    checks = tuple(Check(rule.id, rule.how, rule.columns) for rule in asked.rules)
    within = asked.unique_within == "source"
    return Measured(table, tuple(asked.fields), asked.unique, checks, day, within)


class Counting:
    """Counts that are kept. One per process; of tenants the least recently asked for are forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[tuple[str, date], Tables]] = OrderedDict()

    async def of(self, uow: ReadUnitOfWork, day: date) -> Tables:
        """The counts of the unit's tenant, made anew when its data or the day is another one."""
        version = await uow.metrics.data_version(), day
        known = self._kept.get(uow.tenant_id)
        if known is None or known[0] != version:
            known = self._kept[uow.tenant_id] = version, await count(uow, day)
        self._kept.move_to_end(uow.tenant_id)
        while len(self._kept) > _TENANTS_KEPT:
            self._kept.popitem(last=False)
        return known[1]
