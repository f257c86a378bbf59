"""Spans of model calls: which model, tokens and cost, how it ended; what was said only where that is switched on."""

import json
from typing import Any

import pytest
from langchain_core.messages import HumanMessage, SystemMessage
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import SpanKind, StatusCode

from agents.budget import Meter
from evals.standins.openai import Answer, Broken, Call, Failure, StandInModel
from memory.embeddings import EmbeddingConfig, LiteLLMEmbedder
from memory.providers import Target
from storage.kernel.errors import CopilotError
from storage.tracing import spanned
from tests.models.conftest import ACTOR, RemoteFactory, listen, real_embedded_model
from tests.spans import recorded

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("meter")]
SAID = [SystemMessage("You help a shop."), HumanMessage("what did Kim Lee buy?")]


def attributes(span: ReadableSpan) -> dict[str, Any]:
    return dict(span.attributes or {})


async def test_a_call_tells_its_model_its_tokens_and_its_cost(remote: RemoteFactory, meter: Meter) -> None:
    with recorded() as spans, StandInModel([Answer("hello " * 200)]) as server:
        target = Target("openai/gpt-4o-mini", base := server.base_url, "key")
        with spanned("request") as request:
            await listen(remote(target, temperature=0.5, max_output_tokens=300), SAID)
    (call,) = spans.having("gen_ai.operation.name")
    assert call.name == "chat gpt-4o-mini"
    assert call.kind is SpanKind.CLIENT
    assert call.parent is not None
    assert call.parent.span_id == request.get_span_context().span_id
    told = attributes(call)
    port = told.pop("server.port")
    assert base == f"http://127.0.0.1:{port}/v1"
    assert told == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-4o-mini",
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.max_tokens": 300,
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": meter.input_tokens,
        "gen_ai.usage.output_tokens": meter.output_tokens,
        "smb.gen_ai.cost_usd": meter.cost_micros / 1_000_000,
        "smb.gen_ai.usage_estimated": False,
        "smb.gen_ai.attempt": 1,
        "smb.tenant.id": ACTOR.tenant_id,
        "server.address": "127.0.0.1",
    }
    assert meter.cost_micros > 0


async def test_what_is_said_is_in_no_span(remote: RemoteFactory) -> None:
    with recorded() as spans, StandInModel([Answer("She bought tea.")]) as server:
        await listen(remote(server), SAID)
    text = "".join(span.to_json() for span in spans.all)
    assert "Kim" not in text
    assert "tea" not in text


async def test_what_is_said_is_in_the_span_where_it_is_switched_on(remote: RemoteFactory) -> None:
    answer = Answer("Let me look.", (Call("ask", {"question": "what did Kim Lee buy"}),))
    with recorded() as spans, StandInModel([answer]) as server:
        await listen(remote(server, traces_content=True), SAID)
    (call,) = spans.having("gen_ai.operation.name")
    told = attributes(call)
    assert json.loads(told["gen_ai.input.messages"]) == [
        {"role": "system", "parts": [{"type": "text", "content": "You help a shop."}]},
        {"role": "user", "parts": [{"type": "text", "content": "what did Kim Lee buy?"}]},
    ]
    (said,) = json.loads(told["gen_ai.output.messages"])
    assert said["role"] == "assistant"
    assert said["parts"][0] == {"type": "text", "content": "Let me look."}
    assert said["parts"][1]["arguments"] == {"question": "what did Kim Lee buy"}


async def test_each_attempt_is_a_span_and_a_failed_one_names_the_kind_of_error(remote: RemoteFactory) -> None:
    with recorded() as spans, StandInModel([Failure(429), Answer("hello")]) as server:
        await listen(remote(server))
    first, second = spans.having("gen_ai.operation.name")
    assert (attributes(first)["smb.gen_ai.attempt"], attributes(second)["smb.gen_ai.attempt"]) == (1, 2)
    assert first.status.status_code is StatusCode.ERROR
    assert attributes(first)["error.type"] == "RateLimitError"
    assert "gen_ai.usage.input_tokens" not in attributes(first)
    assert second.status.status_code is StatusCode.UNSET
    assert not first.events


async def test_a_call_that_breaks_off_counts_what_was_used(remote: RemoteFactory) -> None:
    with (
        recorded() as spans,
        StandInModel([Broken(Answer("one two three", fragment=3), 2, "cut")]) as server,
        pytest.raises(CopilotError),
    ):
        await listen(remote(server))
    (call,) = spans.having("gen_ai.operation.name")
    assert call.status.status_code is StatusCode.ERROR
    assert attributes(call)["gen_ai.usage.output_tokens"] > 0
    assert attributes(call)["smb.gen_ai.usage_estimated"] is True


async def test_an_embedding_is_a_call_too() -> None:
    with recorded() as spans, StandInModel([]) as server:
        await LiteLLMEmbedder(EmbeddingConfig(Target("openai/text-embedding-3-small", server.base_url, "key"))).embed(
            ["Kim Lee"]
        )
    (call,) = spans.having("gen_ai.operation.name")
    told = attributes(call)
    assert (call.name, told["gen_ai.operation.name"]) == ("embeddings text-embedding-3-small", "embeddings")
    assert told["gen_ai.usage.input_tokens"] > 0
    assert "Kim" not in call.to_json()


async def test_the_embedded_model_is_a_model_of_ours() -> None:
    with recorded() as spans:
        await listen(real_embedded_model(), SAID)
    (call,) = spans.having("gen_ai.operation.name")
    told = attributes(call)
    assert told == {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "smb",
        "gen_ai.request.model": "embedded",
    }
