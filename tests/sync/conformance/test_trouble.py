"""Whatever the vendor: it may be asked too much, take no token any more, and be followed by two at once. Nothing is lost by
it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from evals.standins.vendors.kit.recorder import Asked
from storage.database import DatabaseConfig
from storage.kernel.errors import CopilotError
from storage.models.ingestion import Connector, RawRecord
from tests.sync.conformance.books import answers, count
from tests.sync.conformance.business import Business, Worker, followed
from tests.sync.conformance.table import VENDORS, Throttling, Vendor

pytestmark = pytest.mark.anyio

WAYS = [
    pytest.param(
        vendor, way, id=f"{vendor}-{way.mode}", marks=[pytest.mark.prove] if place > 0 and not way.is_final else []
    )
    for vendor in VENDORS
    for place, way in enumerate(vendor.throttling)
]
WAIT = 37.0
"""Seconds that a vendor which says when to come again asks for: more than anybody waits by himself."""


@pytest.mark.parametrize(("vendor", "way"), WAYS)
async def test_being_asked_to_wait_costs_time_and_no_row(business: Business, way: Throttling) -> None:
    refused = throttled(business, way)
    if way.is_final:
        with pytest.raises(CopilotError, match="too many requests"):
            await business.sync()
        raw = await answers(business.worker.database, business.actor, {"raw": count(RawRecord)})
        assert (raw, len(refused)) == ({"raw": 0}, 1)
        business.server.on_request = None
    run = await business.sync()
    assert (run.status, run.rejected, run.problem_count) == ("committed", 0, 0)
    assert await business.told() == business.true()
    if not way.is_final:
        assert len(refused) == 2
        waited = [seconds_until_asked_again(business, at) for at in refused]
        assert all(seconds >= (WAIT if way.says_when else 0.001) for seconds in waited), waited


def throttled(business: Business, way: Throttling) -> list[int]:
    """Lets the vendor refuse a request at the beginning and one further on; gives their places, as they come."""
    refused: list[int] = []
    asked_so_far = 0

    def refuse(asked: Asked) -> None:
        nonlocal asked_so_far
        asked_so_far += 1
        if asked_so_far in (1, 4):
            business.server.faults.throttle(mode=way.mode, wait=WAIT)
            refused.append(len(business.server.requests) - 1)

    business.server.on_request = refuse
    return refused


def seconds_until_asked_again(business: Business, place: int) -> float:
    one, following = business.server.requests[place : place + 2]
    assert (one.method, one.path, one.body) == (following.method, following.path, following.body)
    return (following.at - one.at).total_seconds()


async def test_a_token_that_ends_in_the_midst_of_a_run_is_renewed_once_and_the_run_goes_on(business: Business) -> None:
    asked_so_far = 0

    def expire(_: Asked) -> None:
        nonlocal asked_so_far
        asked_so_far += 1
        if asked_so_far == 4:  # by the vendor's clock alone: ours does not see it coming
            business.server.oauth.expire_access_tokens()

    business.server.on_request = expire
    run = await business.sync()
    assert (run.status, run.problem_count) == ("committed", 0)
    assert len(business.renewals) == 1
    assert await business.told() == business.true()
    await business.restart()
    assert (await business.sync()).status == "committed"  # and what was kept of the renewal is good
    assert len(business.renewals) == 1


async def test_two_who_renew_at_once_renew_once_and_both_go_on(business: Business) -> None:
    await assert_one_renewal_for_two(business)


@pytest.mark.parametrize("vendor", [vendor for vendor in VENDORS if vendor.name == "stripe"], ids=str)
async def test_two_processes_over_one_server_of_databases_renew_once(
    vendor: Vendor, postgres_config: DatabaseConfig
) -> None:
    async with followed(vendor, postgres_config) as business:
        await assert_one_renewal_for_two(business)


async def assert_one_renewal_for_two(business: Business) -> None:
    """Each has a database and clients of its own; one synchronises, the other looks at the account, three times at once."""
    other = business.another()
    try:
        for number in range(1, 4):
            if number % 2:
                business.server.oauth.expire_access_tokens()  # both learn it from the vendor
            else:
                business.pass_time(business.token_life - 30)  # both know it beforehand
            looking = asyncio.gather(*(look(business, other) for _ in range(3)))
            run, looks = await asyncio.gather(business.sync(), looking)
            assert run.status == "committed"
            assert looks == [200] * 3
            assert len(business.renewals) == number
    finally:
        await other.aclose()
    state = select(Connector.status, Connector.credential_version)
    [(status, version)] = await business.worker.synced.rows(state.where(Connector.id == business.connection.id))
    assert (status, version) == ("active", 4)
    assert await business.told() == business.true()


async def look(business: Business, worker: Worker) -> int:
    """The vendor's own cheap question, by another worker."""
    check = worker.vendors.config(business.vendor.name).check
    client = worker.vendors.client(business.actor, business.connection)
    return (await client.request(check.method, check.path, json=check.json_body, repeatable=True)).status


SAYING_WHEN = [vendor for vendor in VENDORS if vendor.throttling[0].says_when]


@pytest.mark.parametrize("vendor", SAYING_WHEN, ids=str)
async def test_a_wait_that_nobody_has_the_patience_for_ends_the_run_and_says_when_to_come_again(
    business: Business,
) -> None:
    way = business.vendor.throttling[0]
    business.server.faults.throttle(mode=way.mode, wait=timedelta(hours=6).total_seconds())
    with pytest.raises(CopilotError) as late:
        await business.sync()
    assert late.value.retry_after == pytest.approx(6 * 3600, abs=2)
    assert (await business.sync()).status == "committed"
    assert await business.told() == business.true()
