"""A first sync of a large Stripe account, beside a bare insert of the rows that it wrote and beside dlt; and webhooks.

From the first HTTP request to committed unified rows with their raw records, links and lineage, in a fresh process. dlt
only lands raw tables from the same lists. The stand-in is a process of its own with its answers made beforehand, and has
no limits; those that the product keeps by itself are lifted too: on either side they are not what is measured.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
from pydantic import BaseModel

from evals.bench.figures import Budget, Figure, Sample
from evals.bench.processes import serving_product
from evals.bench.shop import new_shop
from evals.bench.stores import PostgresStores, SqliteStores, Stores
from evals.bench.sync_once import Taken, Task
from evals.bench.workbench import Workbench
from evals.standins.vendors.kit.webhooks import Draft
from evals.standins.vendors.stripe.render import ACCOUNT
from evals.standins.vendors.stripe.server import WEBHOOK_SECRET, sign
from evals.tenants import TenantSettings
from evals.workspace import Workspace
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id

CUSTOMERS, ORDERS = 3_000, 9_000
"""Some 21,000 objects over all lists."""
ROUNDS = 3
POSTS = 200
BUDGET_TIMES_DLT = 2.0
BUDGET_WEBHOOK_MS = 50.0
_TENANT = TenantSettings("Roastery", "EUR", "DE", "Europe/Berlin")
DLT = Path(sys.prefix).with_name(".venv-bench") / "bin" / "python"
_DLT_IS = "dlt 1.31 (it lands raw tables only)"
_BARE_IS = {
    "SQLite": "sqlite3 executemany of the rows it wrote",
    "PostgreSQL": "asyncpg COPY of the rows it wrote",
}
_TIMEOUT_SECONDS = 60.0
_SHOWN_CHARACTERS = 2_000


class Vendor(BaseModel):
    """Where the stand-in is, its key, and how many objects its lists have."""

    origin: str
    key: str
    counts: dict[str, int]


@dataclass
class _Runs:
    """One entry per round: objects or rows a second, and processor seconds."""

    ours: list[float] = field(default_factory=list[float])
    dlt: list[float] = field(default_factory=list[float])
    our_cpu: list[float] = field(default_factory=list[float])
    dlt_cpu: list[float] = field(default_factory=list[float])
    our_rows: list[float] = field(default_factory=list[float])
    bare_rows: list[float] = field(default_factory=list[float])


async def measure(bench: Workbench) -> list[Figure]:
    return await measure_account(bench, CUSTOMERS, ORDERS)


async def measure_account(bench: Workbench, customers: int, orders: int) -> list[Figure]:
    """With so many customers and orders at the vendor's. Raises CopilotError where dlt is not set up."""
    if not DLT.is_file():
        raise CopilotError(ErrorKind.UNAVAILABLE, f"There is no {DLT}.", hint="Set dlt up: make .venv-bench/.stamp")
    folder = bench.folder / "connectors"
    await asyncio.to_thread(folder.mkdir)
    bench.say("connectors: a large account is made up")
    figures: list[Figure] = []
    async with serving_vendor(customers, orders) as vendor:
        for stores in await _all_stores(bench, folder):
            try:
                figures += await _beside(bench, vendor, stores, folder)
            finally:
                await stores.aclose()
        figures += await _webhooks(bench, vendor, folder)
    return figures


@asynccontextmanager
async def serving_vendor(customers: int, orders: int) -> AsyncGenerator[Vendor]:
    """The stand-in as a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "evals.bench.vendor_server", str(customers), str(orders)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    assert process.stdout is not None  # noqa: S101 - as above
    try:
        yield Vendor.model_validate_json(await process.stdout.readline())
    finally:
        process.stdin.close()
        await process.wait()


async def _all_stores(bench: Workbench, folder: Path) -> list[Stores]:
    """SQLite, and PostgreSQL where a server answers."""
    stores: list[Stores] = [await SqliteStores.make(folder, _TENANT)]
    try:
        stores.append(await PostgresStores.make(bench.postgres, _TENANT))
    except (OSError, asyncpg.PostgresError) as error:
        bench.say(f"connectors: without PostgreSQL, which cannot be used at {bench.postgres}: {error}")
    return stores


# ── beside dlt, and beside a bare insert ─────────────────────────────────────────────────────────────────────


async def _beside(bench: Workbench, vendor: Vendor, stores: Stores, folder: Path) -> list[Figure]:
    """The first round is not counted: it makes the vendor's answers, and warms the files that programs are read from."""
    runs = _Runs()
    for number in range(bench.runs(ROUNDS) + 1):
        bench.say(
            f"connectors: {stores.title}, round {number}" if number else f"connectors: {stores.title}, warming up"
        )
        ours = await sync_by_us(vendor, await stores.fresh(), stores)
        seconds, rows = await stores.bare_insert()
        theirs = await load_by_dlt(vendor, await stores.empty_url(), folder)
        if ours.objects != theirs.objects:
            what = f"{ours.objects:,} objects were synchronised, and dlt loaded {theirs.objects:,}"
            raise CopilotError(ErrorKind.UNAVAILABLE, f"The two sides did not read the same: {what}.")
        if number:
            runs.ours.append(ours.objects / ours.seconds)
            runs.dlt.append(theirs.objects / theirs.seconds)
            runs.our_cpu.append(ours.cpu_seconds)
            runs.dlt_cpu.append(theirs.cpu_seconds)
            runs.our_rows.append(rows / ours.seconds)
            runs.bare_rows.append(rows / seconds)
    return _figures(f"sync into {stores.title}", runs, _BARE_IS[stores.title])


