"""What people say to the chat goes to no tracing service, whatever the shell around the server says."""

import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from langchain_core.messages import AIMessageChunk, BaseMessage, ToolMessage
from langchain_core.tracers.langchain import wait_for_all_tracers
from langsmith import Client, traceable
from langsmith.utils import get_env_var

from storage.kernel.ids import new_id
from tests.agents.conftest import OpenChat, text_of
from tests.agents.shop import PlayedModel, calls, says, told

pytestmark = pytest.mark.anyio


class Collector(ThreadingHTTPServer):
    """Stands where LangSmith would be and notes who calls."""

    def __init__(self) -> None:
        self.paths: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def _note(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.paths.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_POST = do_PATCH = _note  # noqa: N815 - names of the base class

    def log_message(self, *_: object) -> None:
        """Nothing: tests are quiet."""


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Tracing as a developer's shell may have it switched on."""
    server = Collector()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    monkeypatch.setenv("LANGSMITH_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("LANGSMITH_API_KEY", "key")
    get_env_var.cache_clear()
    yield server
    get_env_var.cache_clear()
    server.shutdown()
    server.server_close()
    thread.join()


@traceable
def _traced(text: str) -> str:
    return text


async def test_a_turn_sends_nothing_to_langsmith(open_chat: OpenChat, collector: Collector) -> None:
    def play(messages: Sequence[BaseMessage], _tools: Sequence[str]) -> list[AIMessageChunk]:
        return (
            says(told(messages)) if isinstance(messages[-1], ToolMessage) else calls(("mini_foundry", {"request": "x"}))
        )

    chat = await open_chat(PlayedModel(play=play))
    assert "a secret of ours" in text_of(await chat.ask("a secret of ours", new_id()))
    wait_for_all_tracers()
    assert collector.paths == []


async def test_the_same_settings_do_trace_what_is_no_turn(collector: Collector) -> None:
    client = Client()
    _traced("nobody's secret", langsmith_extra={"client": client})
    client.flush()
    assert collector.paths
