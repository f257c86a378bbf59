"""What a vendor was asked to send is there once, at the address that counts, before and after whatever happens."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from pydantic import ValidationError

from evals.standins.vendors.kit.recorder import Asked
from storage.database import Database
from storage.kernel.clock import FixedClock
from storage.models.ingestion import Connector
from tests.conftest import TenantFactory
from tests.connectors.core.conftest import VirtualSleep, vendors_over
from tests.connectors.subscriptions.conftest import Kit
from tests.connectors.subscriptions.table import EXPIRING, TABLE, Row
from tests.sync.conftest import authorized
from tools.connectors.core.subscriptions import leaving
from tools.connectors.core.subscriptions.keeping import (
    LEASE,
    LOOKED_AT_EVERY,
    SOONEST,
    Kept,
    SubscriptionKeeper,
)
from tools.connectors.core.subscriptions.rules import SubscriptionKind
from tools.connectors.core.subscriptions.standing import Public

pytestmark = pytest.mark.anyio
every = pytest.mark.parametrize("row", TABLE, ids=str)
expiring = pytest.mark.parametrize("row", EXPIRING, ids=str)
lists = pytest.mark.parametrize("row", [row for row in TABLE if row.lists], ids=str)


class _Killed(SubscriptionKeeper):
    """Dies between the vendor's answer and our writing it down."""

    async def _settle(self, *_: object) -> Kept:
        raise KeyboardInterrupt


@every
async def test_a_connection_is_subscribed_at_its_own_address_and_only_once(kit: Kit, row: Row) -> None:
    await kit.was_synchronised()
    assert await kit.is_due()
    assert await kit.keep() == Kept(active=row.count, made=row.count)
    assert (len(kit.kept), kit.urls) == (row.count, kit.wanted_urls)
    assert await kit.states() == {"active"}
    assert not await kit.is_due()
    ids = set(kit.kept)
    kit.wait(min(one.due_at for one in await kit.stored()) - kit.clock.at)
    assert await kit.is_due()
    assert await kit.keep() == Kept(active=row.count, made=row.replaced)
    assert len(kit.kept) == row.count
    if row.keeps_ids:
        assert set(kit.kept) == ids


@every
async def test_nothing_is_asked_for_before_the_first_sync(kit: Kit, row: Row) -> None:
    assert not await kit.is_due()
    assert await kit.states() == {"pending"}


@every
async def test_what_a_crash_left_at_the_vendor_is_not_made_twice(kit: Kit, row: Row) -> None:
    await kit.was_synchronised()
    with pytest.raises(KeyboardInterrupt):
        await kit.keeper(kind=_Killed).keep(kit.actor, kit.connection.id)
    assert len(kit.kept) == row.count
    assert await kit.keep() == Kept(), "as long as whoever died may yet be at it"
    kit.wait(LEASE)
    assert await kit.is_due()
    kept = await kit.keep()
    assert (kept.active, kept.failed) == (row.count, 0)
    assert (len(kit.kept), kit.urls) == (row.count, kit.wanted_urls)
    assert await kit.states() == {"active"}


@every
async def test_an_answer_that_is_lost_on_its_way_leaves_one(kit: Kit, row: Row) -> None:
    def cut_the_first_creation(asked: Asked) -> None:
        if is_creation(asked.method, asked.path, asked.body):
            kit.server.on_request = None
            kit.server.faults.drop_connection_after(0)

    kit.server.on_request = cut_the_first_creation
    first = await kit.keep()
    assert first.failed == 1
    assert len(kit.kept) == row.count, "it was made, and nobody heard of it"
    kit.wait(SOONEST)
    assert (await kit.keep()).active == row.count
    assert len(kit.kept) == row.count


@lists
async def test_what_the_vendor_has_lost_is_made_anew(kit: Kit, row: Row) -> None:
    await kit.keep()
    kit.server.subscriptions.lose()
    kit.wait(LOOKED_AT_EVERY)
    assert (await kit.keep()).made == row.count
    assert len(kit.kept) == row.count


@lists
async def test_one_at_a_former_address_of_ours_is_taken_away_and_nobody_elses(kit: Kit, row: Row) -> None:
    await kit.keep()
    strange = dict(next(iter(kit.kept.values())))
    strange |= {"id": "z-another", row.url[0]: f"{kit.origin}/api/webhooks/{row.vendor}/another-connection"}
    kit.kept["z-another"] = strange
    kit.origin, before = kit.origin + "/moved", kit.own_url
    kept = await kit.keep()
    assert kept.made == row.count
    assert before not in kit.urls
    assert kit.own_url in kit.urls
    assert "z-another" in kit.kept
    assert len(kit.kept) == row.count + 1


