"""Square: opaque cursors, windows and locations that must be named, two kinds of refresh tokens (vendor-facts §3)."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from starlette.routing import Route

from evals.standins.vendors.kit.budget import Limit
from evals.standins.vendors.kit.oauth import AuthorizationServer, Grant, OAuthError, OAuthRules, fields_of
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, RefusedError, VendorServer
from evals.standins.vendors.kit.webhooks import Courier
from evals.standins.vendors.kit.wire import Json, iso, moment, part
from evals.standins.vendors.square import events, render
from evals.standins.vendors.square.paging import Row, page, problem, refused
from evals.standins.vendors.square.subscriptions import Subscriptions
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import RATES, Product, Thing

VERSION = "2026-09-16"  # vendor-facts §3 [V]
KEY = "EAAAStandInSandboxAccessTokenOfTheRoastery0123456789"
SIGNATURE_KEY = "standInSignatureKey0"
DAY = 86_400
YEAR = timedelta(days=365)
EVENTS_KEPT = timedelta(days=28)  # vendor-facts §3 [V]

CODE_RULES = OAuthRules(30 * DAY, "same", pkce=True)  # vendor-facts §3 [V]
PKCE_RULES = OAuthRules(30 * DAY, "single_use", refresh_seconds=90 * DAY, pkce=True)  # vendor-facts §3 [V]
SHORT_RULES = OAuthRules(DAY, "same", pkce=True)  # vendor-facts §3 [V]

T = TypeVar("T", bound=Thing)


class SquareStandIn(VendorServer):
    """One merchant with a location for each currency; the main one is in euros.

    `index_delay`: seconds before a new or changed customer can be found (vendor-facts §3 [V]: 30 to 60).
    """

    vendor: ClassVar[str] = "square"
    # Not published (vendor-facts §3 [V]): more at once than this is taken for too many, so that every request is counted.
    limits: ClassVar[tuple[Limit, ...]] = (Limit("concurrent", 4),)
    throttle_modes: ClassVar[tuple[str, ...]] = ("RATE_LIMITED",)

    def __init__(self, world: World, *, enforce_limits: bool = True, limits: tuple[Limit, ...] | None = None) -> None:
        self.key = KEY
        self.index_delay = 30.0
        super().__init__(world, enforce_limits=enforce_limits, limits=limits)
        self.webhooks = Courier(self.clock, events.sign, SIGNATURE_KEY)
        self.subscriptions = Subscriptions(self.deliverer.begin, problem)

    def authorization_server(self) -> AuthorizationServer:
        def rules_of(grant: Grant) -> OAuthRules:
            if grant.uses_pkce:
                return PKCE_RULES
            return SHORT_RULES if grant.extra.get("fields", {}).get("short_lived") == "true" else CODE_RULES

        return AuthorizationServer(
            "square",
            self.clock,
            CODE_RULES,
            prefix=lambda kind: "EAAA" if kind == "access" else "EQAA",
            rules_of=rules_of,
        )

    def routes(self) -> Iterator[Route]:
        yield self.open("/oauth2/authorize", self._authorize)
        yield self.open("/oauth2/token", self._token, ("POST",))
        yield self.open("/oauth2/revoke", self._revoke, ("POST",))
        yield self.api("/oauth2/token/status", self._status, ("POST",))
        yield self.api("/v2/locations", self._locations)
        yield self.api("/v2/merchants/{id}", lambda _: Answer({"merchant": render.merchant()}))
        yield self.api("/v2/customers", self._customers)
        yield self.api("/v2/customers/search", self._search_customers, ("POST",))
        yield self.api("/v2/orders/search", self._orders, ("POST",))
        yield self.api("/v2/orders/{id}", self._order)
        yield self.api("/v2/payments", self._payments)
        yield self.api("/v2/refunds", self._refunds)
        yield self.api("/v2/payouts", self._payouts)
        yield self.api("/v2/catalog/search", self._catalog, ("POST",))
        yield self.api("/v2/catalog/list", self._catalog_list)
        yield self.api("/v2/inventory/counts/batch-retrieve", self._counts, ("POST",))
        yield self.api("/v2/invoices", self._invoices)
        yield self.api("/v2/events", self._events, ("POST",))
        yield self.api("/v2/webhooks/subscriptions", self._subscriptions, ("POST", "GET"))
        yield self.api("/v2/webhooks/subscriptions/{id}", self._subscriptions, ("DELETE",))

    def is_key(self, token: str) -> bool:
        return token == self.key

    def dressed(self, asked: Asked, answer: Answer) -> Answer:
        # The version that is used is echoed (vendor-facts §3 [R]).
        answer.headers["square-version"] = asked.headers.get("square-version", VERSION)
        return answer

    def unauthorized(self, asked: Asked) -> Answer:
        token = self.token_in(asked)
        now = self.clock.now()
        old = any(
            token in grant.access and (grant.access[token] or now) <= now and not grant.revoked
            for grant in self.oauth.grants
            if token is not None
        )
        code = "ACCESS_TOKEN_EXPIRED" if old else "UNAUTHORIZED"
        return problem(401, "AUTHENTICATION_ERROR", code, "This request could not be authorized.")

    def unavailable(self, status: int) -> Answer:
        return problem(status, "API_ERROR", "SERVICE_UNAVAILABLE", "The service is unavailable.")

    def throttled(self, mode: str, wait: float) -> Answer:
        del mode, wait
        return problem(429, "RATE_LIMIT_ERROR", "RATE_LIMITED", "Too many requests.")  # vendor-facts §3 [V]

    def _subscriptions(self, asked: Asked) -> Answer:
        # Not with a merchant's permission (developer.squareup.com/docs/webhooks/webhook-subscriptions-api) [V].
        if not self.is_key(self.token_in(asked) or "") or self.faults.take_subscribing():
            return problem(403, "AUTHENTICATION_ERROR", "FORBIDDEN", "A personal access token is needed.")
        book = self.subscriptions
        return {"POST": book.create, "GET": book.listed, "DELETE": book.delete}[asked.method](asked)

    def tell(self, change: Change) -> None:
        kind = events.type_of(change)
        for url, key in self.subscriptions.told(kind) if kind is not None else ():
            self.webhooks.post(url, events.event(self.world, change), key=key)

    # Lists.

    def _locations(self, asked: Asked) -> Answer:
        self._scope(asked, "MERCHANT_PROFILE_READ")
        return Answer({"locations": [render.location(self.world, currency) for currency in RATES]})

    def _customers(self, asked: Asked) -> Answer:
        self._scope(asked, "CUSTOMERS_READ")
        limit = self._limit(asked.one("limit"), 100, 100)
        descending = asked.one("sort_order") == "DESC"
        rows = self._found_customers(by_creation=asked.one("sort_field") == "CREATED_AT")
        return self._page(asked, rows, "customers", limit, descending=descending)

    def _search_customers(self, asked: Asked) -> Answer:
        self._scope(asked, "CUSTOMERS_READ")
        body = _json(asked)
        window = part(body, "query", "filter", "updated_at")
        limit = self._limit(body.get("limit"), 100, 100)
        rows = _within(self._found_customers(by_creation=False), window)
        descending = part(body, "query", "sort").get("order") == "DESC"
        return self._posted_page(body, rows, "customers", limit, descending=descending)

    def _found_customers(self, *, by_creation: bool) -> list[Row]:
        indexed = self.clock.now() - timedelta(seconds=self.index_delay)
        seen = [thing for thing in self.world.customers if thing.updated_at <= indexed]
        return _rows(
            seen,
            lambda thing: thing.created_at if by_creation else thing.updated_at,
            lambda thing: render.customer(self.world, thing),
        )

    def _orders(self, asked: Asked) -> Answer:
        self._scope(asked, "ORDERS_READ")
        body = _json(asked)
        places: list[str] = body.get("location_ids") or []
        if not places or len(places) > 10:
            raise refused("BAD_REQUEST", "Between 1 and 10 location_ids are needed.", "location_ids")
        sorting = part(body, "query", "sort")
        sort = str(sorting.get("sort_field", "CREATED_AT"))
        window = part(body, "query", "filter", "date_time_filter")
        for name in window:
            if name.upper() != sort:
                # vendor-facts §3 [V]
                raise refused("BAD_REQUEST", f"A filter by {name} needs sort_field {name.upper()}.", "query.sort")
        states: list[str] = part(body, "query", "filter", "state_filter").get("states") or []
        orders = [order for order in self.world.orders if render.location_id(order.currency) in places]
        rows = _rows(
            orders,
            lambda order: order.updated_at if sort == "UPDATED_AT" else order.created_at,
            lambda order: render.order(self.world, order),
        )
        rows = _within(rows, part(window, sort.lower()))
        if states:
            rows = [row for row in rows if row.made()["state"] in states]
        # The default order is the newest first.
        descending = sorting.get("sort_order", "DESC") == "DESC"
        limit = self._limit(body.get("limit"), 500, 1000)
        return self._posted_page(body, rows, "orders", limit, descending=descending)

    def _order(self, asked: Asked) -> Answer:
        self._scope(asked, "ORDERS_READ")
        for order in self.world.orders:
            if render.ident("order", order.number) == asked.places["id"]:
                return Answer({"order": render.order(self.world, order)})
        return problem(404, "INVALID_REQUEST_ERROR", "NOT_FOUND", "Order not found.")

    def _payments(self, asked: Asked) -> Answer:
        self._scope(asked, "PAYMENTS_READ")
        # Without a location only the main one (vendor-facts §3 [V]).
        place = asked.one("location_id", render.MAIN_LOCATION)
        seen = [payment for payment in self.world.payments if render.location_id(payment.currency) == place]
        return self._windowed(asked, seen, "payments", lambda payment: render.payment(self.world, payment))

    def _refunds(self, asked: Asked) -> Answer:
        self._scope(asked, "PAYMENTS_READ")
        place = asked.one("location_id")
        paid = {payment.order for payment in self.world.payments if payment.status == "succeeded"}
        seen = [refund for refund in self.world.refunds if refund.order in paid]
        seen = [refund for refund in seen if place is None or render.location_id(refund.currency) == place]
        return self._windowed(asked, seen, "refunds", lambda refund: render.refund(self.world, refund))

    def _windowed(self, asked: Asked, things: Iterable[T], name: str, made: Callable[[T], Json]) -> Answer:
        """Payments and refunds: by creation in the last year, or by update where it is asked for (§3 [V])."""
        changed = asked.one("sort_field") == "UPDATED_AT"
        if (asked.one("updated_at_begin_time") or asked.one("updated_at_end_time")) and not changed:
            raise refused("BAD_REQUEST", "updated_at_begin_time needs sort_field UPDATED_AT.", "sort_field")
        rows = _rows(things, lambda thing: thing.updated_at if changed else thing.created_at, made)
        since = self.clock.now() - YEAR
        begins = asked.one("updated_at_begin_time" if changed else "begin_time") or iso(since)
        ends = asked.one("updated_at_end_time" if changed else "end_time")
        rows = _within(rows, {"start_at": begins, **({"end_at": ends} if ends else {})})
        limit = self._limit(asked.one("limit"), 100, 100)
        return self._page(asked, rows, name, limit, descending=asked.one("sort_order", "DESC") == "DESC")

    def _payouts(self, asked: Asked) -> Answer:
        self._scope(asked, "PAYOUTS_READ")
        place = asked.one("location_id")
        seen = [each for each in self.world.payouts if place is None or render.location_id(each.currency) == place]
        rows = _rows(seen, lambda each: each.created_at, lambda each: render.payout(self.world, each))
        window = {"start_at": asked.one("begin_time") or iso(self.clock.now() - YEAR)}
        limit = self._limit(asked.one("limit"), 100, 100)
        descending = asked.one("sort_order", "DESC") == "DESC"
        return self._page(asked, _within(rows, window), "payouts", limit, descending=descending)

    def _invoices(self, asked: Asked) -> Answer:
        self._scope(asked, "INVOICES_READ")
        place = asked.one("location_id")
        if place is None:
            raise refused("MISSING_REQUIRED_PARAMETER", "location_id is needed.", "location_id")
        seen = [each for each in self.world.invoices if render.location_id(each.currency) == place]
        rows = _rows(seen, lambda each: each.created_at, lambda each: render.invoice(self.world, each))
        return self._page(asked, rows, "invoices", self._limit(asked.one("limit"), 100, 200), descending=True)

    def _catalog(self, asked: Asked) -> Answer:
        self._scope(asked, "ITEMS_READ")
        body = _json(asked)
        kinds: list[str] = body.get("object_types") or ["ITEM", "CATEGORY"]
        rows = self._catalog_rows(kinds, deleted=bool(body.get("include_deleted_objects")))
        if begin := body.get("begin_time"):
            edge = _moment(begin, "begin_time")
            rows = [row for row in rows if moment(row.at) > edge]  # exclusive (vendor-facts §3 [V])
        answer = self._posted_page(body, rows, "objects", self._limit(body.get("limit"), 100, 1000), descending=False)
        return Answer({**_body(answer), "latest_time": render.stamp(self.clock.now())})

    def _catalog_list(self, asked: Asked) -> Answer:
        self._scope(asked, "ITEMS_READ")
        kinds = (asked.one("types") or "ITEM,CATEGORY").upper().split(",")
        rows = self._catalog_rows(kinds, deleted=False)
        return self._page(asked, rows, "objects", 100, descending=False)

    def _catalog_rows(self, kinds: list[str], *, deleted: bool) -> list[Row]:
        products = self.world.every(Product) if deleted else self.world.products
        made: list[tuple[datetime, Json]] = []
        if "ITEM" in kinds:
            made += [(thing.updated_at, render.item(thing)) for thing in products]
        if "ITEM_VARIATION" in kinds:
            made += [(thing.updated_at, render.variation(thing, each)) for thing in products for each in thing.variants]
        if "CATEGORY" in kinds:
            first = {thing.category: thing for thing in reversed(products)}
            made += [(thing.created_at, render.category(thing)) for thing in first.values()]
        return [Row(render.stamp(at), each["id"], lambda each=each: each) for at, each in made]

    def _counts(self, asked: Asked) -> Answer:
        """What is in stock, all of it at the main location (api.json: BatchRetrieveInventoryCounts)."""
        self._scope(asked, "INVENTORY_READ")
        body = _json(asked)
        places: list[str] = body.get("location_ids") or [render.MAIN_LOCATION]
        stocked = [(thing, each) for thing in self.world.products for each in thing.variants]
        rows = [
            Row(render.stamp(thing.updated_at), f"{each.number:09}", lambda pair=(thing, each): render.inventory(*pair))
            for thing, each in stocked
            if render.MAIN_LOCATION in places
        ]
        if after := body.get("updated_after"):
            edge = _moment(after, "updated_after")
            rows = [row for row in rows if moment(row.at) > edge]
        return self._posted_page(body, rows, "counts", self._limit(body.get("limit"), 100, 1000), descending=False)

    def _events(self, asked: Asked) -> Answer:
        body = _json(asked)
        found = part(body, "query", "filter")
        since = self.clock.now() - EVENTS_KEPT
        kinds: list[str] = found.get("event_types") or []
        rows: list[Row] = []
        for change in self.world.journal:
            kind = events.type_of(change)
            if kind is not None and change.at >= since and (not kinds or kind in kinds):
                made = events.event(self.world, change)
                rows.append(Row(render.stamp(change.at), made["event_id"], lambda made=made: made))
        rows = _within(rows, part(found, "created_at"))
        return self._posted_page(body, rows, "events", self._limit(body.get("limit"), 100, 100), descending=True)

    # Paging.

    def _page(self, asked: Asked, rows: list[Row], name: str, limit: int, *, descending: bool) -> Answer:
        query = {key: value for key, value in asked.query if key != "cursor"}
        return self._cut(rows, name, query, limit, asked.one("cursor"), descending=descending)

    def _posted_page(self, body: Json, rows: list[Row], name: str, limit: int, *, descending: bool) -> Answer:
        query = {key: value for key, value in body.items() if key != "cursor"}
        return self._cut(rows, name, query, limit, body.get("cursor"), descending=descending)

    def _cut(
        self, rows: list[Row], name: str, query: Json, limit: int, cursor: str | None, *, descending: bool
    ) -> Answer:
        dead = bool(cursor) and self.faults.take_dead_cursor()
        return Answer(page(rows, name, query=query, limit=limit, cursor=cursor, descending=descending, dead=dead))

    def _limit(self, value: object, otherwise: int, most: int) -> int:
        if value is None:
            return otherwise
        limit = int(str(value)) if str(value).isdecimal() else 0
        if not 1 <= limit <= most:
            raise refused("VALUE_TOO_HIGH" if limit > most else "VALUE_TOO_LOW", f"limit is 1 to {most}.", "limit")
        return limit

    def _scope(self, asked: Asked, scope: str) -> None:
        grant = self.grant(asked)
        if grant is not None and scope not in grant.scope.split():
            detail = f"The merchant has not given your application sufficient permissions: {scope}."
            raise RefusedError(problem(403, "AUTHENTICATION_ERROR", "INSUFFICIENT_SCOPES", detail))

    # OAuth.

    def _authorize(self, asked: Asked) -> Answer:
        try:
            to = self.oauth.authorize(
                {"redirect_uri": "http://127.0.0.1/", **dict(asked.query)},
                render.MERCHANT,
                lambda _: {"response_type": "code"},
            )
        except OAuthError as error:
            return problem(400, "AUTHENTICATION_ERROR", "BAD_REQUEST", error.description)
        return Answer(status=302, headers={"location": to})

    def _token(self, asked: Asked) -> Answer:
        fields = fields_of(asked)
        try:
            public = "code_verifier" in fields or fields.get("grant_type") == "refresh_token"
            self.oauth.authenticate(fields.get("client_id"), fields.get("client_secret"), public=public)
            tokens = self.oauth.token(fields)
        except OAuthError as error:
            status = 401 if error.error == "invalid_client" else 400
            return problem(status, "AUTHENTICATION_ERROR", error.error.upper(), error.description)  # codes [K]
        answer: Json = {
            "access_token": tokens.access_token,
            "token_type": "bearer",
            "expires_at": iso(tokens.access_expires_at or self.clock.now()),
            "merchant_id": tokens.grant.account,
            "refresh_token": tokens.refresh_token,
            "short_lived": fields.get("short_lived") == "true",
        }
        if tokens.refresh_expires_at is not None:
            answer["refresh_token_expires_at"] = iso(tokens.refresh_expires_at)
        return Answer(answer)

    def _revoke(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Client {self.oauth.client.secret}":  # vendor-facts §3 [V]
            return problem(401, "AUTHENTICATION_ERROR", "UNAUTHORIZED", "The application secret is wrong.")
        fields = fields_of(asked)
        if "access_token" in fields:
            done = self.oauth.revoke(fields["access_token"])
        else:
            mine = [grant for grant in self.oauth.grants if grant.account == fields.get("merchant_id")]
            done = bool(mine)
            for grant in mine:
                grant.revoked = True
        return (
            Answer({"success": True}) if done else problem(404, "INVALID_REQUEST_ERROR", "NOT_FOUND", "No such token.")
        )

    def _status(self, asked: Asked) -> Answer:
        token, grant = self.token_in(asked), self.grant(asked)
        if grant is None or token is None:
            return Answer({"scopes": [], "client_id": self.oauth.client.id, "merchant_id": render.MERCHANT})
        expires = grant.access[token]
        answer: Json = {"scopes": grant.scope.split(), "client_id": self.oauth.client.id, "merchant_id": grant.account}
        return Answer({**answer, "expires_at": iso(expires)} if expires else answer)


def _rows(things: Iterable[T], at: Callable[[T], datetime], made: Callable[[T], Json]) -> list[Row]:
    return [Row(render.stamp(at(thing)), f"{thing.number:09}", lambda thing=thing: made(thing)) for thing in things]


def _within(rows: list[Row], window: Json) -> list[Row]:
    """`start_at` is inside; `end_at` too."""
    if start := window.get("start_at"):
        edge = _moment(start, "start_at")
        rows = [row for row in rows if moment(row.at) >= edge]
    if end := window.get("end_at"):
        edge = _moment(end, "end_at")
        rows = [row for row in rows if moment(row.at) <= edge]
    return rows


def _moment(text: Any, field: str) -> datetime:
    try:
        return moment(str(text))
    except ValueError:
        raise refused("INVALID_TIME", f"{text} is no RFC 3339 time.", field) from None


def _json(asked: Asked) -> Json:
    try:
        body = json.loads(asked.body or b"{}")
    except ValueError:
        raise refused("BAD_REQUEST", "The body is not JSON.") from None
    if not isinstance(body, dict):
        raise refused("BAD_REQUEST", "The body is not an object.")
    return body  # pyright: ignore[reportUnknownVariableType]


def _body(answer: Answer) -> Json:
    assert isinstance(answer.body, dict)  # noqa: S101  made by `page`
    return answer.body  # pyright: ignore[reportUnknownVariableType]
