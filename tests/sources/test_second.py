"""Two readers look at a question about a source; where a draft is read in two ways, the owner says which is meant."""

from dataclasses import replace
from pathlib import Path

import pytest

from evals.foreign.asker import Asker, file_asker
from evals.foreign.estate import estate
from evals.foreign.export import export
from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.output import CompiledQuery
from storage.repositories.metrics import MetricRows
from storage.sources.reader import SourceReader

pytestmark = pytest.mark.anyio

ALIKE = "number of properties"
APART = "properties by number of bedrooms"


@pytest.fixture
async def asker(tmp_path: Path) -> Asker:
    return await file_asker(estate(), tmp_path)


async def test_what_the_two_read_alike_is_answered(asker: Asker, monkeypatch: pytest.MonkeyPatch):
    run, ran = SourceReader.run, list[CompiledQuery]()

    async def counted(self: SourceReader, compiled: CompiledQuery) -> MetricRows:
        ran.append(compiled)
        return await run(self, compiled)

    monkeypatch.setattr(SourceReader, "run", counted)
    assert (await asker.ask(ALIKE)).status == "answered"
    assert len(ran) == 2


async def test_what_they_read_differently_is_asked_back_with_both_readings(asker: Asker):
    answer = await asker.ask(APART)
    assert answer.status == "needs_clarification"
    assert "“Properties by bedrooms”" in answer.answer
    assert "“Bedrooms of properties”" in answer.answer


async def test_an_approved_layer_needs_no_second_opinion(asker: Asker):
    asker.source = replace(asker.source, is_approved=True)
    answer = await asker.ask(APART)
    assert answer.status == "answered"
    assert answer.answer.startswith("Properties by bedrooms: ")


async def test_a_change_to_the_question_before_is_not_read_by_itself(asker: Asker):
    await asker.go_on(ALIKE)
    answer = await asker.go_on("by bedrooms")
    assert answer.status == "answered"


async def test_where_the_second_opinion_takes_too_long_the_first_is_told(asker: Asker, monkeypatch: pytest.MonkeyPatch):
    run, ran = SourceReader.run, list[CompiledQuery]()

    async def slow(self: SourceReader, compiled: CompiledQuery) -> MetricRows:
        ran.append(compiled)
        if len(ran) > 1:
            raise CopilotError(ErrorKind.TIMEOUT, "The source takes too long.")
        return await run(self, compiled)

    monkeypatch.setattr(SourceReader, "run", slow)
    assert (await asker.ask(APART)).status == "answered"
    assert len(ran) == 2


async def test_a_source_that_is_forgotten_while_it_is_asked_still_answers(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
):
    run = SourceReader.run

    async def forgetting(self: SourceReader, compiled: CompiledQuery) -> MetricRows:
        asker.answers.forget(asker.source.id)
        return await run(self, compiled)

    monkeypatch.setattr(SourceReader, "run", forgetting)
    assert (await asker.ask(ALIKE)).status == "answered"


async def test_the_orders_of_a_file_of_their_pieces_are_no_rows_of_it(tmp_path: Path):
    world = export()
    asker = await file_asker(world, tmp_path)
    answer = await asker.ask("how many orders are there")
    assert answer.rows == ((len({row["Order No"] for row in world.rows["sales export"]}),),), answer.answer
