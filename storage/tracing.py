"""Spans that hold no value of anybody's, and one for each SQL statement by OpenTelemetry's conventions for databases.

Hooks are put on an engine only where traces are sent somewhere, so that statements cost nothing more elsewhere.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.util.types import AttributeValue
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

TENANT: Final = "smb_traced_tenant"
"""Execution option of a connection that is traced: whose rows its statements are about."""
_SPAN = "smb_span"
_LONGEST = 4_000
_NOT_SAID = re.compile(
    r"""
      (?P<kept>"(?:[^"]|"")*"|`[^`]*`)                         # names between quotation marks
    | (?P<gone>--[^\n]*|/\*.*?\*/)                             # comments
    | [eE]'(?:[^'\\]|\\.|'')*' | [xXbBnN]?'(?:[^']|'')*'       # texts
    | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
    | (?<![\w$:.?])[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\b  # numbers, but not the number of a parameter
    """,
    re.VERBOSE | re.DOTALL,
)
_OPERATION = re.compile(r"\s*(\w+)")


@contextmanager
def spanned(name: str, **attributes: AttributeValue) -> Generator[Span]:
    """A span around what is done inside, which is the current one there. Dots of attributes' names are two underscores.
    Of an error it tells the kind alone: a message may hold an owner's words, or a statement with its values."""
    named = {attribute.replace("__", "."): value for attribute, value in attributes.items()}
    tracer = trace.get_tracer(__name__)
    with tracer.start_as_current_span(
        name, attributes=named, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except BaseException as error:
            tell_failure(span, type(error).__name__)
            raise


def tell_failure(span: Span, kind: str) -> None:
    span.set_attribute("error.type", kind)
    span.set_status(Status(StatusCode.ERROR, kind))


def trace_statements(engine: Engine) -> None:
    """From now on. A statement that belongs to no span (a heartbeat, a look at the schema) gets none of its own."""
    tracer = trace.get_tracer(__name__)
    system = engine.dialect.name

    def begin(connection: Connection, _cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if not trace.get_current_span().is_recording():
            return
        shown = without_values(statement)
        operation = _operation(shown)
        attributes: dict[str, Any] = {
            "db.system.name": system,
            "db.operation.name": operation,
            "db.query.text": shown,
        }
        if many:
            attributes["db.operation.batch.size"] = len(parameters)
        if tenant := connection.get_execution_options().get(TENANT):
            attributes["smb.tenant.id"] = tenant
        setattr(context, _SPAN, tracer.start_span(operation, kind=SpanKind.CLIENT, attributes=attributes))

    def end(
        _connection: Connection, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool
    ) -> None:
        if (span := _taken(context)) is not None:
            span.end()

    def fail(context: ExceptionContext) -> None:
        if (span := _taken(context.execution_context)) is not None:
            tell_failure(span, type(context.original_exception).__name__)
            span.end()

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)


@lru_cache(maxsize=1_024)
def without_values(statement: str) -> str:
    """The statement with a question mark for each value that stands in it, and without comments. Parameters stay."""
    return _NOT_SAID.sub(_said, statement).strip()[:_LONGEST]


def _said(found: re.Match[str]) -> str:
    if found["kept"] is not None:
        return found["kept"]
    return " " if found["gone"] is not None else "?"


def _operation(statement: str) -> str:
    found = _OPERATION.match(statement)
    return found[1].upper() if found else "SQL"


def _taken(context: Any) -> Span | None:
    """The span of a statement that has ended, once."""
    span: Span | None = getattr(context, _SPAN, None)
    if span is not None:
        setattr(context, _SPAN, None)
    return span
