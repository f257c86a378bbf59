"""What is connected, and how it stands with what vendors tell by themselves, on the command line."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import PASSWORD, Smb


@pytest.fixture
def shop(smb: Smb) -> Smb:
    """A tenant with one account at Xero and one at Stripe."""
    assert smb("tenants", "create", "Shop", "--email", "ana@example.com", "--password", PASSWORD).code == 0
    with closing(sqlite3.connect(smb.home / "smb.sqlite3")) as store:
        (tenant,) = store.execute("SELECT id FROM tenants").fetchone()
        for number, (vendor, way) in enumerate((("xero", "oauth"), ("stripe", "key"))):
            store.execute(
                "INSERT INTO connectors (id, tenant_id, type, name, external_key, status, config, credential_version, "
                "created_at, updated_at) VALUES (?, ?, ?, ?, '1', 'active', ?, 1, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)",
                (f"c{number}", tenant, vendor, f"My {vendor}", json.dumps({"way": way})),
            )
        store.commit()
    return smb


def test_without_a_public_address_it_is_said_at_each_connection(shop: Smb):
    shown = shop("connectors", "list", "--tenant", "Shop")
    assert shown.code == 0
    assert "My xero (xero), active" in shown.out
    assert "My stripe (stripe), active" in shown.out
    assert shown.out.count(": no public address") == 2
    assert "customer.updated" in shown.out


def test_with_one_it_says_where_the_operator_goes_and_what_waits(shop: Smb):
    shop.variables = {"SMB_PUBLIC_URL": "https://smb.example"}
    shown = shop("connectors", "list", "--json")
    found = {one["type"]: one["subscriptions"] for one in json.loads(shown.out)["connections"]}
    (xero,), (stripe,) = found["xero"], found["stripe"]
    assert (xero["state"], stripe["state"]) == ("at_vendor", "pending")
    assert "https://smb.example/api/webhooks/xero" in xero["message"]


def test_what_a_vendor_calls_things_does_not_speak_to_the_terminal(shop: Smb, tmp_path: Path):
    with closing(sqlite3.connect(shop.home / "smb.sqlite3")) as store:
        store.execute("UPDATE connectors SET name = 'Shop' || char(27) || '[2J'")
        store.commit()
    assert "Shop\ufffd[2J (xero), active" in shop("connectors", "list").out
    payload = tmp_path / "charge.json"
    payload.write_text(json.dumps({"id": "ch_1", "object": "charge", "amount": "\x1b]0;owned\x07"}))
    told = shop("connectors", "map", "stripe", "charge", str(payload))
    assert (told.code, "\x1b" in told.err + told.out) == (0, False)
    assert "! /amount: amount: \ufffd]0;owned\ufffd is no number" in told.err


def test_an_owner_who_tries_connecting_is_not_kept_waiting(smb: Smb):
    # A process: it is over in a quarter of a minute, or `process` ends it.
    shown = smb.process("demo", "--connect", "--json")
    assert shown.code == 0, shown.err
    connections = shown.json["connections"]
    assert [one["state"] for one in connections] == ["connected"] * 10
    assert all(one["objects"] and not one["problems"] for one in connections)
