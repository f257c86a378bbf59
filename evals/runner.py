"""Runs suites against the product and gathers what came of every turn."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from evals.cases import Case, Suite, SuiteHeader, Surface, Turn
from evals.oracle import Shop, as_expected
from evals.replies import Reply
from evals.scorers import Score, score
from evals.shops import shop_source
from evals.solvers import Solver, solver
from evals.statistics import NOTHING, Proportion, percentile
from evals.workspace import Workspace
from storage.kernel.errors import CopilotError, ErrorKind

Progress = Callable[[str], None]


@dataclass(frozen=True)
class TurnResult:
    key: str
    case: Case
    turn: Turn
    reply: Reply
    score: Score

    @property
    def answered(self) -> bool:
        return self.reply.status == "answered"


@dataclass(frozen=True)
class Tally:
    """The counts over some turns: accuracy = right ÷ all, precision = right ÷ answered, coverage = answered ÷ answerable."""

    accuracy: Proportion
    precision: Proportion
    coverage: Proportion
    tools: Proportion
    arguments: Proportion
    p50_ms: float | None
    p95_ms: float | None
    first_event_p50_ms: float | None
    tokens: int

    @classmethod
    def of(cls, turns: Sequence[TurnResult]) -> "Tally":
        answered = [turn for turn in turns if turn.answered]
        answerable = [turn for turn in turns if turn.turn.expect.answerable]
        times = [turn.reply.elapsed_ms for turn in turns]
        firsts = [turn.reply.first_event_ms for turn in turns if turn.reply.first_event_ms is not None]
        return cls(
            accuracy=Proportion(sum(turn.score.right for turn in turns), len(turns)),
            precision=Proportion(sum(turn.score.right for turn in answered), len(answered)),
            coverage=Proportion(sum(turn.answered for turn in answerable), len(answerable)),
            tools=sum((turn.score.tools for turn in turns), NOTHING),
            arguments=sum((turn.score.arguments for turn in turns), NOTHING),
            p50_ms=percentile(times, 0.5),
            p95_ms=percentile(times, 0.95),
            first_event_p50_ms=percentile(firsts, 0.5),
            tokens=sum(turn.reply.input_tokens + turn.reply.output_tokens for turn in turns),
        )


@dataclass(frozen=True)
class SuiteRun:
    """One suite, run once. `skipped` says why it was not, when its shop's files are not there."""

    suite: str
    header: SuiteHeader
    surface: Surface
    model: str
    at: datetime
    seconds: float
    turns: tuple[TurnResult, ...] = ()
    cost_usd: float = 0.0
    skipped: str | None = None

    @property
    def tally(self) -> Tally:
        return Tally.of(self.turns)

    def tallies_by_kind(self) -> dict[str, Tally]:
        kinds = dict.fromkeys(turn.case.kind for turn in self.turns)
        return {kind: Tally.of([turn for turn in self.turns if turn.case.kind == kind]) for kind in kinds}


@dataclass
class Runner:
    """`client` reaches the product (a URL, or an ASGI transport); `model` labels the results. Each shop gets one fresh
    tenant, whichever and however many suites ask about it, but for those that say they need their own."""

    client: httpx.AsyncClient
    model: str
    say: Progress = print
    _workspaces: dict[str, Workspace] = field(default_factory=dict[str, Workspace])
    _shops: dict[str, Shop] = field(default_factory=dict[str, Shop])

    async def run(self, suite: Suite, surface: Surface | None = None) -> SuiteRun:
        """Asks every question of a suite, over `surface` or else the suite's own. Raises CopilotError when the shop
        cannot be set up for another reason than a missing file."""
        started, at = time.perf_counter(), datetime.now(UTC)
        way = surface or suite.header.surface
        try:
            workspace, shop = await self._open(suite)
        except CopilotError as error:
            if error.kind is not ErrorKind.UNAVAILABLE:
                raise
            return SuiteRun(suite.name, suite.header, way, self.model, at, 0.0, skipped=error.message)
        spent = await workspace.cost_usd()
        asker = solver(way, self.client, workspace.auth)
        turns: list[TurnResult] = []
        for number, case in enumerate(suite.cases, start=1):
            self.say(f"{suite.name}: {number}/{len(suite.cases)} {case.id}")
            turns += await self._converse(suite, case, shop, asker, await workspace.conversation(way))
        return SuiteRun(
            suite=suite.name,
            header=suite.header,
            surface=way,
            model=self.model,
            at=at,
            seconds=time.perf_counter() - started,
            turns=tuple(turns),
            cost_usd=await workspace.cost_usd() - spent,
        )

    async def _open(self, suite: Suite) -> tuple[Workspace, Shop]:
        shop = suite.header.shop
        name = suite.name if suite.header.own_tenant else shop
        if name not in self._workspaces:
            source = shop_source(shop)
            files, self._shops[name] = source.files(), source.load()
            self.say(f"{name}: setting up a tenant")
            workspace = await Workspace.register(self.client, source.tenant)
            for path in files:
                self.say(f"{name}: importing {path.name}")
                await workspace.import_file(path)
            self._workspaces[name] = workspace
        return self._workspaces[name], self._shops[name]

    async def _converse(
        self, suite: Suite, case: Case, shop: Shop, asker: Solver, conversation: str
    ) -> list[TurnResult]:
        results: list[TurnResult] = []
        for key, turn in case.turn_keys():
            expected = as_expected(suite.expected[key](shop)) if turn.expect.answerable else None
            as_of = turn.as_of or suite.header.as_of
            reply = await asker.ask(conversation, turn.ask, as_of, approve=turn.approve)
            scored = score(turn.expect, expected, reply, suite.header.must_not_say, as_of)
            results.append(TurnResult(key, case, turn, reply, scored))
        return results
