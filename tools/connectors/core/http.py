"""The one HTTP client for all vendors. What is particular to one is in its vendor.yaml."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import httpx
import structlog
from pydantic import SecretStr

from storage.kernel.clock import Clock
from storage.tracing import spanned
from tools.connectors.core.budget import Budget, Sleep
from tools.connectors.core.endpoints import Endpoints, same_origin
from tools.connectors.core.errors import VendorError, VendorRefused, VendorRejected, VendorUnavailable
from tools.connectors.core.judging import Meaning, Verdict, judged, told_of
from tools.connectors.core.paths import first_at
from tools.connectors.core.wire import (
    LONGEST_SECONDS,
    MAX_BYTES,
    TooLargeError,
    UnreadableError,
    VendorResponse,
    exchange,
    scrubbed,
)

_IDEMPOTENT: Final = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})  # RFC 9110 §9.2.2
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 3
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("tools.connectors")


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token that opens one connection. `version` counts its renewals; `is_unproven` until a call with it has worked."""

    value: SecretStr
    version: int = 0
    is_unproven: bool = False


class Tokens(Protocol):
    """Where a client gets its tokens from, and whom it tells how they did."""

    async def current(self) -> AccessToken: ...

    async def renewed(self, stale: AccessToken) -> AccessToken:
        """Another token than the stale one, which the vendor did not take. Raises VendorRefused where there is none."""
        ...

    async def worked(self, token: AccessToken) -> None: ...

    async def refused(self, token: AccessToken, reason: str) -> None:
        """The vendor took neither a token nor its renewal."""
        ...


@dataclass(frozen=True, slots=True)
class _Call:
    """A request as its caller wants it."""

    method: str
    url: httpx.URL
    headers: Mapping[str, str]
    body: dict[str, Any] = field(repr=False)
    is_repeatable: bool


