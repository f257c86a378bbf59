"""The installation's secret is replaced by a command."""

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.secret_box import SecretBox
from tests.cli.conftest import PASSWORD, Smb

OLD = "kJ3vQ9xW7zR2mB5nT8yL4pD6sF1gH0aC"
NEW = "Xw8rT2yU6iO0pA4sD7fG1hJ5kL9zC3vB"


def keep(home: Path) -> None:
    """What both capabilities hold, sealed with the old secret."""
    with closing(sqlite3.connect(home / "smb.sqlite3")) as store:
        (tenant,) = store.execute("SELECT id FROM tenants").fetchone()
        box, other = SecretBox([OLD], "connectors"), SecretBox([OLD], "data sources")
        store.execute(
            "INSERT INTO connectors (id, tenant_id, type, name, external_key, status, config, credentials, "
            "previous_credentials, credential_version, created_at, updated_at) VALUES ('c', ?, 'xero', 'X', '1', 'active', "
            "'{}', ?, ?, 1, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)",
            (tenant, box.seal("squirrel"), box.seal("hedgehog")),
        )
        store.execute(
            "INSERT INTO data_sources (id, tenant_id, name, type, config, credentials, status, created_at, updated_at) "
            "VALUES ('d', ?, 'D', 'postgresql', '{}', ?, 'connected', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)",
            (tenant, other.seal("badger")),
        )
        store.commit()


def kept(home: Path) -> list[str]:
    with closing(sqlite3.connect(home / "smb.sqlite3")) as store:
        (first, second) = store.execute("SELECT credentials, previous_credentials FROM connectors").fetchone()
        (third,) = store.execute("SELECT credentials FROM data_sources").fetchone()
    box, other = SecretBox([NEW], "connectors"), SecretBox([NEW], "data sources")
    return [box.open(first), box.open(second), other.open(third)]


def test_a_secret_is_replaced_and_the_old_one_can_go(tmp_path: Path):
    smb = Smb(tmp_path / "home", {"SMB_SECRET_KEY": OLD})
    assert smb("tenants", "create", "Shop", "--email", "ana@example.com", "--password", PASSWORD).code == 0
    keep(smb.home)
    smb.variables = {"SMB_SECRET_KEY": NEW}
    refused = smb("db", "reseal")
    assert refused.code == 1
    assert "can no longer be read" in refused.err
    smb.variables = {"SMB_SECRET_KEY": NEW, "SMB_PREVIOUS_SECRET_KEYS": OLD}
    done = smb("db", "reseal", "--json")
    assert done.json == {"connections": 1, "data_sources": 1}
    assert kept(smb.home) == ["squirrel", "hedgehog", "badger"]
    for secret in ("squirrel", "hedgehog", "badger", OLD, NEW):
        assert secret not in done.out + done.err + refused.out + refused.err
