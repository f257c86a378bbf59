"""The check that keeps cases apart from declared examples."""

from pathlib import Path

import pytest

from evals.cases import Case, Expectation, Suite, SuiteHeader, Turn
from evals.nearness import Example, declared_examples, too_near

EXAMPLE = Example("top 5 products by revenue last quarter", "tools/query/examples.yaml")
HEADER = SuiteHeader(title="t", shop="demo", split="tuned", as_of="2026-10-31")  # type: ignore[arg-type]


def asked(*questions: str) -> Suite:
    turns = tuple(Turn(ask=question, expect=Expectation()) for question in questions)
    return Suite("suite", HEADER, (Case(id="case", kind="total", turns=turns),), {})


@pytest.mark.parametrize(
    "question",
    [
        "top 5 products by revenue last quarter",
        "Show me the TOP 5 products by revenue for the last quarter!",
        "last quarter's top 5 products by revenue, please",
        "top 5 prodcuts by revenu last quarter",
    ],
)
def test_a_question_that_is_an_example_in_other_clothes_is_found(question: str) -> None:
    found = too_near(asked(question), [EXAMPLE])
    assert [(one.key, one.example) for one in found] == [("case", EXAMPLE)]


@pytest.mark.parametrize(
    "question",
    [
        "top 5 customers by profit in 2025",
        "revenue last quarter in Germany by category",
        "which products came back most often last quarter",
    ],
)
def test_a_question_of_its_own_is_not(question: str) -> None:
    assert too_near(asked(question), [EXAMPLE]) == []


def test_a_short_follow_up_is_anybodys_but_a_first_question_is_not() -> None:
    example = Example("only Germany", "agents/examples/mini-foundry.yaml")
    assert too_near(asked("orders of Trade customers in 2025", "only Germany"), [example]) == []
    assert len(too_near(asked("only germany"), [example])) == 1


def test_examples_are_read_wherever_they_stand_in_the_files(tmp_path: Path) -> None:
    agents, query = tmp_path / "agents/examples", tmp_path / "tools/query"
    agents.mkdir(parents=True)
    query.mkdir(parents=True)
    (agents / "one.yaml").write_text("- list my imports\n- 'undo it'\n", "utf-8")
    (query / "examples.yaml").write_text(
        "mini-foundry.query:\n  - sales by month\nother: {deep: [more sales]}\n", "utf-8"
    )
    assert [example.text for example in declared_examples(tmp_path)] == [
        "list my imports",
        "undo it",
        "sales by month",
        "more sales",
    ]
