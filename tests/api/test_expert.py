"""SQL over the API: off by default, for those who may, with its reasons."""

from pathlib import Path

import pytest

from storage.database import DatabaseConfig
from storage.kernel.actor import GRANTS, Permission, Role
from tests.api.conftest import client_of, register, running, settings_for
from tools.expert.schemas import SqlAnswer
from tools.expert.tool import present
from tools.kit.blocks import TableBlock

pytestmark = pytest.mark.anyio
SQL = "/api/modules/mini-foundry/sql"


async def test_it_is_off_until_the_operator_switches_it_on(embedded_config: DatabaseConfig, tmp_path: Path) -> None:
    body = {"sql": "select count(*) as orders from orders"}
    async with running(settings_for(tmp_path, embedded_config)) as app, client_of(app) as client:
        owner = await register(client, "owner@example.com")
        for refused in (await owner.get(SQL), await owner.post(SQL, body)):
            assert (refused.status_code, refused.json()["type"]) == (403, "urn:smb:problem:forbidden")
    async with running(settings_for(tmp_path, embedded_config, expert_sql=True)) as app, client_of(app) as client:
        owner = await register(client, "second@example.com", "Second Shop")
        tables = (await owner.get(SQL)).json()
        assert [one["name"] for one in tables["tables"]] == [
            "orders",
            "order_lines",
            "refunds",
            "customers",
            "products",
        ]
        assert (await owner.post(SQL, body)).json()["rows"] == [[0]]
        for sql in ("delete from orders", "select 1; select 2", "select * from users", "select nope from orders"):
            refused = await owner.post(SQL, {"sql": sql})
            assert (refused.status_code, refused.json()["type"]) == (422, "urn:smb:problem:invalid"), sql


async def test_only_a_remote_model_is_offered_it_and_only_where_it_is_on(
    embedded_config: DatabaseConfig, tmp_path: Path
) -> None:
    for model, on, offered in (
        ("embedded", True, False),
        ("openai/stand-in", False, False),
        ("openai/stand-in", True, True),
    ):
        changed = settings_for(tmp_path, embedded_config, expert_sql=on, model=model)
        async with running(changed) as app:
            known = {one.id for one in app.state.services.catalogue}
        assert ("mini-foundry.sql" in known) is offered, (model, on)
    shown = present(
        SqlAnswer(columns=("a", "b"), rows=((1, "x"), (None, "y")), truncated=True, sql="SELECT", elapsed_ms=1)
    )
    assert shown.text == "The statement gave 2 rows. There are more. It ran as: SELECT"
    (table,) = shown.blocks
    assert isinstance(table, TableBlock)
    assert [column.type for column in table.columns] == ["integer", "string"]


def test_who_may() -> None:
    assert {role for role in Role if Permission.DATA_SQL in GRANTS[role]} == {Role.ANALYST, Role.ADMIN, Role.OWNER}
