"""Two readers look at a question about a source; where a draft is read in two ways, the owner says which is meant."""

from dataclasses import replace
from pathlib import Path

import pytest

from evals.foreign.asker import Asker, file_asker
from evals.foreign.export import export

pytestmark = pytest.mark.anyio


@pytest.fixture
async def asker(tmp_path: Path) -> Asker:
    """A file with a row for each piece of an order: orders are not its rows."""
    return await file_asker(export(), tmp_path)


async def test_what_the_two_read_alike_is_answered(asker: Asker):
    answer = await asker.ask("how many customers are there")
    assert answer.status == "answered"


async def test_what_they_read_differently_is_asked_back_with_both_readings(asker: Asker):
    answer = await asker.ask("number of orders by country")
    assert answer.status == "needs_clarification"
    assert "“Orders by country”" in answer.answer
    assert "“Sales exports by country”" in answer.answer


async def test_an_approved_layer_needs_no_second_opinion(asker: Asker):
    asker.source = replace(asker.source, is_approved=True)
    answer = await asker.ask("number of orders by country")
    assert answer.status == "answered"
    assert answer.answer.startswith("Orders by country: ")


async def test_a_change_to_the_question_before_is_not_read_by_itself(asker: Asker):
    await asker.go_on("how many customers are there")
    answer = await asker.go_on("by country")
    assert answer.status == "answered"
