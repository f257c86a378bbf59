"""Structured logs: one line a record, JSON or console, with the request's id, and no secret in any of them."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from api.settings import LogFormat

REDACTED = "[redacted]"
_SECRET_KEYS = re.compile(r"password|passwd|secret|token|authorization|api[-_]?key|credential|cookie", re.IGNORECASE)
_COUNTS = re.compile(r"_tokens$|^tokens$|token_budget", re.IGNORECASE)
_SECRET_VALUES = re.compile(
    r"""(?ix)
    (?:bearer\s+)[\w.~+/=-]{8,}           # an authorization header
    | \beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]+   # a JSON web token
    | \bsmb_[\w-]{8,}                     # our own keys and reset tokens
    | \bsk-[\w-]{8,}                      # model providers' keys
    | \b(?:shp[a-z]{2}_|[rs]k_(?:live|test)_|pat-[a-z0-9]+-)[\w-]{8,} # vendors' keys
    | (?<=://)[^\s/:@]+:[^\s/@]+(?=@)     # user and password in a URL
    """
)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor that blanks what is secret by its name or by its look, however deep it lies."""
    for key, value in event.items():
        event[key] = _redacted(key, value)
    return event


def _redacted(key: str, value: Any) -> Any:
    if _SECRET_KEYS.search(key) and not _COUNTS.search(key) and value is not None:
        return REDACTED
    if isinstance(value, str):
        return _SECRET_VALUES.sub(REDACTED, value)
    if isinstance(value, dict):
        return {str(name): _redacted(str(name), item) for name, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]: any mapping may be logged
    if isinstance(value, list | tuple):
        return [_redacted(key, item) for item in value]  # pyright: ignore[reportUnknownVariableType]: as above
    return value


def configure(level: str, log_format: LogFormat) -> None:
    """Sends structlog's and the standard library's records through the same processors to stderr."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
    ]
    # Tracebacks become text before redaction, so that a secret in an exception's message is blanked too.
    finish: list[structlog.typing.Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        redact,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log_format is LogFormat.JSON
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*finish, renderer]))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # Their own access and progress lines would repeat ours.
    for name in ("uvicorn", "httpx", "httpcore", "alembic", "dbos", "aiosqlite", "sse_starlette", "LiteLLM"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # With a handler of its own the durable engine would print past this one.
    logging.getLogger("dbos").handlers = [logging.NullHandler()]
