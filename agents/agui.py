"""Run events as AG-UI 1.0 events (package ag_ui, https://docs.ag-ui.com), and the guard of their grammar.

RAW events are never sent: they would carry prompts. Blocks are ACTIVITY_SNAPSHOTs, since they are shown and are no
words; their `metadata` names the message they stand beside.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from ag_ui.core import (
    ActivitySnapshotEvent,
    BaseEvent,
    CustomEvent,
    Interrupt,
    RunErrorEvent,
    RunFinishedCancelledOutcome,
    RunFinishedEvent,
    RunFinishedInterruptOutcome,
    RunFinishedSuccessOutcome,
    RunStartedEvent,
    StepFinishedEvent,
    StepStartedEvent,
    TextMessageContentEvent,
    TextMessageEndEvent,
    TextMessageStartEvent,
    TokenUsage,
    ToolCallArgsEvent,
    ToolCallEndEvent,
    ToolCallResultEvent,
    ToolCallStartEvent,
)

from agents.approvals import PendingCall
from agents.events import (
    ApprovalAsked,
    RunEvent,
    StepFinished,
    StepStarted,
    TextAdded,
    TextEnded,
    TextStarted,
    TokensUsed,
    ToolCalled,
    ToolReturned,
)
from storage.kernel.errors import CopilotError
from storage.kernel.ids import new_id
from tools.kit.langchain import error_text

PROTOCOL_VERSION = "1.0"
SUPERSEDED = "smb.message.superseded"
"""CUSTOM: {"messageId"} of a text that the model broke off; what it says instead follows in a message of its own."""
APPROVAL = "tool_approval"
"""The reason of every interrupt."""
INTERNAL = "internal"
"""RUN_ERROR code of a fault of ours; all others are storage.kernel.errors.ErrorKind values."""


class AguiTranslator:
    """One run's events in order. Whatever happens, what it opened it closes before the run's last event, so that a
    client which checks the protocol never sees a torn stream."""

    def __init__(self, thread_id: str, run_id: str) -> None:
        self._thread_id = thread_id
        self._run_id = run_id
        self._steps: list[str] = []
        self._texts: list[str] = []
        self._tokens: dict[str, TokenUsage] = {}

    @property
    def usage(self) -> list[TokenUsage]:
        """Tokens by model, as far as models reported them."""
        return list(self._tokens.values())

    def started(self, parent_run_id: str | None = None) -> BaseEvent:
        return RunStartedEvent(
            thread_id=self._thread_id,
            run_id=self._run_id,
            parent_run_id=parent_run_id,
            protocol_version=PROTOCOL_VERSION,
        )

    def translate(self, event: RunEvent) -> Iterator[BaseEvent]:
        match event:
            case StepStarted(name):
                self._steps.append(name)
                yield StepStartedEvent(step_name=name)
            case StepFinished(name):
                self._steps.remove(name)
                yield StepFinishedEvent(step_name=name)
            case TextStarted(message_id):
                self._texts.append(message_id)
                yield TextMessageStartEvent(message_id=message_id, role="assistant")
            case TextAdded(message_id, delta):
                yield TextMessageContentEvent(message_id=message_id, delta=delta)
            case TextEnded(message_id, torn):
                self._texts.remove(message_id)
                yield TextMessageEndEvent(message_id=message_id)
                if torn:
                    yield CustomEvent(name=SUPERSEDED, value={"messageId": message_id})
            case ToolCalled(call_id, name, _, arguments, message_id):
                yield ToolCallStartEvent(tool_call_id=call_id, tool_call_name=name, parent_message_id=message_id)
                yield ToolCallArgsEvent(tool_call_id=call_id, delta=orjson.dumps(arguments).decode())
                yield ToolCallEndEvent(tool_call_id=call_id)
            case ToolReturned():
                yield from _returned(event)
            case TokensUsed():
                self._count(event)
            case ApprovalAsked():
                return  # told at the end, as the run's outcome

    def succeeded(self, message_id: str | None) -> Iterator[BaseEvent]:
        """The run is over; `message_id` is its answer in the thread."""
        yield from self._close()
        yield self._finished(RunFinishedSuccessOutcome(), result={"messageId": message_id})

    def interrupted(self, calls: Sequence[PendingCall]) -> Iterator[BaseEvent]:
        """The run waits for approvals."""
        yield from self._close()
        yield self._finished(RunFinishedInterruptOutcome(interrupts=[_interrupt(call) for call in calls]))

    def cancelled(self) -> Iterator[BaseEvent]:
        yield from self._close()
        yield self._finished(RunFinishedCancelledOutcome())

    def failed(self, error: CopilotError | None, reference: str) -> Iterator[BaseEvent]:
        """`error` None is a fault of ours: the outside gets one sentence with a reference to the log."""
        yield from self._close()
        yield run_error(error, reference, self.usage)

    def _finished(self, outcome: Any, result: Any = None) -> RunFinishedEvent:
        return RunFinishedEvent(
            thread_id=self._thread_id, run_id=self._run_id, outcome=outcome, result=result, usage=self.usage or None
        )

    def _close(self) -> Iterator[BaseEvent]:
        for message_id in self._texts:
            yield TextMessageEndEvent(message_id=message_id)
        for name in reversed(self._steps):
            yield StepFinishedEvent(step_name=name)
        self._texts, self._steps = [], []

    def _count(self, used: TokensUsed) -> None:
        known = self._tokens.setdefault(
            used.model, TokenUsage(model=used.model or None, input_tokens=0, output_tokens=0, total_tokens=0)
        )
        known.input_tokens = (known.input_tokens or 0) + used.input_tokens
        known.output_tokens = (known.output_tokens or 0) + used.output_tokens
        known.total_tokens = known.input_tokens + known.output_tokens


def run_error(error: CopilotError | None, reference: str, usage: list[TokenUsage] | None = None) -> RunErrorEvent:
    """The one event that ends a run which failed."""
    message = error_text(error) if error else f"Something went wrong on our side. Reference: {reference}."
    return RunErrorEvent(message=message, code=error.kind.value if error else INTERNAL, usage=usage or None)


def encode(event: BaseEvent) -> str:
    """An event as the JSON that goes out."""
    return event.model_dump_json(by_alias=True)


def _returned(event: ToolReturned) -> Iterator[BaseEvent]:
    yield ToolCallResultEvent(
        message_id=event.message_id, tool_call_id=event.call_id, content=event.content, role="tool"
    )
    for block in event.blocks:
        yield ActivitySnapshotEvent(
            message_id=new_id(),
            activity_type=f"smb.{block['kind']}",
            content=block,
            metadata={"messageId": event.answer_id, "toolCallId": event.call_id},
        )


def _interrupt(call: PendingCall) -> Interrupt:
    return Interrupt(
        id=call.interrupt_id,
        reason=APPROVAL,
        message=call.title,
        tool_call_id=call.call_id,
        response_schema=call.response_schema(),
        metadata={
            "capability": call.capability,
            "effect": call.effect,
            "arguments": call.arguments,
            "argumentsHash": call.arguments_hash,
        },
    )
