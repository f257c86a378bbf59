"""The chat model that agents get: embedded, or a chain of remote ones. Nothing else asks which it is.

Beside memory/embeddings.py the only module that knows litellm, which it imports on first use.
"""

import asyncio
import importlib
import random
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

import structlog
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.language_models.chat_models import agenerate_from_stream
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import PrivateAttr

from agents.budget import Meter, ModelUsage, current_meter
from agents.embedded.cards import AnyTool, to_openai, to_wire
from agents.reply import Reply, estimate_tokens, sendable
from agents.traced import TracedCall, Untraced
from memory.embeddings import EMBEDDED, load_litellm
from memory.providers import Fault, Target, declined, is_provider_error, read_fault, refuse_live_call, timed_out
from storage.kernel.errors import CopilotError, ErrorKind

log = structlog.get_logger(__name__)

_FIRST_WAIT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """`targets` are tried in order. `call_seconds` bounds one model call with all its attempts, waits and
    fallbacks; `first_token_seconds` bounds the silence before a provider's first word."""

    targets: tuple[Target, ...] = (EMBEDDED,)
    temperature: float = 0.0
    max_output_tokens: int | None = None
    first_token_seconds: float = 30.0
    call_seconds: float = 120.0
    attempts: int = 3
    """Per target, for errors that pass: too many requests, a server error, no connection."""
    longest_wait_seconds: float = 20.0
    """A Retry-After beyond this is not waited for: the next target is tried."""
    allow_live_calls: bool = False
    """Off unless the composition root switches it on, so that no test can reach a provider by accident."""
    traces_content: bool = False
    """Whether what is said to and by a model stands in its spans."""


def targets_of(
    model: str, fallbacks: Sequence[str] = (), *, api_base: str | None = None, api_key: str | None = None
) -> tuple[Target, ...]:
    """The chain that settings name. Address and key are the first model's, and also those of fallbacks of the same
    provider: no provider is ever sent another one's key."""
    first = Target(model, api_base, api_key)
    rest = (
        Target(name, api_base, api_key) if Target(name).provider == first.provider else Target(name)
        for name in fallbacks
    )
    return tuple(EMBEDDED if target.name == EMBEDDED.name else target for target in (first, *rest))


class ModelInterruptedError(CopilotError):
    """The model broke off after it had begun to speak. What was said cannot be taken back or continued by another
    provider, so the turn has to be started again; nothing else is wrong with it."""

    def __init__(self, cause: CopilotError) -> None:
        hint = "Ask again: nothing was changed."
        super().__init__(cause.kind, "The language model broke off in the middle of its answer.", hint=hint)


@dataclass(frozen=True, slots=True)
class ModelHandle:
    """A chat model with its life cycle."""

    name: str
    chat: BaseChatModel
    load: Callable[[], None]
    """Blocks for the seconds that loading takes."""
    local: BaseChatModel
    """The embedded one, which reads what no remote one may."""

    async def warm(self) -> None:
        """Load ahead of the first question, off the event loop."""
        await asyncio.to_thread(self.load)

    async def aclose(self) -> None:
        """Close the connections to providers."""
        if isinstance(self.chat, RemoteModel):
            await self.chat.aclose()


def model_factory(config: ModelConfig, embedded: BaseChatModel, load_embedded: Callable[[], None]) -> ModelHandle:
    """The configured model. Raises CopilotError for a chain that is not allowed or makes no sense."""
    if not config.targets:
        raise CopilotError(ErrorKind.INVALID, "No language model is configured.", hint="Set SMB_MODEL=embedded.")
    _check_names(config)
    # The embedded model needs no one behind it.
    if config.targets[0] == EMBEDDED:
        return ModelHandle(EMBEDDED.name, embedded, load_embedded, embedded)
    chat = RemoteModel(config=config, embedded=embedded)
    return ModelHandle(config.targets[0].name, chat, chat.load, embedded)


def remote_model(config: ModelConfig) -> "RemoteModel":
    """The remote ones of a chain, for what the embedded model cannot do. Raises CopilotError like `model_factory`."""
    _check_names(config)
    targets = tuple(target for target in config.targets if target != EMBEDDED)
    return RemoteModel(config=replace(config, targets=targets))


def _check_names(config: ModelConfig) -> None:
    for target in config.targets:
        if target != EMBEDDED:
            if "/" not in target.name:
                hint = 'A model is "embedded" or "provider/model", as in "openai/gpt-5-mini".'
                raise CopilotError(ErrorKind.INVALID, f"{target.name!r} is not the name of a model.", hint=hint)
            if not config.allow_live_calls:
                refuse_live_call(target)


