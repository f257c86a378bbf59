"""A tenant's settings, members, use and audit; and that nobody reaches another's."""

from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import httpx
import pytest

from storage.kernel.clock import FixedClock
from tests.api.conftest import PASSWORD, Caller, register, sign_in

pytestmark = pytest.mark.anyio
CURRENT = "/api/tenants/current"


async def test_a_tenant_must_be_named(owner: Caller):
    response = await owner.client.get(CURRENT, headers={"Authorization": f"Bearer {owner.access_token}"})
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/X-Tenant-ID"


async def test_a_tenant_that_is_not_ones_own_is_forbidden(owner: Caller, rival: Caller):
    for tenant_id in (rival.tenant_id, str(uuid4()), "nonsense", "'; DROP TABLE tenants; --"):
        response = await owner.inside(tenant_id).get(CURRENT)
        assert response.status_code == 403, tenant_id


async def test_a_request_without_a_token_says_how_to_sign_in(client: httpx.AsyncClient, owner: Caller):
    response = await client.get(CURRENT, headers={"X-Tenant-ID": owner.tenant_id})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"


async def test_only_the_settings_that_are_sent_change(owner: Caller):
    before = (await owner.get(CURRENT)).json()
    patch = {
        "clock": "latest_data",
        "week_start": 7,
        "country": "US",
        "modules": ["mini-foundry", "data-lineage"],
        "keeps_restricted_data": True,
    }
    after = (await owner.patch(CURRENT, patch)).json()
    assert after == before | patch
    cleared = (await owner.patch(CURRENT, {"country": None})).json()
    assert cleared["country"] is None


@pytest.mark.parametrize(
    "patch",
    [
        {"name": None},
        {"name": ""},
        {"modules": None},
        {"modules": ["ponies"]},
        {"fiscal_year_start": 13},
        {"timezone": "Nowhere"},
        {"plan": "enterprise"},
        [],
    ],
)
async def test_settings_that_cannot_be_are_refused(owner: Caller, patch: object):
    before = (await owner.get(CURRENT)).json()
    assert (await owner.patch(CURRENT, patch)).status_code == 422
    assert (await owner.get(CURRENT)).json() == before


async def test_a_module_that_is_switched_off_is_not_callable(owner: Caller):
    question = {"question": "revenue last month"}
    assert (await owner.post("/api/modules/mini-foundry/query", question)).status_code == 200
    await owner.patch(CURRENT, {"modules": ["ops-copilot"]})
    assert (await owner.post("/api/modules/mini-foundry/query", question)).status_code == 403
    assert (await owner.get("/api/data-lineage/sources")).status_code == 403


async def test_a_new_person_is_invited_with_a_token_and_an_old_one_without(
    client: httpx.AsyncClient, owner: Caller, rival: Caller
):
    added = (await owner.post(f"{CURRENT}/members", {"email": "new@example.com", "role": "analyst"})).json()
    reset = {"token": added["password_token"], "password": PASSWORD}
    assert (await client.post("/api/auth/password/reset", json=reset)).status_code == 204
    analyst = await sign_in(client, "new@example.com", owner.tenant_id)
    assert (await analyst.get(CURRENT)).status_code == 200
    known = (await owner.post(f"{CURRENT}/members", {"email": rival.email, "role": "viewer"})).json()
    assert known["password_token"] is None
    assert (await rival.inside(owner.tenant_id).get(CURRENT)).status_code == 200
    again = await owner.post(f"{CURRENT}/members", {"email": rival.email, "role": "viewer"})
    assert again.status_code == 409


async def test_roles_decide_what_a_member_may_do(client: httpx.AsyncClient, owner: Caller, rival: Caller):
    await owner.post(f"{CURRENT}/members", {"email": rival.email, "role": "viewer"})
    member = rival.inside(owner.tenant_id)
    assert (await member.get(f"{CURRENT}/members")).status_code == 200
    assert (await member.patch(CURRENT, {"name": "Mine"})).status_code == 403
    assert (await member.get(f"{CURRENT}/audit")).status_code == 403
    assert (await member.post(f"{CURRENT}/members", {"email": "x@example.com", "role": "viewer"})).status_code == 403
    promoted = await owner.patch(f"{CURRENT}/members/{rival.user_id}", {"role": "admin"})
    assert promoted.json()["role"] == "admin"
    assert (await member.get(f"{CURRENT}/audit")).status_code == 200
    assert (await member.patch(CURRENT, {"name": "Mine"})).status_code == 403


