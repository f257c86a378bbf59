"""Commands about the store."""

import asyncio
from pathlib import Path

from api.bootstrap import open_services
from api.cli_output import emit, note
from api.demo import DEMO_EMAIL, DEMO_NAME, DEMO_PASSWORD, ensure_demo, has_demo
from api.serverinfo import running_server
from api.settings import load_settings
from api.store import migrate
from storage.kernel.errors import CopilotError, ErrorKind
from tools.rates.service import import_rates as take_in


async def upgrade_store(*, as_json: bool) -> None:
    done = await migrate(load_settings())
    backup = str(done.backup) if done.backup else None
    if done.before == done.after:
        text = f"The store is up to date ({done.after})."
    else:
        text = f"The store is now at {done.after}." + (f" A copy of it before: {backup}" if backup else "")
    emit({"before": done.before, "after": done.after, "backup": backup}, text, as_json=as_json)


async def reseal_secrets(*, as_json: bool) -> None:
    """Others' secrets, sealed anew with this installation's present one: then those before it are needed no more."""
    settings = load_settings()
    await migrate(settings)
    async with open_services(settings) as services:
        connections = await services.vendors.store.reseal_all()
        sources = await services.sources.reseal_all()
    text = (
        f"The credentials of {connections} connections and {sources} data sources are sealed with the present secret."
    )
    emit({"connections": connections, "data_sources": sources}, text, as_json=as_json)


async def import_rates(file: Path, *, as_json: bool) -> None:
    """Rates are the operator's: no business can change those of the others."""
    settings = load_settings()
    content = await asyncio.to_thread(file.read_bytes)
    await migrate(settings)
    async with open_services(settings) as services:
        done = await take_in(services.database, content)
    brought = {"currencies": done.currencies, "first": done.first.isoformat(), "last": done.last.isoformat()}
    text = f"Rates of {done.currencies} currencies are in, published from {done.first} to {done.last}."
    emit(brought, text, as_json=as_json)


async def fill_demo(*, as_json: bool) -> None:
    """Fills the demo shop where there is no tenant yet, and says how to sign in."""
    settings = load_settings()
    await migrate(settings)
    async with open_services(settings) as services:
        if running_server(settings.home) is None:
            await ensure_demo(services, note)
        if not await has_demo(services):
            raise CopilotError(
                ErrorKind.CONFLICT,
                "This store has other tenants, so the demo shop is not added to it.",
                hint="Choose an empty data directory: SMB_HOME=.smb-demo smb demo",
            )
    sign_in = {"tenant": DEMO_NAME, "email": DEMO_EMAIL, "password": DEMO_PASSWORD}
    emit(sign_in, f"The demo shop is there. Sign in as {DEMO_EMAIL} / {DEMO_PASSWORD}.", as_json=as_json)
