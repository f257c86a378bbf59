"""What is told of things that are watched beside figures (the data's quality): once in a spell, by the steps of alerts."""

from collections.abc import Collection, Sequence

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import today
from storage.kernel.ids import new_id
from storage.models.intelligence import QualityWatch
from storage.models.watching import Notification
from storage.uow import WriteUnitOfWork
from tools.alerts.engine import Judgement, State, step
from tools.alerts.schemas import NotificationView
from tools.alerts.views import notification_view
from tools.kit.watched import Watched

QUALITY = "quality"
"""Notification.kind of them."""


async def tell_spells(
    database: Database, actor: Actor, seen: Sequence[Watched], kinds: Collection[str]
) -> list[NotificationView]:
    """Notes how each of them stands, and tells of those that begin. `kinds` are all that was looked at: of what is no longer
    among `seen` nothing is kept. Two that look at once tell of a spell once."""
    async with database.write(actor) as uow:
        await uow.tenants.lock()
        known = {row.subject: row for row in await uow.quality.watches()}
        told = [said for one in seen if (said := await _settle(uow, one, known.get(one.subject))) is not None]
        subjects = {one.subject for one in seen}
        for row in known.values():
            if row.subject.partition(":")[0] in kinds and row.subject not in subjects:
                await uow.delete(row)
        await uow.flush()
        return [notification_view(one, is_read=False) for one in told]


async def _settle(uow: WriteUnitOfWork, one: Watched, row: QualityWatch | None) -> Notification | None:
    day = today(uow.clock, (await uow.tenants.current()).timezone)
    before: State = "firing" if row is not None and row.state == "firing" else "armed"
    judged = Judgement(met=one.met, over=one.over, judged=one.judged)
    outcome, after = step(judged, before, day=day, last_fired=None, cooldown_days=0)
    if row is None:
        if after == "armed":
            return None
        row = QualityWatch(id=new_id(), subject=one.subject)
        uow.add(row)
    row.state = after
    if outcome != "fired":
        return None
    row.fired_at, row.evidence = uow.clock.now(), dict(one.evidence)
    said = Notification(id=new_id(), kind=QUALITY, title=one.title[:200], text=one.text, subject_id=one.subject_id)
    uow.add(said)
    return said
