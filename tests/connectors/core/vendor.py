"""A small vendor on a loopback socket: scripted answers, an OAuth server with one rule, and a record of what came."""

import asyncio
import hashlib
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from evals.standins.serving import LoopbackServer
from storage.kernel.clock import FixedClock

Answer = "tuple[int, dict[str, str], Any]"


@dataclass
class Seen:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    began: float
    ended: float = 0.0

    @property
    def form(self) -> dict[str, str]:
        if self.headers.get("content-type", "").startswith("application/json"):
            return json.loads(self.body)
        return dict(parse_qsl(self.body.decode()))


@dataclass
class OAuthRule:
    """How its token endpoint treats refresh tokens: `same`, `rotates` (with `grace` seconds by the vendor's clock), or
    `single_use`."""

    kind: str = "same"
    grace: float = 0.0
    life: int = 3600
    extra: dict[str, Any] = field(default_factory=dict)


class LoopbackVendor:
    """`with LoopbackVendor(clock).serving() as vendor:` serves at `vendor.url`.

    `script` holds answers to API calls, given in order; then everything is answered with 200 and `{"ok": true}`. An answer is
    (status, headers, body) or a function of the request. Access tokens are those that it issued and that have not expired
    by `clock`, and those in `keys`."""

    def __init__(self, clock: FixedClock, rule: OAuthRule | None = None) -> None:
        self.clock = clock
        self.rule = rule or OAuthRule()
        self.script: list[Any] = []
        self.seen: list[Seen] = []
        self.keys: set[str] = set()
        self.checks_tokens = False
        self.codes: dict[str, str | None] = {}
        """Code → PKCE challenge that it was asked with."""
        self.access: dict[str, float] = {}
        self.refresh: dict[str, float | None] = {}
        """Refresh token → when it was replaced."""
        self.token_answers: list[Any] = []
        """Given by the token endpoint before it follows its rule."""
        self.token_delay = 0.0
        self.latency: Callable[[], float] = lambda: 0.0
        self.number = 0
        self.url = ""

    @contextmanager
    def serving(self) -> Iterator["LoopbackVendor"]:
        app = Starlette(routes=[Route("/{rest:path}", self._serve, methods=["GET", "POST", "PUT", "DELETE", "PATCH"])])
        with LoopbackServer(app) as server:
            self.url = server.origin
            yield self

    def calls(self, path: str) -> list[Seen]:
        return [one for one in self.seen if one.path.startswith(path)]

    @property
    def token_calls(self) -> list[Seen]:
        return [one for one in self.seen if "token" in one.path and "revoke" not in one.path and one.method == "POST"]

    def issue(self) -> dict[str, Any]:
        """A new pair of tokens."""
        self.number += 1
        access, refresh = f"access-secret-{self.number:04d}", f"refresh-secret-{self.number:04d}"
        self.access[access] = self.clock.now().timestamp() + self.rule.life
        self.refresh[refresh] = None
        return {"access_token": access, "refresh_token": refresh, "expires_in": self.rule.life, "token_type": "bearer", **self.rule.extra}  # fmt: skip

    async def _serve(self, request: Request) -> Response:
        seen = Seen(
            request.method,
            request.url.path,
            dict(request.query_params),
            {name.lower(): value for name, value in request.headers.items()},
            await request.body(),
            time.monotonic(),
        )
        self.seen.append(seen)
        if (wait := self.latency()) > 0:
            await asyncio.sleep(wait)
        if seen.path.rstrip("/").endswith(("/token", "/access_token", "/bearer")):
            if self.token_delay:
                await asyncio.sleep(self.token_delay)
            answer = self.token_answers.pop(0) if self.token_answers else self._token
        elif "revo" in seen.path or "api_permissions" in seen.path:
            answer = (200, {}, {})
        elif self.checks_tokens and not self._is_known(seen):
            answer = (401, {}, {"error": {"message": "expired"}})
        else:
            answer = self.script.pop(0) if self.script else (200, {}, {"ok": True})
        if callable(answer):
            answer = answer(seen)
        seen.ended = time.monotonic()
        return _response(answer)

    def _is_known(self, seen: Seen) -> bool:
        token = (seen.headers.get("authorization", "").split(" ")[-1]) or seen.headers.get("x-shopify-access-token", "")
        return token in self.keys or self.access.get(token, 0.0) > self.clock.now().timestamp()

    def _token(self, seen: Seen) -> Any:
        form = seen.form
        if form.get("grant_type") == "authorization_code":
            code = form.get("code", "")
            if code not in self.codes:
                return 400, {}, {"error": "invalid_grant"}
            challenge = self.codes.pop(code)
            if challenge is not None and challenge != s256(form.get("code_verifier", "")):
                return 400, {}, {"error": "invalid_grant"}
            return 200, {}, self.issue()
        old = form.get("refresh_token", "")
        if old not in self.refresh:
            return 400, {}, {"error": "invalid_grant", "error_description": f"unknown {old}"}
        now, replaced = self.clock.now().timestamp(), self.refresh[old]
        if self.rule.kind == "same":
            fresh = self.issue()
            del self.refresh[fresh["refresh_token"]]
            return 200, {}, {**fresh, "refresh_token": old}
        if replaced is not None and now - replaced >= self.rule.grace:
            return 400, {}, {"error": "invalid_grant"}
        self.refresh[old] = replaced if replaced is not None else now
        return 200, {}, self.issue()


def s256(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _response(answer: Any) -> Response:
    status, headers, body = answer
    if isinstance(body, bytes):
        return Response(body, status, headers)
    if hasattr(body, "__aiter__"):
        return StreamingResponse(body, status, headers)
    return Response(json.dumps(body), status, headers, media_type="application/json")


async def endless(chunk: bytes) -> AsyncIterator[bytes]:
    while True:
        yield chunk
        await asyncio.sleep(0)
