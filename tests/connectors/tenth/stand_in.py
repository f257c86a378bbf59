"""The tenth vendor's stand-in: one list, and a token."""

from collections.abc import Iterator
from typing import ClassVar

from starlette.routing import Route

from evals.standins.vendors.kit.budget import Limit
from evals.standins.vendors.kit.oauth import AuthorizationServer, OAuthError, OAuthRules, fields_of
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, VendorServer
from evals.standins.vendors.kit.wire import Json, iso, moment
from evals.standins.vendors.world.things import Customer, Order


class CornerStandIn(VendorServer):
    vendor: ClassVar[str] = "corner"
    limits: ClassVar[tuple[Limit, ...]] = (Limit("second", 5, 1.0),)

    def authorization_server(self) -> AuthorizationServer:
        return AuthorizationServer("corner", self.clock, OAuthRules(3600, "single_use"))

    def routes(self) -> Iterator[Route]:
        yield self.open("/authorize", self._authorize)
        yield self.open("/token", self._token, ("POST",))
        yield self.api("/v1/shop", lambda _: Answer({"id": "shop-7", "name": "The corner", "currency": "EUR"}))
        yield self.api("/v1/sales", self._sales)

    def unauthorized(self, asked: Asked) -> Answer:
        del asked
        return Answer({"reason": "who are you?"}, 401)

    def unavailable(self, status: int) -> Answer:
        return Answer({"reason": "closed"}, status)

    def throttled(self, mode: str, wait: float) -> Answer:
        del mode
        return Answer({"reason": "one after another, please"}, 429, {"Retry-After": f"{wait:.0f}"})

    def _authorize(self, asked: Asked) -> Answer:
        return Answer(status=302, headers={"location": self.oauth.authorize(dict(asked.query), "shop-7")})

    def _token(self, asked: Asked) -> Answer:
        try:
            tokens = self.oauth.token(fields_of(asked))
        except OAuthError as error:
            return Answer({"error": error.error}, 400)
        return Answer(
            {"access_token": tokens.access_token, "refresh_token": tokens.refresh_token, "expires_in": 3600, "token_type": "bearer"}
        )  # fmt: skip

    def _sales(self, asked: Asked) -> Answer:
        start, limit, since = int(asked.one("cursor") or 0), int(asked.one("limit") or 20), asked.one("since")
        found = [one for one in self.world.orders if since is None or one.updated_at >= moment(since)]
        page = found[start : start + limit]
        rest = {"next": str(start + limit)} if len(found) > start + limit else {}
        return Answer({"sales": [self._sale(one) for one in page], **rest})

    def _sale(self, order: Order) -> Json:
        buyer = self.world.get(Customer, order.customer) if order.customer else None
        return {
            "id": str(order.number),
            "number": f"C-{order.number}",
            "sold_at": iso(order.placed_at),
            "updated_at": iso(order.updated_at),
            "currency": order.currency,
            "state": "void" if order.status == "cancelled" else "sold",
            "total": order.total,
            "buyer": {"id": str(buyer.number), "name": buyer.name, "email": buyer.email} if buyer else None,
            "lines": [
                {
                    "key": str(line.number), "title": line.title, "quantity": line.quantity, "price": line.unit_price, "gross": line.gross,
                    "discount": line.discount, "tax": line.tax,
                }
                for line in order.lines
            ],
        }  # fmt: skip
