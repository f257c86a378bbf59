"""One call of a capability, the same for every surface that a model reaches: checked, filled in, run, presented."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import orjson
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from storage.database import Database
from storage.kernel.actor import Actor, Module
from storage.kernel.errors import CopilotError, ErrorKind, FieldProblem
from storage.scope import TurnMemory
from storage.tracing import spanned
from tools.kit.blocks import Presentation
from tools.kit.capability import CONTEXT, AnyCapability


@dataclass(frozen=True)
class CallContext:
    """What the server knows of a call and no model may say: set once per run or session."""

    actor: Actor
    modules: Collection[Module]
    run_id: str
    turn_id: str
    """The run, or session, that began what this one may go on with: names of calls are unique within it."""
    conversation_id: str | None = None
    as_of: date | None = None
    data_source_id: str | None = None
    """The database of the tenant's own that is talked about; None: the shop's figures."""
    turn: TurnMemory | None = None
    """Of a turn of the chat: what its calls know of the question before."""

    def entry(self, name: str) -> Any:
        """The value for a `context_field` of that name."""
        match name:
            case "as_of":
                return self.as_of
            case "conversation_id":
                return self.conversation_id
            case "data_source_id":
                return self.data_source_id
            case _:
                raise LookupError(f"no context entry {name!r}")


def arguments_hash(capability: str, arguments: Mapping[str, Any]) -> str:
    """What an approval is bound to: SHA-256 over the capability's id and its arguments as canonical JSON."""
    canonical = orjson.dumps([capability, arguments], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(canonical).hexdigest()


def context_fields(capability: AnyCapability) -> dict[str, str]:
    """The request's fields that the server fills: field name → context entry."""
    return {
        name: entry
        for name, field in capability.request.model_fields.items()
        if (entry := _context_entry(field)) is not None
    }


def arguments_schema(capability: AnyCapability) -> dict[str, Any]:
    """The request's JSON schema as a model sees it: without the fields that the server fills."""
    schema = capability.request.model_json_schema()
    hidden = context_fields(capability)
    return schema | {"properties": {k: v for k, v in schema.get("properties", {}).items() if k not in hidden}}


def parse_arguments(capability: AnyCapability, arguments: Mapping[str, Any], context: CallContext) -> Any:
    """The capability's request from a model's arguments and the server's context. Raises CopilotError (invalid) that
    names each bad field; a field that only the server may set is one."""
    filled = {name: context.entry(entry) for name, entry in context_fields(capability).items()}
    if meddled := filled.keys() & arguments.keys():
        problems = tuple(FieldProblem(f"/{name}", "This is set by the server.") for name in sorted(meddled))
        raise CopilotError(ErrorKind.INVALID, f"{capability.title}: an argument is not allowed.", problems=problems)
    try:
        return capability.request.model_validate({**arguments, **filled})
    except ValidationError as error:
        problems = tuple(
            FieldProblem("/" + "/".join(str(part) for part in one["loc"]), one["msg"]) for one in error.errors()
        )
        raise CopilotError(ErrorKind.INVALID, f"{capability.title}: arguments are wrong.", problems=problems) from error


async def invoke(
    database: Database, capability: AnyCapability, context: CallContext, arguments: Mapping[str, Any], call_id: str
) -> Presentation:
    """Run a capability in a unit of work of its own. `call_id` names the call within its turn: one with an effect is
    recorded in the same transaction, so that the same call once more returns the first result and does nothing.

    Raises CopilotError for everything the caller can be told; any other exception is a fault of ours."""
    with spanned(
        f"tool.{capability.id}",
        gen_ai__operation__name="execute_tool",
        gen_ai__tool__name=capability.id,
        smb__tenant__id=context.actor.tenant_id,
    ):
        request = _admit(capability, context, arguments)
        if capability.effect.needs_approval:
            return await _carry_out(database, capability, context, arguments, call_id=call_id, request=request)
        async with database.read(context.actor, context.turn) as uow:
            return capability.present(await capability.handler(uow, request))


def _admit(capability: AnyCapability, context: CallContext, arguments: Mapping[str, Any]) -> Any:
    if capability.module not in context.modules:
        raise CopilotError(ErrorKind.FORBIDDEN, f"The module {capability.module} is switched off.")
    if not context.actor.may(capability.permission):
        raise CopilotError(ErrorKind.FORBIDDEN, f"Your role may not use “{capability.title}”.")
    return parse_arguments(capability, arguments, context)


async def _carry_out(
    database: Database,
    capability: AnyCapability,
    context: CallContext,
    arguments: Mapping[str, Any],
    *,
    call_id: str,
    request: Any,
) -> Presentation:
    digest = arguments_hash(capability.id, arguments)
    # Hashed, since providers' call ids have any length; with the arguments, since some use an id again.
    key = hashlib.sha256(f"{context.turn_id}\0{call_id}\0{digest}".encode()).hexdigest()
    async with database.write(context.actor, context.turn) as uow:
        if (done := await uow.tool_executions.find(key)) is not None:
            return Presentation.model_validate(done.result)
        shown = capability.present(await capability.handler(uow, request))
        uow.tool_executions.record(key, capability.id, digest, shown.model_dump(mode="json"))
        return shown


def _context_entry(field: FieldInfo) -> str | None:
    extra = cast("dict[str, Any] | None", field.json_schema_extra)  # a function only where pydantic is told so
    return str(extra[CONTEXT]) if extra and CONTEXT in extra else None
