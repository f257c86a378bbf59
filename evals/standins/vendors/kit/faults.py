"""Knobs that a test turns to make a stand-in behave badly, each for a number of requests."""

import threading
from dataclasses import dataclass, field


@dataclass
class _Knob:
    times: int = 0
    mode: str = ""
    value: float = 0.0

    def take(self) -> bool:
        if self.times <= 0:
            return False
        self.times -= 1
        return True


@dataclass
class Faults:
    """Turned from the test's thread, read by the server's. `times` counts API requests, not token requests."""

    _throttle: _Knob = field(default_factory=_Knob)
    _outage: _Knob = field(default_factory=_Knob)
    _drop: _Knob = field(default_factory=_Knob)
    _slow: _Knob = field(default_factory=_Knob)
    _cursor: _Knob = field(default_factory=_Knob)
    _expire: _Knob = field(default_factory=_Knob)
    _subscribing: _Knob = field(default_factory=_Knob)
    _handshake: _Knob = field(default_factory=_Knob)
    _gate: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._gate.set()

    def throttle(self, times: int = 1, mode: str = "", wait: float = 1.0) -> None:
        """Refuse so many requests as over the limit, in one of the vendor's `throttle_modes` (the first by default).
        A vendor that says when to come again says: in `wait` seconds."""
        self._throttle = _Knob(times, mode, wait)

    def outage(self, times: int = 1, status: int = 503) -> None:
        """Answer so many requests with a server error."""
        self._outage = _Knob(times, value=status)

    def drop_connection_after(self, size: int, times: int = 1) -> None:
        """Close the connection after so many bytes of the body."""
        self._drop = _Knob(times, value=size)

    def slow(self, seconds: float, times: int = 1) -> None:
        """Let the virtual clock go on by so many seconds while the request is answered."""
        self._slow = _Knob(times, value=seconds)

    def dead_cursor(self, times: int = 1) -> None:
        """Refuse the next incremental cursors as too old, by the vendor's own answer."""
        self._cursor = _Knob(times)

    def expire_access_tokens(self) -> None:
        """Refuse every access token that is out, though its time has not come."""
        self._expire = _Knob(1)

    def refuse_subscriptions(self, times: int = 1) -> None:
        """Answer so many calls that would make, list or change subscriptions as if a permission were missing."""
        self._subscribing = _Knob(times)

    def fail_handshakes(self, times: int = 1) -> None:
        """Find so many addresses that subscribers name not to answer as they must."""
        self._handshake = _Knob(times)

    def close_gate(self) -> None:
        """Hold requests where they are, as a slow vendor would, until `open_gate`: for limits on concurrency."""
        self._gate.clear()

    def open_gate(self) -> None:
        self._gate.set()

    @property
    def gate_is_open(self) -> bool:
        return self._gate.is_set()

    def take_throttle(self) -> tuple[str, float] | None:
        """The mode, and the seconds to wait."""
        return (self._throttle.mode, self._throttle.value) if self._throttle.take() else None

    def take_outage(self) -> int | None:
        return int(self._outage.value) if self._outage.take() else None

    def take_drop(self) -> int | None:
        return int(self._drop.value) if self._drop.take() else None

    def take_slow(self) -> float:
        return self._slow.value if self._slow.take() else 0.0

    def take_dead_cursor(self) -> bool:
        return self._cursor.take()

    def take_subscribing(self) -> bool:
        return self._subscribing.take()

    def take_handshake(self) -> bool:
        return self._handshake.take()

    def take_expiry(self) -> bool:
        return self._expire.take()
