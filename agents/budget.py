"""What models may use and have used: tokens and money, per run and per tenant, checked before and counted after."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

import structlog

from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much may be used. None is no limit. Costs are 10⁻⁶ US dollars, the currency of every price list."""

    tokens: int | None = None
    cost_micros: int | None = None

    def permits(self, tokens: int, cost_micros: int) -> bool:
        return (self.tokens is None or tokens <= self.tokens) and (
            self.cost_micros is None or cost_micros <= self.cost_micros
        )


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """What one call used. `estimated` says that the provider did not report it, so that tokens are a quarter of the
    characters; `cost_micros` is by litellm's bundled price list, None for a model that is not on it."""

    model: str
    input_tokens: int
    output_tokens: int
    cost_micros: int | None
    estimated: bool


class UsageSink(Protocol):
    """Where usage is kept beyond one run."""

    async def remaining(self, actor: Actor) -> Allowance:
        """What the actor's tenant may still use in its current period."""
        ...

    async def record(self, actor: Actor, usage: ModelUsage) -> None: ...


class Meter:
    """Counts one run. It is shared by all the run's agents, so parallel calls count together.

    A limit is checked before a call and what it used is counted after it, so the last call may go past the limit.
    """

    def __init__(self, actor: Actor, limit: Allowance, sink: UsageSink) -> None:
        self._actor = actor
        self._limit = limit
        self._sink = sink
        self._unsaved: list[ModelUsage] = []
        self.calls = 0
        self.input_tokens = 0
        self.output_tokens = 0
        self.cost_micros = 0
        self.estimated = False
        """Whether any of the counts is an estimate."""

    @property
    def tenant_id(self) -> str:
        """Who pays."""
        return self._actor.tenant_id

    async def check(self, input_tokens: int) -> None:
        """Whether a call with so many input tokens may be made. Raises CopilotError (budget exceeded)."""
        if not self._limit.permits(self.input_tokens + self.output_tokens + input_tokens, self.cost_micros + 1):
            raise CopilotError(
                ErrorKind.BUDGET_EXCEEDED,
                "This request has used up what one request may use.",
                hint="Ask for less at once, or start a new thread.",
            )
        if not (await self._sink.remaining(self._actor)).permits(input_tokens, 1):
            raise CopilotError(
                ErrorKind.BUDGET_EXCEEDED,
                "The business has used up its allowance for the language model.",
                hint="It is renewed tomorrow; an administrator can raise it.",
            )

    def count(self, usage: ModelUsage) -> None:
        self.calls += 1
        self.input_tokens += usage.input_tokens
        self.output_tokens += usage.output_tokens
        self.cost_micros += usage.cost_micros or 0
        self.estimated = self.estimated or usage.estimated
        self._unsaved.append(usage)

    async def save(self) -> None:
        """Hand over to the sink what it does not have yet. A sink that fails keeps no answer from the user: what was
        not saved is kept for the next time."""
        while self._unsaved:
            usage = self._unsaved.pop()
            try:
                await self._sink.record(self._actor, usage)
            except BaseException as error:
                self._unsaved.append(usage)
                if not isinstance(error, Exception):
                    raise
                log.exception("model usage could not be recorded", model=usage.model)
                return


_current: ContextVar[Meter | None] = ContextVar("model_meter", default=None)


@asynccontextmanager
async def metered(meter: Meter) -> AsyncGenerator[Meter]:
    """Every model call inside, also in tasks that are started inside, counts on this meter."""
    token = _current.set(meter)
    try:
        yield meter
    finally:
        _current.reset(token)
        await meter.save()


def running_meter() -> Meter | None:
    """The meter of this run; None outside of any."""
    return _current.get()


def current_meter() -> Meter:
    """The meter of this run. A paid model must never be called uncounted, so that there is none is a fault of ours."""
    meter = _current.get()
    if meter is None:
        raise RuntimeError("a remote model was called outside `async with metered(…)`")
    return meter
