"""Plans questions of other languages with the planner that reads English ones."""

from collections.abc import Container
from dataclasses import replace

from storage.metrics.model import SemanticModel
from tools.language.lexicon import Lexicon
from tools.language.values import ValueIndex
from tools.query.changes import Days
from tools.query.draft import Context
from tools.query.foreign.english import in_english
from tools.query.foreign.frame import Frame, NotUnderstood
from tools.query.foreign.guard import hold_against
from tools.query.foreign.lexicon import Tongue
from tools.query.foreign.reader import read_frame
from tools.query.foreign.scanning import Scanner
from tools.query.planner import Plan, Planner


class ForeignPlanner:
    """Reads one language. `real` are the words of that language, which are never mended into others."""

    def __init__(self, tongue: Tongue, planner: Planner, model: SemanticModel, lexicon: Lexicon, real: Container[str]) -> None:  # fmt: skip
        self._tongue = tongue
        self._planner = planner
        self._model = model
        self._scanner = Scanner(tongue, lexicon, model, real)

    def plan(self, question: str, days: Days, values: ValueIndex, previous: Context | None = None) -> Plan:
        """Raises NotUnderstood where the language was not understood, Unclear and Unsupported as the planner does."""
        frame, english = self.read(question, values, previous)
        return self.planned(frame, english, days, values, previous)

    def planned(
        self, frame: Frame, english: str, days: Days, values: ValueIndex, previous: Context | None = None
    ) -> Plan:
        plan = self._planner.plan(english, days, values, previous)
        hold_against(frame, plan, self._model, previous.query if previous is not None else None)
        return replace(plan, corrections=(*frame.mended.items(), *plan.corrections), language=self._tongue.code)

    def read(self, question: str, values: ValueIndex, previous: Context | None = None) -> tuple[Frame, str]:
        """What is asked, and how the planner is told of it. Raises NotUnderstood."""
        scan = self._scanner.scan(question, values)
        try:
            frame = read_frame(scan, self._tongue)
            _keep_limit(frame, previous)
            return frame, in_english(frame, self._model)
        except NotUnderstood as problem:
            figures = [sense.id for item in scan.items for sense in item.of("metric")]
            problem.figure = figures[0] if figures else None
            problem.rest = " ".join(item.text for item in scan.items if item.values or item.moment)
            if any(item.cue("negation", "compare", "than", "instead") for item in scan.items):
                problem.options = ()  # said again without its "ohne", a question would ask for something else
            raise


def _keep_limit(frame: Frame, previous: Context | None) -> None:
    """ "y el peor?" after the best month turns the ranking round, and asks for as many as before."""
    rank, before = frame.rank, previous.query if previous is not None else None
    if rank is None or before is None or rank.limit is not None or rank.target is not None or not frame.follows:
        return
    if rank.several and before.limit == 1:
        return
    rank.limit = before.limit
