"""The product as a process of its own, with a data directory and an environment of its own."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from storage.kernel.errors import CopilotError, ErrorKind

_START_SECONDS = 120.0
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.01
_SHOWN_CHARACTERS = 2_000


@dataclass(frozen=True)
class Server:
    """A process that answers. `seconds` is how long that took from its start."""

    url: str
    seconds: float
    stdout: asyncio.StreamReader


def smb(*arguments: str) -> list[str]:
    """The command line of `smb`, beside the interpreter that runs this. Raises CopilotError where it is not set up."""
    command = Path(sys.executable).with_name("smb")
    if not command.is_file():
        raise CopilotError(ErrorKind.UNAVAILABLE, f"There is no {command}.", hint="Set it up: make setup")
    return [str(command), *arguments]


async def run_smb(*arguments: str, home: Path) -> None:
    """Runs an `smb` command to its end. Raises CopilotError with what it said where it fails."""
    process = await asyncio.create_subprocess_exec(
        *smb(*arguments),
        env=_environment(home),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode:
        said = output.decode(errors="replace")[-_SHOWN_CHARACTERS:]
        raise CopilotError(ErrorKind.UNAVAILABLE, f"smb {' '.join(arguments)} failed: {said}")


@asynccontextmanager
async def serving_product(home: Path, settings: Mapping[str, str] | None = None) -> AsyncGenerator[Server]:
    """`smb serve` on a free port, ready. `settings` are environment variables beside the data directory."""
    port = free_port()
    command = smb("serve", "--host", "127.0.0.1", "--port", str(port), "--json")
    async with serving(command, port, "/health/ready", _environment(home, settings), home / "server.log") as server:
        yield server


@asynccontextmanager
async def serving_bare(folder: Path) -> AsyncGenerator[Server]:
    """uvicorn and a FastAPI application with one route, by the same interpreter."""
    port = free_port()
    command = [sys.executable, "-m", "evals.bench.bare_server", str(port)]
    async with serving(command, port, "/", _environment(folder), folder / "bare-server.log") as server:
        yield server


@asynccontextmanager
async def serving(
    command: Sequence[str], port: int, path: str, environment: Mapping[str, str], log: Path
) -> AsyncGenerator[Server]:
    """Starts a server, waits until it answers `path` with 200, and stops it afterwards. Raises CopilotError with the
    end of its log when it dies first or takes longer than two minutes."""
    url = f"http://127.0.0.1:{port}"
    with log.open("wb") as errors:
        started = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *command, env=environment, stdout=asyncio.subprocess.PIPE, stderr=errors
        )
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        try:
            async with httpx.AsyncClient(base_url=url) as client:
                while not await _answers(client, path):
                    if process.returncode is not None or time.perf_counter() - started > _START_SECONDS:
                        said = (await asyncio.to_thread(log.read_text, "utf-8", "replace"))[-_SHOWN_CHARACTERS:]
                        ended = "" if process.returncode is None else f", ended with code {process.returncode}"
                        what = f"{' '.join(command)} did not get ready{ended}: {said}"
                        raise CopilotError(ErrorKind.UNAVAILABLE, what)
                    await asyncio.sleep(_POLL_SECONDS)
            yield Server(url, time.perf_counter() - started, process.stdout)
        finally:
            await _stop(process)


async def _answers(client: httpx.AsyncClient, path: str) -> bool:
    try:
        return (await client.get(path)).status_code == httpx.codes.OK.value
    except httpx.TransportError:
        return False


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _STOP_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(home: Path, settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """All that the process is told: nothing of the caller's environment, which may name a store that matters."""
    return {"PATH": os.defpath, "SMB_HOME": str(home), "SMB_ENV": "development", **(settings or {})}
