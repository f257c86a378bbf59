"""The installation's store as commands need it: migrated, and its tenants by id or name."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from api.settings import Settings
from storage.database import Database, DatabaseConfig
from storage.kernel.clock import SystemClock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.migrate import Upgrade, upgrade
from storage.scope import SystemPurpose


async def migrate(settings: Settings) -> Upgrade:
    """Brings the store to the newest schema, making an embedded one where there is none."""
    settings.home.mkdir(parents=True, exist_ok=True)
    return await upgrade(DatabaseConfig(settings.resolved_database_url))


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncGenerator[Database]:
    """The migrated store, without the rest of the services."""
    await migrate(settings)
    database = Database(DatabaseConfig(settings.resolved_database_url), SystemClock())
    try:
        yield database
    finally:
        await database.dispose()


async def all_tenants(database: Database) -> list[str]:
    """The ids of all tenants, oldest first."""
    async with database.system(SystemPurpose.MAINTENANCE) as uow:
        return [one.id for one in await uow.tenants.all()]


async def find_tenant(database: Database, tenant: str) -> str:
    """The id of a tenant that is given by id or by name. Raises not_found, or conflict when several bear the name."""
    async with database.system(SystemPurpose.MAINTENANCE) as uow:
        if _is_id(tenant):
            return (await uow.tenants.get(str(UUID(tenant)))).id
        named = await uow.tenants.by_name(tenant)
        if not named:
            named = [one for one in await uow.tenants.all() if one.name.casefold() == tenant.casefold()]
    match named:
        case [one]:
            return one.id
        case []:
            raise CopilotError(ErrorKind.NOT_FOUND, f"No tenant is called “{tenant}”.", hint="See: smb tenants list")
        case _:
            raise CopilotError(
                ErrorKind.CONFLICT, f"Several tenants are called “{tenant}”.", hint="Use the id: smb tenants list"
            )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
