"""Jobs by themselves: written down, done once, told about, taken up again."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import make_url

from memory.events import InProcessEventLog
from memory.feed import TenantFeed
from memory.jobs import JobService, JobView, Report
from storage.database import Database, DatabaseConfig
from storage.durable import DurableConfig, DurableEngine
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.system import JobState
from tests.conftest import registered
from tests.postgres import administer

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


class Works:
    """Handlers that note what they did."""

    def __init__(self) -> None:
        self.calls: list[tuple[Actor, dict[str, Any]]] = []
        self.proceed = asyncio.Event()

    async def add(self, actor: Actor, arguments: dict[str, Any], report: Report) -> dict[str, Any]:
        self.calls.append((actor, arguments))
        report(0.5, "half")
        return {"sum": sum(arguments["numbers"])}

    async def refuse(self, _actor: Actor, _arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
        raise CopilotError(ErrorKind.INVALID, "The file is empty.", hint="Choose another.")

    async def break_down(self, _actor: Actor, _arguments: dict[str, Any], _report: Report) -> dict[str, Any]:
        raise RuntimeError("SELECT secret")

    async def wait(self, _actor: Actor, _arguments: dict[str, Any], report: Report) -> dict[str, Any]:
        report(0.25, "waiting")
        await self.proceed.wait()
        report(1.0, "through")
        return {}


@pytest.fixture
async def works() -> Works:
    return Works()


@pytest.fixture
async def feed(clock: FixedClock) -> TenantFeed:
    return TenantFeed(InProcessEventLog(), clock)


@pytest.fixture
def is_shared() -> bool:
    """Whether the work is whoever's has room."""
    return False


@pytest.fixture
async def jobs(
    database: Database, tmp_path: Path, works: Works, feed: TenantFeed, is_shared: bool
) -> AsyncIterator[JobService]:
    engine = DurableEngine(DurableConfig(f"sqlite:///{tmp_path / 'durable.sqlite3'}", shared=is_shared))
    jobs = JobService(database=database, engine=engine, log=InProcessEventLog(), feed=feed)
    for kind in ("add", "refuse", "break_down", "wait"):
        jobs.register(kind, getattr(works, kind))
    yield jobs
    await engine.close()


async def states(jobs: JobService, actor: Actor, job_id: str) -> list[JobView]:
    return [JobView.model_validate_json(event.data) async for event in jobs.follow(actor, job_id)]


async def test_a_job_runs_to_its_result(jobs: JobService, actor: Actor, works: Works):
    job = await jobs.submit(actor, "add", {"numbers": [1, 2]})
    assert job.state is JobState.QUEUED
    last = (await states(jobs, actor, job.id))[-1]
    assert (last.state, last.result, last.progress) == (JobState.SUCCEEDED, {"sum": 3}, 1.0)
    ((caller, arguments),) = works.calls
    assert (caller.tenant_id, caller.user_id, caller.role) == (actor.tenant_id, actor.user_id, actor.role)
    assert arguments == {"numbers": [1, 2]}


