"""LangSmith, which LangChain carries, kept off: what a turn says is the owner's, and OpenTelemetry is our trace.

LangChain sends prompts and answers to LangSmith where a variable in the surrounding shell says so, and its agents ask
LangSmith about every hook of their middleware even where none does.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import Context
from typing import Any

import langsmith


def ask_langsmith_inline() -> None:
    """For the whole process: `create_agent` wraps each hook in `langsmith.traceable`, which goes to a thread and back
    before and after every call, only to find that nothing is traced. Asked in place it takes microseconds."""
    langsmith.set_runtime_overrides(aio_to_thread=_in_place)


@contextmanager
def untraced() -> Generator[None]:
    """Nothing inside is sent to LangSmith, whatever the environment says."""
    with langsmith.tracing_context(enabled=False):
        yield


async def _in_place(
    _default: Callable[..., Any], context: Context, work: Callable[..., Any], *args: Any, **kwargs: Any
) -> Any:
    return context.run(work, *args, **kwargs)
