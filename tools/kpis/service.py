"""Targets: set, changed, and how they stand as of a day."""

from datetime import date

from storage.database import Database
from storage.kernel.actor import Permission
from storage.kernel.clock import AsOf
from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.kernel.ids import new_id
from storage.models.watching import Kpi, KpiVersion
from storage.repositories.base import Page, PageRequest
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.foundry.single import SingleFigure, checked_figure, figure_column, figure_name, read_figure, restored, stored
from tools.kit.workers import Workers
from tools.kpis.periods import name_of, span_of
from tools.kpis.progress import ProgressReader
from tools.kpis.schemas import (
    MOST_KPIS,
    CheckTargets,
    KpiContent,
    KpiDraft,
    KpiVersionView,
    KpiView,
    Progress,
    ReplaceKpi,
    SetTarget,
    TargetsChecked,
    TargetSet,
)
from tools.kpis.wishes import about, check_unit, read_target
from tools.query.service import Basis, QueryService

_EACH = {"month": "each month", "quarter": "each quarter", "year": "each year", "fiscal_year": "each fiscal year"}


class KpiService:
    """Everybody of a tenant sees its targets; those who may change dashboards set them."""

    def __init__(self, query: QueryService, database: Database, workers: Workers) -> None:
        self._query = query
        self._database = database
        self._reader = ProgressReader(workers)

    async def page(self, uow: ReadUnitOfWork, request: PageRequest) -> Page[KpiView]:
        """The newest first."""
        found = await uow.kpis.list(request)
        return Page(tuple(map(kpi_view, found.items)), found.next_cursor)

    async def get(self, uow: ReadUnitOfWork, kpi_id: str) -> KpiView:
        """Raises CopilotError (not found)."""
        return kpi_view(await uow.kpis.get(kpi_id))

    async def create(self, uow: WriteUnitOfWork, draft: KpiDraft, as_of: AsOf | None = None) -> KpiView:
        """Raises CopilotError: forbidden, or invalid with a pointer to what cannot be used."""
        _require_writer(uow)
        async with self._database.read(uow.actor, uow.scope.turn) as read:
            content = self._content(draft, await self._query.basis(read, as_of))
            if len(await read.kpis.all()) >= MOST_KPIS:
                raise invalid(f"There are {MOST_KPIS} targets at most.", hint="Delete one first.")
        row = Kpi(id=new_id(), version=1, created_by=uow.actor.user_id)
        _write(row, content)
        uow.add(row)
        _keep(uow, row, content)
        await uow.flush()
        return kpi_view(row)

    async def replace(self, uow: WriteUnitOfWork, kpi_id: str, request: ReplaceKpi) -> KpiView:
        """Raises as `create` does; not found, and conflict where it is at another version by now."""
        _require_writer(uow)
        async with self._database.read(uow.actor) as read:
            content = self._content(request, await self._query.basis(read, None))
        row = await self._open(uow, kpi_id, request.version)
        if content != KpiContent.model_validate(kpi_view(row).model_dump(include=set(KpiContent.model_fields))):
            _write(row, content)
            row.version += 1
            _keep(uow, row, content)
        await uow.flush()
        return kpi_view(row)

    async def delete(self, uow: WriteUnitOfWork, kpi_id: str) -> None:
        _require_writer(uow)
        await uow.delete(await uow.kpis.get(kpi_id, to_change=True))

    async def versions(self, uow: ReadUnitOfWork, kpi_id: str, request: PageRequest) -> Page[KpiVersionView]:
        """The newest first."""
        await uow.kpis.get(kpi_id)
        found = await uow.kpis.versions(kpi_id, request)
        return Page(
            tuple(
                KpiVersionView(
                    version=one.version,
                    changed_at=one.created_at,
                    changed_by=one.changed_by,
                    content=KpiContent.model_validate(one.content),
                )
                for one in found.items
            ),
            found.next_cursor,
        )

    async def progress(self, uow: ReadUnitOfWork, kpi_id: str, as_of: AsOf | None) -> Progress:
        """How it stands. Raises CopilotError: not found, or invalid where it can no longer be reckoned."""
        row = await uow.kpis.get(kpi_id)
        return await self._reader.read(uow, await self._query.basis(uow, as_of), kpi_view(row))

    async def set_target(self, uow: WriteUnitOfWork, request: SetTarget) -> TargetSet:
        """A target from plain words. Raises CopilotError (invalid) in the words of the question back."""
        _require_writer(uow)
        async with self._database.read(uow.actor, uow.scope.turn) as read:
            basis = await self._query.basis(read, request.as_of)
            wish = read_target(request.question, basis)
            content = self._content(wish.draft, basis)
            if wish.draft.target.figure is not None:
                figure = SingleFigure(metric=content.metric, filters=content.filters)
                check_unit(wish.unit, figure_column(figure, basis))
            # Told before it is written: on SQLite a write unit that has begun keeps all other writers waiting.
            now = uow.clock.now()
            draft = KpiView(**dict(content), id="", version=1, created_at=now, updated_at=now)
            progress = await self._reader.read(read, basis, draft)
        view = await self.create(uow, wish.draft, request.as_of)
        return TargetSet(kpi=view, progress=progress.model_copy(update={"kpi": view}))

    async def check(self, uow: ReadUnitOfWork, request: CheckTargets) -> TargetsChecked:
        """Those that the words are about, all where they name none."""
        basis = await self._query.basis(uow, request.as_of)
        views = [kpi_view(row) for row in await uow.kpis.all()]
        meant, note = about(request.question or "", views, basis)
        items: list[Progress] = []
        problems: list[str] = []
        for view in meant:
            try:
                items.append(await self._reader.read(uow, basis, view))
            except CopilotError as error:
                problems.append(f"{view.name}: {error.message}")
        return TargetsChecked(as_of=basis.days.today, items=tuple(items), problems=tuple(problems), note=note)

    # ── pieces ───────────────────────────────────────────────────────────────────────────────────────────

    def _content(self, draft: KpiDraft, basis: Basis) -> KpiContent:
        if draft.question is not None:
            figure = read_figure(draft.question, basis, self._query.plan, "/question")
        else:
            figure = checked_figure(SingleFigure(metric=draft.metric or "", filters=draft.filters), basis, "")
        start = span_of(draft.period, draft.starts_on, basis.calendar).start if draft.starts_on else None
        return KpiContent(
            name=draft.name or _named(figure, draft, start, basis),
            metric=figure.metric,
            filters=figure.filters,
            target=draft.target,
            period=draft.period,
            starts_on=start,
            direction=draft.direction,
        )

    async def _open(self, uow: WriteUnitOfWork, kpi_id: str, version: int) -> Kpi:
        row = await uow.kpis.get(kpi_id, to_change=True)
        if row.version != version:
            raise CopilotError(
                ErrorKind.CONFLICT,
                f"The target was changed since: it is at version {row.version}, and not at {version}.",
                hint="Load it again, and make your change to what it is now.",
            )
        return row


