"""Whatever the vendor: its objects change without a word, and no row is lost by it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from evals.standins.vendors.kit.drift import Drift, added, gone
from storage.models.ingestion import RawRecord
from tests.sync.conformance.books import Rows, differences
from tests.sync.conformance.business import Business

pytestmark = pytest.mark.anyio


async def test_objects_that_change_without_a_word_lose_no_row_and_touch_no_other(business: Business) -> None:
    await business.sync()
    assert await business.told() == business.true()
    plain = await business.content()
    await fields_that_are_new_or_of_another_type_are_told_and_kept_raw(business, plain)
    await a_field_that_is_no_longer_sent_leaves_a_gap(business, plain)


async def fields_that_are_new_or_of_another_type_are_told_and_kept_raw(business: Business, plain: Rows) -> None:
    """The row of the one object whose field is of another type is there, and all others are as ever."""
    drifting = business.vendor.drifting
    identifier = await raw_id(business, drifting.kind)
    new = Drift(replace(drifting.changed, name="loyalty"), added({"tier": "gold"}))
    other = Drift(drifting.changed, added({"oops": ["12 or so"]}), only=identifier)
    business.server.on_answer = lambda asked, answer: other(asked, new(asked, answer))
    run = await business.sync(everything=True)
    assert (run.status, run.rejected) == ("committed", 0)
    assert new.changed > other.changed == 1
    assert f"{drifting.kind}.loyalty.tier" in run.unknown_fields
    assert all(name.endswith((".loyalty.tier", ".oops")) for name in run.unknown_fields)
    assert {(problem.object, problem.source_id) for problem in run.problems} == {(drifting.kind, identifier)}
    found = differences(plain, await business.content())
    assert found.keys() <= {drifting.table}
    assert [set(one) for one in found.get(drifting.table, [])] in ([], [set(drifting.columns_changed)])
    assert await raw_with(business, "gold") == new.changed
    assert await raw_with(business, "12 or so") == 1


async def a_field_that_is_no_longer_sent_leaves_a_gap(business: Business, plain: Rows) -> None:
    drifting = business.vendor.drifting
    business.server.on_answer = drift = Drift(drifting.missing, gone)
    run = await business.sync(everything=True)
    assert drift.changed > 0
    assert (run.status, run.rejected) == ("committed", 0)
    found = differences(plain, await business.content())
    assert found.keys() <= {drifting.table}
    assert all(one.keys() <= set(drifting.columns_missing) for one in found.get(drifting.table, []))


async def raw_with(business: Business, text: str) -> int:
    """How many raw records have it in them."""
    statement = select(func.count()).select_from(RawRecord).where(RawRecord.payload.contains(text))
    [(number,)] = await business.worker.synced.rows(statement)
    return number


async def raw_id(business: Business, kind: str) -> str:
    """The vendor's key of one object of the kind."""
    rows: list[Any] = await business.worker.synced.rows(
        select(RawRecord.source_id).where(RawRecord.object == kind).order_by(RawRecord.source_id)
    )
    return rows[len(rows) // 2][0]
