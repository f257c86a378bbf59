"""Google's stand-in, Gmail and Calendar, over plain HTTP."""

import base64
import email
import email.policy
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from evals.standins.vendors.google import GoogleStandIn
from evals.standins.vendors.google.push import FORGED, ISSUER, SERVICE_ACCOUNT
from evals.standins.vendors.google.render import ADDRESS
from evals.standins.vendors.google.server import AUDIENCE
from evals.standins.vendors.world import World, build_world, truth
from tests.standins.receiver import Receiver

SCOPES = "https://www.googleapis.com/auth/gmail.readonly https://www.googleapis.com/auth/calendar.readonly"
ME = "/gmail/v1/users/me"
EVENTS = "/calendar/v3/calendars/primary/events"


@pytest.fixture
def world() -> World:
    return build_world()


@pytest.fixture
def server(world: World) -> Iterator[GoogleStandIn]:
    with GoogleStandIn(world) as standing:
        yield standing


def get(server: GoogleStandIn, path: str, token: str | None = None, **query: str) -> httpx.Response:
    token = token or server.oauth.issue(ADDRESS, SCOPES).access_token
    return httpx.get(f"{server.origin}{path}", params=query, headers={"authorization": f"Bearer {token}"})


def pages(server: GoogleStandIn, path: str, key: str, **query: str) -> tuple[list[Any], dict[str, Any]]:
    token = server.oauth.issue(ADDRESS, SCOPES).access_token
    found: list[Any] = []
    while True:
        body = get(server, path, token, **query).json()
        found += body.get(key, [])
        if "nextPageToken" not in body:
            return found, body
        query["pageToken"] = body["nextPageToken"]


def test_the_mailbox_holds_what_is_true_of_the_business(world: World, server: GoogleStandIn) -> None:
    counts = truth(world, "gmail").counts
    mails, _ = pages(server, f"{ME}/messages", "messages", maxResults="10")
    assert len({mail["id"] for mail in mails}) == len(mails) == counts["mails"]
    assert len({mail["threadId"] for mail in mails}) == counts["threads"]
    for label, name in (("INBOX", "inbox"), ("SENT", "sent"), ("UNREAD", "unread")):
        assert len(pages(server, f"{ME}/messages", "messages", labelIds=label)[0]) == counts[name]
    events, _ = pages(server, EVENTS, "items", maxResults="7")
    assert len(events) == counts["events"]
    assert get(server, f"{ME}/profile").json()["messagesTotal"] == counts["mails"]


def test_a_message_comes_in_each_form_with_the_same_words(world: World, server: GoogleStandIn) -> None:
    newest = get(server, f"{ME}/messages", maxResults="1").json()["messages"][0]["id"]
    full = get(server, f"{ME}/messages/{newest}").json()
    mail = max(world.mails, key=lambda each: each.sent_at)
    assert re.fullmatch("[0-9a-f]{16}", newest)
    assert full["internalDate"] == str(int(mail.sent_at.timestamp() * 1000))
    payload = full["payload"]
    part = payload["parts"][0] if "parts" in payload else payload
    assert base64.urlsafe_b64decode(part["body"]["data"]).decode() == mail.text
    raw = base64.urlsafe_b64decode(get(server, f"{ME}/messages/{newest}", format="raw").json()["raw"])
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert parsed["subject"] == mail.subject
    assert parsed.get_content().replace("\r\n", "\n") == mail.text.replace("\r\n", "\n")  # type: ignore[attr-defined]
    assert "body" not in get(server, f"{ME}/messages/{newest}", format="metadata").json()["payload"]
    assert "payload" not in get(server, f"{ME}/messages/{newest}", format="minimal").json()


def test_an_empty_mailbox_has_no_list(server: GoogleStandIn) -> None:
    with GoogleStandIn(build_world(customers=0, orders=0)) as empty:
        assert get(empty, f"{ME}/messages").json() == {"resultSizeEstimate": 0}


