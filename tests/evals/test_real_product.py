"""The harness and the product together: northwind imported and asked about over HTTP, as `smb eval` does it."""

from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.bootstrap import open_services
from api.settings import load_settings
from api.store import migrate
from evals.cases import load_suite
from evals.runner import Runner


@pytest.mark.anyio
@pytest.mark.timeout(300)
async def test_a_suite_runs_from_registration_to_figures(tmp_path: Path) -> None:
    settings = load_settings(
        env="test",
        home=tmp_path,
        database_url=f"sqlite:///{tmp_path / 'smb.sqlite3'}",
        secret_key="kJ3vQ9xW7zR2mB5nT8yL4pD6sF1gH0aC",
        password_memory_kib=64,
    )
    await migrate(settings)
    app = create_app(settings, lambda: open_services(settings))
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://smb.test", timeout=60) as client,
    ):
        run = await Runner(client, "embedded", say=lambda _: None).run(load_suite("northwind"))
    assert not [(turn.key, turn.reply.text) for turn in run.turns if turn.reply.status == "failed"]
    wrong = [(turn.key, turn.score.problems) for turn in run.turns if turn.answered and not turn.score.right]
    assert not wrong
    assert run.tally.coverage.hits >= 0.85 * run.tally.coverage.total
