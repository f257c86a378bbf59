"""HubSpot: dated paths, objects by property, a search with a hard end, ten-second windows (vendor-facts §4)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from starlette.routing import Route

from evals.standins.vendors.hubspot import render
from evals.standins.vendors.hubspot.render import Record
from evals.standins.vendors.kit.budget import Limit
from evals.standins.vendors.kit.oauth import AuthorizationServer, OAuthError, OAuthRules
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, RefusedError, VendorServer
from evals.standins.vendors.kit.webhooks import Courier, Draft
from evals.standins.vendors.kit.wire import Json, guid, millis, moment
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import HOME

VERSIONS = ("2025-09", "2026-03", "2026-09")  # vendor-facts §4 [V]
OLD_TOKENS_END = datetime(2027, 2, 16, tzinfo=UTC)  # vendor-facts §4 [V]
MAX_PAGE, MAX_SEARCH_PAGE = 100, 200  # vendor-facts §4 [V]
SEARCH_END = 10_000  # vendor-facts §4 [K]
KEY = "pat-eu1-00000000-5f4d-4c3b-2a19-standin00001"

SCOPES = {name: f"crm.objects.{name}.read" for name in ("contacts", "companies", "deals")} | {"products": "e-commerce"}


class HubSpotStandIn(VendorServer):
    """One portal in euros. `search_end` is where a search stops; `index_delay` how many seconds it is behind [K]."""

    vendor: ClassVar[str] = "hubspot"
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit("TEN_SECONDLY_ROLLING", 110, 10.0),  # vendor-facts §4 [R]; the policy's name [K]
        Limit("SECONDLY", 5, 1.0, suffix="/search"),  # vendor-facts §4: 4 an older page [V], 5 newer [K]
    )
    throttle_modes: ClassVar[tuple[str, ...]] = ("TEN_SECONDLY_ROLLING", "DAILY", "SECONDLY")

    def __init__(self, world: World, *, enforce_limits: bool = True, limits: tuple[Limit, ...] | None = None) -> None:
        self.key = KEY
        self.search_end = SEARCH_END
        self.index_delay = 5.0
        super().__init__(world, enforce_limits=enforce_limits, limits=limits)
        self.webhooks = Courier(self.clock, sign, self.oauth.client.secret)

    def authorization_server(self) -> AuthorizationServer:
        rules = OAuthRules(1800, "same", pkce=True, token_length=80)  # vendor-facts §4 [V], same token [S]
        return AuthorizationServer(
            "hubspot", self.clock, rules, prefix=lambda kind: "C" if kind == "access" else "eu1-"
        )

    def routes(self) -> Iterator[Route]:
        yield self.open("/oauth/authorize", self._authorize)
        for version in VERSIONS[1:]:
            yield self.open(f"/oauth/{version}/token", self._token, ("POST",))
            yield self.open(f"/oauth/{version}/token/introspect", self._introspect, ("POST",))
            yield self.open(f"/oauth/{version}/token/revoke", self._revoke, ("POST",))
        yield self.open("/oauth/v1/token", self._old_token, ("POST",))
        yield self.api("/account-info/v3/details", self._account)
        for base in (*(f"/crm/objects/{version}" for version in VERSIONS), "/crm/v3/objects"):
            yield self.api(f"{base}/{{kind}}", self._list)
            yield self.api(f"{base}/{{kind}}/search", self._search, ("POST",))
            yield self.api(f"{base}/{{kind}}/{{id}}", self._one)

    def is_key(self, token: str) -> bool:
        return token == self.key

    def dressed(self, asked: Asked, answer: Answer) -> Answer:
        del asked
        answer.headers["x-hubspot-correlation-id"] = guid("hubspot", len(self.requests))
        if self.budget.limits:
            left = self.budget.left("TEN_SECONDLY_ROLLING", self.clock.now())
            answer.headers |= {
                "X-HubSpot-RateLimit-Max": "110",
                "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
                "X-HubSpot-RateLimit-Remaining": str(left),
                "X-HubSpot-RateLimit-Secondly": "11",
                "X-HubSpot-RateLimit-Secondly-Remaining": str(min(left, 10)),
            }
        return answer

    def unauthorized(self, asked: Asked) -> Answer:
        token = self.token_in(asked)
        known = any(token in grant.access for grant in self.oauth.grants)
        if known:
            return self._problem(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired.")
        message = "Authentication credentials not found. This API supports OAuth 2.0 authentication."
        return self._problem(401, "INVALID_AUTHENTICATION", message)

    def unavailable(self, status: int) -> Answer:
        return self._problem(status, "INTERNAL_ERROR", "internal error")

    def throttled(self, mode: str, wait: float) -> Answer:
        # vendor-facts §4 [V]
        del wait
        name = {"DAILY": "daily", "SECONDLY": "secondly"}.get(mode, "ten_secondly_rolling")
        body = {
            "status": "error",
            "message": f"You have reached your {name} limit.",
            "errorType": "RATE_LIMIT",
            "correlationId": guid("hubspot", "limit", len(self.requests)),
            "policyName": mode,
            "requestId": guid("hubspot", "request", len(self.requests)),
        }
        return Answer(body, 429)

    def _problem(self, status: int, category: str, message: str) -> Answer:
        correlation = guid("hubspot", "problem", len(self.requests))
        return Answer(
            {"status": "error", "message": message, "correlationId": correlation, "category": category}, status
        )

    def _invalid(self, message: str) -> RefusedError:
        return RefusedError(self._problem(400, "VALIDATION_ERROR", message))

    # Objects.

    def _kind(self, asked: Asked) -> str:
        kind = render.TYPE_IDS.get(asked.places["kind"], asked.places["kind"])
        if kind not in render.KINDS:
            raise self._invalid(f"Unable to infer object type from: {kind}")
        grant = self.grant(asked)
        if grant is not None and SCOPES[kind] not in grant.scope.split():
            message = "This app hasn't been granted all required scopes to make this call."
            raise RefusedError(self._problem(403, "MISSING_SCOPES", message))
        return kind

    def _list(self, asked: Asked) -> Answer:
        kind = self._kind(asked)
        limit = self._count(asked.one("limit", "10"), MAX_PAGE)
        gone = asked.one("archived") == "true"
        rows = [row for row in render.records(self.world, kind) if (row.archived_at is not None) == gone]
        if (after := asked.one("after")) is not None:
            if not after.isdecimal() or self.faults.take_dead_cursor():
                raise self._invalid("The after cursor is invalid.")
            rows = [row for row in rows if int(row.id) > int(after)]
        names, links = _names(asked, "properties"), _names(asked, "associations")
        body: Json = {"results": [render.record(kind, row, names, links) for row in rows[:limit]]}
        if len(rows) > limit:
            # Absent on the last page (vendor-facts §4 [R]).
            body["paging"] = {"next": {"after": rows[limit - 1].id, "link": f"?after={rows[limit - 1].id}"}}
        return Answer(body)

    def _one(self, asked: Asked) -> Answer:
        kind = self._kind(asked)
        gone = asked.one("archived") == "true"
        for row in render.records(self.world, kind):
            if row.id == asked.places["id"] and (row.archived_at is not None) == gone:
                return Answer(render.record(kind, row, _names(asked, "properties"), _names(asked, "associations")))
        return self._problem(404, "OBJECT_NOT_FOUND", "resource not found")

    def _search(self, asked: Asked) -> Answer:
        kind = self._kind(asked)
        try:
            body = json.loads(asked.body)
        except ValueError:
            raise self._invalid("Invalid input JSON") from None
        limit = self._count(str(body.get("limit", 10)), MAX_SEARCH_PAGE)
        start = int(body.get("after") or 0)
        if start + limit > self.search_end:
            raise self._invalid(f"The search is limited to {self.search_end} results.")
        indexed = self.clock.now() - timedelta(seconds=self.index_delay)
        rows = [r for r in render.records(self.world, kind) if r.archived_at is None and r.updated_at <= indexed]
        groups: list[Json] = body.get("filterGroups") or []
        if groups:
            rows = [row for row in rows if any(self._in_group(row, group) for group in groups)]
        for sort in reversed(body.get("sorts") or [{"propertyName": "createdate", "direction": "ASCENDING"}]):
            rows.sort(
                key=lambda row, sort=sort: _comparable(row.properties.get(sort["propertyName"]) or ""),
                reverse=sort.get("direction") == "DESCENDING",
            )
        page = rows[start : start + limit]
        answer: Json = {
            "total": len(rows),
            "results": [render.record(kind, row, body.get("properties") or []) for row in page],
        }
        if start + limit < len(rows):
            answer["paging"] = {"next": {"after": str(start + limit)}}
        return Answer(answer)

    def _in_group(self, row: Record, group: Json) -> bool:
        filters: list[Json] = group.get("filters") or []
        return all(self._fits(row, each) for each in filters)

    def _fits(self, row: Record, each: Json) -> bool:
        value, operator = row.properties.get(str(each.get("propertyName"))), str(each.get("operator"))
        if operator in {"HAS_PROPERTY", "NOT_HAS_PROPERTY"}:
            return (value is not None) == (operator == "HAS_PROPERTY")
        if value is None:
            return False
        if operator in {"IN", "NOT_IN"}:
            return (value in (each.get("values") or [])) == (operator == "IN")
        left, right = _comparable(value), _comparable(str(each.get("value")))
        if operator == "BETWEEN":
            return right <= left <= _comparable(str(each.get("highValue")))
        outcomes = {
            "EQ": left == right,
            "NEQ": left != right,
            "GT": left > right,
            "GTE": left >= right,
            "LT": left < right,
            "LTE": left <= right,
        }
        if operator not in outcomes:
            raise self._invalid(f"{operator} is not a valid operator")
        return outcomes[operator]

    def _count(self, text: str | None, most: int) -> int:
        limit = int(text) if text and text.isdecimal() else 0
        if not 1 <= limit <= most:
            raise self._invalid(f"limit must be between 1 and {most}")
        return limit

    def _account(self, asked: Asked) -> Answer:
        del asked
        return Answer(
            {
                "portalId": render.PORTAL,
                "accountType": "STANDARD",
                "timeZone": "Europe/Berlin",
                "companyCurrency": HOME,
                "additionalCurrencies": ["USD", "JPY", "KWD"],
                "utcOffset": "+01:00",
                "uiDomain": "app.hubspot.com",
                "dataHostingLocation": "eu1",
            }
        )

    # OAuth.

    def _authorize(self, asked: Asked) -> Answer:
        try:
            to = self.oauth.authorize(dict(asked.query), str(render.PORTAL))
        except OAuthError as error:
            return self._refused(error)
        return Answer(status=302, headers={"location": to})

    def _token(self, asked: Asked) -> Answer:
        if not asked.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            # Form body only (vendor-facts §4 [V]).
            return self._refused(OAuthError("invalid_request", "The body must be a form"), 415)
        fields = asked.form()
        try:
            self.oauth.authenticate(fields.get("client_id"), fields.get("client_secret"))
            tokens = self.oauth.token(fields)
        except OAuthError as error:
            return self._refused(error)
        return Answer(
            {
                "access_token": tokens.access_token,
                "refresh_token": tokens.refresh_token,
                "expires_in": 1800,
                "token_type": "bearer",
                "hub_id": render.PORTAL,
                "scopes": tokens.grant.scope.split(),
                "user_id": 5_512_345,
            }
        )

    def _old_token(self, asked: Asked) -> Answer:
        if self.clock.now() >= OLD_TOKENS_END:
            return Answer({"status": "error", "message": "This endpoint is gone."}, 410)
        return self._token(asked)

    def _introspect(self, asked: Asked) -> Answer:
        fields = asked.form()
        grant = self.oauth.grant_of(fields.get("token", ""))
        if grant is None:
            return Answer({"active": False})
        return Answer({"active": True, "hub_id": render.PORTAL, "scopes": grant.scope.split(), "token_type": "access"})

    def _revoke(self, asked: Asked) -> Answer:
        fields = asked.form()
        try:
            self.oauth.authenticate(fields.get("client_id"), fields.get("client_secret"))
        except OAuthError as error:
            return self._refused(error)
        self.oauth.revoke(fields.get("token", ""))
        return Answer()

    def _refused(self, error: OAuthError, status: int = 400) -> Answer:
        # Both forms at once (vendor-facts §4 [S]).
        body = {"error": error.error, "error_description": error.description}
        return Answer({**body, "status": "BAD_REFRESH_TOKEN", "message": error.description}, status)

    def notices(self, changes: list[Change], attempt: int = 0) -> list[Json]:
        """A webhook's body: an array, a change of several properties giving several (vendor-facts §4 [S/K])."""
        kinds = {"customer": "contact", "company": "company", "deal": "deal", "product": "product"}
        plurals = {"contact": "contacts", "company": "companies", "deal": "deals", "product": "products"}
        made: list[Json] = []
        for change in changes:
            kind = kinds[change.kind]
            plural = plurals[kind]
            base = {
                "eventId": change.sequence,
                "subscriptionId": 25_000 + len(kind),
                "portalId": render.PORTAL,
                "appId": 1_160_452,
                "occurredAt": millis(change.at),
                "attemptNumber": attempt,
                "objectId": int(render.ident(plural, change.number)),
                "changeSource": "CRM_UI",
            }
            if change.action != "updated":
                word = "creation" if change.action == "created" else "deletion"
                made.append({**base, "subscriptionType": f"{kind}.{word}", "changeFlag": word.upper()})
                continue
            now = render.properties_of(self.world, plural, change.thing)
            for name in _properties(change.before):
                value = now.get(name)
                made.append(
                    {**base, "subscriptionType": f"{kind}.propertyChange", "propertyName": name, "propertyValue": value}
                )
        return made


