"""What the asker's words have to do with names that say little, and which of several dates is meant where she names none."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evals.foreign.asker import file_asker
from evals.foreign.judging import judge
from evals.foreign.world import Asked, World
from tests.sources.fields import boatyard
from tests.sources.shortened import pottery, violin_workshop
from tools.sources.goods import goods_among
from tools.sources.naming import words_of
from tools.sources.shortened import written_out

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("short", "word"),
    [
        ("wrnty", "warranty"), ("clsd", "closed"), ("rdy", "ready"), ("pckup", "pickup"), ("vhcl", "vehicle"), ("mntnc", "maintenance"),
        ("dlvry", "delivery"), ("clnt", "client"), ("bkng", "booking"), ("trtmnt", "treatment"), ("dys", "days"),
    ],
)  # fmt: skip
def test_a_word_without_its_vowels_is_written_out(short: str, word: str):
    assert written_out(short) == word


@pytest.mark.parametrize("name", ["strt", "tch", "brd", "clear", "km", "xqzt", "lod", "abc"])
def test_what_may_be_several_words_or_is_one_stays_as_it_is(name: str):
    assert written_out(name) is None


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("prom_dt", "promised date"), ("exp_dt", "expiry date"), ("exp_amt", "expense amount"), ("recv_dt", "received date"),
        ("tot_ct", "total cents"), ("item_ct", "item ct"), ("qty_oh", "quantity on hand"), ("tbl_vhcl", "tbl vehicle"),
    ],
)  # fmt: skip
def test_a_part_of_a_name_is_read_beside_its_other_parts(name: str, words: str):
    assert " ".join(words_of(name)) == words


@pytest.mark.parametrize(
    ("columns", "goods"),
    [
        ({("quantity",): False, ("unit", "price"): True}, (("quantity",), ("unit", "price"))),
        ({("jars",): False, ("price", "per", "jar"): True}, (("jars",), ("price", "per", "jar"))),
        ({("quantity",): False, ("price",): True, ("unit", "cost"): True}, (("quantity",), ("unit", "cost"))),
        ({("quantity",): False, ("price",): True, ("cost",): True}, None),
        ({("guests",): False, ("room", "price"): True}, None),
        ({("quantity",): False, ("units",): False, ("price",): True}, None),
    ],
)
def test_goods_are_so_many_pieces_at_the_one_price_of_each(columns: dict[tuple[str, ...], bool], goods: object):
    assert goods_among(columns) == goods


ANSWERED: tuple[tuple[Callable[[], World], str, str], ...] = (
    # Names without vowels, in tables, columns and flags.
    (violin_workshop, "how many warranty claims were made in 2024", "SELECT count(*) FROM wrnty_clm WHERE clm_dt LIKE '2024%'"),
    (violin_workshop, "warranty claims not closed yet", "SELECT count(*) FROM wrnty_clm WHERE clsd_dt IS NULL"),
    (violin_workshop, "how many business clients do we have", "SELECT count(*) FROM clnt WHERE biz_flg = 'Y'"),
    (violin_workshop, "jobs received in 2024 per maker", "SELECT mkr_nm, count(*) FROM jb JOIN mkr USING (mkr_id) WHERE recv_dt LIKE '2024%' GROUP BY 1"),
    (violin_workshop, "pieces in stock by part category", "SELECT cat, sum(qty_oh) FROM prt GROUP BY 1"),
    # Of several dates: the one that every row has and that is not promised, the one that a verb names, the day of payment.
    (violin_workshop, "how many jobs in 2025", "SELECT count(*) FROM jb WHERE recv_dt LIKE '2025%'"),
    (violin_workshop, "how many jobs did we open last week", "SELECT count(*) FROM jb WHERE recv_dt BETWEEN '2025-06-09' AND '2025-06-15'"),
    (violin_workshop, "jobs taken in per month, 2025", "SELECT substr(recv_dt, 1, 7) || '-01', count(*) FROM jb WHERE recv_dt LIKE '2025%' GROUP BY 1"),
    (violin_workshop, "how many jobs did we close in 2025", "SELECT count(*) FROM jb WHERE clsd_dt LIKE '2025%'"),
    (violin_workshop, "jobs received in 2025 that were cancelled", "SELECT count(*) FROM jb WHERE stat = 'CANCELLED' AND recv_dt LIKE '2025%'"),
    (violin_workshop, "payments received in 2025, in dollars", "SELECT sum(tot_ct) / 100.0 FROM jb WHERE paid_dt LIKE '2025%'"),
    (violin_workshop, "how much did clients pay us in may 2025, in dollars", "SELECT sum(tot_ct) / 100.0 FROM jb WHERE paid_dt LIKE '2025-05%'"),
    (violin_workshop, "how many purchase orders have not arrived yet", "SELECT count(*) FROM po WHERE recv_dt IS NULL"),
    # Cents are told in whole money, also in the middle of a sentence, and goods at their price.
    (violin_workshop, "dollar value of the parts we ordered in 2024", "SELECT sum(qty * unit_cost_ct) / 100.0 FROM po WHERE ord_dt LIKE '2024%'"),
    (violin_workshop, "value of all parts on hand at cost, in dollars", "SELECT sum(qty_oh * cost_ct) / 100.0 FROM prt"),
    # What a source is about tells nothing apart in it.
    (violin_workshop, "violin jobs received in 2025", "SELECT count(*) FROM jb WHERE recv_dt LIKE '2025%'"),
    (violin_workshop, "of the warranty claims that are closed, what percentage was rejected", "SELECT 100.0 * sum(outcm = 'REJECTED') / count(*) FROM wrnty_clm WHERE clsd_dt IS NOT NULL"),
    # Names with spaces lead to each other, by a number or by a name; a yes is kept as -1.
    (pottery, "kilos fired by studio in 2025", 'SELECT "Studio", sum("Kg") FROM Firings JOIN Kilns USING ("Kiln No") WHERE "Fired On" LIKE \'2025%\' GROUP BY 1'),
    (pottery, "what is the highest price per bowl for each status", 'SELECT "Status", max("Price per Bowl") FROM "Order Lines" JOIN "Shop Orders" USING ("Order No") GROUP BY 1'),
    (pottery, "kilns per town", 'SELECT "Town", count(*) FROM Kilns JOIN Studios ON "Studio" = "Studio Name" GROUP BY 1'),
    (pottery, "how many active kilns do we have", 'SELECT count(*) FROM Kilns WHERE "Active" = -1'),
    (pottery, "number of kilns marked as active", 'SELECT count(*) FROM Kilns WHERE "Active" = -1'),
    (pottery, "average weight of a firing", 'SELECT avg("Kg") FROM Firings'),
    # Rows that are all of some kind of clay are of clay; an order is no line of one; what its lines are worth, it is.
    (pottery, "how many kilos of clay did we fire in 2025", 'SELECT sum("Kg") FROM Firings WHERE "Fired On" LIKE \'2025%\''),
    (pottery, "orders received in 2025", 'SELECT count(*) FROM "Shop Orders" WHERE "Order Date" LIKE \'2025%\''),
    (pottery, "what were the orders of 2025 worth", 'SELECT sum("Bowls" * "Price per Bowl") FROM "Order Lines" JOIN "Shop Orders" USING ("Order No") WHERE "Order Date" LIKE \'2025%\''),
)  # fmt: skip


@pytest.mark.parametrize(
    ("make", "question", "expected"), ANSWERED, ids=lambda value: value if isinstance(value, str) else ""
)
async def test_a_question_in_other_words_than_the_names_has_its_figures(make: Callable[[], World], question: str, expected: str, tmp_path: Path):  # fmt: skip
    world = make()
    answer = await (await file_asker(world, tmp_path)).ask(question)
    assert judge(answer, Asked(question, expected), world) == "right", answer.answer


@pytest.mark.parametrize(
    ("make", "question"),
    [
        (violin_workshop, "how many cello jobs did we receive in 2025"),  # nothing says what a job is for
        (violin_workshop, "how many violins did we sell in 2025"),
        (
            violin_workshop,
            "how many strings did we use on the jobs received in 2024",
        ),  # pieces in stock, not those used
        (violin_workshop, "how many private clients do we have"),
        (pottery, "how many kilos of glaze did we fire in 2025"),
        (boatyard, "how many boats did we open in 2024"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_word_that_nothing_bears_is_not_passed_over(make: Callable[[], World], question: str, tmp_path: Path):
    answer = await (await file_asker(make(), tmp_path)).ask(question)
    assert answer.status != "answered", answer.answer
    assert answer.rows == ()


async def test_of_several_dates_an_answer_says_by_which_it_counts(tmp_path: Path):
    asker = await file_asker(violin_workshop(), tmp_path)
    assert "By received date." in (await asker.ask("how many jobs in 2025")).answer
    assert "By " not in (await asker.ask("how many jobs are there")).answer