async def test_a_servers_store_is_made_while_a_reader_is_there(postgres_config: DatabaseConfig, clock: FixedClock):
    """Indexes that are made CONCURRENTLY wait for the reader, who waits for the event loop."""
    administer(make_url(postgres_config.url), "DROP SCHEMA IF EXISTS dbos CASCADE")
    database = Database(postgres_config, clock)
    reader = await registered(database)
    engine = DurableEngine(DurableConfig(postgres_config.url, shared=True))
    async with database.read(reader) as uow:
        await uow.tenants.current()
        starting = asyncio.create_task(engine.start())
        await asyncio.sleep(2)
        assert (await uow.tenants.current()).id == reader.tenant_id
    async with asyncio.timeout(60):
        await starting
    await engine.close()
    await database.dispose()


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:9/none", "sqlite:////nowhere/durable.sqlite3"])
async def test_a_store_that_cannot_be_opened_says_so_and_prints_nothing(url: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(CopilotError) as refused:
        await DurableEngine(DurableConfig(url)).start()
    assert refused.value.kind is ErrorKind.UNAVAILABLE
    assert not capsys.readouterr().out


async def test_asking_twice_under_one_key_does_it_once(jobs: JobService, actor: Actor, works: Works):
    first = await jobs.submit(actor, "add", {"numbers": [1]}, idempotency_key="k")
    await states(jobs, actor, first.id)
    second = await jobs.submit(actor, "add", {"numbers": [1]}, idempotency_key="k")
    assert second.id == first.id
    assert len(works.calls) == 1


async def test_a_refusal_is_told_in_its_own_words(jobs: JobService, actor: Actor):
    job = await jobs.submit(actor, "refuse", {})
    last = (await states(jobs, actor, job.id))[-1]
    assert last.state is JobState.FAILED
    assert last.error is not None
    assert (last.error.kind, last.error.message) == ("invalid", "The file is empty.")


async def test_a_fault_says_nothing_of_itself(jobs: JobService, actor: Actor):
    job = await jobs.submit(actor, "break_down", {})
    last = (await states(jobs, actor, job.id))[-1]
    assert last.state is JobState.FAILED
    assert "SELECT" not in last.model_dump_json()


async def test_progress_is_told_while_the_work_goes_on(jobs: JobService, actor: Actor, works: Works):
    job = await jobs.submit(actor, "wait", {})
    seen: list[JobView] = []
    async for event in jobs.follow(actor, job.id):
        seen.append(JobView.model_validate_json(event.data))
        if seen[-1].message == "waiting":
            works.proceed.set()
    assert [one.progress for one in seen] == sorted(one.progress for one in seen)
    assert 0.25 in [one.progress for one in seen]
    assert (seen[-1].state, seen[-1].message) == (JobState.SUCCEEDED, "through"), "it no longer waits"


async def test_a_reader_that_comes_late_gets_the_end(jobs: JobService, actor: Actor):
    job = await jobs.submit(actor, "add", {"numbers": []})
    await states(jobs, actor, job.id)
    for after in (0, 1, 99):
        late = [event async for event in jobs.follow(actor, job.id, after)]
        assert [event.final for event in late] == [True]
        assert orjson.loads(late[0].data)["state"] == "succeeded"


async def test_a_job_of_another_tenant_is_not_found(jobs: JobService, actor: Actor, other_actor: Actor):
    job = await jobs.submit(actor, "add", {"numbers": []})
    await states(jobs, actor, job.id)
    with pytest.raises(CopilotError) as refused:
        await jobs.get(other_actor, job.id)
    assert refused.value.kind is ErrorKind.NOT_FOUND


async def test_a_job_that_was_written_down_and_not_handed_over_is_taken_up(
    jobs: JobService, database: Database, actor: Actor, works: Works
):
    async with database.write(actor) as uow:
        job = await uow.jobs.enqueue("add", {"numbers": [4]}, user_id=actor.user_id)
        job_id = job.id
    assert await jobs.recover() == 1
    assert (await states(jobs, actor, job_id))[-1].result == {"sum": 4}
    assert works.calls[0][0].surface is Surface.SYSTEM
    assert await jobs.recover() == 0


async def test_who_is_no_longer_a_member_gets_nothing_done(
    jobs: JobService, database: Database, actor: Actor, works: Works
):
    async with database.write(actor) as uow:
        job = await uow.jobs.enqueue("add", {"numbers": [4]}, user_id=actor.user_id)
        job_id = job.id
        membership = await uow.memberships.find(actor.tenant_id, actor.user_id or "")
        assert membership is not None
        await uow.delete(membership)
    await jobs.recover()
    machine = Actor(actor.tenant_id, None, Role.OWNER, Surface.SYSTEM)
    assert (await jobs.get(machine, job_id)).state is JobState.FAILED
    assert works.calls == []


async def test_a_kind_that_is_no_longer_known_ends(jobs: JobService, database: Database, actor: Actor):
    async with database.write(actor) as uow:
        job_id = (await uow.jobs.enqueue("forgotten", {}, user_id=actor.user_id)).id
    await jobs.recover()
    assert (await jobs.get(actor, job_id)).state is JobState.FAILED


async def running(jobs: JobService, actor: Actor, ids: list[str], count: int) -> None:
    async with asyncio.timeout(60):
        while True:
            seen = [(await jobs.get(actor, one)).state for one in ids]
            if seen.count(JobState.RUNNING) == count:
                return
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("is_shared", [False, True], ids=["own work", "shared work"])
async def test_a_tenant_with_much_to_do_leaves_the_others_a_place(
    jobs: JobService, actor: Actor, other_actor: Actor, works: Works
):
    many = [(await jobs.submit(actor, "wait", {})).id for _ in range(8)]
    await running(jobs, actor, many, 3)
    other = await jobs.submit(other_actor, "add", {"numbers": [2]})
    async with asyncio.timeout(30):
        assert (await states(jobs, other_actor, other.id))[-1].result == {"sum": 2}
    await running(jobs, actor, many, 3)
    works.proceed.set()
    for one in many:
        assert (await states(jobs, actor, one))[-1].state is JobState.SUCCEEDED


async def test_whoever_has_the_least_under_way_is_next(
    jobs: JobService, actor: Actor, other_actor: Actor, works: Works
):
    long = [(await jobs.submit(actor, "wait", {})).id for _ in range(3)]
    await running(jobs, actor, long, 3)
    theirs = await jobs.submit(other_actor, "wait", {})
    await running(jobs, other_actor, [theirs.id], 1)
    many = [(await jobs.submit(actor, "add", {"numbers": [1]})).id for _ in range(5)]
    late = await jobs.submit(other_actor, "add", {"numbers": [2]})
    works.proceed.set()
    for owner, one in [*((actor, one) for one in many), (other_actor, late.id)]:
        await states(jobs, owner, one)
    assert other_actor.tenant_id in [who.tenant_id for who, _ in works.calls[:3]]


async def test_the_tenants_feed_tells_each_step(jobs: JobService, actor: Actor, feed: TenantFeed):
    place = await feed.place(actor.tenant_id, None)
    job = await jobs.submit(actor, "add", {"numbers": []})
    heard: list[tuple[str, str]] = []
    async for event in feed.follow(actor.tenant_id, place):
        heard.append((event.id, orjson.loads(event.data)["state"]))
        if heard[-1][1] == "succeeded":
            break
    assert orjson.loads(event.data)["id"] == job.id
    resumed = feed.follow(actor.tenant_id, await feed.place(actor.tenant_id, heard[0][0]))
    assert (await anext(resumed)).id == heard[1][0]
    await resumed.aclose()


async def test_the_feed_goes_on_in_the_next_hour(feed: TenantFeed, clock: FixedClock):
    await feed.publish("tenant", "note", 1)
    first = await anext(feed.follow("tenant", await feed.place("tenant", f"{int(clock.at.timestamp()) // 3600}-0")))
    clock.at = clock.at.replace(hour=clock.at.hour + 1)
    await feed.publish("tenant", "note", 2)
    following = feed.follow("tenant", await feed.place("tenant", first.id))
    assert orjson.loads((await anext(following)).data) == 2
    await following.aclose()
    for nonsense in ("x", "1", "99999999-1", "-1-1"):
        with pytest.raises(CopilotError):
            await feed.place("tenant", nonsense)