@pytest.mark.parametrize(("limit", "sizes"), [(57, [57]), (56, [56, 1]), (58, [57])])
def test_pages_end_where_the_mails_do(server: GoogleStandIn, limit: int, sizes: list[int]) -> None:
    seen: list[int] = []
    query: dict[str, str] = {}
    while not seen or query:
        body = get(server, f"{ME}/messages", maxResults=str(limit), **query).json()
        seen.append(len(body["messages"]))
        query = {"pageToken": body["nextPageToken"]} if "nextPageToken" in body else {}
    assert seen == sizes


def test_history_tells_of_each_change_and_dies_after_a_week(world: World, server: GoogleStandIn) -> None:
    start = get(server, f"{ME}/profile").json()["historyId"]
    assert "history" not in get(server, f"{ME}/history", startHistoryId=start).json()
    unread = next(mail for mail in world.mails if not mail.read and mail.folder == "inbox")
    world.change(unread, read=True)
    world.change(unread, folder="archive")
    world.change(unread, subject="touched in a way that Gmail has no word for")
    world.delete(unread)
    records = get(server, f"{ME}/history", startHistoryId=start).json()["history"]
    assert [sorted(set(record) - {"id", "messages"}) for record in records] == [
        ["labelsRemoved"],
        ["labelsRemoved"],
        [],
        ["messagesDeleted"],
    ]
    assert records[0]["labelsRemoved"][0]["labelIds"] == ["UNREAD"]
    only = get(server, f"{ME}/history", startHistoryId=start, historyTypes="messageDeleted").json()["history"]
    assert len(only) == 1
    world.clock.advance(timedelta(days=7, seconds=1).total_seconds())
    assert get(server, f"{ME}/history", startHistoryId=start).status_code == 404
    now = get(server, f"{ME}/profile").json()["historyId"]
    assert get(server, f"{ME}/history", startHistoryId=now).status_code == 200


def test_a_dead_history_can_be_forced(server: GoogleStandIn) -> None:
    start = get(server, f"{ME}/profile").json()["historyId"]
    server.faults.dead_cursor()
    assert get(server, f"{ME}/history", startHistoryId=start).status_code == 404
    assert get(server, f"{ME}/history", startHistoryId=start).status_code == 200


def test_with_the_metadata_scope_neither_search_nor_bodies_are_given(server: GoogleStandIn) -> None:
    few = server.oauth.issue(ADDRESS, "https://www.googleapis.com/auth/gmail.metadata").access_token
    assert get(server, f"{ME}/messages", few, q="after:1").status_code == 403
    ident = get(server, f"{ME}/messages", few, maxResults="1").json()["messages"][0]["id"]
    assert get(server, f"{ME}/messages/{ident}", few).status_code == 403
    assert get(server, f"{ME}/messages/{ident}", few, format="metadata").status_code == 200
    assert get(server, EVENTS, few).json()["error"]["errors"][0]["reason"] == "insufficientPermissions"


def test_the_quota_is_counted_in_units(world: World, server: GoogleStandIn) -> None:
    token = server.oauth.issue(ADDRESS, SCOPES).access_token
    server.budget.spend(world.clock.now(), "GET", "/gmail/v1", 14_991)
    assert get(server, f"{ME}/messages", token).status_code == 200
    assert get(server, f"{ME}/history", token, startHistoryId="4100001").status_code in {200, 404}
    refused = get(server, f"{ME}/messages", token)
    assert refused.status_code == 429
    assert refused.json()["error"]["errors"][0]["domain"] == "usageLimits"
    assert get(server, f"{ME}/profile", token).status_code == 200
    world.clock.advance(60)
    assert get(server, f"{ME}/messages", token).status_code == 200


def test_the_same_limit_is_told_as_403_or_429(server: GoogleStandIn) -> None:
    for mode, status in (("userRateLimitExceeded", 403), ("rateLimitExceeded", 429)):
        server.faults.throttle(mode=mode)
        refused = get(server, f"{ME}/profile")
        error = refused.json()["error"]
        assert (refused.status_code, error["errors"][0]["reason"]) == (status, mode)
        assert "Retry after 2026-" in error["message"]


