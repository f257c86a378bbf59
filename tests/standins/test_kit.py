"""The parts that all stand-ins share: clock, wire, limits, tokens."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Route

from evals.standins.vendors.kit.budget import Budget, Limit
from evals.standins.vendors.kit.clock import START, RunningClock, VirtualClock
from evals.standins.vendors.kit.drift import Drift, Field, added, gone
from evals.standins.vendors.kit.oauth import AuthorizationServer, OAuthError, OAuthRules
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, VendorServer
from evals.standins.vendors.kit.wire import encode, guid, identifier, iso, minor, moment
from evals.standins.vendors.world import build_world

REDIRECT = "http://127.0.0.1:1/cb"


def test_time_stands_still_until_it_is_told_to_go_on() -> None:
    clock = VirtualClock()
    assert clock.now() == clock.now() == START
    assert clock.advance(90) == START + timedelta(seconds=90)
    with pytest.raises(ValueError, match="back"):
        clock.advance(-1)


def test_a_clock_that_runs_goes_on_by_itself_and_can_be_put_forward() -> None:
    clock = RunningClock()
    first = clock.now()
    assert START <= first <= clock.now()
    clock.advance(3600)
    assert timedelta(hours=1) <= clock.now() - first < timedelta(hours=1, minutes=1)


def test_objects_that_drift_keep_all_else_to_the_last_digit() -> None:
    asked = Asked("GET", "/v1/sales", (), {}, b"", START)
    body = {"data": [{"id": "1", "sum": {"total": Decimal("19.90")}}, {"id": "2", "sum": {"total": Decimal("0.10")}}]}
    answer = Answer(encode(body))
    drift = Drift(Field("/sales", "data", "sum.tier"), added("gold"), only="2")
    assert drift(asked, answer).content() == (
        b'{"data":[{"id":"1","sum":{"total":19.90}},{"id":"2","sum":{"total":0.10,"tier":"gold"}}]}'
    )
    assert drift.changed == 1
    assert Drift(Field("/sales", "data", "sum.total"), gone)(asked, answer).content() == (
        b'{"data":[{"id":"1","sum":{}},{"id":"2","sum":{}}]}'
    )
    assert Drift(Field("/orders", "data", "sum"), gone)(asked, answer) is answer


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12), st.text())
def test_a_decimal_goes_over_the_wire_with_all_its_digits(amount: Decimal, text: str) -> None:
    text = text.replace("\x01", "")
    read = json.loads(encode({"amount": amount, "text": text}), parse_float=Decimal, parse_int=Decimal)
    assert (read["amount"], read["amount"].as_tuple().exponent) == (amount, -4)
    assert read["text"] == text


def test_minor_units_have_the_currencys_own_digits_and_nothing_finer() -> None:
    assert (minor(Decimal("19.9"), "EUR"), minor(Decimal(1500), "JPY"), minor(Decimal("1.235"), "KWD")) == (
        1990,
        1500,
        1235,
    )
    for amount, currency in (("1.005", "EUR"), ("0.5", "JPY"), ("0.0001", "KWD")):
        with pytest.raises(ValueError, match="more digits"):
            minor(Decimal(amount), currency)


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))
def test_a_moment_is_read_as_it_was_written(at: datetime) -> None:
    stamped = at.replace(tzinfo=UTC, microsecond=0)
    assert moment(iso(stamped)) == stamped


def test_identifiers_are_the_same_on_every_machine_and_differ_by_what_they_are_of() -> None:
    assert identifier("a", 1, length=8) == identifier("a", 1, length=8) != identifier("a", 2, length=8)
    assert guid("x") == guid("x") != guid("y")


@given(st.lists(st.floats(min_value=0, max_value=5, allow_nan=False), max_size=60), st.integers(1, 8))
def test_a_rolling_window_never_lets_more_through_than_its_count(pauses: list[float], count: int) -> None:
    clock, budget = VirtualClock(), Budget((Limit("window", count, 10.0),))
    let: list[datetime] = []
    for pause in pauses:
        clock.advance(pause)
        if budget.spend(clock.now(), "GET", "/x") is None:
            let.append(clock.now())
    for at in let:
        assert sum(at - timedelta(seconds=10) < other <= at for other in let) <= count
    assert len(let) + len(budget.violations) == len(pauses)


def test_a_client_that_waits_as_long_as_it_is_told_is_let_in() -> None:
    for fixed in (True, False):
        clock, budget = VirtualClock(), Budget((Limit("window", 2, 60.0, fixed=fixed),))
        clock.advance(25)
        assert [budget.spend(clock.now(), "GET", "/") for _ in range(2)] == [None, None]
        over = budget.spend(clock.now(), "GET", "/")
        assert over is not None
        assert over.wait == (35.0 if fixed else 60.0)
        clock.advance(over.wait)
        assert budget.spend(clock.now(), "GET", "/") is None


def test_a_limit_counts_cost_and_only_its_own_paths() -> None:
    budget = Budget((Limit("units", 10, 60.0, prefix="/a", suffix="/z"),))
    assert budget.spend(START, "GET", "/a/z", cost=8) is None
    assert budget.spend(START, "GET", "/a/y", cost=99) is None
    assert budget.spend(START, "GET", "/a/z", cost=3) is not None
    assert budget.left("units", START) == 2


def server(refresh: OAuthRules) -> AuthorizationServer:
    return AuthorizationServer("test", VirtualClock(), refresh)


def code_of(auth: AuthorizationServer, **extra: str) -> str:
    to = auth.authorize({"client_id": auth.client.id, "redirect_uri": REDIRECT, "state": "s", **extra}, "account")
    return parse_qs(urlsplit(to).query)["code"][0]


def refused(auth: AuthorizationServer, **fields: str) -> str:
    with pytest.raises(OAuthError) as error:
        auth.token(fields)
    return error.value.error


def test_a_code_is_for_one_use_and_a_second_use_ends_what_it_gave() -> None:
    auth = server(OAuthRules(3600, "same"))
    code = code_of(auth)
    tokens = auth.token({"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT})
    assert auth.grant_of(tokens.access_token) is not None
    assert refused(auth, grant_type="authorization_code", code=code) == "invalid_grant"
    assert auth.grant_of(tokens.access_token) is None


def test_a_code_dies_with_time_and_belongs_to_its_redirect() -> None:
    auth = server(OAuthRules(3600, "same", code_seconds=60))
    code = code_of(auth)
    assert refused(auth, grant_type="authorization_code", code=code, redirect_uri="http://other") == "invalid_grant"
    auth.clock.advance(60)
    assert refused(auth, grant_type="authorization_code", code=code) == "invalid_grant"
    assert refused(auth, grant_type="password") == "unsupported_grant_type"


def test_a_challenge_must_be_answered_by_its_verifier() -> None:
    auth = server(OAuthRules(3600, "same", pkce=True))
    verifier = "a" * 50
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    code = code_of(auth, code_challenge=challenge, code_challenge_method="S256")
    assert refused(auth, grant_type="authorization_code", code=code) == "invalid_grant"
    assert refused(auth, grant_type="authorization_code", code=code, code_verifier="b" * 50) == "invalid_grant"
    tokens = auth.token({"grant_type": "authorization_code", "code": code, "code_verifier": verifier})
    assert tokens.grant.uses_pkce


def test_a_wrong_client_is_never_redirected() -> None:
    auth = server(OAuthRules(3600, "same"))
    with pytest.raises(OAuthError):
        auth.authorize({"client_id": "other", "redirect_uri": REDIRECT}, "account")
    with pytest.raises(OAuthError):
        auth.authenticate(auth.client.id, "wrong")


class Broken(VendorServer):
    """A stand-in with a mistake in it."""

    vendor: ClassVar[str] = "broken"

    def authorization_server(self) -> AuthorizationServer:
        return AuthorizationServer("broken", self.clock, OAuthRules(None, None))

    def routes(self) -> Iterator[Route]:
        yield self.open("/", self._wrong)

    def _wrong(self, asked: Asked) -> Answer:
        raise KeyError(asked.path)


def test_a_stand_in_that_breaks_fails_the_test_that_used_it() -> None:
    with pytest.raises(ExceptionGroup, match="broken broke"), Broken(build_world(customers=0, orders=0)) as standing:
        assert httpx.get(standing.origin).status_code == 500
