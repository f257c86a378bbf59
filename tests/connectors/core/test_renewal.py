"""Tokens are renewed ahead of their end, by one worker at a time, and nothing is lost on the way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.secret_box import SecretBox
from tests.connectors.core.conftest import INSTALLATION, connected, vendors_over
from tests.connectors.core.vendor import LoopbackVendor, OAuthRule
from tools.connectors.core.credentials import (
    LEASE,
    Connection,
    Credentials,
    CredentialStore,
    NewConnection,
    lease_owner,
)
from tools.connectors.core.errors import VendorRefused, VendorRejected, VendorUnavailable
from tools.connectors.core.vendors import Vendors

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


async def ask(vendors: Vendors, actor: Actor, connection: Connection) -> Any:
    return await vendors.client(actor, connection).request("GET", "/Invoices")


@pytest.fixture(autouse=True)
def _strict(vendor: LoopbackVendor) -> None:
    vendor.checks_tokens = True


async def test_a_token_is_renewed_when_less_than_a_minute_remains(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock) -> None:  # fmt: skip
    connection = await connected(vendors, actor, vendor)
    clock.at += HOUR - timedelta(seconds=61)
    await ask(vendors, actor, connection)
    assert vendor.token_calls == []
    clock.at += timedelta(seconds=2)
    await ask(vendors, actor, connection)
    assert len(vendor.token_calls) == 1
    assert vendor.calls("/api.xro")[-1].headers["authorization"] == "Bearer access-secret-0002"


async def test_a_token_that_ended_early_is_renewed_once_on_401(vendors: Vendors, vendor: LoopbackVendor, actor: Actor) -> None:  # fmt: skip
    connection = await connected(vendors, actor, vendor)
    vendor.access.clear()
    assert (await ask(vendors, actor, connection)).status == 200
    assert len(vendor.token_calls) == 1


async def test_a_vendor_that_takes_no_new_token_either_needs_its_owner(vendors: Vendors, vendor: LoopbackVendor, actor: Actor) -> None:  # fmt: skip
    connection = await connected(vendors, actor, vendor)
    vendor.rule = OAuthRule(life=0)  # what it issues is dead at once
    vendor.access.clear()
    with pytest.raises(VendorRefused):
        await ask(vendors, actor, connection)
    held = await vendors.store.read(actor, connection.id)
    assert held.connection.status == "needs_reconnect"
    with pytest.raises(VendorRefused):  # and nobody asks the vendor again
        await ask(vendors, actor, connection)
    assert len(vendor.token_calls) == 1


@pytest.mark.parametrize("rule", [OAuthRule("same"), OAuthRule("rotates", grace=1800), OAuthRule("single_use")])
async def test_a_connection_lives_on_by_each_vendors_rule(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock, rule: OAuthRule) -> None:  # fmt: skip
    vendor.rule = rule
    connection = await connected(vendors, actor, vendor)
    for _ in range(5):
        clock.at += HOUR
        assert (await ask(vendors, actor, connection)).status == 200
    assert len(vendor.token_calls) == 5
    sent = [one.form["refresh_token"] for one in vendor.token_calls]
    assert len(set(sent)) == (1 if rule.kind == "same" else 5)


async def test_a_rotated_token_is_kept_until_the_new_one_has_worked(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock) -> None:  # fmt: skip
    vendor.rule = OAuthRule("rotates", grace=1800)
    connection = await connected(vendors, actor, vendor)
    clock.at += HOUR
    tokens = vendors.tokens(actor, connection)
    token = await tokens.current()
    held = await vendors.store.read(actor, connection.id)
    assert held.predecessor is not None
    assert held.predecessor.refresh_token.get_secret_value() == "refresh-secret-0001"
    assert token.is_unproven
    await ask(vendors, actor, connection)
    held = await vendors.store.read(actor, connection.id)
    assert held.predecessor is None
    assert not (await tokens.current()).is_unproven


async def test_the_new_pair_is_stored_before_it_is_used(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock) -> None:  # fmt: skip
    """A worker that dies between storing and using leaves a connection that works."""
    vendor.rule = OAuthRule("rotates", grace=0)
    connection = await connected(vendors, actor, vendor)
    clock.at += HOUR

    client, store = vendors.client(actor, connection), vendors.store
    vendor.script = [lambda _seen: (500, {}, {"crash": True})] * 5
    with pytest.raises(VendorUnavailable):
        await client.request("GET", "/Invoices")
    held = await store.read(actor, connection.id)
    assert held.credentials is not None
    assert held.credentials.access_token.get_secret_value() == "access-secret-0002"
    assert held.predecessor is not None
    assert (await ask(vendors, actor, connection)).status == 200
    assert len(vendor.token_calls) == 1


async def test_a_lost_answer_is_asked_for_again_where_the_vendor_has_a_grace(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock) -> None:  # fmt: skip
    """The vendor has replaced the refresh token, and what it said never arrived."""
    vendor.rule = OAuthRule("rotates", grace=1800)
    connection = await connected(vendors, actor, vendor)
    clock.at += HOUR

    def lost(seen: Any) -> Any:
        vendor._token(seen)
        return 502, {}, b"bad gateway"

    vendor.token_answers = [lost]
    assert (await ask(vendors, actor, connection)).status == 200
    assert [one.form["refresh_token"] for one in vendor.token_calls] == ["refresh-secret-0001"] * 2


async def test_a_lost_answer_is_not_asked_for_again_where_that_looks_like_theft(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock) -> None:  # fmt: skip
    connection = await connected(vendors, actor, vendor, "stripe")
    clock.at += HOUR
    vendor.token_answers = [(502, {}, b"")]
    with pytest.raises(VendorUnavailable):
        await vendors.client(actor, connection).request("GET", "/v1/charges")
    assert len(vendor.token_calls) == 1
    assert (await vendors.store.read(actor, connection.id)).connection.status == "active"
    assert (await vendors.client(actor, connection).request("GET", "/v1/charges")).status == 200


async def test_the_token_before_is_tried_within_its_grace_and_not_after(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock) -> None:  # fmt: skip
    """The vendor never committed what it gave out: only the old refresh token is known to it."""
    vendor.rule = OAuthRule("rotates", grace=1800)
    connection = await connected(vendors, actor, vendor)
    clock.at += HOUR
    await vendors.tokens(actor, connection).current()
    vendor.refresh = {"refresh-secret-0001": None}
    vendor.access.clear()
    assert (await ask(vendors, actor, connection)).status == 200
    assert [one.form["refresh_token"] for one in vendor.token_calls[1:]] == ["refresh-secret-0002", "refresh-secret-0001"]  # fmt: skip
    clock.at += HOUR
    await vendors.tokens(actor, connection).current()
    clock.at += timedelta(seconds=1801)
    vendor.refresh, vendor.access = {}, {}
    calls = len(vendor.token_calls)
    with pytest.raises(VendorRefused):
        await ask(vendors, actor, connection)
    assert len(vendor.token_calls) == calls + 1


async def test_a_grant_that_is_gone_is_told_to_the_owner(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock, database: Database) -> None:  # fmt: skip
    connection = await connected(vendors, actor, vendor)
    clock.at += HOUR
    vendor.refresh.clear()
    with pytest.raises(VendorRefused) as refused:
        await ask(vendors, actor, connection)
    assert refused.value.hint == "Connect Xero again."
    async with database.read(actor) as uow:
        row = await uow.connections.get(connection.id)
    assert row.status == "needs_reconnect"
    assert row.status_message == "Xero no longer lets us in: the permission has ended or was withdrawn. Connect it again."  # fmt: skip
    again = await connected(vendors, actor, vendor)
    assert again.id == connection.id
    assert (await ask(vendors, actor, again)).status == 200


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((200, {}, {"error": "Access Denied"}), VendorUnavailable),  # vendor-facts.md §5: with status 200
        ((200, {}, {"error": "invalid_code"}), VendorRefused),
        ((401, {}, {"error": "invalid_client"}), VendorRejected),
        ((429, {}, {}), VendorUnavailable),
        ((200, {}, {"nothing": "useful"}), VendorRejected),
        ((200, {}, {"access_token": "a b\r\nEvil: header"}), VendorRejected),
        ((200, {}, []), VendorRejected),
        ((200, {}, b"\xff"), VendorRejected),
        ((200, {"Content-Type": "application/json"}, b"{"), VendorUnavailable),
    ],
)
async def test_only_what_says_that_the_grant_is_gone_ends_a_connection(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock, answer: Any, error: type[CopilotError]) -> None:  # fmt: skip
    connection = await connected(vendors, actor, vendor, "zoho")
    clock.at += HOUR
    vendor.token_answers = [answer] * 4
    with pytest.raises(error):
        await vendors.client(actor, connection).request("GET", "/Deals")
    status = (await vendors.store.read(actor, connection.id)).connection.status
    assert status == ("needs_reconnect" if error is VendorRefused else "active")


async def test_a_key_is_never_renewed(vendors: Vendors, vendor: LoopbackVendor, actor: Actor) -> None:
    vendor.keys = {"rk_live_planted0001"}
    key = {"access_token": SecretStr("rk_live_planted0001"), "refresh_token": None, "expires_at": None}
    connection = await connected(vendors, actor, vendor, "stripe", way="key", **key)
    assert (await vendors.client(actor, connection).request("GET", "/v1/x")).status == 200
    vendor.keys.clear()
    with pytest.raises(VendorRefused):
        await vendors.client(actor, connection).request("GET", "/v1/x")
    assert vendor.token_calls == []
    assert (await vendors.store.read(actor, connection.id)).connection.status == "needs_reconnect"


async def test_another_tenants_connection_is_not_there(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, other_actor: Actor) -> None:  # fmt: skip
    connection = await connected(vendors, actor, vendor)
    with pytest.raises(CopilotError) as refused:
        await ask(vendors, other_actor, connection)
    assert refused.value.kind is ErrorKind.NOT_FOUND


# ── races ────────────────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def worker(config: DatabaseConfig, url: str, clock: FixedClock) -> AsyncIterator[Vendors]:
    """What another process has: a database of its own over the same store."""
    database = Database(config, clock)
    vendors = vendors_over(database, url, asyncio.sleep, clock)
    yield vendors
    await vendors.http.aclose()
    await database.dispose()


@pytest.mark.parametrize("rule", [OAuthRule("single_use"), OAuthRule("same")])
async def test_workers_that_race_renew_once(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock, database_config: DatabaseConfig, rule: OAuthRule) -> None:  # fmt: skip
    vendor.rule, vendor.token_delay = rule, 0.3
    connection = await connected(vendors, actor, vendor, "stripe")
    clock.at += HOUR
    async with worker(database_config, vendor.url, clock) as one, worker(database_config, vendor.url, clock) as two:
        found = await asyncio.gather(
            *(worker.tokens(actor, connection).current() for worker in (one, two) for _ in range(4))
        )
    assert len(vendor.token_calls) == 1
    assert {token.value.get_secret_value() for token in found} == {"access-secret-0002"}


async def test_all_who_got_a_401_at_once_renew_once(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock, database_config: DatabaseConfig) -> None:  # fmt: skip
    vendor.rule, vendor.token_delay = OAuthRule("single_use"), 0.2
    connection = await connected(vendors, actor, vendor, "gmail")
    vendor.access.clear()
    async with worker(database_config, vendor.url, clock) as one, worker(database_config, vendor.url, clock) as two:
        clients = [one.client(actor, connection), two.client(actor, connection)]
        answers = await asyncio.gather(*(client.request("GET", "/messages") for client in clients for _ in range(3)))
    assert [answer.status for answer in answers] == [200] * 6
    assert len(vendor.token_calls) == 1


async def test_a_lease_whose_owner_died_is_taken_over(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock) -> None:  # fmt: skip
    connection = await connected(vendors, actor, vendor)
    clock.at += HOUR
    assert await vendors.store.lease(actor, connection.id, lease_owner()) is not None
    began = clock.now()
    assert (await ask(vendors, actor, connection)).status == 200
    assert LEASE <= clock.now() - began < LEASE + timedelta(seconds=5)


async def test_who_was_late_changes_nothing(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock) -> None:  # fmt: skip
    """The first worker slept through its lease; the second has renewed meanwhile."""
    connection, store = await connected(vendors, actor, vendor), vendors.store
    late = await store.lease(actor, connection.id, "the first")
    assert late is not None
    clock.at += LEASE + timedelta(seconds=1)
    second = await store.lease(actor, connection.id, "the second")
    assert second is not None
    fresh = Credentials(access_token=SecretStr("second"), refresh_token=SecretStr("r2"), expires_at=clock.now() + HOUR)
    assert await store.renew(actor, second, fresh) is not None
    assert await store.renew(actor, late, Credentials(access_token=SecretStr("first"))) is None
    await store.refuse(actor, connection.id, late.version, "gone")
    await store.proven(actor, connection.id, late.version)
    held = await store.read(actor, connection.id)
    assert held.credentials == fresh
    assert (held.connection.status, held.version) == ("active", late.version + 1)
    assert held.predecessor is not None


async def test_a_renewal_does_not_bring_back_what_was_disconnected(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, database: Database) -> None:  # fmt: skip
    connection, store = await connected(vendors, actor, vendor), vendors.store
    held = await store.lease(actor, connection.id, "renewing")
    assert held is not None
    async with database.write(actor) as uow:
        await store.forget(uow, connection.id)
    assert await store.renew(actor, held, Credentials(access_token=SecretStr("late"))) is None
    after = await store.read(actor, connection.id)
    assert (after.connection.status, after.credentials, after.predecessor) == ("disconnected", None, None)


async def test_what_a_renewal_brings_after_the_end_is_revoked(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, clock: FixedClock, database: Database) -> None:  # fmt: skip
    connection = await connected(vendors, actor, vendor)
    clock.at += HOUR
    vendor.token_delay = 0.3
    renewing = asyncio.create_task(vendors.tokens(actor, connection).current())
    while not vendor.token_calls:  # noqa: ASYNC110 - the vendor runs in a thread
        await asyncio.sleep(0.01)
    async with database.write(actor) as uow:
        await vendors.store.forget(uow, connection.id)
    with pytest.raises(VendorRefused):
        await renewing
    assert [one.form["token"] for one in vendor.calls("/connect/revocation")] == ["refresh-secret-0001"]
    assert (await vendors.store.read(actor, connection.id)).credentials is None


async def test_two_who_connect_one_account_at_once_make_one_connection(vendors: Vendors, actor: Actor) -> None:
    new = NewConnection("xero", "account", "Shop", {}, "oauth")
    made = await asyncio.gather(*(vendors.store.connect(actor, new, Credentials(access_token=SecretStr(f"t{n}"))) for n in range(4)))  # fmt: skip
    assert len({one.id for one in made}) == 1


# ── the installation's secret ────────────────────────────────────────────────────────────────────────────


async def test_the_installations_secret_is_replaced_without_losing_a_connection(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, other_actor: Actor, database: Database, clock: FixedClock) -> None:  # fmt: skip
    vendor.rule = OAuthRule("rotates", grace=1800)
    theirs = await connected(vendors, other_actor, vendor)
    ours = await connected(vendors, actor, vendor)
    clock.at += HOUR
    await vendors.tokens(actor, ours).current()  # leaves a predecessor too
    new = "another secret of the installation, 44 long"
    both = CredentialStore(database, SecretBox([new, INSTALLATION], "connectors"))
    assert await both.reseal_all() == 2
    only = CredentialStore(database, SecretBox([new], "connectors"))
    held = await only.read(actor, ours.id)
    assert held.predecessor is not None
    assert (await only.read(other_actor, theirs.id)).credentials is not None
    with pytest.raises(CopilotError):
        await vendors.store.read(actor, ours.id)