def test_a_calendars_sync_token_brings_changes_with_the_cancelled_and_can_be_gone(
    world: World, server: GoogleStandIn
) -> None:
    _, last = pages(server, EVENTS, "items", maxResults="5")
    token = last["nextSyncToken"]
    world.change(world.events[0], title="moved")
    world.delete(world.events[1])
    changed, last = pages(server, EVENTS, "items", syncToken=token)
    assert sorted(event["status"] for event in changed) == ["cancelled", "confirmed"]
    assert pages(server, EVENTS, "items", syncToken=last["nextSyncToken"])[0] == []
    assert get(server, EVENTS, syncToken=token, timeMin="2026-01-01T00:00:00Z").status_code == 400
    server.faults.dead_cursor()
    gone = get(server, EVENTS, syncToken=token)
    assert (gone.status_code, gone.json()["error"]["errors"][0]["reason"]) == (410, "fullSyncRequired")


def test_an_event_changed_between_two_pages_is_in_the_next_sync(world: World, server: GoogleStandIn) -> None:
    first = get(server, EVENTS, maxResults="10").json()
    world.change(world.events[0], title="changed meanwhile")
    last = get(server, EVENTS, maxResults="10", pageToken=first["nextPageToken"]).json()
    changed, _ = pages(server, EVENTS, "items", syncToken=last["nextSyncToken"])
    assert [event["summary"] for event in changed] == ["changed meanwhile"]


def test_what_goes_between_two_pages_takes_nothing_else_with_it(world: World, server: GoogleStandIn) -> None:
    listed = get(server, f"{ME}/messages", maxResults="30").json()
    world.delete(max(world.mails, key=lambda mail: mail.sent_at))
    token = listed["nextPageToken"]
    rest = get(server, f"{ME}/messages", maxResults="30", pageToken=token).json()["messages"]
    assert len({mail["id"] for mail in [*listed["messages"], *rest]}) == len(world.mails) + 1
    first = get(server, EVENTS, maxResults="10").json()
    world.delete(world.events[0])
    last = get(server, EVENTS, maxResults="10", pageToken=first["nextPageToken"]).json()
    assert len({event["id"] for event in [*first["items"], *last["items"]]}) == len(world.events) + 1


def test_whole_days_have_dates_and_hours_their_zone(world: World, server: GoogleStandIn) -> None:
    events, _ = pages(server, EVENTS, "items")
    whole = [event for event in events if "date" in event["start"]]
    assert len(whole) == sum(event.all_day for event in world.events) > 0
    timed = next(event for event in events if event["start"].get("timeZone") == "Asia/Tokyo")
    assert timed["start"]["dateTime"].endswith("+09:00")


def consented(server: GoogleStandIn, **extra: str) -> dict[str, Any]:
    app = server.oauth.client
    query = {"client_id": app.id, "redirect_uri": "http://127.0.0.1:1/cb", "state": "s", "scope": SCOPES, **extra}
    location = httpx.get(f"{server.origin}/o/oauth2/v2/auth", params=query).headers["location"]
    code = parse_qs(urlsplit(location).query)["code"][0]
    fields = {"grant_type": "authorization_code", "code": code, "client_id": app.id, "client_secret": app.secret}
    return httpx.post(f"{server.origin}/token", data=fields).json()


def renewed(server: GoogleStandIn, value: str) -> httpx.Response:
    app = server.oauth.client
    fields = {"grant_type": "refresh_token", "refresh_token": value, "client_id": app.id, "client_secret": app.secret}
    return httpx.post(f"{server.origin}/token", data=fields)