def _figures(name: str, runs: _Runs, bare_is: str) -> list[Figure]:
    budget = Budget("ratio", 1 / BUDGET_TIMES_DLT)
    return [
        Figure(f"{name}: objects", "objects/s", Sample(runs.ours), Sample(runs.dlt), _DLT_IS, budget),
        Figure(f"{name}: processor time", "s", Sample(runs.our_cpu), Sample(runs.dlt_cpu), "the same of dlt"),
        Figure(f"{name}: rows", "rows/s", Sample(runs.our_rows), Sample(runs.bare_rows), bare_is),
    ]


async def sync_by_us(vendor: Vendor, database: str, stores: Stores) -> Taken:
    """The product's first sync of the account, into a fresh store."""
    task = Task(
        database=database,
        tenant_id=stores.owner.tenant_id,
        user_id=stores.owner.user_id or "",
        origin=vendor.origin,
        key=vendor.key,
    )
    return await _run(sys.executable, "-m", "evals.bench.sync_once", task.model_dump_json())


async def load_by_dlt(vendor: Vendor, database: str, folder: Path) -> Taken:
    """The same lists by dlt, into an empty database."""
    work = folder / f"dlt-{new_id()}"
    await asyncio.to_thread(work.mkdir)
    task = {"database": database, "folder": str(work), "origin": vendor.origin, "key": vendor.key}
    settings = {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR", "DLT_DATA_DIR": str(work)}
    return await _run(str(DLT), str(Path(__file__).with_name("dlt_once.py")), json.dumps(task), settings=settings)


async def _run(*command: str, settings: Mapping[str, str] | None = None) -> Taken:
    """What a program printed in its last line. `settings` are environment variables. Raises CopilotError with what it said where it fails."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={"PATH": os.defpath, "HOME": "/nonexistent", **(settings or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    if process.returncode:
        said = errors.decode(errors="replace")[-_SHOWN_CHARACTERS:]
        raise CopilotError(ErrorKind.UNAVAILABLE, f"{' '.join(command[:3])} failed: {said}")
    return Taken.model_validate_json(output.splitlines()[-1])


# ── webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────


async def _webhooks(bench: Workbench, vendor: Vendor, folder: Path) -> list[Figure]:
    """Signed events of a connected account, each posted when the last was answered: while the account is read for the first
    time by the same process, and afterwards, when each of them asks for a sync of what changed."""
    shop = await new_shop(folder / "webhooks", _TENANT)
    settings = {
        "SMB_CONNECTOR_BASE_URLS": json.dumps({"stripe": vendor.origin}),
        "SMB_WEBHOOK_SECRETS": json.dumps({"stripe": [WEBHOOK_SECRET]}),
    }
    bench.say("webhooks: starting the server")
    async with (
        serving_product(shop.home, settings) as server,
        httpx.AsyncClient(base_url=server.url, timeout=_TIMEOUT_SECONDS) as client,
    ):
        workspace = await Workspace.register(client, _TENANT)
        body = {"fields": {"token": vendor.key}}
        connected = await client.post("/api/connectors/stripe/connect", json=body, auth=workspace.auth)
        path = f"/api/connectors/{connected.raise_for_status().json()['id']}/sync"
        job = (await client.post(path, json={"everything": True}, auth=workspace.auth)).raise_for_status().json()["id"]
        bench.say("webhooks: posting while the account is read")
        busy = [await _posted(client)]
        while not await _has_ended(client, workspace, job):
            busy.append(await _posted(client))
        bench.say("webhooks: posting")
        times = [await _posted(client) for _ in range(bench.runs(POSTS))]
    return [
        Figure("webhook answered", "ms", Sample(times), budget=Budget("p95", BUDGET_WEBHOOK_MS)),
        Figure("webhook answered during a first sync", "ms", Sample(busy), budget=Budget("p95", BUDGET_WEBHOOK_MS)),
    ]


async def _has_ended(client: httpx.AsyncClient, workspace: Workspace, job: str) -> bool:
    """Raises CopilotError where the sync failed."""
    state = (await client.get(f"/api/jobs/{job}", auth=workspace.auth)).raise_for_status().json()
    if state["state"] == "failed":
        raise CopilotError(ErrorKind.UNAVAILABLE, f"The sync failed: {state['error']}")
    return state["state"] == "succeeded"


async def _posted(client: httpx.AsyncClient) -> float:
    """Milliseconds until it was answered. Raises CopilotError where it was not taken."""
    at, number = time.time(), new_id()
    event = {
        "id": f"evt_bench_{number}",
        "object": "event",
        "account": ACCOUNT,
        "created": int(at),
        "type": "charge.updated",
        "data": {"object": {"id": f"ch_bench_{number}", "object": "charge"}},
    }
    content = json.dumps(event).encode()
    headers = sign(Draft("/api/webhooks/stripe", content, (WEBHOOK_SECRET,), at))
    started = time.perf_counter()
    answer = await client.post("/api/webhooks/stripe", content=content, headers=headers)
    taken = (time.perf_counter() - started) * 1000
    if not answer.is_success:
        raise CopilotError(ErrorKind.UNAVAILABLE, f"A webhook was answered {answer.status_code}.")
    return taken