class VendorClient:
    """The API of one connection. For use by several tasks at once."""

    def __init__(
        self,
        endpoints: Endpoints,
        settings: Mapping[str, str],
        tokens: Tokens,
        *,
        budget: Budget,
        http: httpx.AsyncClient,
        clock: Clock,
        sleep: Sleep,
        jitter: random.Random,
        max_bytes: int = MAX_BYTES,
        longest_seconds: float = LONGEST_SECONDS,
    ) -> None:
        self.config = endpoints.config
        self._endpoints = endpoints
        self._settings = dict(settings)
        self._tokens = tokens
        self._budget = budget
        self._http = http
        self._clock = clock
        self._sleep = sleep
        self._jitter = jitter
        self._max_bytes = max_bytes
        self._longest_seconds = longest_seconds

    @property
    def title(self) -> str:
        """The vendor's name, for messages."""
        return self.config.title

    async def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        content: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        cost: int | None = None,
        repeatable: bool = False,
        idempotency_key: str | None = None,
    ) -> VendorResponse:
        """Sends a request when the vendor's limits allow it, and again where that is harmless and may help.

        `path` follows the vendor's `base_url`, or is a whole URL of the vendor's. `cost` is in the vendor's units. `repeatable`
        says that a POST may be sent twice: it changes nothing (a search), or its body has a key of its own. So may a write
        with an `idempotency_key`, where the vendor has a header for it; no other POST or PATCH is ever repeated.

        Raises VendorUnavailable (late, not wrong), VendorRefused (the owner must connect again) and VendorRejected (the
        request is bad, with `status`: 404 and 410 are among them). An answer without content (204, 304) has no body.
        """
        method = method.upper()
        call = _Call(
            method,
            self._url(path, params),
            self._headers(headers, idempotency_key),
            {"json": json} if json is not None else {"data": form} if form is not None else {"content": content},
            method in _IDEMPOTENT or repeatable or (idempotency_key is not None and self._keys_header() is not None),
        )
        return await self._persist(call, self._cost(cost))

    # ── one request, as often as it takes ────────────────────────────────────────────────────────────────

    async def _persist(self, call: _Call, cost: int) -> VendorResponse:
        rule, started = self.config.retry, self._clock.now()
        token, is_renewed, attempt = await self._tokens.current(), False, 0
        while True:
            attempt += 1
            left = rule.deadline_seconds - (self._clock.now() - started).total_seconds()
            response, failure = await self._attempt(call, token, cost, left)
            verdict = self._judged(response, token) if response is not None else Verdict(Meaning.LATER)
            match verdict.meaning:
                case Meaning.FINE if response is not None:
                    if token.is_unproven:
                        await self._tokens.worked(token)
                    return response
                case Meaning.REFUSED if not is_renewed:
                    # Nothing was done for a stranger, so also a write may be sent again.
                    token, is_renewed = await self._tokens.renewed(token), True
                    continue
                case Meaning.REFUSED:
                    await self._tokens.refused(token, verdict.reason)
                    raise VendorRefused(self.config.title, "our access was ended there", status=401)
                case Meaning.WRONG:
                    raise VendorRejected(
                        self.config.title, verdict.reason, status=response.status if response else None
                    )
                case _:
                    pass
            status = response.status if response is not None else None
            error = failure or VendorUnavailable(
                self.config.title, verdict.reason, status=status, retry_after=verdict.wait
            )
            if verdict.meaning is Meaning.SPENT or not call.is_repeatable or attempt >= rule.attempts:
                raise error
            wait = self._wait(attempt, verdict.wait)
            left = rule.deadline_seconds - (self._clock.now() - started).total_seconds()
            if wait > left:
                raise error
            cost = self._dearer(cost, response)
            _logger.warning("a vendor is asked again", vendor=self.config.vendor, status=status, attempt=attempt, wait=round(wait, 3))  # fmt: skip
            await self._sleep(wait)

    async def _attempt(
        self, call: _Call, token: AccessToken, cost: int, left: float
    ) -> tuple[VendorResponse | None, VendorError | None]:
        """One answer, or why there was none. Raises VendorUnavailable where the budget has no room in time, and
        VendorRejected for an answer that is too large."""
        title = self.config.title
        async with self._budget.slot(cost, left, call.url.path) as slot:
            try:
                response = await self._send(call, token)
            except (httpx.TransportError, UnreadableError, TimeoutError) as error:
                is_late = isinstance(error, httpx.TimeoutException | TimeoutError)
                reason = "it did not answer in time" if is_late else "the connection broke"
                if isinstance(error, UnreadableError):
                    reason = "its answer cannot be read"
                return None, VendorUnavailable(title, reason)
            except TooLargeError:
                raise VendorRejected(title, f"its answer is larger than {self._max_bytes:,} bytes") from None
            if (bucket := self.config.throttle.bucket) is not None:
                slot.told = told_of(bucket, response.body)
        return response, None

    async def _send(self, call: _Call, token: AccessToken) -> VendorResponse:
        """One exchange, and those that redirects within the same server lead to."""
        url = call.url
        shown = {self.config.authorization.header: self._credential(token)}
        for _ in range(_MOST_REDIRECTS + 1):
            request = self._http.build_request(call.method, url, headers={**call.headers, **shown}, **call.body)
            with spanned(
                f"{call.method} {self.config.vendor}",
                http__request__method=call.method,
                server__address=request.url.host,
                url__path=request.url.path,
                smb__vendor=self.config.vendor,
            ) as span:
                response = await exchange(self._http, request, self._max_bytes, self._longest_seconds)
                span.set_attribute("http.response.status_code", response.status)
            self._notice_version(response)
            if response.status not in _REDIRECTS:
                return response
            url = self._redirected(call, request.url, response)
        raise VendorRejected(self.config.title, "it sends us in a circle")

    def _redirected(self, call: _Call, url: httpx.URL, response: VendorResponse) -> httpx.URL:
        try:
            target = url.join(response.headers.get("location", ""))
        except httpx.InvalidURL:
            target = httpx.URL()
        if call.method not in ("GET", "HEAD") or not same_origin(str(target), str(url)):
            raise VendorRejected(self.config.title, "it sends us to another server", status=response.status)
        return target

    # ── what a request carries ───────────────────────────────────────────────────────────────────────────

    def _url(self, path: str, params: Mapping[str, Any] | None) -> httpx.URL:
        version = self.config.version
        pinned: dict[str, Any] = {}
        if version is not None and version.place == "query" and version.name is not None:
            pinned[version.name] = version.value
        try:
            url = httpx.URL(self._endpoints.request_url(path, self._settings))
        except (httpx.InvalidURL, ValueError):
            raise VendorRejected(self.config.title, "a URL that is none") from None
        return url.copy_merge_params({**pinned, **(params or {})}) if pinned or params else url

    def _credential(self, token: AccessToken) -> str:
        scheme = self.config.authorization.scheme
        return f"{scheme} {token.value.get_secret_value()}" if scheme else token.value.get_secret_value()

    def _headers(self, own: Mapping[str, str] | None, idempotency_key: str | None) -> dict[str, str]:
        can = {name: text for name, text in self.config.headers.items() if self.config.can_fill(text, self._settings)}
        headers = {name: self.config.filled(text, self._settings) for name, text in can.items()}
        if (version := self.config.version) is not None and version.place == "header" and version.name is not None:
            headers[version.name] = version.value
        if idempotency_key is not None and (name := self._keys_header()) is not None:
            headers[name] = idempotency_key
        return {**headers, **(own or {})}

    def _keys_header(self) -> str | None:
        return self.config.retry.idempotency_header

    def _cost(self, cost: int | None) -> int:
        rule = self.config.throttle
        return cost or (rule.bucket.first_cost if rule.bucket is not None else rule.default_cost)

    def _dearer(self, cost: int, response: VendorResponse | None) -> int:
        """What the request has to wait for, where a refusal told that it costs more than was thought."""
        bucket = self.config.throttle.bucket
        asked = first_at(response.body, bucket.requested_path) if bucket is not None and response is not None else None
        return max(cost, asked) if isinstance(asked, int) else cost

    # ── what an answer means ─────────────────────────────────────────────────────────────────────────────

    def _judged(self, response: VendorResponse, token: AccessToken) -> Verdict:
        verdict = judged(self.config, response, self._clock.now())
        return Verdict(verdict.meaning, verdict.wait, scrubbed(verdict.reason, token.value.get_secret_value()))

    def _wait(self, attempt: int, asked: float | None) -> float:
        rule = self.config.retry
        spread = self._jitter.uniform(0.0, min(rule.cap_seconds, rule.base_seconds * 2 ** (attempt - 1)))
        return spread if asked is None else asked + spread

    def _notice_version(self, response: VendorResponse) -> None:
        version = self.config.version
        if version is None or version.echo is None:
            return
        answered = response.headers.get(version.echo.lower())
        if answered is not None and answered != version.value:
            _logger.warning("a vendor answers in another version", vendor=self.config.vendor, asked=version.value, answered=answered[:40])  # fmt: skip