def test_offline_access_must_be_asked_for_and_the_refresh_token_stays(server: GoogleStandIn) -> None:
    assert "refresh_token" not in consented(server)
    first = consented(server, access_type="offline", prompt="consent")
    server.clock.advance(3600)
    assert get(server, f"{ME}/profile", first["access_token"]).status_code == 401
    second = renewed(server, first["refresh_token"]).json()
    assert "refresh_token" not in second
    assert get(server, f"{ME}/profile", second["access_token"]).status_code == 200
    httpx.post(f"{server.origin}/revoke", data={"token": first["refresh_token"]}).raise_for_status()
    gone = renewed(server, first["refresh_token"])
    assert (gone.status_code, gone.json()["error"]) == (400, "invalid_grant")
    assert get(server, f"{ME}/profile", second["access_token"]).status_code == 401


def test_the_refresh_tokens_of_an_app_in_testing_die_after_a_week(server: GoogleStandIn) -> None:
    server.testing = True
    first = consented(server, access_type="offline")
    server.clock.advance(6 * 86_400)
    assert renewed(server, first["refresh_token"]).status_code == 200
    server.clock.advance(86_400)
    assert renewed(server, first["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_push_carries_a_token_that_googles_keys_prove(
    world: World, server: GoogleStandIn, receiver: Receiver
) -> None:
    keys = httpx.get(f"{server.origin}/oauth2/v3/certs").json()["keys"]
    key = jwt.PyJWK(keys[0])
    courier, body = server.webhooks, server.notice()
    courier.post(receiver.url, body)
    courier.post(receiver.url, body, key="https://another.example")
    courier.post(receiver.url, body, topic=FORGED)
    courier.post(receiver.url, body, age=3700)

    def verdict(header: str) -> str:
        try:
            options: Any = {"verify_exp": False, "verify_iat": False}
            claims = jwt.decode(
                header.removeprefix("Bearer "), key, ["RS256"], audience=AUDIENCE, issuer=ISSUER, options=options
            )
        except jwt.PyJWTError as error:
            return type(error).__name__
        assert claims["email"] == SERVICE_ACCOUNT
        return "good" if claims["exp"] > world.clock.time() else "expired"

    verdicts = [verdict(each.headers["authorization"]) for each in receiver.seen]
    assert verdicts == ["good", "InvalidAudienceError", "InvalidSignatureError", "expired"]
    message = json.loads(receiver.seen[0].body)["message"]
    assert json.loads(base64.b64decode(message["data"]))["emailAddress"] == ADDRESS


STOP = "/calendar/v3/channels/stop"


def post(server: GoogleStandIn, path: str, body: Any, scopes: str = SCOPES) -> httpx.Response:
    token = server.oauth.issue(ADDRESS, scopes).access_token
    return httpx.post(f"{server.origin}{path}", json=body, headers={"authorization": f"Bearer {token}"})


def watched(server: GoogleStandIn, receiver: Receiver, ident: str = "channel-1", **more: Any) -> httpx.Response:
    body = {"id": ident, "type": "web_hook", "address": receiver.url, "token": "a token of ours", **more}
    return post(server, f"{EVENTS}/watch", body)


def messages(server: GoogleStandIn, receiver: Receiver) -> list[tuple[str, str, str]]:
    """Channel, number and state of all that came, once everything has."""
    server.deliverer.end()
    server.deliverer.begin()
    names = ("x-goog-channel-id", "x-goog-message-number", "x-goog-resource-state")
    return [(one.headers[names[0]], one.headers[names[1]], one.headers[names[2]]) for one in receiver.seen]


def test_a_channel_tells_by_headers_that_a_calendar_has_changed_until_it_is_stopped(
    world: World, server: GoogleStandIn, receiver: Receiver
) -> None:
    made = watched(server, receiver)
    channel = made.json()
    assert (made.status_code, channel["kind"], channel["id"], channel["token"]) == (
        200,
        "api#channel",
        "channel-1",
        "a token of ours",
    )
    assert channel["expiration"] == str(int((world.clock.now() + timedelta(days=7)).timestamp() * 1000))
    world.change(world.mails[0], read=not world.mails[0].read)
    world.change(world.events[0], title="moved")
    world.delete(world.events[1])
    told = [("channel-1", "1", "sync"), ("channel-1", "2", "exists"), ("channel-1", "3", "exists")]
    assert messages(server, receiver) == told
    last = receiver.seen[-1]
    assert (last.body, last.headers["x-goog-channel-token"]) == (b"", "a token of ours")
    assert last.headers["x-goog-resource-id"] == channel["resourceId"]
    assert last.headers["x-goog-resource-uri"] == channel["resourceUri"]
    assert last.headers["x-goog-channel-expiration"].endswith(" GMT")
    named = {"id": "channel-1", "resourceId": channel["resourceId"]}
    assert post(server, STOP, {**named, "resourceId": "another"}).status_code == 404
    assert (post(server, STOP, named).status_code, post(server, STOP, named).status_code) == (204, 404)
    world.change(world.events[0], title="moved again")
    assert messages(server, receiver) == told


def test_channels_are_beside_each_other_end_by_themselves_and_leave_the_mailbox_alone(
    world: World, server: GoogleStandIn, receiver: Receiver
) -> None:
    hour = world.clock.now() + timedelta(hours=1)
    first = watched(server, receiver, "first", expiration=str(int(hour.timestamp() * 1000))).json()
    second = watched(server, receiver, "second", params={"ttl": "7200"}).json()
    assert int(second["expiration"]) - int(first["expiration"]) == 3_600_000
    assert first["resourceId"] == second["resourceId"]
    assert post(server, f"{ME}/watch", {"topicName": "projects/a/topics/b"}).status_code == 200
    world.change(world.events[0], title="one")
    world.clock.advance(3600)
    world.change(world.events[0], title="two")
    told = [one for one in messages(server, receiver) if one[2] == "exists"]
    assert told.count(("second", "2", "exists")) == told.count(("second", "3", "exists")) == 1
    assert post(server, STOP, {"id": "first", "resourceId": first["resourceId"]}).status_code == 404
    assert post(server, f"{ME}/stop", {}).status_code == 204
    assert "second" in server.subscriptions.kept


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"id": "taken"}, "channelIdNotUnique"),
        ({"id": ""}, "required"),
        ({"id": "x" * 65}, "channelIdInvalid"),
        ({"id": "no spaces"}, "channelIdInvalid"),
        ({"type": "email"}, "push.channelTypeNotSupported"),
        ({"address": None}, "required"),
        ({"address": "http://smb.example/hook"}, "push.webhookUrlNotHttps"),
        ({"token": "x" * 257}, "invalid"),
        ({"expiration": "1"}, "invalid"),
        ({"expiration": "tomorrow"}, "invalid"),
        ({"params": {"ttl": "x"}}, "invalid"),
    ],
    ids=["taken", "unnamed", "long", "spaces", "type", "nowhere", "http", "token", "past", "no moment", "no life"],
)
def test_a_channel_that_cannot_be_is_refused(
    server: GoogleStandIn, receiver: Receiver, wrong: dict[str, Any], reason: str
) -> None:
    named = {"id": "taken", "resourceId": watched(server, receiver, "taken").json()["resourceId"]}
    post(server, STOP, named)
    good = {"id": "new", "type": "web_hook", "address": receiver.url}
    refused = post(server, f"{EVENTS}/watch", good | wrong)
    assert (refused.status_code, refused.json()["error"]["errors"][0]["reason"]) == (400, reason)
    assert server.subscriptions.kept == {}


def test_a_channel_needs_the_calendars_scope_and_a_calendar(server: GoogleStandIn, receiver: Receiver) -> None:
    body = {"id": "a", "type": "web_hook", "address": receiver.url}
    assert post(server, f"{EVENTS}/watch", body, "https://www.googleapis.com/auth/gmail.readonly").status_code == 403
    assert post(server, EVENTS.replace("primary", "other") + "/watch", body).status_code == 404
    assert post(server, f"{EVENTS}/watch", [body]).status_code == 400
    assert "token" not in post(server, f"{EVENTS}/watch", body).json()
