"""Sends what is in the outbox to a receiver of OpenLineage events (Marquez, DataHub, …), and forgets what is old.

In the order of ids, each once for as long as the receiver says that it has it: one that is away or overloaded is tried again
ever more seldom, and nothing is lost for KEPT_FOR or MOST events of a tenant. What it will never take (it says that the event
itself is wrong) is put aside. Without a receiver events are only kept.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin

import httpx
import structlog
from pydantic import SecretStr

from storage.database import Database
from storage.kernel.errors import CopilotError
from storage.models.system import OutboxMessage
from storage.scope import SystemPurpose
from tools.connectors.core.wire import TooLargeError, UnreadableError, exchange
from tools.lineage.openlineage.naming import TOPIC

KEPT_FOR: Final = timedelta(days=30)
MOST: Final = 10_000
"""Events that are kept of each tenant."""
_AT_ONCE: Final = 50
_CLAIMED_FOR: Final = timedelta(minutes=10)
_SECONDS: Final = 10.0
"""For one event: a receiver that takes longer is away."""
_MOST_BYTES: Final = 1024**2
"""Of an answer."""
_IDLE_SECONDS: Final = 10.0
_TIDY_EVERY: Final = timedelta(hours=1)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=10)
_SETTLE_SECONDS: Final = 0.5
"""An event is announced before it is committed."""
_LAST_SECONDS: Final = 5.0
_WRONG_EVENT: Final = frozenset(
    [HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY]
)
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("openlineage")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where events go: `url` is its base, `endpoint` the path of events under it."""

    url: str
    endpoint: str = "api/v1/lineage"
    api_key: SecretStr | None = None

    @property
    def address(self) -> str:
        return urljoin(self.url.rstrip("/") + "/", self.endpoint.lstrip("/"))


class Relay:
    """One per process; of several at one store one sends at a time."""

    def __init__(self, database: Database, receiver: Receiver | None, http: httpx.AsyncClient) -> None:
        self._database = database
        self._receiver = receiver
        self._http = http
        self._news = asyncio.Event()
        self._pause = timedelta()
        self._not_before = database.clock.now()
        self._tidied = database.clock.now() - _TIDY_EVERY

    def announce(self) -> None:
        """Says that there is something to send, soon."""
        self._news.set()

    async def run(self) -> None:
        """Sends and tidies until it is cancelled."""
        while True:
            try:
                await self.tick()
            except CopilotError as error:
                _logger.warning("events not sent", reason=error.message)
            try:
                await asyncio.wait_for(self._news.wait(), _IDLE_SECONDS)
            except TimeoutError:
                continue
            self._news.clear()
            await asyncio.sleep(_SETTLE_SECONDS)

    async def aclose(self) -> None:
        """Sends what this process has announced and no loop has sent, as far as that is quick: the rest waits for the next
        process."""
        if self._receiver is None or not self._news.is_set():
            return
        try:
            async with asyncio.timeout(_LAST_SECONDS):
                await self.tick()
        except (CopilotError, TimeoutError):
            _logger.info("events are left for the next process")

    async def tick(self) -> int:
        """Sends what is due, and forgets what is old; returns how many were taken by the receiver."""
        now = self._database.clock.now()
        if now - self._tidied >= _TIDY_EVERY:
            self._tidied = now
            await self._tidy()
        sent = 0
        while self._receiver is not None and self._database.clock.now() >= self._not_before:
            async with self._database.system(SystemPurpose.OUTBOX) as uow:
                claimed = await uow.outbox.claim(TOPIC, _AT_ONCE, _CLAIMED_FOR)
            if not claimed:
                break
            sent += await self._send_all(self._receiver, claimed)
        return sent

    async def _send_all(self, receiver: Receiver, claimed: Sequence[OutboxMessage]) -> int:
        """Those that are not sent give their claim back."""
        left = [one.id for one in claimed]
        sent = 0
        try:
            for one in claimed:
                outcome = await self._send(receiver, one)
                async with self._database.system(SystemPurpose.OUTBOX) as uow:
                    await uow.outbox.settle(
                        [one.id], published=outcome is None, refused=outcome in _REFUSALS, error=outcome
                    )
                left.remove(one.id)
                if outcome is None:
                    sent += 1
                    self._pause = timedelta()
                elif outcome not in _REFUSALS:
                    self._wait(outcome, len(left) + 1)
                    break
        finally:
            if left:
                async with self._database.system(SystemPurpose.OUTBOX) as uow:
                    await uow.outbox.release(left)
        return sent

    async def _send(self, receiver: Receiver, message: OutboxMessage) -> str | None:
        """What went wrong, in words without an address or a key; None where the receiver has it."""
        headers: dict[str, str] = {}
        if receiver.api_key is not None:
            headers["Authorization"] = f"Bearer {receiver.api_key.get_secret_value()}"
        request = self._http.build_request("POST", receiver.address, json=message.payload, headers=headers)
        try:
            answer = await exchange(self._http, request, _MOST_BYTES, _SECONDS)
        except (httpx.HTTPError, TimeoutError) as error:
            return f"The receiver cannot be reached ({type(error).__name__})."
        except (TooLargeError, UnreadableError):
            return None  # it was taken: what it says besides is no matter
        if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            return None
        return _refusal(answer.status) if answer.status in _WRONG_EVENT else f"The receiver answered {answer.status}."

    def _wait(self, reason: str, waiting: int) -> None:
        self._pause = min(max(self._pause * 2, _FIRST_PAUSE), _LONGEST_PAUSE)
        self._not_before = self._database.clock.now() + self._pause
        _logger.warning("events wait", reason=reason, waiting=waiting, seconds=self._pause.total_seconds())

    async def _tidy(self) -> None:
        async with self._database.system(SystemPurpose.OUTBOX) as uow:
            gone, unsent = await uow.outbox.forget(TOPIC, uow.clock.now() - KEPT_FOR, MOST)
        if unsent and self._receiver is not None:
            _logger.warning("events forgotten before they could be sent", events=unsent, of=gone)


def _refusal(status: int) -> str:
    return f"The receiver refused the event ({status})."


_REFUSALS: Final = frozenset(_refusal(status) for status in _WRONG_EVENT)
