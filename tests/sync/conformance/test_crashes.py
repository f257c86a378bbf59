"""Whatever the vendor, and wherever between two steps its process dies: a run that is taken up again ends as one that was
never broken off, row for row."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from storage.database import DatabaseConfig
from storage.kernel.ids import new_id
from tests.sync.conformance.boundaries import Boundaries, KilledError
from tests.sync.conformance.books import Rows, differences
from tests.sync.conformance.business import Business, followed
from tests.sync.conformance.table import VENDORS, Vendor

pytestmark = pytest.mark.anyio

Fresh = Callable[[], DatabaseConfig]
"""A store with nothing in it."""
WHOLE = ("stripe", "xero")
"""Vendors all of whose boundaries the suite goes over; of the others the first, the middle and the last one."""
KEPT = 600.0
"""Seconds in which no token ends: what a renewal loses with its process is the vendor's rule, and not the sync's."""


async def test_a_first_run_may_die_anywhere(vendor: Vendor, fresh: Fresh) -> None:
    await assert_equal_after_deaths(vendor, fresh, is_following=False, whole=vendor.name in WHOLE)


@pytest.mark.parametrize("vendor", [vendor for vendor in VENDORS if vendor.name in WHOLE], ids=str)
async def test_a_run_that_follows_changes_may_die_at_its_first_middle_and_last_step(
    vendor: Vendor, fresh: Fresh
) -> None:
    await assert_equal_after_deaths(vendor, fresh, is_following=True, whole=False)


@pytest.mark.prove
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("is_following", [False, True], ids=["first run", "following"])
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
async def test_a_run_may_die_at_each_of_its_steps(
    vendor: Vendor, store: str, is_following: bool, request: pytest.FixtureRequest
) -> None:
    fresh: Fresh = request.getfixturevalue("fresh" if store == "sqlite" else "fresh_postgres")
    await assert_equal_after_deaths(vendor, fresh, is_following=is_following, whole=True)


async def assert_equal_after_deaths(vendor: Vendor, fresh: Fresh, *, is_following: bool, whole: bool) -> None:
    steps = Boundaries()
    unbroken = await content_after(vendor, fresh(), steps, is_following=is_following)
    last = len(steps.reached) - 1
    assert last > 5
    for place in range(last + 1) if whole else (0, last // 2, last):
        found = await content_after(vendor, fresh(), Boundaries(place), is_following=is_following)
        assert differences(unbroken, found) == {}, (place, steps.reached[place])


async def content_after(vendor: Vendor, config: DatabaseConfig, steps: Boundaries, *, is_following: bool) -> Rows:
    """What is in the store after a run that goes as far as the steps let it, and is taken up by a process that comes
    after."""
    async with followed(vendor, config) as business:
        if is_following:
            await business.sync()
            business.do((*vendor.added, *vendor.changed, *vendor.deleted), within=KEPT)
        batch = new_id()
        with steps.watching():
            try:
                run = await business.sync(batch)
            except KilledError:
                run = None
        if run is None:
            await business.restart()
            run = await business.sync(batch)
        assert (run.status, run.full, run.rejected) == ("committed", not is_following, 0)
        assert await business.told() == business.true()
        return await business.content()


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
