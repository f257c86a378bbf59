"""The demo shop: a tenant filled by importing generated files, the way an owner would fill it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from api.bootstrap import Services
from storage.kernel.actor import Actor, Role, Surface
from storage.scope import SystemPurpose
from tools.accounts.schemas import TenantSettings

DEMO_EMAIL = "demo@example.com"
DEMO_PASSWORD = "demo-password"  # noqa: S105  printed at every start: made in development only, see cli_serve
DEMO_NAME = "Demo"
_STATE = "demo"
_FILLING, _FILLED = "filling", "filled"
_SETTINGS = TenantSettings(currency="EUR", timezone="Europe/Dublin", country="IE", clock="latest_data")


async def has_demo(services: Services) -> bool:
    """Whether the demo shop is there and complete."""
    return (await _find(services))[1] == _FILLED


async def ensure_demo(services: Services, say: Callable[[str], None]) -> None:
    """Makes the demo shop in a store without any tenant; completes one whose filling was cut off."""
    tenant_id, state = await _find(services)
    if state == _FILLED or (tenant_id is None and await _any_tenant(services)):
        return
    if tenant_id is None:
        tenant_id, _ = await services.accounts.create_tenant(DEMO_NAME, _SETTINGS, DEMO_EMAIL, DEMO_PASSWORD)
        await _mark(services, tenant_id, _FILLING)
    say("Filling the demo shop …")
    from evals.demo.fill import fill

    await fill(_Importer(services, _system(tenant_id)), say)
    await _mark(services, tenant_id, _FILLED)


@dataclass(frozen=True, slots=True)
class _Importer:
    """Imports a file for the demo tenant, as its owner would, with the mapping that is proposed."""

    services: Services
    actor: Actor

    async def import_file(self, path: Path) -> object:
        return await self.services.imports.import_file(self.actor, path)


async def _find(services: Services) -> tuple[str | None, str | None]:
    async with services.database.system(SystemPurpose.MAINTENANCE) as uow:
        for tenant in await uow.tenants.all():
            if _STATE in tenant.settings:
                return tenant.id, tenant.settings[_STATE]
    return None, None


async def _any_tenant(services: Services) -> bool:
    async with services.database.system(SystemPurpose.MAINTENANCE) as uow:
        return bool(await uow.tenants.all())


async def _mark(services: Services, tenant_id: str, state: str) -> None:
    async with services.database.write(_system(tenant_id)) as uow:
        tenant = await uow.tenants.current()
        tenant.settings = tenant.settings | {_STATE: state}


def _system(tenant_id: str) -> Actor:
    return Actor(tenant_id, None, Role.OWNER, Surface.SYSTEM)
