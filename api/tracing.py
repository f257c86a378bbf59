"""Traces: made and sent to a collector where one is named, and nowhere else. A trace is a request with its route, the
turn of the chat, agents, tools, SQL statements and model calls."""

import asyncio
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib.metadata import version

from opentelemetry import trace

_SERVICE = "smb-command"


@asynccontextmanager
async def tracing(endpoint: str | None) -> AsyncGenerator[None]:
    """While it is open spans go to the collector at `endpoint`, a base address to which `/v1/traces` is added; what is
    left is sent when it closes. None: nothing is made. Headers and limits are OpenTelemetry's own variables."""
    if endpoint is None:
        yield
        return
    # Imported here: it is not for those who trace nothing.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = trace.get_tracer_provider()
    if not isinstance(provider, TracerProvider):
        provider = TracerProvider(
            resource=Resource.create({SERVICE_NAME: _SERVICE, SERVICE_VERSION: version(_SERVICE)})
        )
        trace.set_tracer_provider(provider)
    processor = BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces"))
    provider.add_span_processor(processor)
    try:
        yield
    finally:
        # A thread of its own: the durable engine takes the loop's with it when it closes.
        with ThreadPoolExecutor(1) as executor:
            await asyncio.get_running_loop().run_in_executor(executor, processor.shutdown)
