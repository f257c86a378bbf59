"""Opaque ids that sort by creation: UUID version 7 (RFC 9562, section 5.7)."""

import os
import threading
import time


class _Stamps:
    """Time stamps that never stand still or go back within one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> int:
        # 48 bits of milliseconds and the 12 bits after them as a monotonic fraction (RFC 9562, 6.2 method 3).
        stamp = (time.time_ns() << 12) // 1_000_000
        with self._lock:
            if stamp <= self._last:
                stamp = self._last + 1
            self._last = stamp
        return stamp


_stamps = _Stamps()
_VARIANT = {f"{digit:x}": f"{0b1000 | digit & 0b11:x}" for digit in range(16)}
"""A random digit → the one that also says the variant."""


def new_id() -> str:
    """A fresh UUIDv7 as text. Within one process each id sorts after the one before it."""
    stamp = _stamps.next()
    head = f"{(stamp >> 12) << 16 | 0x7000 | stamp & 0xFFF:016x}"
    tail = os.urandom(8).hex()
    return f"{head[:8]}-{head[8:12]}-{head[12:]}-{_VARIANT[tail[0]]}{tail[1:4]}-{tail[4:]}"
