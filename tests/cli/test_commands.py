"""Commands without a server: what they print, where, and how they end."""

import json
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import PASSWORD, Smb, write_orders


def test_help_answers_at_once(smb: Smb):
    smb.process("--help")
    fastest = 10.0
    for _ in range(5):
        started = time.perf_counter()
        shown = smb.process("--help")
        fastest = min(fastest, time.perf_counter() - started)
    assert shown.code == 0
    for command in (
        "serve",
        "tenants",
        "token",
        "users",
        "import",
        "ask",
        "query",
        "eval",
        "db",
        "doctor",
        "worker",
        "mcp",
        "demo",
    ):
        assert command in shown.out
    assert fastest < 0.5


@pytest.mark.parametrize(
    "command",
    [
        "serve",
        "tenants create",
        "token",
        "users reset-password",
        "import",
        "ask",
        "query",
        "eval",
        "db upgrade",
        "db reseal",
        "doctor",
    ],
)
def test_every_command_explains_itself(smb: Smb, command: str):
    shown = smb(*command.split(), "--help")
    assert shown.code == 0
    assert "--json" in shown.out
    assert not smb.home.exists()


def test_a_tenant_is_made_with_its_settings(smb: Smb):
    made = smb(
        *("tenants", "create", "Ana's Shop", "--email", "Ana@Example.com", "--password", PASSWORD, "--json"),
        *("--currency", "eur", "--timezone", "Europe/Lisbon", "--country", "PT", "--week-start", "sunday"),
        *("--fiscal-start", "4", "--clock", "latest_data"),
    )
    assert made.code == 0, made.err
    with closing(sqlite3.connect(smb.home / "smb.sqlite3")) as store:
        row = store.execute(
            "SELECT id, currency, timezone, country, week_start, fiscal_year_start, clock FROM tenants"
        ).fetchone()
    assert row == (made.json["tenant_id"], "EUR", "Europe/Lisbon", "PT", 7, 4, "latest_data")


def test_a_second_tenant_of_the_same_person_needs_the_same_password(shop: Smb):
    again = ("tenants", "create", "Second", "--email", "ana@example.com", "--password")
    assert shop(*again, "another password").code == 1
    assert shop(*again, PASSWORD).code == 0
    assert {one["name"] for one in shop("tenants", "list", "--json").json} == {"Shop", "Second"}


@pytest.mark.parametrize(
    ("option", "value"),
    [("--currency", "XQQ"), ("--timezone", "Mars"), ("--week-start", "someday"), ("--fiscal-start", "13")],
)
def test_an_option_that_cannot_be_is_named(smb: Smb, option: str, value: str):
    refused = smb("tenants", "create", "S", "--email", "a@example.com", "--password", PASSWORD, option, value)
    assert refused.code == 1
    assert refused.out == ""
    assert option in refused.err
    assert "Traceback" not in refused.err


def test_a_token_opens_the_tenant(shop: Smb):
    made = shop("token", "--tenant", "shop", "--json").json
    assert made["access_token"].count(".") == 2
    assert shop.process("token", "--tenant", made["tenant_id"]).out.count(".") == 2
    assert shop("token", "--tenant", "Shop", "--email", "nobody@example.com").code == 1
    assert shop("token", "--tenant", "Elsewhere").code == 1


def test_a_file_goes_in_and_questions_are_answered(stocked: Smb, tmp_path: Path):
    question = ("query", "revenue in October 2026", "--tenant", "Shop", "--as-of", "2026-11-02", "--json")
    assert stocked.process(*question).json["rows"] == [[60.0]]
    again = stocked.process("import", str(write_orders(tmp_path, 30)), "--tenant", "Shop")
    assert again.code == 0
    assert "30 unchanged" in again.out


def test_a_mapping_can_be_looked_at_edited_and_used(shop: Smb, tmp_path: Path):
    path = write_orders(tmp_path, 5)
    shown = shop("import", str(path), "--tenant", "Shop", "--profile", "--json").json
    shown["mapping"]["columns"]["Unit Price"] = "line_net"
    edited = tmp_path / "mapping.json"
    edited.write_text(json.dumps(shown["mapping"]))
    assert shop("import", str(path), "--tenant", "Shop", "--mapping", str(edited)).code == 0
    edited.write_text('{"columns": 1}')
    refused = shop("import", str(path), "--tenant", "Shop", "--mapping", str(edited), "--json")
    assert refused.code == 1
    assert json.loads(refused.err.splitlines()[-1])["error"]["kind"] == "invalid"


def test_a_batch_starts_once_and_answers_line_by_line(stocked: Smb, tmp_path: Path):
    questions = [
        {"id": "a", "question": "revenue in October 2026", "as_of": "2026-11-02", "conversation_id": "c"},
        {"id": "b", "question": "by product", "as_of": "2026-11-02", "conversation_id": "c"},
        {"id": "c", "question": "who is the king of France?"},
    ]
    batch = tmp_path / "in.jsonl"
    batch.write_text("\n".join(map(json.dumps, questions)) + "\n\nno json\n[]\n" + '{"id": "d", "question": ""}\n')
    done = stocked("query", "--batch", str(batch), "--tenant", "Shop")
    assert done.code == 1
    answers = done.lines
    assert [answer["id"] for answer in answers] == ["a", "b", "c", None, None, "d"]
    assert answers[0]["rows"] == [[60.0]]
    assert answers[1]["rows"] == [["Tea", 60.0]]
    assert answers[2]["status"] == "cannot_answer"
    assert all("error" in answer for answer in answers[3:])


