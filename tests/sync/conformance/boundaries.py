"""The places between two steps of a sync: after an answer has come, before a unit of work is committed, and after it."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pytest

from storage.tenancy import TenantSession
from tools.connectors.core.http import VendorClient
from tools.connectors.core.wire import VendorResponse


class KilledError(BaseException):
    """What tidies up after a fault does not get to see it, as with a process that is killed."""


class Boundaries:
    """Notes each boundary that is reached, and at the one numbered `fatal` ends the process."""

    def __init__(self, fatal: int | None = None) -> None:
        self.reached: list[str] = []
        self._fatal = fatal

    def reach(self, name: str) -> None:
        self.reached.append(name)
        if len(self.reached) - 1 == self._fatal:
            raise KilledError(name)

    @contextmanager
    def watching(self) -> Generator[None]:
        """All commits and answers of this process until the block ends."""
        commit, request = TenantSession.commit, VendorClient.request

        async def committing(session: TenantSession) -> None:
            self.reach("before a commit")
            await commit(session)
            self.reach("after a commit")

        async def requesting(client: VendorClient, method: str, path: str, **how: Any) -> VendorResponse:
            answer = await request(client, method, path, **how)
            self.reach(f"after {method} {path}")
            return answer

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(TenantSession, "commit", committing)
            patch.setattr(VendorClient, "request", requesting)
            yield