class RemoteModel(BaseChatModel):
    """Providers in order, behind one chat model.

    Until the first word is handed on, an attempt that fails is repeated or the next provider takes over; after it the
    call fails with `ModelInterruptedError`. Every failure is a CopilotError. Tool calls come whole, in the last
    chunk; malformed ones come as invalid tool calls. Each call is checked against and counted on the run's meter.
    """

    config: ModelConfig
    embedded: BaseChatModel | None = None
    """What stands for the target EMBEDDED, where there is one."""
    _providers: tuple[BaseChatModel, ...] = PrivateAttr(default=())
    _litellm: Any = PrivateAttr(default=None)
    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    @property
    def _llm_type(self) -> str:
        return "smb-remote"

    def load(self) -> None:
        """Import litellm and build the providers: seconds the first time, nothing after. Thread-safe."""
        with self._lock:
            if not self._providers:
                self._litellm = load_litellm()
                _import_what_a_call_imports(self._litellm)
                self._providers = tuple(self._provider(target) for target in self.config.targets)

    async def aclose(self) -> None:
        """Close litellm's connections, which are the process's."""
        if self._litellm is not None:
            await self._litellm.close_litellm_async_clients()

    def bind_tools(
        self,
        tools: Sequence[AnyTool],
        *,
        tool_choice: str | dict[str, Any] | bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        return self.bind(tools=[to_wire(tool) for tool in tools], tool_choice=tool_choice, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError("models are called asynchronously")

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return await agenerate_from_stream(self._astream(messages, stop, run_manager, **kwargs))

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002  langchain-core reports the chunks itself
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        meter = current_meter()
        if not self._providers:
            await asyncio.to_thread(self.load)
        deadline = asyncio.get_running_loop().time() + self.config.call_seconds
        input_tokens = estimate_tokens(messages, kwargs.get("tools") or ())
        transcript = sendable(messages)
        first_error: CopilotError | None = None
        for target, provider in zip(self.config.targets, self._providers, strict=True):
            for attempt in range(1, self.config.attempts + 1):
                if target != EMBEDDED:
                    await meter.check(input_tokens)
                reply = Reply()
                # Not `astream`: it would report every chunk to the run's callbacks a second time.
                stream = provider._astream(transcript, stop, **_arguments(provider, target, kwargs))  # noqa: SLF001  see above
                with self._traced(target, attempt, transcript, meter) as call:
                    try:
                        async with aclosing(self._listen(stream, reply, target, deadline)) as chunks:
                            async for chunk in chunks:
                                call.hear(chunk)
                                yield ChatGenerationChunk(message=chunk)
                        return
                    except _ProviderError as failed:
                        fault = failed.fault
                        cause = type(failed.__cause__ or failed).__name__
                        call.failed(cause)
                        log.warning(
                            "model call failed", model=target.name, attempt=attempt, kind=fault.error.kind, cause=cause
                        )
                        if reply.spoken:
                            raise _after_speaking(fault.error) from failed
                    finally:
                        call.ended(reply, self._count(meter, reply, target, input_tokens))
                        await meter.save()
                first_error = first_error or fault.error
                wait = self._wait_before_retry(fault, attempt, deadline)
                if wait is None:
                    break
                await asyncio.sleep(wait)
        raise first_error or timed_out()

    async def _listen(
        self, stream: AsyncIterator[ChatGenerationChunk], reply: Reply, target: Target, deadline: float
    ) -> AsyncGenerator[AIMessageChunk]:
        """What one provider says, within its deadlines. Raises _ProviderError when it fails or says nothing."""
        first_word = asyncio.get_running_loop().time() + self.config.first_token_seconds
        while True:
            try:
                async with asyncio.timeout_at(deadline if reply.begun else min(first_word, deadline)):
                    chunk = await anext(stream, None)
            except CopilotError:
                raise
            except Exception as error:
                if not is_provider_error(error):
                    log.exception("model call failed in a way no provider explains", model=target.name)
                raise _ProviderError(read_fault(error, target.name)) from error
            if chunk is None:
                break
            if isinstance(chunk.message, AIMessageChunk) and (shown := reply.feed(chunk.message)) is not None:
                yield shown
        if reply.finish_reason == "content_filter" or reply.empty:
            raise _ProviderError(Fault(declined()))
        estimated = target != EMBEDDED and reply.reported_usage is None
        yield reply.close({"model_name": target.name, "model_provider": self._llm_type, "usage_estimated": estimated})

    def _traced(
        self, target: Target, attempt: int, transcript: Sequence[BaseMessage], meter: Meter
    ) -> TracedCall | Untraced:
        if target == EMBEDDED:
            return Untraced()  # it has spans of its own
        return TracedCall(
            target,
            tenant_id=meter.tenant_id,
            attempt=attempt,
            temperature=self.config.temperature,
            max_tokens=self.config.max_output_tokens,
            transcript=transcript if self.config.traces_content else None,
        )

    def _wait_before_retry(self, fault: Fault, attempt: int, deadline: float) -> float | None:
        """Seconds to wait before the same provider is asked again; None when another should be asked instead."""
        if not fault.transient or attempt == self.config.attempts:
            return None
        backoff = _FIRST_WAIT_SECONDS * 2 ** (attempt - 1) * random.uniform(0.5, 1.0)  # noqa: S311  jitter, no secret
        wait = backoff if fault.retry_after is None else fault.retry_after
        remaining = deadline - asyncio.get_running_loop().time()
        return wait if wait < remaining and wait <= self.config.longest_wait_seconds else None

    def _count(self, meter: Meter, reply: Reply, target: Target, estimated_input: int) -> ModelUsage | None:
        """Count a call, also one that broke off: the provider charges for it. One that never began costs nothing."""
        if target == EMBEDDED or not (reply.begun or reply.reported_usage):
            return None
        read, written = reply.reported_usage or (estimated_input, reply.estimated_output_tokens)
        estimated = reply.reported_usage is None
        usage = ModelUsage(target.name, read, written, self._price(target, read, written), estimated)
        meter.count(usage)
        return usage

    def _price(self, target: Target, read: int, written: int) -> int | None:
        try:
            costs: tuple[float, float] = self._litellm.cost_per_token(
                model=target.name, prompt_tokens=read, completion_tokens=written
            )
        except Exception:  # litellm raises a bare Exception subclass for a model that is not on its list
            return None
        return round(sum(costs) * 1_000_000)

    def _provider(self, target: Target) -> BaseChatModel:
        if target == EMBEDDED and self.embedded is not None:
            return self.embedded
        from langchain_litellm import ChatLiteLLM

        chat = ChatLiteLLM(
            model=target.name,
            api_base=target.api_base,
            api_key=target.api_key,
            temperature=self.config.temperature,
            max_tokens=self.config.max_output_tokens,
            request_timeout=self.config.call_seconds,
            # We repeat calls ourselves: ChatLiteLLM counts this as attempts, the provider's client as repetitions.
            max_retries=1,
            model_kwargs={"max_retries": 0, "drop_params": True},
        )
        chat.client = _Client(self._litellm)
        return chat


def _import_what_a_call_imports(litellm: Any) -> None:
    """litellm and the client of its commonest providers import some 700 modules at their first call, which would
    stop the event loop for seconds: have them here. The mock call goes through litellm alone, no request is made."""
    importlib.import_module("openai.resources")
    chunks = litellm.completion("openai/none", [{"role": "user", "content": "-"}], mock_response="-", stream=True)
    for _ in chunks:
        pass


class _Client:
    """Stands between ChatLiteLLM and litellm, and takes out the usage that litellm guesses where a provider reports
    none: it looks the same as a report, and a guess has to be marked as one (langchain-litellm 0.11)."""

    def __init__(self, litellm: Any) -> None:
        self._litellm = litellm

    async def acompletion(self, **kwargs: Any) -> AsyncIterator[dict[str, Any]]:
        # Given tools, litellm would first load its gateway for MCP servers, of a newer `mcp` than the one we serve with.
        return self._reported(await self._litellm.acompletion(**kwargs, _skip_mcp_handler=True))

    async def _reported(self, stream: Any) -> AsyncIterator[dict[str, Any]]:
        async for chunk in stream:
            fields: dict[str, Any] = chunk.model_dump()
            if fields.get("usage") and not any(getattr(received, "usage", None) for received in stream.chunks):
                del fields["usage"]
            yield fields


class _ProviderError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.error.message)
        self.fault = fault


def _after_speaking(error: CopilotError) -> CopilotError:
    # A filter that cut the answer off would cut it off again.
    return error if error.kind is ErrorKind.UNSUPPORTED else ModelInterruptedError(error)


def _arguments(provider: BaseChatModel, target: Target, kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The bound arguments in the form that this provider takes."""
    tools = kwargs.get("tools")
    if target == EMBEDDED or not tools:
        return {key: value for key, value in kwargs.items() if tools or key not in ("tools", "tool_choice")}
    others = {key: value for key, value in kwargs.items() if key != "tools"}
    bound: Any = provider.bind_tools([to_openai(tool) for tool in tools], **others)
    return dict(bound.kwargs)
