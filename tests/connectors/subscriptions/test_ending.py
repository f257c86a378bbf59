"""An end that its vendor was not told of, because we died or it could not be reached, is told later, and not for ever tried."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest

from storage.models.ingestion import Disconnection
from storage.scope import SystemPurpose
from storage.secret_box import SecretBox
from tests.connectors.core.conftest import INSTALLATION
from tests.connectors.subscriptions.conftest import Kit
from tests.connectors.subscriptions.table import TABLE, Row
from tests.sync.conftest import authorized
from tools.connectors.core.credentials import KEPT, LEASE, TRIED_AFTER, CredentialStore

pytestmark = pytest.mark.anyio
every = pytest.mark.parametrize("row", TABLE, ids=str)
by_permission = pytest.mark.parametrize("row", [row for row in TABLE if row.way == "oauth"], ids=str)
Hook = Callable[[httpx.Request], Awaitable[None]]


def only(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", [row for row in TABLE if str(row) == name], ids=str)


def dying_at(number: int) -> Hook:
    """Dies at so many calls to the vendor."""
    calls = 0

    async def die(_: httpx.Request) -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            raise KeyboardInterrupt

    return die


async def forget(kit: Kit) -> str | None:
    """What a disconnection is up to the first call to the vendor."""
    async with kit.vendors.store.database.write(kit.actor) as uow:
        return await kit.connecting().forget(uow, kit.connection.id)


async def sweep(kit: Kit) -> None:
    connecting = kit.connecting()
    for untold in await connecting.untold():
        await connecting.tell(*untold)


async def untold(kit: Kit) -> list[Disconnection]:
    async with kit.vendors.store.database.system(SystemPurpose.MAINTENANCE) as uow:
        return await uow.disconnections.of(kit.connection.id)


def is_revoked(kit: Kit) -> bool:
    """Whether the vendor no longer takes what the connection had, where it lets itself be told so."""
    oauth = kit.vendors.config(kit.row.vendor).oauth
    does_know = kit.row.vendor != "shopify"  # the stand-in: of the end of a permission
    return (
        not does_know
        or oauth is None
        or oauth.revoke is None
        or all(grant.revoked for grant in kit.server.oauth.grants)
    )


@every
async def test_one_that_was_killed_before_the_vendor_was_told_is_finished_later(kit: Kit, row: Row) -> None:
    await kit.keep()
    await forget(kit)
    assert (await kit.connector()).credentials is None, "gone at once"
    assert len(kit.kept) == row.count
    await sweep(kit)
    assert len(kit.kept) == row.count, "as long as whoever ended it may yet be at it"
    kit.wait(TRIED_AFTER)
    await sweep(kit)
    assert kit.kept == {}
    assert is_revoked(kit)
    assert await untold(kit) == []


@pytest.mark.parametrize("number", [1, 2])
@every
async def test_one_that_was_killed_while_the_vendor_was_told_is_finished_later(kit: Kit, row: Row, number: int) -> None:
    await kit.keep()
    kit.vendors.http.event_hooks = {"request": [dying_at(number)]}
    with pytest.raises(KeyboardInterrupt):
        await kit.connecting().disconnect(kit.actor, kit.connection.id)
    assert (await kit.connector()).credentials is None
    kit.vendors.http.event_hooks = {}
    kit.wait(TRIED_AFTER)
    await sweep(kit)
    assert len(await untold(kit)) == 1, "as long as whoever died may yet be at it"
    kit.wait(LEASE)
    await sweep(kit)
    assert kit.kept == {}
    assert is_revoked(kit)
    assert await untold(kit) == []


@by_permission
@pytest.mark.parametrize("number", [1, 2])
async def test_a_token_that_ran_out_meanwhile_is_renewed_and_the_new_one_outlives_another_death(
    kit: Kit, row: Row, number: int
) -> None:
    await kit.keep()
    await forget(kit)
    kit.wait(timedelta(hours=2))
    kit.vendors.http.event_hooks = {"request": [dying_at(number)]}
    with pytest.raises(KeyboardInterrupt):
        await sweep(kit)
    kit.vendors.http.event_hooks = {}
    kit.wait(timedelta(hours=1))
    await sweep(kit)
    assert kit.kept == {}
    assert is_revoked(kit)
    assert await untold(kit) == []


@every
async def test_a_vendor_that_cannot_be_reached_is_told_when_it_can(kit: Kit, row: Row) -> None:
    await kit.keep()
    kit.server.faults.outage(10_000)
    await kit.connecting().disconnect(kit.actor, kit.connection.id)
    for _ in range(3):
        kit.wait(timedelta(minutes=20))
        await sweep(kit)
    assert len(kit.kept) == row.count
    kit.server.faults.outage(0)
    kit.wait(timedelta(hours=1))
    await sweep(kit)
    assert kit.kept == {}
    assert is_revoked(kit)
    assert await untold(kit) == []


@every
async def test_what_a_vendor_that_is_never_reached_would_be_told_with_is_forgotten_in_time(kit: Kit, row: Row) -> None:
    await kit.keep()
    kit.server.faults.outage(10_000)
    begun = kit.clock.at
    await kit.connecting().disconnect(kit.actor, kit.connection.id)
    tries = set[int]()
    while left := await untold(kit):
        assert kit.clock.at - begun <= KEPT
        tries.add(left[0].tries)
        kit.wait(timedelta(minutes=10))
        await sweep(kit)
    assert kit.clock.at - begun >= KEPT - timedelta(hours=2), "and not sooner than it has to be"
    assert 20 < len(tries) < 40
    assert await kit.connecting().untold() == []


@every
async def test_nobody_is_told_for_what_was_kept_too_long(kit: Kit, row: Row) -> None:
    await kit.keep()
    await forget(kit)
    kit.wait(KEPT)
    asked = len(kit.server.requests)
    await sweep(kit)
    assert await untold(kit) == []
    assert len(kit.server.requests) == asked


@by_permission
async def test_one_that_is_connected_again_before_the_vendor_was_told_goes_on_and_leaves_nothing_behind(
    kit: Kit, row: Row
) -> None:
    await kit.keep()
    await forget(kit)
    again = await authorized(kit.vendors, kit.actor, row.vendor, row.settings)
    assert again.id == kit.connection.id
    assert await untold(kit) == []
    kit.wait(TRIED_AFTER)
    await sweep(kit)
    assert (await kit.connector()).status == "active"
    kept = await kit.keep()
    assert (kept.active, kept.failed) == (row.count, 0)
    assert (len(kit.kept), kit.urls) == (row.count, kit.wanted_urls)
    assert [one.strays for one in await kit.stored()] == [{}] * row.count


@by_permission
async def test_who_was_about_to_tell_it_does_not_end_the_permission_that_is_new(kit: Kit, row: Row) -> None:
    await kit.keep()
    disconnection = await forget(kit)
    assert disconnection is not None
    late = await kit.vendors.store.take_up(kit.actor, kit.connection.id, disconnection)
    assert late is not None
    await authorized(kit.vendors, kit.actor, row.vendor, row.settings)
    assert not await kit.vendors.store.note(late)
    await kit.connecting().tell(kit.actor.tenant_id, kit.connection.id, disconnection)
    assert not kit.server.oauth.grants[-1].revoked


@only("outlook")
async def test_of_several_who_look_one_tells(kit: Kit, row: Row) -> None:
    await kit.keep()
    disconnection = await forget(kit)
    assert disconnection is not None
    first = await kit.vendors.store.take_up(kit.actor, kit.connection.id, disconnection)
    assert first is not None
    assert await kit.vendors.store.take_up(kit.actor, kit.connection.id, disconnection) is None


@only("outlook")
async def test_what_is_kept_is_sealed_and_sealed_anew_with_a_new_secret(kit: Kit, row: Row) -> None:
    await kit.keep()
    held = await kit.vendors.store.read(kit.actor, kit.connection.id)
    assert held.credentials is not None
    await forget(kit)
    (kept,) = await untold(kit)
    assert held.credentials.access_token.get_secret_value() not in kept.sealed
    newer = SecretBox(["another secret of the installation, as long", INSTALLATION], "connectors")
    await CredentialStore(kit.vendors.store.database, newer).reseal_all()
    (anew,) = await untold(kit)
    only_new = SecretBox(["another secret of the installation, as long"], "connectors")
    assert held.credentials.access_token.get_secret_value() in only_new.open(anew.sealed)


@only("stripe")
async def test_a_key_of_which_nothing_was_subscribed_is_not_kept(kit: Kit, row: Row) -> None:
    assert await forget(kit) is None
    assert await untold(kit) == []
