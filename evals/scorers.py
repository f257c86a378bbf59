"""Whether a reply is what the case says it must be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from evals.cases import Contains, Expectation, ExpectedCall
from evals.figures import mismatch
from evals.oracle import Expected
from evals.replies import Reply, ToolUse
from evals.statistics import NOTHING, Proportion

Aspect = Literal["failed", "status", "figures", "period", "text", "agents", "tools"]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a reply."""

    aspect: Aspect
    what: str


@dataclass(frozen=True)
class Score:
    """`tools` counts the calls expected or made and those that were both; `arguments` the arguments that a case names
    and those that were as it says. Both are empty where a case expects no tools."""

    problems: tuple[Problem, ...]
    tools: Proportion = NOTHING
    arguments: Proportion = NOTHING

    @property
    def right(self) -> bool:
        return not self.problems


def score(
    expect: Expectation,
    expected: Sequence[Expected] | None,
    reply: Reply,
    must_not_say: Sequence[str] = (),
    as_of: date | None = None,
) -> Score:
    """Holds a reply against an expectation. `expected` are the oracle's figures, each of which a table must hold, None where an answer is not the only
    right thing; `must_not_say` is what no answer of the suite may contain; `as_of` is the day the question was asked."""
    if reply.status == "failed":
        return Score((Problem("failed", reply.text),))
    problems: list[Problem] = []
    if reply.status not in expect.status:
        problems.append(Problem("status", f"{reply.status} instead of {' or '.join(expect.status)}: {reply.text}"))
    elif expected is not None:
        for frame in expected:
            wrong = mismatch(frame, reply.tables, reply.text, ordered=expect.ordered, tolerance=expect.tolerance)
            problems += [Problem("figures", wrong)] if wrong else []
        problems += _period(expect, reply, as_of or date.max)
    problems += _text(expect, reply, must_not_say)
    if expect.agents is not None and set(expect.agents) != set(reply.agents):
        problems.append(Problem("agents", f"worked: {_listed(reply.agents)}; expected: {_listed(expect.agents)}"))
    if expect.tools is None:
        return Score(tuple(problems))
    tools, arguments, wrong_calls = _calls(expect.tools, reply.tools)
    return Score((*problems, *wrong_calls), tools, arguments)


def _period(expect: Expectation, reply: Reply, as_of: date) -> list[Problem]:
    """Days after `as_of` hold nothing: a year that is still running may be named to its end or to that day."""
    if expect.period is None or reply.period is None:
        # The chat's stream does not say which days were counted.
        return []
    start, end = reply.period
    if (start, min(end or as_of, as_of)) == (expect.period.start, min(expect.period.to, as_of)):
        return []
    return [Problem("period", f"counted {start} to {end}, asked for {expect.period.start} to {expect.period.to}")]


def _text(expect: Expectation, reply: Reply, must_not_say: Sequence[str]) -> list[Problem]:
    cells = (str(cell) for table in reply.tables for row in table.rows for cell in row)
    text = "\n".join((reply.text, *cells)).casefold()
    missing = [Problem("text", f"does not say {piece!r}") for piece in expect.says if piece.casefold() not in text]
    forbidden = (*expect.must_not_say, *must_not_say)
    return missing + [Problem("text", f"says {piece!r}") for piece in forbidden if piece.casefold() in text]


def _calls(expected: Sequence[ExpectedCall], made: Sequence[ToolUse]) -> tuple[Proportion, Proportion, list[Problem]]:
    """Pairs each expected call with the made call of that name that has most of its arguments."""
    left = list(made)
    problems: list[Problem] = []
    paired = arguments_right = 0
    for call in expected:
        candidates = [use for use in left if _tool_name(use.name) == _tool_name(call.name)]
        if not candidates:
            problems.append(Problem("tools", f"{call.name} was not called"))
            continue
        best = max(candidates, key=lambda use: _matching(call, use))
        left.remove(best)
        paired += 1
        arguments_right += _matching(call, best)
        if _matching(call, best) < len(call.arguments):
            problems.append(Problem("tools", f"{call.name} was called with {best.arguments}"))
    problems += [Problem("tools", f"{use.name} was called, and should not have been") for use in left]
    named = sum(len(call.arguments) for call in expected)
    return Proportion(paired, len(expected) + len(left)), Proportion(arguments_right, named), problems


def _matching(call: ExpectedCall, use: ToolUse) -> int:
    return sum(_fits(wanted, use.arguments.get(name)) for name, wanted in call.arguments.items())


def _fits(wanted: object, given: object) -> bool:
    if isinstance(wanted, Contains):
        return isinstance(given, str) and wanted.contains.casefold() in given.casefold()
    if isinstance(wanted, str) and isinstance(given, str):
        return wanted.casefold() == given.casefold()
    return wanted == given


def _tool_name(name: str) -> str:
    """A capability's id and its name as a tool are one (tools.kit.capability)."""
    return name.replace("-", "_").replace(".", "__")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
