"""Zoho: CRM and Books behind one consent, hosts told by the answers, errors in 200 and emptiness in 204 (§5)."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

from starlette.routing import Route

from evals.standins.vendors.kit.budget import Limit
from evals.standins.vendors.kit.oauth import AuthorizationServer, OAuthError, OAuthRules, fields_of
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, RefusedError, VendorServer
from evals.standins.vendors.kit.webhooks import Courier, Draft
from evals.standins.vendors.kit.wire import Json, identifier, moment
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import Order, Thing
from evals.standins.vendors.zoho import render
from evals.standins.vendors.zoho.watches import Watches

MAX_PAGE = 200  # vendor-facts §5 [V]
MAX_FIELDS = 50  # vendor-facts §5 [V]
PAGED_ROWS = 2000  # vendor-facts §5 [K]: as far as `page` reaches
TOKENS_IN, TOKEN_WINDOW = 10, 600  # vendor-facts §5 [V]: access tokens per refresh token
DATA_CENTRE = "eu"

RULES = OAuthRules(3600, "same", code_seconds=180, max_refresh_tokens=20, token_length=60)  # vendor-facts §5 [V]


class ZohoStandIn(VendorServer):
    """One organisation in euros, in the European data centre. Hosts are told by the redirect and the token answer.

    `paged_rows` is how far `page` reaches; a test may lower it. Modules that are `hidden` are not there for anybody. With
    `sells` the orders in the home currency are sales orders: other systems tell of the same ones.
    """

    vendor: ClassVar[str] = "zoho"
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit("credits", 50_000, 86_400.0, prefix="/crm"),  # vendor-facts §5 [V]: Standard
        Limit("books-minute", 100, 60.0, prefix="/books"),  # vendor-facts §5 [K]
        Limit("books-day", 1000, 86_400.0, fixed=True, prefix="/books"),  # vendor-facts §5 [R]
    )
    throttle_modes: ClassVar[tuple[str, ...]] = ("credits", "books-minute", "books-day")

    def __init__(self, world: World, *, enforce_limits: bool = True, limits: tuple[Limit, ...] | None = None) -> None:
        self.paged_rows = PAGED_ROWS
        self.hidden: set[str] = set()
        self.sells = False
        self._refreshed: dict[str, list[datetime]] = {}
        super().__init__(world, enforce_limits=enforce_limits, limits=limits)
        self.webhooks = Courier(self.clock, sign, "no key: the token is in the body")
        self.subscriptions = Watches(self.clock, self.deliverer.begin, _problem)

    def authorization_server(self) -> AuthorizationServer:
        return AuthorizationServer("zoho", self.clock, RULES, prefix=lambda _: "1000.")

    def routes(self) -> Iterator[Route]:
        yield self.open("/oauth/v2/auth", self._authorize)
        yield self.open("/oauth/v2/token", self._token, ("POST",))
        yield self.open("/oauth/v2/token/revoke", self._revoke, ("POST",))
        yield self.api("/crm/v8/org", self._org)
        yield self.api("/crm/v8/actions/watch", self._watch, ("POST", "PUT", "GET", "DELETE"))
        yield self.api("/crm/v8/{module}/deleted", self._deleted)
        yield self.api("/crm/v8/{module}", self._records)
        yield self.api("/crm/v8/{module}/{id}", self._record)
        yield self.api("/books/v3/organizations", self._organizations)
        yield self.api("/books/v3/{path}", self._books)
        yield self.api("/books/v3/{path}/{id}", self._book)

    def token_in(self, asked: Asked) -> str | None:
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        return token if scheme == "Zoho-oauthtoken" else None  # vendor-facts §5 [V]: not Bearer

    def dressed(self, asked: Asked, answer: Answer) -> Answer:
        if asked.path.startswith("/books") and self.budget.limits:
            now = self.clock.now()
            left = self.budget.left("books-day", now)
            answer.headers |= {
                "x-rate-limit-limit": "1000",
                "x-rate-limit-remaining": str(left),
                # Seconds that are left, not a moment (vendor-facts §5 [R]).
                "x-rate-limit-reset": str(int(86_400 - now.timestamp() % 86_400)),
            }
        return answer

    def unauthorized(self, asked: Asked) -> Answer:
        if asked.path.startswith("/books"):
            return Answer({"code": 57, "message": "You are not authorized to perform this operation"}, 401)
        return _problem(401, "INVALID_TOKEN", "invalid oauth token")

    def unavailable(self, status: int) -> Answer:
        return _problem(status, "INTERNAL_ERROR", "Internal Server Error")

    def throttled(self, mode: str, wait: float) -> Answer:
        del wait
        if mode.startswith("books"):
            message = "For security reasons you have been blocked for some time as you have exceeded the maximum number of requests per minute"
            return Answer({"code": 44 if mode == "books-minute" else 45, "message": message}, 429)
        return _problem(429, "TOO_MANY_REQUESTS", "You have exceeded the maximum number of API requests.")

    # CRM.

    def _module(self, asked: Asked) -> tuple[str, type[Thing] | None]:
        """The module and what of the world is in it: nothing, in those that this business does not use."""
        module = asked.places["module"]
        if module not in {*render.MODULES, *render.UNUSED} or module in self.hidden:
            message = "the module name given seems to be invalid"
            raise RefusedError(_problem(400, "INVALID_MODULE", message))
        grant = self.grant(asked)
        scopes = re.split(r"[,\s]+", grant.scope if grant else "")
        good = {"ZohoCRM.modules.ALL", "ZohoCRM.modules.READ", f"ZohoCRM.modules.{module.lower()}.READ"}
        if not good & set(scopes):
            raise RefusedError(_problem(401, "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL"))
        return module, Order if self.sells and module == "Sales_Orders" else render.MODULES.get(module)

    def _things(self, kind: type[Thing] | None) -> list[Thing]:
        found = self.world.every(kind) if kind else []
        return [each for each in found if not isinstance(each, Order) or each.currency == render.HOME]

    def _record(self, asked: Asked) -> Answer:
        """One record with its subforms, which lists leave out [K]."""
        module, kind = self._module(asked)
        for each in self._things(kind):
            if each.deleted_at is None and render.ident(module, each.number) == asked.places["id"]:
                return Answer({"data": [render.record(self.world, module, each)]})
        return Answer(status=204)

    def _records(self, asked: Asked) -> Answer:
        module, kind = self._module(asked)
        names = [each for each in (asked.one("fields") or "").split(",") if each]
        if not names or len(names) > MAX_FIELDS:
            code = "LIMIT_EXCEEDED" if names else "REQUIRED_PARAM_MISSING"
            raise RefusedError(_problem(400, code, "One of the expected parameter is missing: fields"))
        size = _count(asked, "per_page", MAX_PAGE)
        if size > MAX_PAGE:
            raise RefusedError(_problem(400, "INVALID_DATA", f"per_page is at most {MAX_PAGE}"))
        things = [each for each in self._things(kind) if each.deleted_at is None]
        since = _since(asked)
        if since is not None:
            things = [each for each in things if each.updated_at > since]
            if not things:
                return Answer(status=304)  # vendor-facts §5 [K]
        by_change = asked.one("sort_by", "id") == "Modified_Time"
        things.sort(
            key=lambda each: (each.updated_at, each.number) if by_change else (0, each.number),
            reverse=asked.one("sort_order", "desc") == "desc",
        )
        page, start = self._place(asked, size)
        shown = things[start : start + size]
        if not shown:
            return Answer(status=204)  # vendor-facts §5: no data is no body
        info: Json = {
            "per_page": size,
            "count": len(shown),
            "page": page,
            "sort_by": asked.one("sort_by", "id"),
            "sort_order": asked.one("sort_order", "desc"),
            "more_records": start + size < len(things),
        }
        if info["more_records"]:
            token = json.dumps([start + size])
            info |= {
                "next_page_token": token.encode().hex(),
                "page_token_expiry": render.stamp(self.clock.now() + timedelta(days=1)),
            }
        rows = [render.record(self.world, module, each) for each in shown]
        kept = {"id", *names} - render.SUBFORMS
        return Answer({"data": [{key: row[key] for key in row if key in kept} for row in rows], "info": info})

    def _place(self, asked: Asked, size: int) -> tuple[int, int]:
        if (token := asked.one("page_token")) is not None:
            try:
                start = int(json.loads(bytes.fromhex(token))[0])
            except (ValueError, IndexError, TypeError):
                raise RefusedError(_problem(400, "INVALID_DATA", "the page_token is invalid")) from None
            if self.faults.take_dead_cursor():
                raise RefusedError(_problem(400, "EXPIRED_VALUE", "the page_token has expired"))
            return start // size + 1, start
        page = _count(asked, "page", 1)
        if page * size > self.paged_rows:
            message = f"page reaches {self.paged_rows} records; use page_token"
            raise RefusedError(_problem(400, "DISCRETE_PAGINATION_LIMIT_EXCEEDED", message))
        return page, (page - 1) * size

    def _deleted(self, asked: Asked) -> Answer:
        module, kind = self._module(asked)
        since = _since(asked)
        gone = [each for each in self._things(kind) if each.deleted_at is not None]
        gone = [each for each in gone if since is None or (each.deleted_at is not None and each.deleted_at > since)]
        if not gone:
            return Answer(status=204)
        rows: list[Json] = [
            {
                "id": render.ident(module, each.number),
                "display_name": str(getattr(each, "name", getattr(each, "title", ""))),
                "type": "recycle",
                "deleted_by": {"name": "Ola Owner", "id": str(render.BASE + 1)},
                "deleted_time": render.stamp(each.deleted_at or each.updated_at),
            }
            for each in gone
        ]
        page, size = _count(asked, "page", 1), min(_count(asked, "per_page", MAX_PAGE), MAX_PAGE)
        shown = rows[(page - 1) * size : page * size]
        info = {"per_page": size, "count": len(shown), "page": page, "more_records": page * size < len(rows)}
        return Answer({"data": shown, "info": info} if shown else b"", 200 if shown else 204)

    def _org(self, asked: Asked) -> Answer:
        del asked
        made = {
            "id": str(render.BASE),
            "company_name": "Rösthaus ☕",
            "iso_code": "EUR",
            "currency": "Euro - EUR",
            "currency_symbol": "€",
            "currency_locale": "de_DE",
            "time_zone": render.ZONE.key,
            "country_code": "DE",
            "zgid": render.ORG,
        }
        return Answer({"org": [made]})

    def _watch(self, asked: Asked) -> Answer:
        grant = self.grant(asked)
        scopes = re.split(r"[,\s]+", grant.scope if grant else "")
        if self.faults.take_subscribing() or not any(each.startswith("ZohoCRM.notifications.") for each in scopes):
            raise RefusedError(_problem(401, "OAUTH_SCOPE_MISMATCH", "invalid oauth scope to access this URL"))
        return self.subscriptions.asked(asked)

    def notices(self, change: Change) -> list[Json]:
        """What each live watch is told of a change."""
        return [body for _, body in self.subscriptions.notices(change, self.origin)]

    def tell(self, change: Change) -> None:
        for url, body in self.subscriptions.notices(change, self.origin):
            self.webhooks.post(url, body)

    # Books.

    def _organizations(self, asked: Asked) -> Answer:
        del asked
        return Answer({"code": 0, "message": "success", "organizations": [render.organization()]})

    def _rows(self, asked: Asked, *, lines: bool) -> list[Json]:
        path = asked.places["path"]
        if path not in {*render.BOOKS, *render.UNUSED_BOOKS}:
            raise RefusedError(Answer({"code": 5, "message": "Invalid URL Passed"}, 404))
        if asked.one("organization_id") != render.ORG:
            raise RefusedError(
                Answer({"code": 6041, "message": "This user is not associated with the organization"}, 401)
            )
        return render.BOOKS[path][2](self.world, lines) if path in render.BOOKS else []

    def _books(self, asked: Asked) -> Answer:
        rows, size, page = self._rows(asked, lines=False), _count(asked, "per_page", MAX_PAGE), _count(asked, "page", 1)
        if since := asked.one("last_modified_time"):
            # `+` of an offset arrives as a blank where it was not escaped.
            edge = moment(since.replace(" ", "+"))
            rows = [row for row in rows if moment(row["last_modified_time"]) >= edge]
        order = asked.one("sort_column", "last_modified_time")
        if order not in {"created_time", "last_modified_time"}:
            raise RefusedError(Answer({"code": 4, "message": f"Invalid value passed for sort_column: {order}"}, 400))
        # Ascending by `A`, descending by `D` (zoho.com/books/api/v3 [K]).
        rows.sort(key=lambda row: moment(row[order]), reverse=asked.one("sort_order", "A") == "D")
        size = min(size, MAX_PAGE)
        shown = rows[(page - 1) * size : page * size]
        context = {
            "page": page,
            "per_page": size,
            "has_more_page": page * size < len(rows),
            "report_name": asked.places["path"],
            "applied_filter": "Status.All",
            "sort_column": order,
            "sort_order": asked.one("sort_order", "A"),
        }
        name = render.UNUSED_BOOKS.get(asked.places["path"], asked.places["path"])
        return Answer({"code": 0, "message": "success", name: shown, "page_context": context})

    def _book(self, asked: Asked) -> Answer:
        key, single, _ = render.BOOKS.get(asked.places["path"], ("", "", None))
        for row in self._rows(asked, lines=True):
            if row[key] == asked.places["id"]:
                return Answer({"code": 0, "message": "success", single: row})
        return Answer({"code": 1002, "message": "Resource does not exist."}, 404)

    # OAuth.

    def _authorize(self, asked: Asked) -> Answer:
        hosts = {"location": DATA_CENTRE, "accounts-server": self.origin}
        try:
            to = self.oauth.authorize(dict(asked.query), render.ORG, lambda _: hosts)
        except OAuthError as error:
            return Answer({"error": error.error}, 400)
        return Answer(status=302, headers={"location": to})

    def _token(self, asked: Asked) -> Answer:
        # Errors come with 200, so the body must be read (vendor-facts §5 [V]).
        fields = {**dict(asked.query), **fields_of(asked)}
        value = fields.get("refresh_token")
        if value is not None and self._too_often(value):
            return Answer(
                {"error": "Access Denied", "error_description": "You have made too many requests continuously."}
            )
        try:
            self.oauth.authenticate(fields.get("client_id"), fields.get("client_secret"))
            tokens = self.oauth.token(fields)
        except OAuthError as error:
            return Answer({"error": {"invalid_grant": "invalid_code"}.get(error.error, error.error)})
        answer: Json = {
            "access_token": tokens.access_token,
            "api_domain": self.origin,
            "token_type": "Bearer",
            "expires_in": 3600,
        }
        if value is None:
            answer |= {"refresh_token": tokens.refresh_token, "scope": tokens.grant.scope}
        return Answer(answer)

    def _too_often(self, value: str) -> bool:
        now = self.clock.now()
        recent = [at for at in self._refreshed.get(value, []) if at > now - timedelta(seconds=TOKEN_WINDOW)]
        self._refreshed[value] = recent
        if len(recent) >= TOKENS_IN:
            return True
        recent.append(now)
        return False

    def _revoke(self, asked: Asked) -> Answer:
        token = {**dict(asked.query), **fields_of(asked)}.get("token", "")
        done = self.oauth.revoke(token)
        return Answer({"status": "success"} if done else {"error": "invalid_token"}, 200 if done else 400)


class ZohoBooksStandIn(ZohoStandIn):
    """The same organisation, as one who connects its books sees it."""

    vendor: ClassVar[str] = "zohobooks"
    throttle_modes: ClassVar[tuple[str, ...]] = ("books-minute", "books-day")


def sign(draft: Draft) -> dict[str, str]:
    """Nothing: notifications are not signed (vendor-facts §5 [V])."""
    return {"x-zoho-request-id": identifier("zoho", draft.body.hex(), length=20)}


def _problem(status: int, code: str, message: str) -> Answer:
    return Answer({"code": code, "details": {}, "message": message, "status": "error"}, status)


def _count(asked: Asked, name: str, otherwise: int) -> int:
    text = asked.one(name, str(otherwise)) or ""
    if not text.isdecimal() or int(text) < 1:
        raise RefusedError(_problem(400, "INVALID_DATA", f"{name} is not a whole number from 1"))
    return int(text)


def _since(asked: Asked) -> datetime | None:
    text = asked.headers.get("if-modified-since")
    if text is None:
        return None
    try:
        return moment(text)
    except ValueError:
        raise RefusedError(_problem(400, "INVALID_DATA", "If-Modified-Since is no ISO 8601 time")) from None
