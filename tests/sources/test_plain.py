"""Plain questions in an owner's words, by the habits in which they and their databases differ: each field stands for others.
Figures follow from the rows by SQL of the tests' own."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import URL

from evals.foreign.asker import asker_of, file_asker
from evals.foreign.judging import judge
from evals.foreign.world import Asked, World
from tests.sources.fields import boatyard, music_school, waste_collector
from tests.sources.worlds import native, on_server, server_address

pytestmark = pytest.mark.anyio

_WO = "FROM wo_hdr h JOIN wo_st s USING (st_cd) JOIN boat b USING (boat_id)"
_LN = "FROM wo_ln l JOIN wo_hdr h USING (wo_no) JOIN part p USING (part_id)"

ANSWERED: tuple[tuple[Callable[[], World], str, str], ...] = (
    # Names that were shortened.
    (boatyard, "how many mechanics do we have", "SELECT count(*) FROM mech"),
    (boatyard, "boats by type", "SELECT boat_typ, count(*) FROM boat GROUP BY 1"),
    (boatyard, "average length of our sail boats", "SELECT avg(len_m) FROM boat WHERE boat_typ = 'sail'"),
    (boatyard, "owners without an email address", "SELECT count(*) FROM own WHERE eml IS NULL"),
    (boatyard, "how many boats are insured", "SELECT count(*) FROM boat WHERE insrd_yn = 'Y'"),
    # A header is what is counted, its lines give goods; a code stands for a state.
    (boatyard, "work orders by status", f"SELECT st_txt, count(*) {_WO} GROUP BY 1"),
    (boatyard, "how many work orders did we finish in 2024", "SELECT count(*) FROM wo_hdr WHERE fin_dt LIKE '2024%'"),
    (boatyard, "how many work orders have not been started yet", "SELECT count(*) FROM wo_hdr WHERE start_dt IS NULL"),
    (boatyard, "average days from start to finish", "SELECT avg(julianday(fin_dt) - julianday(start_dt)) FROM wo_hdr"),
    (boatyard, "how many work orders were finished after the due date", "SELECT count(*) FROM wo_hdr WHERE fin_dt > due_dt"),
    (boatyard, "which mechanic finished the most work orders", "SELECT mech_nm, count(*) FROM wo_hdr JOIN mech USING (mech_id) WHERE fin_dt IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    # Stock is worth its pieces at a price.
    (boatyard, "stock value at cost by category", "SELECT part_cat, sum(stk_qty * unit_cst) FROM part GROUP BY 1"),
    # Names that run together; those who are still there.
    (music_school, "how many pupils joined in 2024", "SELECT count(*) FROM pupil WHERE joindate LIKE '2024%'"),
    (music_school, "how many pupils left in 2024", "SELECT count(*) FROM pupil WHERE leavedate LIKE '2024%'"),
    (music_school, "current pupils by instrument", "SELECT instrumentname, count(*) FROM pupil JOIN instrument USING (instrumentcode) WHERE leavedate IS NULL GROUP BY 1"),
    (music_school, "how many kids are still with us", "SELECT count(*) FROM pupil WHERE leavedate IS NULL"),
    (music_school, "total weekly hours of the teachers who still work here", "SELECT sum(weeklyhours) FROM teacher WHERE enddate IS NULL"),
    (music_school, "how many current pupils have no substitute teacher", "SELECT count(*) FROM pupil WHERE leavedate IS NULL AND substituteteacherid IS NULL"),
    (music_school, "pupils per main teacher", "SELECT fullname, count(*) FROM pupil JOIN teacher ON teacherid = mainteacherid GROUP BY 1"),
    (music_school, "how many girls", "SELECT count(*) FROM pupil WHERE sex = 'F'"),
    (music_school, "total minutes of lessons attended in may 2025", "SELECT sum(lengthmins) FROM lesson WHERE attended AND lessondate LIKE '2025-05%'"),
    (music_school, "what percent of the lessons in 2025 were attended", "SELECT 100.0 * sum(attended) / count(*) FROM lesson WHERE lessondate LIKE '2025%'"),
    (music_school, "total of unpaid invoices that are past their due date", "SELECT sum(amount) FROM invoice WHERE paiddate IS NULL AND duedate < '2025-06-16'"),
    (music_school, "how much did we invoice in 2024", "SELECT sum(amount) FROM invoice WHERE invoicedate LIKE '2024%'"),
    (music_school, "on average how many days from invoice date until it is paid", "SELECT avg(julianday(paiddate) - julianday(invoicedate)) FROM invoice"),
    # Those who are above, or did something, are others of the staff; a link tells its ways apart.
    (waste_collector, "how many people report to Bo Ek", "SELECT count(*) FROM tblStaff WHERE ManagerID = 1"),
    (waste_collector, "contracts signed in 2024 by sales rep", "SELECT FullName, count(*) FROM tblContract JOIN tblStaff ON StaffID = SalesRepID WHERE SignedOn LIKE '2024%' GROUP BY 1"),
    (waste_collector, "how many customers have no phone number", "SELECT count(*) FROM tblCustomer WHERE Phone IS NULL"),
    (waste_collector, "how many people are on the crew for round R-01", "SELECT count(*) FROM tblRoundCrew JOIN tblRound USING (RoundID) WHERE RoundNo = 'R-01'"),
    (waste_collector, "rounds per driver", "SELECT FullName, count(*) FROM tblRound JOIN tblStaff ON StaffID = DriverID GROUP BY 1"),
    (waste_collector, "kilos weighed per waste type in may 2025", "SELECT WasteTypeDescr, sum(NetKg) FROM tblWeighing JOIN lkpWasteType USING (WasteTypeID) WHERE WeighedOn LIKE '2025-05%' GROUP BY 1"),
    (waste_collector, "active staff by job title", "SELECT JobTitle, count(*) FROM tblStaff WHERE IsActive = 'Y' GROUP BY 1"),
    # The words in other orders than one expects.
    (boatyard, "owners without an email address, how many?", "SELECT count(*) FROM own WHERE eml IS NULL"),
    (boatyard, "boats by kind of boat", "SELECT boat_typ, count(*) FROM boat GROUP BY 1"),
    (boatyard, "owners whose email is missing, how many are there", "SELECT count(*) FROM own WHERE eml IS NULL"),
    (boatyard, "of the work orders finished in 2024, how many had to be finished after the due date", "SELECT count(*) FROM wo_hdr WHERE fin_dt LIKE '2024%' AND fin_dt > due_dt"),
    (music_school, "how many pupils do we have on our books who are still with us", "SELECT count(*) FROM pupil WHERE leavedate IS NULL"),
    (music_school, "how many days after the invoice date do we get paid on average", "SELECT avg(julianday(paiddate) - julianday(invoicedate)) FROM invoice"),
    # Single rows held against a number.
    (boatyard, "how many boats are longer than 9 metres", "SELECT count(*) FROM boat WHERE len_m > 9"),
    (boatyard, "which boats are longer than 9 metres?", "SELECT boat_nm, len_m FROM boat WHERE len_m > 9"),
    (music_school, "how many lessons of 45 minutes or more in may 2025", "SELECT count(*) FROM lesson WHERE lengthmins >= 45 AND lessondate LIKE '2025-05%'"),
    (music_school, "invoices with an amount above 100", "SELECT count(*) FROM invoice WHERE amount > 100"),
    # Money that comes in, that is owed, that is late.
    (music_school, "how much money came in in april 2025", "SELECT sum(amount) FROM invoice WHERE paiddate LIKE '2025-04%'"),
    (music_school, "how much is overdue and not yet paid?", "SELECT sum(amount) FROM invoice WHERE paiddate IS NULL AND duedate < '2025-06-16'"),
    (music_school, "how many overdue invoices", "SELECT count(*) FROM invoice WHERE paiddate IS NULL AND duedate < '2025-06-16'"),
    # Who is new, and who has not done something.
    (music_school, "how many new pupils did we win in 2024", "SELECT count(*) FROM pupil WHERE joindate LIKE '2024%'"),
    (music_school, "how many pupils had no lessons in may 2025", "SELECT count(*) FROM pupil WHERE pupilid NOT IN (SELECT pupilid FROM lesson WHERE lessondate LIKE '2025-05%')"),
    (waste_collector, "how many customers have never signed a contract", "SELECT count(*) FROM tblCustomer WHERE CustomerID NOT IN (SELECT CustomerID FROM tblContract)"),
    # What is planned ahead counts as well where no time is asked.
    (waste_collector, "how many rounds are there", "SELECT count(*) FROM tblRound"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("make", "question", "expected"), ANSWERED, ids=lambda value: value if isinstance(value, str) else ""
)
async def test_a_plain_question_has_the_figures_that_follow_from_the_rows(make: Callable[[], World], question: str, expected: str, tmp_path: Path):  # fmt: skip
    world = make()
    answer = await (await file_asker(world, tmp_path)).ask(question)
    assert judge(answer, Asked(question, expected), world) == "right", answer.answer


@pytest.mark.parametrize(
    ("make", "question"),
    [
        (boatyard, "boats by owner in Cascais and skipper"),
        (boatyard, "how many berths are free"),
        (boatyard, "how many work orders did Rui Matos finish"),
        (boatyard, "how many work orders went to a different owner"),
        (boatyard, "how many open work orders"),  # some were cancelled: they are not closed, and not open either
        (boatyard, "how many boats are larger than 9"),
        (music_school, "how many pupils have not paid"),
        (music_school, "how many invoices did we receive in 2024"),
        (music_school, "how many pupils never missed a lesson"),
        (music_school, "invoices over 100"),
        (waste_collector, "new rounds in 2025"),
        (waste_collector, "how many customers have not called"),
        (music_school, "how many pupils do we have"),
        (music_school, "pupils per teacher"),
        (music_school, "how many minutes late were pupils"),
        (music_school, "how many pupils play the drums"),
        (music_school, "average grade of pupils"),
        (waste_collector, "how many accidents did drivers have"),
        (waste_collector, "rounds by retired drivers"),
        (waste_collector, "fuel cost per round"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_not_there_or_means_two_things_is_not_answered(make: Callable[[], World], question: str, tmp_path: Path):  # fmt: skip
    answer = await (await file_asker(make(), tmp_path)).ask(question)
    assert answer.status != "answered", answer.answer
    assert answer.rows == ()


async def test_postgresql_gives_the_same_figures(postgres_server: URL):
    world = boatyard()
    with on_server(postgres_server, f"smb_test_{os.getpid()}_boatyard", native(world)) as name:
        asker = await asker_of(server_address(postgres_server, name), world.today)
        for maker, question, expected in ANSWERED:
            if maker is boatyard:
                answer = await asker.ask(question)
                assert judge(answer, Asked(question, expected), world) == "right", (question, answer.answer)


async def test_an_answer_says_by_which_date_it_counts_where_that_is_not_the_usual_one(tmp_path: Path):
    answer = await (await file_asker(music_school(), tmp_path)).ask("how many kids left in 2024")
    assert answer.rows == ((1,),)
    assert "By leave date." in answer.answer


async def test_a_column_that_the_owner_took_out_is_read_no_more(tmp_path: Path):
    asker = await file_asker(waste_collector(), tmp_path)
    question = "how many people per job title work here"
    assert (await asker.ask(question)).status == "answered"
    model = asker.layer.model
    kept = {name: one for name, one in model.dimensions.items() if "job_title" not in name}
    assert len(kept) < len(model.dimensions)
    layer = asker.layer.model_copy(update={"model": model.model_copy(update={"dimensions": kept})})
    asker.source = replace(asker.source, version="2", layer=layer)
    assert (await asker.ask(question)).status != "answered"
