"""Fixtures that every room's tests share: a real database of either kind, a clock, tenants and actors."""

import asyncio
import gc
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from httpx import create_ssl_context
from sqlalchemy import URL, Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

from agents.embedded.cards import ToolCard
from agents.embedded.routing import Router
from agents.embedded.signals import LanguageSignals
from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor, Module, Role, Surface
from storage.kernel.clock import FixedClock
from storage.metrics.model import SemanticModel
from storage.migrate import upgrade
from storage.models.identity import Membership, Tenant, User
from storage.scope import SystemPurpose
from tests.postgres import Databases, administer, drop_leftovers, running_postgres, with_database
from tests.processes import kept_workers
from tools.kit.workers import Workers
from tools.language.annotator import Annotator
from tools.language.lexicon import Lexicon
from tools.query.lexicon import build_lexicon
from tools.semantics.loader import load_semantics

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
_STATEMENTS_KEPT = 4_000
_ON_BOTH_DATABASES = frozenset(["shopify", "outlook"])
TenantFactory = Callable[..., Awaitable[Actor]]


def pytest_configure() -> None:
    """Collecting makes thousands of modules and tests that all stay: looking for garbage among them took a quarter of it."""
    gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is asked of each vendor that tells of changes is asked on SQLite; on PostgreSQL of two of them, and of the others
    where all is to be proved: the database does not know whose rows it has."""
    for item in items:
        params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        vendor = getattr(params.get("row"), "vendor", None)
        if vendor is not None and vendor not in _ON_BOTH_DATABASES and params.get("database_config") == "postgres":
            item.add_marker(pytest.mark.prove)


def pytest_collection_finish() -> None:
    """Whatever is there by now stays to the end: going through millions of such objects for garbage, again and again, took
    the tests a third of their time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def certificates_read_once() -> Iterator[None]:
    """Each new httpx client reads all of the world's certificate authorities, for servers that speak no TLS."""
    with patch("httpx._transports.default.create_ssl_context", cache(create_ssl_context)):
        yield


