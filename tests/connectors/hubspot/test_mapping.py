"""What HubSpot's objects become: its CRM as contacts and deals, its commerce as orders and movements of money."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.connectors.damage import damaged
from tests.connectors.hubspot import payloads as p
from tests.connectors.mapping import assert_nothing_lost, rows
from tests.connectors.mapping import mapped_in_berlin as mapped

KNOWN: list[tuple[str, Any]] = [
    ("contacts", p.CONTACT), ("companies", p.COMPANY), ("deals", p.DEAL), ("products", p.PRODUCT), ("line_items", p.LINE_ITEM),
    ("orders", p.ORDER), ("invoices", p.INVOICE), ("commerce_payments", p.PAYMENT), ("emails", p.EMAIL),
    ("meetings", p.MEETING), ("deals", p.DEAL_V1), ("contacts", p.CONTACTS_V1),
]  # fmt: skip


def money(amount: str, currency: str = "EUR") -> dict[str, str]:
    return {"amount": amount, "currency": currency}


def with_properties(record: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {**record, "properties": {**record["properties"], **properties}}


@pytest.mark.parametrize(("object_", "payload"), KNOWN)
def test_hubspot_shapes_are_known_to_the_last_leaf(object_: str, payload: Any) -> None:
    report = mapped("hubspot", object_, payload)
    assert_nothing_lost(report, payload)
    assert report.problems == ()
    assert report.coverage.unknown == 0


def test_a_hubspot_contact_who_is_a_customer_is_a_contact_and_a_customer() -> None:
    report = mapped("hubspot", "contacts", p.CONTACT)
    person = {
        "name": "Eva Maier",
        "email": "eva.maier@example.org",
        "phone": "+49 170 555",
        "company": "Müller & Söhne GmbH",
    }
    made = "2024-02-29T23:30:00.123000Z"
    assert rows(report, "contacts") == [
        person
        | {
            "key": "contact:51",
            "title": "Head of Purchasing",
            "stage": "customer",
            "owner": "77001",
            "created_at": made,
        }
    ]
    assert rows(report, "unified_customers") == [
        person | {"id": "hubspot:contact:51", "segment": "customer", "first_seen_at": made}
    ]
    home = {
        "line1": "Hauptstraße 5",
        "city": "München",
        "state": "Bayern",
        "postal_code": "80331",
        "country": "Germany",
    }
    assert rows(report, "addresses") == [home, home]
    assert report.rows[0].provenance["name"].pointers == ("/properties/firstname", "/properties/lastname")
    assert report.rows[0].provenance["name"].rule == "contact.contact.name"


def test_a_hubspot_lead_is_no_customer() -> None:
    lead = with_properties(p.CONTACT, lifecyclestage="lead")
    assert rows(mapped("hubspot", "contact", lead), "unified_customers") == []


def test_a_custom_hubspot_property_is_kept_and_a_new_one_of_hubspot_is_told_as_unknown() -> None:
    report = mapped("hubspot", "contact", with_properties(p.CONTACT, hs_brand_new="1", my_own="2"))
    why = {leaf.pointer: leaf.why for leaf in report.unmapped}
    assert why["/properties/my_own"] == why["/properties/favourite_colour"] == "kept_raw"
    assert why["/properties/hs_brand_new"] == "unknown"
    assert report.coverage.unknown == 1


def test_a_hubspot_company_is_a_contact_and_no_customer() -> None:
    report = mapped("hubspot", "company", p.COMPANY)
    assert rows(report, "contacts") == [
        {
            "key": "company:8801",
            "name": "Müller & Söhne GmbH",
            "company": "Müller & Söhne GmbH",
            "phone": "+49 89 12345",
            "stage": "customer",
            "owner": "77001",
            "created_at": "2024-02-29T23:30:00.123000Z",
        }
    ]
    assert rows(report, "unified_customers") == []


def test_a_hubspot_deal_keeps_its_exact_amount_its_own_currency_and_its_contacts_once() -> None:
    assert rows(mapped("hubspot", "deals", p.DEAL), "deals") == [
        {
            "key": "deal:9001",
            "title": "Espresso machines",
            "pipeline": "default",
            "stage": "1029384",
            "status": "won",
            "owner": "77001",
            "contacts": ["contact:51", "contact:52"],
            "currency": "CHF",
            "amount": money("12345.678901", "CHF"),
            "probability": 1.0,
            "expected_on": "2026-10-31",
            "opened_at": "2026-09-01T07:00:00Z",
            "closed_at": "2026-10-31T09:00:00Z",
        }
    ]


@pytest.mark.parametrize(
    ("properties", "status"),
    [
        ({"hs_is_closed_won": "true"}, "won"),
        ({"hs_is_closed_lost": "true"}, "lost"),
        ({"hs_is_closed": "true", "hs_is_closed_won": "false"}, "lost"),
        ({"hs_is_closed": "false", "dealstage": "closedwon"}, "open"),
        ({"dealstage": "closedwon"}, "won"),
        ({"dealstage": "closedlost"}, "lost"),
        ({"dealstage": "77", "hs_deal_stage_probability": "0.0"}, "lost"),
        ({"dealstage": "77", "hs_deal_stage_probability": "1"}, "won"),
        ({"dealstage": "77", "hs_deal_stage_probability": "0.40000000000000002220446049250313080847263336181640625"}, "open"),
        ({"dealstage": None, "hs_is_closed": None}, "open"),
    ],
)  # fmt: skip
def test_a_hubspot_deal_is_won_or_lost_by_what_hubspot_worked_out_or_by_its_stage(
    properties: dict[str, Any], status: str
) -> None:
    report = mapped("hubspot", "deal", {"id": "1", "properties": {"dealname": "x", **properties}})
    assert [row["status"] for row in rows(report, "deals")] == [status]


def test_the_close_date_of_an_open_hubspot_deal_is_only_expected() -> None:
    deal = {
        "id": "1",
        "properties": {"dealname": "x", "dealstage": "qualifiedtobuy", "closedate": "2026-12-31T22:59:59Z"},
    }
    (row,) = rows(mapped("hubspot", "deal", deal, zone=ZoneInfo("America/New_York")), "deals")
    assert row["expected_on"] == "2026-12-31"
    assert "closed_at" not in row


def test_days_that_hubspot_writes_as_midnight_in_utc_are_those_days_everywhere() -> None:
    america = ZoneInfo("America/Los_Angeles")
    deal = {"id": "1", "properties": {"dealname": "x", "closedate": "2026-12-31T00:00:00Z"}}
    (row,) = rows(mapped("hubspot", "deal", deal, zone=america), "deals")
    assert row["expected_on"] == "2026-12-31"
    invoice = with_properties(p.INVOICE, hs_invoice_date="2026-11-10T00:00:00Z", hs_due_date="1796860800000")
    (sale,) = rows(mapped("hubspot", "invoice", invoice, zone=america), "unified_orders")
    assert (sale["ordered_on"], sale["due_on"]) == ("2026-11-10", "2026-12-10")


@pytest.mark.parametrize(("amount", "currency"), [("5000", "JPY"), ("1.234", "KWD"), ("-25.50", "EUR")])
def test_hubspot_amounts_are_in_major_units_whatever_the_currency(amount: str, currency: str) -> None:
    deal = {"id": "1", "properties": {"amount": amount, "deal_currency_code": currency}}
    (row,) = rows(mapped("hubspot", "deal", deal), "deals")
    assert row["amount"] == money(amount, currency)


def test_a_hubspot_deal_of_v1_reads_as_one_of_v3() -> None:
    report = mapped("hubspot", "deals", p.DEAL_V1)
    (row,) = rows(report, "deals")
    assert row["amount"] == money("0.10")
    assert row["status"] == "lost"
    assert row["closed_at"] == "2014-08-31T00:00:00Z"
    assert row["contacts"] == ["contact:27136", "contact:27137"]
    assert report.rows[0].provenance["amount"].pointers == ("/properties/amount/value",)


def test_hubspot_contacts_of_v1_find_their_address_among_their_identities() -> None:
    assert rows(mapped("hubspot", "contacts", p.CONTACTS_V1), "contacts") == [
        {"key": "contact:204727", "name": "Bob", "email": "bob@x.org"}
    ]


def test_a_hubspot_product_has_its_list_price_and_its_cost() -> None:
    report = mapped("hubspot", "products", p.PRODUCT)
    (product,) = rows(report, "unified_products")
    assert product["id"] == "hubspot:3001"
    assert (product["sku"], product["status"], product["list_price"]) == ("ESP-2", "active", money("1999.90"))
    assert rows(report, "product_costs") == [{"cost": money("1200.005")}]


def test_a_hubspot_line_item_alone_is_no_sale() -> None:
    report = mapped("hubspot", "line_item", p.LINE_ITEM)
    assert [row.table for row in report.rows] == ["unified_products"]
    assert "list_price" not in report.rows[0].fields


def test_a_hubspot_order_without_its_lines_counts_what_was_paid_less_tax_and_shipping() -> None:
    report = mapped("hubspot", "orders", p.ORDER)
    (order,) = rows(report, "unified_orders")
    assert order["amount"] == money("3599.82")
    assert (order["tax"], order["shipping"], order["total"]) == (money("685.85"), money("9.90"), money("4295.57"))
    assert order["ordered_at"] == "2026-11-01T23:30:00Z"
    assert order["ordered_on"] == "2026-11-02", "the tenant's day"
    assert order["status"] == "completed"
    assert rows(report, "order_lines") == []
    assert [row["amount"] for row in rows(report, "refunds")] == [money("100.00")]
    assert report.rows[0].provenance["amount"].pointers == (
        "/properties/hs_total_price", "/properties/hs_tax", "/properties/hs_shipping_cost",
    )  # fmt: skip


def test_lines_put_into_a_hubspot_order_are_read_with_their_discount() -> None:
    order = {**p.ORDER, "associations": {"line items": {"results": [{**p.LINE_ITEM, "type": "order_to_line_item"}]}}}
    (line,) = rows(mapped("hubspot", "order", order), "order_lines")
    assert line["quantity"] == "2"
    assert (line["gross"], line["discount"], line["net"]) == (money("3999.80"), money("399.98"), money("3599.82"))
    assert line["tax"] == money("683.97")


def test_a_hubspot_order_without_a_price_is_an_order_without_an_amount() -> None:
    order = {
        "id": "1",
        "properties": {"hs_order_name": "Camping", "hs_currency_code": "usd", "hs_createdate": "2026-11-01T10:00:00Z"},
    }
    (row,) = rows(mapped("hubspot", "order", order), "unified_orders")
    assert (row["number"], row["currency"], row["ordered_on"]) == ("Camping", "USD", "2026-11-01")
    assert row.keys().isdisjoint({"amount", "total", "tax"})


def test_a_cancelled_hubspot_order_is_no_sale() -> None:
    for order in (with_properties(p.ORDER, hs_external_order_status="Cancelled"), {**p.ORDER, "archived": True}):
        (row,) = rows(mapped("hubspot", "order", order), "unified_orders")
        assert row["status"] == "cancelled"


def test_a_hubspot_invoice_is_a_claim_and_a_sale_net_of_tax() -> None:
    report = mapped("hubspot", "invoices", p.INVOICE)
    (claim,) = rows(report, "unified_transactions")
    (sale,) = rows(report, "unified_orders")
    assert (claim["kind"], claim["amount"], claim["status"]) == ("invoice", money("119.00", "USD"), "open")
    assert claim["order"] == sale["key"] == "invoice:44446244097"
    assert (sale["amount"], sale["tax"], sale["due_on"]) == (
        money("100.00", "USD"),
        money("19.00", "USD"),
        "2026-12-10",
    )
    assert (
        rows(mapped("hubspot", "invoice", with_properties(p.INVOICE, hs_invoice_status="draft")), "unified_orders")
        == []
    )


def test_a_refunded_hubspot_payment_comes_in_whole_and_goes_back_in_part() -> None:
    report = mapped("hubspot", "commerce_payments", p.PAYMENT)
    charge, refund = rows(report, "unified_transactions")
    assert (charge["kind"], charge["amount"], charge["fee"]) == ("charge", money("119.00", "USD"), money("3.75", "USD"))
    assert charge["status"] == "succeeded"
    assert (refund["kind"], refund["amount"]) == ("refund", money("-19.00", "USD"))


def test_a_mail_logged_in_hubspot_has_all_its_recipients_and_not_its_text() -> None:
    report = mapped("hubspot", "emails", p.EMAIL)
    assert rows(report, "messages") == [
        {
            "key": "email:601",
            "thread": "t-9",
            "subject": "Re: offer 🚚",
            "preview": "The whole text…",
            "sender": "eva.maier@example.org",
            "sender_name": "Eva Maier",
            "recipients": ["sales@shop.example", "info@shop.example", "boss@shop.example"],
            "folder": "inbox",
            "sent_at": "2026-11-20T08:30:00Z",
        }
    ]
    headers = with_properties(p.EMAIL, hs_email_from_email=None, hs_email_to_email=None, hs_email_cc_email=None)
    (row,) = rows(mapped("hubspot", "emails", headers), "messages")
    assert (row["sender"], row["recipients"]) == ("eva.maier@example.org", ["sales@shop.example"])


def test_a_hubspot_meeting_is_an_appointment_in_milliseconds_or_iso() -> None:
    (row,) = rows(mapped("hubspot", "meetings", p.MEETING), "calendar_events")
    assert (row["starts_at"], row["ends_at"]) == ("2026-11-20T09:00:00Z", "2026-11-20T09:30:00Z")
    assert row["attendees"] == ["eva@example.org", "bo@example.org"]


def test_a_page_of_a_hubspot_search_is_its_records() -> None:
    archived: dict[str, Any] = {"id": "52", "properties": {}, "archived": True, "archivedAt": "2026-11-01T00:00:00Z"}
    page: dict[str, Any] = {
        "total": 2,
        "results": [p.CONTACT, archived],
        "paging": {"next": {"after": "2", "link": "https://x"}},
    }
    report = mapped("hubspot", "CONTACTS", page)
    assert report.objects == 2
    assert rows(report, "contacts")[1] == {"key": "contact:52", "deleted": True}
    assert_nothing_lost(report, page)


@pytest.mark.parametrize(
    "body",
    [
        {"results": []},
        {"total": 0, "results": []},
        {"status": "COMPLETE", "results": [], "numErrors": 1, "errors": [{"category": "OBJECT_NOT_FOUND"}]},
        {"status": "error", "message": "no", "correlationId": "c", "category": "RATE_LIMITS", "policyName": "DAILY"},
        [{"eventId": 1, "subscriptionId": 2, "portalId": 3, "appId": 4, "occurredAt": 1795165200000, "objectId": 51,
          "subscriptionType": "contact.propertyChange", "attemptNumber": 0, "propertyName": "email",
          "propertyValue": "a@b.c", "changeSource": "CRM"}],
        {"results": [{"id": "default", "label": "Sales", "displayOrder": 0, "createdAt": "1970-01-01T00:00:00Z",
                      "archived": False}]},
        [],
    ],
)  # fmt: skip
def test_empty_pages_errors_hints_and_definitions_of_hubspot_make_no_rows(body: Any) -> None:
    for object_ in ("contacts", "deal", "order", "webhook"):
        report = mapped("hubspot", object_, body)
        assert report.rows == ()
        assert_nothing_lost(report, body)


def test_errors_and_hints_of_hubspot_are_no_drift() -> None:
    error = {"status": "error", "message": "no", "correlationId": "c", "category": "RATE_LIMITS", "policyName": "DAILY"}
    hint = {"eventId": 1, "subscriptionType": "deal.creation", "objectId": 5, "occurredAt": 1795165200000}
    assert (
        mapped("hubspot", "deals", error).coverage.unknown == mapped("hubspot", "deals", [hint]).coverage.unknown == 0
    )


def test_hubspot_objects_are_found_by_any_name() -> None:
    for name, known in {"Companies": "company", "0-3": "deal", "lineItems": "line_item", "LINE ITEMS": "line_item",
                        "commerce_payments": "commerce_payment", "0-123": "order", "Tickets": "ticket"}.items():  # fmt: skip
        assert mapped("hubspot", name, {"results": []}).object == known


@settings(deadline=None)
@given(damaged([payload for _, payload in KNOWN]), st.sampled_from(sorted({object_ for object_, _ in KNOWN})))
def test_whatever_hubspot_sends_no_leaf_is_lost(payload: Any, object_: str) -> None:
    assert_nothing_lost(mapped("hubspot", object_, payload), payload)
