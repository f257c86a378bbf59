"""Conditions on single rows of a database never seen: thresholds, what is missing or late, shares of a part, lists. Two fields
with habits of their own stand for others; figures follow from the rows by SQL of the tests' own."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import URL

from evals.foreign.asker import asker_of, file_asker
from evals.foreign.judging import judge
from evals.foreign.world import Asked, World
from tests.sources.fields import caterer, costume_hire
from tests.sources.worlds import native, on_server, server_address

pytestmark = pytest.mark.anyio

ANSWERED: tuple[tuple[Callable[[], World], str, str], ...] = (
    # A number of a row's own.
    (costume_hire, "how many costumes weigh more than 8 kg", 'SELECT count(*) FROM Costumes WHERE "Weight kg" > 8'),
    (costume_hire, "number of hires with a total above €150", 'SELECT count(*) FROM Hires WHERE "Total Charge" > 150'),
    (costume_hire, "hires of more than 150 euros in 2025", """SELECT count(*) FROM Hires WHERE "Total Charge" > 150 AND "Hired On" LIKE '2025%'"""),
    (costume_hire, "how many clients have a credit limit of at least 800", 'SELECT count(*) FROM Clients WHERE "Credit Limit" >= 800'),
    (costume_hire, "how many costumes have a daily rate between 20 and 30", 'SELECT count(*) FROM Costumes WHERE "Daily Rate" BETWEEN 20 AND 30'),
    (costume_hire, "which costumes have a daily rate under 25 euros?", 'SELECT "Costume Name", "Daily Rate" FROM Costumes WHERE "Daily Rate" < 25'),
    (costume_hire, "how many costumes were sewn in 2016 or earlier", 'SELECT count(*) FROM Costumes WHERE "Sewn Year" <= 2016'),
    (costume_hire, "how many costumes were sewn before 2016", 'SELECT count(*) FROM Costumes WHERE "Sewn Year" < 2016'),
    (caterer, "suppliers whose delivery days are over 5, with the delivery days", "SELECT supplier_name, delivery_days FROM supplier WHERE delivery_days > 5"),
    (caterer, "how many parties had a total over 1,000 euros", "SELECT count(*) FROM party WHERE total_cents > 100000"),
    (caterer, "how many ingredients come from suppliers with delivery days over 5", "SELECT count(*) FROM ingredient JOIN supplier USING (supplier_id) WHERE delivery_days > 5"),
    # One figure of a row held against another.
    (caterer, "how many ingredients are below their minimum quantity", "SELECT count(*) FROM ingredient WHERE qty_in_stock < minimum_qty"),
    (caterer, "Which ingredients are below their minimum quantity, and how many do we have of each?", "SELECT ingredient_name, qty_in_stock FROM ingredient WHERE qty_in_stock < minimum_qty"),
    (costume_hire, "how many costumes are at or below the reorder level", 'SELECT count(*) FROM Costumes WHERE "Pieces In Store" <= "Reorder Level"'),
    (caterer, "how many parties had a total above the estimate", "SELECT count(*) FROM party WHERE total_cents > estimate_cents"),
    (caterer, "how many parties had more guests served than guests booked", "SELECT count(*) FROM party WHERE guests_served > guests_booked"),
    # What has not happened, or is not there.
    (caterer, "How many purchases have not arrived yet?", "SELECT count(*) FROM purchase WHERE received_on IS NULL"),
    (costume_hire, "how many hires have not been returned", 'SELECT count(*) FROM Hires WHERE "Returned On" IS NULL'),
    (costume_hire, "how many hires have not come back yet", 'SELECT count(*) FROM Hires WHERE "Returned On" IS NULL'),
    (caterer, "for how many hosts is the phone number not filled in?", "SELECT count(*) FROM host WHERE phone IS NULL"),
    (caterer, "how many hosts have no phone", "SELECT count(*) FROM host WHERE phone IS NULL"),
    (costume_hire, "Are there clients that have never hired anything? How many?", 'SELECT count(*) FROM Clients WHERE "Client No" NOT IN (SELECT "Client No" FROM Hires)'),
    (costume_hire, "how many costumes have not been cleaned since 1 March 2025", """SELECT count(*) FROM Costumes WHERE "Costume Name" NOT IN (SELECT Costume FROM "Cleanings" WHERE "Cleaned On" >= '2025-03-01')"""),
    (costume_hire, "how many costumes have never been cleaned", 'SELECT count(*) FROM Costumes WHERE "Costume Name" NOT IN (SELECT Costume FROM "Cleanings")'),
    (caterer, "how many parties were not confirmed", "SELECT count(*) FROM party WHERE confirmed_on IS NULL"),
    (caterer, "how many complaints are still open", "SELECT count(*) FROM complaint WHERE closed_on IS NULL"),
    # One day held against another, or against today.
    (costume_hire, "how many hires were returned later than promised", 'SELECT count(*) FROM Hires WHERE "Returned On" > "Promised Back"'),
    (costume_hire, "how many hires came back late in 2025", """SELECT count(*) FROM Hires WHERE "Returned On" > "Promised Back" AND "Hired On" LIKE '2025%'"""),
    (costume_hire, "how many hires were returned on time", 'SELECT count(*) FROM Hires WHERE "Returned On" <= "Promised Back"'),
    (caterer, "how many purchases were received after the expected date", "SELECT count(*) FROM purchase WHERE received_on > expected_on"),
    (caterer, "how many ingredients are past their best-before date", "SELECT count(*) FROM ingredient WHERE best_before < '2025-06-16'"),
    (caterer, "average number of days from ordering to receiving a purchase", "SELECT avg(julianday(received_on) - julianday(ordered_on)) FROM purchase"),
    (caterer, "how many days does it take to receive a purchase on average, by supplier", "SELECT supplier_name, avg(julianday(received_on) - julianday(ordered_on)) FROM purchase JOIN ingredient USING (ingredient_id) JOIN supplier USING (supplier_id) WHERE received_on IS NOT NULL GROUP BY 1"),
    # A part of a part.
    (caterer, "of the complaints that are closed, what percentage was rejected", "SELECT 100.0 * sum(outcome = 'rejected') / count(*) FROM complaint WHERE closed_on IS NOT NULL"),
    (caterer, "what share of the closed complaints was rejected", "SELECT 100.0 * sum(outcome = 'rejected') / count(*) FROM complaint WHERE closed_on IS NOT NULL"),
    (costume_hire, "what percentage of the paid hires was paid by card", """SELECT 100.0 * sum("Pay Method" = 'Card') / count(*) FROM Hires WHERE "Paid On" IS NOT NULL"""),
    (costume_hire, "share of hires cancelled", """SELECT 100.0 * sum(Status = 'Cancelled') / count(*) FROM Hires"""),
    # Pieces at a price.
    (caterer, "value of the purchases of 2025 by supplier", "SELECT supplier_name, sum(p.qty * p.unit_price_cents) / 100.0 FROM purchase p JOIN ingredient i USING (ingredient_id) JOIN supplier USING (supplier_id) GROUP BY 1"),
    (caterer, "how much were the purchases of salmon worth", "SELECT sum(p.qty * p.unit_price_cents) / 100.0 FROM purchase p WHERE ingredient_id = 2"),
    # Lists, and the largest or smallest of single ones.
    (costume_hire, "the three largest hires by total charge, without the cancelled ones", """SELECT "Hire No", "Total Charge" FROM Hires WHERE Status <> 'Cancelled' ORDER BY 2 DESC LIMIT 3"""),
    (costume_hire, "what is the highest daily rate for each kind of costume", 'SELECT "Costume Kind", max("Daily Rate") FROM Costumes GROUP BY 1'),
)  # fmt: skip


@pytest.mark.parametrize(
    ("make", "question", "expected"), ANSWERED, ids=lambda value: value if isinstance(value, str) else ""
)
async def test_a_condition_on_single_rows_has_the_figures_that_follow_from_them(make: Callable[[], World], question: str, expected: str, tmp_path: Path):  # fmt: skip
    world = make()
    answer = await (await file_asker(world, tmp_path)).ask(question)
    assert judge(answer, Asked(question, expected), world) == "right", answer.answer


SILENT: tuple[tuple[Callable[[], World], str], ...] = (
    (caterer, "how many parties of 40 guests or more did we serve"),  # guests booked, or guests served
    (caterer, "how many parties had more guests than seats"),
    (caterer, "how many complaints were raised before the invoice"),
    (costume_hire, "what percentage of the hires was returned late"),  # of all, or of those that were returned
    (costume_hire, "what percentage of the hires was paid by card for the bear suit"),  # of all, or of those of the suit
    (costume_hire, "how many hires are late"),  # returned late, or still out
    (costume_hire, "how many costumes are below their weight"),
    (costume_hire, "hires over 100"),  # 100 of what
    (costume_hire, "hires with a daily rate over €1"),  # all of them: it is rather kept in another unit
    (costume_hire, "how many hires were returned before they were paid for"),
    (costume_hire, "how many clients were on time"),
)  # fmt: skip


@pytest.mark.parametrize(("make", "question"), SILENT, ids=lambda value: value if isinstance(value, str) else "")
async def test_a_condition_that_can_mean_two_things_or_none_is_not_answered(make: Callable[[], World], question: str, tmp_path: Path):  # fmt: skip
    answer = await (await file_asker(make(), tmp_path)).ask(question)
    assert answer.status != "answered", answer.answer
    assert answer.rows == ()


async def test_postgresql_gives_the_same_figures(postgres_server: URL):
    world = caterer()
    with on_server(postgres_server, f"smb_test_{os.getpid()}_caterer", native(world)) as name:
        asker = await asker_of(server_address(postgres_server, name), world.today)
        for make, question, expected in ANSWERED:
            if make is caterer:
                answer = await asker.ask(question)
                assert judge(answer, Asked(question, expected), world) == "right", (question, answer.answer)
