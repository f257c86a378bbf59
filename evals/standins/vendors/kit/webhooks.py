"""Webhooks as a vendor sends them: signed by its rule and posted to an address, also wrongly where a test says so."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from evals.standins.vendors.kit.clock import VirtualClock
from evals.standins.vendors.kit.wire import encode

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class Draft:
    """What is to be signed: `at` is unix seconds of the signing, `keys` more than one while a secret is rolled."""

    url: str
    body: bytes
    keys: tuple[str, ...]
    at: float
    topic: str = ""


Sign = Callable[[Draft], dict[str, str]]


@dataclass
class Courier:
    """Posts webhooks and keeps what was answered.

    One delivery is valid unless told otherwise: `key` another key than the vendor's, `age` seconds between signing
    and arrival, `reserialised` a body that was parsed and written again after it was signed, `signed_url` the
    address that the signature was made for, `headers` those of a delivery without a signature. A duplicate is a second `post`; any order is the order of the calls.
    """

    clock: VirtualClock
    sign: Sign
    key: str
    answers: list[httpx.Response] = field(default_factory=list[httpx.Response])

    def post(
        self,
        url: str,
        body: object,
        *,
        topic: str = "",
        key: str | None = None,
        keys: tuple[str, ...] | None = None,
        age: float = 0.0,
        reserialised: bool = False,
        signed_url: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        if headers is None:
            content, headers = self.draft(signed_url or url, body, topic=topic, key=key, keys=keys, age=age)
        else:
            content = body if isinstance(body, bytes) else encode(body)
        if reserialised:
            content = json.dumps(json.loads(content), indent=1).encode()
        answer = httpx.post(url, content=content, headers=headers, timeout=TIMEOUT_SECONDS, follow_redirects=False)
        self.answers.append(answer)
        return answer

    def draft(
        self,
        url: str,
        body: object,
        *,
        topic: str = "",
        key: str | None = None,
        keys: tuple[str, ...] | None = None,
        age: float = 0.0,
    ) -> tuple[bytes, dict[str, str]]:
        """The bytes and headers of a delivery, for a test that hands them over itself."""
        content = body if isinstance(body, bytes) else encode(body)
        chosen = keys if keys is not None else (key or self.key,)
        headers = self.sign(Draft(url, content, chosen, self.clock.time() - age, topic))
        return content, {"content-type": "application/json", **headers}
