"""Graph's subscriptions: for some days at most, after a handshake with the address they name (vendor-facts §9)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx

from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, RefusedError
from evals.standins.vendors.kit.wire import Json, guid, iso, moment
from evals.standins.vendors.outlook import render
from evals.standins.vendors.world import Change
from evals.standins.vendors.world.things import Event, Mail

if TYPE_CHECKING:
    from evals.standins.vendors.outlook.server import OutlookStandIn

HANDSHAKE_SECONDS = 10.0  # vendor-facts §9 [S/K]
SHORTEST, LONGEST = timedelta(minutes=45), timedelta(minutes=10_080)  # vendor-facts §9 [V/S]
MOST_SUBSCRIPTIONS = 1000


class Subscriptions:
    def __init__(self, server: "OutlookStandIn") -> None:
        self.kept: dict[str, Json] = {}
        self._server = server
        self._clock = server.clock

    def lose(self) -> None:
        """Forget all without a word."""
        self.kept.clear()

    def create(self, asked: Asked, body: Json) -> Answer:
        del asked
        ends = self._until(body)
        if len(str(body.get("clientState", ""))) > 128:
            raise self._bad("clientState has at most 128 characters.", "InvalidRequest")
        if len(self.kept) >= MOST_SUBSCRIPTIONS:
            raise self._bad("Too many subscriptions.", "ExtensionError")
        for name in ("notificationUrl", "lifecycleNotificationUrl"):
            if name in body:
                self._shake_hands(str(body[name]))
        ident = guid("graph", "subscription", len(self._server.requests))
        self.kept[ident] = {
            **body,
            "id": ident,
            "applicationId": self._server.oauth.client.id,
            "creatorId": render.USER,
            "expirationDateTime": iso(ends),
        }
        self._server.deliverer.begin()
        return Answer(self.kept[ident], 201)

    def listed(self) -> Answer:
        """Those that live. What was to be kept secret is not shown again."""
        return Answer({"value": [{**each, "clientState": None} for each in self._live()]})

    def renew(self, asked: Asked, body: Json) -> Answer:
        known = next((each for each in self._live() if each["id"] == asked.places["id"]), None)
        if known is None:
            raise RefusedError(self._server.problem(404, "ResourceNotFound", "The object was not found."))
        known["expirationDateTime"] = iso(self._until(body))
        return Answer(known)

    def delete(self, asked: Asked) -> Answer:
        gone = self.kept.pop(asked.places["id"], None)
        return Answer(status=204 if gone else 404)

    def _live(self) -> list[Json]:
        return [each for each in self.kept.values() if moment(each["expirationDateTime"]) > self._clock.now()]

    def _until(self, body: Json) -> datetime:
        try:
            ends = moment(str(body["expirationDateTime"]))
        except (KeyError, ValueError):
            raise self._bad("expirationDateTime is needed.", "InvalidRequest") from None
        ahead = ends - self._clock.now()
        if not SHORTEST <= ahead <= LONGEST:
            raise self._bad("Subscription expiration must be 45 to 10080 minutes ahead.", "ExtensionError")
        return ends

    def _shake_hands(self, url: str) -> None:
        """The address must give the decoded token back as plain text (vendor-facts §9 [S/K])."""
        failed = self._bad("Subscription validation request failed. Response must exactly match.", "ValidationError")
        if self._server.faults.take_handshake():
            raise failed
        token = f"Validation: Testing client application reachability + {guid('graph', 'shake', len(self._server.requests))}"
        join = "&" if "?" in url else "?"
        try:
            answer = httpx.post(f"{url}{join}validationToken={quote(token, safe='')}", timeout=HANDSHAKE_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL):
            raise self._bad("Subscription validation request failed.", "ValidationError") from None
        plain = answer.headers.get("content-type", "").startswith("text/plain")
        if answer.status_code != 200 or not plain or answer.text != token:
            raise failed

    def _bad(self, message: str, code: str) -> RefusedError:
        return RefusedError(self._server.problem(400, code, message))

    # What subscribers are told.

    def notices(self, change: Change) -> Json:
        """What the live subscriptions are told of a change: its id, and the clientState they gave."""
        kind, path = change.action, _path(change)
        return {
            "value": [
                {
                    "subscriptionId": each["id"],
                    "subscriptionExpirationDateTime": each["expirationDateTime"],
                    "changeType": kind,
                    "resource": path,
                    "resourceData": {
                        "@odata.type": f"#Microsoft.Graph.{'Event' if '/Events/' in path else 'Message'}",
                        "@odata.id": path,
                        "@odata.etag": f'W/"{guid(change.sequence)}"',
                        "id": path.rpartition("/")[2],
                    },
                    "clientState": each.get("clientState"),
                    "tenantId": render.TENANT,
                }
                for each in self._live()
                if kind in str(each.get("changeType", "")).split(",") and _concerns(each, change)
            ]
        }

    def lifecycle(self, event: str) -> Json:
        """`reauthorizationRequired`, `subscriptionRemoved` or `missed` for every subscription (§9 [V/S])."""
        return {
            "value": [
                {
                    "lifecycleEvent": event,
                    "subscriptionId": each["id"],
                    "subscriptionExpirationDateTime": each["expirationDateTime"],
                    "resource": each.get("resource"),
                    "clientState": each.get("clientState"),
                    "tenantId": render.TENANT,
                }
                for each in self.kept.values()
            ]
        }

    def posts(self, change: Change) -> Iterator[tuple[str, Json]]:
        """Address and body of all notices."""
        for notice in self.notices(change)["value"]:
            yield str(self.kept[notice["subscriptionId"]]["notificationUrl"]), {"value": [notice]}

    def life_posts(self, event: str) -> Iterator[tuple[str, Json]]:
        for notice in self.lifecycle(event)["value"]:
            url = self.kept[notice["subscriptionId"]].get("lifecycleNotificationUrl")
            if url:
                yield str(url), {"value": [notice]}


def _path(change: Change) -> str:
    if isinstance(change.thing, Event):
        return f"Users/{render.USER}/Events/{render.event_id(change.number)}"
    folder = render.FOLDER_OF[change.thing.folder] if isinstance(change.thing, Mail) else "inbox"
    return f"Users/{render.USER}/Messages/{render.mail_id(change.number, folder, immutable=False)}"


def _concerns(subscription: Json, change: Change) -> bool:
    wanted = "events" if isinstance(change.thing, Event) else "messages"
    return isinstance(change.thing, Event | Mail) and wanted in str(subscription.get("resource", ""))
