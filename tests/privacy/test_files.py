"""A person who was erased is not brought back by a file that still holds her, and what she bought is there as before."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models import ALL_MODELS
from storage.models.base import TenantOwned
from storage.models.commerce import Customer, Order, OrderLine
from storage.models.ingestion import Connector, RawRecord
from storage.secret_box import SecretBox
from tools.connectors.core.credentials import CredentialStore
from tools.imports.schemas import ImportReport
from tools.imports.service import ImportService
from tools.ingestion.batches import Batches
from tools.ingestion.catalogue import load_catalogue
from tools.privacy.erasure import ERASE_PERSON, ErasureService

pytestmark = pytest.mark.anyio
EMAIL = "zephyrine.planted@mail.example"
PLANTED = ("zephyrine", "plantedova", "planted@mail", "612555777")

CUSTOMERS = f"""Email,First Name,Last Name,Phone,City
{EMAIL},Zephyrine,Plantedova,+34612555777,Madrid
bo@mail.example,Bo,Berg,+4912345678,Berlin
"""
NUMBERED = f"""Customer ID,Customer Name,Email,Segment
71,Zephyrine Plantedova,{EMAIL},regular
72,Bo Berg,bo@mail.example,regular
"""
SPLIT = """Bestell-Nr,Bestelldatum,Vorname,Nachname,E-Mail,Artikel,Menge,Einzelpreis
3001,2026-10-05,Zephyrine,Plantedova,zephyrine.planted@mail.example,Espresso,2,9.50
3002,2026-10-06,Bo,Berg,bo@mail.example,Espresso,1,9.50
"""
ORDERS = f"""Order ID,Order Date,Customer Name,Email,Product,Quantity,Unit Price
1001,2026-10-01,Zephyrine Plantedova,{EMAIL},Espresso,2,9.50
1001,2026-10-01,Zephyrine Plantedova,{EMAIL},Cup,1,4.00
1002,2026-10-02,Bo Berg,bo@mail.example,Espresso,1,9.50
"""
NAMED = """Order ID,Order Date,Customer Name,Product,Quantity,Unit Price
2001,2026-10-03,Zephyrine Plantedova,Espresso,2,9.50
2002,2026-10-04,Bo Berg,Espresso,1,9.50
"""
FILES = {
    "customers.csv": CUSTOMERS,
    "numbered.csv": NUMBERED,
    "orders.csv": ORDERS,
    "named.csv": NAMED,
    "split.csv": SPLIT,
}
Put = Callable[..., Awaitable[ImportReport]]


@pytest.fixture
def put(database: Database, actor: Actor, tmp_path: Path) -> Put:
    """Imports a file of FILES, or another text under its name."""
    imports = ImportService(database, tmp_path / "files", load_catalogue())

    async def put(name: str, text: str | None = None) -> ImportReport:
        path = tmp_path / name
        path.write_text(text or FILES[name], "utf-8")
        return await imports.import_file(actor, path)

    return put


@pytest.fixture
def erase(database: Database, actor: Actor) -> Callable[[], Awaitable[dict[str, Any]]]:
    """The owner erases her."""

    async def nothing(_actor: Actor, _words: object) -> None:
        """Nobody has talked about her."""

    store = CredentialStore(database, SecretBox(["a secret of the installation, 40 letters"], "connectors"))
    service = ErasureService(database, Batches(database), store, nothing)

    async def erase() -> dict[str, Any]:
        async with database.read(actor) as uow:
            near = (Customer.email == EMAIL) | (Customer.name == "Zephyrine Plantedova")
            customer_id = await uow.session.scalar(select(Customer.id).where(near).limit(1))
        assert customer_id is not None
        request = await service.ask(actor, ERASE_PERSON, customer_id)
        return await service.fulfil(actor, request.id)

    return erase


async def quoting(database: Database, actor: Actor) -> set[str]:
    """The tables that still hold her; the audit, which nobody can change, is not asked."""
    found: set[str] = set()
    async with database.read(actor) as uow:
        for model in ALL_MODELS:
            if not issubclass(model, TenantOwned) or model.__tablename__ in ("refresh_tokens", "password_resets", "audit_entries"):  # fmt: skip
                continue
            columns = [getattr(model, column.key) for column in model.__table__.columns]
            for row in await uow.session.execute(select(*columns)):
                if any(word in str(one).casefold() for one in row for word in PLANTED):
                    found.add(model.__tablename__)
    return found


async def figures(database: Database, actor: Actor) -> tuple[Any, ...]:
    async with database.read(actor) as uow:
        lines = select(func.count(), func.sum(OrderLine.net_micros)).select_from(OrderLine)
        return (
            *(await uow.session.execute(lines)).one(),
            (await uow.session.execute(select(func.count()).select_from(Order))).scalar_one(),
        )


@pytest.mark.parametrize("name", FILES)
async def test_the_same_file_imported_again_brings_nobody_back(
    database: Database, actor: Actor, put: Put, erase: Callable[[], Awaitable[Any]], name: str
) -> None:
    first = await put(name)
    assert first.rejected == 0
    before = await figures(database, actor)
    assert {"unified_customers", "raw_records"} <= await quoting(database, actor)
    await erase()
    assert await quoting(database, actor) == set()
    again = await put(name)
    assert await quoting(database, actor) == set()
    assert (again.created, again.rejected) == (0, 0)
    assert await figures(database, actor) == before


@pytest.mark.parametrize("name", FILES)
async def test_nor_does_a_newer_export_with_more_of_her(
    database: Database, actor: Actor, put: Put, erase: Callable[[], Awaitable[Any]], name: str
) -> None:
    await put(name)
    await erase()
    grown = (
        FILES[name]
        + FILES[name].splitlines()[1].replace("1001", "1009").replace("2001", "2009").replace("3001", "3009")
        + "\n"
    )
    grown = grown.replace("Madrid", "Valencia").replace("regular", "gold").replace(",2,9.50", ",3,9.50")
    await put(name, grown)
    assert await quoting(database, actor) == set()
    async with database.read(actor) as uow:
        names = set(await uow.session.scalars(select(Customer.name)))
        orders = (await uow.session.execute(select(func.count()).select_from(Order))).scalar_one()
    assert names - {None} == {"Bo Berg"}
    assert orders == (3 if "Espresso" in grown else 0), "and what she bought since counts"


async def test_nor_does_another_kind_of_file_or_one_that_came_before(
    database: Database, actor: Actor, put: Put, erase: Callable[[], Awaitable[Any]]
) -> None:
    await put("customers.csv")
    await put("orders.csv")
    before = await figures(database, actor)
    await erase()
    for name in ("orders.csv", "numbered.csv", "customers.csv"):
        await put(name)
        assert await quoting(database, actor) == set(), name
    assert await figures(database, actor) == before


async def test_a_row_that_cannot_be_written_does_not_keep_her_either(
    database: Database, actor: Actor, put: Put, erase: Callable[[], Awaitable[Any]]
) -> None:
    await put("orders.csv")
    await erase()
    report = await put("orders.csv", ORDERS + f"1003,no day,Zephyrine Plantedova,{EMAIL},Espresso,1,9.50\n")
    assert report.rejected == 1
    assert await quoting(database, actor) == set()


async def test_others_and_their_numbers_stay_who_they_are(
    database: Database, actor: Actor, put: Put, erase: Callable[[], Awaitable[Any]]
) -> None:
    await put("numbered.csv")
    await erase()
    await put("numbered.csv", NUMBERED.replace("regular", "gold"))
    async with database.read(actor) as uow:
        rows = {row.source_key: row for row in await uow.session.scalars(select(Customer))}
        assert (rows["id:72"].name, rows["id:72"].email, rows["id:72"].segment) == (
            "Bo Berg",
            "bo@mail.example",
            "gold",
        )
        assert (rows["id:71"].name, rows["id:71"].email) == (None, None)
        sources = set(await uow.session.scalars(select(RawRecord.source_id)))
        assert await uow.session.scalar(select(func.count()).select_from(Connector)) == 1
    assert {"71", "72"} <= sources
