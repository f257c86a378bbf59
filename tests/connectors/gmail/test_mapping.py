"""What Gmail's messages, Google Calendar's events and Google's contacts become."""

import base64
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.connectors.damage import damaged
from tests.connectors.gmail import payloads as p
from tests.connectors.mapping import assert_nothing_lost, rows
from tests.connectors.mapping import mapped_in_berlin as mapped

KNOWN: list[tuple[str, Any]] = [
    ("message", p.MESSAGE), ("message", p.SENT), ("message", p.MINIMAL), ("message", p.RAW), ("event", p.EVENT),
    ("event", p.WHOLE_DAY), ("event", p.CANCELLED), ("events", p.EVENTS), ("people", p.PERSON),
]  # fmt: skip


def with_header(name: str, value: str) -> dict[str, Any]:
    return {**p.SENT, "payload": {"headers": [{"name": name, "value": value}]}}


@pytest.mark.parametrize(("object_", "payload"), KNOWN)
def test_google_shapes_are_known_to_the_last_leaf(object_: str, payload: Any) -> None:
    report = mapped("gmail", object_, payload)
    assert_nothing_lost(report, payload)
    assert report.problems == ()
    assert report.coverage.unknown == 0


def test_a_gmail_message_is_who_wrote_whom_when_about_what_and_not_its_body() -> None:
    report = mapped("gmail", "messages", p.MESSAGE)
    assert rows(report, "messages") == [
        {
            "key": "message:18c1a2b3c4d5e6f7",
            "thread": "18c1a2b3c4d5e6f0",
            "subject": "Rechnung für Jänner 2026",
            "preview": "Don't forget: 5 < 6 & café ☕",
            "sender": "eva.mueller@example.org",
            "sender_name": "Müller, Eva",
            "recipients": ["shop@example.org", "ann@example.org", "bo@example.org"],
            "folder": "inbox",
            "labels": ["UNREAD", "IMPORTANT", "CATEGORY_PERSONAL", "INBOX", "Label_12"],
            "sent_at": "2026-11-27T09:00:02Z",
            "is_read": False,
        }
    ]
    (row,) = report.rows
    assert row.provenance["subject"].pointers == ("/payload/headers/5/value",), "names of headers have no case"
    assert row.provenance["recipients"].pointers == ("/payload/headers/7/value", "/payload/headers/8/value")
    assert row.provenance["is_read"].pointers == ("/labelIds/0",)
    why = {leaf.pointer: leaf.why for leaf in report.unmapped}
    assert why["/payload/parts/0/body/data"] == "kept_raw"


def test_a_sent_gmail_message_is_read_and_lies_among_the_sent() -> None:
    (row,) = rows(mapped("gmail", "message", p.SENT), "messages")
    assert (row["folder"], row["is_read"], row["recipients"]) == ("sent", True, ["eva@example.org"])
    assert "subject" not in row


def test_a_gmail_message_without_labels_is_read_and_one_in_the_bin_is_deleted() -> None:
    (row,) = rows(mapped("gmail", "message", p.MINIMAL), "messages")
    assert row["is_read"] is True
    assert "folder" not in row
    (row,) = rows(mapped("gmail", "message", p.RAW), "messages")
    assert (row["folder"], row["deleted"]) == ("trash", True)


def test_a_selection_of_fields_says_nothing_of_whether_a_gmail_message_was_read() -> None:
    (row,) = rows(mapped("gmail", "message", {"id": "1", "internalDate": "1795773600123"}), "messages")
    assert row == {"key": "message:1", "sent_at": "2026-11-27T10:00:00.123000Z"}


def test_the_date_header_stands_in_for_a_missing_internal_date() -> None:
    message = with_header("DATE", "Fri, 27 Nov 2026 10:00:00 +0530 (IST)")
    del message["internalDate"]
    (row,) = rows(mapped("gmail", "message", message), "messages")
    assert row["sent_at"] == "2026-11-27T04:30:00Z"