async def test_nobody_gives_or_takes_more_than_they_have(owner: Caller, rival: Caller):
    await owner.post(f"{CURRENT}/members", {"email": rival.email, "role": "admin"})
    admin = rival.inside(owner.tenant_id)
    own = f"{CURRENT}/members/{rival.user_id}"
    assert (await admin.patch(own, {"role": "owner"})).status_code == 403
    assert (await admin.patch(f"{CURRENT}/members/{owner.user_id}", {"role": "viewer"})).status_code == 403
    assert (await admin.delete(f"{CURRENT}/members/{owner.user_id}")).status_code == 403
    assert (await admin.post(f"{CURRENT}/members", {"email": "x@example.com", "role": "owner"})).status_code == 403
    assert (await admin.post("/api/auth/api-keys", {"name": "k", "role": "owner"})).status_code == 403


async def test_a_tenant_keeps_at_least_one_owner(owner: Caller, rival: Caller):
    me = f"{CURRENT}/members/{owner.user_id}"
    assert (await owner.delete(me)).status_code == 409
    assert (await owner.patch(me, {"role": "admin"})).status_code == 409
    await owner.post(f"{CURRENT}/members", {"email": rival.email, "role": "owner"})
    assert (await owner.delete(me)).status_code == 204
    assert (await owner.get(CURRENT)).status_code == 403


async def test_members_of_another_tenant_are_not_found(owner: Caller, rival: Caller):
    path = f"{CURRENT}/members/{rival.user_id}"
    assert (await owner.patch(path, {"role": "viewer"})).status_code == 404
    assert (await owner.delete(path)).status_code == 404


async def test_lists_come_in_pages(client: httpx.AsyncClient, owner: Caller):
    for number in range(4):
        await owner.post(f"{CURRENT}/members", {"email": f"m{number}@example.com", "role": "viewer"})
    seen: list[str] = []
    cursor: str | None = None
    while True:
        parameters = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await owner.get(f"{CURRENT}/members", params=parameters)).json()
        assert len(page["items"]) <= 2
        seen += [member["email"] for member in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [owner.email, *(f"m{number}@example.com" for number in range(4))]


@pytest.mark.parametrize("parameters", [{"limit": 0}, {"limit": 201}, {"limit": "many"}, {"cursor": "nonsense"}])
async def test_a_page_that_cannot_be_is_refused(owner: Caller, parameters: dict[str, object]):
    assert (await owner.get(f"{CURRENT}/members", params=parameters)).status_code == 422


async def test_the_audit_says_who_changed_what_through_which_door(owner: Caller, rival: Caller):
    await owner.patch(CURRENT, {"name": "Ana's New Shop"}, headers={"X-Request-ID": "request-0001"})
    entries = (await owner.get(f"{CURRENT}/audit", params={"entity_type": "tenants", "action": "update"})).json()[
        "items"
    ]
    (entry,) = entries
    assert entry["user_id"] == owner.user_id
    assert entry["surface"] == "rest"
    assert entry["request_id"] == "request-0001"
    assert (entry["before"]["name"], entry["after"]["name"]) == ("Corner Shop", "Ana's New Shop")
    assert (await rival.get(f"{CURRENT}/audit", params={"entity_type": "tenants", "action": "update"})).json()[
        "items"
    ] == []


async def test_the_audit_holds_no_secret(owner: Caller):
    made = (await owner.post("/api/auth/api-keys", {"name": "export"})).json()
    shown = (await owner.get(f"{CURRENT}/audit")).text
    assert made["id"] in shown
    assert made["key"] not in shown
    assert sha256(made["key"].encode()).hexdigest() not in shown


async def test_use_is_counted_by_day_with_the_plans_limits(owner: Caller, clock: FixedClock):
    usage = (await owner.get(f"{CURRENT}/usage")).json()
    assert usage["totals"] == {"requests": 0, "input_tokens": 0, "output_tokens": 0, "cost_usd": "0.000000"}
    assert usage["limits"]["plan"] == "free"
    today = clock.now().date()
    backwards = {"from": today.isoformat(), "to": (today - timedelta(days=1)).isoformat()}
    assert (await owner.get(f"{CURRENT}/usage", params=backwards)).status_code == 422
    assert (await owner.get(f"{CURRENT}/usage", params={"from": "0001-01-01"})).status_code == 422


async def test_one_person_in_two_tenants_sees_each_alone(client: httpx.AsyncClient, owner: Caller, rival: Caller):
    await owner.post(f"{CURRENT}/members", {"email": rival.email, "role": "admin"})
    names = {(await rival.inside(tenant).get(CURRENT)).json()["name"] for tenant in (owner.tenant_id, rival.tenant_id)}
    assert names == {"Corner Shop", "Rival Rugs"}
    third = await register(client, "third@example.com")
    assert (await third.inside(owner.tenant_id).get(CURRENT)).status_code == 403
