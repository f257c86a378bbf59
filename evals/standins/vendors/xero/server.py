"""Xero: tenants, pages only when asked for, three limits in fixed windows, rotating refresh tokens (vendor-facts §7)."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from starlette.routing import Route

from evals.standins.vendors.kit.budget import Limit
from evals.standins.vendors.kit.oauth import (
    DAY,
    AuthorizationServer,
    Grant,
    OAuthError,
    OAuthRules,
    basic_credentials,
)
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, RefusedError, VendorServer
from evals.standins.vendors.kit.webhooks import Courier, Draft
from evals.standins.vendors.kit.wire import Json, guid, iso, moment
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import Bill, Customer, Invoice
from evals.standins.vendors.xero import render

WEBHOOK_KEY = "standInWebhookKeyOfXero0123456789=="
PAGE_SIZE, MAX_PAGE_SIZE = 100, 1000  # vendor-facts §7 [S]
ROTATING = OAuthRules(1800, "grace", refresh_seconds=60 * DAY, grace_seconds=1800, pkce=True)  # vendor-facts §7 [V]
WITHOUT_OFFLINE = OAuthRules(1800, None, pkce=True)
SCOPES = {
    "Invoices": ("accounting.transactions", "accounting.invoices"),
    "CreditNotes": ("accounting.transactions", "accounting.invoices"),
    "Payments": ("accounting.transactions", "accounting.payments"),
    "BankTransactions": ("accounting.transactions", "accounting.banktransactions"),
    "BankTransfers": ("accounting.transactions", "accounting.banktransactions"),
    "Contacts": ("accounting.contacts",),
    "Items": ("accounting.settings",),
    "Organisation": ("accounting.settings",),
}
"""The broad and the granular names (vendor-facts §7 [S]); each also with `.read`."""

_SIMPLE = re.compile(r"""\s*(\w+)\s*(==|!=|>=|<=|>|<)\s*("[^"]*"|DateTime\((\d+),\s*(\d+),\s*(\d+)\)|[\d.]+)\s*""")

Row = tuple[datetime, Json]


