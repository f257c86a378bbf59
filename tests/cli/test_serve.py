"""A server as it is really started, used beside the command line, stopped, and killed."""

import re
import time
from pathlib import Path

import httpx
import orjson
import pytest

from tests.cli.conftest import PASSWORD, Server, Smb, write_orders


def sign_in(server: Server, tenant_id: str) -> dict[str, str]:
    body = {"email": "ana@example.com", "password": PASSWORD}
    pair = httpx.post(f"{server.url}/api/auth/login", json=body, trust_env=False).json()
    return {"Authorization": f"Bearer {pair['access_token']}", "X-Tenant-ID": tenant_id}


@pytest.fixture
def tenant_id(shop: Smb) -> str:
    return shop("token", "--tenant", "Shop", "--json").json["tenant_id"]


def test_it_says_where_it_is_and_one_server_holds_the_directory(shop: Smb):
    with shop.serving() as server:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.url)
        assert server.said["demo"] is None
        ready = httpx.get(f"{server.url}/health/ready", trust_env=False)
        assert ready.json()["status"] == "ok"
        second = shop("serve", "--port", "0")
        assert second.code == 1
        assert server.url in second.err
        found = {one["name"]: one["detail"] for one in shop("doctor", "--json").json["findings"]}
        assert server.url in found["server"]
    assert server.process.returncode in (0, -2, 130)
    assert not (shop.home / "server.json").exists()


def test_a_port_that_is_taken_is_told(shop: Smb, tmp_path: Path):
    with shop.serving() as server:
        other = Smb(tmp_path / "other")
        refused = other("serve", "--port", server.url.rpartition(":")[2])
        assert refused.code == 1
        assert "Cannot listen" in refused.err


def test_commands_use_the_server_that_runs(shop: Smb, tmp_path: Path):
    with shop.serving():
        assert shop("import", str(write_orders(tmp_path, 20)), "--tenant", "Shop").code == 0
        asked = shop("ask", "revenue in October 2026", "--tenant", "Shop", "--as-of", "2026-11-02")
        assert asked.code == 0, asked.err
        assert "40" in asked.out
        assert (shop.home / "server.json").stat().st_mode & 0o077 == 0


def test_a_killed_import_is_taken_up_at_the_next_start(shop: Smb, tmp_path: Path, tenant_id: str):
    count = 6000
    with shop.serving() as server:
        headers = sign_in(server, tenant_id)
        with httpx.Client(base_url=server.url, headers=headers, timeout=60, trust_env=False) as client:
            profile = client.post(
                "/api/connectors/files", files={"file": write_orders(tmp_path, count).open("rb")}
            ).json()
            job = client.post(f"/api/connectors/files/{profile['file_id']}/commit", json={}).json()
            with client.stream("GET", f"/api/jobs/{job['id']}/events") as response:
                for text in response.iter_lines():
                    if text.startswith("data:") and orjson.loads(text.removeprefix("data:"))["progress"] > 0.1:
                        break
            server.kill()
    with (
        shop.serving() as server,
        httpx.Client(base_url=server.url, headers=headers, timeout=60, trust_env=False) as client,
    ):
        deadline = time.monotonic() + 90
        while (found := client.get(f"/api/jobs/{job['id']}").json())["state"] not in ("succeeded", "failed"):
            assert time.monotonic() < deadline, found
            time.sleep(0.2)
        assert found["state"] == "succeeded", found
        question = {"question": "revenue in October 2026", "as_of": "2026-11-02"}
        answer = client.post("/api/modules/mini-foundry/query", json=question).json()
        assert answer["rows"] == [[2.0 * count]]


def test_a_run_that_a_crash_cut_off_ends_with_one_error(stocked: Smb):
    tenant_id = stocked("token", "--tenant", "Shop", "--json").json["tenant_id"]
    body = {
        "threadId": "thread-1",
        "runId": "run-1",
        "messages": [{"id": "m", "role": "user", "content": "revenue by product in October 2026"}],
    }
    with stocked.serving() as server:
        headers = sign_in(server, tenant_id)
        with httpx.stream(
            "POST", f"{server.url}/api/chat/runs", json=body, headers=headers, timeout=60, trust_env=False
        ) as run:
            assert run.status_code == 200
            next(run.iter_lines())
            server.kill()
    with stocked.serving() as server:
        told = httpx.get(f"{server.url}/api/chat/runs/run-1/events", headers=headers, timeout=60, trust_env=False).text
    kinds = re.findall(r'"type":\s*"(RUN_FINISHED|RUN_ERROR)"', told)
    assert kinds in (["RUN_ERROR"], ["RUN_FINISHED"])


def test_production_does_not_start_without_a_secret(smb: Smb):
    smb.variables = {"SMB_ENV": "production"}
    refused = smb("serve", "--port", "0")
    assert refused.code == 1
    assert "SMB_SECRET_KEY is not set" in refused.err
