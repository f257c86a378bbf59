"""Sign-in as the contract has it: registration, tokens that rotate, passwords, keys."""

import asyncio
import re
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import httpx
import pytest

from api.settings import Settings
from storage.kernel.clock import FixedClock
from tests.api.conftest import PASSWORD, Caller, register, sign_in

pytestmark = pytest.mark.anyio


async def test_registration_creates_a_tenant_and_signs_its_owner_in(client: httpx.AsyncClient):
    owner = await register(client, "Ana@Example.com", "Ana's Shop", timezone="Europe/Lisbon", country="pt")
    me = (await owner.get("/api/auth/me")).json()
    assert me["user"]["email"] == "ana@example.com"
    assert me["memberships"] == [{"tenant_id": owner.tenant_id, "tenant_name": "Ana's Shop", "role": "owner"}]
    tenant = (await owner.get("/api/tenants/current")).json()
    assert (tenant["timezone"], tenant["country"], tenant["currency"]) == ("Europe/Lisbon", "PT", "EUR")


async def test_an_address_registers_once(client: httpx.AsyncClient, owner: Caller):
    again = {"email": "ANA@example.com", "password": PASSWORD, "tenant_name": "Second"}
    assert (await client.post("/api/auth/register", json=again)).status_code == 409


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "nobody"}, "/email"),
        ({"password": "short"}, "/password"),
        ({"password": "aaaaaaaaaaaa"}, "/password"),
        ({"password": "ana@example.com"}, "/password"),
        ({"tenant_name": "  "}, "/tenant_name"),
        ({"currency": "XQQ"}, "/currency"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"country": "QQ"}, "/country"),
        ({"week_start": 8}, "/week_start"),
        ({"surprise": 1}, "/surprise"),
    ],
)
async def test_a_bad_registration_names_its_field(client: httpx.AsyncClient, change: dict[str, object], pointer: str):
    body = {"email": "ana@example.com", "password": PASSWORD, "tenant_name": "Shop"} | change
    response = await client.post("/api/auth/register", json=body)
    problem = response.json()
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert PASSWORD not in response.text


