"""States that look like small words, yes kept as -1, and days that lie ahead: a hire yard and an office that keeps it in Access."""

from pathlib import Path

import pytest

from evals.foreign.asker import Asker, file_asker
from evals.foreign.world import World
from tests.sources.fields import TODAY, rows_of

pytestmark = pytest.mark.anyio


def hire_yard() -> World:
    """Hires go out and come back; some are booked for weeks to come. Sizes are letters, sorts have a table of their own."""
    tables = {
        "Sort": "SortId INTEGER PRIMARY KEY, SortName TEXT",
        "Client": "ClientId INTEGER PRIMARY KEY, ClientName TEXT, ClientType TEXT, Active INTEGER",
        "Hire": "HireId INTEGER PRIMARY KEY, ClientId INTEGER REFERENCES Client(ClientId), SortId INTEGER REFERENCES Sort(SortId), BookedOn TEXT, OutDate TEXT, Status TEXT, Size TEXT, Fee REAL",
    }  # fmt: skip
    rows = {
        "Sort": rows_of("SortId SortName", (1, "Tents"), (2, "Stages")),
        "Client": rows_of("ClientId ClientName ClientType Active", *((i, f"Firm {i}", "Trade" if i % 2 else "Private", -1 if i <= 8 else 0) for i in range(1, 13))),
        "Hire": rows_of("HireId ClientId SortId BookedOn OutDate Status Size Fee",
            *((i, 1 + i % 12, 1 + i % 2, f"2025-0{1 + i % 5}-10", f"2025-0{2 + i % 5}-05" if i <= 40 else f"2025-0{8 + i % 2}-05",
               "DONE" if i <= 30 else "OUT" if i <= 40 else "BOOKED", "A" if i % 3 else "B", 100.0 + i) for i in range(1, 61))),
    }  # fmt: skip
    return World("Hire yard", TODAY, tables, rows, ())


@pytest.fixture
async def asker(tmp_path: Path) -> Asker:
    return await file_asker(hire_yard(), tmp_path)


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("how many active clients are there", 8),
        ("how many hires are out", 10),
        ("number of hires done", 30),
        ("how many hires do we have", 60),
        ("how many hires are there of a client of the Trade type", 30),
        ("how many hires are of size A", 40),
    ],
)
async def test_a_state_is_told_from_a_small_word(asker: Asker, question: str, figure: int):
    answer = await asker.ask(question)
    assert answer.rows == ((figure,),), answer.answer


async def test_a_sort_that_has_a_table_is_no_type_of_something_else(asker: Asker):
    answer = await asker.ask("fees by sort")
    assert {row[0] for row in answer.rows} == {"Tents", "Stages"}, answer.answer


async def test_what_goes_out_does_not_go_by_the_day_of_booking(asker: Asker):
    answer = await asker.ask("how many hires went out in February 2025")
    assert answer.status == "needs_clarification"
    assert "“out date” or “booked on”" in answer.answer
    booked = await asker.ask("how many hires were booked in February 2025")
    assert booked.rows == ((sum(row["BookedOn"].startswith("2025-02") for row in hire_yard().rows["Hire"]),),)
