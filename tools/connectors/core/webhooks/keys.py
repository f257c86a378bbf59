"""A vendor's public keys (JSON Web Key Set, RFC 7517 §5), fetched when they are first needed and kept."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

import httpx
from pydantic import BaseModel, Field, ValidationError

from storage.kernel.clock import Clock
from storage.kernel.errors import CopilotError, ErrorKind
from tools.connectors.core.wire import TooLargeError, UnreadableError, exchange

KEPT_FOR: Final = timedelta(hours=6)
ASKED_AGAIN_AFTER: Final = timedelta(minutes=1)
"""For a key that is not among them: whoever makes up names of keys does not make us ask each time."""
_MAX_BYTES: Final = 64 * 1024
_OK: Final = 200


class _Key(BaseModel):
    kid: Annotated[str, Field(min_length=1, max_length=200)]
    kty: Annotated[str, Field(pattern="^RSA$")]
    n: Annotated[str, Field(max_length=2_000)]
    e: Annotated[str, Field(max_length=20)]


class _KeySet(BaseModel):
    keys: Annotated[list[_Key], Field(max_length=50)]


class PublicKeys:
    """One per vendor and process."""

    def __init__(self, url: str, http: httpx.AsyncClient, clock: Clock) -> None:
        self._url = url
        self._http = http
        self._clock = clock
        self._keys: dict[str, Mapping[str, Any]] = {}
        self._asked_at: datetime | None = None
        self._fetched_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def find(self, key_id: str) -> Mapping[str, Mapping[str, Any]]:
        """The keys that are known, that one among them where the vendor has it. Raises UNAVAILABLE where none can be had."""
        async with self._lock:
            if self._is_due(key_id):
                self._asked_at = self._clock.now()
                await self._fetch()
        return self._keys

    def _is_due(self, key_id: str) -> bool:
        now = self._clock.now()
        if self._asked_at is not None and now - self._asked_at < ASKED_AGAIN_AFTER:
            return False
        return key_id not in self._keys or self._fetched_at is None or now - self._fetched_at >= KEPT_FOR

    async def _fetch(self) -> None:
        try:
            answer = await exchange(self._http, self._http.build_request("GET", self._url), _MAX_BYTES)
            if answer.status != _OK:
                raise UnreadableError
            found = _KeySet.model_validate_json(answer.raw)
        except (httpx.TransportError, TimeoutError, TooLargeError, UnreadableError, ValidationError):
            if self._keys:
                return  # those of before may do
            raise CopilotError(
                ErrorKind.UNAVAILABLE, "The vendor's public keys cannot be had now.", retry_after=60.0
            ) from None
        self._keys = {key.kid: key.model_dump() for key in found.keys}
        self._fetched_at = self._clock.now()
