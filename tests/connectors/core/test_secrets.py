"""Planted secrets are looked for wherever something may come out: logs, traces, reprs, errors, the store itself."""

import asyncio
import base64
import json
import logging
import sqlite3
import traceback
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import structlog
from pydantic import SecretStr
from sqlalchemy import make_url

from api import logs
from api.settings import LogFormat
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from tests.connectors.core.conftest import CLIENT_SECRET, INSTALLATION, connected
from tests.connectors.core.test_oauth import SHOWN, begun, came_back
from tests.connectors.core.vendor import LoopbackVendor, OAuthRule
from tests.spans import recorded
from tools.connectors.core.credentials import Connection
from tools.connectors.core.errors import VendorError
from tools.connectors.core.oauth import Connecting
from tools.connectors.core.subscriptions.keeping import SubscriptionKeeper
from tools.connectors.core.subscriptions.standing import Public
from tools.connectors.core.vendors import Vendors

pytestmark = pytest.mark.anyio
PLANTED = (
    "access-secret-",
    "refresh-secret-",
    CLIENT_SECRET,
    INSTALLATION,
    "rk_live_planted",
    "code-0-",
    "planted-in-words",
    "whsec-planted",
)
"""What the loopback vendor issues begins with these."""


def found_in(text: str) -> list[str]:
    """Planted secrets in a text, as they are or as base64 writes them at any offset."""
    spelt = [text]
    for word in text.replace('"', " ").split():
        for candidate in (word, word.split(" ")[-1]):
            try:
                spelt.append(base64.b64decode(candidate + "=" * (-len(candidate) % 4)).decode("latin-1"))
            except ValueError:
                continue
    return [secret for secret in PLANTED if any(secret in one for one in spelt)]


@pytest.fixture
def everything_logged(tmp_path: Path) -> Iterator[Path]:
    """Every record of every library at its lowest level, without the product's own redaction."""
    file = tmp_path / "all.log"
    handler = logging.FileHandler(file)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    root = logging.getLogger()
    before, levels = root.level, {name: logging.getLogger(name).level for name in ("httpx", "httpcore")}
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    structlog.reset_defaults()
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()], logger_factory=structlog.stdlib.LoggerFactory()
    )
    yield file
    root.removeHandler(handler)
    root.setLevel(before)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logs.configure("WARNING", LogFormat.JSON)


async def life_of_a_connection(vendors: Vendors, connecting: Connecting, vendor: LoopbackVendor, actor: Actor, clock: FixedClock) -> list[Any]:  # fmt: skip
    """Everything that can happen to credentials, and every object and error that comes out of it."""
    kept: list[Any] = []
    vendor.checks_tokens, vendor.rule = True, OAuthRule("rotates", grace=1800)
    vendor.script = [(200, {}, SHOWN["xero"])]
    query = await begun(connecting, actor, "xero")
    made = await connecting.complete(came_back(vendor, "xero", query))
    kept += [vendors, connecting, made, vendors.tokens(actor, made), vendors.client(actor, made)]
    vendor.script = [(503, {}, {}), (429, {"Retry-After": "1"}, {})]
    kept.append(await vendors.client(actor, made).request("GET", "/Invoices", params={"page": "1"}))
    clock.at += timedelta(hours=1)
    kept.append(await vendors.tokens(actor, made).current())
    kept.append(await vendors.store.read(actor, made.id))
    kept.append(await vendors.store.lease(actor, made.id, "x"))
    await vendors.store.release(actor, made.id, "x")
    # A vendor that repeats what it was sent, in every way there is.
    vendor.script = [lambda seen: (400, {}, {"Message": f"bad {seen.headers['authorization']}"})]
    kept.append(await failure(vendors.client(actor, made).request("GET", "/x")))
    vendor.token_answers = [lambda seen: (400, {}, {"error": f"what is {seen.form['refresh_token']}"})] * 2
    vendor.access.clear()
    kept.append(await failure(vendors.client(actor, made).request("GET", "/x")))
    vendor.token_answers = [lambda _: (200, {}, {"access_token": ["planted-in-words"], "refresh_token": 7})] * 2
    kept.append(await failure(vendors.client(actor, made).request("GET", "/x")))
    vendor.refresh.clear()
    kept.append(await failure(vendors.client(actor, made).request("GET", "/x")))
    vendor.script = [lambda seen: (403, {}, {"error": {"message": f"no: {seen.headers['authorization']}"}})]
    vendor.keys = {"rk_live_planted0001"}
    key = {"token": SecretStr("rk_live_planted0001")}
    kept.append(await failure(connecting.connect_with_key(actor, "stripe", key)))
    vendor.script = [(200, {}, SHOWN["stripe"])]
    kept.append(shop := await connecting.connect_with_key(actor, "stripe", key))
    kept += await subscribed(vendors, vendor, actor, shop)
    kept.append(await failure(connecting.complete({"state": query["state"], "code": "code-0-xero"})))
    again = await connected(vendors, actor, vendor)
    kept.append(await connecting.disconnect(actor, again.id))
    await connected(vendors, actor, vendor, "square")  # one that stays
    return kept


