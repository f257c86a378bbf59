"""The questions and changes that accounts, jobs and the API rest on."""

import asyncio
from datetime import date, timedelta

import pytest

from storage.database import Database
from storage.kernel.actor import Actor, Role
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.models.identity import ApiKey, Membership, PasswordReset, RefreshToken, Tenant, User
from storage.models.system import JobState
from storage.repositories.base import PageRequest
from storage.repositories.idempotency import ABANDONED_AFTER, KEPT_FOR, StoredResponse
from storage.repositories.usage import Usage
from storage.scope import SystemPurpose, TurnMemory

pytestmark = pytest.mark.anyio


async def test_a_user_is_found_by_email_in_any_case(database: Database, actor: Actor) -> None:
    async with database.system(SystemPurpose.LOGIN) as uow:
        user = await uow.users.by_email(" OWNER@harbour-homeware.example ")
        assert user is not None
        assert user.id == actor.user_id
        assert await uow.users.by_email("nobody@example.com") is None


async def test_a_user_sees_where_they_belong_but_not_deleted_tenants(
    database: Database, actor: Actor, other_actor: Actor, clock: FixedClock
) -> None:
    async with database.system(SystemPurpose.REGISTRATION) as uow:
        uow.add(Membership(tenant_id=other_actor.tenant_id, user_id=actor.user_id, role=Role.VIEWER.value))
    async with database.system(SystemPurpose.LOGIN) as uow:
        found = await uow.memberships.of_user(actor.user_id or "")
        assert [(tenant.name, membership.role) for membership, tenant in found] == [
            ("Harbour Homeware", "owner"),
            ("Rival Rugs", "viewer"),
        ]
        (await uow.tenants.get(other_actor.tenant_id)).deleted_at = clock.now()
    async with database.system(SystemPurpose.LOGIN) as uow:
        assert len(await uow.memberships.of_user(actor.user_id or "")) == 1
        assert await uow.memberships.find(other_actor.tenant_id, actor.user_id or "") is None
        with pytest.raises(CopilotError):
            await uow.tenants.get(other_actor.tenant_id)


async def test_members_come_with_their_people(database: Database, actor: Actor, other_actor: Actor) -> None:
    async with database.read(actor) as uow:
        page, people = await uow.memberships.people(PageRequest())
        assert [membership.user_id for membership in page.items] == [actor.user_id]
        assert set(people) == {actor.user_id}
        assert await uow.memberships.count_role(Role.OWNER) == 1
        assert await uow.memberships.count_role(Role.VIEWER) == 0


