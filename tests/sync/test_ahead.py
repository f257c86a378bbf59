"""While pages are written the next ones are read and mapped, up to a bound, and those that have come are given together."""

import asyncio

import pytest

from tools.connectors.core.errors import VendorRejected
from tools.connectors.core.listing import Page
from tools.connectors.core.resources import load_resources
from tools.ingestion.mapping.rosetta import TakenObject
from tools.ingestion.records import SourceRow
from tools.sync.ahead import TOGETHER, Ahead, AskedPage, Place, TakenPage

pytestmark = pytest.mark.anyio

OF_A_PAGE = 100


RESOURCES = load_resources("stripe").resources


class Vendor:
    """Lists of so many pages each, which are answered when they are allowed to be, and mapped when that is."""

    def __init__(self, *pages: int, refused: int = 0, slow: int = 0) -> None:
        self.asked: list[int] = []
        self.asking = asyncio.Semaphore(0)
        self.answered: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.mapping = asyncio.Event()
        self.mapping.set()
        self._pages = pages
        self._refused = refused
        self._slow = slow

    async def read(self, place: Place) -> AskedPage:
        number: int = place.state.get("count", 1)
        self.asked.append(number)
        self.asking.release()
        if number == self._slow:
            self.gate.clear()
        await self.gate.wait()
        if number == self._refused:
            raise VendorRejected("Example", "no such list", status=404)
        self.answered.append(number)
        after = Place(place.number, {"count": number + 1})
        if number == self._pages[place.number]:
            after = Place(place.number + 1, {}) if place.number + 1 < len(self._pages) else None
        return AskedPage(RESOURCES[place.number], Page([], None, f"{place.number}.{number}"), after)

    async def take(self, asked: AskedPage) -> list[TakenObject]:
        await self.mapping.wait()
        return [taken(f"{asked.page.token}-{place}") for place in range(OF_A_PAGE)]

    def ahead(self, together: int = TOGETHER) -> Ahead:
        return Ahead(self.read, self.take, Place(0, {}), together)


def taken(key: str) -> TakenObject:
    return TakenObject("thing", "", SourceRow(key, key, "{}"), [], lambda: pytest.fail("nobody asks for more"))


def keys(pages: list[TakenPage]) -> list[str]:
    return [one.source.source_id for page in pages for one in page.taken]


async def test_each_page_is_given_once_and_in_order() -> None:
    vendor, found = Vendor(23), list[str]()
    async with vendor.ahead() as ahead:
        while pages := await ahead.pages():
            found += keys(pages)
    assert found == [f"0.{number}-{place}" for number in range(1, 24) for place in range(OF_A_PAGE)]


async def test_pages_that_have_come_are_given_together_up_to_what_one_transaction_is_worth() -> None:
    async with Vendor(23).ahead() as ahead:
        first = await ahead.pages()
    assert len(keys(first)) == TOGETHER


async def test_how_much_one_transaction_is_worth_is_the_stores_to_say() -> None:
    async with Vendor(23).ahead(together=1_000) as ahead:
        first, second = await ahead.pages(), await ahead.pages()
    assert (len(keys(first)), len(keys(second))) == (1_000, 1_000)


async def test_the_lists_follow_one_another_and_are_given_apart() -> None:
    found: list[set[str]] = []
    async with Vendor(3, 1, 2).ahead() as ahead:
        while pages := await ahead.pages():
            found.append({key.partition("-")[0] for key in keys(pages)})
    assert found == [{"0.1", "0.2", "0.3"}, {"1.1"}, {"2.1", "2.2"}]


async def test_the_next_page_is_asked_for_while_the_last_is_mapped() -> None:
    vendor = Vendor(1, 2)
    vendor.mapping.clear()
    async with vendor.ahead() as ahead:
        for _ in range(2):
            await asyncio.wait_for(vendor.asking.acquire(), 5)
        assert vendor.asked == [1, 1]  # the only one of a list, and the first of the next
        vendor.mapping.set()
        assert keys(await ahead.pages())[0] == "0.1-0"


async def test_no_more_is_held_than_the_bound_one_page_and_one_that_is_not_mapped() -> None:
    vendor = Vendor(1_000)
    async with vendor.ahead() as ahead:
        written = len(await ahead.pages())
        for _ in range(100):  # the time of a write
            await asyncio.sleep(0)
        held = len(vendor.answered) - written
        assert 0 <= held * OF_A_PAGE - 2 * TOGETHER <= 2 * OF_A_PAGE


async def test_a_page_of_a_slow_vendor_waits_for_no_other() -> None:
    async with Vendor(2, slow=2).ahead() as ahead:
        assert len(await asyncio.wait_for(ahead.pages(), 5)) == 1


async def test_what_reading_raises_is_raised_once_the_pages_before_are_given() -> None:
    async with Vendor(5, refused=3).ahead() as ahead:
        assert len(await ahead.pages()) == 2
        with pytest.raises(VendorRejected, match="no such list"):
            await ahead.pages()


async def test_a_run_that_breaks_off_leaves_no_request_behind() -> None:
    vendor = Vendor(2)
    vendor.gate.clear()

    async def run() -> None:
        async with vendor.ahead():
            await asyncio.wait_for(vendor.asking.acquire(), 5)
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk is full"):
        await run()
    vendor.gate.set()
    await asyncio.sleep(0.01)
    assert (vendor.asked, vendor.answered) == ([1], [])
