"""The world's mails as Gmail messages and its events as Google Calendar's (vendor-facts §8 [V], discovery documents)."""

import base64
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from evals.standins.vendors.kit.wire import HEX, Json, identifier, iso, millis
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import Event, Mail

ADDRESS = "owner@roastery.example"
FIRST_HISTORY = 4_100_000
ATTACHMENT = b"%PDF-1.4 stand-in\n"
BOUNDARY = "000000000000standin06123"


def history_id(sequence: int) -> str:
    return str(FIRST_HISTORY + sequence)


def mail_id(number: int) -> str:
    """Sixteen hexadecimal digits."""
    return "19" + identifier("gmail", "message", number, length=14, alphabet=HEX)


def thread_id(number: int) -> str:
    return "19" + identifier("gmail", "thread", number, length=14, alphabet=HEX)


def labels_of(mail: Mail) -> list[str]:
    labels = {"inbox": ["INBOX", "CATEGORY_PERSONAL"], "sent": ["SENT"], "archive": []}[mail.folder]
    return [*labels, *([] if mail.read else ["UNREAD"])]


def last_change(world: World, kind: str, number: int) -> int:
    changes = [change.sequence for change in world.journal if change.kind == kind and change.number == number]
    return changes[-1] if changes else 0


def base64url(content: bytes) -> str:
    """As Gmail gives bodies: the URL alphabet, with its padding."""
    return base64.urlsafe_b64encode(content).decode()


def _person(name: str, address: str) -> str:
    return f"{name} <{address}>"


def _encoded(name: str, address: str) -> str:
    return f"{Header(name, 'utf-8').encode()} <{address}>"


def headers(mail: Mail) -> list[Json]:
    """Header values as Gmail decodes them."""
    kind = "multipart/mixed" if mail.attachment else "text/plain"
    tail = f'boundary="{BOUNDARY}"' if mail.attachment else 'charset="UTF-8"'
    values = {
        "MIME-Version": "1.0",
        "Date": format_datetime(mail.sent_at),
        "Message-ID": f"<{identifier('message', mail.number, length=30)}@mail.example>",
        "Subject": mail.subject,
        "From": _person(*mail.sender),
        "To": ", ".join(_person(*each) for each in mail.recipients),
        "Content-Type": f"{kind}; {tail}",
    }
    return [{"name": name, "value": value} for name, value in values.items()]


def message(world: World, mail: Mail, form: str) -> Json:
    """`form` is minimal, metadata, full or raw."""
    size = len(mail.text.encode())
    made: Json = {
        "id": mail_id(mail.number),
        "threadId": thread_id(mail.thread),
        "labelIds": labels_of(mail),
        "snippet": " ".join(mail.text.split())[:100],
        "sizeEstimate": size + 600,
        "historyId": history_id(last_change(world, "mail", mail.number)),
        "internalDate": str(millis(mail.sent_at)),
    }
    if form == "raw":
        return {**made, "raw": base64url(raw(mail))}
    if form == "minimal":
        return made
    payload: Json = {"partId": "", "mimeType": "text/plain", "filename": "", "headers": headers(mail)}
    if form == "full":
        body = {"size": size, "data": base64url(mail.text.encode())}
        payload |= {"body": body}
        if mail.attachment:
            kind = [{"name": "Content-Type", "value": 'text/plain; charset="UTF-8"'}]
            text = {"partId": "0", "mimeType": "text/plain", "filename": "", "headers": kind, "body": body}
            payload |= {"mimeType": "multipart/mixed", "body": {"size": 0}, "parts": [text, _attachment(mail)]}
    elif mail.attachment:
        payload["mimeType"] = "multipart/mixed"
    return {**made, "payload": payload}


def _attachment(mail: Mail) -> Json:
    name = mail.attachment or ""
    return {
        "partId": "1",
        "mimeType": "application/pdf",
        "filename": name,
        "headers": [{"name": "Content-Disposition", "value": f'attachment; filename="{name}"'}],
        "body": {"attachmentId": identifier("attachment", mail.number, length=60), "size": len(ATTACHMENT)},
    }


def raw(mail: Mail) -> bytes:
    """The message as RFC 5322 bytes."""
    lines = [
        "MIME-Version: 1.0",
        f"Date: {format_datetime(mail.sent_at)}",
        f"Message-ID: <{identifier('message', mail.number, length=30)}@mail.example>",
        f"Subject: {Header(mail.subject, 'utf-8').encode()}",
        f"From: {_encoded(*mail.sender)}",
        f"To: {', '.join(_encoded(*each) for each in mail.recipients)}",
        'Content-Type: text/plain; charset="UTF-8"',
        "Content-Transfer-Encoding: base64",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + base64.encodebytes(mail.text.encode())


def history(change: Change) -> Json:
    """One record. A change that Gmail has no word for is one with `messages` only, which occurs (vendor-facts §8 [R])."""
    mail = change.thing
    assert isinstance(mail, Mail)  # noqa: S101  only mails are asked for
    brief = {"id": mail_id(mail.number), "threadId": thread_id(mail.thread)}
    made: Json = {"id": history_id(change.sequence), "messages": [brief]}
    labelled = {**brief, "labelIds": labels_of(mail)}
    if change.action == "created":
        made["messagesAdded"] = [{"message": labelled}]
    elif change.action == "deleted":
        made["messagesDeleted"] = [{"message": labelled}]
    else:
        before = Mail(**{**vars(mail), **change.before})
        added = [label for label in labels_of(mail) if label not in labels_of(before)]
        removed = [label for label in labels_of(before) if label not in labels_of(mail)]
        if added:
            made["labelsAdded"] = [{"message": labelled, "labelIds": added}]
        if removed:
            made["labelsRemoved"] = [{"message": labelled, "labelIds": removed}]
    return made


# Calendar.


def event_id(number: int) -> str:
    return identifier("calendar", "event", number, length=26, alphabet="0123456789abcdefghijklmnopqrstuv")


def event(world: World, thing: Event) -> Json:
    """A cancelled event keeps little but its id."""
    etag = f'"{millis(thing.updated_at) * 2}"'
    base: Json = {
        "kind": "calendar#event",
        "etag": etag,
        "id": event_id(thing.number),
        "status": "cancelled" if thing.deleted_at is not None else thing.status,
    }
    if thing.deleted_at is not None:
        return base
    del world
    made: Json = {
        **base,
        "htmlLink": f"https://www.google.com/calendar/event?eid={event_id(thing.number)}",
        "created": iso(thing.created_at, "milliseconds"),
        "updated": iso(thing.updated_at, "milliseconds"),
        "summary": thing.title,
        "creator": {"email": thing.organizer[1], "self": True},
        "organizer": {"email": thing.organizer[1], "self": True},
        "start": _when(thing.starts_at, thing),
        "end": _when(thing.ends_at, thing),
        "iCalUID": f"{event_id(thing.number)}@google.com",
        "sequence": 0,
        "attendees": [
            {"email": address, "displayName": name, "responseStatus": "needsAction"}
            for name, address in thing.attendees
        ],
        "reminders": {"useDefault": True},
        "eventType": "default",
    }
    if thing.location:
        made["location"] = thing.location
    return made


def _when(at: datetime, thing: Event) -> dict[str, Any]:
    if thing.all_day:
        return {"date": at.date().isoformat()}
    return {
        "dateTime": at.astimezone(ZoneInfo(thing.time_zone)).isoformat(timespec="seconds"),
        "timeZone": thing.time_zone,
    }
