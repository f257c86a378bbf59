"""Square's webhook subscriptions: of the application, for its own access token alone (vendor-facts §3)."""

import json
from collections.abc import Callable

from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer
from evals.standins.vendors.kit.wire import Json, identifier

Problem = Callable[[int, str, str, str], Answer]


class Subscriptions:
    def __init__(self, begin: Callable[[], None], problem: Problem) -> None:
        self.kept: dict[str, Json] = {}
        self.secrets: dict[str, str] = {}
        self._done: dict[str, str] = {}
        self._begin = begin
        self._problem = problem

    def lose(self) -> None:
        self.kept.clear()

    def create(self, asked: Asked) -> Answer:
        body: Json = json.loads(asked.body)
        wanted, key = dict(body.get("subscription") or {}), str(body.get("idempotency_key") or "")
        if key and key in self._done and self._done[key] in self.kept:
            return Answer({"subscription": self.kept[self._done[key]]})
        if not str(wanted.get("notification_url", "")).startswith(("https://", "http://127.0.0.1")):
            return self._problem(400, "INVALID_REQUEST_ERROR", "BAD_REQUEST", "URL is not valid")
        number = len(self._done) + 1
        ident = f"wbhk_{identifier('square', 'subscription', number, length=32)}"
        secret = identifier("square", "signature", number, length=22)
        self.kept[ident] = {**wanted, "id": ident, "enabled": True, "signature_key": secret}
        self.secrets[ident] = secret
        self._done[key or ident] = ident
        self._begin()
        return Answer({"subscription": self.kept[ident]})

    def listed(self, asked: Asked) -> Answer:
        """The key is not told again here [K]: the harder of the two ways it may be."""
        del asked
        rows = [{name: value for name, value in each.items() if name != "signature_key"} for each in self.kept.values()]
        return Answer({"subscriptions": rows} if rows else {})

    def delete(self, asked: Asked) -> Answer:
        if self.kept.pop(asked.places["id"], None) is None:
            return self._problem(404, "INVALID_REQUEST_ERROR", "NOT_FOUND", "The subscription was not found.")
        return Answer({})

    def secret_of(self, ident: str) -> str:
        return self.secrets[ident]

    def told(self, kind: str) -> list[tuple[str, str]]:
        """Address and key of those that are told of a type of event."""
        live = [each for each in self.kept.values() if each["enabled"] and kind in each["event_types"]]
        return [(str(each["notification_url"]), str(each["signature_key"])) for each in live]
