"""Places for jobs in one process, shared out between tenants."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager


class FairSlots:
    """Lets `at_once` in side by side, `of_one` of them for one owner. Of those who wait, one whose owner has the fewest inside is
    next, and of these whoever came first: so nobody waits for all that another one has asked for."""

    def __init__(self, at_once: int, of_one: int) -> None:
        self._at_once = at_once
        self._of_one = of_one
        self._inside: Counter[str] = Counter()
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []

    @asynccontextmanager
    async def of(self, owner: str) -> AsyncGenerator[None]:
        turn = asyncio.get_running_loop().create_future()
        place = (owner, turn)
        self._waiting.append(place)
        self._let_in()
        try:
            await turn
        except asyncio.CancelledError:
            if place in self._waiting:
                self._waiting.remove(place)
            else:  # it was let in at that moment
                self._leave(owner)
            raise
        try:
            yield
        finally:
            self._leave(owner)

    def _leave(self, owner: str) -> None:
        self._inside[owner] -= 1
        if not self._inside[owner]:
            del self._inside[owner]
        self._let_in()

    def _let_in(self) -> None:
        while self._inside.total() < self._at_once:
            able = [one for one in self._waiting if self._inside[one[0]] < self._of_one]
            if not able:
                return
            place = min(able, key=lambda one: self._inside[one[0]])
            self._waiting.remove(place)
            self._inside[place[0]] += 1
            if not place[1].done():
                place[1].set_result(None)
