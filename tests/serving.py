"""The application behind a real server on loopback, and a way to it that can be cut."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import uvicorn
from fastapi import FastAPI

from evals.standins.serving import loopback_socket


@asynccontextmanager
async def serving(app: FastAPI) -> AsyncGenerator[str]:
    """Serves the application with its life from start to stop; gives its address."""
    with loopback_socket() as listener:
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            assert not task.done(), "the server did not start"
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


class Line:
    """A TCP connection's way to a server, cut and mended at will."""

    def __init__(self, address: str) -> None:
        self._host, _, port = address.removeprefix("http://").partition(":")
        self._port = int(port)
        self._writers: set[asyncio.StreamWriter] = set()
        self._broken = False
        self.url = ""

    def cut(self) -> None:
        """Drops what is connected, and whatever tries to connect until it is mended."""
        self._broken = True
        for writer in self._writers:
            writer.transport.abort()

    def mend(self) -> None:
        self._broken = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._broken:
            writer.transport.abort()
            return
        onward_reader, onward_writer = await asyncio.open_connection(self._host, self._port)
        pair = {writer, onward_writer}
        self._writers |= pair
        try:
            await asyncio.gather(self._pump(reader, onward_writer), self._pump(onward_reader, writer))
        finally:
            self._writers -= pair

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(1 << 16):
                writer.write(data)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def line_to(address: str) -> AsyncGenerator[Line]:
    """A line to the server at an address."""
    line = Line(address)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        server.close()
        line.cut()
