"""First responses to writes, kept under the caller's key."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.system import IdempotencyKey
from storage.repositories.base import Repository

KEPT_FOR = timedelta(hours=24)
ABANDONED_AFTER = timedelta(minutes=10)
"""A write that has not answered by then died with its process: its key is free again."""


@dataclass(frozen=True, slots=True)
class StoredResponse:
    """A response as it was first given."""

    status_code: int
    headers: dict[str, str]
    body: str


class IdempotencyRepository(Repository):
    async def claim(self, key: str, request_hash: str) -> StoredResponse | None:
        """Takes the key for this request, in a unit of work of its own; or gives the response that an earlier one
        with the same key and content got. Raises a conflict when the content differs or the first is under way."""
        await self._forget_expired()
        now = self.clock.now()
        taken = await self.session.bulk_insert(
            IdempotencyKey,
            [{"key": key, "request_hash": request_hash, "expires_at": now + KEPT_FOR}],
            ignore_conflicts=True,
        )
        if taken:
            return None
        known = await self._get(key)
        if known.request_hash != request_hash:
            raise CopilotError(
                ErrorKind.CONFLICT,
                "This Idempotency-Key was used for another request.",
                hint="Send a new key with a new request.",
            )
        if known.status_code is not None:
            return StoredResponse(known.status_code, known.headers, known.body or "")
        if now - known.updated_at < ABANDONED_AFTER:
            raise CopilotError(
                ErrorKind.CONFLICT, "The first request with this Idempotency-Key is still under way.", retry_after=1.0
            )
        known.expires_at = now + KEPT_FOR
        return None

    async def complete(self, key: str, response: StoredResponse) -> None:
        """Keeps the response to a claimed key."""
        known = await self._get(key)
        known.status_code, known.headers, known.body = response.status_code, dict(response.headers), response.body

    async def release(self, key: str) -> None:
        """Frees a claimed key whose request failed for no fault of the caller's."""
        await self.session.execute(
            delete(IdempotencyKey).where(IdempotencyKey.key == key, IdempotencyKey.status_code.is_(None))
        )

    async def _get(self, key: str) -> IdempotencyKey:
        statement = select(IdempotencyKey).where(IdempotencyKey.key == key).with_for_update()
        return (await self.session.scalars(statement)).one()

    async def _forget_expired(self) -> None:
        now: datetime = self.clock.now()
        await self.session.execute(delete(IdempotencyKey).where(IdempotencyKey.expires_at < now))
