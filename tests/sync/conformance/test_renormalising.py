"""Whatever the vendor: rows that are made anew from what is stored raw are those that a first sync would make under the mapping
as it is now, and nothing is asked of the vendor."""

from collections import Counter
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select

from storage.database import DatabaseConfig
from storage.kernel.errors import CopilotError
from storage.kernel.ids import new_id
from storage.models.ingestion import RawRecord, RecordLink
from storage.repositories.ingestion import UNIFIED
from tests.sync.conformance.books import Rows, differences
from tests.sync.conformance.boundaries import Boundaries, KilledError
from tests.sync.conformance.business import Business, followed
from tests.sync.conformance.table import VENDORS
from tools.connectors.core.folders import folder_of
from tools.ingestion.batches import Batches
from tools.ingestion.mapping import rosetta
from tools.ingestion.mapping.spec import VendorMapping, parse_mapping
from tools.sync.renormalise import RenormaliseService, outdated
from tools.sync.schemas import SyncRun

pytestmark = pytest.mark.anyio

DROPPED = {
    "phone",
    "channel",
    "brand",
    "preview",
    "location",
    "stage",
    "category",
    "reason",
    "fee",
    "shipping",
    "first_seen",
}
HISTORIES = ("stock_levels", "product_costs")
"""A mapping says what is: what was is kept."""
SAID = {
    "ship_method": "on foot",
    "owner": "somebody",
    "account": "the till",
    "salesperson": "nobody",
    "pipeline": "the one",
}


IN_SUITE = [
    vendor if vendor.name in ("shopify", "quickbooks") else pytest.param(vendor, marks=pytest.mark.prove)
    for vendor in VENDORS
]


async def renormalise(business: Business, batch_id: str | None = None, **how: Any) -> SyncRun:
    service = RenormaliseService(business.worker.database, Batches(business.worker.database))
    return await service.renormalise(business.actor, business.connection.id, batch_id or new_id(), **how)


def other_mapping(vendor: str) -> VendorMapping:
    """The vendor's mapping, a version later: some fields are no longer read, others say something else, and of what makes
    several kinds of rows the last is made no more."""
    document: dict[str, Any] = yaml.safe_load((folder_of(vendor) / "mapping.yaml").read_text("utf-8"))
    if "same_as" in document:
        return other_mapping(document["same_as"])
    document["version"] += 1
    for spec in document["objects"].values():
        makes = spec.get("makes", [])
        if len(makes) > 1 and len({made["row"] for made in makes}) > 1:
            makes.pop()
        for made in makes:
            change(made)
    return parse_mapping(yaml.safe_dump(document), f"{vendor}/mapping.yaml")


def change(made: dict[str, Any]) -> None:
    fields = made.get("fields", {})
    for name in DROPPED & fields.keys():
        del fields[name]
    for name in SAID.keys() & fields.keys():
        fields[name] = {"const": SAID[name]}
    for part in made.get("parts", {}).values():
        for inner in part if isinstance(part, list) else [part]:
            change(inner)


@contextmanager
def mapped_by(mapping: VendorMapping) -> Generator[None]:
    """The vendor's mapping is this one until the block ends."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rosetta, "load_mapping", lambda _: mapping)
        rosetta.mapping_of.cache_clear()
        yield
    rosetta.mapping_of.cache_clear()


async def ids(business: Business) -> dict[str, set[str]]:
    async with business.worker.database.read(business.actor) as uow:
        return {name: set(await uow.session.scalars(select(model.id))) for name, model in UNIFIED.items()}  # type: ignore[attr-defined]


async def versions(business: Business) -> int:
    async with business.worker.database.read(business.actor) as uow:
        return (await uow.session.execute(select(func.count()).select_from(RawRecord))).scalar_one()


@pytest.mark.parametrize("vendor", IN_SUITE, ids=str)
async def test_under_the_same_mapping_everything_stays_as_it_is(business: Business) -> None:
    await business.sync()
    business.do((*business.vendor.added, *business.vendor.changed, *business.vendor.deleted))
    await business.sync()
    before, rows, raw, asked = (
        await business.content(),
        await ids(business),
        await versions(business),
        len(business.server.requests),
    )
    run = await renormalise(business)
    assert (run.status, run.renormalised, run.rejected) == ("committed", True, 0)
    assert differences(lasting(before), lasting(await business.content())) == {}
    assert (await ids(business), await versions(business)) == (rows, raw)
    assert len(business.server.requests) == asked
    assert (await business.told()).loose_ends == {}
    await business.sync()
    assert await business.told() == business.true()
    assert differences(lasting(before), lasting(await business.content())) == {}


def lasting(rows: Rows) -> Rows:
    """Without a product's price: where it has one in each of several currencies, it is the one that was told of last."""
    told_last = ("currency", "list_price_micros")
    products = rows["unified_products"]
    plain = Counter({tuple(one for one in row if one[0] not in told_last): number for row, number in products.items()})
    return {**rows, "unified_products": plain}


