"""`smb query --source`: a database of the tenant's own, asked from the command line."""

import time
from pathlib import Path

import httpx

from evals.foreign.clinic import clinic
from tests.cli.conftest import Smb


def test_a_data_source_is_asked_by_its_name(shop: Smb, tmp_path: Path):
    folder = tmp_path / "data"
    folder.mkdir()
    clinic().write(folder / "clinic.db")
    shop.variables["SMB_SOURCE_FOLDERS"] = str(folder)
    expected = sum(visit["visit_date"].startswith("2025-03") for visit in clinic().rows["visits"])
    token = shop("token", "--tenant", "Shop", "--json").json
    with shop.serving() as server:
        headers = {"Authorization": f"Bearer {token['access_token']}", "X-Tenant-ID": token["tenant_id"]}
        with httpx.Client(base_url=server.url, headers=headers, trust_env=False, timeout=60) as client:
            body = {"name": "Clinic", "connection": {"type": "sqlite", "path": str(folder / "clinic.db")}}
            made = client.post("/api/modules/mini-foundry/data-sources", json=body)
            assert made.status_code == 201, made.text
            job = client.post(f"/api/modules/mini-foundry/data-sources/{made.json()['id']}/introspect").json()
            while job["state"] in ("queued", "running"):
                time.sleep(0.1)
                job = client.get(f"/api/jobs/{job['id']}").json()
            assert job["state"] == "succeeded", job
        asked = ("query", "how many visits in march 2025", "--tenant", "Shop", "--as-of", "2025-07-01")
        answer = shop(*asked, "--source", "clinic", "--json")
        assert answer.code == 0, answer.err
        assert answer.json["rows"] == [[expected]]
        said = shop(*asked, "--source", made.json()["id"])
        assert "From Clinic." in said.out
        lines = tmp_path / "questions.jsonl"
        lines.write_text('{"id": 1, "question": "visits in march 2025", "as_of": "2025-07-01"}\n')
        batch = shop("query", "--batch", str(lines), "--tenant", "Shop", "--source", "Clinic")
        assert batch.code == 0, batch.err
        assert batch.lines[0]["rows"] == [[expected]]
        missing = shop(*asked, "--source", "Nowhere")
        assert missing.code != 0
        assert "Nowhere" in missing.err
