"""The environment, and what it may not be."""

import stat
from pathlib import Path

import pytest

from api.logs import REDACTED, redact
from api.settings import Environment, LogFormat, load_settings, signing_secret, unknown_variables
from storage.kernel.errors import CopilotError

GOOD = "kJ3vQ9xW7zR2mB5nT8yL4pD6sF1gH0aC"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SMB_HOME", str(tmp_path / "home"))
    for name in ("SMB_ENV", "SMB_SECRET_KEY", "SMB_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_the_defaults_need_nothing(tmp_path: Path):
    settings = load_settings()
    assert settings.env is Environment.DEVELOPMENT
    assert settings.model == "embedded"
    assert settings.resolved_database_url == f"sqlite:///{tmp_path / 'home' / 'smb.sqlite3'}"
    assert settings.resolved_log_format is LogFormat.CONSOLE


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SMB_REDIS_URL", "")
    assert load_settings().redis_url is None


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SMB_MODEL_FALLBACKS", "openai/a, anthropic/b,")
    assert load_settings().model_fallbacks == ("openai/a", "anthropic/b")


def test_what_tenants_may_ask_is_listed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("SMB_SOURCE_HOSTS", "db.clinic.example:5433, private:127.0.0.1")
    monkeypatch.setenv("SMB_SOURCE_FOLDERS", str(tmp_path))
    settings = load_settings()
    assert settings.source_hosts == ("db.clinic.example:5433", "private:127.0.0.1")
    assert settings.source_folders == (tmp_path,)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("HOSTS", "private:*.internal"), ("HOSTS", "db:port"), ("FOLDERS", "data"), ("FOLDERS", "/")],
)
def test_a_list_that_cannot_be_read_is_refused(monkeypatch: pytest.MonkeyPatch, variable: str, value: str):
    monkeypatch.setenv(f"SMB_SOURCE_{variable}", value)
    with pytest.raises(CopilotError, match=f"SMB_SOURCE_{variable}"):
        load_settings()


@pytest.mark.parametrize("env", ["production", "test"])
@pytest.mark.parametrize("secret", [None, "s3cr3t", "changeme" * 8, "a" * 64, "insecure-" + GOOD])
def test_outside_development_a_weak_secret_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, env: str, secret: str | None
):
    monkeypatch.setenv("SMB_ENV", env)
    if secret is not None:
        monkeypatch.setenv("SMB_SECRET_KEY", secret)
    with pytest.raises(CopilotError) as refused:
        load_settings()
    assert "SMB_SECRET_KEY" in refused.value.message
    assert secret is None or secret not in refused.value.message


def test_outside_development_a_good_secret_is_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SMB_ENV", "production")
    monkeypatch.setenv("SMB_SECRET_KEY", GOOD)
    settings = load_settings()
    assert signing_secret(settings) == GOOD
    assert settings.resolved_log_format is LogFormat.JSON
    assert GOOD not in repr(settings)


def test_in_development_a_secret_is_made_once_and_kept_private(tmp_path: Path):
    first = signing_secret(load_settings())
    assert signing_secret(load_settings()) == first
    assert len(first) >= 32
    (kept,) = (tmp_path / "home").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_a_damaged_secret_file_is_no_secret(tmp_path: Path):
    signing_secret(load_settings())
    (kept,) = (tmp_path / "home").iterdir()
    kept.write_text("x")
    with pytest.raises(CopilotError):
        signing_secret(load_settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [("SMB_PORT", "many"), ("SMB_DATABASE_URL", "mysql://h/d"), ("SMB_LOG_LEVEL", "loud"), ("SMB_ENV", "staging")],
)
def test_what_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv(name, value)
    with pytest.raises(CopilotError) as refused:
        load_settings()
    assert name in refused.value.message


def test_vendors_are_set_up_in_json(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SMB_CONNECTOR_CLIENTS", '{"xero": {"client_id": "id", "client_secret": "hunter2"}}')
    monkeypatch.setenv("SMB_CONNECTOR_BASE_URLS", '{"stripe": "http://127.0.0.1:9", "quickbooks": {"api": "https://s.example"}}')  # fmt: skip
    settings = load_settings(port=8123)
    assert settings.connector_clients["xero"].client_secret.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(settings)
    assert settings.connector_overrides == {
        "stripe": dict.fromkeys(("api", "authorize", "token", "revoke"), "http://127.0.0.1:9"),
        "quickbooks": {"api": "https://s.example"},
    }
    assert settings.resolved_public_url == "http://127.0.0.1:8123"
    assert load_settings(public_url="https://smb.example/").resolved_public_url == "https://smb.example"


@pytest.mark.parametrize("value", ["{", "[]", '{"shopfy": {}}', '{"xero": {"client_secret": "hunter2"}}', '{"xero": "hunter2"}'])  # fmt: skip
def test_vendors_that_are_set_up_wrongly_stop_the_start(monkeypatch: pytest.MonkeyPatch, value: str):
    monkeypatch.setenv("SMB_CONNECTOR_CLIENTS", value)
    with pytest.raises(CopilotError, match="SMB_CONNECTOR_CLIENTS") as refused:
        load_settings()
    assert "hunter2" not in refused.value.message


def test_misspelt_variables_are_found():
    assert unknown_variables({"SMB_MODLE": "x", "SMB_MODEL": "y", "PATH": "z"}) == ("SMB_MODLE",)


@pytest.mark.parametrize(
    "event",
    [
        {"password": "hunter2"},
        {"headers": {"Authorization": "hunter2"}},
        {"event": "sent Bearer hunter2hunter2"},
        {"list": [{"api_key": "hunter2"}]},
        {"event": "postgresql://user:hunter2@host/db"},
        {"event": "key smb_key_hunter2hunter2"},
        {"event": "key rk_live_hunter2hunter2"},
        {"event": "token shpat_hunter2hunter2"},
        {"event": "token pat-na1-hunter2-hunter2"},
        {"exception": "jwt eyJhbGciOi.hunter2hunter2.abc"},
    ],
)
def test_logs_hold_no_secret(event: dict[str, object]):
    shown = str(redact(None, "info", dict(event)))
    assert "hunter2" not in shown
    assert REDACTED in shown


def test_counts_of_tokens_are_no_secret():
    assert redact(None, "info", {"input_tokens": 12}) == {"input_tokens": 12}
