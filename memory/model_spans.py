"""A span for each call of a model, by OpenTelemetry's conventions for generative AI. What is said in it is the owner's:
it is in no span unless the installation switches that on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind
from opentelemetry.util.types import AttributeValue

from memory.providers import Target
from storage.tracing import tell_failure

_PROVIDERS: Final = {
    "azure": "azure.ai.openai",
    "bedrock": "aws.bedrock",
    "embedded": "smb",
    "gemini": "gcp.gemini",
    "mistral": "mistral_ai",
    "ollama_chat": "ollama",
    "vertex_ai": "gcp.vertex_ai",
    "xai": "x_ai",
}
"""OpenTelemetry's names of providers where litellm's differ."""
Said = Mapping[str, Any]
"""A message: its role and its parts, as the conventions write them."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call used. `cost_micros` in 10⁻⁶ US dollars; None where no price is known. `estimated`: the provider did not
    report the tokens."""

    input_tokens: int
    output_tokens: int | None = None
    cost_micros: int | None = None
    estimated: bool = False


class ModelSpan:
    """`with ModelSpan("chat", target) as call`. It is a child of the span around it, and never itself the current one: a
    call that is streamed is left and entered again by whoever listens."""

    def __init__(
        self, operation: str, target: Target, *, tenant_id: str | None = None, **attributes: AttributeValue | None
    ) -> None:
        model = target.name.partition("/")[2] or target.name
        known: dict[str, AttributeValue | None] = {
            "gen_ai.operation.name": operation,
            "gen_ai.provider.name": _PROVIDERS.get(target.provider, target.provider),
            "gen_ai.request.model": model,
            "smb.tenant.id": tenant_id,
            **{name.replace("__", "."): value for name, value in attributes.items()},
        }
        if target.api_base is not None:
            address = urlsplit(target.api_base)
            known |= {"server.address": address.hostname, "server.port": address.port}
        self._span: Span = trace.get_tracer(__name__).start_span(
            f"{operation} {model}",
            kind=SpanKind.CLIENT,
            attributes={name: value for name, value in known.items() if value is not None},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        # One that nobody listens to any more has not failed.
        if kind is not None and kind is not GeneratorExit:
            self.failed(kind.__name__)
        self._span.end()

    @property
    def is_recording(self) -> bool:
        return self._span.is_recording()

    def failed(self, kind: str) -> None:
        """`kind` names what went wrong, in a word: a provider's message may repeat the prompt."""
        tell_failure(self._span, kind)

    def used(self, usage: Usage | None) -> None:
        if usage is None or not self.is_recording:
            return
        self._span.set_attribute("gen_ai.usage.input_tokens", usage.input_tokens)
        if usage.output_tokens is not None:
            self._span.set_attribute("gen_ai.usage.output_tokens", usage.output_tokens)
        if usage.cost_micros is not None:
            self._span.set_attribute("smb.gen_ai.cost_usd", usage.cost_micros / 1_000_000)
        self._span.set_attribute("smb.gen_ai.usage_estimated", usage.estimated)

    def finished(self, reason: str | None) -> None:
        if reason is not None:
            self._span.set_attribute("gen_ai.response.finish_reasons", (reason,))

    def said(self, asked: Sequence[Said], answered: Sequence[Said]) -> None:
        """The messages themselves: only for installations that have switched it on."""
        self._span.set_attribute("gen_ai.input.messages", json.dumps(asked, ensure_ascii=False))
        self._span.set_attribute("gen_ai.output.messages", json.dumps(answered, ensure_ascii=False))
