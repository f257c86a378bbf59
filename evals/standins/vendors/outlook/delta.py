"""Graph's delta queries over the world's journal: what has changed in a folder or a calendar since a token (§9)."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from evals.standins.vendors.kit.wire import Json
from evals.standins.vendors.outlook import render
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import Event, Mail


@dataclass(frozen=True)
class Token:
    """Where a round of delta stands: `since` the journal's number of the last round (0: everything), `until` that of
    this one, `place` how many rows have been given, `at` unix seconds of the round, `scope` what it is about."""

    scope: str
    since: int
    until: int
    place: int
    at: float

    def text(self) -> str:
        return base64.urlsafe_b64encode(json.dumps(vars(self)).encode()).decode().rstrip("=")


def read(text: str) -> Token | None:
    try:
        return Token(**json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))))
    except (ValueError, TypeError):
        return None


def mail_rows(
    world: World, folder: str, token: Token, made: Callable[[Mail], Json], *, immutable: bool, after: datetime | None
) -> list[Json | None]:
    """All mails of the folder, the newest first; or, in a later round, the changed ones and those that are gone.

    The first round keeps the places of what was there when it began: None stands where a mail has gone meanwhile.
    """

    def here(mail: Mail) -> bool:
        return mail.deleted_at is None and render.FOLDER_OF[mail.folder] == folder

    if not token.since:
        mails = [mail for mail in world.every(Mail) if after is None or mail.sent_at >= after]
        mails = [mail for mail in mails if _folder_at(world, mail, token.until) == folder]
        mails.sort(key=lambda mail: (mail.sent_at, mail.number), reverse=True)
        return [made(mail) if here(mail) else None for mail in mails]
    rows: list[Json | None] = []
    for number in _changed(world, "mail", token):
        mail = world.get(Mail, number)
        if here(mail):
            rows.append(made(mail))
        elif folder in _former_folders(world, mail, token):
            ident = render.mail_id(number, folder, immutable=immutable)
            rows.append(render.removed(ident, "deleted"))
    return rows


def _folder_at(world: World, mail: Mail, sequence: int) -> str | None:
    """Where the mail was at that place of the journal; None before it came and after it was deleted."""
    changes = [change for change in world.journal if change.kind == "mail" and change.number == mail.number]
    if not changes or changes[0].sequence > sequence:
        return None
    if any(change.action == "deleted" and change.sequence <= sequence for change in changes):
        return None
    later = (change.before["folder"] for change in changes if change.sequence > sequence and "folder" in change.before)
    return render.FOLDER_OF[str(next(later, mail.folder))]


def _former_folders(world: World, mail: Mail, token: Token) -> set[str]:
    """The folders in which a mail has been since the token."""
    folders = {render.FOLDER_OF[mail.folder]} if mail.deleted_at is not None else set[str]()
    for change in world.journal:
        mine = change.kind == "mail" and change.number == mail.number and change.sequence > token.since
        if mine and "folder" in change.before:
            folders.add(render.FOLDER_OF[str(change.before["folder"])])
    return folders


def event_rows(world: World, starts: datetime, ends: datetime, token: Token) -> list[Json | None]:
    def inside(event: Event) -> bool:
        return event.deleted_at is None and event.ends_at > starts and event.starts_at < ends

    if not token.since:
        gone = {change.number for change in world.journal if _is_deletion(change) and change.sequence <= token.until}
        events = sorted(world.every(Event), key=lambda each: (each.starts_at, each.number))
        return [render.event(each) if inside(each) else None for each in events if each.number not in gone]
    changed = [world.get(Event, number) for number in _changed(world, "event", token)]
    return [
        render.event(each) if inside(each) else render.removed(render.event_id(each.number), "deleted")
        for each in changed
    ]


def _is_deletion(change: Change) -> bool:
    return change.kind == "event" and change.action == "deleted"


def _changed(world: World, kind: str, token: Token) -> Sequence[int]:
    """Numbers of the things that changed since the token, each once, in the order of their last change."""
    last: dict[int, int] = {}
    for change in world.journal:
        if change.kind == kind and token.since < change.sequence <= token.until:
            last[change.number] = change.sequence
    return sorted(last, key=lambda number: last[number])
