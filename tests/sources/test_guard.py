"""Which databases may be opened, by the operator's lists."""
# ruff: noqa: S104 — addresses to be refused

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from storage.kernel.errors import CopilotError, ErrorKind
from storage.sources.connection import ServerAddress
from tools.sources.guard import OwnServer, SourceGuard
from tools.sources.hosts import HostRule
from tools.sources.schemas import PostgresConfig

pytestmark = pytest.mark.anyio


def config(host: str, port: int = 5432, database: str = "books") -> PostgresConfig:
    return PostgresConfig(type="postgresql", host=host, port=port, database=database, user="reader", password=SecretStr("x"))  # fmt: skip


@pytest.fixture
async def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names resolve to; an address resolves to itself."""
    known: dict[str, list[str]] = {}

    async def resolve(host: str, port: int, **_: Any) -> list[Any]:
        found = known.get(host)
        if found is None:
            try:
                found = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)]  # fmt: skip
            except OSError:
                raise OSError("no such host") from None
        return [(0, 0, 0, "", (address, port)) for address in found]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve, raising=False)
    return known


async def address(guard: SourceGuard, wanted: PostgresConfig) -> ServerAddress | None:
    """Where it would connect to; None where it refuses, in words that name no host."""
    try:
        found = await guard.address(wanted, "x")
    except CopilotError as error:
        told = error.message + (error.hint or "")
        return None if error.kind is ErrorKind.FORBIDDEN and wanted.host not in told else pytest.fail(told)
    assert isinstance(found, ServerAddress)
    return found


async def test_a_listed_host_is_connected_to_by_the_address_that_was_checked(names: dict[str, list[str]]):
    names["db.clinic.example"] = ["203.0.114.7"]
    found = await address(SourceGuard(["db.clinic.example"], [], []), config("DB.clinic.example."))
    assert found is not None
    assert (found.host, found.address) == ("db.clinic.example", "203.0.114.7")
    assert "x" not in repr(found).replace("clinic.example", "")


@pytest.mark.parametrize(
    "resolved",
    [
        ["127.0.0.1"], ["10.1.2.3"], ["172.16.0.9"], ["192.168.1.1"], ["169.254.169.254"], ["0.0.0.0"], ["224.0.0.1"],
        ["100.64.0.1"], ["::1"], ["fe80::1"], ["fc00::1"], ["::ffff:127.0.0.1"], ["::ffff:10.0.0.1"], ["64:ff9b::a00:1"],
        ["2002:7f00:1::"], ["::"], ["203.0.114.7", "127.0.0.1"], ["240.0.0.1"], [],
    ],
)  # fmt: skip
async def test_a_listed_host_whose_address_is_not_public_is_refused(names: dict[str, list[str]], resolved: list[str]):
    names["db.clinic.example"] = resolved
    for rule in ("db.clinic.example", "*.clinic.example", "*"):
        assert await address(SourceGuard([rule], [], []), config("db.clinic.example")) is None


async def test_a_private_host_is_let_through_only_by_its_own_entry(names: dict[str, list[str]]):
    names["db.internal"] = ["10.0.0.5"]
    guard = SourceGuard(["private:db.internal:5433"], [], [])
    assert await address(guard, config("db.internal", 5433)) is not None
    assert await address(guard, config("db.internal")) is None
    assert await address(guard, config("10.0.0.5", 5433)) is None


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.0.0.1", "127.0.0.1", "[::1]", "localhost", "a@b", "db.clinic.example.evil.example"])  # fmt: skip
async def test_other_spellings_lead_nowhere(names: dict[str, list[str]], host: str):
    names["localhost"] = ["127.0.0.1"]
    assert await address(SourceGuard(["*", "db.clinic.example"], [], []), config(host)) is None


async def test_our_own_database_is_never_opened(names: dict[str, list[str]]):
    names["own.example"] = ["203.0.114.9"]
    names["alias.example"] = ["203.0.114.9"]
    guard = SourceGuard(["*", "private:127.0.0.1"], [], [], OwnServer("own.example", 5432, "smb"))
    assert await address(guard, config("alias.example", database="smb")) is None
    assert await address(guard, config("alias.example", database="books")) is not None
    local = SourceGuard(["private:127.0.0.1"], [], [], OwnServer("::1", 5432, "smb"))
    assert await address(local, config("127.0.0.1", database="smb")) is None


@pytest.mark.parametrize("text", ["", "private:", "private:*.internal", "db:port", "db:0", "db:70000", "d*b.example", "*.*.example"])  # fmt: skip
def test_an_entry_that_is_none_is_refused(text: str):
    with pytest.raises(ValueError, match="host"):
        HostRule.parse(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("db.example", HostRule("db.example", 5432)),
        ("db.example:6000", HostRule("db.example", 6000)),
        ("[2001:db8::1]:6000", HostRule("2001:db8::1", 6000)),
        ("private:127.0.0.1:5432", HostRule("127.0.0.1", 5432, private=True)),
        ("*.example", HostRule("*.example", 5432)),
    ],
)
def test_entries_are_hosts_with_ports(text: str, rule: HostRule):
    assert HostRule.parse(text) == rule


async def test_nothing_listed_is_switched_off(tmp_path: Path):
    with pytest.raises(CopilotError, match="switched off"):
        await SourceGuard([], [], [tmp_path]).address(config("db.example"), "")
