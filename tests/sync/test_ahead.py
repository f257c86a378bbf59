"""A list's next page is on its way while the present one is written, and never more than that one."""

import asyncio

import pytest

from tools.connectors.core.errors import VendorRejected
from tools.connectors.core.listing import Page, PageState
from tools.sync.ahead import Ahead

pytestmark = pytest.mark.anyio


class Vendor:
    """Answers when it is told to."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.answered: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def read(self, state: PageState) -> Page:
        self.asked.append(state["count"])
        await self.gate.wait()
        self.answered.append(state["count"])
        return Page([], {"count": state["count"] + 1}, None)


async def test_the_next_page_is_read_while_the_present_one_is_held() -> None:
    vendor = Vendor()
    async with Ahead(vendor.read) as ahead:
        ahead.ask({"count": 1})
        page = await ahead.page()
        ahead.ask(page.next)
        await asyncio.sleep(0.01)  # the time of a write
        assert vendor.answered == [1, 2]
        assert (await ahead.page()).next == {"count": 3}
    assert vendor.asked == [1, 2]


async def test_what_reading_raises_is_raised_where_the_page_is_wanted() -> None:
    async def refused(_state: PageState) -> Page:
        raise VendorRejected("Example", "no such list", status=404)

    async with Ahead(refused) as ahead:
        ahead.ask({})
        await asyncio.sleep(0)
        with pytest.raises(VendorRejected, match="no such list"):
            await ahead.page()


async def test_a_run_that_breaks_off_leaves_no_request_behind() -> None:
    vendor = Vendor()
    vendor.gate.clear()

    async def run() -> None:
        async with Ahead(vendor.read) as ahead:
            ahead.ask({"count": 1})
            await asyncio.sleep(0)
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="disk is full"):
        await run()
    vendor.gate.set()
    await asyncio.sleep(0.01)
    assert (vendor.asked, vendor.answered) == ([1], [])
