"""Google's public keys: fetched when they are needed, kept, and not asked for by whoever makes up their names."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from evals.standins.serving import LoopbackServer
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from tools.connectors.core.webhooks.keys import ASKED_AGAIN_AFTER, KEPT_FOR, PublicKeys
from tools.connectors.core.wire import open_http

pytestmark = pytest.mark.anyio


class KeyServer:
    """Gives out a key set, and counts who asked."""

    def __init__(self) -> None:
        self.names: list[str] = ["k1"]
        self.content: bytes | None = None
        self.status = 200
        self.asked = 0
        self.url = ""

    async def answer(self, _request: Request) -> Response:
        self.asked += 1
        keys = [{"kid": name, "kty": "RSA", "n": "AQAB", "e": "AQAB", "alg": "RS256"} for name in self.names]
        content = self.content if self.content is not None else json.dumps({"keys": keys}).encode()
        return Response(content, self.status, media_type="application/json")


@pytest.fixture
def server() -> Iterator[KeyServer]:
    made = KeyServer()
    with LoopbackServer(Starlette(routes=[Route("/certs", made.answer)])) as loopback:
        made.url = f"{loopback.origin}/certs"
        yield made


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with open_http() as client:
        yield client


async def test_they_are_fetched_once_and_again_when_they_are_old(
    server: KeyServer, http: httpx.AsyncClient, clock: FixedClock
) -> None:
    keys = PublicKeys(server.url, http, clock)
    for _ in range(3):
        assert set(await keys.find("k1")) == {"k1"}
    assert server.asked == 1
    server.names = ["k2"]
    clock.at += KEPT_FOR
    assert set(await keys.find("k1")) == {"k2"}


async def test_a_new_key_is_asked_for_and_a_made_up_one_at_most_once_a_minute(
    server: KeyServer, http: httpx.AsyncClient, clock: FixedClock
) -> None:
    keys = PublicKeys(server.url, http, clock)
    await keys.find("k1")
    for number in range(20):
        await keys.find(f"made up {number}")
    assert server.asked == 1
    server.names = ["k1", "k2"]
    clock.at += ASKED_AGAIN_AFTER
    assert "k2" in await keys.find("k2")
    assert server.asked == 2


@pytest.mark.parametrize(
    ("status", "content"),
    [(500, b"{}"), (200, b"<html>"), (200, b'{"keys": [{"kid": "k", "kty": "oct", "k": "x"}]}'), (200, b" " * 70_000), (302, b"")],
)  # fmt: skip
async def test_without_keys_nothing_can_be_checked_and_those_of_before_do(
    server: KeyServer, http: httpx.AsyncClient, clock: FixedClock, status: int, content: bytes
) -> None:
    known, empty = (PublicKeys(server.url, http, clock) for _ in range(2))
    await known.find("k1")
    server.status, server.content = status, content
    clock.at += timedelta(days=1)
    assert set(await known.find("k1")) == {"k1"}
    with pytest.raises(CopilotError) as refused:
        await empty.find("k1")
    assert refused.value.kind is ErrorKind.UNAVAILABLE
    told: Any = refused.value.retry_after
    assert told > 0
