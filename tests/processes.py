"""Processes that outlive the application that works with them: the start of one costs a test a second of imports."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar
from unittest.mock import patch

from tools.kit.workers import Workers

P = ParamSpec("P")
R = TypeVar("R")

_KEPT = Workers()


class _KeptWorkers(Workers):
    """Hands its work to the processes of all, and leaves them running."""

    async def run(self, work: Callable[P, R], *arguments: P.args, **named: P.kwargs) -> R:
        return await _KEPT.run(work, *arguments, **named)

    def close(self) -> None:
        pass


@contextmanager
def kept_processes() -> Generator[None]:
    """Whatever services are opened meanwhile work with the processes that are there."""
    with patch("api.bootstrap.Workers", _KeptWorkers):
        yield


def kept_workers() -> Workers:
    """For services that a test puts together by itself."""
    return _KeptWorkers()