@every
async def test_a_permission_that_is_missing_is_told_and_tried_again(kit: Kit, row: Row) -> None:
    kit.server.faults.refuse_subscriptions(100)
    assert (await kit.keep()).failed == row.count
    assert await kit.states() == {"refused"}
    assert all(one.message and "does not let us subscribe" in one.message for one in await kit.shown())
    assert kit.kept == {}
    kit.server.faults.refuse_subscriptions(0)
    kit.wait(LOOKED_AT_EVERY)
    await kit.was_synchronised()
    assert await kit.is_due()
    assert (await kit.keep()).made == row.count
    assert await kit.states() == {"active"}


@every
async def test_a_vendor_in_trouble_is_asked_again_soon_and_less_and_less_often(kit: Kit, row: Row) -> None:
    await kit.was_synchronised()
    waited = []
    for _ in range(3):
        kit.server.faults.outage(100)
        assert (await kit.keep()).failed == row.count
        now = kit.clock.at
        waited.append(min(one.due_at for one in await kit.stored()) - now)
        kit.wait(waited[-1])
    assert waited == [SOONEST, SOONEST * 2, SOONEST * 4]
    assert await kit.states() == {"failed"}
    kit.server.faults.outage(0)
    assert (await kit.keep()).made == row.count


@every
async def test_of_several_who_look_at_once_one_subscribes(kit: Kit, row: Row) -> None:
    looks = await asyncio.gather(*(kit.keep() for _ in range(4)))
    assert sum(one.made for one in looks) == row.count
    assert len(kit.kept) == row.count


@every
async def test_a_connection_that_ends_takes_its_subscriptions_with_it(kit: Kit, row: Row) -> None:
    await kit.keep()
    await kit.connecting().disconnect(kit.actor, kit.connection.id)
    assert kit.kept == {}
    assert await kit.stored() == []
    assert (await kit.connector()).webhook_secret is None
    assert await kit.shown() == ()


@every
async def test_a_vendor_that_cannot_be_reached_keeps_no_connection_from_ending(kit: Kit, row: Row) -> None:
    await kit.keep()
    kit.server.faults.outage(100)
    await kit.connecting().disconnect(kit.actor, kit.connection.id)
    ended = await kit.connector()
    assert (ended.status, ended.credentials, ended.webhook_secret) == ("disconnected", None, None)
    assert await kit.stored() == []


def is_creation(method: str, path: str, body: bytes) -> bool:
    return method == "POST" and (b"mutation" in body or "graphql" not in path)


@every
async def test_a_connection_that_ends_while_it_is_subscribed_leaves_nothing_at_its_vendor(kit: Kit, row: Row) -> None:
    is_asked, goes_on = asyncio.Event(), asyncio.Event()

    async def hold_the_first_creation(request: httpx.Request) -> None:
        if not is_asked.is_set() and is_creation(request.method, request.url.path, request.content):
            is_asked.set()
            await goes_on.wait()

    kit.vendors.http.event_hooks = {"request": [hold_the_first_creation]}
    look = asyncio.create_task(kit.keep())
    await is_asked.wait()
    end = asyncio.create_task(kit.connecting().disconnect(kit.actor, kit.connection.id))
    async with asyncio.timeout(30):
        while True:
            if (await kit.connector()).status == "disconnected":
                break
            await asyncio.sleep(0.01)
    await asyncio.wait([end], timeout=0.5)
    goes_on.set()
    assert await look == Kept()
    await end
    assert kit.kept == {}
    assert await kit.stored() == []


@every
async def test_an_end_waits_in_vain_for_a_look_that_died_and_takes_away_what_it_made(
    kit: Kit, row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "LOOK_SECONDS", 0.3)
    with pytest.raises(KeyboardInterrupt):
        await kit.keeper(kind=_Killed).keep(kit.actor, kit.connection.id)
    assert len(kit.kept) == row.count
    await kit.connecting().disconnect(kit.actor, kit.connection.id)
    assert kit.kept == {}
    assert await kit.stored() == []


@every
async def test_one_that_is_connected_again_is_looked_at_at_once(kit: Kit, row: Row) -> None:
    await kit.was_synchronised()
    await kit.keep()
    assert not await kit.is_due()
    async with kit.vendors.store.database.write(kit.actor) as uow:
        await uow.vendor_subscriptions.look_again(kit.connection.id)
    assert await kit.is_due()
    assert await kit.keep() == Kept(active=row.count, made=row.replaced)


