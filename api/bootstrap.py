"""The composition root: settings in, services out. The one place where embedded or server, fake or real, is chosen."""

import asyncio
import importlib
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from api.afterwards import Afterwards
from api.alerts import CHECK, AlertClock, checking
from api.chat import Chat
from api.connections import CALLBACK
from api.disconnections import DisconnectionClock
from api.happened import Happened
from api.health import Probe
from api.imports import COMMIT, committing
from api.lazy import Lazy
from api.privacy import FULFIL, forgetting, fulfilling
from api.query_model import LateQueryModel, helper_of
from api.renormalising import RENORMALISE, renormalise_outdated, renormalising
from api.scores import Scores
from api.settings import Settings, signing_secret
from api.sources import INTROSPECT, introspecting
from api.subscriptions import SUBSCRIBE, Subscriptions
from api.sync import SYNC, SyncClock, begin_once, opening, synchronising
from api.vega import VegaBundle
from api.webhooks import Webhooks
from memory.embeddings import EMBEDDED, WordLlamaEmbedder
from memory.events import InProcessEventLog, RedisEventLog, RunEventLog
from memory.feed import TenantFeed
from memory.jobs import JobService
from storage.database import Database, DatabaseConfig
from storage.durable import DurableConfig, DurableEngine
from storage.kernel.actor import Actor
from storage.kernel.clock import Clock, SystemClock
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from storage.secret_box import SecretBox
from storage.shared import SharedTexts
from tools.accounts.mail import FolderMailer
from tools.accounts.passwords import Passwords
from tools.accounts.service import AccountConfig, AccountService
from tools.accounts.throttling import Throttle
from tools.accounts.tokens import AccessTokens
from tools.accounts.usage import UsageLimits
from tools.alerts.service import AlertService
from tools.alerts.tool import capabilities as alert_capabilities
from tools.connections.service import ConnectionService
from tools.connections.tool import capabilities as connection_capabilities
from tools.connections.webhooks import WebhookService
from tools.connectors.core.budget import DatabaseLedgers, FileLedgers, LedgerStore, RedisLedgers
from tools.connectors.core.config import load_vendors
from tools.connectors.core.credentials import CredentialStore
from tools.connectors.core.oauth import Connecting
from tools.connectors.core.subscriptions.keeping import SubscriptionKeeper
from tools.connectors.core.subscriptions.standing import Public
from tools.connectors.core.vendors import Vendors
from tools.connectors.core.webhooks.verifying import PushIdentity
from tools.connectors.core.wire import open_http
from tools.events.detection import DetectionService
from tools.events.service import EventService
from tools.events.tool import capabilities as event_capabilities
from tools.expert.service import ExpertService
from tools.expert.tool import capabilities as expert_capabilities
from tools.foundry.foundry import Foundry
from tools.foundry.tool import capabilities as foundry_capabilities
from tools.imports.service import ImportService
from tools.imports.tool import capabilities as import_capabilities
from tools.ingestion.batches import Batches
from tools.ingestion.catalogue import load_catalogue
from tools.insights.service import InsightService
from tools.insights.tool import capabilities as insight_capabilities
from tools.kit.catalogue import Catalogue
from tools.kit.workers import Workers
from tools.kpis.service import KpiService
from tools.kpis.tool import capabilities as kpi_capabilities
from tools.language.dictionary import Dictionary
from tools.lineage.openlineage.relay import Receiver, Relay
from tools.lineage.openlineage.watching import RunTeller
from tools.lineage.service import LineageService
from tools.lineage.tool import capabilities as lineage_capabilities
from tools.metrics.dimensions import DimensionService
from tools.metrics.service import MetricService
from tools.metrics.tool import capabilities as metric_capabilities
from tools.privacy.erasure import ErasureService
from tools.query.conversations import Conversations
from tools.query.foreign.gloss import Glossary
from tools.query.foreign.lexicon import LANGUAGES
from tools.query.others import OtherSources
from tools.query.rollup import RollupKeeper
from tools.query.service import QueryService
from tools.query.tool import capabilities as query_capabilities
from tools.resolution.service import ResolutionService
from tools.resolution.tool import capabilities as resolution_capabilities
from tools.semantics.loader import load_semantics
from tools.sources.asking import SourceAnswers
from tools.sources.copies import Copies
from tools.sources.guard import OwnServer, SourceGuard
from tools.sources.service import DataSourceService
from tools.sources.talking import SourceTalk
from tools.sources.tool import capabilities as source_capabilities
from tools.sync.renormalise import RenormaliseService
from tools.sync.service import SyncService
from tools.sync.tool import Begin
from tools.sync.tool import capabilities as sync_capabilities

