"""Payloads as Gmail, Google Calendar and People send them, written for the tests."""

from typing import Any

MESSAGE: dict[str, Any] = {
    "id": "18c1a2b3c4d5e6f7",
    "threadId": "18c1a2b3c4d5e6f0",
    "labelIds": ["UNREAD", "IMPORTANT", "CATEGORY_PERSONAL", "INBOX", "Label_12"],
    "snippet": "Don&#39;t forget: 5 &lt; 6 &amp; caf\u00e9 \u2615",
    "payload": {
        "partId": "",
        "mimeType": "multipart/alternative",
        "filename": "",
        "headers": [
            {"name": "Delivered-To", "value": "shop@example.org"},
            {"name": "Received", "value": "by 2002:a05:6a10; Fri, 27 Nov 2026 01:00:02 -0800 (PST)"},
            {"name": "MIME-Version", "value": "1.0"},
            {"name": "Date", "value": "Fri, 27 Nov 2026 10:00:00 +0100"},
            {"name": "Message-ID", "value": "<CAF1@mail.gmail.com>"},
            {"name": "subject", "value": "=?UTF-8?B?UmVjaG51bmcgZsO8ciBKw6RubmVy?= 2026"},
            {"name": "From", "value": '"M\u00fcller, Eva" <Eva.Mueller@Example.ORG>'},
            {"name": "To", "value": 'Shop <shop@example.org>, "Lee, Ann" <ann@example.org>'},
            {"name": "CC", "value": "bo@example.org,\r\n SHOP@example.org"},
            {"name": "Content-Type", "value": 'multipart/alternative; boundary="b1"'},
        ],
        "body": {"size": 0},
        "parts": [
            {
                "partId": "0",
                "mimeType": "text/plain",
                "filename": "",
                "headers": [{"name": "Content-Type", "value": "text/plain"}],
                "body": {"size": 12, "data": "SGVsbG8gd29ybGQ="},
            },
            {
                "partId": "1",
                "mimeType": "application/pdf",
                "filename": "a.pdf",
                "headers": [],
                "body": {"attachmentId": "ANG", "size": 9},
            },
        ],
    },
    "sizeEstimate": 5123,
    "historyId": "987654321",
    "internalDate": "1795770002000",
}

SENT: dict[str, Any] = {
    "id": "18c1000000000001",
    "threadId": "18c1a2b3c4d5e6f0",
    "labelIds": ["SENT"],
    "snippet": "Thank you",
    "payload": {
        "mimeType": "text/plain",
        "headers": [
            {"name": "From", "value": "shop@example.org"},
            {"name": "To", "value": "undisclosed-recipients:;"},
            {"name": "Bcc", "value": "eva@example.org"},
            {"name": "Subject", "value": ""},
        ],
    },
    "sizeEstimate": 400,
    "historyId": "987654400",
    "internalDate": "1795773600000",
}

MINIMAL: dict[str, Any] = {
    "id": "18c1000000000002",
    "threadId": "18c1000000000002",
    "snippet": "",
    "sizeEstimate": 100,
    "historyId": "987654500",
    "internalDate": "1795773600123",
}

RAW: dict[str, Any] = {**MINIMAL, "labelIds": ["TRASH", "INBOX"], "raw": "RnJvbTogYUBiLmMK"}

EVENT: dict[str, Any] = {
    "kind": "calendar#event",
    "etag": '"3580"',
    "id": "abc123",
    "status": "confirmed",
    "htmlLink": "https://www.google.com/calendar/event?eid=1",
    "created": "2026-11-01T08:00:00.000Z",
    "updated": "2026-11-02T08:00:00.000Z",
    "summary": "Stocktaking 📦",
    "description": "Bring a pen",
    "location": "Warehouse 2",
    "creator": {"email": "eva@example.org"},
    "organizer": {"email": "shop@example.org", "self": True},
    "start": {"dateTime": "2026-11-30T23:30:00-05:00", "timeZone": "America/New_York"},
    "end": {"dateTime": "2026-12-01T00:30:00-05:00", "timeZone": "America/New_York"},
    "recurringEventId": "abc",
    "originalStartTime": {"dateTime": "2026-11-30T23:30:00-05:00", "timeZone": "America/New_York"},
    "iCalUID": "abc123@google.com",
    "sequence": 0,
    "attendees": [
        {"email": "Eva@example.org", "displayName": "Eva", "responseStatus": "accepted"},
        {"email": "bo@example.org", "responseStatus": "needsAction", "optional": True},
    ],
    "hangoutLink": "https://meet.google.com/x",
    "conferenceData": {"entryPoints": [{"entryPointType": "video", "uri": "https://meet.google.com/x"}], "conferenceId": "x"},
    "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 10}]},
    "eventType": "default",
}  # fmt: skip

WHOLE_DAY: dict[str, Any] = {
    "kind": "calendar#event",
    "etag": '"3581"',
    "id": "day1",
    "status": "tentative",
    "summary": "Fair",
    "start": {"date": "2026-12-24"},
    "end": {"date": "2026-12-27"},
    "transparency": "transparent",
    "recurrence": ["RRULE:FREQ=YEARLY"],
    "visibility": "private",
    "guestsCanModify": True,
    "eventType": "default",
}

CANCELLED: dict[str, Any] = {"kind": "calendar#event", "etag": '"1"', "id": "gone", "status": "cancelled"}

EVENTS: dict[str, Any] = {
    "kind": "calendar#events",
    "etag": '"p32"',
    "summary": "shop@example.org",
    "description": "",
    "updated": "2026-11-02T08:00:00.000Z",
    "timeZone": "Europe/Berlin",
    "accessRole": "owner",
    "defaultReminders": [{"method": "popup", "minutes": 30}],
    "nextSyncToken": "CPDA",
    "items": [EVENT, WHOLE_DAY, CANCELLED],
}

PERSON: dict[str, Any] = {
    "resourceName": "people/c123",
    "etag": "%EgU=",
    "metadata": {"sources": [{"type": "CONTACT", "id": "1", "updateTime": "2026-11-01T00:00:00Z"}], "objectType": "PERSON"},
    "names": [
        {"metadata": {"primary": True}, "displayName": "Eva Müller", "familyName": "Müller", "givenName": "Eva"},
    ],
    "emailAddresses": [{"metadata": {"primary": True}, "value": "Eva@Example.org", "type": "work", "formattedType": "Work"}],
    "phoneNumbers": [{"value": "089 123", "canonicalForm": "+4989123", "type": "work"}],
    "organizations": [{"name": "Müller GmbH", "title": "Owner", "current": True}],
    "addresses": [
        {"formattedValue": "x", "streetAddress": "Hauptstr. 5", "city": "München", "postalCode": "80331", "country": "Germany",
         "countryCode": "DE", "type": "work"},
    ],
    "memberships": [{"contactGroupMembership": {"contactGroupId": "myContacts"}}],
    "photos": [{"url": "https://x", "default": True}],
}  # fmt: skip