async def test_an_api_key_tells_its_tenant(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        uow.add(ApiKey(name="till", prefix="smb_key_ab", key_hash="h", role=Role.VIEWER.value))
    async with database.system(SystemPurpose.LOGIN) as uow:
        key = await uow.api_keys.by_hash("h")
        assert key is not None
        assert key.tenant_id == actor.tenant_id


async def test_a_family_of_refresh_tokens_is_revoked_together(
    database: Database, actor: Actor, clock: FixedClock
) -> None:
    expires_at = clock.now() + timedelta(days=1)
    async with database.system(SystemPurpose.LOGIN) as uow:
        for name, family in (("a", "1"), ("b", "1"), ("c", "2")):
            uow.add(RefreshToken(user_id=actor.user_id, family_id=family, token_hash=name, expires_at=expires_at))
    async with database.system(SystemPurpose.LOGIN) as uow:
        assert await uow.refresh_tokens.revoke_family("1", clock.now()) == 2
        assert await uow.refresh_tokens.revoke_family("1", clock.now()) == 0
    async with database.system(SystemPurpose.LOGIN) as uow:
        live = await uow.refresh_tokens.by_hash("c")
        assert live is not None
        assert live.revoked_at is None
        assert await uow.refresh_tokens.revoke_user(actor.user_id or "", clock.now()) == 1
        assert await uow.refresh_tokens.forget_expired(expires_at + timedelta(seconds=1)) == 3


async def test_a_password_reset_is_found_until_used(database: Database, actor: Actor, clock: FixedClock) -> None:
    async with database.system(SystemPurpose.LOGIN) as uow:
        uow.add(PasswordReset(user_id=actor.user_id, token_hash="r", expires_at=clock.now()))
    async with database.system(SystemPurpose.LOGIN) as uow:
        (reset,) = await uow.password_resets.of_user(actor.user_id or "")
        reset.used_at = clock.now()
    async with database.system(SystemPurpose.LOGIN) as uow:
        assert await uow.password_resets.of_user(actor.user_id or "") == []
        assert await uow.password_resets.by_hash("r") is not None


async def test_a_job_runs_from_queue_to_result(database: Database, actor: Actor, clock: FixedClock) -> None:
    async with database.write(actor) as uow:
        job = await uow.jobs.enqueue("import", {"file": "orders.csv"}, user_id=actor.user_id, idempotency_key="k")
        again = await uow.jobs.enqueue("import", {"file": "orders.csv"}, idempotency_key="k")
        assert again.id == job.id
    async with database.system(SystemPurpose.SCHEDULER) as uow:
        assert [each.id for each in await uow.jobs.unfinished()] == [job.id]
    async with database.write(actor) as uow:
        assert await uow.jobs.start(job.id)
        assert await uow.jobs.report(job.id, 0.5, "Half of it")
        assert await uow.jobs.report(job.id, 0.4)
    async with database.read(actor) as uow:
        running = await uow.jobs.get(job.id)
        assert (running.state, running.progress, running.message) == ("running", 0.5, "Half of it")
    async with database.write(actor) as uow:
        await uow.jobs.succeed(job.id, {"created": 3})
        await uow.jobs.cancel(job.id)
    async with database.read(actor) as uow:
        done = await uow.jobs.get(job.id)
        assert (done.state, done.progress, done.result) == (JobState.SUCCEEDED, 1.0, {"created": 3})
        assert done.finished_at == clock.now()
        assert [each.id for each in (await uow.jobs.page_of(PageRequest(), kind="import")).items] == [job.id]


async def test_a_cancelled_job_stays_cancelled(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        job = await uow.jobs.enqueue("scan", {})
    async with database.write(actor) as uow:
        await uow.jobs.cancel(job.id)
    async with database.write(actor) as uow:
        assert not await uow.jobs.start(job.id)
        assert not await uow.jobs.report(job.id, 0.9)
        await uow.jobs.fail(job.id, invalid("too late"))
    async with database.read(actor) as uow:
        assert (await uow.jobs.get(job.id)).state == JobState.CANCELLED


async def test_a_failed_job_says_why(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        job = await uow.jobs.enqueue("scan", {})
        await uow.jobs.fail(job.id, invalid("The file is empty.", hint="Choose another."))
    async with database.read(actor) as uow:
        error = (await uow.jobs.get(job.id)).error
    assert error == {"kind": "invalid", "message": "The file is empty.", "hint": "Choose another."}


async def test_another_tenants_job_is_not_found(database: Database, actor: Actor, other_actor: Actor) -> None:
    async with database.write(other_actor) as uow:
        job = await uow.jobs.enqueue("scan", {})
    async with database.read(actor) as uow:
        with pytest.raises(CopilotError) as missing:
            await uow.jobs.get(job.id)
    assert missing.value.kind is ErrorKind.NOT_FOUND


RESPONSE = StoredResponse(201, {"content-type": "application/json"}, '{"id": "1"}')


async def claim(database: Database, actor: Actor, request_hash: str = "a") -> StoredResponse | None:
    async with database.write(actor) as uow:
        return await uow.idempotency.claim("key", request_hash)


async def test_a_repeated_write_gets_the_first_response(database: Database, actor: Actor) -> None:
    assert await claim(database, actor) is None
    with pytest.raises(CopilotError, match="under way"):
        await claim(database, actor)
    async with database.write(actor) as uow:
        await uow.idempotency.complete("key", RESPONSE)
    assert await claim(database, actor) == RESPONSE
    with pytest.raises(CopilotError, match="another request"):
        await claim(database, actor, "b")


async def test_of_two_equal_writes_at_once_one_goes_on(database: Database, actor: Actor) -> None:
    outcomes = await asyncio.gather(*(claim(database, actor) for _ in range(5)), return_exceptions=True)
    assert outcomes.count(None) == 1
    assert all(isinstance(outcome, CopilotError) for outcome in outcomes if outcome is not None)


async def test_keys_are_free_after_a_fault_a_crash_or_a_day(
    database: Database, actor: Actor, clock: FixedClock
) -> None:
    assert await claim(database, actor) is None
    async with database.write(actor) as uow:
        await uow.idempotency.release("key")
    assert await claim(database, actor) is None
    clock.at += ABANDONED_AFTER
    assert await claim(database, actor) is None
    async with database.write(actor) as uow:
        await uow.idempotency.complete("key", RESPONSE)
    clock.at += KEPT_FOR + timedelta(seconds=1)
    assert await claim(database, actor, "b") is None


async def test_each_tenant_has_its_own_keys(database: Database, actor: Actor, other_actor: Actor) -> None:
    assert await claim(database, actor) is None
    assert await claim(database, other_actor, "b") is None


async def test_usage_adds_up(database: Database, actor: Actor, other_actor: Actor) -> None:
    day = date(2026, 11, 2)

    async def spend() -> None:
        async with database.write(actor) as uow:
            used = Usage(requests=1, input_tokens=100, output_tokens=20, cost_micros=7)
            await uow.usage.add(used, kind="model", used_on=day, user_id=actor.user_id, model="embedded")

    await asyncio.gather(*(spend() for _ in range(5)))
    async with database.write(actor) as uow:
        await uow.usage.add(Usage(requests=3), kind="request", used_on=day + timedelta(days=1))
    async with database.read(actor) as uow:
        assert await uow.usage.total(day, day, kind="model") == Usage(5, 500, 100, 35)
        assert (await uow.usage.total(day, day + timedelta(days=1))).requests == 8
        assert [record.kind for record in await uow.usage.between(day, day + timedelta(days=1))] == ["model", "request"]
        assert await uow.usage.total(date(2020, 1, 1), date(2020, 1, 2)) == Usage()
    async with database.read(other_actor) as uow:
        assert await uow.usage.total(day, day) == Usage()


async def test_the_last_question_of_a_conversation_is_kept(
    database: Database, actor: Actor, other_actor: Actor
) -> None:
    for query in ({"metrics": ["revenue"]}, {"metrics": ["orders"]}):
        async with database.write(actor) as uow:
            await uow.contexts.put("thread-1", query)
    async with database.read(actor) as uow:
        assert await uow.contexts.get("thread-1") == {"metrics": ["orders"]}
        assert await uow.contexts.get("thread-2") is None
    async with database.read(other_actor) as uow:
        assert await uow.contexts.get("thread-1") is None


async def test_the_last_question_of_a_turn_stays_with_the_turn(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        await uow.contexts.put("thread-1", {"metrics": ["revenue"]})
        turn = TurnMemory("thread-1", await uow.tenants.current(), {"metrics": ["orders"]})
    async with database.read(actor, turn) as uow:
        assert await uow.contexts.get("thread-1") == {"metrics": ["orders"]}
        assert uow.contexts.put_in_turn("thread-1", {"metrics": ["units"]})
        assert not uow.contexts.put_in_turn("thread-2", {"metrics": ["units"]})
    assert turn.query == {"metrics": ["units"]}
    async with database.read(actor) as uow:
        assert await uow.contexts.get("thread-1") == {"metrics": ["revenue"]}


async def test_tenants_are_listed_oldest_first(database: Database, actor: Actor, other_actor: Actor) -> None:
    async with database.system(SystemPurpose.MAINTENANCE) as uow:
        assert [tenant.name for tenant in await uow.tenants.all()] == ["Harbour Homeware", "Rival Rugs"]
        assert [tenant.id for tenant in await uow.tenants.by_name("Rival Rugs")] == [other_actor.tenant_id]
        uow.add(Tenant(name="Third", modules=[]), User(email="third@example.com", password_hash="x"))
    async with database.read(actor) as uow:
        assert [tenant.id for tenant in await uow.tenants.all()] == [actor.tenant_id]
