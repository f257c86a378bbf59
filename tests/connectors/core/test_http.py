"""The client, over real sockets and on virtual time."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import pytest
from pydantic import SecretStr

from storage.database import DatabaseConfig
from storage.kernel.clock import FixedClock
from tests.connectors.core.conftest import SETTINGS, VirtualSleep, vendors_over
from tests.connectors.core.vendor import LoopbackVendor, endless
from tests.spans import recorded
from tools.connectors.core.errors import VendorRefused, VendorRejected, VendorUnavailable
from tools.connectors.core.http import AccessToken, VendorClient
from tools.connectors.core.vendors import Vendors

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    """What the two databases differ in is tested with the renewals."""
    return embedded_config


class Held:
    """Tokens that are handed over; what became of them is kept."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = [AccessToken(SecretStr(one), number) for number, one in enumerate(tokens)]
        self.renewals = 0
        self.refusals = 0

    async def current(self) -> AccessToken:
        return self.tokens[0]

    async def renewed(self, stale: AccessToken) -> AccessToken:
        self.renewals += 1
        return self.tokens[stale.version + 1]

    async def worked(self, token: AccessToken) -> None: ...

    async def refused(self, token: AccessToken, reason: str) -> None:  # noqa: ARG002 - as a client calls it
        self.refusals += 1


def client_of(vendors: Vendors, name: str, *tokens: str, **settings: str) -> VendorClient:
    return vendors.client_with(
        name, settings or SETTINGS.get(name, {}), Held(*(tokens or ("token-1",))), budget_of="one connection"
    )


@pytest.mark.parametrize(
    ("name", "path", "header", "value"),
    [
        ("shopify", "/admin/api/2026-10/x", "x-shopify-access-token", "token-1"),
        ("stripe", "/x", "authorization", "Bearer token-1"),
        ("stripe", "/x", "stripe-version", "2026-10-28.endive"),
        ("square", "/x", "square-version", "2026-09-16"),
        ("zoho", "/crm/v8/x", "authorization", "Zoho-oauthtoken token-1"),
        ("quickbooks", "/v3/company/4620816365/x", "accept", "application/json"),
        ("xero", "/api.xro/2.0/x", "xero-tenant-id", SETTINGS["xero"]["tenant_id"]),
        ("gmail", "/gmail/v1/users/me/x", "authorization", "Bearer token-1"),
    ],
)
async def test_a_request_carries_what_its_vendor_wants(vendors: Vendors, vendor: LoopbackVendor, name: str, path: str, header: str, value: str) -> None:  # fmt: skip
    await client_of(vendors, name).request("GET", "/x")
    (seen,) = vendor.seen
    assert (seen.path, seen.headers[header]) == (path, value)


async def test_a_version_in_the_query_stays_beside_the_callers_parameters(vendors: Vendors, vendor: LoopbackVendor) -> None:  # fmt: skip
    await client_of(vendors, "quickbooks").request("GET", "/query", params={"query": "SELECT * FROM Item"})
    assert vendor.seen[0].query == {"minorversion": "75", "query": "SELECT * FROM Item"}


async def test_the_link_to_the_next_page_keeps_its_own_query(vendors: Vendors, vendor: LoopbackVendor) -> None:
    link = f"{vendor.url}/v1.0/me/messages?$skip=10&$select=id"
    await client_of(vendors, "outlook").request("GET", link)
    assert (vendor.seen[0].path, vendor.seen[0].query) == ("/v1.0/me/messages", {"$skip": "10", "$select": "id"})


async def test_a_cookie_of_one_accounts_session_goes_into_no_other_request(vendors: Vendors, vendor: LoopbackVendor) -> None:  # fmt: skip
    vendor.script = [(200, {"Set-Cookie": "session=of-another; Path=/"}, {})]
    for _ in range(2):
        await client_of(vendors, "stripe").request("GET", "/x")
    assert ["cookie" in seen.headers for seen in vendor.seen] == [False, False]


