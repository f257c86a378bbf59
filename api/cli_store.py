"""Commands about the store."""

from api.cli_output import emit
from api.settings import load_settings
from api.store import migrate


async def upgrade_store(*, as_json: bool) -> None:
    done = await migrate(load_settings())
    backup = str(done.backup) if done.backup else None
    if done.before == done.after:
        text = f"The store is up to date ({done.after})."
    else:
        text = f"The store is now at {done.after}." + (f" A copy of it before: {backup}" if backup else "")
    emit({"before": done.before, "after": done.after, "backup": backup}, text, as_json=as_json)
