"""One error type for everything a caller can be told about. It knows no HTTP and no framework."""

from dataclasses import dataclass
from enum import StrEnum


class ErrorKind(StrEnum):
    """What went wrong, in the words that each outer surface maps to its own (a status, a tool message)."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    RATE_LIMITED = "rate_limited"
    BUDGET_EXCEEDED = "budget_exceeded"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One bad field: an RFC 6901 JSON pointer into the request, and what is wrong with it."""

    pointer: str
    message: str


class CopilotError(Exception):
    """An error whose text may be shown outside: it holds no SQL, secret, path or stack.

    `message` says what happened, `hint` what the reader can do about it. Any other exception is a fault of
    ours: it is logged with its run id and the outside gets one neutral sentence.
    """

    def __init__(
        self,
        kind: ErrorKind,
        message: str,
        *,
        hint: str | None = None,
        problems: tuple[FieldProblem, ...] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.hint = hint
        self.problems = problems
        self.retry_after = retry_after


def not_found(what: str) -> CopilotError:
    """The one answer for an id that does not exist and for one that belongs to another tenant."""
    return CopilotError(ErrorKind.NOT_FOUND, f"{what} was not found.")


def invalid(message: str, *, pointer: str = "", hint: str | None = None) -> CopilotError:
    """A request that cannot be carried out as it stands; `pointer` names the field where there is one."""
    problems = (FieldProblem(pointer, message),) if pointer else ()
    return CopilotError(ErrorKind.INVALID, message, hint=hint, problems=problems)
