"""Which server holds the data directory: a lock that dies with its process, and a file that says how to reach it."""

import fcntl
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from storage.kernel.errors import CopilotError, ErrorKind

_LOCK = "server.lock"
_INFO = "server.json"


class ServerInfo(BaseModel):
    """Where a running server is. `token` lets this machine's command line in, as the operator."""

    model_config = ConfigDict(frozen=True)

    pid: int
    url: str
    token: str


def new_operator_token() -> str:
    return "smb_ops_" + secrets.token_urlsafe(32)


@contextmanager
def hold(home: Path) -> Generator[None]:
    """Holds the data directory for one server. Raises conflict while another one has it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            found = running_server(home)
            where = f" at {found.url}" if found else ""
            raise CopilotError(
                ErrorKind.CONFLICT,
                f"A server is already running on {home}{where}.",
                hint="Stop it, or choose another data directory with SMB_HOME.",
            ) from None
        try:
            yield
        finally:
            (home / _INFO).unlink(missing_ok=True)


def announce(home: Path, info: ServerInfo) -> None:
    """Says how to reach the server that holds the directory; readable by its owner only."""
    path = home / _INFO
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(info.model_dump_json())


def running_server(home: Path) -> ServerInfo | None:
    """The server that holds the directory and has said where it is. A file that a crash left behind counts for nothing."""
    try:
        info = ServerInfo.model_validate_json((home / _INFO).read_text(encoding="utf-8"))
    except (OSError, ValidationError):
        return None
    with (home / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return info
    return None
