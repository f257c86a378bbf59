"""Stripe's webhook endpoints: of the account, at most sixteen, with a secret that is told once (vendor-facts §2)."""

from collections.abc import Callable
from urllib.parse import parse_qsl

from evals.standins.vendors.kit.clock import VirtualClock
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer
from evals.standins.vendors.kit.wire import Json, identifier, unix

MOST = 16  # docs.stripe.com/webhooks [K]
Problem = Callable[..., Answer]


class Endpoints:
    def __init__(self, clock: VirtualClock, begin: Callable[[], None], problem: Problem) -> None:
        self.kept: dict[str, Json] = {}
        self.secrets: dict[str, str] = {}
        self._clock = clock
        self._begin = begin
        self._problem = problem
        self._made = 0

    def lose(self) -> None:
        """As if the owner had deleted them in the dashboard."""
        self.kept.clear()

    def create(self, asked: Asked) -> Answer:
        fields = parse_qsl(asked.body.decode())
        form, events = dict(fields), [value for name, value in fields if name == "enabled_events[]"]
        url = form.get("url", "")
        if not url.startswith(("https://", "http://127.0.0.1")):
            return self._problem(400, "Invalid URL: An explicit scheme (such as https) must be provided.", param="url")
        if not events:
            return self._problem(400, "Missing required param: enabled_events.", param="enabled_events")
        if len(self.kept) >= MOST:
            return self._problem(400, f"You have reached the maximum of {MOST} test webhook endpoints.")
        self._made += 1
        ident = f"we_{identifier('stripe', 'endpoint', self._made, length=24)}"
        self.kept[ident] = {
            "id": ident,
            "object": "webhook_endpoint",
            "api_version": None,
            "application": None,
            "created": unix(self._clock.now()),
            "description": form.get("description"),
            "enabled_events": events,
            "livemode": False,
            "metadata": {},
            "status": "enabled",
            "url": url,
        }
        self.secrets[ident] = f"whsec_{identifier('stripe', 'endpoint secret', self._made, length=32)}"
        self._begin()
        return Answer({**self.kept[ident], "secret": self.secrets[ident]})

    def listed(self, asked: Asked) -> Answer:
        """Newest first."""
        rows, after = list(self.kept.values())[::-1], asked.one("starting_after")
        ids = [row["id"] for row in rows]
        rest = rows[ids.index(after) + 1 :] if after in ids else rows
        limit = int(asked.one("limit") or 10)
        body = {"object": "list", "data": rest[:limit], "has_more": len(rest) > limit, "url": "/v1/webhook_endpoints"}
        return Answer(body)

    def delete(self, asked: Asked) -> Answer:
        ident = asked.places["id"]
        if self.kept.pop(ident, None) is None:
            return self._problem(404, f"No such webhook endpoint: '{ident}'", code="resource_missing", param="id")
        return Answer({"id": ident, "object": "webhook_endpoint", "deleted": True})

    def secret_of(self, ident: str) -> str:
        return self.secrets[ident]

    def told(self, kind: str) -> list[tuple[str, str]]:
        """Address and secret of those that are told of a type of event."""
        return [
            (str(each["url"]), self.secrets[ident])
            for ident, each in self.kept.items()
            if each["status"] == "enabled" and {kind, "*"} & set(each["enabled_events"])
        ]
