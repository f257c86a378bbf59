"""`smb doctor`: what is configured, what can be reached, what is out of date. The exit code says whether all is well."""

import os
import shutil
from collections.abc import AsyncGenerator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from api.cli_output import FAILED, emit
from api.health import failure_of
from api.serverinfo import running_server
from api.settings import Settings, load_settings, provider_keys, signing_secret, unknown_variables
from storage.database import DatabaseConfig
from storage.kernel.errors import CopilotError
from storage.migrate import current, head

State = Literal["ok", "warning", "failing"]
_MARKS = {"ok": "✓", "warning": "!", "failing": "✗"}
_LEAST_FREE = 512 * 1024**2
_OWN_PACKAGE = "smb-command"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `hint` says what to do about it."""

    name: str
    state: State
    detail: str
    hint: str | None = None


async def doctor(*, as_json: bool) -> int:
    findings = [finding async for finding in _findings()]
    failing = any(finding.state == "failing" for finding in findings)
    text = "\n".join(_line(finding) for finding in findings)
    emit({"ok": not failing, "findings": [asdict(one) for one in findings]}, text, as_json=as_json)
    return FAILED if failing else 0


def _line(finding: Finding) -> str:
    hint = f"\n    {finding.hint}" if finding.hint else ""
    return f"{_MARKS[finding.state]} {finding.name}: {finding.detail}{hint}"


async def _findings() -> AsyncGenerator[Finding]:
    yield Finding("version", "ok", _version())
    try:
        settings = load_settings()
    except CopilotError as error:
        yield Finding("settings", "failing", error.message, error.hint)
        return
    yield Finding("settings", "ok", f"{settings.env.value}, data in {settings.home}")
    if unknown := unknown_variables():
        yield Finding("variables", "warning", f"not known: {', '.join(unknown)}", "Are they misspelt?")
    yield _secret(settings)
    yield _home(settings)
    yield await _database(settings)
    yield await _redis(settings)
    yield await _qdrant(settings)
    yield await _lineage(settings)
    yield _model(settings)
    yield _server(settings)


def _version() -> str:
    try:
        return version(_OWN_PACKAGE)
    except PackageNotFoundError:
        return "run from a folder, not installed"


def _secret(settings: Settings) -> Finding:
    if settings.secret_key is not None:
        return Finding("secret", "ok", "from SMB_SECRET_KEY")
    try:
        signing_secret(settings)
    except (CopilotError, OSError) as error:
        return Finding("secret", "failing", str(error))
    return Finding("secret", "ok", "made here, for development")


def _home(settings: Settings) -> Finding:
    if not os.access(settings.home, os.W_OK):
        return Finding("data directory", "failing", f"{settings.home} cannot be written to")
    free = shutil.disk_usage(settings.home).free
    detail = f"{settings.home}, {free / 1024**3:.1f} GiB free"
    if free < _LEAST_FREE:
        return Finding("data directory", "warning", detail, "Imports need room.")
    return Finding("data directory", "ok", detail)


async def _database(settings: Settings) -> Finding:
    """Reachable, and at the revision that this program knows. Changes nothing."""
    config = DatabaseConfig(settings.resolved_database_url)
    kind = "SQLite" if settings.embedded_store else "PostgreSQL"
    known = head()
    found: list[str | None] = []

    async def look() -> None:
        found.append(await current(config))

    if failure := await failure_of("database", look):
        return Finding("database", "failing", f"{kind}: {failure}", "Check SMB_DATABASE_URL.")
    (revision,) = found
    if revision is None:
        return Finding("database", "warning", f"{kind}: empty", "smb serve or smb db upgrade makes its tables.")
    if revision != known:
        return Finding("database", "failing", f"{kind}: at {revision}, this program needs {known}", "smb db upgrade")
    return Finding("database", "ok", f"{kind}, up to date ({revision})")


async def _redis(settings: Settings) -> Finding:
    if settings.redis_url is None:
        return Finding("redis", "ok", "not configured: cache, throttle and events are kept in the process")
    from redis.asyncio import Redis

    client = Redis.from_url(settings.redis_url)

    async def ping() -> None:
        await client.ping()  # pyright: ignore[reportUnknownMemberType, reportGeneralTypeIssues]: the library's types are loose

    try:
        failure = await failure_of("redis", ping)
    finally:
        await client.aclose()
    if failure:
        return Finding("redis", "failing", failure, "Check SMB_REDIS_URL.")
    return Finding("redis", "ok", "answers")


async def _qdrant(settings: Settings) -> Finding:
    if settings.qdrant_url is None:
        return Finding("qdrant", "ok", "not configured: memory is kept in the data directory")
    import httpx

    async def ready() -> None:
        async with httpx.AsyncClient(base_url=settings.qdrant_url or "") as client:
            (await client.get("/readyz")).raise_for_status()

    if failure := await failure_of("qdrant", ready):
        return Finding("qdrant", "failing", failure, "Check SMB_QDRANT_URL.")
    return Finding("qdrant", "ok", "answers")


async def _lineage(settings: Settings) -> Finding:
    """Whether the receiver of OpenLineage events is there: any answer will do. What it misses meanwhile waits for it."""
    name = "openlineage"
    if settings.openlineage_url is None:
        return Finding(name, "ok", "not configured: events are only kept (smb lineage events)")
    from tools.connectors.core.wire import open_http

    async def answers() -> None:
        async with open_http() as client:
            await client.get(settings.openlineage_url or "")

    if failure := await failure_of(name, answers):
        return Finding(name, "warning", f"{failure}: events wait for the receiver", "Check SMB_OPENLINEAGE_URL.")
    return Finding(name, "ok", "answers")


def _model(settings: Settings) -> Finding:
    chain = ", then ".join((settings.model, *settings.model_fallbacks))
    wanted = [name for name in (settings.model, *settings.model_fallbacks) if name != "embedded"]
    if not wanted:
        return Finding("model", "ok", "embedded: no key and no network")
    if nameless := [name for name in wanted if "/" not in name]:
        return Finding("model", "failing", f"{nameless[0]} names no provider", 'Write it as "provider/model".')
    keys = provider_keys()
    if settings.model_api_key is None and settings.model_base_url is None and not keys:
        return Finding("model", "warning", f"{chain}: no key in the environment", "Set SMB_MODEL_API_KEY.")
    return Finding("model", "ok", chain + (f", with {', '.join(keys)}" if keys else ""))


def _server(settings: Settings) -> Finding:
    found = running_server(settings.home)
    if found is None:
        return Finding("server", "ok", "none runs on this data directory")
    return Finding("server", "ok", f"runs at {found.url} (process {found.pid})")