async def test_unknown_addresses_and_wrong_passwords_are_answered_alike(client: httpx.AsyncClient, owner: Caller):
    wrong = await client.post("/api/auth/login", json={"email": owner.email, "password": "wrong password"})
    unknown = await client.post("/api/auth/login", json={"email": "no@example.com", "password": "wrong password"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() | {"instance": ""} == unknown.json() | {"instance": ""}


async def test_too_many_attempts_are_refused_also_with_the_right_password(
    client: httpx.AsyncClient, owner: Caller, settings: Settings
):
    for _ in range(settings.login_attempts):
        await client.post("/api/auth/login", json={"email": owner.email, "password": "wrong password"})
    refused = await client.post("/api/auth/login", json={"email": owner.email, "password": PASSWORD})
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 15 * 60


async def test_a_successful_sign_in_forgives_the_failed_ones(
    client: httpx.AsyncClient, owner: Caller, settings: Settings
):
    for _ in range(2):
        for _ in range(settings.login_attempts - 1):
            await client.post("/api/auth/login", json={"email": owner.email, "password": "wrong password"})
        await sign_in(client, owner.email, owner.tenant_id)


async def test_refreshing_rotates_and_an_old_token_revokes_the_family(client: httpx.AsyncClient, owner: Caller):
    first = {"refresh_token": owner.refresh_token}
    second = {"refresh_token": (await client.post("/api/auth/refresh", json=first)).json()["refresh_token"]}
    assert second != first
    third = {"refresh_token": (await client.post("/api/auth/refresh", json=second)).json()["refresh_token"]}
    assert (await client.post("/api/auth/refresh", json=first)).status_code == 401
    assert (await client.post("/api/auth/refresh", json=third)).status_code == 401
    await sign_in(client, owner.email, owner.tenant_id)


async def test_of_two_uses_at_once_of_one_refresh_token_one_succeeds(client: httpx.AsyncClient, owner: Caller):
    body = {"refresh_token": owner.refresh_token}
    answers = await asyncio.gather(*(client.post("/api/auth/refresh", json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_tokens_expire(client: httpx.AsyncClient, owner: Caller, clock: FixedClock):
    clock.at += timedelta(minutes=31)
    assert (await owner.get("/api/auth/me")).status_code == 401
    refreshed = await client.post("/api/auth/refresh", json={"refresh_token": owner.refresh_token})
    assert refreshed.status_code == 200
    clock.at += timedelta(days=31)
    late = await client.post("/api/auth/refresh", json={"refresh_token": refreshed.json()["refresh_token"]})
    assert late.status_code == 401


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "smb_key_x_y", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."])
async def test_what_is_no_token_is_refused(client: httpx.AsyncClient, token: str):
    response = await client.get(
        "/api/tenants/current", headers={"Authorization": f"Bearer {token}", "X-Tenant-ID": "x"}
    )
    assert response.status_code in (401, 403)
    me = await client.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert me.status_code in (401, 403)


async def test_logging_out_revokes_the_sign_in(client: httpx.AsyncClient, owner: Caller):
    other_device = await sign_in(client, owner.email, owner.tenant_id)
    assert (await owner.post("/api/auth/logout")).status_code == 204
    gone = await client.post("/api/auth/refresh", json={"refresh_token": owner.refresh_token})
    kept = await client.post("/api/auth/refresh", json={"refresh_token": other_device.refresh_token})
    assert (gone.status_code, kept.status_code) == (401, 200)


def _token_in(mail: Path) -> str:
    message = message_from_bytes(mail.read_bytes())
    found = re.search(r"Token: (\S+)", str(message.get_payload()))
    assert found is not None
    return found[1]


async def test_a_forgotten_password_is_reset_by_a_token_good_for_one_use(
    client: httpx.AsyncClient, owner: Caller, settings: Settings
):
    known = await client.post("/api/auth/password/forgot", json={"email": owner.email})
    unknown = await client.post("/api/auth/password/forgot", json={"email": "no@example.com"})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (202, b"")
    (mail,) = (settings.home / "mail").iterdir()
    assert mail.stat().st_mode & 0o077 == 0
    body = {"token": _token_in(mail), "password": "a new battery"}
    assert (await client.post("/api/auth/password/reset", json=body | {"password": "short"})).status_code == 422
    assert (await client.post("/api/auth/password/reset", json=body)).status_code == 204
    assert (await client.post("/api/auth/password/reset", json=body)).status_code == 422
    assert (await client.post("/api/auth/refresh", json={"refresh_token": owner.refresh_token})).status_code == 401
    await sign_in(client, owner.email, owner.tenant_id, "a new battery")


async def test_keys_are_shown_once_scoped_and_revocable(client: httpx.AsyncClient, owner: Caller):
    made = (await owner.post("/api/auth/api-keys", {"name": "export", "role": "viewer"})).json()
    listed = (await owner.get("/api/auth/api-keys")).json()["items"]
    assert [key["name"] for key in listed] == ["export"]
    assert made["key"] not in str(listed)
    machine = {"Authorization": f"Bearer {made['key']}", "X-Tenant-ID": owner.tenant_id}
    assert (await client.get("/api/tenants/current", headers=machine)).status_code == 200
    forbidden = await client.patch("/api/tenants/current", headers=machine, json={"name": "Mine"})
    assert forbidden.status_code == 403
    assert (await owner.delete(f"/api/auth/api-keys/{made['id']}")).status_code == 204
    assert (await client.get("/api/tenants/current", headers=machine)).status_code == 401
    assert (await owner.delete(f"/api/auth/api-keys/{made['id']}")).status_code == 404


async def test_a_key_is_good_for_its_own_tenant_until_it_expires(
    client: httpx.AsyncClient, owner: Caller, rival: Caller, clock: FixedClock
):
    expires = (clock.now() + timedelta(hours=1)).isoformat()
    made = (await owner.post("/api/auth/api-keys", {"name": "export", "expires_at": expires})).json()
    machine = {"Authorization": f"Bearer {made['key']}", "X-Tenant-ID": owner.tenant_id}
    elsewhere = machine | {"X-Tenant-ID": rival.tenant_id}
    assert (await client.get("/api/tenants/current", headers=elsewhere)).status_code == 403
    assert (await client.get("/api/tenants/current", headers=machine)).status_code == 200
    clock.at += timedelta(hours=2)
    assert (await client.get("/api/tenants/current", headers=machine)).status_code == 401


async def test_another_tenants_key_is_not_found(owner: Caller, rival: Caller):
    made = (await owner.post("/api/auth/api-keys", {"name": "export"})).json()
    assert (await rival.delete(f"/api/auth/api-keys/{made['id']}")).status_code == 404
