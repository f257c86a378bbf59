"""Google Calendar's notification channels: for a week at most, at an address of their own, told without a word of what has
changed (developers.google.com/workspace/calendar/api/guides/push and /v3/reference/events/watch [V]; refusals [K])."""

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit

from evals.standins.vendors.google import render
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, RefusedError
from evals.standins.vendors.kit.wire import Json, guid, iso, millis, moment

if TYPE_CHECKING:
    from evals.standins.vendors.google.server import GoogleStandIn

LIFE_SECONDS: Final = 604_800
"""Where nothing shorter is asked for [V]; what is longer is cut to it [K]."""
NAME: Final = re.compile(r"[A-Za-z0-9\-_+/=]{1,64}")
MOST_TOKEN: Final = 256
"""Characters [K]."""
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
RESOURCE: Final = guid("calendar", render.ADDRESS, "events")
"""The same for all channels of one calendar [V]."""
RESOURCE_URI: Final = "https://www.googleapis.com/calendar/v3/calendars/primary/events?alt=json"
PROJECT: Final = "636397034666"


class Channels:
    """Those that live stand in `kept`, beside the mailbox's watch."""

    def __init__(self, server: "GoogleStandIn", kept: dict[str, Json]) -> None:
        self._server = server
        self._clock = server.clock
        self._kept = kept
        self._ids: set[str] = set()

    def watch(self, asked: Asked) -> Answer:
        """Begins one, and tells of that."""
        body = _body(asked)
        channel: Json = {**_checked(body), "until": iso(self._until(body)), "number": 0}
        ident = str(channel["id"])
        if ident in self._ids:
            raise _refused("channelIdNotUnique", f"Channel id {ident} not unique")
        self._ids.add(ident)
        self._kept[ident] = channel
        self._server.deliverer.begin()
        self._server.deliverer.soon(lambda: self._post(channel, "sync"))
        answer: Json = {"kind": "api#channel", "id": ident, "resourceId": RESOURCE, "resourceUri": RESOURCE_URI}
        answer |= {"token": channel["token"]} if "token" in channel else {}
        return Answer({**answer, "expiration": str(millis(moment(channel["until"])))})

    def stop(self, asked: Asked) -> Answer:
        """Ends one that lives and watches what is said to be watched."""
        body = _body(asked)
        ident = str(body.get("id", ""))
        if ident not in {each["id"] for each in self._live()} or body.get("resourceId") != RESOURCE:
            raise _refused("notFound", f"Channel '{ident}' not found for project '{PROJECT}'", 404)
        del self._kept[ident]
        return Answer(status=204)

    def tell(self) -> None:
        """An event has changed."""
        for channel in self._live():
            self._post(channel, "exists")

    def headers(self, channel: Json, state: str) -> dict[str, str]:
        """Of the next message of a channel: all that it says. Numbers grow; the first is 1 [V]."""
        channel["number"] += 1
        given = {"x-goog-channel-token": str(channel["token"])} if "token" in channel else {}
        return {
            "x-goog-channel-id": str(channel["id"]),
            "x-goog-channel-expiration": format_datetime(moment(channel["until"]).astimezone(UTC), usegmt=True),
            "x-goog-message-number": str(channel["number"]),
            "x-goog-resource-id": RESOURCE,
            "x-goog-resource-state": state,
            "x-goog-resource-uri": RESOURCE_URI,
            **given,
        }

    def _post(self, channel: Json, state: str) -> None:
        self._server.webhooks.post(str(channel["address"]), b"", headers=self.headers(channel, state))

    def _live(self) -> list[Json]:
        channels = [each for each in list(self._kept.values()) if "address" in each]
        return [each for each in channels if moment(each["until"]) > self._clock.now()]

    def _until(self, body: Json) -> datetime:
        now = self._clock.now()
        latest = now + timedelta(seconds=LIFE_SECONDS)
        try:
            if "expiration" in body:
                ends = datetime.fromtimestamp(int(str(body["expiration"])) / 1_000, UTC)
            else:
                params: Json = body.get("params", {})
                ends = now + timedelta(seconds=int(params.get("ttl", LIFE_SECONDS)))
        except (AttributeError, OverflowError, TypeError, ValueError):
            raise _refused("invalid", "Invalid value for: expiration") from None
        if ends <= now:
            raise _refused("invalid", "Channel expiration must be in the future")
        return min(ends, latest)


def _refused(reason: str, message: str, status: int = 400) -> RefusedError:
    errors = [{"domain": "global", "reason": reason, "message": message}]
    return RefusedError(Answer({"error": {"errors": errors, "code": status, "message": message}}, status))


def _body(asked: Asked) -> Json:
    try:
        body = json.loads(asked.body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _refused("parseError", "Parse Error")
    return cast("Json", body)


def _checked(body: Json) -> Json:
    """What is kept of a channel that can be."""
    for name in ("id", "type", "address"):
        if not body.get(name):
            raise _refused("required", f"entity.{name}: Required")
    if not NAME.fullmatch(str(body["id"])):
        raise _refused("channelIdInvalid", "Invalid channel id")
    if body["type"] not in ("web_hook", "webhook"):
        raise _refused("push.channelTypeNotSupported", "Channel type not supported")
    url = urlsplit(str(body["address"]))
    # Without https from loopback alone: that is ours, and not Google's.
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
        raise _refused("push.webhookUrlNotHttps", f"WebHook callback must be HTTPS: {body['address']}")
    if len(str(body.get("token", ""))) > MOST_TOKEN:
        raise _refused("invalid", "Channel token is too long")
    return {name: body[name] for name in ("id", "type", "address", "token") if name in body}