class XeroStandIn(VendorServer):
    """One organisation, `render.TENANT`. Windows are fixed: they begin at whole minutes and days."""

    vendor: ClassVar[str] = "xero"
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit("concurrent", 5, prefix="/api.xro"),
        Limit("minute", 60, 60.0, fixed=True, prefix="/api.xro"),
        Limit("day", 5000, float(DAY), fixed=True, prefix="/api.xro"),
        Limit("appminute", 10_000, 60.0, fixed=True, prefix="/api.xro"),
    )  # vendor-facts §7 [V]
    throttle_modes: ClassVar[tuple[str, ...]] = ("minute", "day", "concurrent", "appminute")

    def __init__(self, world: World, *, enforce_limits: bool = True, limits: tuple[Limit, ...] | None = None) -> None:
        super().__init__(world, enforce_limits=enforce_limits, limits=limits)
        self.connected = True
        self.webhooks = Courier(self.clock, sign, WEBHOOK_KEY)

    def authorization_server(self) -> AuthorizationServer:
        def rules_of(grant: Grant) -> OAuthRules:
            return ROTATING if "offline_access" in grant.scope.split() else WITHOUT_OFFLINE

        return AuthorizationServer("xero", self.clock, ROTATING, rules_of=rules_of)

    def routes(self) -> Iterator[Route]:
        yield self.open("/identity/connect/authorize", self._authorize)
        yield self.open("/connect/token", self._token, ("POST",))
        yield self.open("/connect/revocation", self._revoke, ("POST",))
        yield self.api("/connections", self._connections)
        yield self.api("/connections/{id}", self._disconnect, ("DELETE",))
        for name in ("Invoices", "CreditNotes", "Payments", "Contacts", "Items"):
            yield self.api(f"/api.xro/2.0/{name}", self._list(name))
            yield self.api(f"/api.xro/2.0/{name}/{{id}}", self._one(name))
        for name in ("BankTransactions", "BankTransfers"):
            yield self.api(f"/api.xro/2.0/{name}", self._list(name))
        yield self.api("/api.xro/2.0/Organisation", self._organisation)

    def unauthorized(self, asked: Asked) -> Answer:
        known = any(self.token_in(asked) in grant.access for grant in self.oauth.grants)
        detail = "TokenExpired: token expired" if known else "AuthenticationUnsuccessful"
        return _problem(401, "Unauthorized", detail)

    def unavailable(self, status: int) -> Answer:
        return _problem(status, "The server is currently unavailable", "ServerUnavailable")

    def throttled(self, mode: str, wait: float) -> Answer:
        headers = {"X-Rate-Limit-Problem": mode}
        if mode != "concurrent":
            # Only minute and day say how long to wait (vendor-facts §7 [V]).
            headers["Retry-After"] = str(max(1, -int(-wait // 1)))
        return Answer(b"", 429, headers)

    def dressed(self, asked: Asked, answer: Answer) -> Answer:
        names = {limit.name for limit in self.budget.limits}
        for header, name in (("X-MinLimit", "minute"), ("X-DayLimit", "day"), ("X-AppMinLimit", "appminute")):
            if name in names and asked.path.startswith("/api.xro"):
                answer.headers[f"{header}-Remaining"] = str(self.budget.left(name, self.clock.now()))
        answer.headers["Xero-Correlation-Id"] = guid("xero", "request", len(self.requests))
        if answer.status == 200 and asked.path.startswith("/api.xro") and "json" not in asked.headers.get("accept", ""):
            # XML unless JSON is asked for [K].
            return Answer(b"<Response><Status>OK</Status></Response>", 200, answer.headers, "text/xml")
        return answer

    # Reading.

    def _rows(self, name: str, asked: Asked, *, lines: bool) -> list[Row]:
        world, digits = self.world, 4 if asked.one("unitdp") == "4" else render.UNIT_DIGITS
        papers: list[Invoice | Bill] = [*world.every(Invoice), *world.every(Bill)]
        match name:
            case "Invoices":
                return [(each.updated_at, render.invoice(world, each, lines=lines, digits=digits)) for each in papers]
            case "CreditNotes":
                return [
                    (each.updated_at, render.credit(world, each, lines=lines, digits=digits)) for each in world.credits
                ]
            case "Payments":
                return [
                    (render.midnight(part.on), render.payment(world, each, part))
                    for each in papers
                    for part in each.settlements
                ]
            case "Contacts":
                everyone = asked.one("includeArchived") == "true" or "id" in asked.places
                seen = world.every(Customer) if everyone else world.customers
                return [*((each.updated_at, render.contact(each)) for each in seen), *render.suppliers(world)]
            case "BankTransactions" | "BankTransfers":
                return []  # this business moves money with its papers only
            case _:
                return [(p.updated_at, render.item(p, sold, digits)) for p in world.products for sold in p.variants]

    def _list(self, name: str) -> Callable[[Asked], Answer]:
        def answer(asked: Asked) -> Answer:
            self._allowed(asked, name)
            paged = asked.one("page") is not None and name not in {"Items", "BankTransfers"}
            rows = self._ordered(self._filtered(self._rows(name, asked, lines=paged), asked), asked)
            body = self._envelope()
            if paged:
                page, size = _count(asked, "page", 1), _count(asked, "pageSize", PAGE_SIZE)
                if size > MAX_PAGE_SIZE:
                    raise _invalid(f"pageSize is at most {MAX_PAGE_SIZE}")
                # The key is there only when a page is asked for (vendor-facts §7 [R]).
                pages = -(-len(rows) // size)
                body["pagination"] = {"page": page, "pageSize": size, "pageCount": pages, "itemCount": len(rows)}
                rows = rows[(page - 1) * size : page * size]
            return Answer({**body, name: [row for _, row in rows]})

        return answer

    def _one(self, name: str) -> Callable[[Asked], Answer]:
        def answer(asked: Asked) -> Answer:
            self._allowed(asked, name)
            key = {"Items": "ItemID", "Contacts": "ContactID"}.get(name, f"{name.removesuffix('s')}ID")
            found = [row for _, row in self._rows(name, asked, lines=True) if row[key] == asked.places["id"]]
            if not found:
                return Answer(b"The resource you're looking for cannot be found", 404, content_type="text/html")
            return Answer({**self._envelope(), name: found})

        return answer

    def _organisation(self, asked: Asked) -> Answer:
        self._allowed(asked, "Organisation")
        made = render.organisation(self.clock.now() - timedelta(days=400))
        return Answer({**self._envelope(), "Organisations": [made]})

    def _envelope(self) -> Json:
        now = self.clock.now()
        return {
            "Id": guid("xero", "answer", len(self.requests)),
            "Status": "OK",
            "ProviderName": "Stand-in",
            "DateTimeUTC": render.ms_date(now).replace("+0000", ""),
        }

    def _filtered(self, rows: list[Row], asked: Asked) -> list[Row]:
        if since := asked.headers.get("if-modified-since"):
            try:
                edge = moment(since)
            except ValueError:
                raise _invalid("If-Modified-Since is no date") from None
            rows = [row for row in rows if row[0] > edge]
        for name, key in (("Statuses", "Status"), ("InvoiceNumbers", "InvoiceNumber"), ("IDs", "ContactID")):
            if wanted := asked.one(name):
                rows = [row for row in rows if row[1].get(key) in wanted.split(",")]
        for piece in re.split(r"\s*(?:AND|&&)\s*", asked.one("where") or ""):
            if piece:
                rows = [row for row in rows if _fits(row, piece)]
        return rows

    def _ordered(self, rows: list[Row], asked: Asked) -> list[Row]:
        field, _, way = (asked.one("order") or "UpdatedDateUTC ASC").partition(" ")
        numbered = enumerate(rows)
        key: Callable[[tuple[int, Row]], Any] = lambda item: (item[1][0], item[0])  # noqa: E731
        if field not in {"UpdatedDateUTC", "Date"}:
            key = lambda item: (str(item[1][1].get(field, "")), item[0])  # noqa: E731
        return [row for _, row in sorted(numbered, key=key, reverse=way.strip().upper() == "DESC")]

    def _allowed(self, asked: Asked, name: str) -> None:
        grant = self.grant(asked)
        tenant = asked.headers.get("xero-tenant-id")
        if tenant != render.TENANT or not self.connected:
            raise RefusedError(_problem(403, "Forbidden", "AuthenticationUnsuccessful"))
        given = set(grant.scope.split()) if grant else set[str]()
        if not any({scope, f"{scope}.read"} & given for scope in SCOPES[name]):
            raise RefusedError(_problem(401, "Unauthorized", "AuthorizationUnsuccessful"))

    # Connections and OAuth.

    def _connections(self, asked: Asked) -> Answer:
        del asked
        at = iso(self.clock.now(), "microseconds")
        connection = {
            "id": guid("xero", "connection"),
            "authEventId": guid("xero", "consent"),
            "tenantId": render.TENANT,
            "tenantType": "ORGANISATION",
            "tenantName": "Rösthaus ☕",
            "createdDateUtc": at,
            "updatedDateUtc": at,
        }
        return Answer([connection] if self.connected else [])

    def _disconnect(self, asked: Asked) -> Answer:
        if asked.places["id"] != guid("xero", "connection") or not self.connected:
            return _problem(404, "Not Found", "No such connection")
        self.connected = False
        return Answer(status=204)

    def _authorize(self, asked: Asked) -> Answer:
        try:
            to = self.oauth.authorize(dict(asked.query), render.TENANT)
        except OAuthError as error:
            return Answer({"error": error.error}, 400)
        return Answer(status=302, headers={"location": to})

    def _token(self, asked: Asked) -> Answer:
        fields = asked.form()
        client, secret = basic_credentials(asked)
        try:
            public = client is None
            self.oauth.authenticate(client or fields.get("client_id"), secret, public=public)
            tokens = self.oauth.token(fields)
        except OAuthError as error:
            return Answer({"error": error.error}, 400)
        answer: Json = {"access_token": tokens.access_token, "expires_in": 1800, "token_type": "Bearer"}
        if tokens.refresh_token:
            answer["refresh_token"] = tokens.refresh_token
        return Answer({**answer, "scope": tokens.grant.scope})

    def _revoke(self, asked: Asked) -> Answer:
        try:
            self.oauth.authenticate(*basic_credentials(asked))
        except OAuthError as error:
            return Answer({"error": error.error}, 400)
        self.oauth.revoke(asked.form().get("token", ""))
        return Answer()

    def notice(self, changes: list[Change]) -> Json:
        """A webhook's body. Payments and items have no events (vendor-facts §7 [V])."""
        categories = {"customer": ("CONTACT", "Contacts"), "invoice": ("INVOICE", "Invoices"), "bill": ("INVOICE", "Invoices"), "credit": ("CREDITNOTE", "CreditNotes")}  # fmt: skip
        made: list[Json] = []
        for change in changes:
            if change.kind in categories:
                category, path = categories[change.kind]
                ident = guid("xero", change.kind, change.number)
                made.append(
                    {
                        "resourceUrl": f"https://api.xero.com/api.xro/2.0/{path}/{ident}",
                        "resourceId": ident,
                        "tenantId": render.TENANT,
                        "tenantType": "ORGANISATION",
                        "eventCategory": category,
                        "eventType": "CREATE" if change.action == "created" else "UPDATE",
                        "eventDateUtc": change.at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3],
                    }
                )
        first = changes[0].sequence if changes else 0
        last = changes[-1].sequence if changes else 0
        entropy = guid("xero", "entropy", first, last)[:20].upper()
        return {"events": made, "firstEventSequence": first, "lastEventSequence": last, "entropy": entropy}

    def intent_to_receive(self, url: str) -> list[int]:
        """Xero's check of a new address: posts without events, some signed wrong on purpose; the statuses that came.
        Right are 200 for the first and the third, 401 for the others (vendor-facts §7 [V])."""
        body = self.notice([])
        return [self.webhooks.post(url, body, key=key).status_code for key in (None, "wrong", None, "also wrong")]


def sign(draft: Draft) -> dict[str, str]:
    """base64(HMAC-SHA256(webhook key, raw body)) (vendor-facts §7 [V])."""
    mark = hmac.new(draft.keys[0].encode(), draft.body, hashlib.sha256).digest()
    return {"x-xero-signature": base64.b64encode(mark).decode()}


def _problem(status: int, title: str, detail: str) -> Answer:
    body: Json = {
        "Type": None,
        "Title": title,
        "Status": status,
        "Detail": detail,
        "Instance": guid("xero", detail),
        "Extensions": {},
    }
    return Answer(body, status)


def _invalid(message: str) -> RefusedError:
    return RefusedError(Answer({"ErrorNumber": 16, "Type": "QueryParseException", "Message": message}, 400))


def _count(asked: Asked, name: str, otherwise: int) -> int:
    text = asked.one(name, str(otherwise)) or ""
    if not text.isdecimal() or int(text) < 1:
        raise _invalid(f"{name} is not a whole number from 1")
    return int(text)


def _fits(row: Row, piece: str) -> bool:
    match = _SIMPLE.fullmatch(piece)
    if match is None:
        raise _invalid(f"No such expression: {piece[:60]}")
    name, operator, text = match[1], match[2], match[3]
    left: Any = row[1].get(name)
    right: Any = text.strip('"')
    if match[4]:
        left, right = row[0], datetime(int(match[4]), int(match[5]), int(match[6]), tzinfo=UTC)
    elif not text.startswith('"'):
        left, right = Decimal(str(left or 0)), Decimal(text)
    order = (left > right) - (left < right) if left is not None else -1
    return {"==": order == 0, "!=": order != 0, ">=": order >= 0, "<=": order <= 0, ">": order > 0, "<": order < 0}[
        operator
    ]
