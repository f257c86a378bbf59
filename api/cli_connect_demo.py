"""`smb demo --connect`: one business at every vendor's stand-in, connected, synchronised and asked, without an account
anywhere. Stand-ins and store are gone at the end."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
from pydantic import SecretStr

from api.bootstrap import Services, open_services
from api.cli_output import emit, note
from api.settings import Settings, load_settings
from api.store import migrate
from evals.standins.vendors.kit.clock import RunningClock
from evals.standins.vendors.kit.server import VendorServer
from evals.standins.vendors.registry import STAND_INS
from evals.standins.vendors.shopify import ShopifyStandIn
from evals.standins.vendors.shopify.render import SHOP
from evals.standins.vendors.world import World, build_world
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.errors import CopilotError
from storage.kernel.ids import new_id
from tools.accounts.schemas import TenantSettings
from tools.connectors.core.config import OAuthClient
from tools.connectors.core.resources import load_resources
from tools.query.schemas import QueryRequest
from tools.sync.schemas import SyncRun

_ASKED = {"shopify": {"shop": SHOP}}
"""What an owner enters before an authorization."""
_QUESTIONS = (
    "net sales by month",
    "top 5 products by revenue",
    "number of payments",
    "how many customers have ordered more than once",
)
_TENANT = TenantSettings(currency="EUR", timezone="Europe/Berlin", country="DE", clock="latest_data")


async def connect_demo(*, as_json: bool) -> int:
    """Connects by OAuth as an owner does, synchronises each connection and asks some questions of what came in."""
    async with _business() as (services, servers):
        tenant_id, _ = await services.accounts.create_tenant(
            "Stand-in shop", _TENANT, "demo@standins.example", new_id()
        )
        actor = Actor(tenant_id, None, Role.OWNER, Surface.CLI)
        told = [await _brought_in(services, actor, server) for server in servers]
        found = await services.resolution.resolve(actor)
        await services.rollup.refresh(actor)
        answers = [await _asked(services, actor, question) for question in _QUESTIONS]
    matched = {"customers": found.buyers.merged, "of": found.buyers.groups, "sales": found.sales.duplicates}
    lines = [_line(one) for one in told]
    lines.append(
        f"\nOne business stands at every vendor: {matched['customers']:,} customers were found to be {matched['of']:,}, and"
        f" {matched['sales']:,} sales and payments to be told of already."
    )
    lines += [f"\n{one['question']}\n{one['answer']}" for one in answers]
    emit({"connections": told, "matched": matched, "answers": answers}, "\n".join(lines), as_json=as_json)
    return 0


@asynccontextmanager
async def _business() -> AsyncGenerator[tuple[Services, list[VendorServer]]]:
    """The stand-ins over one business, and services over a store that goes with them."""
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="smb-connect-")))
        # Connections go by the real clock, and so must the limits that they keep to.
        world = build_world(RunningClock())
        servers = [stack.enter_context(_stand_in(kind, world)) for kind in STAND_INS]
        settings = _settings(home, servers)
        await migrate(settings)
        services = await stack.enter_async_context(open_services(settings, exclusive=True))
        yield services, servers


def _stand_in(kind: type[VendorServer], world: World) -> VendorServer:
    # Shopify lets a shop of the standard plan read these orders in two minutes, one of the Plus plan at once.
    return ShopifyStandIn(world, plan="plus") if kind is ShopifyStandIn else kind(world)


def _settings(home: Path, servers: list[VendorServer]) -> Settings:
    clients = {
        server.vendor: OAuthClient(
            client_id=server.oauth.client.id, client_secret=SecretStr(server.oauth.client.secret)
        )
        for server in servers
    }
    return load_settings(
        home=home,
        database_url="",
        durable_url="",
        connector_clients=clients,
        connector_base_urls={server.vendor: server.origin for server in servers},
    )


async def _brought_in(services: Services, actor: Actor, server: VendorServer) -> dict[str, Any]:
    vendor = server.vendor
    try:
        load_resources(vendor)
    except LookupError:
        return {"vendor": vendor, "state": "is not synchronised yet"}
    note(f"· connecting {vendor}")
    try:
        begun = await services.connections.authorize(actor, vendor, _ASKED.get(vendor, {}))
        async with httpx.AsyncClient(follow_redirects=False, trust_env=False) as browser:
            sent_back = await browser.get(begun.authorization_url)
        await services.connections.complete(dict(parse_qsl(urlsplit(sent_back.headers["location"]).query)))
        async with services.database.read(actor) as uow:
            row = await services.connections.named(uow, vendor)
        note(f"· synchronising {row.name}")
        run: SyncRun = await services.syncs.sync(actor, row.id, new_id())
    except CopilotError as error:
        return {"vendor": vendor, "state": f"failed: {error.message}"}
    return {
        "vendor": vendor,
        "state": "connected",
        "name": row.name,
        "objects": run.objects,
        "problems": [problem.model_dump() for problem in run.problems],
        "unknown_fields": run.unknown_fields,
    }


async def _asked(services: Services, actor: Actor, question: str) -> dict[str, Any]:
    async with services.database.read(actor) as uow:
        answer = await services.query.ask(uow, QueryRequest(question=question))
    return {"question": question, "status": answer.status, "answer": answer.answer}


def _line(one: dict[str, Any]) -> str:
    if "objects" not in one:
        return f"{one['vendor']}: {one['state']}"
    counts = ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in one["objects"].items())
    problems = f"; {len(one['problems'])} problems" if one["problems"] else ""
    return f"{one['vendor']} ({one['name']}): {counts}{problems}"