@expiring
async def test_what_expires_is_renewed_before_it_does(kit: Kit, row: Row) -> None:
    assert row.lasts is not None
    await kit.was_synchronised()
    await kit.keep()
    begun, ids = kit.clock.at, set(kit.kept)
    for _ in range(2 * max(1, row.lasts.days) + 3):
        soonest = min(one.due_at for one in await kit.stored())
        assert all(one.expires_at is not None and one.expires_at > soonest for one in await kit.stored())
        kit.wait(soonest - kit.clock.at)
        assert await kit.is_due()
        assert await kit.keep() == Kept(active=row.count, made=row.replaced), "none was missing at any moment"
    assert kit.clock.at - begun > row.lasts
    if row.keeps_ids:
        assert set(kit.kept) == ids
    assert await kit.states() == {"active"}


@expiring
async def test_one_that_ran_out_while_nobody_looked_is_made_anew_and_what_was_missed_is_fetched(
    kit: Kit, row: Row
) -> None:
    assert row.lasts is not None
    await kit.was_synchronised()
    await kit.keep()
    kit.wait(row.lasts + timedelta(days=3))
    assert await kit.states() == {"failed"}
    assert await kit.is_due()
    assert (await kit.keep()).made == row.count, "so that a sync follows"
    assert await kit.states() == {"active"}


@every
async def test_without_a_public_address_nothing_is_subscribed_and_that_is_said(kit: Kit, row: Row) -> None:
    await kit.was_synchronised()
    keeper = SubscriptionKeeper(kit.vendors, Public(None))
    assert await keeper.due() == []
    assert await keeper.keep(kit.actor, kit.connection.id) == Kept()
    assert kit.kept == {}
    (shown,) = keeper.shown(await kit.connector(), [])
    assert shown.state == "no_public_url"
    assert "SMB_PUBLIC_URL" in (shown.message or "")
    assert shown.topics


@every
async def test_an_installation_that_does_nothing_by_itself_subscribes_nothing(kit: Kit, row: Row) -> None:
    await kit.was_synchronised()
    keeper = SubscriptionKeeper(kit.vendors, Public(kit.origin, polls=False))
    assert await keeper.due() == []
    (shown,) = keeper.shown(await kit.connector(), [])
    assert shown.state == "unavailable"


# ── what is particular to some ───────────────────────────────────────────────────────────────────────────


