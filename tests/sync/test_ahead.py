"""While pages are written the next ones are read and mapped, up to a bound, and those that have come are given together."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from evals.standins.vendors.stripe import StripeStandIn
from tests.sync.conftest import Synced
from tools.connectors.core.errors import VendorRejected
from tools.connectors.core.listing import Page, PageState
from tools.ingestion.mapping.rosetta import TakenObject
from tools.ingestion.records import SourceRow
from tools.sync.ahead import MOST, TOGETHER, Ahead, Room, TakenPage, Turn, weight
from tools.sync.writing import PageWriter

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


@asynccontextmanager
async def reading(vendor: Vendor) -> AsyncGenerator[Ahead]:
    ahead = Ahead(vendor.read, {}, Room())
    task = asyncio.ensure_future(ahead.read_on())
    try:
        yield ahead
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def taken(key: str, payload: str = "{}") -> TakenObject:
    return TakenObject("thing", "", SourceRow(key, key, payload), [], lambda: pytest.fail("nobody asks for more"))


def keys(pages: list[TakenPage]) -> list[str]:
    return [one.source.source_id for page in pages for one in page.taken]


async def test_each_page_is_given_once_and_in_order() -> None:
    vendor, found = Vendor(23), list[str]()
    async with reading(vendor) as ahead:
        while pages := await ahead.pages():
            found += keys(pages)
    assert found == [f"{number}-{place}" for number in range(1, 24) for place in range(OF_A_PAGE)]


async def test_pages_that_have_come_are_given_together_up_to_what_one_transaction_is_worth() -> None:
    async with reading(Vendor(23)) as ahead:
        first = await ahead.pages()
    assert len(keys(first)) == TOGETHER


async def test_no_more_is_held_than_the_bound_and_one_page() -> None:
    vendor = Vendor(1_000)
    async with reading(vendor) as ahead:
        written = len(await ahead.pages())
        await asyncio.sleep(0.01)  # the time of a write
        held = len(vendor.answered) - written
        assert MOST <= held * OF_A_PAGE <= MOST + OF_A_PAGE


async def test_a_page_of_a_slow_vendor_waits_for_no_other() -> None:
    async with reading(Vendor(2, slow=2)) as ahead:
        assert len(await asyncio.wait_for(ahead.pages(), 5)) == 1


async def test_what_reading_raises_is_raised_once_the_pages_before_are_given() -> None:
    async with reading(Vendor(5, refused=3)) as ahead:
        assert len(await ahead.pages()) == 2
        with pytest.raises(VendorRejected, match="no such list"):
            await ahead.pages()


async def test_a_run_that_breaks_off_leaves_no_request_behind() -> None:
    vendor = Vendor(2)
    vendor.gate.clear()

    async def run() -> None:
        async with reading(vendor):
            await asyncio.sleep(0)
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk is full"):
        await run()
    vendor.gate.set()
    await asyncio.sleep(0.01)
    assert (vendor.asked, vendor.answered) == ([1], [])


def test_a_large_object_weighs_as_much_as_many_small_ones() -> None:
    page = Page([], None, None)
    small = [taken(str(place)) for place in range(10)]
    assert weight(TakenPage(page, small)) == 10
    assert weight(TakenPage(page, [*small, taken("large", "x" * 40_000)])) == 21
    assert weight(TakenPage(page, [])) == 1  # a page of nothing is held too


async def test_the_reader_waits_while_the_writer_works_and_goes_on_while_the_writer_waits() -> None:
    turn, events = Turn(), list[str]()

    async def read() -> None:
        while True:
            await turn.wait()
            events.append("read")

    reading = asyncio.ensure_future(read())
    with turn.held() as resting:
        await asyncio.sleep(0.01)
        assert events == []
        resting()
        await asyncio.sleep(0.01)
        assert events
    reading.cancel()


async def test_a_writer_that_fails_keeps_nobody() -> None:
    turn = Turn()
    with pytest.raises(RuntimeError, match="disk is full"), turn.held():
        raise RuntimeError("the disk is full")
    await asyncio.wait_for(turn.wait(), 5)


async def test_the_next_list_is_read_while_the_end_of_the_one_before_is_written(
    shop: Synced, stripe: StripeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun_in_a_write: list[str] = []
    write = PageWriter.write

    def lists() -> list[str]:
        return list(dict.fromkeys(asked.path for asked in stripe.requests))

    async def slowly(*how: Any) -> None:
        before = lists()
        await write(*how)
        await asyncio.sleep(0.1)
        begun_in_a_write.extend(path for path in lists() if path not in before)

    monkeypatch.setattr(PageWriter, "write", slowly)
    await shop.sync()
    assert begun_in_a_write == lists()[-len(begun_in_a_write) :]
    assert len(begun_in_a_write) > 5
    assert [asked.path for asked in stripe.requests] == sorted((a.path for a in stripe.requests), key=lists().index)


async def test_a_run_that_cannot_write_leaves_no_list_being_read(
    shop: Synced, stripe: StripeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(PageWriter, "write", broken)
    with pytest.raises(RuntimeError, match="disk is full"):
        await shop.sync()
    asked = len(stripe.requests)
    await asyncio.sleep(0.2)
    assert len(stripe.requests) == asked
    assert [task for task in asyncio.all_tasks() if "_Lists" in repr(task)] == []