PROPERTY_OF = {"first": "firstname", "last": "lastname", "note": "message", "stage": "dealstage", "title": "dealname"}


def _properties(before: dict[str, Any]) -> list[str]:
    return [PROPERTY_OF.get(name, name) for name in before]


def sign(draft: Draft) -> dict[str, str]:
    """Version 3 over method, URI, body and milliseconds; version 1 beside it, as HubSpot sends (vendor-facts §4 [V])."""
    at, key = str(round(draft.at * 1000)), draft.keys[0].encode()
    source = b"POST" + draft.url.encode() + draft.body + at.encode()
    third = base64.b64encode(hmac.new(key, source, hashlib.sha256).digest()).decode()
    return {
        "X-HubSpot-Signature-v3": third,
        "X-HubSpot-Request-Timestamp": at,
        "X-HubSpot-Signature": hashlib.sha256(key + draft.body).hexdigest(),
        "X-HubSpot-Signature-Version": "v1",
    }


def _names(asked: Asked, name: str) -> list[str]:
    return [each for value in asked.every(name) for each in value.split(",") if each]


def _comparable(text: str) -> tuple[int, Decimal, str]:
    """Times as milliseconds, numbers as numbers, the rest as text."""
    try:
        return (1, Decimal(text), "")
    except InvalidOperation:
        pass
    try:
        return (1, Decimal(millis(moment(text))), "")
    except ValueError:
        return (2, Decimal(0), text.casefold())