def kpi_view(row: Kpi) -> KpiView:
    return KpiView.model_validate(
        {
            "id": row.id,
            "name": row.name,
            "metric": row.metric,
            "filters": restored(row.metric, row.filters).filters,
            "target": row.target,
            "period": row.period,
            "starts_on": row.starts_on,
            "direction": row.direction,
            "version": row.version,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }
    )


def _named(figure: SingleFigure, draft: KpiDraft, start: date | None, basis: Basis) -> str:
    when = name_of(span_of(draft.period, start, basis.calendar), draft.period) if start else _EACH[draft.period]
    return f"{figure_name(figure, basis)}, {when}"[:200]


def _write(row: Kpi, content: KpiContent) -> None:
    row.name, row.metric = content.name, content.metric
    row.filters = stored(SingleFigure(metric=content.metric, filters=content.filters))
    row.target = content.target.model_dump(mode="json")
    row.period, row.starts_on, row.direction = content.period, content.starts_on, content.direction


def _keep(uow: WriteUnitOfWork, row: Kpi, content: KpiContent) -> None:
    uow.add(
        KpiVersion(
            kpi_id=row.id,
            version=row.version,
            changed_by=uow.actor.user_id,
            content=content.model_dump(mode="json"),
        )
    )


def _require_writer(uow: ReadUnitOfWork) -> None:
    """Raises CopilotError (forbidden) for a role that may look only."""
    if not uow.actor.may(Permission.DASHBOARDS_WRITE):
        raise CopilotError(ErrorKind.FORBIDDEN, f"Your role “{uow.actor.role.value}” may not set targets.")
