"""A write that is sent twice with one key is done once."""

import asyncio

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.bootstrap import Services
from storage.kernel.actor import Actor, Role, Surface
from storage.models.system import IdempotencyKey
from tests.api.conftest import Caller

pytestmark = pytest.mark.anyio
KEYS = "/api/auth/api-keys"
KEY = {"Idempotency-Key": "export-key-1"}


async def test_the_second_request_gets_the_first_answer(owner: Caller):
    first = await owner.post(KEYS, {"name": "export"}, headers=KEY)
    second = await owner.post(KEYS, {"name": "export"}, headers=KEY)
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert second.headers["idempotent-replayed"] == "true"
    assert len((await owner.get(KEYS)).json()["items"]) == 1


async def test_another_body_under_the_same_key_is_a_conflict(owner: Caller):
    await owner.post(KEYS, {"name": "export"}, headers=KEY)
    assert (await owner.post(KEYS, {"name": "other"}, headers=KEY)).status_code == 409
    assert (await owner.patch("/api/tenants/current", {"name": "x"}, headers=KEY)).status_code == 409


async def test_at_once_it_is_done_once(owner: Caller):
    answers = await asyncio.gather(*(owner.post(KEYS, {"name": "export"}, headers=KEY) for _ in range(4)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len((await owner.get(KEYS)).json()["items"]) == 1


async def test_what_was_refused_may_be_tried_again(owner: Caller, rival: Caller):
    invite = {"email": rival.email, "role": "viewer"}
    path = f"/api/tenants/current/members/{rival.user_id}"
    assert (await owner.patch(path, {"role": "admin"}, headers=KEY)).status_code == 404
    await owner.post("/api/tenants/current/members", invite)
    assert (await owner.patch(path, {"role": "admin"}, headers=KEY)).status_code == 200


async def test_a_key_is_its_callers_own(owner: Caller, rival: Caller):
    mine = await owner.post(KEYS, {"name": "mine"}, headers=KEY)
    theirs = await rival.post(KEYS, {"name": "theirs"}, headers=KEY)
    assert mine.json()["id"] != theirs.json()["id"]


@pytest.mark.parametrize("key", ["", "x" * 201])
async def test_a_key_that_is_none_is_refused(owner: Caller, key: str):
    assert (await owner.post(KEYS, {"name": "export"}, headers={"Idempotency-Key": key})).status_code == 422


async def test_answers_are_kept_unreadable_without_the_callers_key(owner: Caller, app: FastAPI):
    made = (await owner.post(KEYS, {"name": "export"}, headers=KEY)).json()
    services: Services = app.state.services
    async with services.database.read(Actor(owner.tenant_id, owner.user_id, Role.OWNER, Surface.REST)) as uow:
        (kept,) = await uow.session.scalars(select(IdempotencyKey))
    assert made["key"] not in (kept.body or "")
    assert KEY["Idempotency-Key"] not in kept.key
