"""Somebody who asks the uncorrected draft of a made-up database, and how that went."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from evals.foreign.judging import Verdict, judge
from evals.foreign.world import World
from evals.statistics import Proportion
from storage.kernel.clock import FixedClock
from storage.models.identity import Tenant
from storage.sources.connection import Address, FileAddress
from storage.sources.reader import look_at
from tools.language.dictionary import Dictionary
from tools.query.draft import Context
from tools.query.schemas import QueryAnswer
from tools.sources.asking import AskedSource, Question, SourceAnswers
from tools.sources.draft import draft_of
from tools.sources.schemas import DraftLayer

_WORDS = Dictionary()


@dataclass(slots=True)
class Asker:
    """One source with its draft, asked on a day."""

    source: AskedSource
    answers: SourceAnswers
    tenant: Tenant
    previous: Context | None = None

    @property
    def layer(self) -> DraftLayer:
        return self.source.layer

    async def ask(self, question: str) -> QueryAnswer:
        answer, _ = await self.answers.ask(self.source, Question(question, self.tenant))
        return answer

    async def go_on(self, question: str) -> QueryAnswer:
        """A question that may change the one before it."""
        answer, self.previous = await self.answers.ask(
            self.source, Question(question, self.tenant, None, self.previous)
        )
        return answer


async def asker_of(address: Address, today: date, *, name: str = "Elsewhere") -> Asker:
    """Looks at a database, drafts its layer and lets it be asked, uncorrected."""
    layer = draft_of(await look_at(address))
    tenant = Tenant(name="Shop", currency="EUR", timezone="UTC", week_start=1, fiscal_year_start=1, clock="today")
    answers = SourceAnswers(FixedClock(datetime(today.year, today.month, today.day, 12, tzinfo=UTC)), words=_WORDS)
    source = AskedSource("source-1", "1", name, address.dialect, address, layer, is_approved=False, looked_at=None)
    return Asker(source, answers, tenant)


async def file_asker(world: World, folder: Path) -> Asker:
    path = folder / f"{world.name.lower()}.db"
    world.write(path)
    return await asker_of(FileAddress(path), world.today, name=world.name)


@dataclass(frozen=True, slots=True)
class Score:
    """How a set of questions went."""

    verdicts: dict[str, Verdict]

    def count(self, verdict: Verdict) -> int:
        return sum(one == verdict for one in self.verdicts.values())

    @property
    def answered(self) -> int:
        return self.count("right") + self.count("wrong")

    @property
    def precision(self) -> float:
        return self.count("right") / self.answered if self.answered else 1.0

    @property
    def coverage(self) -> float:
        answerable = len(self.verdicts) - self.count("rightly_silent")
        return self.count("right") / answerable

    def __str__(self) -> str:
        low, high = Proportion(self.count("right"), self.answered).interval
        wrong = [question for question, verdict in self.verdicts.items() if verdict == "wrong"]
        return (
            f"{len(self.verdicts)} questions: precision {self.count('right')}/{self.answered} = {self.precision:.1%} "
            f"(Wilson 95 %: {low:.1%} to {high:.1%}), coverage {self.coverage:.1%}; wrong: {wrong}"
        )


async def score(asker: Asker, world: World) -> Score:
    """Every question of a world, each by itself."""
    return Score({asked.question: judge(await asker.ask(asked.question), asked, world) for asked in world.questions})
