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
        now = time.time_ns()
        stamp = (now // 1_000_000 << 12) | (now % 1_000_000 * 4096 // 1_000_000)
        with self._lock:
            self._last = max(stamp, self._last + 1)
            return self._last


_stamps = _Stamps()


def new_id() -> str:
    """A fresh UUIDv7 as text. Within one process each id sorts after the one before it."""
    stamp = _stamps.next()
    random_bits = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | random_bits
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
