"""Erasing people, and what is known of them, are the owner's."""

import httpx
import pytest

from storage.kernel.ids import new_id
from tests.api.conftest import PASSWORD, Caller, sign_in

pytestmark = pytest.mark.anyio


async def test_an_analyst_may_bring_data_in_and_neither_erase_nor_read_people(
    owner: Caller, client: httpx.AsyncClient
) -> None:
    members = "/api/tenants/current/members"
    added = (await owner.post(members, {"email": "new@example.com", "role": "analyst"})).json()
    await client.post("/api/auth/password/reset", json={"token": added["password_token"], "password": PASSWORD})
    analyst = await sign_in(client, "new@example.com", owner.tenant_id)
    body = {"customer_id": new_id()}
    for path in ("erase", "access"):
        assert (await analyst.post(f"/api/privacy/{path}", body)).status_code == 403
        assert (await owner.post(f"/api/privacy/{path}", body)).status_code == 404
    assert (await analyst.get("/api/privacy/requests")).status_code == 403
    assert (await analyst.get(f"/api/privacy/requests/{new_id()}/data")).status_code == 403
    assert (await owner.get("/api/privacy/requests")).json()["items"] == []
