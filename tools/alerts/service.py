"""Alerts: made, changed, tried, and looked at once a day."""

from collections.abc import Collection, Sequence
from datetime import date

import structlog

from storage.database import Database
from storage.kernel.actor import Actor, Permission
from storage.kernel.clock import AsOf, today
from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.kernel.ids import new_id
from storage.models.watching import Alert, AlertCheck, Notification
from storage.repositories.base import Page, PageRequest
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.alerts.engine import judge, step
from tools.alerts.looking import Looked, look
from tools.alerts.schemas import (
    MOST_ALERTS,
    AlertDraft,
    AlertList,
    AlertTested,
    AlertView,
    CheckView,
    NotificationView,
    ReplaceAlert,
    WatchFor,
)
from tools.alerts.spells import tell_spells
from tools.alerts.views import alert_name, alert_view, check_view, in_words, notification_view
from tools.alerts.wishes import check_unit, read_alert
from tools.foundry.single import SingleFigure, checked_figure, figure_column, read_figure, stored
from tools.kit.watched import Watched
from tools.query.service import Basis, QueryService

_logger: structlog.stdlib.BoundLogger = structlog.get_logger("alerts")


class AlertService:
    """Everybody of a tenant sees its alerts; those who may change dashboards make them."""

    def __init__(self, query: QueryService, database: Database) -> None:
        self._query = query
        self._database = database

    async def page(self, uow: ReadUnitOfWork, request: PageRequest) -> Page[AlertView]:
        """The newest first."""
        found = await uow.alerts.list(request)
        return Page(tuple(map(alert_view, found.items)), found.next_cursor)

    async def get(self, uow: ReadUnitOfWork, alert_id: str) -> AlertView:
        """Raises CopilotError (not found)."""
        return alert_view(await uow.alerts.get(alert_id))

    async def create(self, uow: WriteUnitOfWork, draft: AlertDraft, as_of: AsOf | None = None) -> AlertView:
        """Raises CopilotError: forbidden, or invalid with a pointer to what cannot be used."""
        _require_writer(uow)
        async with self._database.read(uow.actor, uow.scope.turn) as read:
            basis = await self._query.basis(read, as_of)
            figure = self._figure(draft, basis)
            if len(await read.alerts.all()) >= MOST_ALERTS:
                raise invalid(f"There are {MOST_ALERTS} alerts at most.", hint="Delete one first.")
        row = Alert(id=new_id(), version=1, state="armed", created_by=uow.actor.user_id)
        _write(row, draft, figure, basis)
        uow.add(row)
        await uow.flush()
        return alert_view(row)

    async def replace(self, uow: WriteUnitOfWork, alert_id: str, request: ReplaceAlert) -> AlertView:
        """It is armed anew. Raises as `create` does; not found, and conflict where it is at another version by now."""
        _require_writer(uow)
        async with self._database.read(uow.actor) as read:
            basis = await self._query.basis(read, None)
            figure = self._figure(request, basis)
        row = await uow.alerts.get(alert_id, to_change=True)
        if row.version != request.version:
            raise CopilotError(
                ErrorKind.CONFLICT,
                f"The alert was changed since: it is at version {row.version}, and not at {request.version}.",
                hint="Load it again, and make your change to what it is now.",
            )
        _write(row, request, figure, basis)
        row.version += 1
        row.state, row.last_fired_on, row.last_bucket = "armed", None, None
        await uow.flush()
        return alert_view(row)

    async def delete(self, uow: WriteUnitOfWork, alert_id: str) -> None:
        _require_writer(uow)
        await uow.delete(await uow.alerts.get(alert_id, to_change=True))

    async def checks(self, uow: ReadUnitOfWork, alert_id: str, request: PageRequest) -> Page[CheckView]:
        """What it saw, day by day, the newest first."""
        await uow.alerts.get(alert_id)
        found = await uow.alerts.checks(alert_id, request)
        return Page(tuple(CheckView.model_validate(one.content) for one in found.items), found.next_cursor)

    async def test(self, uow: ReadUnitOfWork, alert_id: str, as_of: AsOf | None) -> AlertTested:
        """What it would do if it were looked at now, were it armed and had it not fired lately. Nothing is kept."""
        view = alert_view(await uow.alerts.get(alert_id))
        basis = await self._query.basis(uow, as_of)
        seen = await look(uow, basis, view)
        judged = judge(view.condition.kind, view.condition.side, view.condition.bound or 0.0, seen.reading)
        day = basis.days.today
        outcome = "waiting" if seen.waits else step(judged, "armed", day=day, last_fired=None, cooldown_days=0)[0]
        return AlertTested(alert=view, check=check_view(view, seen, day, outcome), column=seen.column)

    async def watch(self, uow: WriteUnitOfWork, request: WatchFor) -> AlertView:
        """An alert from plain words. Raises CopilotError (invalid) in the words of the question back."""
        _require_writer(uow)
        wish = read_alert(request.question)
        async with self._database.read(uow.actor, uow.scope.turn) as read:
            basis = await self._query.basis(read, request.as_of)
        check_unit(wish, figure_column(self._figure(wish.draft, basis), basis))
        return await self.create(uow, wish.draft, request.as_of)

    async def overview(self, uow: ReadUnitOfWork) -> AlertList:
        basis = await self._query.basis(uow, None)
        views = tuple(alert_view(row) for row in await uow.alerts.all())
        sentences = tuple(in_words(view, basis) for view in views)
        return AlertList(items=views, sentences=sentences, unread=await uow.notifications.count_unread())

    # ── once a day ───────────────────────────────────────────────────────────────────────────────────────

    async def check_all(self, actor: Actor, hour: int) -> list[NotificationView]:
        """Looks at each active alert whose hour has come by `hour` and that was not looked at on this day of the tenant.
        What is told of one, and that it was looked at, is written together: tried again after a crash, those that are done
        are left alone. Returns what was told."""
        async with self._database.read(actor) as read:
            tenant = await read.tenants.current()
            day = today(read.clock, tenant.timezone)
            due = [row.id for row in await read.alerts.active() if row.hour <= hour and row.last_checked_on != day]
        told: list[NotificationView] = []
        for alert_id in due:
            try:
                seen = await self._look(actor, alert_id)
                told += await self._settle(actor, alert_id, day, seen)
            except CopilotError as error:
                if error.kind is ErrorKind.NOT_FOUND:
                    continue  # deleted meanwhile
                _logger.warning("alert not checked", alert_id=alert_id, reason=error.message)
                await self._settle(actor, alert_id, day, error)
        return told

    async def _look(self, actor: Actor, alert_id: str) -> Looked:
        async with self._database.read(actor) as uow:
            return await look(uow, await self._query.basis(uow, None), alert_view(await uow.alerts.get(alert_id)))

    async def _settle(
        self, actor: Actor, alert_id: str, day: date, seen: Looked | CopilotError
    ) -> list[NotificationView]:
        async with self._database.write(actor) as uow:
            row = await uow.alerts.get(alert_id, to_change=True)
            if not row.is_active or await uow.alerts.is_checked(row.id, day):
                return []
            row.last_checked_on = day
            view = alert_view(row)
            if isinstance(seen, CopilotError):
                uow.add(_kept(row, day, day, CheckView.model_validate({"day": day, "from": day, "to": day, "value": None, "reference": None, "outcome": "failed", "sentence": seen.message})))  # fmt: skip
                return []
            if seen.waits:
                uow.add(_kept(row, day, seen.start, check_view(view, seen, day, "waiting")))
                return []
            if row.last_bucket is not None and seen.start <= row.last_bucket:
                return []  # the week is the same as yesterday's
            judged = judge(view.condition.kind, view.condition.side, view.condition.bound or 0.0, seen.reading)
            outcome, row.state = step(
                judged, view.state, day=day, last_fired=row.last_fired_on, cooldown_days=row.cooldown_days
            )
            row.last_bucket = seen.start
            check = check_view(view, seen, day, outcome)
            uow.add(_kept(row, day, seen.start, check))
            if outcome != "fired":
                return []
            row.last_fired_on = day
            said = Notification(id=new_id(), kind="alert", title=row.name, text=check.sentence, subject_id=row.id)
            uow.add(said)
            await uow.flush()
            return [notification_view(said, is_read=False)]

    async def tell_spells(
        self, actor: Actor, seen: Sequence[Watched], kinds: Collection[str]
    ) -> list[NotificationView]:
        """What is told of things that are watched beside figures: those that begin now (see tools.alerts.spells)."""
        return await tell_spells(self._database, actor, seen, kinds)

    # ── notifications ────────────────────────────────────────────────────────────────────────────────────

    async def notifications(self, uow: ReadUnitOfWork, request: PageRequest, *, unread: bool) -> Page[NotificationView]:
        """The newest first."""
        found = await uow.notifications.list(request, unread=unread)
        read = await uow.notifications.read_of([one.id for one in found.items])
        items = tuple(notification_view(one, is_read=one.id in read) for one in found.items)
        return Page(items, found.next_cursor)

    def _figure(self, draft: AlertDraft, basis: Basis) -> SingleFigure:
        if draft.question is not None:
            return read_figure(draft.question, basis, self._query.plan, "/question")
        return checked_figure(SingleFigure(metric=draft.metric or "", filters=draft.filters), basis, "")


def _write(row: Alert, draft: AlertDraft, figure: SingleFigure, basis: Basis) -> None:
    row.metric, row.filters = figure.metric, stored(figure)
    row.condition = draft.condition.model_dump(mode="json")
    row.grain, row.hour, row.cooldown_days = draft.grain, draft.hour, draft.cooldown_days
    row.is_active = draft.is_active
    row.name = (draft.name or alert_name(figure, draft.condition, draft.grain, basis))[:200]


def _kept(row: Alert, day: date, bucket: date, check: CheckView) -> AlertCheck:
    return AlertCheck(
        alert_id=row.id, day=day, bucket=bucket, outcome=check.outcome, content=check.model_dump(mode="json")
    )


def _require_writer(uow: ReadUnitOfWork) -> None:
    """Raises CopilotError (forbidden) for a role that may look only."""
    if not uow.actor.may(Permission.DASHBOARDS_WRITE):
        raise CopilotError(ErrorKind.FORBIDDEN, f"Your role “{uow.actor.role.value}” may not make alerts.")
