"""Traces as a collector gets them: one for a request, through route, agent, tool, SQL and model, and none where no
collector is named."""

import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from api.settings import load_settings
from storage.database import DatabaseConfig
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError
from tests.api.conftest import client_of, register, running, settings_for
from tests.api.live import live
from tests.api.test_chat import run, turn
from tests.api.test_files import imported

pytestmark = pytest.mark.anyio
QUERY = "/api/modules/mini-foundry/query"
ASKED = {"question": "revenue in October 2026", "as_of": "2026-11-02"}


@dataclass
class Collector:
    """Speaks OTLP over HTTP, as far as a sender sees."""

    url: str = ""
    batches: list[ExportTraceServiceRequest] = field(default_factory=list[ExportTraceServiceRequest])

    @property
    def spans(self) -> list[Any]:
        return [
            span
            for batch in self.batches
            for resource in batch.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


@contextmanager
def collecting() -> Generator[Collector]:
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/v1/traces":
                collector.batches.append(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    return embedded_config


def attributes(span: Any) -> dict[str, Any]:
    return {one.key: one.value.string_value or one.value.int_value or one.value.double_value for one in span.attributes}


async def test_one_trace_goes_through_route_agent_tool_sql_and_model(
    tmp_path: Path, database_config: DatabaseConfig, clock: FixedClock
) -> None:
    with collecting() as collector:
        settings = settings_for(tmp_path / "home", database_config, otlp_endpoint=collector.url)
        async with running(settings, clock) as app:
            async with client_of(app) as client:
                owner = await register(client, "ana@example.com")
                await imported(owner)
            async with live(app) as url, httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as connected:
                await run(replace(owner, client=connected), turn("revenue in October 2026"))
    spans = {span.span_id: span for span in collector.spans}
    (turned,) = [span for span in spans.values() if span.name == "chat.turn"]
    ours = [span for span in spans.values() if span.trace_id == turned.trace_id]
    (request,) = [span for span in ours if not span.parent_span_id]
    assert request.name == "POST /api/chat/runs"
    told = attributes(request)
    assert told["http.response.status_code"] == 200
    assert told["http.route"] == "/api/chat/runs"
    assert told["smb.tenant.id"] == owner.tenant_id
    assert turned.parent_span_id in spans

    def ancestors(span: Any) -> list[str]:
        above = spans.get(span.parent_span_id)
        return [] if above is None else [above.name, *ancestors(above)]

    (tool,) = [span for span in ours if span.name == "tool.mini-foundry.query"]
    assert ancestors(tool) == ["agent.mini-foundry", "chat.turn", "POST /api/chat/runs"]
    figures = [span for span in ours if "order_lines" in attributes(span).get("db.query.text", "")]
    assert any(ancestors(span)[0] == tool.name for span in figures)
    assert {attributes(span)["smb.tenant.id"] for span in figures} == {owner.tenant_id}
    models = [span for span in ours if span.name == "chat embedded"]
    assert models
    assert all("chat.turn" in ancestors(span) for span in models)
    assert all(span.end_time_unix_nano >= span.start_time_unix_nano for span in ours)
    said = "".join(map(str, ours))
    assert "October" not in said
    assert "2026-10" not in said


async def test_a_request_goes_on_with_the_trace_of_its_sender(
    tmp_path: Path, database_config: DatabaseConfig, clock: FixedClock
) -> None:
    sent = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    with collecting() as collector:
        settings = settings_for(tmp_path / "home", database_config, otlp_endpoint=f"{collector.url}/")
        async with running(settings, clock) as app, client_of(app) as client:
            owner = await register(client, "ana@example.com")
            await imported(owner)
            response = await client.post(QUERY, json=ASKED, headers=owner.headers | sent)
            assert response.json()["status"] == "answered"
            await client.get("/api/jobs?limit=3", headers=owner.headers)
            missing = await client.get("/api/jobs/nothing", headers=owner.headers)
            await client.get("/health/live")
    (asked,) = [span for span in collector.spans if span.name == f"POST {QUERY}"]
    assert asked.trace_id.hex() == "0af7651916cd43dd8448eb211c80319c"
    assert asked.parent_span_id.hex() == "b7ad6b7169203331"
    assert any("db.query.text" in attributes(span) for span in collector.spans if span.parent_span_id == asked.span_id)
    statuses = [
        attributes(span)["http.response.status_code"]
        for span in collector.spans
        if span.name == "GET /api/jobs/{job_id}"
    ]
    assert missing.status_code == 404
    assert 404 in statuses
    assert not any("health" in span.name for span in collector.spans)
    listed = next(span for span in collector.spans if attributes(span).get("url.query"))
    assert attributes(listed)["url.query"] == "limit=?"


async def test_without_a_collector_nothing_is_traced(
    tmp_path: Path, database_config: DatabaseConfig, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    settings = settings_for(tmp_path / "home", database_config)
    async with running(settings, clock) as app:
        assert app.state.services.database.config.traced is False
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        async with running(settings, clock) as app, client_of(app) as client:
            await register(client, "ana@example.com")
    assert any(span.name == "POST /api/auth/register" for span in collector.spans)


def test_spans_say_which_service_they_are_of() -> None:
    """In a process of its own: the service is told once per process."""
    program = """
import asyncio, sys
from api.tracing import tracing
from storage.tracing import spanned

async def main():
    async with tracing(sys.argv[1]):
        with spanned("work"):
            pass

asyncio.run(main())
"""
    with collecting() as collector:
        subprocess.run([sys.executable, "-c", program, collector.url], check=True, timeout=60)
    (batch,) = collector.batches
    told = {one.key: one.value.string_value for one in batch.resource_spans[0].resource.attributes}
    assert told["service.name"] == "smb-command"
    assert told["service.version"]


@pytest.mark.parametrize("endpoint", ["localhost:4318", "grpc://collector:4317", "http://"])
def test_a_collector_is_an_http_address(endpoint: str) -> None:
    with pytest.raises(CopilotError, match="SMB_OTLP_ENDPOINT must begin with http"):
        load_settings(env="development", otlp_endpoint=endpoint)
