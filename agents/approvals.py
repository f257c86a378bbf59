"""Calls that wait for a person: exactly what would be done, and the person's decision, bound to it by a hash."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from ag_ui.core import ResumeEntry
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from agents.events import ApprovalAsked
from storage.kernel.errors import CopilotError, ErrorKind, FieldProblem, invalid
from tools.kit.capability import AnyCapability
from tools.kit.catalogue import Catalogue
from tools.kit.invocation import CallContext, arguments_hash, arguments_schema, parse_arguments
from tools.kit.langchain import tool_content


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PendingCall(_Strict):
    """One call that waits, as it is kept with its run."""

    interrupt_id: str
    turn_id: str
    """The run that began the turn, however often it was interrupted since."""
    call_id: str
    tool_name: str
    capability: str
    title: str
    effect: str
    arguments: dict[str, Any]
    arguments_hash: str
    arguments_schema: dict[str, Any]

    def response_schema(self) -> dict[str, Any]:
        """The JSON schema of a decision about this call."""
        decided = {"arguments_hash": {"const": self.arguments_hash}}
        return {
            "oneOf": [
                _variant("approve", decided),
                _variant("edit", {"arguments": self.arguments_schema}, required=("arguments",)),
                _variant("reject", {"reason": {"type": "string", "maxLength": 1000}}),
            ]
        }


class Approve(_Strict):
    """Do exactly what was shown. The hash, when it is sent, must be the one that was shown."""

    decision: Literal["approve"]
    arguments_hash: str | None = None


class Edit(_Strict):
    """Do it with these arguments instead; they are the whole set, not a patch."""

    decision: Literal["edit"]
    arguments: dict[str, Any]


class Reject(_Strict):
    """Do not do it."""

    decision: Literal["reject"]
    reason: str | None = Field(default=None, max_length=1000)


Decision = Annotated[Approve | Edit | Reject, Field(discriminator="decision")]
_DECISION: TypeAdapter[Approve | Edit | Reject] = TypeAdapter(Decision)


def pending_call(asked: ApprovalAsked, turn_id: str, catalogue: Catalogue) -> PendingCall:
    """What is shown and kept of a call that waits."""
    capability = _capability(catalogue, asked.tool_name)
    return PendingCall(
        interrupt_id=asked.interrupt_id,
        turn_id=turn_id,
        call_id=asked.call_id,
        tool_name=asked.tool_name,
        capability=capability.id,
        title=capability.title,
        effect=capability.effect.value,
        arguments=asked.arguments,
        arguments_hash=arguments_hash(capability.id, asked.arguments),
        arguments_schema=arguments_schema(capability),
    )


def answers_of(
    entries: Sequence[ResumeEntry], pending: Sequence[PendingCall], catalogue: Catalogue, context: CallContext
) -> dict[str, Any]:
    """What the graph is resumed with, by interrupt id. All waiting calls must be decided at once, and every decision
    is checked before any is acted on: raises CopilotError, and then nothing was done and all can be decided again."""
    waiting = {call.interrupt_id: call for call in pending}
    given = {entry.interrupt_id: entry for entry in entries}
    if given.keys() != waiting.keys() or len(given) != len(entries):
        raise CopilotError(
            ErrorKind.CONFLICT,
            "The decisions are not for the calls that wait in this conversation.",
            hint="Decide each of the calls that wait, once.",
        )
    return {
        interrupt_id: _answer(entry, waiting[interrupt_id], catalogue, context, f"/resume/{place}/payload")
        for place, (interrupt_id, entry) in enumerate(given.items())
    }


def _answer(
    entry: ResumeEntry, call: PendingCall, catalogue: Catalogue, context: CallContext, pointer: str
) -> dict[str, Any]:
    if entry.status == "cancelled":
        return _refused(call, None)
    match _parse(entry.payload, pointer):
        case Approve(arguments_hash=shown):
            if shown not in (None, call.arguments_hash):
                raise CopilotError(
                    ErrorKind.CONFLICT,
                    "What was approved is not what waits.",
                    problems=(FieldProblem(f"{pointer}/arguments_hash", "It is the hash of other arguments."),),
                )
            return {"type": "approve"}
        case Edit(arguments=arguments):
            parse_arguments(_capability(catalogue, call.tool_name), arguments, context)
            return {"type": "edit", "edited_action": {"name": call.tool_name, "args": arguments}}
        case Reject(reason=reason):
            return _refused(call, reason)


def _refused(call: PendingCall, reason: str | None) -> dict[str, Any]:
    """Stands in for the call's result, in the same form."""
    because = f" Your reason: {reason}" if reason else ""
    return {"type": "respond", "message": tool_content(f"“{call.title}” was not done, as you decided.{because}", {})}


def _parse(payload: Any, pointer: str) -> Approve | Edit | Reject:
    try:
        return _DECISION.validate_python(payload)
    except ValidationError as error:
        hint = 'A decision is {"decision": "approve" | "edit" | "reject", …}.'
        raise invalid("This is no decision.", pointer=pointer, hint=hint) from error


def _capability(catalogue: Catalogue, tool_name: str) -> AnyCapability:
    if (capability := catalogue.by_tool_name(tool_name)) is None:
        raise CopilotError(ErrorKind.CONFLICT, "What waits can no longer be done in this installation.")
    return capability


def _variant(decision: str, properties: Mapping[str, Any], required: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"decision": {"const": decision}, **properties},
        "required": ["decision", *required],
        "additionalProperties": False,
    }
