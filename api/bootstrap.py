"""The composition root: settings in, services out. The one place where embedded or server, fake or real, is chosen."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from api.health import Probe
from api.settings import Settings, signing_secret
from memory.events import InProcessEventLog, RedisEventLog, RunEventLog
from memory.feed import TenantFeed
from memory.jobs import JobService
from storage.database import Database, DatabaseConfig
from storage.durable import DurableConfig, DurableEngine
from storage.kernel.clock import Clock, SystemClock
from tools.accounts.mail import FolderMailer
from tools.accounts.passwords import Passwords
from tools.accounts.service import AccountConfig, AccountService
from tools.accounts.throttling import Throttle
from tools.accounts.tokens import AccessTokens
from tools.accounts.usage import UsageLimits


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a surface can call, ready to be called."""

    settings: Settings
    clock: Clock
    secret: str
    operator_token: str | None
    """What the command line on this machine proves itself with; None where no server holds the installation."""
    database: Database
    tokens: AccessTokens
    accounts: AccountService
    limits: UsageLimits
    log: RunEventLog
    feed: TenantFeed
    jobs: JobService
    probes: Mapping[str, Probe]
    """Dependencies by name (see api.health)."""


@asynccontextmanager
async def open_services(
    settings: Settings, *, clock: Clock | None = None, operator_token: str | None = None
) -> AsyncGenerator[Services]:
    """Opens all stores and closes them again. The schema is expected to be there (see storage.migrate)."""
    clock = clock or SystemClock()
    settings.home.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        secret = signing_secret(settings)
        database = Database(DatabaseConfig(settings.resolved_database_url), clock)
        stack.push_async_callback(database.dispose)
        passwords = Passwords(settings.password_memory_kib)
        stack.callback(passwords.close)
        tokens = AccessTokens(secret, timedelta(minutes=settings.access_token_minutes), clock)
        accounts = AccountService(
            database=database,
            passwords=passwords,
            tokens=tokens,
            throttle=Throttle(settings.redis_url),
            mailer=FolderMailer(settings.home / "mail"),
            config=AccountConfig(timedelta(days=settings.refresh_token_days), settings.login_attempts),
        )
        log: RunEventLog
        if settings.redis_url:
            log = RedisEventLog.connect(settings.redis_url)
            stack.push_async_callback(log.aclose)
        else:
            log = InProcessEventLog()
        feed = TenantFeed(log, clock)
        engine = DurableEngine(DurableConfig(settings.resolved_durable_url, settings.executor))
        stack.push_async_callback(engine.close)
        jobs = JobService(database=database, engine=engine, log=log, feed=feed)
        probes: dict[str, Probe] = {"database": database.ping}
        yield Services(
            settings=settings,
            clock=clock,
            secret=secret,
            operator_token=operator_token,
            database=database,
            tokens=tokens,
            accounts=accounts,
            limits=UsageLimits(settings.run_token_budget, settings.tenant_daily_cost_limit),
            log=log,
            feed=feed,
            jobs=jobs,
            probes=probes,
        )