if TYPE_CHECKING:
    from api.mcp import McpEndpoint


_RESOLVING_SECONDS = 1_800.0
"""How long comparing all customers of a tenant may take, far beyond what it does."""


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
    query: QueryService
    rollup: RollupKeeper
    foundry: Foundry
    metrics: MetricService
    events: EventService
    insights: InsightService
    kpis: KpiService
    alerts: AlertService
    alert_clock: AlertClock
    dimensions: DimensionService
    catalogue: Catalogue
    imports: ImportService
    vendors: Vendors
    connections: ConnectionService
    syncs: SyncService
    webhooks: Webhooks
    subscriptions: Subscriptions
    sync_clock: SyncClock | None
    """None where connections are only synchronised when somebody asks."""
    disconnection_clock: DisconnectionClock
    sources: DataSourceService
    lineage: LineageService
    resolution: ResolutionService
    afterwards: Afterwards
    erasure: ErasureService
    lineage_relay: Relay
    scores: Scores
    expert: ExpertService
    chat: Lazy[Chat]
    mcp: "Lazy[McpEndpoint]"
    vega: VegaBundle
    probes: Mapping[str, Probe]
    """Dependencies by name (see api.health)."""

    async def recover(self) -> None:
        """Takes up what a crash or a stop left open. For servers: a command that runs for seconds has no time for it."""
        going_on = await self.jobs.unfinished(COMMIT)
        await self.imports.recover([job["file_id"] for job in going_on])
        await self.jobs.recover()
        await renormalise_outdated(self.database, self.jobs)
        self.rollup.begin()


@asynccontextmanager
async def open_services(
    settings: Settings, *, clock: Clock | None = None, operator_token: str | None = None, exclusive: bool = False
) -> AsyncGenerator[Services]:
    """Opens all stores and closes them again. The schema is expected to be there (see api.store.migrate). `exclusive`:
    this process is the only server of the store, so what it finds unfinished was left by a crash."""
    clock = clock or SystemClock()
    settings.home.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        secret = signing_secret(settings)
        database = Database(
            DatabaseConfig(settings.resolved_database_url, traced=settings.resolved_otlp_endpoint is not None), clock
        )
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
        log = _open_log(stack, settings)
        feed = TenantFeed(log, clock)
        engine = DurableEngine(
            DurableConfig(settings.resolved_durable_url, settings.executor, shared=not settings.embedded_store)
        )
        stack.push_async_callback(engine.close)
        jobs = JobService(database=database, engine=engine, log=log, feed=feed)
        words = Dictionary()
        box = _secret_box(settings, secret, "data sources")
        answers = SourceAnswers(clock, words=words)
        sources = DataSourceService(
            database,
            guard=_source_guard(settings),
            copies=Copies(settings.home / "copies"),
            box=box,
            answers=answers,
            clock=clock,
        )
        jobs.register(INTROSPECT, introspecting(sources))
        talk = SourceTalk(sources, answers, Conversations(database))
        query, rollup = _open_query(stack, settings, database, words, talk)
        embedder = WordLlamaEmbedder()
        relay, teller = await _open_lineage(stack, settings, database)
        batches = Batches(database, teller, detection := DetectionService(database))
        imports = ImportService(database, settings.uploads, load_catalogue(), embedder, batches)
        lineage = LineageService(database, query, teller)
        alerts = AlertService(query, database)
        scores = Scores(database, rollup, lineage, alerts, feed, happened=(happened := Happened(detection, feed)))
        after = Afterwards(
            resolution := ResolutionService(database, _open_workers(stack, seconds=_RESOLVING_SECONDS)),
            happened,
            scores,
            feed,
        )
        jobs.register(COMMIT, committing(imports, after))
        vendors, connections, subscriptions = await _open_connections(stack, settings, jobs, secret)
        syncs, begin_sync = _open_syncs(batches, vendors, jobs, after, subscriptions)
        erasure = _open_erasure(
            ErasureService(database, batches, vendors.store, forgetting(lambda: services.chat)), jobs, resolution, feed
        )
        webhooks = _open_webhooks(stack, _webhook_service(settings, vendors), jobs, feed, subscriptions)
        workers = _open_workers(stack)
        foundry, events = Foundry.over(query, workers, database), EventService()
        metrics, dimensions = MetricService(query), DimensionService(query)
        insights, kpis = InsightService(query, workers), KpiService(query, database, workers)
        jobs.register(CHECK, checking(alerts, feed))
        expert = ExpertService(database, is_on=settings.expert_sql)
        # The embedded model writes no SQL.
        writes_sql = settings.expert_sql and settings.model != EMBEDDED.name
        catalogue = Catalogue(
            (
                *(expert_capabilities(expert) if writes_sql else ()),
                *query_capabilities(query),
                *foundry_capabilities(foundry),
                *metric_capabilities(metrics, dimensions),
                *event_capabilities(events),
                *insight_capabilities(insights),
                *kpi_capabilities(kpis),
                *alert_capabilities(alerts),
                *import_capabilities(imports),
                *connection_capabilities(connections),
                *sync_capabilities(syncs, connections.named, begin_sync),
                *source_capabilities(sources),
                *lineage_capabilities(lineage),
                *resolution_capabilities(resolution),
            )
        )
        chat = Lazy(
            lambda: _open_chat(
                settings=settings,
                database=database,
                catalogue=catalogue,
                embedder=embedder,
                lexicon=query.layers.base.lexicon,
                gloss=Glossary(query.layers.base.lexicon, query.layers.base.model).gloss,
                log=log,
                exclusive=exclusive,
            )
        )
        stack.push_async_callback(chat.aclose)
        mcp = Lazy(lambda: _open_mcp(services))
        stack.push_async_callback(mcp.aclose)
        services = Services(
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
            query=query,
            rollup=rollup,
            foundry=foundry,
            metrics=metrics,
            events=events,
            insights=insights,
            kpis=kpis,
            alerts=alerts,
            alert_clock=AlertClock(database, jobs),
            dimensions=dimensions,
            catalogue=catalogue,
            imports=imports,
            vendors=vendors,
            connections=connections,
            syncs=syncs,
            webhooks=webhooks,
            subscriptions=subscriptions,
            sync_clock=SyncClock(
                database,
                jobs,
                timedelta(minutes=settings.sync_minutes),
                webhooks.sweep,
                subscriptions.sweep,
                lambda: renormalise_outdated(database, jobs),
            )
            if settings.sync_minutes
            else None,
            disconnection_clock=DisconnectionClock(connections),
            sources=sources,
            lineage=lineage,
            resolution=resolution,
            afterwards=after,
            erasure=erasure,
            lineage_relay=relay,
            scores=scores,
            expert=expert,
            chat=chat,
            mcp=mcp,
            vega=VegaBundle(settings.home / "cache"),
            probes=_probes(settings, database, chat, log),
        )
        yield services


