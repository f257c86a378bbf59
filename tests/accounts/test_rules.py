"""Passwords, tokens and attempts, by themselves."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter
from uuid import uuid4

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.kernel.actor import GRANTS, Role
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from tools.accounts.engine import hash_secret, may_grant, new_secret, password_problem
from tools.accounts.passwords import Passwords
from tools.accounts.throttling import Limit, Throttle
from tools.accounts.tokens import AccessTokens

SECRET = "kJ3vQ9xW7zR2mB5nT8yL4pD6sF1gH0aC"


@pytest.mark.parametrize(
    "password", ["", "1234567", "x" * 257, "aaaaaaaaaa", "Password", "ana@example.com", "ANA.SILVA"]
)
def test_passwords_that_anybody_would_try_are_not_taken(password: str):
    email = "ana.silva@example.com" if password == "ANA.SILVA" else "ana@example.com"
    assert password_problem(password, email) is not None


@pytest.mark.parametrize("password", ["correct horse battery", "Grüße aus Köln", "x1y2z3w4", "пароль-для-лавки"])
def test_other_passwords_are(password: str):
    assert password_problem(password, "ana@example.com") is None


def test_secrets_are_long_different_and_not_kept_as_they_are():
    secrets = {new_secret("smb_key_") for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(secret) >= 40 and hash_secret(secret) not in secret for secret in secrets)


@given(st.sampled_from(Role), st.sampled_from(Role))
def test_a_role_is_given_by_those_only_who_have_all_of_it(own: Role, given_: Role):
    assert may_grant(own, given_) == GRANTS[own].issuperset(GRANTS[given_])
    assert may_grant(own, own)
    assert may_grant(Role.OWNER, given_)


@pytest.fixture
async def passwords() -> AsyncIterator[Passwords]:
    passwords = Passwords()
    yield passwords
    passwords.close()


@pytest.mark.anyio
async def test_a_password_fits_its_own_hash_only(passwords: Passwords):
    hashed = await passwords.hash("correct horse battery")
    assert hashed.startswith("$argon2id$")
    assert await passwords.verify("correct horse battery", hashed)
    assert not await passwords.verify("correct horse batterY", hashed)
    assert not await passwords.verify("correct horse battery", None)


@pytest.mark.anyio
async def test_an_unknown_address_takes_as_long_as_a_wrong_password(passwords: Passwords):
    hashed = await passwords.hash("correct horse battery")

    async def seconds(stored: str | None) -> float:
        started = perf_counter()
        await passwords.verify("wrong", stored)
        return perf_counter() - started

    known, unknown = [], []
    for _ in range(5):
        known.append(await seconds(hashed))
        unknown.append(await seconds(None))
    assert median(unknown) > median(known) / 3


@pytest.mark.anyio
async def test_hashing_does_not_hold_up_the_event_loop(passwords: Passwords):
    gaps: list[float] = []

    async def tick() -> None:
        while True:
            before = perf_counter()
            await asyncio.sleep(0.001)
            gaps.append(perf_counter() - before)

    ticking = asyncio.create_task(tick())
    started = perf_counter()
    await asyncio.gather(*(passwords.hash("correct horse battery") for _ in range(6)))
    elapsed = perf_counter() - started
    ticking.cancel()
    # On the loop one hash would be one gap: six of them are half of it all, and no gap may come near that.
    assert len(gaps) > 3
    assert median(gaps) < elapsed / 6


@pytest.fixture
def tokens() -> AccessTokens:
    return AccessTokens(SECRET, timedelta(minutes=30), FixedClock(datetime(2026, 11, 2, tzinfo=UTC)))


def test_a_token_names_the_person_and_the_sign_in(tokens: AccessTokens):
    claims = tokens.verify(tokens.issue("user", "family"))
    assert (claims.sub, claims.sid) == ("user", "family")


@pytest.mark.parametrize(
    "forge",
    [
        lambda claims: jwt.encode(claims, "another secret of the right length", algorithm="HS256"),
        lambda claims: jwt.encode(claims, None, algorithm="none"),
        lambda claims: jwt.encode(claims, SECRET, algorithm="HS512"),
        lambda claims: jwt.encode(claims | {"iss": "elsewhere"}, SECRET, algorithm="HS256"),
        lambda claims: jwt.encode({k: v for k, v in claims.items() if k != "exp"}, SECRET, algorithm="HS256"),
        lambda claims: jwt.encode(claims | {"exp": 1}, SECRET, algorithm="HS256"),
    ],
)
def test_a_forged_token_is_no_token(tokens: AccessTokens, forge):
    good = jwt.decode(tokens.issue("user", "family"), options={"verify_signature": False})
    with pytest.raises(CopilotError) as refused:
        tokens.verify(forge(good))
    assert refused.value.kind is ErrorKind.UNAUTHENTICATED


def test_what_went_in_comes_out(tokens: AccessTokens):
    good = jwt.decode(tokens.issue("user", "family"), options={"verify_signature": False})
    assert tokens.verify(jwt.encode(good, SECRET, algorithm="HS256")).sub == "user"


@pytest.mark.anyio
@pytest.mark.parametrize("redis_url", [None, "redis://127.0.0.1:6379"])
async def test_attempts_are_counted_per_identity(redis_url: str | None):
    throttle = Throttle(redis_url)
    limit = Limit(f"test-{uuid4()}", 3, 60)
    for _ in range(3):
        await throttle.hit(limit, "ana")
    with pytest.raises(CopilotError) as refused:
        await throttle.hit(limit, "ana")
    assert refused.value.kind is ErrorKind.RATE_LIMITED
    assert refused.value.retry_after is not None
    assert 0 < refused.value.retry_after <= 61
    await throttle.hit(limit, "bea")
    await throttle.forgive(limit, "ana")
    await throttle.hit(limit, "ana")


@pytest.mark.anyio
async def test_forgiving_while_old_attempts_expire_disturbs_nothing() -> None:
    throttle, limit = Throttle(None), Limit("login", 2, 900)
    people = [f"person {i}" for i in range(20)]
    for person in people:
        await throttle.hit(limit, person)
    for _ in range(5):
        # Each attempt has the windows gone over in the background: all are forgiven meanwhile.
        await throttle.hit(limit, "somebody else")
        await asyncio.sleep(0)
        await asyncio.gather(*(throttle.forgive(limit, person) for person in (*people, "somebody else")))
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            if "expire" in repr(task.get_coro()):
                await task
    for person in people:
        await throttle.hit(limit, person)
        await throttle.hit(limit, person)
        with pytest.raises(CopilotError):
            await throttle.hit(limit, person)
