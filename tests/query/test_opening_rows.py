""" "Show me the orders behind that": the rows of the answer before, in the same conversation."""

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from tests.metrics.shop import Shop
from tests.query.asking import AS_OF, ask
from tools.query.drill import RowsRequest
from tools.query.opening import Opening, read_opening
from tools.query.schemas import QueryAnswer
from tools.query.service import QueryService

pytestmark = pytest.mark.anyio

READ = {
    "show me the orders behind that": Opening("order"),
    "Show me the rows behind this number, please.": Opening("record"),
    "can you show me the individual order lines that make up that figure?": Opening("record"),
    "which ones?": Opening(),
    "which ones were they": Opening(),
    "and which refunds are these?": Opening("record", "refund"),
    "which customers were they?": Opening("customer"),
    "list the refunds in that total": Opening("record", "refund"),
    "open the orders behind Germany": Opening("order", row="germany"),
    "show the orders behind the figure for March 2026": Opening("order", row="march 2026"),
    "show me the rows behind the first one": Opening("record", place=0),
    "drill down": Opening(),
    "drill into Tea": Opening(row="tea"),
    "show me the details": Opening("record"),
}
NOT_READ = (
    "show me the latest 10 orders", "which orders came from Germany", "show me the orders of Ernst Handel", "orders by country",
    "which customers bought tea", "show me orders", "what is behind the drop in sales", "list customers", "which ones are the best",
    "show me the refunds in March", "are we behind last year", "sales behind schedule", "show me the sales for this month",
)  # fmt: skip


@pytest.mark.parametrize("question", READ)
def test_wishes_for_rows_are_read(question: str) -> None:
    assert read_opening(question) == READ[question]


@pytest.mark.parametrize("question", NOT_READ)
def test_questions_that_ask_anew_are_none(question: str) -> None:
    assert read_opening(question) is None


async def test_rows_of_the_answer_before_add_up_to_it(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    async def say(question: str) -> QueryAnswer:
        return await ask(database, actor, service, question, "c")

    whole = await say("units sold in February 2026")
    rows = await say("show me the orders behind that")
    assert rows.status == "answered", rows.answer
    assert "Units sold in February 2026" in rows.answer
    places = [column.name for column in rows.columns]
    assert sum(row[places.index("c0")] for row in rows.rows) == whole.rows[0][0]  # pyright: ignore[reportArgumentType, reportCallIssue]
    assert all("2026-02-01" <= str(row[places.index("day")]) < "2026-03-01" for row in rows.rows)
    more = await say("only Germany")
    assert more.interpretation is not None
    assert more.interpretation.time is not None
    assert more.interpretation.time.label == "February 2026", "looking at rows changes no question"

    top = await say("top 2 countries by net sales in 2026")
    asked = await say("which ones?")
    assert asked.status == "needs_clarification"
    assert asked.clarification is not None
    assert [option.label for option in asked.clarification.options] == [row[0] for row in top.rows]
    for words, row in (("show me the rows behind the second one", 1), (f"drill into {top.rows[0][0]}", 0)):
        found = await say(words)
        assert found.status == "answered"
        assert f"for {top.rows[row][0]}" in found.answer
        assert f"{top.rows[row][1]:,.2f}" in found.answer
        assert {"order lines", "refunds"} == {line[0] for line in found.rows}
    gone = await say("show me the rows behind Spain")
    assert gone.status == "needs_clarification"
    assert "no row “spain”" in gone.answer

    months = await say("orders by month in 2026")
    found = await say("show me the orders behind February")
    (february,) = [row[1] for row in months.rows if row[0] == "2026-02-01"]
    assert f"Behind it are {february} orders." in found.answer
    assert len(found.rows) == february


async def test_answers_of_several_tables_are_opened_one_by_one(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    both = await ask(database, actor, service, "sales in January and orders in February", "c")
    (part,) = both.parts
    assert both.drill is not None
    assert part.drill is not None
    async with database.read(actor) as uow:
        for drill, value in ((both.drill, both.rows[0][0]), (part.drill, part.rows[0][0])):
            behind = await service.rows(uow, RowsRequest(query=drill.query, as_of=AS_OF))
            assert behind.figure == pytest.approx(value)
    which = await ask(database, actor, service, "show me the orders behind that", "c")
    assert which.status == "needs_clarification"
    assert "several figures at once" in which.answer
    why = await ask(database, actor, service, "why did sales change in February", "d")
    assert why.status == "answered"
    assert why.drill is None
    which = await ask(database, actor, service, "show me the orders behind that", "d")
    assert which.status == "needs_clarification"
    assert "what a change is made of" in which.answer


async def test_which_ones_after_a_number_of_groups_lists_the_groups(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    counted = await ask(database, actor, service, "how many customers had more than 5 orders?", "c")
    listed = await ask(database, actor, service, "which ones are they?", "c")
    assert listed.status == "answered"
    assert len(listed.rows) == counted.rows[0][0]


async def test_rows_of_no_answer_are_asked_back(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    first = await ask(database, actor, service, "show me the orders behind that", "new")
    assert first.status != "answered"
    await ask(database, actor, service, "orders in February 2026", "c")
    await ask(database, actor, service, "will sales grow next year?", "c")
    stale = await ask(database, actor, service, "show me the orders behind that", "c")
    assert stale.status == "needs_clarification"
    nothing = await ask(database, actor, service, "average order value in February 2026", "d")
    refunds = await ask(database, actor, service, "which refunds were they?", "d")
    assert nothing.status == "answered"
    assert refunds.status == "cannot_answer", "the figure counts no refunds"
