"""One exchange over HTTP, with what both API calls and token calls need: no redirects, a cap on the answer's size, and
JSON whose numbers stay exact."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final

import httpx

from storage.kernel.errors import CopilotError
from tools.ingestion.mapping.payload import parse_payload

MAX_BYTES: Final = 32 * 1024**2
"""The largest answer that is read, unpacked."""
LONGEST_SECONDS: Final = 120.0
"""For one answer as a whole, however steadily it drips."""
TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)


@dataclass(frozen=True, slots=True)
class VendorResponse:
    """An answer. `headers` are keyed in lower case; `body` is the parsed JSON, numbers with a point as Decimal, or None
    where there is none; `raw` are the bytes as they were unpacked. Its repr shows the status alone: the rest is somebody's."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: Any = field(repr=False)
    raw: bytes = field(repr=False)


class TooLargeError(Exception):
    """The answer is larger than the cap."""


class UnreadableError(Exception):
    """The answer calls itself JSON and is none that can be read exactly (see parse_payload)."""


def open_http() -> httpx.AsyncClient:
    """The one client of a process. Environment and .netrc are not looked at: a token goes where the vendor's data says. No
    cookie is kept: what a vendor sets for one account's session would go into requests for another's."""
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    return httpx.AsyncClient(follow_redirects=False, timeout=TIMEOUT, trust_env=False, cookies=no_cookies)


async def exchange(
    http: httpx.AsyncClient, request: httpx.Request, max_bytes: int = MAX_BYTES, seconds: float = LONGEST_SECONDS
) -> VendorResponse:
    """Sends a request and reads its answer. Raises httpx.TransportError, TooLargeError, UnreadableError, TimeoutError."""
    async with asyncio.timeout(seconds):
        return await _read(await http.send(request, stream=True, follow_redirects=False), max_bytes)


async def _read(response: httpx.Response, max_bytes: int) -> VendorResponse:
    try:
        raw = bytearray()
        async for chunk in response.aiter_bytes():
            raw += chunk
            if len(raw) > max_bytes:
                raise TooLargeError
    except httpx.DecodingError as error:
        raise UnreadableError from error
    finally:
        await response.aclose()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return VendorResponse(response.status_code, headers, _parsed(bytes(raw), headers), bytes(raw))


def _parsed(raw: bytes, headers: Mapping[str, str]) -> Any:
    is_json = "json" in headers.get("content-type", "")
    if not raw.strip() or not (is_json or raw.lstrip()[:1] in (b"{", b"[")):
        return None
    try:
        return parse_payload(raw)
    except CopilotError as error:
        if is_json:
            raise UnreadableError from error
        return None


def scrubbed(text: str, *secrets: str) -> str:
    """A text from outside without the secrets that it may repeat."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[redacted]")
    return text