def test_the_chat_answers_in_the_terminal(stocked: Smb):
    first = ("ask", "revenue in October 2026", "--tenant", "Shop", "--as-of", "2026-11-02", "--thread", "t-1")
    asked = stocked.process(*first)
    assert asked.code == 0, asked.err
    assert "60" in asked.out
    more = stocked("ask", "by product", "--tenant", "Shop", "--as-of", "2026-11-02", "--thread", "t-1", "--json")
    events = more.lines
    assert events[-1]["type"] == "RUN_FINISHED"
    assert "Tea" in "".join(event.get("delta", "") for event in events)


def test_fractions_are_printed_as_per_cent(shop: Smb, tmp_path: Path):
    assert shop("import", str(write_orders(tmp_path, 20)), "--tenant", "Shop").code == 0
    said = shop("query", "share of revenue by customer", "--tenant", "Shop").out
    _, *rows = said.split("\n\n")[1].splitlines()
    assert all(row.rstrip().endswith(" %") for row in rows)
    assert abs(sum(float(row.split()[-2]) for row in rows) - 100) < 2


def test_what_cannot_be_done_ends_in_one_sentence(shop: Smb, tmp_path: Path):
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    for arguments in (
        ("import", str(empty), "--tenant", "Shop"),
        ("query", "revenue", "--tenant", "Nowhere"),
        ("ask", " ", "--tenant", "Shop"),
        ("query", "revenue", "--tenant", "Shop", "--as-of", "2026-02-31"),
    ):
        refused = shop(*arguments)
        assert refused.code == 1, arguments
        assert refused.err.startswith("smb: ")
        assert "Traceback" not in refused.err
    assert shop("query", "--tenant", "Shop").code == 2
    assert shop("no-such-command").code == 2
    refused = shop.process("query", "revenue", "--tenant", "Nowhere")
    assert refused.code == 1
    assert refused.err.startswith("smb: ")
    assert "Traceback" not in refused.err


def test_the_schema_is_migrated_and_a_copy_is_kept(shop: Smb):
    done = shop("db", "upgrade", "--json").json
    assert done["before"] == done["after"]
    assert done["backup"] is None


def test_the_doctor_tells_what_is_wrong(smb: Smb):
    empty = smb.process("doctor", "--json")
    assert empty.code == 0
    states = {one["name"]: one["state"] for one in empty.json["findings"]}
    assert states["database"] == "warning"
    smb("db", "upgrade")
    assert {one["state"] for one in smb("doctor", "--json").json["findings"]} == {"ok"}
    smb.variables = {"SMB_REDIS_URL": "redis://127.0.0.1:1", "SMB_MODLE": "x"}
    broken = smb("doctor", "--json")
    states = {one["name"]: one["state"] for one in broken.json["findings"]}
    assert broken.code == 1
    assert (states["redis"], states["variables"]) == ("failing", "warning")
    smb.variables = {"SMB_OPENLINEAGE_URL": "http://127.0.0.1:1"}
    away = smb("doctor", "--json")
    assert away.code == 0  # nothing is lost meanwhile
    assert {one["name"]: one["state"] for one in away.json["findings"]}["openlineage"] == "warning"
    smb.variables = {"SMB_ENV": "production"}
    insecure = smb("doctor")
    assert insecure.code == 1
    assert "SMB_SECRET_KEY is not set" in insecure.out


def test_a_password_is_reset_by_whoever_holds_the_machine(shop: Smb):
    assert shop("users", "reset-password", "ana@example.com", "--password", "a new battery").code == 0
    assert shop("tenants", "create", "B", "--email", "ana@example.com", "--password", PASSWORD).code == 1
    assert shop("tenants", "create", "B", "--email", "ana@example.com", "--password", "a new battery").code == 0
    assert shop("users", "reset-password", "no@example.com", "--password", "a new battery").code == 1


def test_a_worker_says_what_it_needs(smb: Smb):
    refused = smb("worker")
    assert refused.code == 1
    assert "SMB_DATABASE_URL" in refused.err
    assert "SMB_REDIS_URL" in refused.err


def test_mcp_speaks_on_standard_input_and_output(shop: Smb):
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/list"},
    ]
    process = subprocess.Popen(
        [*shop.command, "mcp", "--tenant", "Shop"],
        env=shop.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        for message in messages:
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        assert answers[0]["result"]["serverInfo"]["name"] == "smb-command"
        assert "mini_foundry__query" in {tool["name"] for tool in answers[1]["result"]["tools"]}
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def test_what_was_told_of_an_import_is_listed_for_reading_and_for_programs(stocked: Smb):
    told = stocked("lineage", "events", "--tenant", "Shop", "--json").lines
    assert [(one["event"]["eventType"], one["state"]) for one in told if ".import." in one["event"]["job"]["name"]] == [
        ("COMPLETE", "waiting"),
        ("START", "waiting"),
    ]
    run = told[-1]["run_id"]
    shown = stocked("lineage", "events", run, "--tenant", "Shop", "--limit", "3")
    assert shown.code == 0, shown.err
    [*_, complete] = shown.out.splitlines()
    assert "COMPLETE" in complete
    assert f"run {run}" in complete
    assert "rows" in complete
