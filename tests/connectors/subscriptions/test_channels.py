"""A channel of Google's calendar: the vendor lists none, renews none, and one more is there for each that is made."""

from datetime import timedelta

import pytest

from tests.connectors.subscriptions.conftest import Kit
from tests.connectors.subscriptions.table import TABLE, Row
from tools.connectors.core.subscriptions.keeping import LEASE, LOOKED_AT_EVERY, Kept, SubscriptionKeeper

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("row", [row for row in TABLE if str(row) == "calendar"], ids=str),
]


class _KilledAtOnce(SubscriptionKeeper):
    """Dies when the vendor has just answered."""

    async def _end_strays(self, *_: object) -> None:
        raise KeyboardInterrupt


async def test_one_channel_is_ended_once_another_is_there_and_at_no_moment_is_there_none(kit: Kit, row: Row) -> None:
    await kit.keep()
    (first,) = kit.kept
    counted: list[tuple[str, int]] = []
    kit.server.on_request = lambda asked: counted.append((asked.path.rpartition("/")[2], len(kit.kept)))
    kit.wait(LOOKED_AT_EVERY)
    await kit.keep()
    assert counted == [("watch", 1), ("stop", 2)]
    assert len(kit.kept) == 1
    assert first not in kit.kept
    (stored,) = await kit.stored()
    assert (stored.external_id, stored.expires_at) == (next(iter(kit.kept)), kit.clock.at + timedelta(days=7))


async def test_a_channel_that_cannot_be_had_leaves_the_one_before(kit: Kit, row: Row) -> None:
    await kit.keep()
    (first,) = kit.kept
    kit.wait(LOOKED_AT_EVERY)
    kit.server.faults.refuse_subscriptions(1)
    assert (await kit.keep()).failed == 1
    assert set(kit.kept) == {first}
    assert await kit.states() == {"active"}
    assert [one.external_id for one in await kit.stored()] == [first]


async def test_however_often_it_dies_before_it_writes_down_a_channel_one_is_left(kit: Kit, row: Row) -> None:
    await kit.keep()
    for died in range(1, 4):
        kit.wait(LOOKED_AT_EVERY)
        with pytest.raises(KeyboardInterrupt):
            await kit.keeper(kind=_KilledAtOnce).keep(kit.actor, kit.connection.id)
        assert len(kit.kept) == 1 + died
    kit.wait(LOOKED_AT_EVERY)
    await kit.keep()
    (stored,) = await kit.stored()
    assert (set(kit.kept), stored.strays) == ({stored.external_id}, {})


async def test_a_channel_that_could_not_be_ended_is_ended_with_the_next_look(kit: Kit, row: Row) -> None:
    await kit.keep()
    kit.wait(LOOKED_AT_EVERY)
    kit.server.on_request = lambda asked: kit.server.faults.outage(1) if "stop" in asked.path else None
    assert await kit.keep() == Kept(active=1, made=1)
    assert len(kit.kept) == 2
    kit.server.on_request = None
    kit.server.faults.outage(0)
    kit.wait(LOOKED_AT_EVERY)
    await kit.keep()
    (stored,) = await kit.stored()
    assert (set(kit.kept), stored.strays) == ({stored.external_id}, {})


async def test_a_channel_of_which_nobody_heard_ends_with_its_connection(kit: Kit, row: Row) -> None:
    with pytest.raises(KeyboardInterrupt):
        await kit.keeper(kind=_KilledAtOnce).keep(kit.actor, kit.connection.id)
    kit.wait(LEASE)
    assert len(kit.kept) == 1
    await kit.connecting().disconnect(kit.actor, kit.connection.id)
    assert kit.kept == {}


async def test_what_was_refused_is_not_asked_to_be_ended(kit: Kit, row: Row) -> None:
    kit.server.faults.refuse_subscriptions(1)
    assert (await kit.keep()).failed == 1
    (stored,) = await kit.stored()
    assert stored.strays == {}


async def test_a_channel_that_the_vendor_has_lost_is_made_anew_and_what_was_missed_is_fetched(
    kit: Kit, row: Row
) -> None:
    await kit.keep()
    kit.server.subscriptions.lose()
    kit.wait(LOOKED_AT_EVERY)
    assert await kit.keep() == Kept(active=1, made=1), "so that a sync follows"
    assert kit.urls == {kit.own_url}


async def test_an_address_without_https_is_refused_with_the_vendors_words(kit: Kit, row: Row) -> None:
    kit.origin = "http://smb.example"
    assert (await kit.keep()).failed == 1
    (shown,) = await kit.shown()
    assert (shown.state, kit.kept) == ("failed", {})
    assert "must be HTTPS" in (shown.message or "")
    assert await kit.secret() not in (shown.message or "")
