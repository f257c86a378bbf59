"""On whose behalf a unit of work runs: one tenant's actor, or the system for one named purpose."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from storage.kernel.actor import Actor
from storage.kernel.clock import Clock
from storage.models.identity import Tenant


class SystemPurpose(StrEnum):
    """The few errands that have no tenant yet, or all of them. Nothing else may open a system unit of work."""

    LOGIN = "login"
    REGISTRATION = "registration"
    SCHEDULER = "scheduler"
    WEBHOOK = "webhook"
    OAUTH = "oauth"
    """A vendor sends a browser back: the state tells whose connection it is."""
    OUTBOX = "outbox"
    MAINTENANCE = "maintenance"


class GuardError(RuntimeError):
    """Code tried to reach past the tenant it was given, or past the append-only log. Always a fault of ours:
    it ends the unit of work and is never shown outside."""


@dataclass(slots=True)
class TurnMemory:
    """What the units of work of one turn of the chat share. The last question is read and changed here, and written
    down by the turn with its answer: one that fails leaves the conversation as it was."""

    conversation_id: str
    tenant: Tenant
    """As the turn found it, for reading."""
    query: dict[str, Any] | None = None
    """The last question, as ContextRepository keeps it."""


@dataclass(slots=True)
class Scope:
    """What the session guards by. Exactly one of `actor` and `purpose` is set."""

    clock: Clock
    actor: Actor | None = None
    purpose: SystemPurpose | None = None
    writable: bool = False
    shown_batch_id: str | None = None
    """The one unfinished ingestion batch whose rows its own writer sees."""
    turn: TurnMemory | None = None
    """The turn of the chat that the unit of work is part of."""
    redone: bool = False
    """Whether its work is done again where it gets lost: its commit need not wait for the disk."""

    hides_values: bool = False
    """Whether the audit tells which rows are changed, and not what they hold or held: where a person is erased."""

    def __post_init__(self) -> None:
        if (self.actor is None) == (self.purpose is None):
            raise GuardError("a session needs an actor, or a system purpose, and not both")
        if self.actor is not None and not self.actor.tenant_id:
            raise GuardError("a session without a tenant is refused")

    @property
    def tenant_id(self) -> str | None:
        """The tenant all rows belong to; None for the system."""
        return self.actor.tenant_id if self.actor is not None else None
