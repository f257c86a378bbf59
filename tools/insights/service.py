"""What is worth seeing in a tenant's figures, as of a day and for whom: gathered, tested, worded, and what a person put
aside left out."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from storage.kernel.errors import invalid
from storage.models.watching import InsightMark
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.insights.engine import Finding, Outcome, find
from tools.insights.gathering import Gathered, Gatherer
from tools.insights.schemas import FindInsights, HiddenInsight, HideInsight, Insight, InsightId, InsightList
from tools.insights.statistics import LEAST_ERRORS
from tools.insights.wording import Teller, identity
from tools.kit.workers import Workers
from tools.query.service import Basis, QueryService

_KEPT = 64
_WEEKS_NEEDED = LEAST_ERRORS + 9
"""Those of the forecasts that must have been tried, eight before the first, and the one that is looked at."""
_Key = tuple[str, date, str, int, int]


class InsightService:
    """One per process. What was found for a day is kept until the data changes."""

    def __init__(self, query: QueryService, workers: Workers) -> None:
        self._query = query
        self._workers = workers
        self._kept: OrderedDict[_Key, tuple[Gathered, Outcome]] = OrderedDict()

    async def find(self, uow: ReadUnitOfWork, request: FindInsights) -> InsightList:
        """The most telling first. Raises CopilotError: timeout or unavailable, where it could not be worked out."""
        basis = await self._query.basis(uow, request.as_of)
        gathered, outcome = await self._found(uow, basis)
        day = basis.days.today
        marks = await uow.insight_marks.of(day)
        teller = Teller(basis.model, gathered)
        seen: list[Insight] = []
        hidden = 0
        for finding in outcome.findings:
            if _is_hidden(finding, marks):
                hidden += 1
                if not request.hidden:
                    continue
                seen.append(teller.insight(finding).model_copy(update={"is_hidden": True}))
            else:
                seen.append(teller.insight(finding))
        return InsightList(
            as_of=day,
            items=tuple(seen[: request.limit]),
            tested=outcome.tested,
            message=_message(gathered, outcome, hidden),
            notes=tuple(gathered.notes),
            provenance=basis.knowledge.provenance(None),
        )

    async def hide(self, uow: WriteUnitOfWork, insight_id: InsightId, request: HideInsight) -> HiddenInsight:
        """Raises CopilotError (invalid) for a day that has come already."""
        subject = insight_id.partition("-")[0]
        if request.until is None:
            await uow.insight_marks.put(subject, insight_id, None)
            return HiddenInsight(id=insight_id, hidden="dismissed")
        if request.until <= uow.clock.now().date():
            raise invalid("That day has come already: give a later one.", pointer="/until")
        await uow.insight_marks.put(subject, "", request.until)
        return HiddenInsight(id=insight_id, hidden="until", until=request.until)

    async def show_again(self, uow: WriteUnitOfWork, insight_id: InsightId) -> None:
        """Takes back what `hide` did, whatever it was."""
        await uow.insight_marks.forget(insight_id.partition("-")[0], insight_id)

    async def _found(self, uow: ReadUnitOfWork, basis: Basis) -> tuple[Gathered, Outcome]:
        tenant = basis.tenant
        key = (tenant.id, basis.days.today, basis.knowledge.version, tenant.metrics_version, tenant.week_start)
        if key not in self._kept:
            own = [name for name in basis.model.metrics if name not in self._query.layers.base.model.metrics]
            gathered = await Gatherer(uow, basis, own).gather()
            # A shop without a past needs no process of its own to be told so.
            outcome = await self._workers.run(find, gathered.panel) if gathered.panel.series else find(gathered.panel)
            # What was looked at is needed no more, and is large.
            gathered = replace(gathered, panel=type(gathered.panel)())
            if gathered.is_cut:  # a server that is busy now need not be at the next asking
                return gathered, outcome
            self._kept[key] = gathered, outcome
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]


def _is_hidden(finding: Finding, marks: Sequence[InsightMark]) -> bool:
    whole = identity(finding)
    return any(
        mark.finding == whole or (mark.subject == whole.partition("-")[0] and not mark.finding) for mark in marks
    )


def _message(gathered: Gathered, outcome: Outcome, hidden: int) -> str:
    if not outcome.tested:
        weeks = gathered.weeks
        return (
            f"There are {weeks} complete weeks of sales so far: that is too little to tell what is unusual. From "
            f"{_WEEKS_NEEDED} weeks on single weeks can be judged."
        )
    count = len(outcome.findings)
    what = f"{outcome.tested} figures were held against their own past"
    if not count:
        return f"Nothing stands out: {what}, and none is further off than chance would have it."
    aside = f" {hidden} of them you put aside." if hidden else ""
    return f"{count} of {outcome.tested} figures that were held against their own past stand out.{aside}"
