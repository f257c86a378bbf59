"""Whatever the vendor, and wherever between two steps its process dies: a run that is taken up again ends as one that was
never broken off, row for row."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest

from storage.database import DatabaseConfig
from storage.kernel.ids import new_id
from tests.sync.conformance.books import Rows, differences
from tests.sync.conformance.boundaries import Boundaries, KilledError
from tests.sync.conformance.business import Business, followed
from tests.sync.conformance.table import VENDORS, Vendor

pytestmark = pytest.mark.anyio

Fresh = Callable[[], DatabaseConfig]
"""A store with nothing in it."""
WHOLE = ("shopify", "outlook")
"""Vendors all of whose boundaries the suite goes over; of the others the first, the middle and the last one."""
IN_SUITE = [vendor if vendor.name == WHOLE[-1] else pytest.param(vendor, marks=pytest.mark.prove) for vendor in VENDORS]
KEPT = 600.0
"""Seconds in which no token ends: what a renewal loses with its process is the vendor's rule, and not the sync's."""


async def test_a_first_run_may_die_anywhere(business: Business) -> None:
    await assert_first_runs_survive(business, whole=business.vendor.name in WHOLE)


@pytest.mark.parametrize("vendor", IN_SUITE, ids=str)
async def test_a_run_that_follows_changes_may_die_at_its_first_middle_and_last_step(
    vendor: Vendor, fresh: Fresh
) -> None:
    await assert_following_survives(vendor, fresh, whole=False)


@pytest.mark.prove
@pytest.mark.timeout(1800)
async def test_a_first_run_may_die_at_each_of_its_steps(business: Business) -> None:
    await assert_first_runs_survive(business, whole=True)


@pytest.mark.prove
@pytest.mark.timeout(1800)
async def test_a_run_that_follows_changes_may_die_at_each_of_its_steps(vendor: Vendor, fresh: Fresh) -> None:
    await assert_following_survives(vendor, fresh, whole=True)


async def assert_first_runs_survive(business: Business, *, whole: bool) -> None:
    """One tenant after another connects the account, and its process dies one step later than that of the one before."""
    steps = Boundaries()
    unbroken = await content_after(business, steps, is_full=True)
    for place in places(steps, whole=whole):
        await business.move_in(f"Shop {place}")
        found = await content_after(business, Boundaries(place), is_full=True)
        assert differences(unbroken, found) == {}, (place, steps.reached[place])


async def assert_following_survives(vendor: Vendor, fresh: Fresh, *, whole: bool) -> None:
    """Each time in a business of its own, in which the same happens."""
    steps = Boundaries()
    unbroken = await followed_with(vendor, fresh(), steps)
    for place in places(steps, whole=whole):
        found = await followed_with(vendor, fresh(), Boundaries(place))
        assert differences(unbroken, found) == {}, (place, steps.reached[place])


async def followed_with(vendor: Vendor, config: DatabaseConfig, steps: Boundaries) -> Rows:
    async with followed(vendor, config) as business:
        await business.sync()
        business.do((*vendor.added, *vendor.changed, *vendor.deleted), within=KEPT)
        return await content_after(business, steps, is_full=False)


def places(steps: Boundaries, *, whole: bool) -> Iterable[int]:
    last = len(steps.reached) - 1
    assert last > 5
    return range(last + 1) if whole else (0, last // 2, last)


async def content_after(business: Business, steps: Boundaries, *, is_full: bool) -> Rows:
    """What is in the store after a run that goes as far as the steps let it, and is taken up by a process that comes
    after."""
    batch, run = new_id(), None
    with steps.watching():
        try:
            run = await business.sync(batch)
        except KilledError:
            await business.restart()
    run = run or await business.sync(batch)
    assert (run.status, run.full, run.rejected) == ("committed", is_full, 0)
    assert await business.told() == business.true()
    return await business.content()


@pytest.mark.parametrize("vendor", IN_SUITE, ids=str)
async def test_a_run_that_nobody_takes_up_again_is_cleared_away_by_the_next(business: Business) -> None:
    steps = Boundaries()
    with steps.watching():
        await business.sync()
    business.do((*business.vendor.added, *business.vendor.changed))
    middle = Boundaries(len(steps.reached) // 2)
    with middle.watching(), pytest.raises(KilledError):
        await business.sync(everything=True)
    await business.restart()
    business.pass_time(timedelta(minutes=16).total_seconds())
    run = await business.sync()
    assert (run.status, run.full) == ("committed", False)
    assert await business.told() == business.true()


def test_the_suite_names_vendors_that_there_are() -> None:
    assert set(WHOLE) < {vendor.name for vendor in VENDORS}
