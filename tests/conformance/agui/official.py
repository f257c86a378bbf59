"""The official AG-UI client (npm), installed from its lock file and driven by the tests."""

import asyncio
import fcntl
import hashlib
import json
import shutil
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
_PATIENCE = 60.0
_INSTALL_SECONDS = 100


class ClientMissingError(AssertionError):
    """The client cannot be had: its tests fail then, since a suite that skips them has not tested the protocol."""


def installed() -> Path:
    """The folder of node_modules as the lock file says, installed once: later runs need no network."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise ClientMissingError("The chat is tested with the official AG-UI client, which needs Node.js 20 and npm.")
    modules = FOLDER / "node_modules"
    stamp = modules / ".lock-sha256"
    wanted = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    # Tests run in several processes: one installs, the others wait for it.
    with (FOLDER / "package-lock.json").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            _install()
            stamp.write_text(wanted)
    return modules


def _install() -> None:
    command = ["npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"]
    try:
        subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, text=True, timeout=_INSTALL_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ClientMissingError("npm could not fetch the official AG-UI client in time.") from error
    except subprocess.CalledProcessError as error:
        raise ClientMissingError(f"npm could not install the official AG-UI client:\n{error.stderr}") from error


@dataclass(frozen=True)
class Turn:
    """What the client made of one turn. `error` is what it threw; `complaints` are its warnings about our stream."""

    events: list[dict[str, Any]]
    new_messages: list[dict[str, Any]]
    interrupts: list[dict[str, Any]]
    error: str | None
    complaints: list[str]

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event["type"] == kind]

    def said_by(self, role: str) -> list[dict[str, Any]]:
        return [message for message in self.new_messages if message["role"] == role]


class OfficialClient:
    """One conversation of one client."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ask(self, question: str) -> Turn:
        return await self._turn({"question": question})

    async def resume(self, *entries: dict[str, Any]) -> Turn:
        return await self._turn({"resume": entries})

    async def _turn(self, given: dict[str, Any]) -> Turn:
        self._send(given)
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        async with asyncio.timeout(_PATIENCE):
            line = await self._process.stdout.readline()
            assert line, (await self._process.stderr.read()).decode()
        made = json.loads(line)
        return Turn(
            made["events"],
            made.get("newMessages", []),
            made["pendingInterrupts"],
            made.get("error"),
            made["complaints"],
        )

    def _send(self, given: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(given).encode() + b"\n")

    def introduce(self, url: str, headers: dict[str, str], thread_id: str) -> None:
        self._send({"url": url, "headers": headers, "threadId": thread_id})


@asynccontextmanager
async def official_client(url: str, headers: dict[str, str], thread_id: str) -> AsyncGenerator[OfficialClient]:
    """A client in its own process, which ends with the block."""
    await asyncio.to_thread(installed)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "node", str(FOLDER / "client.mjs"), stdin=pipe, stdout=pipe, stderr=pipe, limit=1 << 26
    )
    try:
        client = OfficialClient(process)
        client.introduce(url, headers, thread_id)
        yield client
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