async def test_numbers_stay_exact(vendors: Vendors, vendor: LoopbackVendor) -> None:
    vendor.script = [(200, {}, b'{"a": 0.1, "b": 12345678901234567890.123456, "c": 7}')]
    answer = await client_of(vendors, "stripe").request("GET", "/x")
    assert answer.body == {"a": Decimal("0.1"), "b": Decimal("12345678901234567890.123456"), "c": 7}
    assert answer.raw == b'{"a": 0.1, "b": 12345678901234567890.123456, "c": 7}'
    assert repr(answer) == "VendorResponse(status=200)"


@pytest.mark.parametrize("status", [204, 304])
async def test_an_answer_without_content_is_an_answer(vendors: Vendors, vendor: LoopbackVendor, status: int) -> None:
    vendor.script = [(status, {}, b"")]
    answer = await client_of(vendors, "zoho").request("GET", "/x")
    assert (answer.status, answer.body) == (status, None)


# ── too much ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_retry_after_in_seconds_is_waited_for(vendors: Vendors, vendor: LoopbackVendor, clock: FixedClock) -> None:  # fmt: skip
    vendor.script = [(429, {"Retry-After": "7"}, {})]
    began = clock.now()
    await client_of(vendors, "outlook").request("GET", "/me")
    assert 7 <= (clock.now() - began).total_seconds() < 8
    assert len(vendor.seen) == 2


async def test_retry_after_as_a_date_is_waited_for(vendors: Vendors, vendor: LoopbackVendor, clock: FixedClock) -> None:
    began = clock.now()
    vendor.script = [(429, {"Retry-After": format_datetime(began + timedelta(seconds=9), usegmt=True)}, {})]
    await client_of(vendors, "outlook").request("GET", "/me")
    assert 9 <= (clock.now() - began).total_seconds() < 10


@pytest.mark.parametrize("header", ["soon", "-5", "1e9", "Wed, 99 Foo 2026", "9" * 400, "nan"])
async def test_a_retry_after_that_says_nothing_is_passed_over(
    vendors: Vendors, vendor: LoopbackVendor, clock: FixedClock, header: str
) -> None:
    vendor.script = [(429, {"Retry-After": header}, {})]
    began = clock.now()
    await client_of(vendors, "outlook").request("GET", "/me")
    assert (clock.now() - began).total_seconds() <= 0.5


async def test_without_a_hint_waits_grow_and_are_spread(vendors: Vendors, vendor: LoopbackVendor, sleep: VirtualSleep) -> None:  # fmt: skip
    vendor.script = [(429, {}, {})] * 4
    await client_of(vendors, "stripe").request("GET", "/v1/charges")
    waits = [one for one in sleep.slept if one > 0]
    assert len(waits) == 4
    assert all(wait <= limit for wait, limit in zip(waits, (0.5, 1, 2, 4), strict=True))
    assert len(set(waits)) == 4


async def test_a_vendor_that_stays_busy_is_late_and_not_wrong(vendors: Vendors, vendor: LoopbackVendor) -> None:
    vendor.script = [(503, {}, {})] * 9
    with pytest.raises(VendorUnavailable) as late:
        await client_of(vendors, "stripe").request("GET", "/x")
    assert late.value.status == 503
    assert len(vendor.seen) == 5


async def test_what_would_take_too_long_is_told_at_once(vendors: Vendors, vendor: LoopbackVendor, sleep: VirtualSleep) -> None:  # fmt: skip
    vendor.script = [(429, {"Retry-After": "3600", "X-Rate-Limit-Problem": "day"}, {})]
    with pytest.raises(VendorUnavailable) as late:
        await client_of(vendors, "xero").request("GET", "/Invoices")
    assert late.value.retry_after == 3600
    assert sleep.slept == []


