"""A capability: one thing that can be done, declared once, served as a route, a model's tool and an MCP tool."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from storage.kernel.actor import Module, Permission
from tools.kit.blocks import Presentation


class Effect(StrEnum):
    """What a call leaves behind. All but READ and DRAFT wait for the user's approval in the chat."""

    READ = "read"
    DRAFT = "draft"
    WRITE = "write"
    SEND = "send"
    SPEND = "spend"

    @property
    def needs_approval(self) -> bool:
        return self not in (Effect.READ, Effect.DRAFT)


class Contract(BaseModel):
    """The base of every request and result: frozen, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


CONTEXT = "x-context"


def context_field(name: str, description: str) -> Any:
    """A request field that the server sets from the run (`as_of`, `conversation_id`), never a model: the adapter
    hides it from the model's schema and fills it from the run context entry of that name."""
    return Field(default=None, description=description, json_schema_extra={CONTEXT: name})


Q = TypeVar("Q", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
U = TypeVar("U")


@dataclass(frozen=True)
class Capability(Generic[Q, R, U]):
    """`id` is "<module>.<verb>"; `handler` runs the use case in the unit of work it is handed (`U` is
    ReadUnitOfWork when `effect` is READ or DRAFT, else WriteUnitOfWork); `present` turns a result into what a
    model reads and a person sees; `examples` are requests in an owner's words, at least five."""

    id: str
    module: Module
    title: str
    description: str
    request: type[Q]
    result: type[R]
    handler: Callable[[U, Q], Awaitable[R]]
    present: Callable[[R], Presentation]
    permission: Permission
    effect: Effect
    examples: tuple[str, ...]
    asks_sources: bool = False
    """Whether a request may be for a database of the tenant's own that it names."""
    traces_answers: bool = False
    """Whether it tells where the answer comes from that was just given."""

    @property
    def tool_name(self) -> str:
        """The name as model providers allow it: letters, digits, underscores."""
        return self.id.replace("-", "_").replace(".", "__")


AnyCapability = Capability[Any, Any, Any]
