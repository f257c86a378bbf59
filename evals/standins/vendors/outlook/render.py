"""The world as Microsoft Graph's messages, folders and events (vendor-facts §9): ids that change with the folder,
local times beside their zone."""

from datetime import datetime
from typing import Any

from evals.standins.vendors.kit.wire import BASE62, Json, guid, identifier, iso, millis
from evals.standins.vendors.world import World
from evals.standins.vendors.world.things import Event, Mail

USER = guid("outlook", "user")
TENANT = guid("outlook", "tenant")
ADDRESS = "owner@roastery.example"
FOLDERS = {"inbox": "Inbox", "sentitems": "Sent Items", "archive": "Archive"}
FOLDER_OF = {"inbox": "inbox", "sent": "sentitems", "archive": "archive"}
ATTACHMENT_SIZE = 18


def folder_id(name: str) -> str:
    return "AAMkAD" + identifier("outlook", "folder", name, length=60, alphabet=BASE62) + "AAA="


def folder_named(text: str) -> str | None:
    """The well-known name of a folder, from that name or its id."""
    return next((name for name in FOLDERS if text in {name, folder_id(name)}), None)


def mail_id(number: int, folder: str, *, immutable: bool) -> str:
    """Another one in each folder, unless immutable ones are asked for (vendor-facts §9 [V])."""
    place = "immutable" if immutable else folder
    kind = "AAkALg" if immutable else "AAMkAD"
    return kind + identifier("outlook", "mail", number, place, length=80, alphabet=BASE62) + "AAA="


def event_id(number: int) -> str:
    return "AAMkAD" + identifier("outlook", "event", number, length=80, alphabet=BASE62) + "AAA="


def folder(world: World, name: str) -> Json:
    mails = [mail for mail in world.mails if FOLDER_OF[mail.folder] == name]
    return {
        "id": folder_id(name),
        "displayName": FOLDERS[name],
        "parentFolderId": folder_id("root"),
        "childFolderCount": 0,
        "unreadItemCount": sum(not mail.read for mail in mails),
        "totalItemCount": len(mails),
        "sizeInBytes": sum(len(mail.text) for mail in mails),
        "isHidden": False,
    }


def _key(kind: str, number: int, at: datetime) -> str:
    return identifier("outlook", kind, number, millis(at), length=40, alphabet=BASE62)


def _person(name: str, address: str) -> Json:
    return {"emailAddress": {"name": name, "address": address}}


def message(mail: Mail, *, immutable: bool = False, plain: bool = False) -> Json:
    """HTML unless plain text is preferred."""
    name = FOLDER_OF[mail.folder]
    key = _key("mail", mail.number, mail.updated_at)
    content = mail.text if plain else f"<html><body><p>{mail.text}</p></body></html>"
    return {
        "@odata.etag": f'W/"{key}"',
        "id": mail_id(mail.number, name, immutable=immutable),
        "createdDateTime": iso(mail.created_at),
        "lastModifiedDateTime": iso(mail.updated_at),
        "changeKey": key,
        "categories": [],
        "receivedDateTime": iso(mail.sent_at),
        "sentDateTime": iso(mail.sent_at),
        "hasAttachments": mail.attachment is not None,
        "internetMessageId": f"<{identifier('message', mail.number, length=30)}@mail.example>",
        "subject": mail.subject,
        "bodyPreview": " ".join(mail.text.split())[:255],
        "importance": "normal",
        "parentFolderId": folder_id(name),
        "conversationId": "AAQkAD" + identifier("outlook", "thread", mail.thread, length=60, alphabet=BASE62),
        "conversationIndex": identifier("outlook", "index", mail.number, length=30, alphabet=BASE62),
        "isDeliveryReceiptRequested": None,
        "isReadReceiptRequested": False,
        "isRead": mail.read,
        "isDraft": False,
        "webLink": f"https://outlook.office365.com/owa/?ItemID={mail.number}",
        "inferenceClassification": "focused",
        "body": {"contentType": "text" if plain else "html", "content": content},
        "sender": _person(*mail.sender),
        "from": _person(*mail.sender),
        "toRecipients": [_person(*each) for each in mail.recipients],
        "ccRecipients": [],
        "bccRecipients": [],
        "replyTo": [],
        "flag": {"flagStatus": "notFlagged"},
    }


def removed(ident: str, reason: str) -> Json:
    return {"id": ident, "@removed": {"reason": reason}}


def event(thing: Event) -> Json:
    """Times in UTC, without an offset and with seven digits of the second (vendor-facts §9 [R])."""
    key = _key("event", thing.number, thing.updated_at)
    attendees: list[dict[str, Any]] = [
        {"type": "required", "status": {"response": "none", "time": "0001-01-01T00:00:00Z"}, **_person(*each)}
        for each in thing.attendees
    ]
    return {
        "@odata.etag": f'W/"{key}"',
        "id": event_id(thing.number),
        "createdDateTime": iso(thing.created_at),
        "lastModifiedDateTime": iso(thing.updated_at),
        "changeKey": key,
        "categories": [],
        "originalStartTimeZone": thing.time_zone,
        "originalEndTimeZone": thing.time_zone,
        "iCalUId": identifier("outlook", "ical", thing.number, length=60, alphabet="0123456789ABCDEF"),
        "reminderMinutesBeforeStart": 15,
        "isReminderOn": True,
        "hasAttachments": False,
        "subject": thing.title,
        "bodyPreview": "",
        "importance": "normal",
        "sensitivity": "normal",
        "isAllDay": thing.all_day,
        "isCancelled": thing.status == "cancelled",
        "isOrganizer": True,
        "responseRequested": True,
        "seriesMasterId": None,
        "showAs": "tentative" if thing.status == "tentative" else "busy",
        "type": "singleInstance",
        "webLink": f"https://outlook.office365.com/owa/?itemid={thing.number}",
        "onlineMeetingUrl": None,
        "isOnlineMeeting": False,
        "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
        "body": {"contentType": "html", "content": ""},
        "start": _local(thing.starts_at),
        "end": _local(thing.ends_at),
        "location": {"displayName": thing.location or "", "locationType": "default"},
        "locations": [],
        "recurrence": None,
        "attendees": attendees,
        "organizer": _person(*thing.organizer),
    }


def _local(at: datetime) -> Json:
    return {"dateTime": at.strftime("%Y-%m-%dT%H:%M:%S.0000000"), "timeZone": "UTC"}


def me() -> Json:
    return {
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity",
        "id": USER,
        "displayName": "Ola Owner",
        "givenName": "Ola",
        "surname": "Owner",
        "mail": ADDRESS,
        "userPrincipalName": ADDRESS,
        "preferredLanguage": "de-DE",
    }