async def test_a_budget_of_the_day_that_is_spent_is_not_asked_again(vendors: Vendors, vendor: LoopbackVendor) -> None:
    vendor.script = [(429, {}, {"policyName": "DAILY"})]
    with pytest.raises(VendorUnavailable):
        await client_of(vendors, "hubspot").request("GET", "/x")
    vendor.script = [(429, {}, {"policyName": "TEN_SECONDLY_ROLLING"})]
    await client_of(vendors, "hubspot").request("GET", "/x")
    assert len(vendor.seen) == 3


async def test_gmail_says_too_much_with_403_and_when_to_come_back(vendors: Vendors, vendor: LoopbackVendor, clock: FixedClock) -> None:  # fmt: skip
    began = clock.now()
    at = (began + timedelta(seconds=20)).isoformat().replace("+00:00", "Z")
    reasons = [{"domain": "usageLimits", "reason": "userRateLimitExceeded"}]
    vendor.script = [(403, {}, {"error": {"code": 403, "message": f"User-rate limit exceeded.  Retry after {at}", "errors": reasons}})]  # fmt: skip
    await client_of(vendors, "gmail").request("GET", "/messages")
    assert 20 <= (clock.now() - began).total_seconds() < 21
    vendor.script = [(403, {}, {"error": {"code": 403, "message": "Insufficient Permission", "errors": [{"reason": "insufficientPermissions"}]}})]  # fmt: skip
    with pytest.raises(VendorRejected, match="Insufficient Permission"):
        await client_of(vendors, "gmail").request("GET", "/messages")