def _open_query(
    stack: AsyncExitStack, settings: Settings, database: Database, words: Dictionary, others: OtherSources
) -> tuple[QueryService, RollupKeeper]:
    semantics, mappers = load_semantics(), mapped_classes(Base)
    rollup = RollupKeeper(semantics, mappers, database)
    stack.push_async_callback(rollup.aclose)
    late = LateQueryModel(settings, database)
    stack.push_async_callback(late.aclose)
    helper = helper_of(settings, late)
    foreign = {language: Dictionary(language) for language in LANGUAGES}
    query = QueryService(
        semantics,
        mappers,
        database,
        words=words,
        foreign_words=foreign,
        others=others,
        rollup=rollup,
        helper=helper,
    )
    return query, rollup


def _secret_box(settings: Settings, secret: str, purpose: str) -> SecretBox:
    return SecretBox([secret, *(key.get_secret_value() for key in settings.previous_secret_keys)], purpose)


async def _open_connections(
    stack: AsyncExitStack, settings: Settings, jobs: JobService, secret: str
) -> tuple[Vendors, ConnectionService, Subscriptions]:
    database, http = jobs.database, await stack.enter_async_context(open_http())
    ledgers = _open_ledgers(stack, settings, database)
    vendors = Vendors(
        configs=load_vendors(),
        http=http,
        ledgers=ledgers,
        store=CredentialStore(database, _secret_box(settings, secret, "connectors")),
        clock=database.clock,
        clients=settings.connector_clients,
        overrides=settings.connector_overrides,
    )
    public = Public(settings.public_url or None, settings.sync_minutes > 0, settings.pubsub_topic)
    keeper = SubscriptionKeeper(vendors, public)
    redirect_uri = settings.resolved_public_url + CALLBACK
    connecting = Connecting(vendors, secret=secret, redirect_uri=redirect_uri, subscriptions=keeper)
    connections = ConnectionService(vendors, connecting, keeper)
    stack.push_async_callback(connections.aclose)
    jobs.register(SUBSCRIBE, (subscriptions := Subscriptions(keeper, jobs)).handler())
    stack.push_async_callback(subscriptions.aclose)
    return vendors, connections, subscriptions


def _open_ledgers(stack: AsyncExitStack, settings: Settings, database: Database) -> LedgerStore:
    if settings.redis_url:
        redis = RedisLedgers.connect(settings.redis_url)
        stack.push_async_callback(redis.aclose)
        return redis
    if settings.embedded_store:
        return FileLedgers(database.clock, settings.home / "budgets")
    stack.push_async_callback((shared := SharedTexts(database.config)).aclose)
    return DatabaseLedgers(shared)


