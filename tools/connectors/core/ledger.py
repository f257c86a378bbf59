"""What was sent to a vendor and still counts, and how long the next request has to wait. Pure; times are seconds.

A request counts from when it was let go until its window has passed *after its answer*: whenever it reached the vendor in
between, no window of the vendor's, wherever it begins, sees more than its amount.
"""

from pydantic import BaseModel, ConfigDict, Field

from tools.connectors.core.config import Throttle, Window

_SLICES = 60
"""Answered requests are kept by slices of a window, so that a day's budget is a short list. A slice counts as its end."""
LOST_AFTER = 300.0
"""Seconds after which a request that was never answered (its worker died) counts as answered."""
_BLIND_WAIT = 0.05
"""How soon to look again where another request's answer is what is waited for."""
_ROUNDING = 1e-6


class _State(BaseModel):
    model_config = ConfigDict(validate_assignment=False)


class InFlight(_State):
    cost: int
    since: float


class Bucket(_State):
    """What a cost bucket holds, as far as is known: `level` at the moment `at`."""

    level: float
    at: float
    maximum: float
    rate: float

    def now(self, now: float) -> float:
        return min(self.maximum, self.level + max(0.0, now - self.at) * self.rate)


class Ledger(_State):
    """The state of one budget. `spent` holds, by window, [end of counting, cost] in order of time."""

    spent: dict[str, list[tuple[float, int]]] = Field(default_factory=dict)
    in_flight: dict[str, InFlight] = Field(default_factory=dict)
    bucket: Bucket | None = None

    def reserve(self, now: float, ticket: str, cost: int, rule: Throttle, windows: tuple[Window, ...]) -> float:
        """0.0, and the request may go: it counts from now under its ticket. Else the seconds after which to ask again.
        Raises ValueError for a cost that no window ever has room for."""
        self._forget(now, windows)
        wait = max([0.0, *(self._wait_for(now, window, cost) for window in windows)])
        if rule.concurrent is not None and len(self.in_flight) >= rule.concurrent:
            wait = max(wait, _BLIND_WAIT)
        if rule.bucket is not None:
            wait = max(wait, self._wait_for_bucket(now, cost))
        if wait == 0.0:
            self.in_flight[ticket] = InFlight(cost=cost, since=now)
            if self.bucket is not None:
                self.bucket.level, self.bucket.at = self.bucket.now(now) - cost, now
        return wait

    def settle(self, now: float, ticket: str, windows: tuple[Window, ...]) -> None:
        """The request was answered, or never will be: from now it counts for as long as its windows last."""
        if (done := self.in_flight.pop(ticket, None)) is None:
            return
        for window in windows:
            length = window.seconds / _SLICES
            end = (now // length + 1) * length + window.seconds
            kept = self.spent.setdefault(window.name, [])
            if kept and abs(kept[-1][0] - end) < _ROUNDING:
                kept[-1] = (kept[-1][0], kept[-1][1] + done.cost)
            else:
                kept.append((end, done.cost))

    def learn(self, now: float, ticket: str, told: "Told") -> None:
        """What an answer told of the bucket. Others' requests under way may or may not be in it: they are taken off
        again, so what is known is never more than what there is."""
        others = sum(one.cost for key, one in self.in_flight.items() if key != ticket)
        reserved = self.in_flight[ticket].cost if ticket in self.in_flight else 0
        level = told.available - others
        if self.bucket is not None and others:
            level = min(level, self.bucket.now(now) + reserved - told.actual)
        self.bucket = Bucket(level=level, at=now, maximum=told.maximum, rate=told.rate)

    def _forget(self, now: float, windows: tuple[Window, ...]) -> None:
        for ticket, one in list(self.in_flight.items()):
            if now - one.since > LOST_AFTER:
                self.settle(now, ticket, windows)
        for window in windows:
            if kept := self.spent.get(window.name):
                self.spent[window.name] = [entry for entry in kept if entry[0] > now]

    def _wait_for(self, now: float, window: Window, cost: int) -> float:
        if cost > window.amount:
            raise ValueError(f"a cost of {cost} is more than {window.amount} per {window.name}")
        kept = self.spent.get(window.name, [])
        over = sum(one.cost for one in self.in_flight.values()) + sum(spent for _, spent in kept) + cost - window.amount
        if over <= 0:
            return 0.0
        for end, spent in kept:
            over -= spent
            if over <= 0:
                return max(end - now, _ROUNDING)
        return _BLIND_WAIT

    def _wait_for_bucket(self, now: float, cost: int) -> float:
        if self.bucket is None:
            # Nothing is known before the first answer: one asks, the others wait for what it learns.
            return _BLIND_WAIT if self.in_flight else 0.0
        if cost > self.bucket.maximum:
            raise ValueError(f"a cost of {cost} is more than the bucket's {self.bucket.maximum:g}")
        missing = cost - self.bucket.now(now)
        return max(missing / self.bucket.rate, _ROUNDING) if missing > 0 else 0.0


class Told(BaseModel):
    """A bucket as an answer tells it, and what the request cost in the end."""

    model_config = ConfigDict(frozen=True)

    available: float
    maximum: float = Field(gt=0)
    rate: float = Field(gt=0)
    actual: float = 0.0
