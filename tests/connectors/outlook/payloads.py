"""Payloads as Microsoft Graph v1.0 sends them, written for the tests."""

from typing import Any

MESSAGE: dict[str, Any] = {
    "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('u')/messages/$entity",
    "@odata.etag": 'W/"CQAAABYA"',
    "id": "AAMkAGI1AAA=",
    "createdDateTime": "2026-11-27T09:00:02Z",
    "lastModifiedDateTime": "2026-11-27T09:05:00Z",
    "changeKey": "CQAAABYA",
    "categories": ["Red category", "Suppliers"],
    "receivedDateTime": "2026-11-27T09:00:02Z",
    "sentDateTime": "2026-11-27T08:59:58Z",
    "hasAttachments": False,
    "internetMessageId": "<x@prod.outlook.com>",
    "subject": "Angebot für Kaffee ☕",
    "bodyPreview": "Guten Tag,\r\nanbei…",
    "importance": "normal",
    "parentFolderId": "AQMkADYAAAIBDAAAAA==",
    "conversationId": "AAQkADY=",
    "conversationIndex": "AQHZ==",
    "isDeliveryReceiptRequested": None,
    "isReadReceiptRequested": False,
    "isRead": False,
    "isDraft": False,
    "webLink": "https://outlook.office365.com/owa/?ItemID=x",
    "inferenceClassification": "focused",
    "body": {"contentType": "html", "content": "<html>Guten Tag</html>"},
    "sender": {"emailAddress": {"name": "Eva Müller", "address": "Eva.Mueller@Example.ORG"}},
    "from": {"emailAddress": {"name": "Eva Müller", "address": "Eva.Mueller@Example.ORG"}},
    "toRecipients": [
        {"emailAddress": {"name": "Shop", "address": "shop@example.org"}},
        {"emailAddress": {"name": "Ann", "address": "Ann@example.org"}},
    ],
    "ccRecipients": [{"emailAddress": {"name": "Shop", "address": "Shop@example.org"}}],
    "bccRecipients": [],
    "replyTo": [],
    "flag": {"flagStatus": "notFlagged"},
}

REMOVED: dict[str, Any] = {"id": "AAMkGone=", "@removed": {"reason": "deleted"}}

DELTA: dict[str, Any] = {
    "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#Collection(message)",
    "@odata.deltaLink": "https://graph.microsoft.com/v1.0/me/mailFolders/inbox/messages/delta?$deltatoken=x",
    "value": [{"@odata.type": "#microsoft.graph.message", **MESSAGE}, REMOVED],
}


def _event(**changes: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "@odata.etag": 'W/"x"',
        "id": "AAMkEvent=",
        "createdDateTime": "2026-11-01T08:00:00.1234567Z",
        "lastModifiedDateTime": "2026-11-02T08:00:00.1234567Z",
        "changeKey": "x",
        "categories": [],
        "transactionId": None,
        "originalStartTimeZone": "W. Europe Standard Time",
        "originalEndTimeZone": "W. Europe Standard Time",
        "iCalUId": "0400",
        "uid": "0400",
        "reminderMinutesBeforeStart": 15,
        "isReminderOn": True,
        "hasAttachments": False,
        "subject": "Stocktaking",
        "bodyPreview": "Bring a pen",
        "importance": "normal",
        "sensitivity": "normal",
        "isAllDay": False,
        "isCancelled": False,
        "isOrganizer": True,
        "responseRequested": True,
        "seriesMasterId": None,
        "showAs": "busy",
        "type": "singleInstance",
        "webLink": "https://outlook.office365.com/owa/?itemid=x",
        "onlineMeetingUrl": None,
        "isOnlineMeeting": True,
        "onlineMeetingProvider": "teamsForBusiness",
        "allowNewTimeProposals": True,
        "occurrenceId": None,
        "isDraft": False,
        "hideAttendees": False,
        "responseStatus": {"response": "organizer", "time": "0001-01-01T00:00:00Z"},
        "body": {"contentType": "html", "content": "<html></html>"},
        "start": {"dateTime": "2026-07-01T09:00:00.0000000", "timeZone": "W. Europe Standard Time"},
        "end": {"dateTime": "2026-07-01T10:30:00.0000000", "timeZone": "W. Europe Standard Time"},
        "location": {"displayName": "Warehouse 2", "locationType": "default", "uniqueIdType": "unknown", "address": {}},
        "locations": [{"displayName": "Warehouse 2", "locationType": "default"}],
        "recurrence": None,
        "attendees": [
            {
                "type": "required",
                "status": {"response": "none", "time": "0001-01-01T00:00:00Z"},
                "emailAddress": {"name": "Ann", "address": "Ann@example.org"},
            },
        ],
        "organizer": {"emailAddress": {"name": "Shop", "address": "shop@example.org"}},
        "onlineMeeting": {"joinUrl": "https://teams.microsoft.com/l/x"},
    }
    return {**event, **changes}


