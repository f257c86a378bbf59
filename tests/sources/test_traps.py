"""Questions that a draft could answer wrongly and must not: each has two readings, and which is meant is asked."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from evals.foreign import ASKED_ONCE, WORLDS
from evals.foreign.__main__ import first_runs
from evals.foreign.asker import Asker, file_asker
from evals.foreign.charity import charity
from evals.foreign.estate import estate
from evals.foreign.factory import factory
from evals.foreign.gym import gym
from evals.foreign.salon import salon
from evals.foreign.subscriptions import subscriptions
from evals.foreign.university import university
from evals.foreign.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def askers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Asker]:
    return {}


async def asker(askers: dict[str, Asker], make: Callable[[], World], folder: Path) -> Asker:
    if make.__name__ not in askers:
        askers[make.__name__] = await file_asker(make(), folder)
    return askers[make.__name__]


@pytest.mark.parametrize(
    ("make", "question", "told"),
    [
        (estate, "total sale price in 2024", "By which date: “offer_date” or “closing_date”?"),
        (gym, "how many customers cancelled in 2024", "The data does not say when customers were cancelled."),
        (subscriptions, "paid invoices in july 2025", "By which day"),
        (subscriptions, "new users", "since when?"),
        (subscriptions, "mrr by month in 2024", "is a level"),
        (charity, "how many monthly pledges are there", "or those whose frequency is Monthly?"),
        (charity, "donations by country", "can mean more than one figure"),
        (factory, "how many hinges did we make last month", "How many of what"),
        (factory, "how many critical defects in 2024", "the entries of defects, or the quantities"),
        (salon, "how many stylists do we have", "or those that have not left?"),
        (salon, "revenue in 2024", "Which figure do you mean?"),
        (university, "number of students per faculty", "can mean more than one thing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_can_be_read_in_two_ways_is_asked_back(askers: dict[str, Asker], tmp_path: Path, make: Callable[[], World], question: str, told: str):  # fmt: skip
    answer = await (await asker(askers, make, tmp_path)).ask(question)
    assert answer.status == "needs_clarification", answer.answer
    assert told in answer.answer
    assert answer.rows == ()


async def test_rows_marked_as_deleted_are_left_out_and_found_by_their_deletion(
    askers: dict[str, Asker], tmp_path: Path
):
    one, users = await asker(askers, subscriptions, tmp_path), subscriptions().rows["users"]
    assert (await one.ask("how many users are there")).rows == ((sum(u["deleted_at"] is None for u in users),),)
    deleted = await one.ask("how many users were deleted in 2025")
    assert deleted.rows == ((sum((u["deleted_at"] or "").startswith("2025") for u in users),),)
    assert any(p.pointer == "/entities/user/where" for p in one.layer.proposals)


async def test_what_a_missing_link_is_asked_for_is_said_so(askers: dict[str, Asker], tmp_path: Path):
    one, visits = await asker(askers, salon, tmp_path), salon().rows["appointments"]
    answer = await one.ask("appointments without a client")
    assert answer.rows == ((sum(v["client"] is None for v in visits),),)
    assert "without any client" in answer.answer


async def test_the_first_run_of_every_set_since_the_library_is_logged():
    logged = {run.suite: run for run in first_runs()}
    worlds = {world.name: world for make in (*WORLDS[4:], *ASKED_ONCE) if (world := make())}
    assert set(logged) == set(worlds)
    for name, run in logged.items():
        assert 0 < run.right <= run.answered <= run.questions
        assert run.right + len(run.wrong) == run.answered
        assert run.at.date() >= date(2026, 11, 28)
        assert run.questions == len(worlds[name].questions)
