"""Zoho's notification channels: for a day at most, with a token that is repeated (vendor-facts §5 [V])."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from evals.standins.vendors.kit.clock import VirtualClock
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, RefusedError
from evals.standins.vendors.kit.wire import Json, millis, moment
from evals.standins.vendors.world import Change
from evals.standins.vendors.zoho import render

SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=1)  # vendor-facts §5 [V]
MOST_TOKEN = 50
Problem = Callable[[int, str, str], Answer]


class Watches:
    """`kept` by the channel's id; ends are texts with the organisation's offset."""

    def __init__(self, clock: VirtualClock, begin: Callable[[], None], problem: Problem) -> None:
        self.kept: dict[str, Json] = {}
        self._clock = clock
        self._begin = begin
        self._problem = problem

    def lose(self) -> None:
        self.kept.clear()

    def asked(self, asked: Asked) -> Answer:
        match asked.method:
            case "POST":
                return Answer({"watch": [self._put(each, is_new=True) for each in self._wanted(asked)]}, 201)
            case "PUT":
                return Answer({"watch": [self._put(each, is_new=False) for each in self._wanted(asked)]})
            case "DELETE":
                return self._delete(asked)
            case _:
                return self._listed()

    def live(self) -> list[Json]:
        return [each for each in self.kept.values() if moment(str(each["channel_expiry"])) > self._clock.now()]

    def notices(self, change: Change, origin: str) -> list[tuple[str, Json]]:
        """Address and body of what each live channel is told of a change: ids only, with its token (§5 [K])."""
        names = {render.MODULES[module]: module for module in render.MODULES}
        module = names.get(type(change.thing))
        operation = {"created": "insert", "updated": "update", "deleted": "delete"}[change.action]
        spellings = {f"{module}.all", f"{module}.{ {'insert': 'create', 'update': 'edit'}.get(operation, operation) }"}
        return [
            (
                str(each["notify_url"]),
                {
                    "server_time": millis(self._clock.now()),
                    "query_params": {},
                    "module": module,
                    "resource_uri": f"{origin}/crm/v8/{module}",
                    "ids": [render.ident(str(module), change.number)],
                    "operation": operation,
                    "channel_id": each["channel_id"],
                    "token": each.get("token"),
                    "affected_fields": [],
                },
            )
            for each in self.live()
            if spellings & {str(event) for event in each["events"]}
        ]

    def _wanted(self, asked: Asked) -> list[Json]:
        try:
            found: list[Json] = json.loads(asked.body)["watch"]
        except (ValueError, KeyError, TypeError):
            raise RefusedError(self._problem(400, "INVALID_DATA", "watch is missing")) from None
        return found

    def _put(self, wanted: Json, *, is_new: bool) -> Json:
        ident = str(wanted.get("channel_id") or "")
        if len(str(wanted.get("token") or "")) > MOST_TOKEN:
            raise RefusedError(self._problem(400, "INVALID_DATA", f"token has at most {MOST_TOKEN} characters"))
        if not ident or (not is_new and ident not in {each["channel_id"] for each in self.live()}):
            raise RefusedError(self._problem(400 if is_new else 404, "INVALID_DATA", "the channel_id is invalid"))
        ends = self._until(wanted.get("channel_expiry"))
        self.kept[ident] = {**wanted, "id": ident, "channel_id": ident, "channel_expiry": render.stamp(ends)}
        self._begin()
        events: list[str] = wanted.get("events") or []
        details = [
            {
                "channel_expiry": render.stamp(ends),
                "resource_uri": f"/crm/v8/{event.partition('.')[0]}",
                "resource_id": ident,
                "resource_name": event.partition(".")[0],
                "channel_id": ident,
            }
            for event in events
        ]
        return {
            "code": "SUCCESS",
            "details": {"events": details},
            "message": "Successfully subscribed",
            "status": "success",
        }

    def _until(self, asked_for: Any) -> datetime:
        """Without an expiry an hour; a day is the most that an old text allows (vendor-facts §5 [V])."""
        most = self._clock.now() + LONGEST
        return min(most, moment(str(asked_for))) if asked_for else self._clock.now() + SHORTEST

    def _listed(self) -> Answer:
        rows = [{name: value for name, value in each.items() if name != "id"} for each in self.live()]
        info = {"per_page": 200, "count": len(rows), "page": 1, "more_records": False}
        return Answer({"watch": rows, "info": info}) if rows else Answer(status=204)

    def _delete(self, asked: Asked) -> Answer:
        made: list[Json] = []
        for ident in (asked.one("channel_ids") or "").split(","):
            if self.kept.pop(ident, None) is None:
                raise RefusedError(self._problem(404, "INVALID_DATA", "the channel_id is invalid"))
            details = {"resource_uri": "/crm/v8", "resource_id": ident, "channel_id": ident}
            made.append(
                {"code": "SUCCESS", "details": details, "message": "Successfully un-subscribed", "status": "success"}
            )
        return Answer({"watch": made})