@pytest.mark.parametrize(
    ("header", "sender", "name"),
    [
        ("eva@example.org", "eva@example.org", None),
        ("<Eva@Example.org>", "eva@example.org", None),
        ("=?iso-8859-1?Q?Ren=E9?= <rene@example.org>", "rene@example.org", "René"),
        ('"Support (Level 2)" <a@example.org>, b@example.org', "a@example.org", "Support (Level 2)"),
        ("nobody", None, None),
        ("=?no-such-charset?B?////?= <a@example.org>", "a@example.org", "=?no-such-charset?B?////?="),
    ],
)
def test_the_sender_of_a_gmail_message_is_an_address_and_a_name(
    header: str, sender: str | None, name: str | None
) -> None:
    (row,) = rows(mapped("gmail", "message", with_header("From", header)), "messages")
    assert (row.get("sender"), row.get("sender_name")) == (sender, name)


def test_threads_and_drafts_of_gmail_are_their_messages() -> None:
    thread = {"id": "t", "historyId": "1", "messages": [p.MESSAGE, p.SENT]}
    draft = {"id": "r1", "message": p.SENT}
    for object_, payload, count in (("thread", thread, 2), ("drafts", draft, 1), ("drafts", {"drafts": [draft]}, 1)):
        report = mapped("gmail", object_, payload)
        assert len(rows(report, "messages")) == report.objects == count
        assert rows(report, "messages")[-1]["key"] == "message:18c1000000000001"
        assert_nothing_lost(report, payload)


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [{"id": "1", "threadId": "1"}], "nextPageToken": "5", "resultSizeEstimate": 201},
        {"resultSizeEstimate": 0},
        {"threads": [{"id": "1", "snippet": "x", "historyId": "2"}]},
        {"history": [{"id": "9", "messages": [{"id": "1", "threadId": "1"}],
                      "labelsAdded": [{"message": {"id": "1", "threadId": "1", "labelIds": ["INBOX"]}, "labelIds": ["INBOX"]}]}],
         "historyId": "10"},
        {"message": {"data": "eyJ9", "messageId": "1", "message_id": "1", "publishTime": "2026-11-01T00:00:00Z"}, "subscription": "s"},
        {"error": {"code": 404, "message": "no", "errors": [{"domain": "global", "reason": "notFound"}], "status": "NOT_FOUND"}},
    ],
)  # fmt: skip
def test_ids_hints_and_errors_of_gmail_make_no_rows(body: Any) -> None:
    for object_ in ("messages", "history", "push"):
        report = mapped("gmail", object_, body)
        assert report.rows == ()
        assert report.coverage.unknown == 0
        assert_nothing_lost(report, body)


def test_an_event_of_google_calendar_stands_in_utc_and_on_the_tenants_day() -> None:
    assert rows(mapped("gmail", "events", p.EVENT), "calendar_events") == [
        {
            "key": "event:abc123",
            "title": "Stocktaking 📦",
            "location": "Warehouse 2",
            "organiser": "shop@example.org",
            "attendees": ["eva@example.org", "bo@example.org"],
            "status": "confirmed",
            "starts_at": "2026-12-01T04:30:00Z",
            "ends_at": "2026-12-01T05:30:00Z",
            "starts_on": "2026-12-01",
            "ends_on": "2026-12-01",
        }
    ]


def test_an_event_without_an_offset_stands_in_its_own_zone() -> None:
    event = {"id": "1", "summary": "x", "start": {"dateTime": "2026-07-01T09:00:00", "timeZone": "Asia/Kolkata"}}
    (row,) = rows(mapped("gmail", "event", event), "calendar_events")
    assert row["starts_at"] == "2026-07-01T03:30:00Z"


