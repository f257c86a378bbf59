"""Who sent a webhook: each vendor's rules, as their data says, against signatures made by the stand-ins or here."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import RSAAlgorithm
from pydantic import SecretStr, ValidationError

from evals.standins.vendors.hubspot.server import sign as hubspot
from evals.standins.vendors.kit.webhooks import Draft, Sign
from evals.standins.vendors.quickbooks.server import sign as quickbooks
from evals.standins.vendors.shopify.webhooks import sign as shopify
from evals.standins.vendors.square.events import sign as square
from evals.standins.vendors.stripe.server import sign as stripe
from evals.standins.vendors.xero.server import sign as xero
from tools.connectors.core.config import load_vendors
from tools.connectors.core.folders import VENDORS
from tools.connectors.core.webhooks.post import Post
from tools.connectors.core.webhooks.rules import WebhookRule
from tools.connectors.core.webhooks.verifying import PushIdentity, Trust, Verdict, key_id_of, verify

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
URL = "https://smb.example/api/webhooks/acme"
KEY = "whsec_of_a_test_0001"
SIGNED: dict[str, Sign] = {
    "shopify": shopify, "stripe": stripe, "square": square, "hubspot": hubspot, "quickbooks": quickbooks, "xero": xero,
}  # fmt: skip
HEADERS = {
    "shopify": "x-shopify-hmac-sha256",
    "stripe": "stripe-signature",
    "square": "x-square-hmacsha256-signature",
    "hubspot": "x-hubspot-signature-v3",
    "quickbooks": "intuit-signature",
    "xero": "x-xero-signature",
}
CONFIGS = load_vendors()
BODY = b'{"a": 1.50, "name": "Caf\xc3\xa9"}'


def rule(vendor: str) -> WebhookRule:
    """`calendar` is Google's, beside Gmail's: at the address of a connection."""
    found = CONFIGS["gmail" if vendor == "calendar" else vendor].webhook
    assert found is not None
    return found.at("a connection") if vendor == "calendar" else found


def trusting(*secrets: str) -> Trust:
    return Trust([SecretStr(one) for one in secrets])


def posted(
    vendor: str, body: bytes = BODY, *keys: str, age: float = 0.0, signed_url: str = URL, now: datetime = NOW
) -> Post:
    headers = SIGNED[vendor](Draft(signed_url, body, keys or (KEY,), now.timestamp() - age, "orders/create"))
    return Post("POST", URL, {name.lower(): value for name, value in headers.items()}, body)


def without(post: Post, header: str) -> Post:
    return replace(post, headers={name: value for name, value in post.headers.items() if name != header})


def test_every_vendor_has_a_rule():
    """But Zoho Books, whose API sets up no webhooks."""
    assert [vendor for vendor in VENDORS if CONFIGS[vendor].webhook is None] == ["zohobooks"]
    assert all(rule(vendor).shapes for vendor in VENDORS if vendor != "zohobooks")


@pytest.mark.parametrize("vendor", SIGNED)
def test_what_the_vendor_signed_is_valid(vendor: str):
    assert verify(rule(vendor), posted(vendor), trusting(KEY), NOW) is Verdict.VALID


@pytest.mark.parametrize("vendor", SIGNED)
def test_another_key_is_wrong(vendor: str):
    assert verify(rule(vendor), posted(vendor), trusting(KEY + "x"), NOW) is Verdict.WRONG


@pytest.mark.parametrize("vendor", SIGNED)
def test_a_missing_header_is_refused(vendor: str):
    assert verify(rule(vendor), without(posted(vendor), HEADERS[vendor]), trusting(KEY), NOW) is Verdict.MISSING


@pytest.mark.parametrize("vendor", SIGNED)
def test_without_a_secret_nothing_is_valid(vendor: str):
    assert verify(rule(vendor), posted(vendor), Trust(), NOW) is Verdict.NO_SECRET


@pytest.mark.parametrize("vendor", SIGNED)
def test_a_body_that_was_parsed_and_written_again_is_wrong(vendor: str):
    post = posted(vendor)
    assert verify(rule(vendor), replace(post, body=json.dumps(json.loads(BODY)).encode()), trusting(KEY), NOW) is Verdict.WRONG  # fmt: skip


@pytest.mark.parametrize("vendor", SIGNED)
def test_while_a_secret_is_replaced_both_are_taken(vendor: str):
    for used in ("the old one 1", "the new one 1"):
        post = posted(vendor, BODY, used)
        assert verify(rule(vendor), post, trusting("the new one 1", "the old one 1"), NOW) is Verdict.VALID


def test_stripe_signs_with_both_of_its_secrets_and_one_is_enough():
    post = posted("stripe", BODY, "another", KEY)
    assert post.headers["stripe-signature"].count("v1=") == 2
    assert verify(rule("stripe"), post, trusting(KEY), NOW) is Verdict.VALID


def test_stripes_other_schemes_prove_nothing():
    post = posted("stripe")
    weaker = replace(post, headers={"stripe-signature": post.headers["stripe-signature"].replace("v1=", "v0=")})
    assert verify(rule("stripe"), weaker, trusting(KEY), NOW) is Verdict.MISSING


@pytest.mark.parametrize("vendor", ["stripe", "hubspot"])
@pytest.mark.parametrize(("age", "verdict"), [(299, Verdict.VALID), (301, Verdict.STALE), (-301, Verdict.STALE)])
def test_five_minutes_are_the_window_of_those_who_sign_the_moment(vendor: str, age: float, verdict: Verdict):
    assert verify(rule(vendor), posted(vendor, age=age), trusting(KEY), NOW) is verdict


@pytest.mark.parametrize("moment", ["", "x", "-1", "1e9", "9" * 40, "\u0661\u0662", "1762075800,1762075800"])
def test_a_moment_that_is_none_is_refused(moment: str):
    source = b"POST" + URL.encode() + BODY + moment.encode()
    mark = base64.b64encode(hmac.digest(KEY.encode(), source, hashlib.sha256)).decode()
    post = Post("POST", URL, {"x-hubspot-signature-v3": mark, "x-hubspot-request-timestamp": moment}, BODY)
    assert verify(rule("hubspot"), post, trusting(KEY), NOW) in (Verdict.MISSING, Verdict.STALE)


@pytest.mark.parametrize("vendor", ["square", "hubspot"])
def test_another_address_than_the_signed_one_is_wrong(vendor: str):
    inside = posted(vendor, signed_url="http://10.0.0.7:8000/api/webhooks/acme")
    assert verify(rule(vendor), inside, trusting(KEY), NOW) is Verdict.WRONG


def test_hubspots_older_signatures_are_not_enough():
    first = hashlib.sha256(KEY.encode() + BODY).hexdigest()
    second = hashlib.sha256(KEY.encode() + b"POST" + URL.encode() + BODY).hexdigest()
    for version, mark in (("v1", first), ("v2", second)):
        headers = {"x-hubspot-signature": mark, "x-hubspot-signature-version": version}
        assert verify(rule("hubspot"), Post("POST", URL, headers, BODY), trusting(KEY), NOW) is Verdict.MISSING


@given(body=st.binary(max_size=200), other=st.binary(max_size=200), vendor=st.sampled_from(sorted(SIGNED)))
def test_of_all_bodies_only_the_signed_one_is_valid(body: bytes, other: bytes, vendor: str):
    post = posted(vendor, body)
    found = verify(rule(vendor), replace(post, body=other), trusting(KEY), NOW)
    assert (found is Verdict.VALID) == (other == body)


@given(mark=st.text(max_size=100), vendor=st.sampled_from(sorted(SIGNED)))
def test_no_made_up_signature_is_valid_or_breaks_the_check(mark: str, vendor: str):
    post = posted(vendor)
    forged = replace(post, headers={**post.headers, HEADERS[vendor]: mark})
    assert verify(rule(vendor), forged, trusting(KEY), NOW) in (Verdict.WRONG, Verdict.MISSING)


@pytest.mark.parametrize("vendor", [*SIGNED, "zoho", "outlook", "calendar"])
def test_the_comparison_in_constant_time_has_the_last_word(vendor: str, monkeypatch: pytest.MonkeyPatch):
    """What it says is what counts: there is no other comparison beside it that could be faster."""
    good = {"zoho": token_post(KEY), "outlook": state_post(KEY), "calendar": channel_post(KEY)}
    post = good[vendor] if vendor in good else posted(vendor)
    monkeypatch.setattr(hmac, "compare_digest", lambda _a, _b: False)
    assert verify(rule(vendor), post, trusting(KEY), NOW) is Verdict.WRONG
    monkeypatch.setattr(hmac, "compare_digest", lambda _a, _b: True)
    assert verify(rule(vendor), post, trusting("another secret"), NOW) is Verdict.VALID


# ── a secret that is repeated ────────────────────────────────────────────────────────────────────────────


def token_post(token: Any) -> Post:
    body = {"module": "Contacts", "operation": "update", "ids": ["1"], "channel_id": "7", "token": token}
    return Post("POST", URL, {}, json.dumps(body).encode())


def state_post(*states: Any) -> Post:
    body = {"value": [{"subscriptionId": "s", "changeType": "updated", "resource": "r", "clientState": one} for one in states]}  # fmt: skip
    return Post("POST", URL, {}, json.dumps(body).encode())


def channel_post(token: str | None, body: bytes = b"") -> Post:
    headers = {"x-goog-channel-id": "7", "x-goog-resource-state": "exists", "x-goog-message-number": "2"}
    return Post("POST", URL, {**headers, "x-goog-channel-token": token} if token is not None else headers, body)


@pytest.mark.parametrize(("vendor", "make"), [("zoho", token_post), ("outlook", state_post)])
def test_those_without_a_signature_repeat_our_secret(vendor: str, make: Callable[..., Post]):
    assert verify(rule(vendor), make(KEY), trusting(KEY), NOW) is Verdict.VALID
    for wrong in ("guessed", KEY + "\ud800", "\ud800", "\0", "é"):
        assert verify(rule(vendor), make(wrong), trusting(KEY), NOW) is Verdict.WRONG
    nothings: tuple[Any, ...] = (None, "", 7, ["x"], {})
    for nothing in nothings:
        assert verify(rule(vendor), make(nothing), trusting(KEY), NOW) is Verdict.MISSING
    assert verify(rule(vendor), make(KEY), Trust(), NOW) is Verdict.NO_SECRET
    assert verify(rule(vendor), replace(make(KEY), body=b"{"), trusting(KEY), NOW) is Verdict.UNREADABLE


def test_a_calendars_channel_repeats_our_secret_in_a_header_and_whatever_the_body_is_proves_nothing():
    for body in (b"", b"{", json.dumps({"X-Goog-Channel-Token": KEY, "token": KEY}).encode()):
        assert verify(rule("calendar"), channel_post(KEY, body), trusting(KEY), NOW) is Verdict.VALID
        for wrong in ("guessed", KEY + "x", KEY[:-1], KEY.upper(), "\xff"):
            assert verify(rule("calendar"), channel_post(wrong, body), trusting(KEY), NOW) is Verdict.WRONG
        for nothing in (None, ""):
            assert verify(rule("calendar"), channel_post(nothing, body), trusting(KEY), NOW) is Verdict.MISSING
        assert verify(rule("calendar"), channel_post(KEY, body), Trust(), NOW) is Verdict.NO_SECRET


def test_what_googles_keys_prove_is_asked_for_at_the_one_address_only():
    gmail = rule("gmail")
    assert (gmail.at(None), gmail.at("a connection")) == (gmail, gmail.own)
    assert rule("outlook").at("a connection") is rule("outlook")


@pytest.mark.parametrize(
    "bad",
    [
        {"check": {"by": "echo"}},
        {"check": {"by": "echo", "path": "token", "header": "X-Token"}},
        {"check": {"by": "echo", "items": "value.*", "header": "X-Token"}},
        {"comes_by": {"id_header": "X-Id", "resource_id_header": "X-Of"}, "secret": "operator"},
        {"shapes": [{"event_id": "id", "event_id_headers": ["X-Id"]}]},
    ],
    ids=str,
)
def test_a_rule_that_contradicts_itself_is_none(bad: dict[str, Any]):
    good: dict[str, Any] = {"check": {"by": "echo", "header": "X-Token"}, "secret": "connection", "shapes": [{}]}
    assert WebhookRule.model_validate(good).own is None
    with pytest.raises(ValidationError):
        WebhookRule.model_validate(good | bad)


def test_one_wrong_notice_among_right_ones_spoils_them_all():
    assert verify(rule("outlook"), state_post(KEY, KEY), trusting(KEY), NOW) is Verdict.VALID
    assert verify(rule("outlook"), state_post(KEY, "guessed"), trusting(KEY), NOW) is Verdict.WRONG
    assert verify(rule("outlook"), state_post(KEY, None), trusting(KEY), NOW) is Verdict.MISSING
    assert verify(rule("outlook"), state_post(), trusting(KEY), NOW) is Verdict.MISSING


# ── Google's token ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


ACCOUNT = "push@acme.iam.gserviceaccount.com"
CLAIMS = {
    "iss": "https://accounts.google.com", "aud": URL, "email": ACCOUNT, "email_verified": True,
    "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 3_600,
}  # fmt: skip


def push(key: Any, *, algorithm: str = "RS256", kid: str | None = "k1", drop: str = "", **claims: Any) -> Post:
    said = {name: value for name, value in {**CLAIMS, **claims}.items() if name != drop}
    token = jwt.encode(said, key, algorithm=algorithm, headers={"kid": kid} if kid else {})
    return Post("POST", URL, {"authorization": f"Bearer {token}"}, b"{}")


def of_google(private: rsa.RSAPrivateKey, **changes: Any) -> Trust:
    key = json.loads(str(RSAAlgorithm.to_jwk(private.public_key())))
    return replace(Trust((), {"k1": {**key, "kid": "k1"}}, PushIdentity(ACCOUNT)), **changes)


def test_a_push_with_googles_token_for_us_is_valid(private: rsa.RSAPrivateKey):
    assert key_id_of(push(private)) == "k1"
    assert verify(rule("gmail"), push(private), of_google(private), NOW) is Verdict.VALID
    agreed = of_google(private, pusher=PushIdentity(ACCOUNT, "agreed"))
    assert verify(rule("gmail"), push(private, aud="agreed"), agreed, NOW) is Verdict.VALID
    assert verify(rule("gmail"), push(private), agreed, NOW) is Verdict.WRONG


def test_a_push_for_or_from_somebody_else_is_wrong(private: rsa.RSAPrivateKey):
    trust = of_google(private)
    others: tuple[dict[str, Any], ...] = (
        {"aud": "https://elsewhere.example"},
        {"iss": "https://evil.example"},
        {"email": "other@acme.iam.gserviceaccount.com"},
        {"email_verified": False},
        {"email_verified": "true"},
    )
    for claims in others:
        assert verify(rule("gmail"), push(private, **claims), trust, NOW) is Verdict.WRONG, claims
    for claim in ("aud", "iss", "email", "exp", "iat", "email_verified"):
        assert verify(rule("gmail"), push(private, drop=claim), trust, NOW) is Verdict.WRONG, claim


def test_another_key_or_algorithm_is_wrong(private: rsa.RSAPrivateKey):
    other = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    trust = of_google(private)
    assert verify(rule("gmail"), push(other), trust, NOW) is Verdict.WRONG
    assert verify(rule("gmail"), push(private, kid="k2"), trust, NOW) is Verdict.WRONG
    assert verify(rule("gmail"), push(private, kid=None), trust, NOW) is Verdict.MISSING
    assert verify(rule("gmail"), push("k" * 40, algorithm="HS256"), trust, NOW) is Verdict.WRONG
    assert verify(rule("gmail"), push(None, algorithm="none"), trust, NOW) is Verdict.WRONG


def test_an_old_or_future_token_is_stale(private: rsa.RSAPrivateKey):
    trust = of_google(private)
    assert verify(rule("gmail"), push(private), trust, NOW + timedelta(hours=2)) is Verdict.STALE
    assert verify(rule("gmail"), push(private), trust, NOW - timedelta(hours=2)) is Verdict.STALE
    assert verify(rule("gmail"), push(private, exp="soon"), trust, NOW) in (Verdict.STALE, Verdict.WRONG)


def test_a_push_without_its_header_is_refused(private: rsa.RSAPrivateKey):
    for headers in ({}, {"authorization": "Basic x"}, {"authorization": "Bearer "}, {"authorization": "Bearer a.b.c"}):
        post = Post("POST", URL, headers, b"{}")
        assert verify(rule("gmail"), post, of_google(private), NOW) is Verdict.MISSING
    assert verify(rule("gmail"), push(private), of_google(private, pusher=None), NOW) is Verdict.NO_SECRET
