"""Databases of a tenant's own over HTTP: connected, introspected, corrected, approved, asked, forgotten."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import URL

from api.settings import Settings
from evals.foreign.clinic import clinic
from storage.database import DatabaseConfig
from storage.kernel.clock import FixedClock
from tests.api.conftest import Caller, client_of, register, running, settings_for
from tests.sources.worlds import native, on_server

pytestmark = pytest.mark.anyio

SOURCES = "/api/modules/mini-foundry/data-sources"
QUERY = "/api/modules/mini-foundry/query"
PASSWORD = "squirrel tail 7"


@pytest.fixture(scope="module")
def clinic_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clinic") / "clinic.db"
    clinic().write(path)
    return path


@pytest.fixture
def folder(tmp_path: Path, clinic_file: Path) -> Path:
    allowed = tmp_path / "data"
    allowed.mkdir()
    shutil.copyfile(clinic_file, allowed / "clinic.db")
    return allowed


@pytest.fixture
def settings(database_config: DatabaseConfig, tmp_path: Path, folder: Path, postgres_server: URL) -> Settings:
    hosts = (f"private:{postgres_server.host}:{postgres_server.port}",)
    return settings_for(tmp_path / "home", database_config, source_folders=(folder,), source_hosts=hosts)


@pytest.fixture
def connection(folder: Path) -> dict[str, Any]:
    return {"type": "sqlite", "path": str(folder / "clinic.db")}


async def introspected(owner: Caller, source_id: str) -> dict[str, Any]:
    accepted = await owner.post(f"{SOURCES}/{source_id}/introspect")
    assert accepted.status_code == 202, accepted.text
    for _ in range(300):
        job = (await owner.get(f"/api/jobs/{accepted.json()['id']}")).json()
        if job["state"] not in ("queued", "running"):
            return job
        await asyncio.sleep(0.05)
    raise AssertionError("the job does not end")


@pytest.fixture
async def source(owner: Caller, connection: dict[str, Any]) -> dict[str, Any]:
    made = await owner.post(SOURCES, {"name": "Clinic", "connection": connection})
    assert made.status_code == 201, made.text
    job = await introspected(owner, made.json()["id"])
    assert job["state"] == "succeeded", job
    return job["result"]


async def ask(owner: Caller, source: dict[str, Any], question: str, **more: Any) -> dict[str, Any]:
    response = await owner.post(QUERY, {"question": question, "data_source_id": source["id"], "as_of": "2025-07-01"} | more)  # fmt: skip
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_database_is_connected_looked_at_and_asked(owner: Caller, source: dict[str, Any]):
    assert (source["status"], source["type"], source["place"], source["tables"]) == ("draft", "sqlite", "clinic.db", 7)
    answer = await ask(owner, source, "how many visits in march 2025")
    expected = sum(v["visit_date"].startswith("2025-03") for v in clinic().rows["visits"])
    assert (answer["status"], answer["rows"]) == ("answered", [[expected]])
    assert "draft" in answer["answer"]
    (named,) = answer["provenance"]["sources"]
    assert (named["id"], named["name"], named["type"]) == (source["id"], "Clinic", "sqlite")
    assert answer["sql"].startswith("SELECT")
    assert answer["interpretation"]["time"]["from"] == "2025-03-01"


async def test_a_follow_up_changes_the_question_before(owner: Caller, source: dict[str, Any]):
    first = await ask(owner, source, "visits by species in 2024", conversation_id="c1")
    second = await ask(owner, source, "and in 2023?", conversation_id="c1")
    assert first["status"] == second["status"] == "answered"
    assert second["interpretation"]["dimensions"] == first["interpretation"]["dimensions"] == ["species"]
    assert second["interpretation"]["time"]["from"] == "2023-01-01"
    assert sum(row[1] for row in second["rows"]) == sum(v["visit_date"].startswith("2023") for v in clinic().rows["visits"])  # fmt: skip


async def test_without_a_data_source_the_shop_is_asked(owner: Caller, source: dict[str, Any]):
    answer = (await owner.post(QUERY, {"question": "how many visits in march 2025"})).json()
    assert answer["status"] != "answered"
    assert "sales data" in answer["answer"]


async def test_the_owner_corrects_and_approves(owner: Caller, source: dict[str, Any]):
    path = f"{SOURCES}/{source['id']}/model"
    draft = (await owner.get(path)).json()
    assert {p["pointer"] for p in draft["proposals"]} >= {"/metrics/visit_count", "/entities/visit/joins/animal"}
    assert all(0 <= p["confidence"] <= 1 and p["reason"] for p in draft["proposals"])
    model = draft["model"]
    model["metrics"]["visit_count"]["synonyms"].append("consultations")
    del model["metrics"]["visit_weight_total"]
    corrected = await owner.request("PUT", path, json=model)
    assert corrected.status_code == 200, corrected.text
    assert "visit_weight_total" not in corrected.json()["model"]["metrics"]
    approved = (await owner.post(f"{SOURCES}/{source['id']}/approve")).json()
    assert approved["status"] == "approved"
    answer = await ask(owner, source, "consultations in march 2025")
    assert answer["status"] == "answered"
    assert "draft" not in answer["answer"]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        (lambda m: m["metrics"]["visit_count"].update(entity="nowhere"), "/metrics/visit_count"),
        (lambda m: m["metrics"]["visit_weight_total"].update(expression="no_such_column"), "/metrics/visit_weight_total"),
        (lambda m: m["metrics"]["visit_weight_total"].update(expression="(("), "/model"),
        (lambda m: m["entities"]["visit"].update(table="sqlite_master"), "/entities/visit"),
        (lambda m: m["dimensions"]["species"].update(columns=["password"]), "/dimensions/species"),
        (lambda m: m["dimensions"]["species"].update(key="nothing"), "/dimensions/species"),
        (lambda m: m["entities"]["visit"].update(colour="blue"), "/entities/visit/colour"),
        (lambda m: m["metrics"]["visit_count"].update(type="median"), "/metrics/visit_count"),
    ],
)  # fmt: skip
async def test_a_layer_that_cannot_be_used_is_refused_with_the_place(
    owner: Caller, source: dict[str, Any], change: Any, pointer: str
):
    path = f"{SOURCES}/{source['id']}/model"
    before = (await owner.get(path)).json()
    model = before["model"]
    change(model)
    refused = await owner.request("PUT", path, json=model)
    assert refused.status_code == 422, refused.text
    assert pointer in [error["pointer"] for error in refused.json()["errors"]]
    assert (await owner.get(path)).json() == before | {"model": (await owner.get(path)).json()["model"]}
    assert (await ask(owner, source, "how many visits in march 2025"))["status"] == "answered"


async def test_a_source_is_renamed_listed_and_forgotten(owner: Caller, source: dict[str, Any], folder: Path):
    renamed = await owner.patch(f"{SOURCES}/{source['id']}", {"name": "Surgery"})
    assert renamed.json()["name"] == "Surgery"
    listed = (await owner.get(SOURCES)).json()
    assert [one["name"] for one in listed["items"]] == ["Surgery"]
    size = (folder / "clinic.db").stat().st_size
    assert (await owner.delete(f"{SOURCES}/{source['id']}")).status_code == 204
    assert (await owner.get(f"{SOURCES}/{source['id']}")).status_code == 404
    assert (folder / "clinic.db").stat().st_size == size


async def test_what_was_not_looked_at_cannot_be_asked(owner: Caller, connection: dict[str, Any]):
    made = (await owner.post(SOURCES, {"name": "Clinic", "connection": connection})).json()
    body = {"question": "how many visits", "data_source_id": made["id"]}
    assert (await owner.post(QUERY, body)).status_code == 409
    assert (await owner.get(f"{SOURCES}/{made['id']}/model")).status_code == 409
    again = await owner.post(SOURCES, {"name": "clinic", "connection": connection})
    assert again.status_code == 409
    assert again.json()["errors"][0]["pointer"] == "/name"


async def test_another_tenant_sees_nothing_of_it(rival: Caller, source: dict[str, Any]):
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/model"), ("PUT", "/model"), ("POST", "/approve"), ("POST", "/introspect")):  # fmt: skip
        body = (
            {"name": "Mine"} if method == "PATCH" else {"version": 1, "entities": {}, "metrics": {}, "dimensions": {}}
        )
        response = await rival.request(method, f"{SOURCES}/{source['id']}{path}", json=body if method in ("PATCH", "PUT") else None)  # fmt: skip
        assert response.status_code == 404, (method, path, response.text)
    assert (await rival.get(SOURCES)).json()["items"] == []
    assert (await rival.post(QUERY, {"question": "visits", "data_source_id": source["id"]})).status_code == 404


async def test_our_own_files_and_files_elsewhere_are_refused_alike(
    owner: Caller, settings: Settings, folder: Path, tmp_path: Path
):
    outside = tmp_path / "outside.db"
    clinic().write(outside)
    (folder / "link.db").symlink_to(outside)
    (folder / "text.db").write_text("no database")
    inside_home = settings.home / "stolen.db"
    inside_home.write_bytes(outside.read_bytes())
    own = [settings.home / "durable.sqlite3", inside_home]
    if settings.embedded_store:
        own.append(Path(settings.resolved_database_url.removeprefix("sqlite:///")))
        os.link(own[-1], folder / "hard.db")
    paths = [*own, outside, folder / "link.db", folder / "text.db", folder, folder / "missing.db", folder / "hard.db"]
    texts = [str(path) for path in paths]
    texts += [f"{folder}/../outside.db", "clinic.db", f"file:{folder}/clinic.db?mode=rwc", f"{folder}/clinic.db?mode=rwc", "/etc/passwd", f"{folder}/clinic.db\x00.txt"]  # fmt: skip
    told = set[str]()
    for text in texts:
        response = await owner.post(SOURCES, {"name": "X", "connection": {"type": "sqlite", "path": text}})
        assert response.status_code in (403, 422), (text, response.text)
        if response.status_code == 403:
            told.add(response.json()["detail"])
    assert told == {"This is no database file that may be asked."}


async def test_hosts_that_are_not_listed_are_refused_alike(owner: Caller, postgres_server: URL):
    connection = {"type": "postgresql", "database": "postgres", "user": "postgres", "tls": False}
    told = set[str]()
    for host, port in (("localhost", postgres_server.port), ("127.0.0.1", 22), ("169.254.169.254", 80), ("10.0.0.1", 5432), ("no-such-host.invalid", 5432), ("[::1]", 5432), ("0x7f000001", 5432), ("::ffff:127.0.0.1", 5432)):  # fmt: skip
        response = await owner.post(SOURCES, {"name": "X", "connection": connection | {"host": host, "port": port}})
        assert response.status_code == 403, (host, response.text)
        told.add(response.json()["detail"])
    assert told == {"This is no server that may be asked."}


@pytest.fixture
def clinic_server(postgres_server: URL) -> Iterator[str]:
    with on_server(postgres_server, f"smb_test_{os.getpid()}_clinic", native(clinic())) as name:
        yield name


async def test_a_server_is_asked_and_its_password_kept_to_itself(
    owner: Caller, clinic_server: str, postgres_server: URL, settings: Settings
):
    connection = {"type": "postgresql", "host": postgres_server.host, "port": postgres_server.port, "database": clinic_server, "user": "postgres", "password": PASSWORD, "tls": False}  # fmt: skip
    made = await owner.post(SOURCES, {"name": "Server", "connection": connection})
    assert made.status_code == 201, made.text
    job = await introspected(owner, made.json()["id"])
    assert job["state"] == "succeeded", job
    answer = await ask(owner, made.json(), "how many visits in march 2025")
    assert answer["rows"] == [[sum(v["visit_date"].startswith("2025-03") for v in clinic().rows["visits"])]]
    audit = await owner.get("/api/tenants/current/audit")
    everything = made.text + str(job) + str(answer) + audit.text + (await owner.get(SOURCES)).text
    assert PASSWORD not in everything
    if settings.embedded_store:
        path = settings.resolved_database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path)) as store:
            (kept, config) = store.execute("SELECT credentials, config FROM data_sources").fetchone()
        assert PASSWORD not in kept + config


async def test_our_own_database_on_an_allowed_server_is_refused(
    owner: Caller, settings: Settings, postgres_server: URL
):
    if settings.embedded_store:
        pytest.skip("the store of this run is a file")
    own = settings.database_url.rsplit("/", 1)[1].split("?")[0]
    connection = {"type": "postgresql", "host": postgres_server.host, "port": postgres_server.port, "database": own, "user": "postgres", "tls": False}  # fmt: skip
    assert (await owner.post(SOURCES, {"name": "Own", "connection": connection})).status_code == 403


async def test_a_server_that_cannot_be_opened_says_nothing_of_why(owner: Caller, postgres_server: URL):
    connection = {"type": "postgresql", "host": postgres_server.host, "port": postgres_server.port, "user": "postgres", "tls": False}  # fmt: skip
    response = await owner.post(SOURCES, {"name": "X", "connection": connection | {"database": "no_such_database"}})
    assert response.status_code == 503
    assert response.json()["detail"] == "The data source cannot be opened."


@pytest.fixture
async def closed(
    embedded_config: DatabaseConfig, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[httpx.AsyncClient]:
    """An installation whose operator lists nothing."""
    async with running(settings_for(tmp_path / "closed", embedded_config), clock) as app, client_of(app) as client:
        yield client


async def test_it_is_switched_off_until_the_operator_lists_something(closed: httpx.AsyncClient, folder: Path):
    owner = await register(closed, "ben@example.com")
    response = await owner.post(SOURCES, {"name": "X", "connection": {"type": "sqlite", "path": str(folder / "clinic.db")}})  # fmt: skip
    assert response.status_code == 403
    assert "switched off" in response.json()["detail"]
    assert (await owner.get(SOURCES)).json()["items"] == []
