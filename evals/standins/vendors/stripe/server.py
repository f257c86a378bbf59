"""Stripe: lists by cursor, 30 days of events, keys and two kinds of OAuth (vendor-facts §2)."""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar

from starlette.routing import Route

from evals.standins.vendors.kit.budget import Limit
from evals.standins.vendors.kit.oauth import (
    AuthorizationServer,
    OAuthError,
    OAuthRules,
    Tokens,
    basic_credentials,
    fields_of,
)
from evals.standins.vendors.kit.recorder import Asked, cut
from evals.standins.vendors.kit.server import Answer, RefusedError, VendorServer
from evals.standins.vendors.kit.webhooks import Courier, Draft
from evals.standins.vendors.kit.wire import Json, identifier
from evals.standins.vendors.stripe import events, render
from evals.standins.vendors.stripe.endpoints import Endpoints
from evals.standins.vendors.stripe.idents import ident
from evals.standins.vendors.stripe.writes import CustomerWrites
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import RATES, Customer

VERSION = "2026-10-28.endive"  # vendor-facts §2 [V]
DEFAULT_LIMIT, MAX_LIMIT = 10, 100  # vendor-facts §2 [K]
KEY = "rk_live_standinRoastery"
WEBHOOK_SECRET = "whsec_standinMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  a made-up endpoint's

_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?")
_CREATED = re.compile(r"created\[(gte|gt|lte|lt)\]")
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "gte": lambda at, bound: at >= bound,
    "gt": lambda at, bound: at > bound,
    "lte": lambda at, bound: at <= bound,
    "lt": lambda at, bound: at < bound,
}

Row = tuple[datetime, Json]

REASONS = ("global-rate", "global-concurrency", "endpoint-rate", "endpoint-concurrency", "resource-specific")

PATHS = (
    "customers",
    "charges",
    "refunds",
    "payouts",
    "balance_transactions",
    "invoices",
    "credit_notes",
    "products",
    "prices",
    "events",
)

FILTERS = {
    "charges": ("customer", "payment_intent"),
    "customers": ("email",),
    "refunds": ("charge", "payment_intent"),
    "payouts": ("status",),
    "balance_transactions": ("type", "currency", "source"),
    "invoices": ("customer", "status"),
    "credit_notes": ("customer", "invoice"),
    "products": ("active",),
    "prices": ("active", "product", "currency", "type"),
    "events": ("type",),
}


