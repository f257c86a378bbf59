"""What remote models of every kind share: whether a call would leave this machine, and what their errors mean."""

from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from storage.kernel.errors import CopilotError, ErrorKind

# Providers whose default address is this machine (litellm's own defaults).
_LOCAL_PROVIDERS = frozenset({"ollama", "ollama_chat"})
_PROVIDER_LIBRARIES = frozenset({"litellm", "openai", "httpx", "httpcore", "aiohttp", "anyio"})


@dataclass(frozen=True, slots=True)
class Target:
    """One model of one provider. `name` is litellm's "provider/model"; without `api_base` and `api_key` the
    provider's own address and its usual environment variable apply."""

    name: str
    api_base: str | None = None
    api_key: str | None = field(default=None, repr=False)

    @property
    def provider(self) -> str:
        return self.name.partition("/")[0]

    @property
    def stays_on_this_machine(self) -> bool:
        if self.api_base is None:
            return self.provider in _LOCAL_PROVIDERS
        host = urlsplit(self.api_base).hostname or ""
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"


def refuse_live_call(target: Target) -> None:
    """For processes that may not talk to the outside, tests above all: a mistake in a setting must not cost money
    or send a customer's data away. Raises CopilotError when the target is not on this machine."""
    if not target.stays_on_this_machine:
        raise CopilotError(
            ErrorKind.UNAVAILABLE,
            f"Calls to {target.name} are switched off here.",
            hint="Point the model at an address on this machine, or allow live calls in the settings.",
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """What a provider's error means: the error to show, whether the same provider is worth another try, and how
    many seconds it asked us to wait (RFC 9110, Retry-After)."""

    error: CopilotError
    transient: bool = False
    retry_after: float | None = None


def is_provider_error(error: BaseException) -> bool:
    """Whether an exception tells of the provider or the way to it; any other is a mistake on our side or litellm's.
    litellm calls anything it does not know a lost connection, so that what it wraps decides."""
    root = error
    while type(root).__module__.startswith(("litellm", "openai")) and root.__context__ is not None:
        root = root.__context__
    return isinstance(root, OSError) or type(root).__module__.partition(".")[0] in _PROVIDER_LIBRARIES


def read_fault(error: BaseException, name: str) -> Fault:
    """Classify an exception of litellm, whose classes all carry an HTTP status, without importing it."""
    # litellm wraps what happens while it streams, and the reason is inside.
    inner = getattr(error, "original_exception", None)
    if type(error).__name__ == "MidStreamFallbackError" and isinstance(inner, Exception):
        error = inner
    kind, status, code = type(error).__name__, getattr(error, "status_code", None), getattr(error, "code", None)
    if (
        kind == "ContextWindowExceededError"
        or code == "context_length_exceeded"
        or status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    ):
        return Fault(_error(ErrorKind.TOO_LARGE, "The conversation is too long for the model.", "Start a new thread."))
    if kind == "ContentPolicyViolationError" or code == "content_filter":
        return Fault(declined())
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        message, hint = f"The provider of {name} refused its key.", "An administrator can set another key."
        return Fault(_error(ErrorKind.UNAVAILABLE, message, hint))
    if status == HTTPStatus.NOT_FOUND:
        message, hint = f"The provider does not know the model {name}.", "An administrator can choose another model."
        return Fault(_error(ErrorKind.UNAVAILABLE, message, hint))
    if isinstance(error, TimeoutError) or status == HTTPStatus.REQUEST_TIMEOUT or "timed out" in str(error).lower():
        return Fault(timed_out())
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = _retry_after(error)
        message, hint = "The language model is being asked too often.", "Try again in a moment."
        limited = CopilotError(ErrorKind.RATE_LIMITED, message, hint=hint, retry_after=wait)
        return Fault(limited, transient=True, retry_after=wait)
    if isinstance(status, int) and HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        message, hint = "The language model refused the request.", "Ask in other words, or start a new thread."
        return Fault(_error(ErrorKind.UNAVAILABLE, message, hint))
    unreachable = _error(ErrorKind.UNAVAILABLE, "The language model cannot be reached.", "Try again in a moment.")
    return Fault(unreachable, transient=True, retry_after=_retry_after(error))


def timed_out() -> CopilotError:
    """The model did not answer within its deadline."""
    return _error(ErrorKind.TIMEOUT, "The language model took too long.", "Try again in a moment.")


def declined() -> CopilotError:
    """The model, or its provider's filter, would not answer."""
    return _error(ErrorKind.UNSUPPORTED, "The language model declined to answer this.", "Ask in other words.")


def _error(kind: ErrorKind, message: str, hint: str) -> CopilotError:
    return CopilotError(kind, message, hint=hint)


def _retry_after(error: BaseException) -> float | None:
    """Seconds; the form with an HTTP date is not used by model providers and counts as absent."""
    headers = getattr(error, "litellm_response_headers", None)
    value = headers.get("retry-after") if headers is not None else None
    try:
        seconds = float(value) if value is not None else None
    except ValueError:
        return None
    return seconds if seconds is not None and 0 <= seconds < float("inf") else None
