"""The chat page and what it loads: from here, and from nowhere else."""

import re

import httpx
import pytest

from storage.database import DatabaseConfig

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


async def test_the_page_is_served_with_a_policy_of_its_own(client: httpx.AsyncClient):
    page = await client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href)="(/[^"]+)"', page.text)
    assert loaded
    for path in loaded:
        assert (await client.get(path)).status_code == 200, path
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page.text) == []


async def test_the_charts_script_is_made_once(client: httpx.AsyncClient):
    first = await client.get("/static/vega.js")
    assert first.headers["content-type"].startswith("text/javascript")
    assert "window.vegaEmbed" in first.text
    assert (await client.get("/static/vega.js")).text == first.text


async def test_no_file_outside_the_folder_is_served(client: httpx.AsyncClient):
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/nothing.js"):
        assert (await client.get(path)).status_code == 404, path


async def test_there_is_no_demo_sign_in_where_there_is_no_demo(client: httpx.AsyncClient):
    assert (await client.get("/page.json")).json() == {"demo": None}