@pytest.mark.parametrize("vendor", IN_SUITE, ids=str)
async def test_under_another_mapping_rows_are_those_of_a_first_sync(business: Business) -> None:
    await assert_as_of_a_first_sync(business)


async def test_so_they_are_on_a_server(postgres_config: DatabaseConfig) -> None:
    async with followed(VENDORS[0], postgres_config) as business:
        await assert_as_of_a_first_sync(business)


async def assert_as_of_a_first_sync(business: Business) -> None:
    await business.sync()
    business.do((*business.vendor.added, *business.vendor.changed))
    await business.sync()
    old = await business.content()
    with mapped_by(other_mapping(business.vendor.name)):
        async with business.worker.database.read(business.actor) as uow:
            [due] = outdated(await uow.connections.with_rows())
            assert due.connection_id == business.connection.id
        asked, raw = len(business.server.requests), await versions(business)
        await renormalise(business)
        assert (len(business.server.requests), await versions(business)) == (asked, raw)
        anew = await business.content()
        assert differences(old, anew) != {}
        async with business.worker.database.read(business.actor) as uow:
            assert outdated(await uow.connections.with_rows()) == []
        assert (await business.told()).loose_ends == {}
        assert await links_of_old_versions(business, due.version) == {}
        await business.move_in("Another shop")
        await business.sync()
        assert differences(alive(await business.content()), alive(anew)) == {}


def alive(rows: Rows) -> Rows:
    """What the vendor still has: a first sync never sees the rest."""
    gone = ("deleted_at", True)
    return {
        table: Counter({row: number for row, number in those.items() if gone not in row})
        for table, those in rows.items()
    }


async def links_of_old_versions(business: Business, version: int) -> dict[str, int]:
    """Rows that no link of this version leads to, by table."""
    async with business.worker.database.read(business.actor) as uow:
        linked = select(RecordLink.unified_id).where(RecordLink.mapping_version == version)
        found: dict[str, int] = {}
        for name, model in UNIFIED.items():
            if name in HISTORIES:
                continue
            row: Any = model
            found[name] = (
                await uow.session.execute(select(func.count()).select_from(row).where(row.id.not_in(linked)))
            ).scalar_one()
        return {name: number for name, number in found.items() if number}


@pytest.mark.parametrize("vendor", VENDORS[:1], ids=str)
async def test_it_may_die_anywhere_and_goes_on(business: Business) -> None:
    await business.sync()
    steps = Boundaries()
    with mapped_by(other_mapping(business.vendor.name)):
        unbroken = await content_after(business, steps)
    last = len(steps.reached) - 1
    for place in (1, last // 4, last // 2, last - 2, last):
        await renormalise(business)  # as it was
        with mapped_by(other_mapping(business.vendor.name)):
            found = await content_after(business, Boundaries(place))
        assert differences(unbroken, found) == {}, (place, steps.reached[place])


@pytest.mark.parametrize("vendor", VENDORS[:1], ids=str)
async def test_one_kind_of_object_alone_leaves_the_others_as_they_are(business: Business) -> None:
    await business.sync()
    before = await business.content()
    with mapped_by(other_mapping(business.vendor.name)):
        with pytest.raises(CopilotError, match="No lighthouse of"):
            await renormalise(business, objects=["lighthouse"])
        await renormalise(business, objects=["order"])
        after = await business.content()
        assert set(after["unified_orders"]) != set(before["unified_orders"])
        assert after["unified_customers"] == before["unified_customers"]
        async with business.worker.database.read(business.actor) as uow:
            assert len(outdated(await uow.connections.with_rows())) == 1


async def content_after(business: Business, steps: Boundaries) -> Rows:
    batch = new_id()
    with steps.watching():
        try:
            await renormalise(business, batch)
        except KilledError:
            await business.restart()
    await renormalise(business, batch)
    return await business.content()


def test_nothing_is_dropped_that_no_mapping_reads() -> None:
    def names(made: dict[str, Any]) -> Iterable[str]:
        yield from made.get("fields", {})
        for part in made.get("parts", {}).values():
            for inner in part if isinstance(part, list) else [part]:
                yield from names(inner)

    read: set[str] = set()
    for vendor in ("shopify", "stripe", "hubspot", "gmail", "square"):
        document = yaml.safe_load((folder_of(vendor) / "mapping.yaml").read_text("utf-8"))
        read.update(
            name for spec in document["objects"].values() for made in spec.get("makes", []) for name in names(made)
        )
    assert len(DROPPED & read) > 6
    assert len(SAID.keys() & read) > 3
