"""What makes a reply right."""

from datetime import date
from typing import Any, ClassVar

import polars as pl
import pytest

from evals.cases import Expectation
from evals.replies import Reply, Table, ToolUse
from evals.scorers import Score, score
from evals.statistics import Proportion
from tools.kit.blocks import Column

FIGURES = pl.DataFrame({"net_sales": [100.0]})
TABLE = Table((Column(name="revenue", type="number", unit="EUR"),), ((100.0,),))


def reply(**changes: Any) -> Reply:
    given: dict[str, Any] = {
        "status": "answered",
        "text": "Net sales were €100.00.",
        "elapsed_ms": 5.0,
        "tables": (TABLE,),
    }
    return Reply(**(given | changes))


def scored(expect: dict[str, Any], given: Reply, *forbidden: str) -> Score:
    expectation = Expectation.model_validate(expect)
    return score(expectation, (FIGURES,) if expectation.answerable else None, given, forbidden)


def aspects(one: Score) -> list[str]:
    return [problem.aspect for problem in one.problems]


def test_a_running_period_may_be_named_to_its_end_or_to_the_day_of_the_question() -> None:
    expectation = Expectation.model_validate({"period": {"from": "2025-01-01", "to": "2025-10-31"}})
    whole, so_far, other = date(2025, 12, 31), date(2025, 10, 31), date(2025, 9, 30)
    ends = [whole, so_far, other]
    as_of = date(2025, 10, 31)
    scores = [score(expectation, (FIGURES,), reply(period=(date(2025, 1, 1), end)), (), as_of) for end in ends]
    assert [one.right for one in scores] == [True, True, False]


def test_status_figures_and_period_as_asked_are_right() -> None:
    period = (date(2025, 1, 1), date(2025, 12, 31))
    expect = {"period": {"from": "2025-01-01", "to": "2025-12-31"}}
    assert scored(expect, reply(period=period)).right
    assert aspects(scored(expect, reply(period=(date(2024, 1, 1), date(2025, 12, 31))))) == ["period"]
    assert aspects(scored(expect, reply(period=(None, None)))) == ["period"]
    assert scored(expect, reply(period=None)).right


def test_a_wrong_figure_is_wrong() -> None:
    other = Table(TABLE.columns, ((90.0,),))
    assert aspects(scored({}, reply(tables=(other,)))) == ["figures"]


def test_an_answer_to_the_unanswerable_is_wrong_and_so_is_a_refusal_of_the_answerable() -> None:
    assert aspects(scored({"status": "cannot_answer"}, reply())) == ["status"]
    assert aspects(scored({}, reply(status="cannot_answer", tables=()))) == ["status"]
    assert scored({"status": ["cannot_answer", "needs_clarification"]}, reply(status="needs_clarification")).right


def test_a_failure_is_nothing_but_a_failure() -> None:
    assert aspects(scored({"says": ["x"]}, reply(status="failed", text="HTTP 500"))) == ["failed"]


def test_what_must_and_must_not_be_said() -> None:
    assert scored({"says": ["NET SALES"]}, reply()).right
    assert aspects(scored({"says": ["refunds"], "must_not_say": ["€100"]}, reply(), "were")) == ["text"] * 3


def test_the_agents_that_worked_must_be_those_and_no_others() -> None:
    expect = {"agents": ["mini-foundry"]}
    assert scored(expect, reply(agents=("mini-foundry",))).right
    assert aspects(scored(expect, reply(agents=("mini-foundry", "data-lineage")))) == ["agents"]
    assert aspects(scored({"agents": []}, reply(agents=("mini-foundry",)))) == ["agents"]


class TestTools:
    expect: ClassVar[dict[str, Any]] = {
        "tools": [{"name": "mini-foundry.query", "arguments": {"question": {"contains": "Mugs"}, "limit": 5}}]
    }

    def test_a_call_is_known_by_the_capability_and_by_the_tool_name(self) -> None:
        arguments = {"question": "revenue of mugs", "limit": 5, "more": True}
        for name in ("mini-foundry.query", "mini_foundry__query"):
            one = scored(self.expect, reply(tools=(ToolUse(name, arguments),)))
            assert one.right
            assert (one.tools, one.arguments) == (Proportion(1, 1), Proportion(2, 2))

    def test_a_wrong_argument_counts_apart_from_the_right_tool(self) -> None:
        one = scored(self.expect, reply(tools=(ToolUse("mini-foundry.query", {"question": "mugs", "limit": 7}),)))
        assert (one.tools, one.arguments, aspects(one)) == (Proportion(1, 1), Proportion(1, 2), ["tools"])

    def test_a_missing_call_and_a_call_too_many_both_count(self) -> None:
        one = scored(self.expect, reply(tools=(ToolUse("data-lineage.sources", {}),)))
        assert (one.tools, one.arguments) == (Proportion(0, 2), Proportion(0, 2))
        assert aspects(one) == ["tools", "tools"]

    def test_of_two_calls_of_one_name_the_better_is_taken(self) -> None:
        calls = (ToolUse("mini-foundry.query", {}), ToolUse("mini-foundry.query", {"question": "mugs", "limit": 5}))
        assert scored(self.expect, reply(tools=calls)).arguments == Proportion(2, 2)

    def test_where_no_tools_are_expected_at_all_any_may_be_used(self) -> None:
        assert scored({}, reply(tools=(ToolUse("any", {}),))).right
        assert aspects(scored({"tools": []}, reply(tools=(ToolUse("any", {}),)))) == ["tools"]


@pytest.mark.parametrize("status", ["answered", ["answered"]])
def test_only_a_turn_whose_one_right_status_is_an_answer_is_answerable(status: object) -> None:
    assert Expectation.model_validate({"status": status}).answerable
    assert not Expectation.model_validate({"status": ["answered", "cannot_answer"]}).answerable
