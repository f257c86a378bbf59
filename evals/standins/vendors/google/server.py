"""Gmail and Google Calendar: quota in units, history that dies, sync tokens, refresh tokens that stay (§8)."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import ClassVar

from starlette.routing import Route

from evals.standins.vendors.google import push, render
from evals.standins.vendors.google.channels import Channels
from evals.standins.vendors.google.watches import Watches
from evals.standins.vendors.kit.budget import Limit
from evals.standins.vendors.kit.oauth import (
    DAY,
    AuthorizationServer,
    Grant,
    OAuthError,
    OAuthRules,
    basic_credentials,
    fields_of,
)
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, RefusedError, VendorServer
from evals.standins.vendors.kit.webhooks import Courier
from evals.standins.vendors.kit.wire import Json, iso, millis, moment
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import Event, Mail

HISTORY_KEPT = timedelta(days=7)  # vendor-facts §8 [V]: at least a week
SYNC_KEPT = timedelta(days=28)  # how long a calendar's sync token lives [K]
AUDIENCE = "https://smb.example/api/webhooks/gmail"
GMAIL = "https://www.googleapis.com/auth/gmail."
CALENDAR = "https://www.googleapis.com/auth/calendar"
UNITS = {"messages": 5, "history": 2, "profile": 1, "labels": 1, "watch": 100, "stop": 50, "threads": 10}
"""Quota units by the last fixed word of the path (vendor-facts §8 [V]; labels, watch, stop and threads [K])."""

OFFLINE = OAuthRules(3600, "same", refresh_seconds=182 * DAY, pkce=True, max_refresh_tokens=100)  # §8 [S/K]
TESTING = OAuthRules(3600, "same", refresh_hard_seconds=7 * DAY, pkce=True, max_refresh_tokens=100)  # §8 [S/K]
ONLINE = OAuthRules(3600, None, pkce=True)


class GoogleStandIn(VendorServer):
    """One mailbox, `render.ADDRESS`, and its primary calendar. `testing`: the app is not published, so that its
    refresh tokens die after a week."""

    vendor: ClassVar[str] = "gmail"
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit("user-minute", 15_000, 60.0, prefix="/gmail"),  # vendor-facts §8 [V]
        Limit("project-minute", 1_200_000, 60.0, prefix="/gmail"),
    )
    throttle_modes: ClassVar[tuple[str, ...]] = ("userRateLimitExceeded", "rateLimitExceeded")

    def __init__(self, world: World, *, enforce_limits: bool = True, limits: tuple[Limit, ...] | None = None) -> None:
        self.testing = False
        self.keys = push.PushKeys()
        super().__init__(world, enforce_limits=enforce_limits, limits=limits)
        self.webhooks = Courier(self.clock, self.keys.sign, AUDIENCE)
        self.subscriptions = Watches(self.clock, self.deliverer.begin)
        self.channels = Channels(self, self.subscriptions.kept)

    def authorization_server(self) -> AuthorizationServer:
        def rules_of(grant: Grant) -> OAuthRules:
            query: Mapping[str, str] = grant.extra.get("query", {"access_type": "offline"})
            if query.get("access_type") != "offline":
                return ONLINE
            return TESTING if self.testing else OFFLINE

        prefix = {"access": "ya29.", "refresh": "1//09"}
        return AuthorizationServer("google", self.clock, OFFLINE, prefix=lambda kind: prefix[kind], rules_of=rules_of)

    def routes(self) -> Iterator[Route]:
        yield self.open("/o/oauth2/v2/auth", self._authorize)
        yield self.open("/token", self._token, ("POST",))
        yield self.open("/revoke", self._revoke, ("POST",))
        yield self.open("/oauth2/v3/certs", lambda _: Answer(self.keys.published()))
        base = "/gmail/v1/users/{user}"
        yield self.api(f"{base}/profile", self._profile, cost=_units)
        yield self.api(f"{base}/labels", self._labels, cost=_units)
        yield self.api(f"{base}/messages", self._messages, cost=_units)
        yield self.api(f"{base}/messages/{{id}}", self._message, cost=_units)
        yield self.api(f"{base}/history", self._history, cost=_units)
        yield self.api(f"{base}/watch", self._watch, ("POST",), cost=_units)
        yield self.api(f"{base}/stop", self._stop, ("POST",), cost=_units)
        yield self.api("/calendar/v3/users/me/calendarList", self._calendars)
        yield self.api("/calendar/v3/calendars/{calendar}/events", self._events)
        yield self.api("/calendar/v3/calendars/{calendar}/events/watch", self._watch_events, ("POST",))
        yield self.api("/calendar/v3/channels/stop", self._stop_channel, ("POST",))

    def unauthorized(self, asked: Asked) -> Answer:
        del asked
        message = "Request had invalid authentication credentials. Expected OAuth 2 access token."
        return _problem(401, message, "authError", "UNAUTHENTICATED", "global")

    def unavailable(self, status: int) -> Answer:
        return _problem(status, "Backend Error", "backendError", "UNAVAILABLE", "global")

    def throttled(self, mode: str, wait: float) -> Answer:
        # 429 or 403 for the same thing; when to come again stands in the message, if at all (vendor-facts §8 [V/S]).
        reason = mode if mode in self.throttle_modes else "rateLimitExceeded"
        again = iso(self.clock.now() + timedelta(seconds=wait), "milliseconds")
        message = f"User-rate limit exceeded.  Retry after {again}"
        status = 403 if reason == "userRateLimitExceeded" else 429
        return _problem(status, message, reason, "RESOURCE_EXHAUSTED", "usageLimits")

    # Gmail.

    def _history_now(self) -> str:
        return render.history_id(self.world.journal[-1].sequence if self.world.journal else 0)

    def _profile(self, asked: Asked) -> Answer:
        self._scope(asked)
        mails = self.world.mails
        return Answer(
            {
                "emailAddress": render.ADDRESS,
                "messagesTotal": len(mails),
                "threadsTotal": len({mail.thread for mail in mails}),
                "historyId": self._history_now(),
            }
        )

    def _labels(self, asked: Asked) -> Answer:
        self._scope(asked)
        names = ("INBOX", "SENT", "UNREAD", "TRASH", "SPAM", "DRAFT", "CATEGORY_PERSONAL")
        return Answer({"labels": [{"id": name, "name": name, "type": "system"} for name in names]})

    def _messages(self, asked: Asked) -> Answer:
        metadata = self._scope(asked)
        query = asked.one("q")
        if query and metadata:
            message = "Metadata scope does not support 'q' parameter"
            raise RefusedError(_problem(403, message, "forbidden", "PERMISSION_DENIED", "global"))
        mails = [mail for mail in self.world.mails if set(asked.every("labelIds")) <= set(render.labels_of(mail))]
        mails = [mail for mail in mails if _matches(mail, query or "")]
        mails.sort(key=_place_of, reverse=True)
        limit, estimate = min(_number(asked, "maxResults", 100), 500), len(mails)
        if asked.one("pageToken") is not None:
            place = _number(asked, "pageToken", 0)
            mails = [mail for mail in mails if _place_of(mail) < place]
        shown = mails[:limit]
        body: Json = {"resultSizeEstimate": estimate}
        if shown:
            body["messages"] = [{"id": render.mail_id(m.number), "threadId": render.thread_id(m.thread)} for m in shown]
        if limit < len(mails) and shown:
            body["nextPageToken"] = str(_place_of(shown[-1]))
        return Answer(body)

    def _message(self, asked: Asked) -> Answer:
        metadata, form = self._scope(asked), asked.one("format", "full") or "full"
        if form not in {"minimal", "metadata", "full", "raw"}:
            raise _invalid(f"Invalid value at 'format': {form}")
        if metadata and form in {"full", "raw"}:
            message = "Metadata scope doesn't allow format FULL"
            raise RefusedError(_problem(403, message, "forbidden", "PERMISSION_DENIED", "global"))
        for mail in self.world.mails:
            if render.mail_id(mail.number) == asked.places["id"]:
                return Answer(render.message(self.world, mail, form))
        return _missing()

    def _history(self, asked: Asked) -> Answer:
        self._scope(asked)
        text = asked.one("startHistoryId") or ""
        if not text.isdecimal():
            raise _invalid("Invalid startHistoryId")
        start = int(text) - render.FIRST_HISTORY
        changes = [change for change in self.world.journal if change.sequence > start]
        lost = changes and changes[0].at < self.clock.now() - HISTORY_KEPT
        if lost or start < 0 or start > len(self.world.journal) or self.faults.take_dead_cursor():
            return _missing()  # vendor-facts §8 [V]: 404, then a full sync
        records = [render.history(change) for change in changes if change.kind == "mail"]
        limit, place = min(_number(asked, "maxResults", 100), 500), _number(asked, "pageToken", 0)
        kinds = asked.every("historyTypes")
        words = {"messageAdded": "messagesAdded", "messageDeleted": "messagesDeleted", "labelAdded": "labelsAdded", "labelRemoved": "labelsRemoved"}  # fmt: skip
        wanted = {words[kind] for kind in kinds if kind in words}
        records = [record for record in records if not wanted or wanted & record.keys()]
        shown = records[place : place + limit]
        body: Json = {"historyId": self._history_now()}
        if shown:
            body["history"] = shown
        if place + limit < len(records):
            body["nextPageToken"] = str(place + limit)
        return Answer(body)

    def _watch(self, asked: Asked) -> Answer:
        self._scope(asked)
        if self.faults.take_subscribing():
            message = "User not authorized to perform this action."
            raise RefusedError(_problem(403, message, "forbidden", "PERMISSION_DENIED", "global"))
        try:
            topic = str(json.loads(asked.body)["topicName"])
        except (ValueError, KeyError, TypeError):
            raise _invalid("Invalid topicName") from None
        return Answer({"historyId": self._history_now(), "expiration": self.subscriptions.watch(topic)})

    def _stop(self, asked: Asked) -> Answer:
        self._scope(asked)
        self.subscriptions.stop()
        return Answer(status=204)

    def tell(self, change: Change) -> None:
        if change.kind == "mail" and (url := self.subscriptions.address()) is not None:
            self.webhooks.post(url, self.notice())
        if change.kind == "event":
            self.channels.tell()

    def notice(self) -> Json:
        """The push of the present state of the mailbox."""
        now = iso(self.clock.now(), "milliseconds")
        return push.notice(render.ADDRESS, self._history_now(), 9_000_000 + len(self.world.journal), now)

    def _scope(self, asked: Asked) -> bool:
        """Whether the token is for metadata only. Refuses one without any of Gmail's scopes, and other users."""
        if asked.places.get("user") not in {"me", render.ADDRESS}:
            raise RefusedError(_problem(403, "Delegation denied", "forbidden", "PERMISSION_DENIED", "global"))
        grant = self.grant(asked)
        scopes = set(grant.scope.split()) if grant else set[str]()
        if {f"{GMAIL}readonly", f"{GMAIL}modify", "https://mail.google.com/"} & scopes:
            return False
        if f"{GMAIL}metadata" in scopes:
            return True
        raise _insufficient()

    # Calendar.

    def _calendars(self, asked: Asked) -> Answer:
        self._calendar_scope(asked)
        item = {
            "kind": "calendar#calendarListEntry",
            "id": render.ADDRESS,
            "summary": render.ADDRESS,
            "timeZone": "Europe/Berlin",
            "accessRole": "owner",
            "primary": True,
        }
        return Answer({"kind": "calendar#calendarList", "items": [item], "nextSyncToken": "list-1"})

    def _events(self, asked: Asked) -> Answer:
        self._calendar_scope(asked)
        if asked.places["calendar"] not in {"primary", render.ADDRESS}:
            return _problem(404, "Not Found", "notFound", "NOT_FOUND", "global")
        token, limit = asked.one("syncToken"), min(_number(asked, "maxResults", 250), 2500)
        start, until = 0, self.world.journal[-1].sequence if self.world.journal else 0
        if (place := asked.one("pageToken")) is not None:
            try:
                start, until = (int(part) for part in place.split("-"))
            except ValueError:
                raise _invalid("Invalid page token value.") from None
        gone = asked.one("showDeleted") == "true"
        if token is not None:
            events = self._changed(asked, token)
        else:
            # Pages keep the places of what was there when the first was read.
            events = [each for each in self.world.every(Event) if gone or not self._was_deleted(each, until)]
            events = [each for each in events if _inside(asked, each)]
        shown = [each for each in events[start : start + limit] if token or gone or each.deleted_at is None]
        body: Json = {
            "kind": "calendar#events",
            "summary": render.ADDRESS,
            "updated": iso(self.clock.now(), "milliseconds"),
            "timeZone": "Europe/Berlin",
            "accessRole": "owner",
            "defaultReminders": [],
            "items": [render.event(self.world, each) for each in shown],
        }
        if start + limit < len(events):
            body["nextPageToken"] = f"{start + limit}-{until}"
        else:
            # Only on the last page (vendor-facts §8 [V]); of the state when the first was read.
            body["nextSyncToken"] = f"sync-{until}-{int(self.clock.time())}"
        return Answer(body)

    def _changed(self, asked: Asked, token: str) -> list[Event]:
        """What has changed since the token, the cancelled included. Raises 410 for one that is too old."""
        if {"timeMin", "timeMax", "q", "orderBy", "updatedMin"} & {name for name, _ in asked.query}:
            raise _invalid("Sync token cannot be used with other query restrictions.")
        match = re.fullmatch(r"sync-(\d+)-(\d+)", token)
        old = match is not None and int(match[2]) < self.clock.time() - SYNC_KEPT.total_seconds()
        if match is None or old or self.faults.take_dead_cursor():
            message = "Sync token is no longer valid, a full sync is required."
            raise RefusedError(_problem(410, message, "fullSyncRequired", "GONE", "calendar"))
        changed = {c.number for c in self.world.journal if c.kind == "event" and c.sequence > int(match[1])}
        return [each for each in self.world.every(Event) if each.number in changed]

    def _was_deleted(self, event: Event, sequence: int) -> bool:
        return any(
            change.kind == "event" and change.number == event.number and change.action == "deleted"
            for change in self.world.journal[:sequence]
        )

    def _watch_events(self, asked: Asked) -> Answer:
        self._calendar_scope(asked)
        if self.faults.take_subscribing():
            raise _insufficient()
        if asked.places["calendar"] not in {"primary", render.ADDRESS}:
            return _problem(404, "Not Found", "notFound", "NOT_FOUND", "global")
        return self.channels.watch(asked)

    def _stop_channel(self, asked: Asked) -> Answer:
        self._calendar_scope(asked)
        return self.channels.stop(asked)

    def _calendar_scope(self, asked: Asked) -> None:
        grant = self.grant(asked)
        if grant is None or not any(scope.startswith(CALENDAR) for scope in grant.scope.split()):
            raise _insufficient()

    # OAuth.

    def _authorize(self, asked: Asked) -> Answer:
        try:
            to = self.oauth.authorize(dict(asked.query), render.ADDRESS)
        except OAuthError as error:
            return Answer(f"Error 400: {error.error}".encode(), 400, content_type="text/html")
        return Answer(status=302, headers={"location": to})

    def _token(self, asked: Asked) -> Answer:
        fields = fields_of(asked)
        basic = basic_credentials(asked)
        try:
            self.oauth.authenticate(basic[0] or fields.get("client_id"), basic[1] or fields.get("client_secret"))
            tokens = self.oauth.token(fields)
        except OAuthError as error:
            description = "Token has been expired or revoked." if error.error == "invalid_grant" else error.description
            return Answer(
                {"error": error.error, "error_description": description},
                401 if error.error == "invalid_client" else 400,
            )
        answer: Json = {
            "access_token": tokens.access_token,
            "expires_in": 3599,
            "scope": tokens.grant.scope,
            "token_type": "Bearer",
        }
        if tokens.refresh_token and fields.get("grant_type") == "authorization_code":
            # A refresh brings no new one (vendor-facts §8).
            answer["refresh_token"] = tokens.refresh_token
        return Answer(answer)

    def _revoke(self, asked: Asked) -> Answer:
        token = {**dict(asked.query), **fields_of(asked)}.get("token", "")
        if self.oauth.revoke(token):
            return Answer({})
        return Answer({"error": "invalid_token", "error_description": "Token expired or revoked"}, 400)


