"""A person who is to be forgotten is nowhere any more: not in a table, a raw record, a memory or a conversation; and no later
sync brings her back. What she bought stays, as figures of nobody."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from memory.checkpoints import CheckpointConfig, Checkpoints, open_checkpoints, thread_config
from memory.embeddings import WordLlamaEmbedder
from memory.semantic import SemanticConfig, SemanticMemory
from memory.threads import ThreadService
from storage.database import DatabaseConfig
from storage.kernel.errors import CopilotError
from storage.kernel.ids import new_id
from storage.models import ALL_MODELS
from storage.models.base import TenantOwned
from storage.models.commerce import Customer, Order, OrderLine, Product
from storage.models.conversations import ChatMessage, ChatThread
from storage.models.ingestion import RawRecord
from storage.models.intelligence import CustomerSegment
from storage.models.operations import Task
from storage.models.privacy import PrivacyRequest
from storage.models.watching import Alert, Notification
from tests.sync.conformance.business import Business, followed
from tests.sync.conformance.table import VENDORS
from tests.sync.conformance.test_renormalising import renormalise
from tests.sync.conftest import authorized
from tools.ingestion.batches import Batches
from tools.privacy.erasure import ACCESS, ANSWERED_WITHIN, ERASE_ACCOUNT, ERASE_PERSON, ErasureService
from tools.privacy.subject import Subject

pytestmark = pytest.mark.anyio

NAME, EMAIL, PHONE = "Zephyrine Plantedova", "zephyrine.planted@mail.example", "+34612555777"
PLANTED = ("zephyrine", "plantedova", "612555777", "planted@mail")


@pytest.fixture
async def business(database_config: DatabaseConfig) -> AsyncIterator[Business]:
    async with followed(VENDORS[0], database_config) as business:
        buyer = next(one.customer for one in business.world.orders if one.customer is not None)
        person = next(one for one in business.world.customers if one.number == buyer)
        first, last = NAME.split()
        business.world.change(person, first=first, last=last, email=EMAIL, phone=PHONE, street="7 Plantedova Lane")
        business.pass_time(120)
        await business.sync()
        yield business


@pytest.fixture
async def checkpoints(tmp_path: Path) -> AsyncIterator[Checkpoints]:
    async with open_checkpoints(CheckpointConfig(tmp_path / "checkpoints.sqlite3")) as checkpoints:
        yield checkpoints


@pytest.fixture
async def semantic(tmp_path: Path, business: Business) -> AsyncIterator[SemanticMemory]:
    memory = await SemanticMemory.open(SemanticConfig(path=tmp_path / "qdrant"), WordLlamaEmbedder(), business.clock)
    yield memory
    await memory.aclose()


@pytest.fixture
def service(business: Business, checkpoints: Checkpoints, semantic: SemanticMemory) -> ErasureService:
    database = business.worker.database
    threads = ThreadService(database, checkpoints, semantic)
    return ErasureService(database, Batches(database), business.worker.vendors.store, threads.forget_words)


async def asked(business: Business, service: ErasureService, kind: str, subject: Subject) -> dict[str, Any]:
    async with business.worker.database.write(business.actor) as uow:
        request = PrivacyRequest(
            connector_id=business.connection.id,
            kind=kind,
            status="received",
            subject=business.worker.vendors.store.seal(subject.model_dump_json()),
            due_at=uow.clock.now() + ANSWERED_WITHIN,
        )
        uow.add(request)
        await uow.flush()
        request_id = request.id
    done = await service.fulfil(business.actor, request_id)
    assert await service.fulfil(business.actor, request_id) == {"request_id": request_id, "kind": kind}
    return done


async def told(business: Business) -> str:
    """Every value of every row of the tenant."""
    found: list[str] = []
    async with business.worker.database.read(business.actor) as uow:
        for model in ALL_MODELS:
            if not issubclass(model, TenantOwned) or model.__tablename__ in ("refresh_tokens", "password_resets"):
                continue
            columns = [getattr(model, column.key) for column in model.__table__.columns]
            found += [
                f"{model.__tablename__} {json.dumps([str(one) for one in row], ensure_ascii=False)}"
                for row in await uow.session.execute(select(*columns))
            ]
    return "\n".join(found).casefold()


def quoting(text: str) -> set[str]:
    return {line.split(" ", 1)[0] for line in text.split("\n") if any(word in line for word in PLANTED)}


async def figures(business: Business) -> dict[str, Any]:
    async with business.worker.database.read(business.actor) as uow:
        sums = select(func.count(), func.sum(Order.total_micros)).select_from(Order)
        lines = select(func.count(), func.sum(OrderLine.net_micros)).select_from(OrderLine)
        people = select(func.count()).select_from(Customer)
        return {
            "orders": tuple((await uow.session.execute(sums)).one()),
            "lines": tuple((await uow.session.execute(lines)).one()),
            "people": (await uow.session.execute(people)).scalar_one(),
        }


async def plant(business: Business, checkpoints: Checkpoints, semantic: SemanticMemory) -> str:
    """She is talked about."""
    from langgraph.checkpoint.base import empty_checkpoint

    thread_id = new_id()
    async with business.worker.database.write(business.actor) as uow:
        thread = ChatThread(
            id=thread_id, user_id=business.actor.user_id, title=f"What of {NAME}?", last_active_at=uow.clock.now()
        )
        uow.add(thread)
        await uow.flush()
        said = f"{NAME} ({EMAIL}) is your best customer."
        uow.add(ChatMessage(thread_id=thread_id, role="assistant", content=said, blocks=[{"rows": [[NAME, 12]]}]))
        uow.add(Notification(kind="alert", title=f"{NAME} has not paid", text=f"Call {PHONE}."))
    checkpoint = empty_checkpoint()
    checkpoint["channel_values"]["messages"] = [said]
    config: Any = thread_config(thread_id)
    config["configurable"]["checkpoint_ns"] = ""
    await checkpoints.saver.aput(config, checkpoint, {}, {})
    await semantic.remember(business.actor.tenant_id, f"{NAME} likes espresso.")
    await semantic.remember(business.actor.tenant_id, "Espresso sells best on Mondays.")
    return thread_id


async def subject_of(business: Business) -> Subject:
    async with business.worker.database.read(business.actor) as uow:
        key = await uow.session.scalar(select(Customer.source_key).where(Customer.email == EMAIL))
    assert key is not None
    return Subject(ids=(key.rpartition(":")[2],), emails=(EMAIL,), phones=(PHONE,))


async def test_she_is_nowhere_any_more_and_no_sync_brings_her_back(
    business: Business, service: ErasureService, checkpoints: Checkpoints, semantic: SemanticMemory
) -> None:
    thread_id = await plant(business, checkpoints, semantic)
    planted = quoting(await told(business))
    assert {"unified_customers", "raw_records", "chat_messages", "chat_threads", "notifications"} <= planted
    before, subject = await figures(business), await subject_of(business)
    done = await asked(business, service, ERASE_PERSON, subject)
    assert done["people"] >= 1
    assert done["raw_records"] >= 2
    assert quoting(await told(business)) == set()
    assert await figures(business) == before
    assert await checkpoints.saver.aget_tuple(thread_config(thread_id)) is None
    left = await semantic.recall(business.actor.tenant_id, "espresso", 5)
    assert [one.text for one in left] == ["Espresso sells best on Mondays."]
    business.pass_time(3_600)
    run = await business.sync(everything=True)
    assert run.rejected == 0
    assert quoting(await told(business)) == set()
    await business.sync()
    await renormalise(business)
    assert quoting(await told(business)) == set()
    assert await figures(business) == before


async def test_what_the_owner_has_made_and_named_after_her_loses_her_and_the_audit_quotes_her_no_more(
    business: Business, service: ErasureService
) -> None:
    async def audited() -> int:
        return sum("audit_entries" in line for line in (await told(business)).split("\n") if NAME.casefold() in line)

    async with business.worker.database.write(business.actor) as uow:
        uow.add(Task(title=f"Call {NAME}", description=f"on {PHONE}", labels=[EMAIL]))
        uow.add(*(CustomerSegment(name=name, kind="custom", criteria={"name": NAME}) for name in (NAME, NAME.upper())))
        uow.add(Alert(name=f"Sales to {NAME}", metric="revenue", filters=[{"is": [NAME]}], condition={}, grain="day", hour=8, cooldown_days=1))  # fmt: skip
    before, subject = await audited(), await subject_of(business)
    assert {"tasks", "customer_segments", "alerts"} <= quoting(await told(business))
    await asked(business, service, ERASE_PERSON, subject)
    assert quoting(await told(business)) == {"audit_entries"}
    assert await audited() == before
    async with business.worker.database.read(business.actor) as uow:
        names = (await uow.session.scalars(select(CustomerSegment.name))).all()
        assert len(set(names)) == 2


async def test_a_short_name_of_two_words_is_found_and_a_longer_one_takes_its_place(
    business: Business, service: ErasureService
) -> None:
    subject = await subject_of(business)
    async with business.worker.database.write(business.actor) as uow:
        row = await uow.session.scalar(select(Customer).where(Customer.email == EMAIL))
        assert row is not None
        row.name = "Xi Y"
        uow.add(Notification(kind="alert", title=f"{'x' * 195} Xi Y", text="Xi Yang and Xi Y have not paid."))
    await asked(business, service, ERASE_PERSON, subject)
    async with business.worker.database.read(business.actor) as uow:
        [notice] = await uow.session.scalars(select(Notification))
    assert notice.text == "Xi Yang and [erased] have not paid."
    assert "Xi Y" not in notice.title


async def test_who_is_called_as_goods_or_fields_are_takes_neither_with_her(
    business: Business, service: ErasureService
) -> None:
    async def goods() -> tuple[list[str], list[str]]:
        async with business.worker.database.read(business.actor) as uow:
            titles = select(Product.title).order_by(Product.id)
            payloads = select(RawRecord.payload).where(RawRecord.object == "product").order_by(RawRecord.id)
            return list(await uow.session.scalars(titles)), list(await uow.session.scalars(payloads))

    before, subject = await goods(), await subject_of(business)
    assert any('"id"' in payload for payload in before[1])
    async with business.worker.database.write(business.actor) as uow:
        row = await uow.session.scalar(select(Customer).where(Customer.email == EMAIL))
        assert row is not None
        row.name, row.company, row.contact_name = before[0][0], "title", "variants"
    await asked(business, service, ERASE_PERSON, subject)
    assert await goods() == before


async def test_what_is_known_of_her_is_gathered(business: Business, service: ErasureService) -> None:
    await asked(business, service, ACCESS, await subject_of(business))
    async with business.worker.database.read(business.actor) as uow:
        [request] = await uow.erasing.requests()
        assert request.due_at - request.created_at == timedelta(days=30)
        assert EMAIL not in (request.found or "")
        found = await service.found(uow, request.id)
        with pytest.raises(CopilotError, match="not found"):
            await service.found(uow, new_id())
    assert EMAIL in json.dumps(found["people"])
    assert any(EMAIL in json.dumps(one["payload"]) for one in found["records"])
    assert found["orders"]


async def test_all_of_an_account_goes(business: Business, service: ErasureService) -> None:
    await asked(business, service, ERASE_ACCOUNT, Subject())
    assert quoting(await told(business)) == set()
    assert await figures(business) == {"orders": (0, None), "lines": (0, None), "people": 0}
    async with business.worker.database.read(business.actor) as uow:
        assert (await uow.session.execute(select(func.count()).select_from(RawRecord))).scalar_one() == 0
        row = await uow.connections.get(business.connection.id)
        assert (row.status, row.credentials) == ("disconnected", None)


async def test_an_account_that_is_connected_again_after_it_was_erased_is_read_from_the_beginning(
    business: Business, service: ErasureService
) -> None:
    before = await figures(business)
    await asked(business, service, ERASE_ACCOUNT, Subject())
    business.pass_time(3600)
    await authorized(business.worker.vendors, business.actor, business.vendor.name, dict(business.vendor.settings))
    run = await business.sync()
    assert (run.full, run.problem_count) == (True, 0)
    assert await figures(business) == before
    async with business.worker.database.read(business.actor) as uow:
        row = await uow.connections.get(business.connection.id)
        assert (row.status, row.erased_at) == ("active", None)
        assert (await uow.connections.with_rows())[0].id == row.id, "a changed mapping makes its rows anew"


async def test_nothing_is_read_while_an_account_is_being_erased(business: Business, service: ErasureService) -> None:
    async with business.worker.database.write(business.actor) as uow:
        # As a crash leaves it: begun, and no run taken back.
        row = await uow.connections.get(business.connection.id)
        row.erased_at = uow.clock.now()
    with pytest.raises(CopilotError, match="being erased") as waiting:
        await business.sync()
    assert waiting.value.retry_after is not None
    await asked(business, service, ERASE_ACCOUNT, Subject())
    await authorized(business.worker.vendors, business.actor, business.vendor.name, dict(business.vendor.settings))
    assert (await business.sync()).full
