"""A server's process that does the work of one job: `python -m tests.sync.conformance.process HOME`.

It opens the services as `smb serve` does, takes up what a process before it left, and ends when the sync has.
"""

import asyncio
import json
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
from pydantic import BaseModel, SecretStr

from api.bootstrap import open_services
from api.settings import Settings, load_settings
from api.store import migrate
from api.sync import begin
from evals.standins.vendors.kit.server import VendorServer
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.ids import new_id
from tests.sync.conformance.table import Vendor
from tools.accounts.schemas import TenantSettings
from tools.connectors.core.config import OAuthClient

_LOOK_AGAIN_SECONDS = 0.02


class Task(BaseModel):
    """What the processes of one home have to do."""

    vendor: str
    origin: str
    client_id: str
    client_secret: str
    tenant_id: str = ""
    connection_id: str = ""

    def settings(self, home: Path) -> Settings:
        client = OAuthClient(client_id=self.client_id, client_secret=SecretStr(self.client_secret))
        return load_settings(
            home=home,
            database_url="",
            durable_url="",
            sync_minutes=0,
            connector_clients={self.vendor: client},
            connector_base_urls={self.vendor: self.origin},
        )

    @property
    def actor(self) -> Actor:
        return Actor(self.tenant_id, None, Role.OWNER, Surface.CLI)


async def prepared(home: Path, vendor: Vendor, server: VendorServer) -> Task:
    """A home in which the vendor is connected, and nothing is read yet."""
    client = server.oauth.client
    task = Task(vendor=vendor.name, origin=server.origin, client_id=client.id, client_secret=client.secret)
    settings = task.settings(home)
    await migrate(settings)
    async with open_services(settings) as services:
        tenant = TenantSettings(currency="EUR", timezone="Europe/Berlin", country="DE", clock="today")
        task.tenant_id, _ = await services.accounts.create_tenant("Shop", tenant, "owner@shop.example", new_id())
        begun = await services.connections.authorize(task.actor, vendor.name, dict(vendor.settings))
        async with httpx.AsyncClient(follow_redirects=False, trust_env=False) as browser:
            sent_back = await browser.get(begun.authorization_url)
        await services.connections.complete(dict(parse_qsl(urlsplit(sent_back.headers["location"]).query)))
        async with services.database.read(task.actor) as uow:
            task.connection_id = (await services.connections.named(uow, vendor.name)).id
    (home / "task.json").write_text(task.model_dump_json(), "utf-8")
    return task


async def work(home: Path) -> None:
    task = Task.model_validate_json((home / "task.json").read_text("utf-8"))
    async with open_services(task.settings(home), exclusive=True) as services:
        await services.recover()
        job = await begin(services.jobs, task.actor, task.connection_id, everything=False, key="the one sync")
        while not job.state.is_final:
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
            job = await services.jobs.get(task.actor, job.id)
        sys.stdout.write(json.dumps({"state": job.state.value, "error": str(job.error)}))


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1])))