class StripeStandIn(VendorServer):
    """Serves the world's payments, customers, products and invoices at `origin`.

    `key` is a restricted key that works; a resource in `denied` is outside its permissions.
    """

    vendor: ClassVar[str] = "stripe"
    # 25/s is the sandbox's total and the default of each endpoint; live is 100/s (vendor-facts §2 [V]/[S]).
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit("global-rate", 100, 1.0),
        *(Limit(f"endpoint-rate/{path}", 25, 1.0, prefix=f"/v1/{path}") for path in PATHS),
    )
    throttle_modes: ClassVar[tuple[str, ...]] = REASONS

    def __init__(self, world: World, *, enforce_limits: bool = True, limits: tuple[Limit, ...] | None = None) -> None:
        self.key = KEY
        self.version = VERSION
        self.denied: set[str] = set()
        # Connect's tokens never expire and have no life of their own (vendor-facts §2 [S]).
        self.connect = AuthorizationServer(
            "stripe-connect",
            world.clock,
            OAuthRules(None, "same"),
            prefix=lambda kind: "sk_test_" if kind == "access" else "rt_",
        )
        self.writes = CustomerWrites(world)
        super().__init__(world, enforce_limits=enforce_limits, limits=limits)
        self.webhooks = Courier(self.clock, sign, WEBHOOK_SECRET)
        self.subscriptions = Endpoints(self.clock, self.deliverer.begin, problem)

    def authorization_server(self) -> AuthorizationServer:
        # Stripe Apps: 1 h, 1 year, rolled at each exchange (vendor-facts §2 [K], rotation [S]).
        rules = OAuthRules(3600, "single_use", refresh_seconds=365 * 86_400)
        return AuthorizationServer(
            "stripe", self.clock, rules, prefix=lambda kind: "sk_test_" if kind == "access" else "rt_"
        )

    def routes(self) -> Iterator[Route]:
        yield self.open("/oauth/v2/authorize", lambda asked: self._authorize(asked, self.oauth))
        yield self.open("/oauth/authorize", lambda asked: self._authorize(asked, self.connect))
        yield self.open("/v1/oauth/token", self._app_token, ("POST",))
        yield self.open("/oauth/token", self._connect_token, ("POST",))
        yield self.open("/oauth/deauthorize", self._deauthorize, ("POST",))
        yield self.api("/v1/account", lambda _: Answer(render.account(self.world)))
        yield self.api("/v1/customers", self._created, ("POST",))
        yield self.api("/v1/customers/{id}", self._updated, ("POST",))
        yield self.api("/v1/customers/{id}", self._deleted, ("DELETE",))
        yield self.api("/v1/webhook_endpoints", self._endpoints, ("POST", "GET"))
        yield self.api("/v1/webhook_endpoints/{id}", self._endpoints, ("DELETE",))
        yield self.api("/v1/invoices/{id}/lines", self._invoice_lines)
        for path in PATHS:
            yield self.api(f"/v1/{path}", self._list(path))
            yield self.api(f"/v1/{path}/{{id}}", self._one(path))
        yield self.api("/{path:path}", self._unknown, ("GET", "POST", "DELETE"))

    def token_in(self, asked: Asked) -> str | None:
        # A key may also be the user of Basic (vendor-facts §2 [S]).
        return super().token_in(asked) or basic_credentials(asked)[0]

    def is_key(self, token: str) -> bool:
        return token == self.key or self.connect.grant_of(token) is not None

    def dressed(self, asked: Asked, answer: Answer) -> Answer:
        answer.headers.setdefault("Request-Id", f"req_{identifier(len(self.requests), length=14)}")
        answer.headers["Stripe-Version"] = asked.headers.get("stripe-version", self.version)
        return answer

    def unauthorized(self, asked: Asked) -> Answer:
        token = self.token_in(asked)
        if token is None:
            return problem(401, "You did not provide an API key. Provide it in the Authorization header.")
        return problem(401, f"Invalid API Key provided: {cut(token)}")

    def unavailable(self, status: int) -> Answer:
        return problem(status, "Something went wrong on Stripe's end.", kind="api_error")

    def throttled(self, mode: str, wait: float) -> Answer:
        # Neither Retry-After nor a counter (vendor-facts §2 [S]).
        del wait
        answer = problem(429, "Request rate limit exceeded. You can learn more about rate limits in our documentation.")
        answer.headers["Stripe-Rate-Limited-Reason"] = mode.partition("/")[0]
        error: Json = answer.body["error"]  # pyright: ignore[reportIndexIssue, reportUnknownVariableType]
        error["code"] = "rate_limit"
        return answer

    # Lists and objects.

    def _rows(self, path: str) -> list[Row]:
        """The objects of a kind, newest first; those of one second in the order of their making, backwards."""
        world = self.world
        rows: dict[str, Callable[[], list[Row]]] = {
            "customers": lambda: [(c.created_at, render.customer(world, c)) for c in world.customers],
            "charges": lambda: [(p.paid_at, render.charge(world, p)) for p in world.payments],
            "refunds": lambda: [
                (r.refunded_at, render.refund(world, r)) for r in world.refunds if render.payment_of(world, r)
            ],
            "payouts": lambda: [(p.created_at, render.payout(world, p)) for p in world.payouts],
            "balance_transactions": lambda: render.balance_transactions(world),
            "invoices": lambda: [(i.created_at, render.invoice(world, i)) for i in world.invoices],
            "credit_notes": list,  # the business credits in its books, not here
            "products": lambda: [(p.created_at, render.product(world, p)) for p in world.products],
            "prices": lambda: [
                (p.created_at, render.price(p, variant, currency))
                for p in world.products
                for variant in p.variants
                for currency in RATES
            ],
            "events": lambda: events.events(world, self.version),
        }
        ordered = sorted(enumerate(rows[path]()), key=lambda item: (int(item[1][0].timestamp()), item[0]), reverse=True)
        return [row for _, row in ordered]

    def _list(self, path: str) -> Callable[[Asked], Answer]:
        def answer(asked: Asked) -> Answer:
            self._check(asked, path)
            rows = self._filtered(path, asked)
            return Answer(self._page(asked, [row for _, row in rows], f"/v1/{path}", path))

        return answer

    def _filtered(self, path: str, asked: Asked) -> list[Row]:
        rows: list[Row] = self._rows(path)
        for name, value in asked.query:
            if match := _CREATED.fullmatch(name):
                compare, bound = _COMPARE[match[1]], _whole_number(name, value)
                rows = [row for row in rows if compare(row[1]["created"], bound)]
            elif name == "created":
                bound = _whole_number(name, value)
                rows = [row for row in rows if row[1]["created"] == bound]
            elif name in FILTERS[path]:
                rows = [row for row in rows if _text(row[1].get(name)) == value]
            elif not _paging(name) and not (path == "events" and name.startswith("types[")):
                raise _refused(400, f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
        kinds = [value for name, value in asked.query if name.startswith("types[")]
        return [row for row in rows if not kinds or row[1].get("type") in kinds]

    def _page(self, asked: Asked, rows: Sequence[Json], url: str, path: str) -> Json:
        limit = _whole_number("limit", asked.one("limit", str(DEFAULT_LIMIT)) or "")
        if not 1 <= limit <= MAX_LIMIT:
            raise _refused(400, f"This value must be between 1 and {MAX_LIMIT}.", param="limit")
        after, before = asked.one("starting_after"), asked.one("ending_before")
        if after is not None and before is not None:
            raise _refused(400, "You cannot use both starting_after and ending_before.", param="ending_before")
        if after is not None:
            rows = rows[self._position(after, rows, path, "starting_after") + 1 :]
        elif before is not None:
            rows = rows[: self._position(before, rows, path, "ending_before")]
            page = rows[-limit:]
            return {"object": "list", "data": self._expanded(asked, page), "has_more": len(rows) > limit, "url": url}
        page = rows[:limit]
        return {"object": "list", "data": self._expanded(asked, page), "has_more": len(rows) > limit, "url": url}

    def _position(self, ident_: str, rows: Sequence[Json], path: str, param: str) -> int:
        if not self.faults.take_dead_cursor():
            for position, row in enumerate(rows):
                if row["id"] == ident_:
                    return position
        raise _missing(path, ident_, param)

    def _one(self, path: str) -> Callable[[Asked], Answer]:
        def answer(asked: Asked) -> Answer:
            self._check(asked, path)
            wanted = asked.places["id"]
            for _, row in self._rows(path):
                if row["id"] == wanted:
                    return Answer(self._expanded(asked, [row], "")[0])
            if path == "customers":
                for gone in self.world.every(Customer):
                    if ident("cus", gone.number) == wanted:
                        # vendor-facts §2 [V]: what remains of a deleted customer.
                        return Answer({"id": wanted, "object": "customer", "deleted": True})
            raise _missing(path, wanted, "id")

        return answer

    def _invoice_lines(self, asked: Asked) -> Answer:
        self._check(asked, "invoices")
        wanted = asked.places["id"]
        for thing in self.world.invoices:
            if ident("in", thing.number) == wanted:
                url = f"/v1/invoices/{wanted}/lines"
                return Answer(self._page(asked, render.invoice_lines(thing), url, "line_items"))
        raise _missing("invoices", wanted, "invoice")

    def _expanded(self, asked: Asked, page: Sequence[Json], prefix: str = "data.") -> list[Json]:
        """`expand[]=data.balance_transaction`: an identifier replaced by the object, one step deep."""
        rows = [dict(row) for row in page]
        for name, value in asked.query:
            if not name.startswith("expand["):
                continue
            if not value.startswith(prefix):
                raise _refused(400, f"This property cannot be expanded ({value}).", param="expand")
            field = value.removeprefix(prefix)
            for row in rows:
                row[field] = self._expansion(row, field, value)
        return rows

    def _expansion(self, row: Json, field: str, asked_for: str) -> Any:
        if field == "refunds" and row["object"] == "charge":
            back = [refund for _, refund in self._rows("refunds") if refund["charge"] == row["id"]]
            return {"object": "list", "data": back, "has_more": False, "url": f"/v1/charges/{row['id']}/refunds"}
        homes = {"balance_transaction": "balance_transactions", "default_price": "prices"}
        path = homes.get(field, f"{field}s")
        if field not in row or path not in PATHS:
            raise _refused(400, f"This property cannot be expanded ({asked_for}).", param="expand")
        return next((found for _, found in self._rows(path) if found["id"] == row[field]), row[field])

    def _check(self, asked: Asked, path: str) -> None:
        """Version, account and permissions."""
        version = asked.headers.get("stripe-version")
        if version is not None and not _VERSION.fullmatch(version):
            raise _refused(400, f"Invalid Stripe API version: {version}")
        account = asked.headers.get("stripe-account") or asked.headers.get("stripe-context")
        if account not in {None, render.ACCOUNT}:
            message = f"The provided key does not have access to account '{account}' (or that account does not exist)."
            raise _refused(403, message, code="account_invalid")
        if path in self.denied:
            raise _refused(403, f"The provided key does not have the required permissions for '{path}'.")

    def _unknown(self, asked: Asked) -> Answer:
        return problem(404, f"Unrecognized request URL ({asked.method}: {asked.path}).")

    # Writes.

    def _created(self, asked: Asked) -> Answer:
        self._check(asked, "customers")
        return self.writes.once(asked, lambda: Answer(render.customer(self.world, self.writes.create(asked.form()))))

    def _updated(self, asked: Asked) -> Answer:
        self._check(asked, "customers")
        thing = self._customer(asked)
        return self.writes.once(
            asked, lambda: Answer(render.customer(self.world, self.writes.update(thing, asked.form())))
        )

    def _deleted(self, asked: Asked) -> Answer:
        self._check(asked, "customers")
        self.world.delete(self._customer(asked))
        return Answer({"id": asked.places["id"], "object": "customer", "deleted": True})

    def _customer(self, asked: Asked) -> Customer:
        for thing in self.world.customers:
            if ident("cus", thing.number) == asked.places["id"]:
                return thing
        raise _missing("customers", asked.places["id"], "id")

    # OAuth.

    def _authorize(self, asked: Asked, server: AuthorizationServer) -> Answer:
        try:
            to = server.authorize(dict(asked.query), render.ACCOUNT)
        except OAuthError as error:
            return Answer({"error": error.error, "error_description": error.description}, 400)
        return Answer(status=302, headers={"location": to})

    def _app_token(self, asked: Asked) -> Answer:
        # The client is the app's secret key as the user of Basic (vendor-facts §2 [K]).
        user, _ = basic_credentials(asked)
        if user != self.oauth.client.secret:
            return Answer({"error": "invalid_client", "error_description": "Invalid API key"}, 401)
        return self._tokens(self.oauth, fields_of(asked))

    def _connect_token(self, asked: Asked) -> Answer:
        fields = fields_of(asked)
        if fields.get("client_secret") != self.connect.client.secret:
            return Answer({"error": "invalid_client", "error_description": "No such API key"}, 401)
        return self._tokens(self.connect, fields)

    def _tokens(self, server: AuthorizationServer, fields: dict[str, str]) -> Answer:
        try:
            return Answer(token_answer(server.token(fields), expires=server is self.oauth))
        except OAuthError as error:
            return Answer({"error": error.error, "error_description": error.description}, 400)

    def _deauthorize(self, asked: Asked) -> Answer:
        fields = fields_of(asked)
        if fields.get("client_id") != self.connect.client.id or fields.get("stripe_user_id") != render.ACCOUNT:
            return Answer({"error": "invalid_client", "error_description": "This application is not connected"}, 401)
        for grant in self.connect.grants:
            grant.revoked = True
        return Answer({"stripe_user_id": render.ACCOUNT})

    def _endpoints(self, asked: Asked) -> Answer:
        self._check(asked, "webhook_endpoints")
        if self.faults.take_subscribing():
            raise _refused(403, "The provided key does not have the required permissions for this endpoint.")
        does = {
            "POST": self.subscriptions.create,
            "GET": self.subscriptions.listed,
            "DELETE": self.subscriptions.delete,
        }
        return does[asked.method](asked)

    def tell(self, change: Change) -> None:
        for kind in events.types_of(change):
            body = events.event(self.world, change, kind, self.version)
            for url, secret in self.subscriptions.told(kind):
                self.webhooks.post(url, body, key=secret)

    def event_of(self, change: Change) -> Json:
        """The (last) event of a change, as a webhook carries it. Raises IndexError where Stripe has none for it."""
        return events.event(self.world, change, events.types_of(change)[-1], self.version)


def token_answer(tokens: Tokens, *, expires: bool) -> Json:
    answer: Json = {
        "access_token": tokens.access_token,
        "livemode": False,
        "refresh_token": tokens.refresh_token,
        "scope": "stripe_apps" if expires else tokens.grant.scope or "read_only",
        "stripe_publishable_key": "pk_test_standin",
        "stripe_user_id": tokens.grant.account,
        "token_type": "bearer",
    }
    return {**answer, "expires_in": 3600} if expires else answer


def sign(draft: Draft) -> dict[str, str]:
    """`t=…,v1=…` over `{t}.{body}`, one v1 for each key while a secret is rolled (vendor-facts §2 [V])."""
    at = int(draft.at)
    marks = [hmac.new(key.encode(), f"{at}.".encode() + draft.body, hashlib.sha256).hexdigest() for key in draft.keys]
    return {"Stripe-Signature": ",".join([f"t={at}", *(f"v1={mark}" for mark in marks)])}


def problem(
    status: int, message: str, *, kind: str = "invalid_request_error", code: str | None = None, param: str | None = None
) -> Answer:
    error: Json = {"message": message, "type": kind}
    if code:
        error |= {"code": code, "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"}
    if param:
        error["param"] = param
    return Answer({"error": error}, status)


def _refused(status: int, message: str, *, code: str | None = None, param: str | None = None) -> RefusedError:
    return RefusedError(problem(status, message, code=code, param=param))


def _missing(path: str, ident_: str, param: str) -> RefusedError:
    status = 404 if param == "id" else 400
    return _refused(status, f"No such {path.removesuffix('s')}: '{ident_}'", code="resource_missing", param=param)


def _whole_number(name: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise _refused(400, f"Invalid integer: {value}", code="parameter_invalid_integer", param=name) from None


def _text(value: object) -> str | None:
    return json.dumps(value) if isinstance(value, bool) else (None if value is None else str(value))


def _paging(name: str) -> bool:
    return name in {"limit", "starting_after", "ending_before"} or name.startswith("expand[")