def _webhook_service(settings: Settings, vendors: Vendors) -> WebhookService:
    pusher = (
        PushIdentity(settings.pubsub_account, settings.pubsub_audience or None) if settings.pubsub_account else None
    )
    return WebhookService(vendors, settings.webhook_secrets, pusher)


def _open_log(stack: AsyncExitStack, settings: Settings) -> RunEventLog:
    if not settings.redis_url:
        return InProcessEventLog()
    log = RedisEventLog.connect(settings.redis_url)
    stack.push_async_callback(log.aclose)
    return log


def _open_webhooks(
    stack: AsyncExitStack, service: WebhookService, jobs: JobService, feed: TenantFeed, subscriptions: Subscriptions
) -> Webhooks:
    webhooks = Webhooks(service, jobs, feed, subscriptions)
    stack.push_async_callback(webhooks.aclose)
    return webhooks


def _open_syncs(
    batches: Batches, vendors: Vendors, jobs: JobService, after: Afterwards, subscriptions: Subscriptions
) -> tuple[SyncService, Begin]:
    """Syncs, and how one is begun as a job; also the jobs that make their rows anew."""
    database = jobs.database
    syncs, anew = SyncService(database, batches, opening(vendors)), RenormaliseService(database, batches)
    jobs.register(SYNC, synchronising(syncs, after, subscriptions.after_sync))
    jobs.register(RENORMALISE, renormalising(anew, after))

    async def begin_sync(actor: Actor, connection_id: str, everything: bool) -> object:
        return await begin_once(database, jobs, actor, connection_id, everything=everything)

    return syncs, begin_sync


def _open_erasure(
    erasure: ErasureService, jobs: JobService, resolution: ResolutionService, feed: TenantFeed
) -> ErasureService:
    jobs.register(FULFIL, fulfilling(erasure, resolution, feed))
    return erasure


def _open_workers(stack: AsyncExitStack, seconds: float = 60.0) -> Workers:
    workers = Workers(seconds=seconds)
    stack.callback(workers.close)
    return workers


async def _open_lineage(stack: AsyncExitStack, settings: Settings, database: Database) -> tuple[Relay, RunTeller]:
    """What tells of runs, and what sends it."""
    receiver = (
        Receiver(settings.openlineage_url, settings.openlineage_endpoint, settings.openlineage_api_key)
        if settings.openlineage_url
        else None
    )
    relay = Relay(database, receiver, await stack.enter_async_context(open_http()))
    stack.push_async_callback(relay.aclose)
    return relay, RunTeller(settings.openlineage_namespace, relay.announce)


def _source_guard(settings: Settings) -> SourceGuard:
    """What tenants may ask, and what is ours and never may be: the data directory, and stores that lie elsewhere."""
    urls = [urlsplit(url) for url in (settings.resolved_database_url, settings.resolved_durable_url)]
    files = [Path(part.path) for part in urls if part.scheme.startswith("sqlite") and part.path]
    beside = [file.with_name(file.name + suffix) for file in files for suffix in ("", "-wal", "-shm", "-journal")]
    servers = [part for part in urls if not part.scheme.startswith("sqlite")]
    own = OwnServer(servers[0].hostname or "", servers[0].port or 5432, servers[0].path.removeprefix("/")) if servers else None  # fmt: skip
    return SourceGuard(settings.source_hosts, settings.source_folders, [settings.home, *beside], own)


@asynccontextmanager
async def _open_chat(**parts: Any) -> AsyncGenerator[Chat]:
    module = await asyncio.to_thread(importlib.import_module, "api.open_chat")
    async with module.open_chat(module.ChatParts(**parts)) as chat:
        yield chat


@asynccontextmanager
async def _open_mcp(services: Services) -> "AsyncGenerator[McpEndpoint]":
    module = await asyncio.to_thread(importlib.import_module, "api.mcp")
    endpoint: McpEndpoint = module.McpEndpoint(services)
    await endpoint.start()
    try:
        yield endpoint
    finally:
        await endpoint.stop()


def _probes(settings: Settings, database: Database, chat: Lazy[Chat], log: RunEventLog) -> dict[str, Probe]:
    async def checkpoints() -> None:
        if chat.opened is not None:
            await chat.opened.checkpoints.ping()

    async def events() -> None:
        await log.read("probe", 0, wait=0)

    probes: dict[str, Probe] = {"database": database.ping, "checkpoints": checkpoints}
    return probes | ({"redis": events} if settings.redis_url else {})
