"""QuickBooks Online: a query language, change data capture of 30 days, refresh tokens that change daily (§6)."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from starlette.routing import Route

from evals.standins.vendors.kit.budget import Limit
from evals.standins.vendors.kit.oauth import (
    DAY,
    AuthorizationServer,
    OAuthError,
    OAuthRules,
    basic_credentials,
    fields_of,
)
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, RefusedError, VendorServer
from evals.standins.vendors.kit.webhooks import Courier, Draft
from evals.standins.vendors.kit.wire import Json, guid, iso, moment
from evals.standins.vendors.quickbooks import render
from evals.standins.vendors.quickbooks.query import QueryError, read, run
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import Bill, Credit, Customer, Invoice, Product, Thing

VERIFIER_TOKEN = "5b9f4e3c-stand-in-verifier"  # noqa: S105  a made-up subscription's
CDC_KEPT = timedelta(days=30)  # vendor-facts §6 [V]
CDC_MOST = 1000  # vendor-facts §6 [V]
MINOR_VERSION = 75  # vendor-facts §6 [V]

KINDS: dict[str, type[Thing]] = {"Invoice": Invoice, "Customer": Customer, "CreditMemo": Credit, "Bill": Bill}
ENTITIES = ("Customer", "Vendor", "Item", "Invoice", "CreditMemo", "Bill", "Payment", "BillPayment")
UNUSED = (
    "SalesReceipt",
    "RefundReceipt",
    "VendorCredit",
    "Estimate",
    "Purchase",
    "Deposit",
    "Transfer",
    "JournalEntry",
)
"""Entities that every company has, and this one has nothing of."""
WEBHOOK_NAMES: dict[str, str] = {
    "customer": "Customer",
    "invoice": "Invoice",
    "credit": "CreditMemo",
    "bill": "Bill",
    "product": "Item",
}
OPERATIONS = {"created": "Create", "updated": "Update", "deleted": "Delete"}


class QuickBooksStandIn(VendorServer):
    """One company, `render.REALM`, with multicurrency on and euros at home."""

    vendor: ClassVar[str] = "quickbooks"
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit("minute", 500, 60.0),  # vendor-facts §6 [V]
        Limit("concurrent", 10),  # vendor-facts §6 [V]
    )
    throttle_modes: ClassVar[tuple[str, ...]] = ("minute", "concurrent")

    def __init__(self, world: World, *, enforce_limits: bool = True, limits: tuple[Limit, ...] | None = None) -> None:
        super().__init__(world, enforce_limits=enforce_limits, limits=limits)
        self.webhooks = Courier(self.clock, sign, VERIFIER_TOKEN)

    def authorization_server(self) -> AuthorizationServer:
        # The former value goes on for a day [K].
        rules = OAuthRules(
            3600, "daily", refresh_seconds=100 * DAY, refresh_hard_seconds=5 * 365 * DAY, grace_seconds=DAY
        )
        return AuthorizationServer(
            "quickbooks", self.clock, rules, prefix=lambda kind: "eyJ" if kind == "access" else "RT1-"
        )

    def routes(self) -> Iterator[Route]:
        yield self.open("/connect/oauth2", self._authorize)
        yield self.open("/oauth2/v1/tokens/bearer", self._token, ("POST",))
        yield self.open("/v2/oauth2/tokens/revoke", self._revoke, ("POST",))
        yield self.api("/v3/company/{realm}/query", self._query, ("GET", "POST"))
        yield self.api("/v3/company/{realm}/cdc", self._cdc)
        yield self.api("/v3/company/{realm}/companyinfo/{id}", self._company)
        yield self.api("/v3/company/{realm}/preferences", self._preferences)
        yield self.api("/v3/company/{realm}/{entity}/{id}", self._one)

    def dressed(self, asked: Asked, answer: Answer) -> Answer:
        del asked
        answer.headers["intuit_tid"] = f"1-{guid('tid', len(self.requests))}"
        return answer

    def unauthorized(self, asked: Asked) -> Answer:
        del asked
        message = "message=AuthenticationFailed; errorCode=003200; statusCode=401"
        return self._fault(401, message, "Token expired or invalid", "3200", "AuthenticationFault")

    def unavailable(self, status: int) -> Answer:
        return self._fault(status, "An application error has occurred", "System Failure Error", "10000", "SystemFault")

    def throttled(self, mode: str, wait: float) -> Answer:
        # vendor-facts §6 [S]; whether there is a Retry-After is not verified, so there is none.
        del mode, wait
        message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
        return self._fault(429, message, "You have exceeded the limit", "3001", "ThrottleFault")

    def _fault(self, status: int, message: str, detail: str, code: str, kind: str = "ValidationFault") -> Answer:
        error = {"Message": message, "Detail": detail, "code": code}
        return Answer({"Fault": {"Error": [error], "type": kind}, "time": render.stamp(self.clock.now())}, status)

    # Reading.

    def _rows(self, entity: str) -> list[Json]:
        world = self.world
        rows: dict[str, Callable[[], list[Json]]] = {
            "Customer": lambda: [render.customer(world, each) for each in world.every(Customer)],
            "Vendor": lambda: render.vendors(world),
            "Item": lambda: [render.item(world, each, sold) for each in world.every(Product) for sold in each.variants],
            "Invoice": lambda: [render.invoice(world, each) for each in world.invoices if each.status != "draft"],
            "CreditMemo": lambda: [render.credit(world, each) for each in world.credits],
            "Bill": lambda: [render.bill(world, each) for each in world.bills if each.status != "void"],
            "Payment": lambda: [render.payment(each, part) for each in world.invoices for part in each.settlements],
            "BillPayment": lambda: [
                render.bill_payment(each, part) for each in world.bills for part in each.settlements
            ],
            "CompanyInfo": lambda: [render.company(world)],
            **dict.fromkeys(UNUSED, list[Json]),
        }
        known = {name.lower(): name for name in rows}
        name = known.get(entity.lower())
        if name is None:
            message = f"QueryValidationError: Invalid context declaration: {entity}"
            raise RefusedError(self._fault(400, "Error validating query", message, "4001"))
        return rows[name]()

    def _query(self, asked: Asked) -> Answer:
        self._realm(asked)
        text = asked.body.decode() if asked.method == "POST" else asked.one("query") or ""
        try:
            query = read(text)
        except QueryError as error:
            raise RefusedError(self._fault(400, "Error parsing query", str(error), "4000")) from None
        found = run(query, self._rows(query.entity))
        if query.count:
            return self._timed({"QueryResponse": {"totalCount": len(found)}})
        page = found[query.start - 1 : query.start - 1 + query.most]
        if not page:
            return self._timed({"QueryResponse": {}})  # vendor-facts §6 [K]
        # totalCount is what this answer holds, as recorded [R]: it does not tell of further pages.
        body = {query.entity: page, "startPosition": query.start, "maxResults": len(page), "totalCount": len(page)}
        return self._timed({"QueryResponse": body})

    def _cdc(self, asked: Asked) -> Answer:
        self._realm(asked)
        now = self.clock.now()
        try:
            since = moment(asked.one("changedSince") or "")
        except ValueError:
            raise RefusedError(self._fault(400, "Invalid date", "changedSince is no date", "2090")) from None
        if since < now - CDC_KEPT or self.faults.take_dead_cursor():
            message = "changedSince is more than 30 days ago"
            raise RefusedError(self._fault(400, "Invalid changedSince", message, "2090"))
        parts: list[Json] = []
        for entity in (asked.one("entities") or "").split(","):
            changed = [row for row in self._rows(entity) if moment(row["MetaData"]["LastUpdatedTime"]) >= since]
            changed = [*changed, *self._deleted(entity, since)][:CDC_MOST]
            parts.append({entity: changed, "startPosition": 1, "maxResults": len(changed)} if changed else {})
        return self._timed({"CDCResponse": [{"QueryResponse": parts}]})

    def _deleted(self, entity: str, since: datetime) -> list[Json]:
        """Transactions that are no more; list entities are only inactive."""
        kind = KINDS.get(entity)
        if kind is None or kind is Customer:
            return []
        gone = [each for each in self.world.every(kind) if each.deleted_at is not None and each.deleted_at >= since]
        return [
            {
                "domain": "QBO",
                "status": "Deleted",
                "Id": str(each.number),
                "MetaData": {"LastUpdatedTime": render.stamp(each.updated_at)},
            }
            for each in gone
        ]

    def _one(self, asked: Asked) -> Answer:
        self._realm(asked)
        name = next((n for n in ENTITIES if n.lower() == asked.places["entity"].lower()), asked.places["entity"])
        for row in self._rows(name):
            if row["Id"] == asked.places["id"]:
                return self._timed({name: row})
        detail = "Object Not Found : Something you're trying to use has been made inactive."
        return self._fault(400, "Object Not Found", detail, "610")

    def _company(self, asked: Asked) -> Answer:
        self._realm(asked)
        return self._timed({"CompanyInfo": render.company(self.world)})

    def _preferences(self, asked: Asked) -> Answer:
        self._realm(asked)
        return self._timed({"Preferences": render.preferences()})

    def _timed(self, body: Json) -> Answer:
        return Answer({**body, "time": render.stamp(self.clock.now())})

    def _realm(self, asked: Asked) -> None:
        grant = self.grant(asked)
        if asked.places["realm"] != render.REALM or grant is None or grant.account != render.REALM:
            message = "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
            raise RefusedError(self._fault(403, message, "Wrong company", "3100", "AuthorizationFault"))

    # OAuth.

    def _authorize(self, asked: Asked) -> Answer:
        try:
            to = self.oauth.authorize(dict(asked.query), render.REALM, lambda _: {"realmId": render.REALM})
        except OAuthError as error:
            return Answer({"error": error.error, "error_description": error.description}, 400)
        return Answer(status=302, headers={"location": to})

    def _token(self, asked: Asked) -> Answer:
        try:
            self.oauth.authenticate(*basic_credentials(asked))
            tokens = self.oauth.token(asked.form())
        except OAuthError as error:
            status = 401 if error.error == "invalid_client" else 400
            return Answer({"error": error.error, "error_description": error.description}, status)
        expires, now = tokens.refresh_expires_at, self.clock.now()
        answer: Json = {
            "token_type": "bearer",
            "access_token": tokens.access_token,
            "expires_in": 3600,
            "refresh_token": tokens.refresh_token,
            "x_refresh_token_expires_in": int((expires - now).total_seconds()) if expires else None,
        }
        if asked.headers.get("x-include-refresh-token-hard-expires-in") == "true":
            # vendor-facts §6 [V]
            hard = tokens.grant.consented_at + timedelta(seconds=5 * 365 * DAY)
            answer["x_refresh_token_hard_expires_in"] = int((hard - now).total_seconds())
        return Answer(answer)

    def _revoke(self, asked: Asked) -> Answer:
        try:
            self.oauth.authenticate(*basic_credentials(asked))
        except OAuthError as error:
            return Answer({"error": error.error}, 401)
        return Answer(status=200 if self.oauth.revoke(fields_of(asked).get("token", "")) else 400)


def cloud_events(changes: list[tuple[str, Change]]) -> list[Json]:
    """The payload since 2026: an array of CloudEvents; each change with its realm, so one post may mix them (§6 [V])."""
    made: list[Json] = []
    for realm, change in changes:
        name = WEBHOOK_NAMES[change.kind].lower()
        made.append(
            {
                "specversion": "1.0",
                "id": guid("qbo-event", realm, change.sequence),
                "source": f"intuit.{guid('qbo-source')}",
                "type": f"qbo.{name}.{change.action}.v1",
                "datacontenttype": "application/json",
                "time": iso(change.at),
                "intuitentityid": str(change.number),
                "intuitaccountid": realm,
                "data": {},
            }
        )
    return made


def old_notifications(changes: list[tuple[str, Change]]) -> Json:
    """The payload until then."""
    by_realm: dict[str, list[Json]] = {}
    for realm, change in changes:
        entity = {
            "name": WEBHOOK_NAMES[change.kind],
            "id": str(change.number),
            "operation": OPERATIONS[change.action],
            "lastUpdated": iso(change.at),
        }
        by_realm.setdefault(realm, []).append(entity)
    notices = [{"realmId": realm, "dataChangeEvent": {"entities": each}} for realm, each in by_realm.items()]
    return {"eventNotifications": notices}


def sign(draft: Draft) -> dict[str, str]:
    """base64(HMAC-SHA256(verifier token, raw body)) (vendor-facts §6 [V/S])."""
    mark = hmac.new(draft.keys[0].encode(), draft.body, hashlib.sha256).digest()
    return {"intuit-signature": base64.b64encode(mark).decode()}
