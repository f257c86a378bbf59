"""Passwords, hashed with argon2 in threads: a hash takes some 50 ms of a core and must not hold up the event loop."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

RECOMMENDED_MEMORY_KIB = 65_536
"""RFC 9106, section 4, for a machine that does not have gibibytes to spare."""
_THREADS = 2
"""Each hash takes that much memory: this bounds what a flood of sign-ins can use."""


class Passwords:
    """Hashes and checks passwords. One per process; `close` ends its threads."""

    def __init__(self, memory_kib: int = RECOMMENDED_MEMORY_KIB) -> None:
        self._hasher = PasswordHash((Argon2Hasher(memory_cost=memory_kib),))
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="argon2")
        # Ready before the first sign-in: an unknown address must not take longer once.
        self._nobody = self._pool.submit(self._hasher.hash, secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.hash, password)

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Takes the same time when there is no such user (`hashed` is None), and then says no."""
        stored = hashed or await asyncio.wrap_future(self._nobody)
        matches = await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.verify, password, stored)
        return matches and hashed is not None

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
