"""Whatever the vendor: all of it is read, what changes is followed, what is deleted is found out, and a place in the
vendor's changes that it has forgotten is made up for."""

import pytest

from evals.standins.vendors.kit.recorder import Asked
from tests.sync.conformance.books import differences
from tests.sync.conformance.business import Business
from tests.sync.conformance.table import VENDORS, DeadCursor

pytestmark = pytest.mark.anyio


async def test_all_of_it_is_read_and_reading_on_changes_nothing(business: Business) -> None:
    run = await business.sync()
    assert (run.status, run.full, run.rejected, run.problem_count) == ("committed", True, 0, 0), run.problems
    assert run.unknown_fields == ()
    assert await business.told() == business.true()
    before = await business.content()
    business.pass_time(3600)
    again = await business.sync()
    assert (again.full, again.created, again.updated) == (False, 0, 0)
    assert differences(before, await business.content()) == {}


async def test_what_is_added_and_changed_is_followed_as_if_all_had_been_read_anew(business: Business) -> None:
    await business.sync()
    business.do((*business.vendor.added, *business.vendor.changed))
    run = await business.sync()
    assert (run.full, run.rejected, run.problem_count) == (False, 0, 0), run.problems
    assert run.created > 0
    assert run.updated > 0
    assert await business.told() == business.true()
    followed = await business.content()
    assert (await business.sync(everything=True)).full is True
    assert differences(followed, await business.content()) == {}  # row for row as if it had been read anew


async def test_what_is_deleted_is_told_or_found_out(business: Business) -> None:
    await business.sync()
    business.do(business.vendor.deleted)
    run = await business.sync()
    assert run.full is False
    assert await business.told() == business.true()
    if business.vendor.missed:
        business.do(business.vendor.missed)
        assert (await business.sync()).updated == 0  # nothing tells it
        assert (await business.sync(everything=True)).full is True
        assert await business.told() == business.true()


FORGETFUL = [vendor for vendor in VENDORS if isinstance(vendor.cursor, DeadCursor)]


@pytest.mark.parametrize("vendor", FORGETFUL, ids=str)
async def test_a_place_that_the_vendor_has_forgotten_is_made_up_by_reading_all_again(business: Business) -> None:
    await business.sync()
    cursor = business.vendor.cursor
    assert isinstance(cursor, DeadCursor)
    business.do((*business.vendor.changed, *business.vendor.deleted))
    business.pass_time(cursor.days * 86_400)
    refused: list[str] = []

    def forget(asked: Asked) -> None:
        if cursor.path and cursor.path in asked.path and not refused:
            refused.append(asked.path)
            business.server.faults.dead_cursor()

    business.server.on_request = forget
    run = await business.sync()
    assert bool(refused) is bool(cursor.path)
    assert run.full is True
    assert await business.told() == business.true()
    business.pass_time(60)
    assert (await business.sync()).full is False


def test_a_vendor_without_such_a_place_has_a_reason() -> None:
    assert all(vendor.cursor for vendor in VENDORS)
