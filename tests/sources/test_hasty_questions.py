"""Questions as they are typed in passing, over tables with short names: what is left out, what counts as well, what is not
there, and money that comes in or goes out. Figures follow from the rows by SQL of the tests' own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evals.foreign.asker import file_asker
from evals.foreign.co_working import co_working
from evals.foreign.joinery import joinery
from evals.foreign.judging import judge
from evals.foreign.scrapyard import scrapyard
from evals.foreign.vetclinic import vetclinic
from evals.foreign.world import Asked, World
from tools.sources.spoken import spelled_out

pytestmark = pytest.mark.anyio

ANSWERED: tuple[tuple[Callable[[], World], str, str], ...] = (
    # What all columns of a table begin with, and links by the short name of a table.
    (vetclinic, "average weight of the active siamese", "SELECT avg(pat_weight_kg) FROM patient WHERE pat_breed = 'Siamese' AND pat_status = 'ACTIVE'"),
    (vetclinic, "clients by home branch", "SELECT b.br_name, count(*) FROM client JOIN branch b ON b.br_code = cli_home_br GROUP BY 1"),
    (vetclinic, "vets still working here", "SELECT count(*) FROM staff WHERE stf_role = 'Vet' AND stf_left IS NULL"),
    # What is left out, and what counts as well.
    (vetclinic, "how many clients in quin? leave the archived ones out", "SELECT count(*) FROM client WHERE cli_town = 'Quin' AND cli_archived = 'N'"),
    (vetclinic, "how many clients registered in 2024, archived or not", "SELECT count(*) FROM client WHERE substr(cli_registered, 7) = '2024'"),
    (co_working, "how many bookings in 2024 without cancelled and no-show ones", "SELECT count(*) FROM bookings_booking WHERE status NOT IN ('cancelled', 'no_show') AND starts_at LIKE '2024%'"),
    (joinery, "how many invoices are unpaid, not counting voided ones", "SELECT count(*) FROM invoices WHERE voided = 'N' AND paid_on IS NULL"),
    # What is not there.
    (vetclinic, "how many appts have no vet on them", "SELECT count(*) FROM appt WHERE vet_id IS NULL"),
    (vetclinic, "how many clients havent given a mobile", "SELECT count(*) FROM client WHERE cli_mobile IS NULL"),
    (joinery, "lapsed quotes where nobody put a reason, how many", "SELECT count(*) FROM quotes WHERE status = 'Lapsed' AND lost_reason IS NULL"),
    # A total, and what comes to it.
    (joinery, "What do the quotes at Declined add up to, net?", "SELECT sum(net_amount) FROM quotes WHERE status = 'Declined'"),
    (scrapyard, "How much carriage did we charge in 2024?", "SELECT sum(Carriage) FROM tblSale WHERE SaleDate LIKE '2024%' AND VoidYN = 'N'"),
    # "Parts" are those of the table, and no part of a customer's name.
    (scrapyard, "Parts sales in 2024 by type of customer", "SELECT CustType, sum(SellPrice) FROM tblSaleLine JOIN tblSale USING (SaleID) JOIN tblCust USING (CustID) WHERE SaleDate LIKE '2024%' AND VoidYN = 'N' GROUP BY 1"),
    # Two figures of a row.
    (vetclinic, "how many products have less in stock than there reorder level", "SELECT count(*) FROM product WHERE prd_stock < prd_reorder_level"),
    # What is still to come.
    (vetclinic, "booked appointments at abbeygate still to come, how many", "SELECT count(*) FROM appt WHERE apt_status = 'BOOKED' AND br_code = 'ABG'"),
)  # fmt: skip
SILENT: tuple[tuple[Callable[[], World], str], ...] = (
    (scrapyard, "what did I spend on buying cars last month"),  # nothing that was sold
    (scrapyard, "how much did we take for engines in 2025"),  # no list of prices
    (co_working, "how many people joined in 2024"),  # those who are deleted by now, too?
    (vetclinic, "what did we pay for vaccines in 2025"),
    (vetclinic, "how many void invoices in 2025"),  # those are left out already
    (joinery, "how many clients including deleted ones"),
)


@pytest.mark.parametrize(("make", "question", "expected"), ANSWERED, ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
async def test_a_hasty_question_has_the_figures_that_follow_from_the_rows(make: Callable[[], World], question: str, expected: str, tmp_path: Path):  # fmt: skip
    world = make()
    answer = await (await file_asker(world, tmp_path)).ask(question)
    assert judge(answer, Asked(question, expected), world) == "right", answer.answer


@pytest.mark.parametrize(("make", "question"), SILENT, ids=lambda value: value if isinstance(value, str) else "")
async def test_what_a_hasty_question_leaves_open_is_not_answered(make: Callable[[], World], question: str, tmp_path: Path):  # fmt: skip
    answer = await (await file_asker(make(), tmp_path)).ask(question)
    assert answer.status != "answered", answer.answer
    assert answer.rows == ()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("quotes by status pls", "quotes by status"),
        ("clients with no phone, leave out archived", "clients with no phone, without archived"),
        ("clients with three jobs or more", "clients with three or more jobs"),
        ("jobs past there due date", "jobs past their due date"),
        ("orders of 5 days or more", "orders of 5 days or more"),
        ("how often did members take a boat out", "how often did members take a boat out"),
        ("invoices before there were branches", "invoices before there were branches"),
        ("invoices of 2025? Void ones please not.", "invoices of 2025, without Void"),
        ('how many are called "w/o name pls"', 'how many are called "w/o name pls"'),
    ],
)
def test_short_spellings_are_written_out_and_names_are_left(typed: str, told: str):
    assert spelled_out(typed) == told