def only(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", [row for row in TABLE if str(row) == name], ids=str)


@pytest.mark.parametrize("row", [row for row in TABLE if row.vendor in ("stripe", "square")], ids=str)
async def test_a_secret_that_the_vendor_gives_once_is_the_connections_own(kit: Kit, row: Row) -> None:
    given = kit.server.subscriptions.secret_of
    await kit.keep()
    (first,) = kit.kept
    assert await kit.secret() == given(first)
    assert given(first) not in (await kit.connector()).webhook_secret
    kit.server.subscriptions.lose()
    kit.wait(LOOKED_AT_EVERY)
    await kit.keep()
    (second,) = kit.kept
    assert second != first
    assert await kit.secret() == given(second) != given(first)


@pytest.mark.parametrize("row", [row for row in TABLE if str(row) in ("outlook", "zoho", "calendar")], ids=str)
async def test_a_secret_of_ours_is_told_to_the_vendor_and_stays_the_same(kit: Kit, row: Row) -> None:
    await kit.keep()
    secret = await kit.secret()
    assert {one.get("clientState") or one.get("token") for one in kit.kept.values()} == {secret}
    kit.wait(LOOKED_AT_EVERY)
    await kit.keep()
    assert await kit.secret() == secret


@only("square")
async def test_an_endpoint_that_the_vendor_has_switched_off_is_replaced(kit: Kit, row: Row) -> None:
    await kit.keep()
    (first,) = kit.kept
    kit.kept[first]["enabled"] = False
    kit.wait(LOOKED_AT_EVERY)
    assert (await kit.keep()).made == 1
    assert first not in kit.kept
    assert len(kit.kept) == 1


@only("zoho")
async def test_a_permission_of_before_that_lacks_webhooks_goes_on_reading(kit: Kit, row: Row) -> None:
    for grant in kit.server.oauth.grants:
        grant.scope = "ZohoCRM.modules.READ,ZohoCRM.org.READ"
    assert (await kit.keep()).failed == row.count
    assert await kit.states() == {"refused"}
    assert all("Connect it again" in (one.message or "") for one in await kit.shown())
    assert (await kit.connector()).status == "active"
    client = kit.vendors.client(kit.actor, kit.connection)
    assert (await client.request("GET", "/org")).status == 200


@only("gmail")
async def test_a_mailbox_without_a_topic_is_not_watched_but_its_calendar_is_and_the_operator_reads_why(
    kit: Kit, row: Row
) -> None:
    await kit.was_synchronised()
    keeper = SubscriptionKeeper(kit.vendors, Public(kit.origin))
    assert await keeper.due() == [(kit.actor.tenant_id, kit.connection.id)]
    assert await keeper.keep(kit.actor, kit.connection.id) == Kept(active=1, made=1)
    mailbox, calendar = keeper.shown(await kit.connector(), await kit.stored())
    assert (mailbox.state, calendar.state) == ("unavailable", "active")
    assert "SMB_PUBSUB_TOPIC" in (mailbox.message or "")
    assert kit.urls == {kit.own_url}


def test_one_that_no_list_shows_has_to_be_ended() -> None:
    kind = {"each": {"a": ["a"]}, "secret": "ours", "create": {"path": "/watch"}, "created": {"id": "id"}}
    assert SubscriptionKind.model_validate({**kind, "remove": {"path": "/stop"}}).list is None
    with pytest.raises(ValidationError, match="found in no list"):
        SubscriptionKind.model_validate(kind)


@only("gmail")
async def test_a_mailbox_that_another_tenant_reads_too_stays_watched(
    kit: Kit, row: Row, make_tenant: TenantFactory
) -> None:
    await kit.keep()
    await authorized(kit.vendors, await make_tenant("Another Shop"), "gmail")
    await kit.connecting().disconnect(kit.actor, kit.connection.id)
    assert set(kit.kept) == {"me"}


@only("shopify")
async def test_a_topic_that_a_permission_does_not_cover_keeps_the_others_from_nothing(kit: Kit, row: Row) -> None:
    for grant in kit.server.oauth.grants:
        grant.scope = "read_customers,read_products,read_inventory"
    kept = await kit.keep()
    assert (kept.active, kept.failed) == (8, 5)
    failed = [one for one in await kit.shown() if one.state == "failed"]
    assert {one.topics[0].partition("_")[0] for one in failed} == {"ORDERS", "REFUNDS"}
    assert all("specified topic" in (one.message or "") for one in failed)


@pytest.mark.parametrize(
    ("row", "way", "word"),
    [
        (next(row for row in TABLE if row.vendor == "shopify"), "key", "app of its own"),
        (next(row for row in TABLE if row.vendor == "square"), "oauth", "/api/webhooks/square,"),
    ],
    ids=["shopify", "square"],
)
async def test_a_connection_of_the_other_way_says_what_is_to_be_done(kit: Kit, row: Row, way: str, word: str) -> None:
    async with kit.vendors.store.database.write(kit.actor) as uow:
        connector = await uow.connections.locked(kit.connection.id)
        connector.config = {**connector.config, "way": way}
    await kit.was_synchronised()
    assert await kit.keep() == Kept()
    assert not await kit.is_due()
    (shown,) = await kit.shown()
    assert shown.state == ("at_vendor" if row.vendor == "square" else "unavailable")
    assert word in (shown.message or "")


@pytest.mark.parametrize("vendor", ["hubspot", "quickbooks", "xero", "zohobooks"])
async def test_vendors_without_such_an_api_say_where_the_operator_goes(
    vendor: str, database: Database, clock: FixedClock
) -> None:
    vendors = vendors_over(database, "http://127.0.0.1:9", VirtualSleep(clock), clock)
    keeper = SubscriptionKeeper(vendors, Public("https://smb.example"))
    row = Connector(type=vendor, external_key="a", name="A", status="active", config={"way": "oauth"})
    (shown,) = keeper.shown(row, [])
    if vendor == "zohobooks":
        assert shown.state == "unavailable"
    else:
        assert shown.state == "at_vendor"
        assert f"https://smb.example/api/webhooks/{vendor} " in (shown.message or "").replace(
            vendor + ",", vendor + " "
        )
        assert ("SMB_WEBHOOK_SECRETS" in (shown.message or "")) is (vendor != "hubspot")
    (dark,) = SubscriptionKeeper(vendors, Public(None)).shown(row, [])
    assert dark.state == ("unavailable" if vendor == "zohobooks" else "no_public_url")
    await vendors.http.aclose()
