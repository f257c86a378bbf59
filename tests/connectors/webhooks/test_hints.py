"""What a webhook tells: accounts, resources, and a key that is the same however often it is sent."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.standins.vendors.hubspot.server import HubSpotStandIn
from evals.standins.vendors.quickbooks.render import REALM
from evals.standins.vendors.quickbooks.server import cloud_events, old_notifications
from evals.standins.vendors.square import events as square
from evals.standins.vendors.square.render import MERCHANT
from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.world import World, build_world
from evals.standins.vendors.world.things import Invoice
from evals.standins.vendors.xero.render import TENANT
from evals.standins.vendors.xero.server import XeroStandIn
from storage.kernel.errors import CopilotError, ErrorKind
from tools.connectors.core.config import load_vendors
from tools.connectors.core.webhooks.hints import Hint, hints_of
from tools.connectors.core.webhooks.post import Post

RULES = {name: config.webhook for name, config in load_vendors().items()}
SHOP = {"x-shopify-shop-domain": "Corner.myshopify.com", "x-shopify-event-id": "e-1"}


def hints(vendor: str, body: Any, headers: Mapping[str, str] | None = None) -> tuple[Hint, ...]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    rule = RULES[vendor]
    assert rule is not None
    return hints_of(rule, Post("POST", "https://smb.example", headers or {}, content))


@pytest.fixture(scope="module")
def world() -> World:
    world = build_world()
    world.change(world.customers[0], email="new@mail.example", note="called")
    world.change(world.get(Invoice, 3), status="paid")
    return world


def test_stripes_event_is_known_by_its_id(world: World):
    event = StripeStandIn(world).event_of(world.journal[-2])
    (own,) = hints("stripe", event)
    (connected,) = hints("stripe", {**event, "account": "acct_7"})
    assert (own.account, connected.account, own.topic) == (None, "acct_7", "customer.updated")
    assert own.resource == event["data"]["object"]["id"]
    assert own.occurred_at == datetime.fromtimestamp(event["created"], UTC)
    assert hints("stripe", {**event, "pending_webhooks": 3})[0].key == own.key
    assert hints("stripe", {**event, "id": "evt_other"})[0].key != own.key


@pytest.mark.parametrize("odd", ["half an emoji \ud83d", "nothing \0", 10**40, 1.5])
def test_what_no_store_holds_hides_no_event(odd: Any, world: World):
    """A vendor that is not answered stops telling: also of what has half a character in a note."""
    event = {**StripeStandIn(world).event_of(world.journal[-2]), "note": odd}
    assert hints("stripe", event) == hints("stripe", {**event, "note": "fine"})
    notices = HubSpotStandIn(world).notices([world.journal[-2]])
    (one,), (again,) = (hints("hubspot", [{**notices[0], "propertyValue": odd}]) for _ in range(2))
    assert (one.account, one.key) == (hints("hubspot", notices)[0].account, again.key)
    assert one.key != hints("hubspot", notices)[0].key
    (named,) = hints("stripe", {**event, "data": {"object": {"id": odd}}})
    assert named.resource.isprintable()


def test_squares_event_names_its_merchant(world: World):
    (one,) = hints("square", square.event(world, world.journal[-2]))
    assert (one.account, one.topic, one.kind) == (MERCHANT, "customer.updated", "change")
    (end,) = hints("square", square.revoked("2026-11-02T09:00:00.000Z"))
    assert (end.account, end.kind, end.occurred_at) == (MERCHANT, "ended", datetime(2026, 11, 2, 9, tzinfo=UTC))


def test_hubspot_sends_several_and_its_retries_are_the_same_events(world: World):
    server = HubSpotStandIn(world)
    first = hints("hubspot", server.notices([world.journal[-2]]))
    again = hints("hubspot", server.notices([world.journal[-2]], attempt=2)[::-1])
    assert len({one.key for one in first}) == 2, "a change of two properties is two events with one eventId"
    assert {one.key for one in first} == {one.key for one in again}
    assert {(one.account, one.topic) for one in first} == {("48215776", "contact.propertyChange")}


def test_hubspots_deletions_are_told_apart():
    base = {"portalId": 1, "objectId": 2, "occurredAt": 1_762_075_800_123}
    topics = ("contact.creation", "contact.deletion", "contact.privacyDeletion")
    found = hints("hubspot", [{**base, "subscriptionType": one} for one in topics])
    assert [one.kind for one in found] == ["change", "deleted", "redact"]
    assert found[0].occurred_at == datetime(2025, 11, 2, 9, 30, 0, 123_000, UTC)


def test_quickbooks_mixes_companies_in_the_new_form_and_in_the_old(world: World):
    change = world.journal[-1]
    both = [(REALM, change), ("another", change)]
    new, old = hints("quickbooks", cloud_events(both)), hints("quickbooks", old_notifications(both))
    for found in (new, old):
        assert [one.account for one in found] == [REALM, "another"]
        assert {one.resource for one in found} == {"3"}
        assert len({one.key for one in found}) == 2
    assert (new[0].topic, old[0].topic) == ("qbo.invoice.updated.v1", "Invoice.Update")
    deleted = {**cloud_events(both)[0], "type": "qbo.invoice.deleted.v1"}
    assert hints("quickbooks", [deleted])[0].kind == "deleted"


def test_xero_tells_of_organisations_or_of_nothing(world: World):
    server = XeroStandIn(world)
    (one,) = hints("xero", server.notice([world.journal[-1]]))
    assert (one.account, one.topic) == (TENANT, "INVOICE.UPDATE")
    assert hints("xero", server.notice([])) == ()


def test_shopifys_account_and_topic_are_in_headers():
    headers = {**SHOP, "x-shopify-topic": "orders/updated", "x-shopify-triggered-at": "2026-11-02T10:30:00+01:00"}
    (one,) = hints("shopify", {"id": 17}, headers)
    assert (one.account, one.topic, one.resource, one.kind) == (
        "corner.myshopify.com",
        "orders/updated",
        "17",
        "change",
    )
    assert one.occurred_at == datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    assert hints("shopify", {"id": 17}, {**headers, "x-shopify-webhook-id": "other"})[0].key == one.key
    assert hints("shopify", {"id": 17}, {**headers, "x-shopify-event-id": "e-2"})[0].key != one.key
    (gone,) = hints("shopify", {"id": 17}, {**headers, "x-shopify-topic": "products/delete"})
    assert gone.kind == "deleted"


@pytest.mark.parametrize(
    ("topic", "body", "kind"),
    [
        ("app/uninstalled", {"id": 1, "myshopify_domain": "corner.myshopify.com"}, "ended"),
        ("customers/redact", {"shop_domain": "corner.myshopify.com", "customer": {"id": 5}}, "redact"),
        ("shop/redact", {"shop_id": 1, "shop_domain": "corner.myshopify.com"}, "redact"),
        ("customers/data_request", {"shop_domain": "corner.myshopify.com", "customer": {"id": 5}}, "data_request"),
        ("app/uninstalled", {"id": 1, "myshopify_domain": "other.myshopify.com"}, "change"),
        ("app/uninstalled", {"id": 1}, "change"),
        ("shop/redact", {"shop_domain": "other.myshopify.com"}, "change"),
    ],
)
def test_an_unsigned_header_alone_ends_or_erases_nothing(topic: str, body: dict[str, Any], kind: str):
    assert hints("shopify", body, {**SHOP, "x-shopify-topic": topic})[0].kind == kind


def test_gmails_account_is_inside_its_message():
    inner = base64.urlsafe_b64encode(json.dumps({"emailAddress": "ana@mail.example", "historyId": 9_001}).encode()).decode()  # fmt: skip
    body = {"message": {"data": inner, "messageId": "77", "publishTime": "2026-11-02T09:30:00Z"}, "subscription": "s"}
    (one,) = hints("gmail", body)
    assert (one.account, one.resource) == ("ana@mail.example", "9001")
    assert one.occurred_at == datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    for broken in ("%%%", "", "e30", 7, None):
        assert hints("gmail", {"message": {"data": broken, "messageId": "77"}})[0].account is None


def test_a_calendars_channel_tells_by_headers_alone_that_something_changed():
    rule = RULES["gmail"]
    assert rule is not None

    def told(state: str, number: str = "7", channel: str = "41", body: bytes = b"") -> tuple[Hint, ...]:
        headers = {
            "x-goog-resource-state": state,
            "x-goog-message-number": number,
            "x-goog-channel-id": channel,
            "x-goog-resource-id": "o3hgv1538sdjfh",
        }
        return hints_of(rule.at("a connection"), Post("POST", "https://smb.example", headers, body))

    assert told("sync") == told("SYNC") == ()
    (one,) = told("exists")
    assert (one.account, one.topic, one.kind, one.occurred_at) == (None, "exists", "change", None)
    assert told("not_exists")[0].kind == "change"
    for body in (b"{", b"\xff", b'{"id": 1}'):
        assert told("exists", body=body) == (one,), "nothing is read of a body"
    others = (told("exists", "8"), told("exists", channel="42"), told("exists", "17", "4"), told("exists", "1.7", "4"))
    assert len({one.key, *(other[0].key for other in others)}) == 5


def test_zoho_and_outlook_leave_the_account_to_the_address():
    zoho = {"module": "Contacts", "operation": "delete", "ids": ["1", "2"], "server_time": 1_762_075_800_000}
    assert [(one.account, one.kind, one.resource) for one in hints("zoho", zoho)] == [(None, "deleted", "1")]
    notices = {"value": [{"changeType": "deleted", "resource": "r", "resourceData": {"id": "m1"}}, {"lifecycleEvent": "missed"}]}  # fmt: skip
    found = hints("outlook", notices)
    assert [(one.account, one.topic, one.kind, one.resource) for one in found] == [(None, "deleted", "deleted", "m1"), (None, "missed", "change", "")]  # fmt: skip


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000, b'{"a":NaN}'])
def test_what_is_no_json_is_invalid(body: bytes):
    with pytest.raises(CopilotError) as refused:
        hints("stripe", body)
    assert refused.value.kind is ErrorKind.INVALID


NAMES = st.sampled_from(
    "id events value account created message data type occurredAt portalId realmId time eventNotifications dataChangeEvent "
    "entities tenantId ids server_time created_at eventDateUtc".split()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)  # fmt: skip


@given(body=JSON, vendor=st.sampled_from([name for name, rule in RULES.items() if rule is not None]))
def test_whatever_json_it_is_it_is_read_the_same_twice_and_fits_the_store(body: Any, vendor: str):
    found = hints(vendor, body)
    assert found == hints(vendor, body)
    for one in found:
        assert len(one.key) == 64
        for text in (one.account or "", one.topic, one.resource):
            assert len(text) <= 200
            assert text.isprintable()
        assert one.occurred_at is None or one.occurred_at.tzinfo is not None