@pytest.fixture(scope="session", autouse=True)
def statements_compiled_once() -> Iterator[None]:
    """Each test opens stores of its own, and SQLAlchemy would compile every statement anew for each of their engines: that
    took the tests of some rooms two fifths of their time. Engines of one dialect compile alike, so they share what is compiled,
    as all units of work of a server do."""
    kept = LRUCache[Any, Any](_STATEMENTS_KEPT)
    init = Engine.__init__

    def sharing(engine: Engine, *arguments: Any, **options: Any) -> None:
        init(engine, *arguments, **options)
        engine._compiled_cache = kept

    def alike(one: DefaultDialect, other: object) -> bool:
        return type(one) is type(other)

    def by_kind(one: DefaultDialect) -> int:
        return hash(type(one))

    with (
        patch.object(Engine, "__init__", sharing),
        patch.object(DefaultDialect, "__eq__", alike),
        patch.object(DefaultDialect, "__hash__", by_kind),
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def lexicon_built_once() -> Iterator[None]:
    """A server builds the lexicon of the product's own model when it starts; here one starts in each test."""
    product = load_semantics()
    built = cache(lambda held: build_lexicon(product, held))

    def kept(model: SemanticModel, held: Container[str] = ()) -> Lexicon:
        return built(()) if model is product and held == () else build_lexicon(model, held)

    with patch("tools.query.layer.build_lexicon", kept):
        yield


@pytest.fixture(scope="session", autouse=True)
def routers_learn_once() -> Iterator[None]:
    """A server learns a set of tools once; here one starts in each test. What is learned follows from the tools, the day and
    the words that are known, and holds no test's data."""
    train = Router._train
    learned: dict[Any, tuple[Annotator, Any]] = {}

    def kept(router: Router, cards: Sequence[ToolCard], today: date) -> Any:
        signals = router._signals
        if not isinstance(signals, LanguageSignals):
            return train(router, cards, today)
        annotator = signals._annotator
        smalltalk = tuple((kind, tuple(texts)) for kind, texts in router._smalltalk.items())
        key = (id(annotator.lexicon), id(annotator.words), annotator.calendar, smalltalk, router._weights, today)
        key += tuple(card.key for card in cards)
        if key not in learned:
            learned[key] = annotator, train(router, cards, today)
        return learned[key][1]

    with patch.object(Router, "_train", kept):
        yield


@pytest.fixture
def workers() -> Workers:
    return kept_workers()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture(scope="session")
def embedded_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty store that each test copies."""
    path = tmp_path_factory.mktemp("template") / "smb.db"
    asyncio.run(upgrade(DatabaseConfig(f"sqlite:///{path}")))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A PostgreSQL that may be written to (see running_postgres). Where none can be had the tests fail: a suite that skips
    a database has not tested it."""
    with running_postgres() as url:
        drop_leftovers(url)
        yield url


@pytest.fixture(scope="session")
def postgres_databases(postgres_server: URL) -> Iterator[Databases]:
    """Migrated, empty databases for the tests of this process."""
    template = f"smb_test_{os.getpid()}"
    administer(postgres_server, f"CREATE DATABASE {template}")
    asyncio.run(upgrade(DatabaseConfig(with_database(postgres_server, template))))
    databases = Databases(postgres_server, template)
    yield databases
    databases.drop()
    administer(postgres_server, f"DROP DATABASE {template} WITH (FORCE)")


@pytest.fixture
def embedded_config(embedded_template: Path, tmp_path: Path) -> DatabaseConfig:
    """A fresh SQLite store."""
    path = tmp_path / "smb.db"
    shutil.copyfile(embedded_template, path)
    return DatabaseConfig(f"sqlite:///{path}")


@pytest.fixture
def postgres_config(postgres_databases: Databases) -> Iterator[DatabaseConfig]:
    """A fresh PostgreSQL database."""
    url = postgres_databases.take()
    yield DatabaseConfig(url)
    postgres_databases.give_back(url)


@pytest.fixture(params=["sqlite", "postgres"])
def database_config(request: pytest.FixtureRequest) -> DatabaseConfig:
    """A fresh, migrated store; a test that uses it runs once on each of the two databases."""
    fixture = "embedded_config" if request.param == "sqlite" else "postgres_config"
    return request.getfixturevalue(fixture)


@pytest.fixture
async def database(database_config: DatabaseConfig, clock: FixedClock) -> AsyncIterator[Database]:
    """The product's own door to that store."""
    database = Database(database_config, clock)
    yield database
    await database.dispose()


async def registered(
    database: Database, name: str = "Harbour Homeware", *, email: str | None = None, currency: str = "EUR"
) -> Actor:
    """The owner of a tenant that has just been registered."""
    async with database.system(SystemPurpose.REGISTRATION) as uow:
        tenant = Tenant(name=name, currency=currency, modules=[module.value for module in Module])
        user = User(email=email or f"owner@{name.lower().replace(' ', '-')}.example", password_hash="x")
        uow.add(tenant, user)
        await uow.flush()
        uow.add(Membership(tenant_id=tenant.id, user_id=user.id, role=Role.OWNER.value))
    return Actor(tenant_id=tenant.id, user_id=user.id, role=Role.OWNER, surface=Surface.REST, request_id="req-1")


@pytest.fixture
def make_tenant(database: Database) -> TenantFactory:
    """Registers a tenant with its owner, as registration does, and returns the owner as an actor."""

    async def make(name: str = "Harbour Homeware", *, email: str | None = None, currency: str = "EUR") -> Actor:
        return await registered(database, name, email=email, currency=currency)

    return make


@pytest.fixture
async def actor(make_tenant: TenantFactory) -> Actor:
    """The owner of a fresh tenant."""
    return await make_tenant()


@pytest.fixture
async def tenant(actor: Actor) -> str:
    """The id of the actor's tenant."""
    return actor.tenant_id


@pytest.fixture
async def other_actor(make_tenant: TenantFactory) -> Actor:
    """The owner of another tenant, whose rows must never be seen."""
    return await make_tenant("Rival Rugs")


@pytest.fixture
async def other_tenant(other_actor: Actor) -> str:
    """The id of the other tenant."""
    return other_actor.tenant_id
