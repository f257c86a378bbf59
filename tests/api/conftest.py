"""The application in process: real services over a real store, asked over HTTP."""

from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from fastapi import FastAPI

from api import logs
from api.app import OpenServices, create_app
from api.bootstrap import Services, open_services
from api.settings import LogFormat, Settings, load_settings
from storage.database import DatabaseConfig
from storage.kernel.clock import FixedClock
from tests.processes import kept_processes

logs.configure("WARNING", LogFormat.JSON)

PASSWORD = "correct horse battery"
SECRET = "kJ3vQ9xW7zR2mB5nT8yL4pD6sF1gH0aC"


def settings_for(home: Path, config: DatabaseConfig, **changes: Any) -> Settings:
    # Cheap hashes: what is tested here is who may do what, not how long a guess takes.
    fixed = {"env": "test", "home": home, "database_url": config.url, "secret_key": SECRET, "password_memory_kib": 64}
    return load_settings(**fixed, **changes)


_OF_THE_APPLICATION = {"env", "cors_origins", "max_body_bytes", "max_upload_bytes", "otlp_endpoint"}
"""What `create_app` reads of the settings; the rest goes to the services."""


class _Application:
    """An application that other services are opened for in each test: what FastAPI makes of all routes, at the first request
    that comes by them, takes longer than most tests. Two that run at once are never the same one."""

    idle: ClassVar[dict[str, list["_Application"]]] = {}

    def __init__(self, settings: Settings) -> None:
        self.opened: OpenServices
        self.app = create_app(settings, self._open)

    def _open(self) -> AbstractAsyncContextManager[Services]:
        return self.opened()

    @classmethod
    @contextmanager
    def taken(cls, settings: Settings) -> Generator["_Application"]:
        """One that was made with the same settings: those that are the application's own and not its services'."""
        idle = cls.idle.setdefault(settings.model_dump_json(include=_OF_THE_APPLICATION), [])
        application = idle.pop() if idle else cls(settings)
        yield application
        # What it was opened with is not kept for as long as it lies idle.
        del application.opened, application.app.state.services
        idle.append(application)


@asynccontextmanager
async def running(settings: Settings, clock: FixedClock | None = None) -> AsyncGenerator[FastAPI]:
    """An application with its services open, as a server runs it."""
    with _Application.taken(settings) as application:
        application.opened = lambda: open_services(settings, clock=clock)
        with kept_processes():
            async with application.app.router.lifespan_context(application.app):
                yield application.app


@asynccontextmanager
async def client_of(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 5000))
    async with httpx.AsyncClient(transport=transport, base_url="http://smb.test") as client:
        yield client


@pytest.fixture
def settings(database_config: DatabaseConfig, tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "home", database_config)


@pytest.fixture
async def app(settings: Settings, clock: FixedClock) -> AsyncIterator[FastAPI]:
    async with running(settings, clock) as app:
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody in particular."""
    async with client_of(app) as client:
        yield client


@dataclass(frozen=True)
class Caller:
    """Somebody signed in, in their tenant."""

    client: httpx.AsyncClient
    email: str
    user_id: str
    tenant_id: str
    access_token: str
    refresh_token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}", "X-Tenant-ID": self.tenant_id}

    def inside(self, tenant_id: str) -> "Caller":
        return replace(self, tenant_id=tenant_id)

    async def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = self.headers | options.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        return await self.request("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return await self.request("POST", path, json=json, **options)

    async def patch(self, path: str, json: Any = None, **options: Any) -> httpx.Response:
        return await self.request("PATCH", path, json=json, **options)

    async def delete(self, path: str, **options: Any) -> httpx.Response:
        return await self.request("DELETE", path, **options)


async def register(client: httpx.AsyncClient, email: str, tenant_name: str = "Corner Shop", **fields: Any) -> Caller:
    body = {"email": email, "password": PASSWORD, "tenant_name": tenant_name, "currency": "EUR"} | fields
    response = await client.post("/api/auth/register", json=body)
    assert response.status_code == 201, response.text
    made = response.json()
    return Caller(client, email, made["user"]["id"], made["tenant"]["id"], made["access_token"], made["refresh_token"])


async def sign_in(client: httpx.AsyncClient, email: str, tenant_id: str, password: str = PASSWORD) -> Caller:
    response = await client.post("/api/auth/login", json={"email": email, "password": password})
    assert response.status_code == 200, response.text
    pair = response.json()
    me = await client.get("/api/auth/me", headers={"Authorization": f"Bearer {pair['access_token']}"})
    return Caller(client, email, me.json()["user"]["id"], tenant_id, pair["access_token"], pair["refresh_token"])


@pytest.fixture
async def owner(client: httpx.AsyncClient) -> Caller:
    return await register(client, "ana@example.com")


@pytest.fixture
async def rival(client: httpx.AsyncClient) -> Caller:
    """The owner of another tenant."""
    return await register(client, "rita@example.com", "Rival Rugs")