def _units(asked: Asked) -> int:
    return next(units for word, units in UNITS.items() if f"/{word}" in asked.path)


def _problem(status: int, message: str, reason: str, name: str, domain: str) -> Answer:
    errors = [{"message": message, "domain": domain, "reason": reason}]
    return Answer({"error": {"code": status, "message": message, "errors": errors, "status": name}}, status)


def _missing() -> Answer:
    return _problem(404, "Requested entity was not found.", "notFound", "NOT_FOUND", "global")


def _invalid(message: str) -> RefusedError:
    return RefusedError(_problem(400, message, "invalidArgument", "INVALID_ARGUMENT", "global"))


def _insufficient() -> RefusedError:
    message = "Request had insufficient authentication scopes."
    return RefusedError(_problem(403, message, "insufficientPermissions", "PERMISSION_DENIED", "global"))


def _number(asked: Asked, name: str, otherwise: int) -> int:
    text = asked.one(name, str(otherwise)) or ""
    if not text.isdecimal():
        raise _invalid(f"Invalid value for {name}")
    return int(text)


def _place_of(mail: Mail) -> int:
    """What mails are ordered by, and what a page token holds: a number that later mails do not move."""
    return millis(mail.sent_at) * 100_000 + mail.number


def _matches(mail: Mail, query: str) -> bool:
    """The part of the search language that a sync uses: `after:` and `before:` in seconds, and `in:`."""
    for word in query.split():
        name, _, value = word.partition(":")
        match name:
            case "after" if value.isdecimal():
                good = mail.sent_at.timestamp() > int(value)
            case "before" if value.isdecimal():
                good = mail.sent_at.timestamp() < int(value)
            case "in":
                good = value in {mail.folder, "anywhere"}
            case _:
                good = word.casefold() in f"{mail.subject} {mail.text}".casefold()
        if not good:
            return False
    return True


def _inside(asked: Asked, event: Event) -> bool:
    least, most, updated = asked.one("timeMin"), asked.one("timeMax"), asked.one("updatedMin")
    if least and event.ends_at <= moment(least):
        return False
    if most and event.starts_at >= moment(most):
        return False
    return not (updated and event.updated_at < moment(updated))
