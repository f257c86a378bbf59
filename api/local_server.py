"""The HTTP application on a socket file that only its owner can open, for as long as one command runs."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import uvicorn

from api.app import create_app
from api.bootstrap import Services
from storage.kernel.errors import CopilotError, ErrorKind

_STEP = 0.01


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        # Ctrl-C belongs to the command.
        yield


@asynccontextmanager
async def local_server(services: Services) -> AsyncGenerator[Path]:
    """Serves services that are open already; yields the socket's path."""
    app = create_app(services.settings, lambda: nullcontext(services))
    # The folder is made for its owner alone.
    with tempfile.TemporaryDirectory(prefix="smb-") as folder:
        socket = Path(folder) / "api.sock"
        server = _Server(uvicorn.Config(app, uds=str(socket), log_config=None, access_log=False))
        task = asyncio.create_task(server.serve())
        try:
            while not server.started:
                if task.done():
                    raise CopilotError(ErrorKind.UNAVAILABLE, "The local server did not start.") from task.exception()
                await asyncio.sleep(_STEP)
            yield socket
        finally:
            server.should_exit = True
            await asyncio.wait([task])
