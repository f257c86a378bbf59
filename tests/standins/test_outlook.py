"""Outlook's stand-in (Microsoft Graph) over plain HTTP."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from evals.standins.vendors.outlook import OutlookStandIn
from evals.standins.vendors.outlook.render import ADDRESS
from evals.standins.vendors.world import World, build_world, truth
from evals.standins.vendors.world.things import Mail
from tests.standins.receiver import Receiver

SCOPES = "offline_access User.Read Mail.Read Calendars.ReadWrite"
INBOX = "/v1.0/me/mailFolders/inbox/messages/delta"
WINDOW = {"startDateTime": "2026-08-01T00:00:00Z", "endDateTime": "2027-02-01T00:00:00Z"}


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def server(world: World) -> Iterator[OutlookStandIn]:
    with OutlookStandIn(world) as standing:
        yield standing


def get(
    server: OutlookStandIn, where: str, *, token: str | None = None, prefer: str | None = None, **query: str
) -> httpx.Response:
    token = token or server.oauth.issue(ADDRESS, SCOPES).access_token
    headers = {"authorization": f"Bearer {token}", **({"prefer": prefer} if prefer else {})}
    url = where if where.startswith("http") else f"{server.origin}{where}"
    return httpx.get(url, params=query or None, headers=headers)


def whole_round(
    server: OutlookStandIn, where: str, size: int = 10, query: dict[str, str] | None = None
) -> tuple[list[Any], str]:
    """The rows of a round, and the link to the next one; links are followed as they are."""
    rows: list[Any] = []
    while True:
        body = get(server, where, prefer=f"odata.maxpagesize={size}", **(query or {})).json()
        rows += body["value"]
        if "@odata.deltaLink" in body:
            return rows, body["@odata.deltaLink"]
        where, query = body["@odata.nextLink"], None


def test_the_mailbox_holds_what_is_true_of_the_business(world: World, server: OutlookStandIn) -> None:
    counts = truth(world, "outlook").counts
    folders = get(server, "/v1.0/me/mailFolders").json()["value"]
    found = {
        each["displayName"]: whole_round(server, f"/v1.0/me/mailFolders/{each['id']}/messages/delta")
        for each in folders
    }
    assert sum(len(rows) for rows, _ in found.values()) == counts["mails"]
    assert len(found["Inbox"][0]) == counts["inbox"]
    assert len(found["Sent Items"][0]) == counts["sent"]
    everything = [row for rows, _ in found.values() for row in rows]
    assert len({row["conversationId"] for row in everything}) == counts["threads"]
    assert sum(not row["isRead"] for row in everything) == counts["unread"]
    assert len(whole_round(server, "/v1.0/me/calendarView/delta", query=WINDOW)[0]) == counts["events"]


def test_the_page_size_is_set_by_prefer_and_top_is_ignored(world: World, server: OutlookStandIn) -> None:
    assert len(get(server, INBOX, **{"$top": "50"}).json()["value"]) == 10
    inbox = truth(world, "outlook").counts["inbox"]
    for size in (inbox - 1, inbox, inbox + 1):
        body = get(server, INBOX, prefer=f"odata.maxpagesize={size}").json()
        assert len(body["value"]) == min(size, inbox)
        assert ("@odata.nextLink" in body, "@odata.deltaLink" in body) == (size < inbox, size >= inbox)
    link = get(server, INBOX).json()["@odata.nextLink"]
    assert "mailFolders('inbox')" in link


def test_an_empty_folder_goes_straight_to_its_delta_link() -> None:
    with OutlookStandIn(build_world(customers=0, orders=0)) as server:
        body = get(server, INBOX).json()
        assert body["value"] == []
        assert "@odata.deltaLink" in body


def test_a_later_round_brings_the_new_the_changed_and_the_gone(world: World, server: OutlookStandIn) -> None:
    rows, link = whole_round(server, INBOX)
    assert whole_round(server, link)[0] == []
    changed, moved, deleted = [mail for mail in world.mails if mail.folder == "inbox"][:3]
    world.change(changed, read=not changed.read)
    world.change(moved, folder="archive")
    world.delete(deleted)
    now = world.clock.now()
    world.add(
        Mail(world.next_number(Mail), now, now, "new ☕", ("A", "a@x.example"), [], "hi", 99, "inbox", now, read=False)
    )
    later, link = whole_round(server, link)
    gone = [row for row in later if "@removed" in row]
    assert [row["subject"] for row in later if "@removed" not in row] == [changed.subject, "new ☕"]
    assert {row["id"] for row in gone} <= {row["id"] for row in rows}
    assert {row["@removed"]["reason"] for row in gone} == {"deleted"}
    assert len(gone) == 2
    assert whole_round(server, link)[0] == []


def test_a_mail_changed_between_two_pages_is_in_the_next_round(world: World, server: OutlookStandIn) -> None:
    first = get(server, INBOX, prefer="odata.maxpagesize=20").json()
    mail = next(each for each in world.mails if each.folder == "inbox")
    world.change(mail, read=not mail.read)
    rest, link = whole_round(server, first["@odata.nextLink"], 20)
    assert len(first["value"]) + len(rest) == truth(world, "outlook").counts["inbox"]
    assert [row["isRead"] for row in whole_round(server, link)[0]] == [mail.read]


def test_a_mail_that_goes_between_two_pages_takes_no_other_with_it(world: World, server: OutlookStandIn) -> None:
    first = get(server, INBOX, prefer="odata.maxpagesize=20").json()
    newest = max((mail for mail in world.mails if mail.folder == "inbox"), key=lambda mail: mail.sent_at)
    world.delete(newest)
    rest, link = whole_round(server, first["@odata.nextLink"], 20)
    assert len({row["id"] for row in [*first["value"], *rest]}) == truth(world, "outlook").counts["inbox"] + 1
    assert [row["id"] for row in whole_round(server, link)[0]] == [first["value"][0]["id"]]


def test_ids_change_with_the_folder_unless_immutable_ones_are_preferred(world: World, server: OutlookStandIn) -> None:
    mail = next(each for each in world.mails if each.folder == "inbox")
    immutable = 'IdType="ImmutableId"'

    def seen(prefer: str | None) -> str:
        name = "inbox" if mail.folder == "inbox" else "archive"
        top = {"$top": "500"}
        rows = get(server, f"/v1.0/me/mailFolders/{name}/messages", prefer=prefer, **top).json()["value"]
        message = next(row for row in rows if row["internetMessageId"] == wanted)
        assert get(server, f"/v1.0/me/messages/{message['id']}", prefer=prefer).status_code == 200
        return message["id"]

    rows = get(server, "/v1.0/me/mailFolders/inbox/messages", **{"$top": "500"}).json()["value"]
    wanted = next(
        row["internetMessageId"] for row in rows if row["sentDateTime"] == mail.sent_at.isoformat()[:19] + "Z"
    )
    before = (seen(None), seen(immutable))
    world.change(mail, folder="archive")
    after = (seen(None), seen(immutable))
    assert before[0] != after[0]
    assert before[1] == after[1]


def test_a_delta_token_can_be_too_old(world: World, server: OutlookStandIn) -> None:
    _, link = whole_round(server, INBOX)
    server.faults.dead_cursor()
    gone = get(server, link)
    assert (gone.status_code, gone.json()["error"]["code"]) == (410, "syncStateNotFound")
    world.clock.advance(timedelta(days=30, seconds=1).total_seconds())
    assert get(server, link).status_code == 410


def test_only_the_date_of_receipt_can_be_filtered_by(world: World, server: OutlookStandIn) -> None:
    inbox = sorted(mail.sent_at for mail in world.mails if mail.folder == "inbox")
    since = inbox[10].isoformat()[:19] + "Z"
    rows, _ = whole_round(server, INBOX, query={"$filter": f"receivedDateTime ge {since}", "$select": "subject"})
    assert len(rows) == len(inbox) - 10
    assert set(rows[0]) == {"@odata.etag", "id", "subject"}
    assert get(server, INBOX, **{"$filter": "isRead eq false"}).status_code == 400
    assert get(server, INBOX, **{"$search": "x"}).status_code == 400


def test_events_have_local_times_beside_a_zone_and_the_removed_are_told(world: World, server: OutlookStandIn) -> None:
    rows, link = whole_round(server, "/v1.0/me/calendarView/delta", query=WINDOW)
    assert rows[0]["start"]["dateTime"].endswith(".0000000")
    assert rows[0]["start"]["timeZone"] == "UTC"
    world.delete(world.events[0])
    later, _ = whole_round(server, link)
    assert [row["@removed"] for row in later] == [{"reason": "deleted"}]
    assert get(server, "/v1.0/me/calendarView/delta").status_code == 400


def test_bodies_are_html_unless_text_is_preferred(server: OutlookStandIn) -> None:
    assert get(server, INBOX).json()["value"][0]["body"]["contentType"] == "html"
    plain = get(server, INBOX, prefer='outlook.body-content-type="text"').json()["value"][0]["body"]
    assert (plain["contentType"], "<html>" in plain["content"]) == ("text", False)


def test_the_fifth_request_at_once_is_refused_with_a_wait(world: World, server: OutlookStandIn) -> None:
    token = server.oauth.issue(ADDRESS, SCOPES).access_token
    server.faults.close_gate()
    held = [threading.Thread(target=lambda: get(server, "/v1.0/me", token=token)) for _ in range(4)]
    for thread in held:
        thread.start()
    deadline = time.monotonic() + 10
    while server.budget.in_flight < 4 and time.monotonic() < deadline:
        time.sleep(0.005)
    refused = get(server, "/v1.0/me", token=token)
    server.faults.open_gate()
    for thread in held:
        thread.join()
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert not any(name.startswith("ratelimit") for name in refused.headers)
    assert [violation.limit.name for violation in server.violations] == ["concurrent"]


def token(server: OutlookStandIn, **fields: str) -> httpx.Response:
    app = server.oauth.client
    body = {"client_id": app.id, "client_secret": app.secret, **fields}
    return httpx.post(f"{server.origin}/common/oauth2/v2.0/token", data=body)


def renewed(server: OutlookStandIn, value: str) -> httpx.Response:
    return token(server, grant_type="refresh_token", refresh_token=value)


def test_each_use_brings_a_new_refresh_token_and_leaves_the_old(server: OutlookStandIn) -> None:
    query = {
        "client_id": server.oauth.client.id,
        "redirect_uri": "http://127.0.0.1:1/cb",
        "scope": SCOPES,
        "state": "s",
    }
    location = httpx.get(f"{server.origin}/common/oauth2/v2.0/authorize", params=query).headers["location"]
    code = parse_qs(urlsplit(location).query)["code"][0]
    first = token(server, grant_type="authorization_code", code=code).json()
    second = renewed(server, first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert renewed(server, first["refresh_token"]).status_code == 200
    server.clock.advance(3600)
    expired = get(server, "/v1.0/me", token=second["access_token"])
    assert (expired.status_code, expired.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
    server.clock.advance(90 * 86_400)
    refused = renewed(server, second["refresh_token"])
    assert (refused.status_code, refused.json()["error"], refused.json()["error_codes"]) == (
        400,
        "invalid_grant",
        [700082],
    )
    assert server.oauth.issue(ADDRESS, "Mail.Read").refresh_token is None


def subscribed(server: OutlookStandIn, url: str, minutes: int) -> httpx.Response:
    ends = server.clock.now() + timedelta(minutes=minutes)
    body = {
        "changeType": "created,updated",
        "notificationUrl": url,
        "resource": "/me/mailFolders('inbox')/messages",
        "expirationDateTime": ends.isoformat(),
        "clientState": "secret-state",
    }
    headers = {"authorization": f"Bearer {server.oauth.issue(ADDRESS, SCOPES).access_token}"}
    return httpx.post(f"{server.origin}/v1.0/subscriptions", json=body, headers=headers)


def test_a_subscription_shakes_hands_and_tells_of_changes_until_it_ends(
    world: World, server: OutlookStandIn, receiver: Receiver
) -> None:
    assert subscribed(server, receiver.url, 44).status_code == 400
    assert subscribed(server, receiver.url, 10_081).status_code == 400
    made = subscribed(server, receiver.url, 60)
    assert made.status_code == 201
    assert "validationToken=" in receiver.seen[0].path
    world.change(world.mails[0], read=True)
    notice = server.notices(world.journal[-1])
    server.webhooks.post(receiver.url, notice)
    value = json.loads(receiver.seen[1].body)["value"][0]
    assert (value["clientState"], value["changeType"], value["subscriptionId"]) == (
        "secret-state",
        "updated",
        made.json()["id"],
    )
    world.delete(world.mails[0])
    assert server.notices(world.journal[-1])["value"] == []
    assert server.lifecycle("missed")["value"][0]["lifecycleEvent"] == "missed"
    world.change(world.mails[1], read=True)
    world.clock.advance(3600)
    assert server.notices(world.journal[-1])["value"] == []


def test_an_address_that_does_not_echo_is_not_subscribed(server: OutlookStandIn) -> None:
    with Receiver(echoes=False) as deaf:
        refused = subscribed(server, deaf.url, 60)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "ValidationError")
    assert server.subscriptions.kept == {}
