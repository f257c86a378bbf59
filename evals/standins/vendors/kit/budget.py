"""Vendors' published limits, checked on the virtual clock: every request that goes over one is a violation."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Limit:
    """At most `count` (requests or units of cost) in `seconds`. `fixed`: windows begin at multiples of `seconds`
    and are emptied at once; otherwise the window rolls. With `seconds` 0 it bounds the requests in flight."""

    name: str
    count: int
    seconds: float = 0.0
    fixed: bool = False
    prefix: str = ""
    """Only paths that begin with this count."""
    suffix: str = ""
    """Only paths that end with this count."""


@dataclass(frozen=True)
class Violation:
    """A request over a limit. `wait` is how many seconds the vendor would have had the client wait (0 in flight)."""

    limit: Limit
    at: datetime
    method: str
    path: str
    wait: float


@dataclass
class Budget:
    limits: tuple[Limit, ...]
    violations: list[Violation] = field(default_factory=list[Violation])
    in_flight: int = 0
    _spent: dict[str, deque[tuple[float, int]]] = field(default_factory=dict[str, deque[tuple[float, int]]])

    def spend(self, at: datetime, method: str, path: str, cost: int = 1) -> Violation | None:
        """Count a request. One that goes over a limit is recorded and, as at the vendors, not counted again."""
        for limit in self._of(path):
            if limit.seconds and self.used(limit, at) + cost > limit.count:
                return self._violated(Violation(limit, at, method, path, self._wait(limit, at)))
            if not limit.seconds and self.in_flight > limit.count:
                return self._violated(Violation(limit, at, method, path, 0.0))
        for limit in self._of(path):
            self._spent.setdefault(limit.name, deque()).append((at.timestamp(), cost))
        return None

    def used(self, limit: Limit, at: datetime) -> int:
        spent = self._spent.setdefault(limit.name, deque())
        now = at.timestamp()
        since = now - now % limit.seconds if limit.fixed else now - limit.seconds
        while spent and (spent[0][0] < since or (not limit.fixed and spent[0][0] <= since)):
            spent.popleft()
        return sum(cost for _, cost in spent)

    def renew(self) -> None:
        """Nothing of what was spent counts any more, as when another day has begun."""
        self._spent.clear()

    def left(self, name: str, at: datetime) -> int:
        limit = next(limit for limit in self.limits if limit.name == name)
        return max(0, limit.count - self.used(limit, at))

    def _of(self, path: str) -> list[Limit]:
        return [limit for limit in self.limits if path.startswith(limit.prefix) and path.endswith(limit.suffix)]

    def _wait(self, limit: Limit, at: datetime) -> float:
        now = at.timestamp()
        if limit.fixed:
            return limit.seconds - now % limit.seconds
        oldest = next(iter(self._spent[limit.name]), (now, 0))[0]
        return max(0.0, oldest + limit.seconds - now)

    def _violated(self, violation: Violation) -> Violation:
        self.violations.append(violation)
        return violation
