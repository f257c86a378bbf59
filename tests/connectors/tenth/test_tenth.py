"""A tenth vendor is one folder, brought by a distribution of its own: nothing of ours knows of it."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from api.settings import load_settings
from evals.standins.vendors.world import World, build_world
from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.money import from_micros
from storage.models.commerce import Order, OrderLine
from tests.connectors.tenth.stand_in import CornerStandIn
from tests.sync.conftest import Synced, authorized, service_over, vendors_at
from tools.connectors.core.config import OAuthClient, load_vendors
from tools.connectors.core.endpoints import ROLES
from tools.connectors.core.folders import GROUP, VENDORS, folder_of, known_vendors
from tools.ingestion.mapping.report import map_payload
from tools.ingestion.mapping.rosetta import Account

pytestmark = pytest.mark.anyio


def install(site: Path, name: str, package: str) -> None:
    """Leaves in a folder of packages what an installer would of a distribution that brings a connector."""
    metadata = site / f"{name}_connector-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-connector\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text(f"[{GROUP}]\n{name} = {package}\n", "utf-8")


@pytest.fixture
def corner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "corner", "tests.connectors.tenth.corner")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.fixture
def world() -> World:
    return build_world(customers=12, orders=45)


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


@pytest.fixture
async def shop(
    corner: None, world: World, database: Database, actor: Actor, clock: FixedClock
) -> AsyncIterator[tuple[Synced, CornerStandIn]]:
    """A tenant whose shop at the tenth vendor is connected by its owner's consent."""
    with CornerStandIn(world) as server:
        vendors = vendors_at(database, server, clock, overrides={"corner": dict.fromkeys(ROLES, server.origin)})
        connection = await authorized(vendors, actor, "corner")
        assert (connection.account, connection.name) == ("shop-7", "The corner")
        yield Synced(actor, connection, service_over(database, vendors), database), server
        await vendors.http.aclose()


async def assert_true(shop: Synced, world: World) -> None:
    orders = await shop.rows(select(Order.number, Order.status))
    assert dict(orders) == {
        f"C-{one.number}": "cancelled" if one.status == "cancelled" else "completed" for one in world.orders
    }
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for order in world.orders:
        expected[order.currency] += order.subtotal
    sums = select(OrderLine.currency, func.sum(OrderLine.net_micros)).group_by(OrderLine.currency)
    assert {currency: from_micros(int(net)) for currency, net in await shop.rows(sums)} == dict(expected)


async def test_it_connects_and_is_followed(shop: tuple[Synced, CornerStandIn], world: World, clock: FixedClock) -> None:
    followed, server = shop
    run = await followed.sync()
    assert (run.status, run.rejected, run.problem_count, run.unknown_fields) == ("committed", 0, 0, ())
    assert len(server.asked_for("/sales")) == 3
    await assert_true(followed, world)
    server.clock.advance(7200)  # its token has ended meanwhile
    clock.at = server.clock.now()
    order = world.orders[0]
    world.change(order, status="cancelled", cancelled_at=clock.now())
    world.add(replace(order, number=9_001, lines=[replace(line, number=90_001 + line.number) for line in order.lines]))
    run = await followed.sync()
    assert (run.full, run.created, run.updated) == (False, 1, 1)
    await assert_true(followed, world)
    assert len(server.asked_for("/token")) == 2
    assert server.violations == []


def test_its_payloads_are_mapped(corner: None) -> None:
    sale = {"id": "1", "number": "C-1", "sold_at": "2026-11-02T08:00:00Z", "currency": "EUR", "total": 5, "wrapping": 1}
    report = map_payload(
        "corner", "receipt", json.dumps({"sales": [sale]}), Account(date(2026, 11, 2), ZoneInfo("UTC"))
    )
    [order] = [row for row in report.rows if row.table == "unified_orders"]
    assert order.fields["number"] == "C-1"
    assert [(leaf.pointer, leaf.why) for leaf in report.unmapped if leaf.why == "unknown"] == [
        ("/sales/0/wrapping", "unknown")
    ]


def test_the_operator_sets_it_up_as_any_other(corner: None) -> None:
    settings = load_settings(
        connector_clients={"corner": OAuthClient(client_id="us", client_secret=SecretStr("secret"))}
    )
    assert settings.connector_clients["corner"].client_id == "us"
    assert list(load_vendors()) == [*VENDORS, "corner"]


def test_without_it_there_are_ours_alone() -> None:
    assert known_vendors() == VENDORS
    with pytest.raises(LookupError):
        folder_of("corner")


def test_a_name_that_is_taken_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "stripe", "tests.connectors.tenth.corner")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ValueError, match="two connectors are called 'stripe'"):
        known_vendors()