def throttle_status(available: float, requested: int, actual: int | None) -> dict[str, Any]:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": available, "restoreRate": 100.0}
    return {"cost": {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": status}}


async def test_shopify_says_too_much_with_200_and_is_asked_when_there_is_enough(vendors: Vendors, vendor: LoopbackVendor, clock: FixedClock) -> None:  # fmt: skip
    vendor.script = [
        (200, {}, {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "extensions": throttle_status(100, 700, None)}),
        (200, {}, {"data": {"shop": {}}, "extensions": throttle_status(50, 700, 650)}),
        (200, {}, {"data": {}, "extensions": throttle_status(50, 300, 250)}),
    ]  # fmt: skip
    client, began = client_of(vendors, "shopify"), clock.now()
    answer = await client.request("POST", "/graphql.json", json={"query": "{…}"}, cost=50, repeatable=True)
    assert "data" in answer.body
    waited = (clock.now() - began).total_seconds()
    assert 6.0 <= waited < 6.6  # (700 − 100) / 100, and no more than the jitter beyond
    # What the answer told is known to the next request: it waits for the 250 that are missing.
    await client.request("POST", "/graphql.json", json={}, cost=300, repeatable=True)
    assert 2.4 <= (clock.now() - began).total_seconds() - waited <= 2.6
    assert len(vendor.seen) == 3


async def test_a_query_that_shopify_takes_for_wrong_is_the_callers_to_read(vendors: Vendors, vendor: LoopbackVendor) -> None:  # fmt: skip
    vendor.script = [(200, {}, {"errors": [{"message": "Field 'x' doesn't exist", "extensions": {"code": "undefinedField"}}]})]  # fmt: skip
    answer = await client_of(vendors, "shopify").request("POST", "/graphql.json", json={}, repeatable=True)
    assert answer.body["errors"][0]["extensions"]["code"] == "undefinedField"


async def test_stripes_own_word_on_retrying_is_the_last(vendors: Vendors, vendor: LoopbackVendor) -> None:
    vendor.script = [(500, {"Stripe-Should-Retry": "false"}, {"error": {"message": "no use"}})]
    with pytest.raises(VendorRejected, match="no use"):
        await client_of(vendors, "stripe").request("GET", "/x")
    vendor.script = [(400, {"Stripe-Should-Retry": "true"}, {})]
    await client_of(vendors, "stripe").request("GET", "/x")
    assert len(vendor.seen) == 3


# ── writes ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("failure", [(429, {}, {}), (503, {}, {}), (500, {}, {})])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_write_is_never_sent_twice(vendors: Vendors, vendor: LoopbackVendor, failure: Any, method: str) -> None:
    vendor.script = [failure]
    with pytest.raises(VendorUnavailable):
        await client_of(vendors, "stripe").request(method, "/v1/customers", form={"name": "A"})
    assert len(vendor.seen) == 1


async def test_a_write_with_a_key_is_repeated_with_the_same_key(vendors: Vendors, vendor: LoopbackVendor) -> None:
    vendor.script = [(503, {}, {})]
    await client_of(vendors, "stripe").request("POST", "/v1/customers", form={"name": "A"}, idempotency_key="k-1")
    assert [one.headers["idempotency-key"] for one in vendor.seen] == ["k-1", "k-1"]


async def test_a_key_that_the_vendor_has_no_header_for_repeats_nothing(vendors: Vendors, vendor: LoopbackVendor) -> None:  # fmt: skip
    vendor.script = [(503, {}, {})]
    with pytest.raises(VendorUnavailable):
        await client_of(vendors, "hubspot").request("POST", "/x", json={}, idempotency_key="k-1")
    assert len(vendor.seen) == 1


async def test_a_connection_that_breaks_is_tried_again_for_reads_alone(vendors: Vendors, sleep: VirtualSleep) -> None:
    """A server that hangs up on whoever comes, twice, and then answers."""
    met = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal met
        met += 1
        await reader.readuntil(b"\r\n\r\n")
        if met % 3 == 0:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")  # fmt: skip
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    broken = vendors_over(vendors.store.database, url, sleep, vendors.clock)
    async with server, broken.http:
        assert (await client_of(broken, "stripe").request("GET", "/x")).body == {}
        assert met == 3
        with pytest.raises(VendorUnavailable, match="the connection broke"):
            await client_of(broken, "stripe").request("POST", "/x", form={})
        assert met == 4


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_token_that_is_not_taken_is_renewed_once(vendors: Vendors, vendor: LoopbackVendor) -> None:
    vendor.checks_tokens, vendor.keys = True, {"token-2"}
    tokens = Held("token-1", "token-2")
    client = vendors.client_with("stripe", {}, tokens, budget_of="c")
    await client.request("POST", "/v1/customers", form={})  # nothing was done for a stranger
    assert [one.headers["authorization"] for one in vendor.seen] == ["Bearer token-1", "Bearer token-2"]
    assert tokens.renewals == 1


async def test_a_renewed_token_that_is_not_taken_either_ends_it(vendors: Vendors, vendor: LoopbackVendor) -> None:
    vendor.checks_tokens = True
    tokens = Held("token-1", "token-2", "token-3")
    with pytest.raises(VendorRefused):
        await vendors.client_with("stripe", {}, tokens, budget_of="c").request("GET", "/x")
    assert (tokens.renewals, tokens.refusals, len(vendor.seen)) == (1, 1, 2)


@pytest.mark.parametrize("status", [400, 403, 404, 410, 422])
async def test_a_bad_request_is_told_with_its_status_and_the_vendors_words(vendors: Vendors, vendor: LoopbackVendor, status: int) -> None:  # fmt: skip
    vendor.script = [(status, {}, {"error": {"message": "no such cursor: token-1 " + "x" * 900}})]
    with pytest.raises(VendorRejected) as wrong:
        await client_of(vendors, "gmail").request("GET", "/history")
    assert wrong.value.status == status
    assert wrong.value.reason.startswith("no such cursor: [redacted] xxx")
    assert len(wrong.value.reason) <= 300
    assert len(vendor.seen) == 1


@pytest.mark.parametrize("location", ["https://evil.example/x", "//evil.example/x", "http://127.0.0.1:1/x", "", "http://[bad"])  # fmt: skip
async def test_a_redirect_never_takes_the_token_to_another_server(vendors: Vendors, vendor: LoopbackVendor, location: str) -> None:  # fmt: skip
    vendor.script = [(302, {"Location": location}, b"")] * 9
    with pytest.raises(VendorRejected):
        await client_of(vendors, "stripe").request("GET", "/x")
    assert all(one.path == "/x" for one in vendor.seen)


async def test_a_redirect_within_the_server_is_followed_for_reads(vendors: Vendors, vendor: LoopbackVendor) -> None:
    vendor.script = [(302, {"Location": "/y?z=1"}, b"")]
    await client_of(vendors, "stripe").request("GET", "/x", params={"a": "b"})
    assert [(one.path, one.query) for one in vendor.seen] == [("/x", {"a": "b"}), ("/y", {"z": "1"})]
    vendor.script = [(302, {"Location": "/y"}, b"")]
    with pytest.raises(VendorRejected):
        await client_of(vendors, "stripe").request("POST", "/x", form={}, idempotency_key="k")
    assert len(vendor.seen) == 3


async def test_an_answer_without_end_is_cut_off(vendors: Vendors, vendor: LoopbackVendor, sleep: VirtualSleep) -> None:
    small = vendors_over(vendors.store.database, vendor.url, sleep, vendors.clock, max_bytes=100_000)
    async with small.http:
        vendor.script = [(200, {}, endless(b"x" * 10_000))]
        with pytest.raises(VendorRejected, match="larger than 100,000 bytes"):
            await client_of(small, "stripe").request("GET", "/x")


async def test_an_answer_that_drips_is_not_waited_for(vendors: Vendors, vendor: LoopbackVendor, sleep: VirtualSleep) -> None:  # fmt: skip
    hasty = vendors_over(vendors.store.database, vendor.url, sleep, vendors.clock, longest_seconds=0.2)
    async with hasty.http:
        vendor.script = [(200, {}, endless(b"x"))]
        with pytest.raises(VendorUnavailable, match="did not answer in time"):
            await client_of(hasty, "stripe").request("POST", "/x", form={})


async def test_a_small_answer_that_unpacks_to_a_huge_one_is_cut_off_too(vendors: Vendors, vendor: LoopbackVendor, sleep: VirtualSleep) -> None:  # fmt: skip
    import gzip

    small = vendors_over(vendors.store.database, vendor.url, sleep, vendors.clock, max_bytes=100_000)
    async with small.http:
        vendor.script = [(200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * 50_000_000))]
        with pytest.raises(VendorRejected, match="larger than"):
            await client_of(small, "stripe").request("GET", "/x")


@pytest.mark.parametrize("raw", [b"<html>maintenance</html>", b'{"a": NaN}', b'{"a":', b"[" * 100_000, b"\xff\xfe"])
async def test_an_answer_that_is_no_json_is_asked_for_again(vendors: Vendors, vendor: LoopbackVendor, raw: bytes) -> None:  # fmt: skip
    vendor.script = [(200, {"Content-Type": "application/json"}, raw)]
    assert (await client_of(vendors, "stripe").request("GET", "/x")).body == {"ok": True}
    vendor.script = [(200, {"Content-Type": "application/json"}, raw)] * 9
    with pytest.raises(VendorUnavailable, match="cannot be read"):
        await client_of(vendors, "stripe").request("GET", "/x")


# ── what is traced ───────────────────────────────────────────────────────────────────────────────────────


async def test_each_exchange_has_a_span_without_anybodys_values(vendors: Vendors, vendor: LoopbackVendor) -> None:
    vendor.script = [(503, {}, {})]
    with recorded() as spans:
        await client_of(vendors, "stripe", "planted-token").request("GET", "/v1/x", params={"email": "planted@x.example"})  # fmt: skip
    ours = spans.named("GET stripe")
    assert [dict(span.attributes or {})["http.response.status_code"] for span in ours] == [503, 200]
    assert "planted" not in str([dict(span.attributes or {}) for span in ours])
