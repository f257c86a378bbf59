"""Questions count from what was noted to have happened: by its name, with its day told, asked back where several match."""

from datetime import date, timedelta

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from tests.metrics.shop import Shop
from tests.query.asking import AS_OF, ask
from tools.events.schemas import EventDraft, NoteEvent
from tools.events.service import EventService
from tools.events.telling import read_note
from tools.language.periods import Calendar
from tools.query.happenings import Happening, with_days
from tools.query.service import QueryService
from tools.query.slots import Unclear

pytestmark = pytest.mark.anyio
TODAY = date(2026, 10, 31)
PRICE = Happening("We changed the price of mugs", date(2026, 5, 3), date(2026, 5, 3))
CAMPAIGN = Happening("Summer campaign", date(2026, 6, 1), date(2026, 6, 14))
RELAUNCH = Happening("Relaunch of the webshop", date(2026, 3, 12), date(2026, 3, 12))
KNOWN = (PRICE, CAMPAIGN, RELAUNCH)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("sales since we changed the price", "sales since 3 May 2026"),
        ("revenue after we raised the prices by month", "revenue since 3 May 2026 by month"),
        ("orders after the relaunch", "orders since 12 March 2026"),
        ("sales in the week before the campaign started", "sales in the week before 1 June 2026"),
        ("sales in the week after the campaign ended", "sales in the week after 14 June 2026"),
        ("sales after the summer campaign", "sales since 15 June 2026"),
        ("orders during the summer campaign?", "orders from 1 June 2026 to 14 June 2026?"),
        ("sales in the month after the relaunch", "sales in the month after 11 March 2026"),
        ("sales since january", "sales since january"),
        ("orders before noon", "orders before noon"),
        ("sales in Berlin", "sales in Berlin"),
        ("customers who bought after march but not before", "customers who bought after march but not before"),
    ],
)
def test_what_happened_becomes_its_days(question: str, expected: str) -> None:
    assert with_days(question, KNOWN, TODAY, Calendar()).question == expected


def test_of_two_that_are_alike_it_is_asked_which() -> None:
    again = Happening("Price change of bowls", date(2026, 8, 9), date(2026, 8, 9))
    with pytest.raises(Unclear, match="may be more than one thing") as asked:
        with_days("sales since we changed the price", (*KNOWN, again), TODAY, Calendar())
    assert [question for _, question in asked.value.options] == ["sales since 3 May 2026", "sales since 9 August 2026"]


@pytest.mark.parametrize(
    ("note", "title", "first", "last"),
    [
        ("note that we changed the price on 3 May", "We changed the price", date(2026, 5, 3), None),
        ("Please note down: the campaign ran from 1 to 14 June 2026.", "The campaign ran", date(2026, 6, 1), date(2026, 6, 14)),
        ("remember that on 5 January we opened the second shop", "We opened the second shop", date(2026, 1, 5), None),
        ("make a note: relaunch of the webshop yesterday", "Relaunch of the webshop", date(2026, 10, 30), None),
    ],
)  # fmt: skip
def test_a_sentence_tells_what_happened_and_when(note: str, title: str, first: date, last: date | None) -> None:
    draft = read_note(note, TODAY, Calendar())
    assert (draft.title, draft.occurred_on, draft.ends_on) == (title, first, last)


@pytest.mark.parametrize(
    "note", ["note that we changed the price", "note 3 May", "note that it rained on 3 May and 4 July"]
)
def test_without_one_day_or_anything_that_happened_nothing_is_noted(note: str) -> None:
    with pytest.raises(CopilotError):
        read_note(note, TODAY, Calendar())


async def test_figures_count_from_what_was_noted(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    events, day = EventService(), AS_OF - timedelta(days=30)
    unknown = await ask(database, actor, service, "revenue since we moved the shop")
    assert unknown.status == "needs_clarification"
    assert "I do not know when “we moved the shop” was" in unknown.answer
    async with database.write(actor) as uow:
        noted = await events.note(uow, NoteEvent(note=f"note that we moved the shop on {day:%-d %B %Y}"))
    since = await ask(database, actor, service, "revenue since we moved the shop")
    plain = await ask(database, actor, service, f"revenue since {day:%-d %B %Y}")
    assert since.rows == plain.rows
    assert f"“we moved the shop” was read as “We moved the shop” ({day:%-d %B %Y})." in since.answer
    async with database.write(actor) as uow:
        await events.create(uow, EventDraft(title="Strike of the carrier", occurred_on=day, ends_on=AS_OF))
        await events.delete(uow, noted.id)
    async with database.read(actor) as uow:
        assert [event.title for event in await uow.events.notes()] == ["Strike of the carrier"]
    gone = await ask(database, actor, service, "revenue since we moved the shop")
    assert gone.status == "needs_clarification"
