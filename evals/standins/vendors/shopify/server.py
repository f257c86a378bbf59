"""Shopify's Admin API: GraphQL with calculated cost, expiring offline tokens, version drift (vendor-facts §1)."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from graphql import (
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    execute_sync,  # pyright: ignore[reportUnknownVariableType]
    parse,
    validate,
)
from starlette.routing import Route

from evals.standins.vendors.kit.budget import Limit, Violation
from evals.standins.vendors.kit.oauth import (
    AuthorizationServer,
    Grant,
    OAuthError,
    OAuthRules,
    Tokens,
    fields_of,
)
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, VendorServer
from evals.standins.vendors.kit.webhooks import Courier
from evals.standins.vendors.kit.wire import HEX, Json, guid, identifier
from evals.standins.vendors.shopify import render, webhooks
from evals.standins.vendors.shopify.cost import MAX_QUERY_COST, Bucket, Costs
from evals.standins.vendors.shopify.paging import Cursors, GraphError, Row, connection, search
from evals.standins.vendors.shopify.render_order import order_rows, refund_node
from evals.standins.vendors.shopify.schema import whole_sdl
from evals.standins.vendors.shopify.subscriptions import Subscriptions
from evals.standins.vendors.world import Change, World
from evals.standins.vendors.world.things import Order

VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")  # vendor-facts §1 [V]: quarterly
DAY = 86_400
WITHOUT_ALL_ORDERS = timedelta(days=60)  # vendor-facts §1 [K]
DOCUMENTATION = "https://shopify.dev/api/usage/rate-limits"

EXPIRING = OAuthRules(3600, "until_replacement_used", refresh_seconds=90 * DAY, grace_seconds=30 * DAY)  # §1 [V]
LASTING = OAuthRules(None, None)  # §1 [S]: without expiring=1

_UNDEFINED = re.compile(r"Cannot query field '(\w+)' on type '(\w+)'")

SCOPES = {
    "orders": "read_orders",
    "customers": "read_customers",
    "products": "read_products",
    "payouts": "read_shopify_payments_payouts",  # shopify.dev/docs/api/usage/access-scopes [K]
}


class ShopifyStandIn(VendorServer):
    """One shop, `render.SHOP`, in euros. `plan` sets the bucket; `versions` the API versions that still answer.
    Without `has_payments` another processor takes its money, and Shopify knows no payouts."""

    vendor: ClassVar[str] = "shopify"
    throttle_modes: ClassVar[tuple[str, ...]] = ("THROTTLED",)

    def __init__(
        self, world: World, *, plan: str = "standard", enforce_limits: bool = True, has_payments: bool = True
    ) -> None:
        self.key = "shpat_" + identifier("shopify", "custom app", length=32, alphabet=HEX)
        self.versions = VERSIONS
        self.has_payments = has_payments
        self.bucket = Bucket(world.clock, plan)
        self._schema: GraphQLSchema = build_schema(whole_sdl())
        super().__init__(world, enforce_limits=enforce_limits)
        self.cursors = Cursors(dead=self.faults.take_dead_cursor)
        self.webhooks = Courier(self.clock, webhooks.sign, self.oauth.client.secret)
        self.subscriptions = Subscriptions(self.clock, self.faults, self.deliverer.begin)

    def authorization_server(self) -> AuthorizationServer:
        def rules_of(grant: Grant) -> OAuthRules:
            return EXPIRING if grant.extra.get("fields", {}).get("expiring") == "1" else LASTING

        return AuthorizationServer(
            "shopify",
            self.clock,
            EXPIRING,
            prefix=lambda kind: "shpat_" if kind == "access" else "shprt_",
            rules_of=rules_of,
        )

    def routes(self) -> Iterator[Route]:
        yield self.open("/admin/oauth/authorize", self._authorize)
        yield self.open("/admin/oauth/access_token", self._token, ("POST",))
        yield self.api("/admin/api/{version}/graphql.json", self._graphql, ("POST",))

    def token_in(self, asked: Asked) -> str | None:
        return asked.headers.get("x-shopify-access-token")

    def is_key(self, token: str) -> bool:
        return token == self.key

    def unauthorized(self, asked: Asked) -> Answer:
        del asked
        message = "[API] Invalid API key or access token (unrecognized login or wrong password)"
        return Answer({"errors": message}, 401)

    def unavailable(self, status: int) -> Answer:
        return Answer({"errors": "Service Unavailable"}, status)

    def throttled(self, mode: str, wait: float) -> Answer:
        del mode, wait
        return self._over(MAX_QUERY_COST)

    def dressed(self, asked: Asked, answer: Answer) -> Answer:
        """The version that really answered; an expired one falls forward to the oldest that is left (§1 [R])."""
        wanted = asked.places.get("version", "")
        used = wanted if wanted in self.versions else self.versions[0]
        answer.headers |= {"x-shopify-api-version": used, "x-request-id": guid("request", len(self.requests))}
        if used != wanted:
            answer.headers["x-shopify-api-version-warning"] = DOCUMENTATION
        return answer

    # GraphQL.

    def _graphql(self, asked: Asked) -> Answer:
        try:
            request = json.loads(asked.body)
            text, variables = str(request["query"]), dict(request.get("variables") or {})
        except (ValueError, KeyError, TypeError):
            return Answer({"errors": {"query": "Required parameter missing or invalid"}}, 400)
        try:
            document = parse(text)
        except GraphQLError as error:
            return Answer({"errors": [_formatted(error, "syntax error")]})
        if problems := validate(self._schema, document):
            return Answer({"errors": [_invalid(problem) for problem in problems]})
        operation = next(part for part in document.definitions if isinstance(part, OperationDefinitionNode))
        costs = Costs(self._schema, document, variables)
        requested = costs.requested(operation)
        if requested > MAX_QUERY_COST:
            return Answer({"errors": [_too_dear(requested)]})
        if requested > self.bucket.available():
            wait = (requested - self.bucket.available()) / self.bucket.rate
            limit = Limit("query-cost", self.bucket.size, 20.0)
            self.violations.append(Violation(limit, self.clock.now(), asked.method, asked.path, wait))
            if self.enforce_limits:
                return self._over(requested)
        warnings: list[Json] = []
        result = execute_sync(self._schema, document, self._root(asked, warnings), variable_values=variables)
        actual = costs.actual(operation, result.data)
        self.bucket.take(actual)
        cost = {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": self.bucket.status()}
        body: Json = {"data": result.data}
        if result.errors:
            body["errors"] = [_formatted(error) for error in result.errors]
        body["extensions"] = {"cost": cost, **({"search": warnings} if warnings else {})}
        return Answer(body)

    def _over(self, requested: int) -> Answer:
        """HTTP 200 with THROTTLED (vendor-facts §1 [S])."""
        cost = {"requestedQueryCost": requested, "actualQueryCost": None, "throttleStatus": self.bucket.status()}
        error = {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": DOCUMENTATION}}
        return Answer({"errors": [error], "extensions": {"cost": cost}})

    def _root(self, asked: Asked, warnings: list[Json]) -> Json:
        grant = self.grant(asked)

        def listed(name: str, rows: Callable[[], list[Row]]) -> Callable[..., Json]:
            def resolve(_info: Any, **arguments: Any) -> Json:
                _may_read(grant, name)
                found = search(rows(), arguments.get("query"))
                if found.warnings:
                    warnings.append({"path": [name], "query": arguments["query"], "warnings": found.warnings})
                return connection(found.rows, arguments, self.cursors, arguments.get("sortKey") or "ID")

            return resolve

        def counted(name: str, rows: Callable[[], list[Row]]) -> Callable[..., Json]:
            def resolve(_info: Any, query: str | None = None, limit: int = 10_000) -> Json:
                _may_read(grant, name)
                count = len(search(rows(), query).rows)
                return {"count": min(count, limit), "precision": "EXACT" if count <= limit else "AT_LEAST"}

            return resolve

        def single(name: str, rows: Callable[[], list[Row]]) -> Callable[..., Json | None]:
            def resolve(_info: Any, id: str) -> Json | None:  # noqa: A002  GraphQL's own name
                _may_read(grant, name)
                return next((row.node() for row in rows() if id.endswith(f"/{row.id}")), None)

            return resolve

        def variants() -> list[Row]:
            return render.variant_rows(self.cursors, self.world.products)

        sources: dict[str, Callable[[], list[Row]]] = {
            "orders": lambda: self._orders(grant),
            "customers": lambda: render.customer_rows(self.world, self.cursors),
            "products": lambda: render.product_rows(self.cursors, self.world.products),
        }

        account = {
            "id": "gid://shopify/ShopifyPaymentsAccount/61234567",
            "activated": True,
            "country": "DE",
            "defaultCurrency": render.HOME,
            "payouts": listed("payouts", lambda: render.payout_rows(self.world)),
        }
        root: Json = {
            "shop": render.shop(self.world),
            "shopifyPaymentsAccount": account if self.has_payments else None,
            "productVariants": listed("products", variants),
            "refund": lambda _info, id: self._refund(grant, id),  # noqa: A006  GraphQL's own name
            **self.subscriptions.resolvers(_scopes(grant) if grant is not None else None),
        }
        for name, rows in sources.items():
            root |= {
                name: listed(name, rows),
                name.removesuffix("s"): single(name, rows),
                f"{name}Count": counted(name, rows),
            }
        return root

    def _refund(self, grant: Grant | None, key: str) -> Json | None:
        _may_read(grant, "orders")
        found = (each for each in self.world.refunds if key == render.gid("Refund", each.number))
        refund = next(found, None)
        return refund and refund_node(self.world, self.cursors, self.world.get(Order, refund.order), refund)

    def _orders(self, grant: Grant | None) -> list[Row]:
        orders = self.world.orders
        if grant is not None and "read_all_orders" not in _scopes(grant):
            since = self.clock.now() - WITHOUT_ALL_ORDERS
            orders = [order for order in orders if order.created_at >= since]
        return order_rows(self.world, self.cursors, orders)

    def tell(self, change: Change) -> None:
        topic = webhooks.topic_of(change)
        if topic is None:
            return
        for url in self.subscriptions.addresses(topic):
            self.webhooks.post(url, webhooks.body_of(self.world, change), topic=topic)

    # OAuth.

    def _authorize(self, asked: Asked) -> Answer:
        def extra(answer: Mapping[str, str]) -> Mapping[str, str]:
            host = base64.b64encode(f"admin.shopify.com/store/{render.SHOP.partition('.')[0]}".encode()).decode()
            signed = {**answer, "host": host, "shop": render.SHOP, "timestamp": str(int(self.clock.time()))}
            return {**signed, "hmac": callback_hmac(self.oauth.client.secret, signed)}

        try:
            to = self.oauth.authorize(dict(asked.query), render.SHOP, extra)
        except OAuthError as error:
            return Answer(f"Oauth error {error.error}: {error.description}".encode(), 400, content_type="text/html")
        return Answer(status=302, headers={"location": to})

    def _token(self, asked: Asked) -> Answer:
        fields = fields_of(asked)
        try:
            self.oauth.authenticate(fields.get("client_id"), fields.get("client_secret"))
            # The exchange names no grant type; only a refresh does (vendor-facts §1).
            tokens = self.oauth.token({"grant_type": "authorization_code", **fields})
        except OAuthError as error:
            # vendor-facts §1 [S]
            return Answer({"error": error.error, "error_description": error.description}, 400)
        return Answer(token_answer(tokens))


def token_answer(tokens: Tokens) -> Json:
    answer: Json = {"access_token": tokens.access_token, "scope": tokens.grant.scope}
    if tokens.refresh_token is None:
        return answer
    return {
        **answer,
        "expires_in": EXPIRING.access_seconds,
        "refresh_token": tokens.refresh_token,
        "refresh_token_expires_in": EXPIRING.refresh_seconds,
    }


def callback_hmac(secret: str, parameters: Mapping[str, str]) -> str:
    """hex HMAC-SHA256 over the other parameters, sorted and joined (vendor-facts §1 [K])."""
    message = "&".join(f"{key}={parameters[key]}" for key in sorted(parameters) if key != "hmac")
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def _scopes(grant: Grant) -> Sequence[str]:
    return [scope for scope in re.split(r"[,\s]+", grant.scope) if scope]


def _may_read(grant: Grant | None, name: str) -> None:
    needed = SCOPES[name]
    if grant is not None and needed not in _scopes(grant):
        message = f"Access denied for {name} field. Required access: `{needed}` access scope."
        raise GraphError(message, "ACCESS_DENIED")


def _too_dear(cost: int) -> Json:
    return {
        "message": f"Query cost is {cost}, which exceeds the single query max cost limit ({MAX_QUERY_COST}).",
        "extensions": {
            "code": "MAX_COST_EXCEEDED",
            "cost": cost,
            "maxCost": MAX_QUERY_COST,
            "documentation": DOCUMENTATION,
        },
    }


def _invalid(error: GraphQLError) -> Json:
    formatted = _formatted(error)
    if match := _UNDEFINED.match(error.message):
        formatted["message"] = f"Field '{match[1]}' doesn't exist on type '{match[2]}'"
        formatted["extensions"] = {"code": "undefinedField", "typeName": match[2], "fieldName": match[1]}
    return formatted


def _formatted(error: GraphQLError, prefix: str = "") -> Json:
    formatted: Json = {"message": f"{prefix}: {error.message}" if prefix else error.message}
    if error.locations:
        formatted["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        formatted["path"] = list(error.path)
    cause = error.original_error
    if isinstance(cause, GraphError):
        formatted["extensions"] = cause.extensions
    return formatted