async def subscribed(vendors: Vendors, vendor: LoopbackVendor, actor: Actor, shop: Connection) -> list[Any]:
    """What comes of subscribing, by a vendor that gives a secret and by one that repeats ours."""
    keeper = SubscriptionKeeper(vendors, Public("https://smb.example"))
    made = {"id": "we_1", "url": keeper.address("stripe", shop.id), "secret": "whsec-planted-0001"}
    vendor.script = [(200, {}, {"data": []}), (200, {}, made)]
    kept: list[Any] = [keeper, looked := await keeper.keep(actor, shop.id)]
    assert looked.made == 1
    assert await vendors.store.webhook_secret(actor, shop.id) == SecretStr("whsec-planted-0001")
    mailbox = await connected(vendors, actor, vendor, "outlook")
    ours = await vendors.store.webhook_secret(actor, mailbox.id, SecretStr("whsec-planted-ours"))
    assert ours.get_secret_value() == "whsec-planted-ours"

    def repeated(length: int) -> Any:
        """The vendor's words, so long that they are cut within the secret."""
        return lambda seen: (400, {}, {"error": {"message": f"no good{'.' * length}{seen.form['clientState']}"}})

    vendor.script = [(200, {}, {"value": []}), repeated(1), repeated(283)]
    kept.append(looked := await keeper.keep(actor, mailbox.id))
    assert looked.failed == 2
    async with vendors.store.database.read(actor) as uow:
        rows = await uow.vendor_subscriptions.of(mailbox.id)
        kept += keeper.shown(await uow.connections.get(mailbox.id), rows)
        assert all("no good" in (row.message or "") and "[redacted]" in (row.message or "") for row in rows)
    vendor.script = [(200, {}, {"value": []})]
    return kept


async def failure(work: Any) -> Exception:
    with pytest.raises(Exception) as found:  # noqa: PT011 - whatever it is, it is looked through
        await work
    return found.value


async def test_no_secret_comes_out(
    vendors: Vendors,
    connecting: Connecting,
    vendor: LoopbackVendor,
    actor: Actor,
    clock: FixedClock,
    database: Database,
    everything_logged: Path,
) -> None:
    with recorded() as spans:
        kept = await life_of_a_connection(vendors, connecting, vendor, actor, clock)
    errors = [one for one in kept if isinstance(one, Exception)]
    assert len(errors) == 6
    assert all(isinstance(one, VendorError) or hasattr(one, "kind") for one in errors)
    shown = [repr(one) + str(one) + str(getattr(one, "__dict__", "")) for one in kept]
    shown += ["".join(traceback.format_exception(one)) for one in errors]
    shown += [one.to_json() or "" for one in spans.all]
    assert [found_in(text) for text in shown if found_in(text)] == []
    logged = await asyncio.to_thread(everything_logged.read_text)
    assert "a vendor is asked again" in logged
    assert "httpcore" in logged
    assert found_in(logged) == []
    dump = await dumped(database)
    assert "Corner Shop" in dump
    assert dump.count("gAAAA") >= 3  # what is sealed is there
    assert found_in(dump) == []


async def dumped(database: Database) -> str:
    """The whole store as text."""
    if (path := database.config.embedded_path) is not None:
        with closing(sqlite3.connect(path)) as connection:
            return "\n".join(connection.iterdump())
    url = make_url(database.config.url).render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = [await connection.fetch(f"SELECT to_jsonb(t) AS row FROM {table['tablename']} t") for table in tables]  # noqa: S608 - our own tables
        return json.dumps([str(row["row"]) for found in rows for row in found], ensure_ascii=False)
    finally:
        await connection.close()


def test_the_search_itself_finds_what_is_planted() -> None:
    assert found_in(f"x {CLIENT_SECRET} y") == [CLIENT_SECRET]
    assert found_in("Basic " + base64.b64encode(f"client:{CLIENT_SECRET}".encode()).decode()) == [CLIENT_SECRET]
    assert found_in("nothing") == []
