"""Opaque ids that sort by creation: UUID version 7 (RFC 9562, section 5.7)."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """A fresh UUIDv7 as text. Within one process each id sorts after the one before it."""
    global _last
    with _lock:
        # 48 bits of milliseconds and the 12 bits after them as a monotonic fraction (RFC 9562, 6.2 method 3).
        now = time.time_ns()
        stamp = (now // 1_000_000 << 12) | (now % 1_000_000 * 4096 // 1_000_000)
        _last = stamp = max(stamp, _last + 1)
    random_bits = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | random_bits
    return str(UUID(int=value))
