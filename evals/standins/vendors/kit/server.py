"""The base of every vendor's stand-in: routes, faults, budgets, tokens and a record of what was asked, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import ClassVar, Self

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from evals.standins.serving import CutError, LoopbackServer
from evals.standins.vendors.kit.budget import Budget, Limit, Violation
from evals.standins.vendors.kit.clock import VirtualClock
from evals.standins.vendors.kit.delivering import Deliverer
from evals.standins.vendors.kit.faults import Faults
from evals.standins.vendors.kit.oauth import AuthorizationServer, Grant
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.wire import encode
from evals.standins.vendors.world import Change, World

POLL_SECONDS = 0.002


@dataclass
class Answer:
    """What a handler gives back: `body` is JSON unless it is bytes already."""

    body: object = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict[str, str])
    content_type: str = "application/json"

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else encode(self.body)


class RefusedError(Exception):
    """Raised anywhere in a handler: the vendor's own error answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


Handler = Callable[[Asked], Answer]


class VendorServer:
    """`with StripeStandIn(world) as server: …`. One instance is one vendor with one business on it.

    All of a vendor's hosts are one here, with their own paths: put `origin` in the place of `https://login.xero.com`,
    `https://identity.xero.com` and `https://api.xero.com` alike.

    A request goes through: record, outage, authentication, limits, the handler. With `enforce_limits` a request over
    a published limit is refused as the vendor would; it is a violation in any case.
    """

    vendor: ClassVar[str]
    limits: ClassVar[tuple[Limit, ...]] = ()
    throttle_modes: ClassVar[tuple[str, ...]] = ("",)

    def __init__(self, world: World, *, enforce_limits: bool = True, limits: tuple[Limit, ...] | None = None) -> None:
        self.world = world
        self.clock: VirtualClock = world.clock
        self.faults = Faults()
        self.budget = Budget(self.limits if limits is None else limits)
        self.enforce_limits = enforce_limits
        self.requests: list[Asked] = []
        self._crashes: list[Exception] = []
        self.on_request: Callable[[Asked], None] | None = None
        """Called before an API request is answered: where a test changes the world between two pages."""
        self.on_answer: Callable[[Asked, Answer], Answer] | None = None
        """Called with every answer of the API: a vendor that has changed its objects since (see kit.drift)."""
        self.deliverer = Deliverer(world, self.tell)
        self.oauth = self.authorization_server()
        self._loopback = LoopbackServer(Starlette(routes=list(self.routes())))

    @property
    def origin(self) -> str:
        return self._loopback.origin

    @property
    def violations(self) -> list[Violation]:
        """Every request over one of the vendor's published limits."""
        return self.budget.violations

    def asked_for(self, part: str) -> list[Asked]:
        """The requests whose path contains this."""
        return [asked for asked in self.requests if part in asked.path]

    # What a vendor says.

    def authorization_server(self) -> AuthorizationServer:
        raise NotImplementedError

    def routes(self) -> Iterator[Route]:
        raise NotImplementedError

    def token_in(self, asked: Asked) -> str | None:
        """The access token or key of a request; most vendors take a Bearer header."""
        scheme, _, token = asked.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() == "bearer" else None

    def unauthorized(self, asked: Asked) -> Answer:
        raise NotImplementedError

    def unavailable(self, status: int) -> Answer:
        raise NotImplementedError

    def throttled(self, mode: str, wait: float) -> Answer:
        """The refusal over a limit. `mode` is one of `throttle_modes` or a limit's name."""
        raise NotImplementedError

    def tell(self, change: Change) -> None:
        """Posts what a change is worth to those who subscribed."""
        del change

    def is_key(self, token: str) -> bool:
        """Whether the token is a key that needs no OAuth."""
        del token
        return False

    def dressed(self, asked: Asked, answer: Answer) -> Answer:
        """The headers that the vendor puts on every answer."""
        del asked
        return answer

    # The way of a request.

    def api(
        self,
        path: str,
        handler: Handler,
        methods: tuple[str, ...] = ("GET",),
        cost: Callable[[Asked], int] | None = None,
    ) -> Route:
        """A route that needs a token and counts against the limits."""

        async def endpoint(request: Request) -> Response:
            asked = await self._recorded(request)
            if self.on_request is not None:
                self.on_request(asked)
            self.budget.in_flight += 1
            try:
                answer = await self._answered(asked, handler, cost(asked) if cost else 1)
            finally:
                self.budget.in_flight -= 1
            answer = self.dressed(asked, answer)
            if self.on_answer is not None:
                answer = self.on_answer(asked, answer)
            size = self.faults.take_drop()
            return _whole(answer) if size is None else _dropped(answer, size)

        return Route(path, endpoint, methods=list(methods))

    def open(self, path: str, handler: Handler, methods: tuple[str, ...] = ("GET",)) -> Route:
        """A route without a token: authorization, token and revocation endpoints."""

        async def endpoint(request: Request) -> Response:
            asked = await self._recorded(request)
            return _whole(self._handled(handler, asked))

        return Route(path, endpoint, methods=list(methods))

    def grant(self, asked: Asked) -> Grant | None:
        """The grant behind the request's token; None for a key."""
        token = self.token_in(asked)
        return self.oauth.grant_of(token) if token else None

    async def _recorded(self, request: Request) -> Asked:
        asked = Asked(
            request.method,
            request.url.path,
            tuple((str(key), str(value)) for key, value in request.query_params.multi_items()),
            dict(request.headers.items()),
            await request.body(),
            self.clock.now(),
            {str(key): str(value) for key, value in request.path_params.items()},
        )
        self.requests.append(asked.without_secrets())
        return asked

    async def _answered(self, asked: Asked, handler: Handler, cost: int) -> Answer:
        if (status := self.faults.take_outage()) is not None:
            return self.unavailable(status)
        if self.faults.take_expiry():
            self.oauth.expire_access_tokens()
        if not self._may(asked):
            return self.unauthorized(asked)
        if (refusal := self.faults.take_throttle()) is not None:
            mode, wait = refusal
            return self.throttled(mode or self.throttle_modes[0], wait)
        violation = self.budget.spend(self.clock.now(), asked.method, asked.path, cost)
        if violation is not None and self.enforce_limits:
            return self.throttled(violation.limit.name, violation.wait)
        if seconds := self.faults.take_slow():
            self.clock.advance(seconds)
        await self._through_the_gate()
        return self._handled(handler, asked)

    def _handled(self, handler: Handler, asked: Asked) -> Answer:
        try:
            return handler(asked)
        except RefusedError as refused:
            return refused.answer
        except Exception as error:
            self._crashes.append(error)
            raise

    def _may(self, asked: Asked) -> bool:
        token = self.token_in(asked)
        return token is not None and (self.is_key(token) or self.oauth.grant_of(token) is not None)

    async def _through_the_gate(self) -> None:
        while not self.faults.gate_is_open:  # noqa: ASYNC110  the gate is opened from another thread
            await asyncio.sleep(POLL_SECONDS)

    def __enter__(self) -> Self:
        self._loopback.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.faults.open_gate()
        self.deliverer.end()
        self._crashes += self.deliverer.crashes
        self._loopback.__exit__(kind, error, trace)
        if self._crashes:
            # A stand-in that broke proves nothing, whatever the client made of its answer.
            raise ExceptionGroup(f"the stand-in for {self.vendor} broke", self._crashes)


def _whole(answer: Answer) -> Response:
    content = answer.content()
    kind = answer.content_type if content else None
    return Response(content, answer.status, answer.headers, media_type=kind)


def _dropped(answer: Answer, size: int) -> Response:
    content = answer.content()

    async def part() -> AsyncIterator[bytes]:
        yield content[:size]
        raise CutError

    headers = {**answer.headers, "content-length": str(len(content))}
    return StreamingResponse(part(), answer.status, headers, media_type=answer.content_type)
