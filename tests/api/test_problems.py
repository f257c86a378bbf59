"""What a caller sees when a request cannot be served, and what wraps every answer."""

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from storage.database import DatabaseConfig
from tests.api.conftest import Caller, client_of, register, running, settings_for

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


async def test_a_problem_has_the_fields_of_rfc_9457(client: httpx.AsyncClient):
    response = await client.get("/api/nothing", headers={"X-Request-ID": "my-request-1"})
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem.keys() >= {"type", "title", "status", "detail", "instance"}
    assert problem["status"] == response.status_code == 404
    assert problem["instance"] == "urn:smb:request:my-request-1"
    assert response.headers["x-request-id"] == "my-request-1"


async def test_a_method_that_a_path_does_not_take(client: httpx.AsyncClient):
    response = await client.put("/api/auth/login")
    assert response.status_code == 405
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[1,2"])
async def test_a_body_that_is_no_json(client: httpx.AsyncClient, body: bytes):
    response = await client.post("/api/auth/login", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.headers["content-type"] == "application/problem+json"


async def test_pointers_are_escaped(client: httpx.AsyncClient):
    body = {"email": "a@example.com", "password": "x", "a/b~c": 1}
    (error,) = (await client.post("/api/auth/login", json=body)).json()["errors"]
    assert error["pointer"] == "/a~1b~0c"


async def test_a_fault_says_nothing_but_its_reference(app: FastAPI, client: httpx.AsyncClient):
    async def broken() -> None:
        raise RuntimeError("SELECT password FROM users -- /home/secret")

    app.add_api_route("/broken", broken)
    response = await client.get("/broken")
    assert response.status_code == 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "SELECT" not in response.text
    assert "/home" not in response.text
    assert response.headers["x-request-id"] in response.json()["instance"]


async def test_a_body_above_the_limit_is_refused(tmp_path: Path, embedded_config: DatabaseConfig):
    settings = settings_for(tmp_path / "home", embedded_config, max_body_bytes=2000, max_upload_bytes=5000)
    async with running(settings) as app, client_of(app) as client:
        owner = await register(client, "ana@example.com")

        async def chunks():
            for _ in range(4):
                yield b" " * 1000

        for content in (b" " * 2001, chunks()):
            headers = {"Content-Type": "application/json"}
            response = await client.post("/api/auth/login", content=content, headers=headers)
            assert response.status_code == 413
            assert response.headers["content-type"] == "application/problem+json"
        upload = {"file": ("big.csv", b"x" * 6000)}
        response = await client.post("/api/connectors/files", files=upload, headers=owner.headers)
        assert response.status_code == 413


async def test_answers_carry_security_headers(client: httpx.AsyncClient, owner: Caller):
    response = await owner.get("/api/auth/me")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-frame-options"] == "DENY"
    assert response.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in response.headers["content-security-policy"]
    assert len(response.headers["x-request-id"]) == 36


async def test_a_request_id_that_could_forge_a_log_line_is_replaced(client: httpx.AsyncClient):
    response = await client.get("/health/live", headers={"X-Request-ID": "x y\tz"})
    assert response.headers["x-request-id"] != "x y\tz"


async def test_other_origins_are_let_in_by_setting_only(tmp_path: Path, embedded_config: DatabaseConfig):
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    settings = settings_for(tmp_path / "home", embedded_config)
    async with running(settings) as app, client_of(app) as client:
        assert "access-control-allow-origin" not in (await client.options("/api/auth/login", headers=asked)).headers
    allowing = settings.model_copy(update={"cors_origins": ("https://shop.example",)})
    async with running(allowing) as app, client_of(app) as client:
        answer = await client.options("/api/auth/login", headers=asked)
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        stranger = await client.options("/api/auth/login", headers=asked | {"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in stranger.headers


async def test_health_names_each_dependency(client: httpx.AsyncClient):
    assert (await client.get("/health/live")).json() == {"status": "ok"}
    ready = (await client.get("/health/ready")).json()
    assert ready["status"] == "ok"
    assert {"database", "checkpoints"} <= {one["name"] for one in ready["dependencies"]}


async def test_a_dependency_that_is_down_makes_the_server_not_ready(tmp_path: Path, embedded_config: DatabaseConfig):
    settings = settings_for(tmp_path / "home", embedded_config, redis_url="redis://127.0.0.1:1")
    async with running(settings) as app, client_of(app) as client:
        response = await client.get("/health/ready")
        assert response.status_code == 503
        states = {one["name"]: one["status"] for one in response.json()["dependencies"]}
        assert (states["redis"], states["database"]) == ("failing", "ok")
        assert (await client.get("/health/live")).status_code == 200


async def test_metrics_count_by_declared_route(client: httpx.AsyncClient, owner: Caller):
    await owner.delete("/api/auth/api-keys/some-id")
    await client.request("BREW", "/api/auth/me")
    text = (await client.get("/metrics")).text
    assert 'route="/api/auth/api-keys/{key_id}",status="404"' in text
    assert "some-id" not in text
    assert "BREW" not in text


async def test_what_is_wrong_in_a_query_string_is_said_to_be_there(client: httpx.AsyncClient):
    owner = await register(client, "ana@example.com", "Ana's shop")
    refused = await owner.get("/api/connectors/files", params={"cursor": "nonsense"})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["place"]) == ("/cursor", "query")
