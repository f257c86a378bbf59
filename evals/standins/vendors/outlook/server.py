"""Outlook mail and calendar through Microsoft Graph: links to follow, delta per folder, four at once (§9)."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import quote

from starlette.routing import Route

from evals.standins.vendors.kit.budget import Limit
from evals.standins.vendors.kit.oauth import DAY, AuthorizationServer, Grant, OAuthError, OAuthRules
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, RefusedError, VendorServer
from evals.standins.vendors.kit.webhooks import Courier, Draft
from evals.standins.vendors.kit.wire import Json, guid, iso, moment
from evals.standins.vendors.outlook import delta, render
from evals.standins.vendors.outlook.delta import Token
from evals.standins.vendors.outlook.subscriptions import Subscriptions
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import Mail

DEFAULT_PAGE, MAX_PAGE = 10, 1000  # vendor-facts §9 [R]
DELTA_KEPT = timedelta(days=30)  # how long a delta token lives [K]
ROTATING = OAuthRules(3600, "new_each_use", refresh_seconds=90 * DAY, pkce=True, token_length=80)  # vendor-facts §9 [V]
WITHOUT_OFFLINE = OAuthRules(3600, None, pkce=True)

_FILTER = re.compile(r"receivedDateTime\s+(ge|gt)\s+(\S+)")
_PAGE_SIZE = re.compile(r"odata\.maxpagesize=(\d+)")


class OutlookStandIn(VendorServer):
    """One mailbox with three folders and a calendar."""

    vendor: ClassVar[str] = "outlook"
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit("concurrent", 4, prefix="/v1.0"),
        Limit("ten-minutes", 10_000, 600.0, prefix="/v1.0"),
    )  # vendor-facts §9 [V/S]
    throttle_modes: ClassVar[tuple[str, ...]] = ("ten-minutes", "concurrent")

    def __init__(self, world: World, *, enforce_limits: bool = True, limits: tuple[Limit, ...] | None = None) -> None:
        super().__init__(world, enforce_limits=enforce_limits, limits=limits)
        self.subscriptions = Subscriptions(self)
        self.webhooks = Courier(self.clock, sign, "no key: clientState is in the body")

    def authorization_server(self) -> AuthorizationServer:
        def rules_of(grant: Grant) -> OAuthRules:
            return ROTATING if "offline_access" in grant.scope.split() else WITHOUT_OFFLINE

        prefix = {"access": "eyJ0eXAi", "refresh": "0.AXoA"}
        return AuthorizationServer("outlook", self.clock, ROTATING, prefix=lambda kind: prefix[kind], rules_of=rules_of)

    def routes(self) -> Iterator[Route]:
        yield self.open("/{tenant}/oauth2/v2.0/authorize", self._authorize)
        yield self.open("/{tenant}/oauth2/v2.0/token", self._token, ("POST",))
        yield self.api("/v1.0/me", lambda _: Answer(render.me()))
        yield self.api("/v1.0/me/mailFolders", self._folders)
        # A link may write the same path in another way (vendor-facts §9 [R]).
        for folder in ("mailFolders/{folder}", "mailFolders('{folder}')"):
            yield self.api(f"/v1.0/me/{folder}/messages/delta", self._mail_delta)
            yield self.api(f"/v1.0/me/{folder}/messages", self._messages)
        yield self.api("/v1.0/me/messages/{id}", self._message)
        yield self.api("/v1.0/me/calendarView/delta", self._event_delta)
        yield self.api("/v1.0/subscriptions", self._subscriptions, ("POST", "GET"))
        yield self.api("/v1.0/subscriptions/{id}", self._subscriptions, ("PATCH", "DELETE"))

    def dressed(self, asked: Asked, answer: Answer) -> Answer:
        ident = guid("graph", "request", len(self.requests))
        answer.headers |= {
            "request-id": ident,
            "client-request-id": asked.headers.get("client-request-id", ident),
        }
        return answer

    def unauthorized(self, asked: Asked) -> Answer:
        token = self.token_in(asked)
        if token is None:
            return self.problem(401, "InvalidAuthenticationToken", "Access token is empty.")
        message = "Lifetime validation failed, the token is expired."
        return self.problem(401, "InvalidAuthenticationToken", message)

    def unavailable(self, status: int) -> Answer:
        return self.problem(status, "serviceNotAvailable", "The service is temporarily unavailable.")

    def throttled(self, mode: str, wait: float) -> Answer:
        code = "ApplicationThrottled" if mode != "concurrent" else "MailboxConcurrency"
        message = "Application is over its MailboxConcurrency limit." if mode == "concurrent" else "Too many requests."
        answer = self.problem(429, code, message)
        answer.headers["Retry-After"] = str(max(1, -int(-wait // 1)))  # vendor-facts §9 [V/S]
        return answer

    def problem(self, status: int, code: str, message: str) -> Answer:
        inner = {"date": iso(self.clock.now())[:-1], "request-id": guid("graph", "problem", len(self.requests))}
        return Answer({"error": {"code": code, "message": message, "innerError": inner}}, status)

    def _bad(self, message: str, code: str = "ErrorInvalidUrlQuery") -> RefusedError:
        return RefusedError(self.problem(400, code, message))

    def _scope(self, asked: Asked, *scopes: str) -> None:
        grant = self.grant(asked)
        given = {scope.rpartition("/")[2] for scope in grant.scope.split()} if grant else set[str]()
        if not given & set(scopes):
            message = "Access is denied. Check credentials and try again."
            raise RefusedError(self.problem(403, "ErrorAccessDenied", message))

    # Mail.

    def _folders(self, asked: Asked) -> Answer:
        self._scope(asked, "Mail.Read", "Mail.ReadWrite")
        return Answer({"value": [render.folder(self.world, name) for name in render.FOLDERS]})

    def _folder(self, asked: Asked) -> str:
        self._scope(asked, "Mail.Read", "Mail.ReadWrite")
        name = render.folder_named(asked.places["folder"])
        if name is None:
            message = "The specified object was not found in the store."
            raise RefusedError(self.problem(404, "ErrorItemNotFound", message))
        return name

    def _made(self, asked: Asked) -> Callable[[Mail], Json]:
        prefer = ", ".join(value for key, value in asked.headers.items() if key == "prefer")
        immutable, plain = "ImmutableId" in prefer, 'body-content-type="text"' in prefer
        select = {name for name in (asked.one("$select") or "").split(",") if name}

        def made(mail: Mail) -> Json:
            row = render.message(mail, immutable=immutable, plain=plain)
            kept = {"@odata.etag", "id", *select}
            return {name: value for name, value in row.items() if not select or name in kept}

        return made

    def _messages(self, asked: Asked) -> Answer:
        name, after = self._folder(asked), self._after(asked)
        mails = [mail for mail in self.world.mails if render.FOLDER_OF[mail.folder] == name]
        mails = [mail for mail in mails if after is None or mail.sent_at >= after]
        mails.sort(key=lambda mail: (mail.sent_at, mail.number), reverse=True)
        size, skip = self._number(asked, "$top", DEFAULT_PAGE), self._number(asked, "$skip", 0)
        size, made = min(size, MAX_PAGE), self._made(asked)
        body: Json = {"@odata.context": f"{self.origin}/v1.0/$metadata#messages"}
        body["value"] = [made(mail) for mail in mails[skip : skip + size]]
        if skip + size < len(mails):
            link = f"{self.origin}/v1.0/me/mailFolders('{name}')/messages?$top={size}&$skip={skip + size}"
            filtering = asked.one("$filter")
            body["@odata.nextLink"] = link + (f"&$filter={quote(filtering)}" if filtering else "")
        return Answer(body)

    def _message(self, asked: Asked) -> Answer:
        self._scope(asked, "Mail.Read", "Mail.ReadWrite")
        made = self._made(asked)
        immutable = "ImmutableId" in asked.headers.get("prefer", "")
        for mail in self.world.mails:
            if render.mail_id(mail.number, render.FOLDER_OF[mail.folder], immutable=immutable) == asked.places["id"]:
                return Answer(made(mail))
        return self.problem(404, "ErrorItemNotFound", "The specified object was not found in the store.")

    def _mail_delta(self, asked: Asked) -> Answer:
        name = self._folder(asked)
        if asked.one("$search"):
            raise self._bad("$search is not supported with delta.")
        immutable = "ImmutableId" in asked.headers.get("prefer", "")
        after = self._after(asked)
        made = self._made(asked)

        def rows(token: Token) -> list[Json | None]:
            return delta.mail_rows(self.world, name, token, made, immutable=immutable, after=after)

        path = f"/v1.0/me/mailFolders('{name}')/messages/delta"
        return self._round(asked, f"mail/{name}", path, rows)

    def _event_delta(self, asked: Asked) -> Answer:
        self._scope(asked, "Calendars.Read", "Calendars.ReadWrite")
        scope = None
        if (text := asked.one("$skiptoken") or asked.one("$deltatoken")) is not None:
            known = delta.read(text)
            scope = known.scope.removeprefix("events/") if known else None
        window = scope or f"{asked.one('startDateTime')}|{asked.one('endDateTime')}"
        try:
            starts, ends = (moment(part) for part in window.split("|"))
        except ValueError:
            raise self._bad("startDateTime and endDateTime are needed.", "ErrorInvalidParameter") from None

        def rows(token: Token) -> list[Json | None]:
            return delta.event_rows(self.world, starts, ends, token)

        return self._round(asked, f"events/{window}", "/v1.0/me/calendarView/delta", rows)

    def _round(self, asked: Asked, scope: str, path: str, rows: Callable[[Token], list[Json | None]]) -> Answer:
        """One page of a round; the page size is set by Prefer, `$top` is ignored (vendor-facts §9 [R])."""
        size = _PAGE_SIZE.search(asked.headers.get("prefer", ""))
        limit = min(int(size[1]), MAX_PAGE) if size else DEFAULT_PAGE
        token = self._token_of(asked, scope)
        found = rows(token)
        shown = [row for row in found[token.place : token.place + limit] if row is not None]
        body: Json = {"@odata.context": f"{self.origin}/v1.0/$metadata#Collection(message)", "value": shown}
        # What was selected and filtered is kept in the token's link.
        kept = "".join(f"&{name}={quote(value)}" for name, value in asked.query if name in {"$select", "$filter"})
        if token.place + limit < len(found):
            following = Token(scope, token.since, token.until, token.place + limit, token.at)
            body["@odata.nextLink"] = f"{self.origin}{path}?$skiptoken={following.text()}{kept}"
        else:
            following = Token(scope, token.until, token.until, 0, token.at)
            body["@odata.deltaLink"] = f"{self.origin}{path}?$deltatoken={following.text()}{kept}"
        return Answer(body)

    def _token_of(self, asked: Asked, scope: str) -> Token:
        latest = self.world.journal[-1].sequence if self.world.journal else 0
        now = self.clock.time()
        if (text := asked.one("$skiptoken")) is not None:
            token = delta.read(text)
            if token is None or token.scope != scope:
                raise self._bad("The skip token is malformed.")
            return token
        if (text := asked.one("$deltatoken")) is None:
            return Token(scope, 0, latest, 0, now)
        token = delta.read(text)
        if token is None or token.scope != scope:
            raise self._bad("The delta token is malformed.")
        if token.at < now - DELTA_KEPT.total_seconds() or self.faults.take_dead_cursor():
            # vendor-facts §9 [V/S]: then a full sync.
            message = "The sync state generation is not found; continuation token is invalid or expired."
            raise RefusedError(self.problem(410, "syncStateNotFound", message))
        return Token(scope, token.since, latest, 0, now)

    def _after(self, asked: Asked) -> datetime | None:
        """`receivedDateTime ge …` is the one filter (vendor-facts §9 [S])."""
        text = asked.one("$filter")
        if text is None:
            return None
        match = _FILTER.fullmatch(text.strip())
        if match is None:
            raise self._bad(f"The query filter is not supported: {text[:60]}")
        try:
            return moment(match[2]) + (timedelta(seconds=1) if match[1] == "gt" else timedelta())
        except ValueError:
            raise self._bad(f"No date: {match[2][:40]}") from None

    def _number(self, asked: Asked, name: str, otherwise: int) -> int:
        text = asked.one(name, str(otherwise)) or ""
        if not text.isdecimal():
            raise self._bad(f"{name} is not a number.")
        return int(text)

    # Subscriptions.

    def _subscriptions(self, asked: Asked) -> Answer:
        if self.faults.take_subscribing():
            self._scope(asked, "nothing that anybody has")
        book = self.subscriptions
        match asked.method:
            case "POST":
                return book.create(asked, self._body(asked))
            case "PATCH":
                return book.renew(asked, self._body(asked))
            case "DELETE":
                return book.delete(asked)
            case _:
                return book.listed()

    def tell(self, change: Change) -> None:
        for url, body in self.subscriptions.posts(change):
            self.webhooks.post(url, body)

    def tell_life(self, event: str) -> None:
        """Posts a lifecycle event of every subscription to its lifecycleNotificationUrl."""
        for url, body in self.subscriptions.life_posts(event):
            self.webhooks.post(url, body)

    def notices(self, change: Change) -> Json:
        """What the live subscriptions are told of a change, as one body."""
        return self.subscriptions.notices(change)

    def lifecycle(self, event: str) -> Json:
        return self.subscriptions.lifecycle(event)

    def _body(self, asked: Asked) -> Json:
        try:
            body: Json = json.loads(asked.body)
        except ValueError:
            raise self._bad("The body is no JSON.", "BadRequest") from None
        return body

    # OAuth.

    def _authorize(self, asked: Asked) -> Answer:
        try:
            to = self.oauth.authorize(dict(asked.query), render.ADDRESS)
        except OAuthError as error:
            return self._refused(error, 700016)
        return Answer(status=302, headers={"location": to})

    def _token(self, asked: Asked) -> Answer:
        fields = asked.form()
        try:
            self.oauth.authenticate(fields.get("client_id"), fields.get("client_secret"))
            tokens = self.oauth.token(fields)
        except OAuthError as error:
            value = fields.get("refresh_token")
            known = any(
                value == each.value for grant in self.oauth.grants if not grant.revoked for each in grant.refresh
            )
            # vendor-facts §9 [S]: 700082 is expiry by inactivity.
            return self._refused(error, 700082 if known else {"invalid_client": 7000215}.get(error.error, 70000))
        answer: Json = {
            "token_type": "Bearer",
            "scope": tokens.grant.scope,
            "expires_in": 3600,
            "ext_expires_in": 3600,
            "access_token": tokens.access_token,
        }
        return Answer({**answer, "refresh_token": tokens.refresh_token} if tokens.refresh_token else answer)

    def _refused(self, error: OAuthError, code: int) -> Answer:
        body = {
            "error": error.error,
            "error_description": f"AADSTS{code}: {error.description}",
            "error_codes": [code],
            "timestamp": self.clock.now().strftime("%Y-%m-%d %H:%M:%SZ"),
            "trace_id": guid("entra", "trace", len(self.requests)),
            "correlation_id": guid("entra", "correlation", len(self.requests)),
            "error_uri": f"https://login.microsoftonline.com/error?code={code}",
        }
        return Answer(body, 401 if error.error == "invalid_client" else 400)


def sign(draft: Draft) -> dict[str, str]:
    """Nothing: notices are not signed, `clientState` is compared (vendor-facts §9 [S])."""
    del draft
    return {}