def test_a_meeting_on_the_web_of_another_provider_has_its_link_as_its_place() -> None:
    dial_in = [
        {"entryPointType": "phone", "uri": "tel:+41-44-555-01-01"},
        {"entryPointType": "video", "uri": "https://meet.example/7"},
    ]
    event = {"id": "1", "summary": "x", "conferenceData": {"entryPoints": dial_in}}
    (row,) = rows(mapped("gmail", "event", event), "calendar_events")
    assert row["location"] == "https://meet.example/7"
    (row,) = rows(mapped("gmail", "event", {**event, "location": "Room 1"}), "calendar_events")
    assert row["location"] == "Room 1"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland"])
def test_whole_days_of_google_calendar_are_the_same_days_everywhere(zone: str) -> None:
    (row,) = rows(mapped("gmail", "event", p.WHOLE_DAY, zone=ZoneInfo(zone)), "calendar_events")
    assert (row["all_day"], row["starts_on"], row["ends_on"]) == (True, "2026-12-24", "2026-12-27")


def test_a_page_of_google_calendar_has_its_cancelled_events_too() -> None:
    report = mapped("gmail", "events", p.EVENTS)
    assert report.objects == 3
    assert rows(report, "calendar_events")[2] == {"key": "event:gone", "status": "cancelled", "deleted": True}
    empty: dict[str, Any] = {**p.EVENTS, "items": []}
    assert mapped("gmail", "events", empty).objects == 0


def test_a_google_contact_has_the_first_of_each() -> None:
    report = mapped("gmail", "people", {"connections": [p.PERSON], "totalPeople": 1, "totalItems": 1})
    assert rows(report, "contacts") == [
        {
            "key": "contact:people/c123",
            "name": "Eva Müller",
            "email": "eva@example.org",
            "phone": "+4989123",
            "company": "Müller GmbH",
            "title": "Owner",
        }
    ]
    deleted = {"resourceName": "people/c9", "metadata": {"deleted": True}}
    assert rows(mapped("gmail", "contact", deleted), "contacts") == [{"key": "contact:people/c9", "deleted": True}]


@settings(deadline=None)
@given(damaged([payload for _, payload in KNOWN]), st.sampled_from(["message", "event", "contact"]))
def test_whatever_google_sends_no_leaf_is_lost(payload: Any, object_: str) -> None:
    assert_nothing_lost(mapped("gmail", object_, payload), payload)


@pytest.mark.parametrize("line", ["\r\n", "\n"])
def test_a_raw_message_says_who_wrote_whom_about_what(line: str) -> None:
    written = line.join([
        "from: =?UTF-8?B?w4RubmE=?= <Anna@Example.org>", "To: bob@example.org,", " Cy <cy@example.org>", "Cc: dee@example.org",
        "Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=", " aus Bern", "", "Subject: of the body", "",
    ])  # fmt: skip
    raw = base64.urlsafe_b64encode(written.encode()).decode()
    payload = {"id": "1", "threadId": "1", "labelIds": ["INBOX"], "internalDate": "1767225600000", "raw": raw}
    report = mapped("gmail", "message", payload)
    [message] = rows(report, "messages")
    assert {name: message[name] for name in ("subject", "sender", "sender_name", "recipients")} == {
        "subject": "Grüße aus Bern",
        "sender": "anna@example.org",
        "sender_name": "Änna",
        "recipients": ["bob@example.org", "cy@example.org", "dee@example.org"],
    }
    assert_nothing_lost(report, payload)


@pytest.mark.parametrize("raw", ["x", "no base64!", "AAAA", "Z3Vlc3Mgd2hhdA==", "Éé"])
def test_what_is_no_raw_message_says_nothing(raw: str) -> None:
    payload = {"id": "1", "labelIds": ["INBOX"], "raw": raw}
    report = mapped("gmail", "message", payload)
    [message] = rows(report, "messages")
    assert not {"subject", "sender", "recipients"} & set(message)
    assert_nothing_lost(report, payload)