EVENT: dict[str, Any] = _event()

WHOLE_DAY: dict[str, Any] = _event(
    id="AAMkDay=",
    isAllDay=True,
    showAs="free",
    originalStartTimeZone="tzone://Microsoft/Utc",
    start={"dateTime": "2026-12-24T00:00:00.0000000", "timeZone": "UTC"},
    end={"dateTime": "2026-12-25T00:00:00.0000000", "timeZone": "UTC"},
)

SERIES: dict[str, Any] = _event(
    id="AAMkMaster=",
    type="seriesMaster",
    isCancelled=True,
    recurrence={
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "sunday", "index": "first"},
        "range": {"type": "noEnd", "startDate": "2026-07-01", "endDate": "0001-01-01", "recurrenceTimeZone": "UTC"},
    },
)  # fmt: skip

CONTACT: dict[str, Any] = {
    "@odata.etag": 'W/"y"',
    "id": "AAMkContact=",
    "createdDateTime": "2024-02-29T23:30:00Z",
    "lastModifiedDateTime": "2026-10-19T23:08:24Z",
    "changeKey": "y",
    "categories": [],
    "parentFolderId": "AAMkAGI2AAEOAAA=",
    "birthday": "1974-07-22T11:59:00Z",
    "fileAs": "Müller, Eva",
    "displayName": "Eva Müller",
    "givenName": "Eva",
    "initials": "E.M.",
    "middleName": None,
    "nickName": None,
    "surname": "Müller",
    "title": "Dr.",
    "yomiGivenName": None,
    "yomiSurname": None,
    "yomiCompanyName": None,
    "generation": None,
    "imAddresses": [],
    "jobTitle": "Owner",
    "companyName": "Müller GmbH",
    "department": "Sales",
    "officeLocation": None,
    "profession": None,
    "businessHomePage": None,
    "assistantName": None,
    "manager": None,
    "homePhones": [],
    "mobilePhone": "+49 170 555",
    "businessPhones": ["+49 89 123"],
    "spouseName": None,
    "personalNotes": "likes espresso",
    "children": [],
    "emailAddresses": [{"name": "Eva", "address": "Eva@Example.org"}, {"name": "Home", "address": "eva@home.example"}],
    "homeAddress": {"street": "Heimweg 1", "city": "Dachau"},
    "businessAddress": {"street": "Hauptstraße 5", "postalCode": "80331", "countryOrRegion": "Germany"},
    "otherAddress": {},
}

NOTICE: dict[str, Any] = {
    "value": [
        {
            "subscriptionId": "s1",
            "subscriptionExpirationDateTime": "2026-11-30T18:23:45.9356913Z",
            "changeType": "created",
            "resource": "Users/u/Messages/AAMk",
            "resourceData": {
                "@odata.type": "#Microsoft.Graph.Message",
                "@odata.id": "Users/u",
                "@odata.etag": "x",
                "id": "AAMk",
            },
            "clientState": "c",
            "tenantId": "t",
        }
    ]
}
