"""While pages are written the next ones are read and mapped, up to a bound, and those that have come are given together."""

import asyncio

import pytest

from tools.connectors.core.errors import VendorRejected
from tools.connectors.core.listing import Page, PageState
from tools.ingestion.mapping.rosetta import TakenObject
from tools.ingestion.records import SourceRow
from tools.sync.ahead import MOST, TOGETHER, Ahead, TakenPage

pytestmark = pytest.mark.anyio

OF_A_PAGE = 100


class Vendor:
    """A list of so many pages, which are answered when they are allowed to be."""

    def __init__(self, pages: int, *, refused: int = 0, slow: int = 0) -> None:
        self.asked: list[int] = []
        self.answered: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self._pages = pages
        self._refused = refused
        self._slow = slow

    async def read(self, state: PageState) -> TakenPage:
        number: int = state.get("count", 1)
        self.asked.append(number)
        if number == self._slow:
            self.gate.clear()
        await self.gate.wait()
        if number == self._refused:
            raise VendorRejected("Example", "no such list", status=404)
        self.answered.append(number)
        following = {"count": number + 1} if number < self._pages else None
        return TakenPage(Page([], following, None), [taken(f"{number}-{place}") for place in range(OF_A_PAGE)])


def taken(key: str) -> TakenObject:
    return TakenObject("thing", "", SourceRow(key, key, "{}"), [], lambda: pytest.fail("nobody asks for more"))


def keys(pages: list[TakenPage]) -> list[str]:
    return [one.source.source_id for page in pages for one in page.taken]


async def test_each_page_is_given_once_and_in_order() -> None:
    vendor, found = Vendor(23), list[str]()
    async with Ahead(vendor.read, {}) as ahead:
        while pages := await ahead.pages():
            found += keys(pages)
    assert found == [f"{number}-{place}" for number in range(1, 24) for place in range(OF_A_PAGE)]


async def test_pages_that_have_come_are_given_together_up_to_what_one_transaction_is_worth() -> None:
    async with Ahead(Vendor(23).read, {}) as ahead:
        first = await ahead.pages()
    assert len(keys(first)) == TOGETHER


async def test_no_more_is_held_than_the_bound_and_one_page() -> None:
    vendor = Vendor(1_000)
    async with Ahead(vendor.read, {}) as ahead:
        written = len(await ahead.pages())
        await asyncio.sleep(0.01)  # the time of a write
        held = len(vendor.answered) - written
        assert MOST <= held * OF_A_PAGE <= MOST + OF_A_PAGE


async def test_a_page_of_a_slow_vendor_waits_for_no_other() -> None:
    async with Ahead(Vendor(2, slow=2).read, {}) as ahead:
        assert len(await asyncio.wait_for(ahead.pages(), 5)) == 1


async def test_what_reading_raises_is_raised_once_the_pages_before_are_given() -> None:
    async with Ahead(Vendor(5, refused=3).read, {}) as ahead:
        assert len(await ahead.pages()) == 2
        with pytest.raises(VendorRejected, match="no such list"):
            await ahead.pages()


async def test_a_run_that_breaks_off_leaves_no_request_behind() -> None:
    vendor = Vendor(2)
    vendor.gate.clear()

    async def run() -> None:
        async with Ahead(vendor.read, {}):
            await asyncio.sleep(0)
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk is full"):
        await run()
    vendor.gate.set()
    await asyncio.sleep(0.01)
    assert (vendor.asked, vendor.answered) == ([1], [])
