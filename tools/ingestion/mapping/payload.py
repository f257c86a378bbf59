"""A vendor's JSON, exactly: numbers as they were written, every leaf with its address (RFC 6901)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any, Final, NoReturn, cast

import msgspec
import orjson

from storage.kernel.errors import CopilotError, invalid

_DEEPEST: Final = 254
"""Levels of nesting; real payloads have about ten."""
_WORDS: Final = {None: "null", True: "true", False: "false"}
_LONGEST_NUMBER: Final = 400
"""Characters of one number: beyond it, it is an attack and no amount."""
_TOO_LARGE: Final = 10**_LONGEST_NUMBER
_HASHED_AT_ONCE: Final = 2_047
"""Bytes: for more, hashlib lets go of Python's lock, and to get it back takes longer than to hash an object."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that holds no others; an empty list or object counts as one."""

    pointer: str
    value: Any


def parse_payload(text: str | bytes) -> Any:
    """JSON with decimals as Decimal. Raises CopilotError(INVALID) for what is none: also NaN and Infinity, two
    values under one key (one of them would be lost), and nesting beyond any real payload."""
    try:
        raw = text.encode() if isinstance(text, str) else text
        value = _DECODER.decode(raw)
        written = orjson.dumps(value, default=_fragment)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError, CopilotError):
        return _parsed_with_care(text)
    # Of two values under one key the first is gone, and with it the quotation marks around its key.
    is_whole = raw.count(b'"') + raw.count(_QUOTATION_MARK_BY_NUMBER) == written.count(b'"')
    return value if is_whole else _parsed_with_care(text)


def _parsed_with_care(text: str | bytes) -> Any:
    """What the fast parser does not read, or may have lost something of: slower, and with words for what is wrong."""
    try:
        value = json.loads(text, parse_float=_decimal, parse_constant=_no_number, object_pairs_hook=_object)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise invalid(f"This is no JSON: {_reason(error)}.") from None
    except ValueError:  # an integer of more digits than Python reads
        raise invalid("This holds too large a number.") from None
    _check(value)
    return value


def parse_file(text: str | bytes) -> Any:
    """The same of a file, which may also hold a value a line, as bulk results do (jsonlines.org): then they are a list."""
    if not text.strip():
        raise invalid("This is no JSON: it is empty.")
    try:
        return parse_payload(text)
    except CopilotError as whole:
        lines = text.split(b"\n") if isinstance(text, bytes) else text.split("\n")
        numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
        values: list[Any] = []
        for number, line in numbered:
            try:
                values.append(parse_payload(line))
            except CopilotError as error:
                if not values:  # it was never meant to be one value a line
                    break
                raise invalid(f"Line {number}: {error.message}") from None
        if len(values) < 2:  # noqa: PLR2004 - one line is the whole
            raise whole from None
        return values


def _fragment(value: Any) -> orjson.Fragment:
    """A Decimal with all its digits. Raises TypeError for anything else, and for what is no finite number."""
    if not isinstance(value, Decimal) or not value.is_finite():
        raise TypeError
    return orjson.Fragment(str(value))


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()} at line {error.lineno}, column {error.colno}"
    return "it is nested too deep" if isinstance(error, RecursionError) else "it is not UTF-8"


def _decimal(text: str) -> Decimal:
    try:
        if len(text) > _LONGEST_NUMBER:
            raise InvalidOperation
        return Decimal(text)
    except InvalidOperation:
        raise invalid(f"{text[:40]} is too large a number.") from None


_DECODER: Final = msgspec.json.Decoder(float_hook=_decimal)
_QUOTATION_MARK_BY_NUMBER: Final = b"\\u0022"


def _no_number(text: str) -> NoReturn:
    raise invalid(f"{text} is no JSON number.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise invalid(f"The key “{twice[:60]}” stands twice in one object.")
    return found


def _check(value: Any) -> None:
    level = [value]
    for _ in range(_DEEPEST):
        if any(isinstance(one, int) and abs(one) >= _TOO_LARGE for one in level):
            raise invalid("This holds too large a number.")
        level = [inner for outer in level for inner in _inner(outer)]
        if not level:
            return
    raise invalid("This is no JSON: it is nested too deep.")


def _inner(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(cast("dict[str, Any]", value).values())
    return cast("list[Any]", value) if isinstance(value, list) else []


def exact_json(value: Any) -> str:
    """Compact JSON of a parsed payload: keys in the order they came, decimals with all their digits."""
    try:
        return orjson.dumps(value, default=_fragment).decode()
    except TypeError:
        return _written(value)


def _written(value: Any) -> str:
    """The same for what orjson does not write: integers beyond 64 bits, halves of surrogate pairs."""
    pieces: list[str] = []
    _write(value, pieces)
    return "".join(pieces)


def _write(value: Any, pieces: list[str]) -> None:
    if isinstance(value, dict):
        mark = "{"
        for key, inner in cast("dict[str, Any]", value).items():
            pieces.append(f"{mark}{_text(key)}:")
            _write(inner, pieces)
            mark = ","
        pieces.append("{}" if mark == "{" else "}")
    elif isinstance(value, list):
        mark = "["
        for inner in cast("list[Any]", value):
            pieces.append(mark)
            _write(inner, pieces)
            mark = ","
        pieces.append("[]" if mark == "[" else "]")
    elif isinstance(value, str):
        pieces.append(_text(value))
    elif isinstance(value, bool) or value is None:
        pieces.append(_WORDS[value])
    else:
        pieces.append(str(value))  # an integer or a Decimal


def _text(text: str) -> str:
    """Half a surrogate pair stays escaped: no database keeps it as it is."""
    escaped = encode_basestring(text)
    if not escaped.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
        return encode_basestring_ascii(text)
    return escaped


def version_of(value: Any) -> str:
    """A hash that changes with the content, and not with the order of its keys."""
    try:
        text = orjson.dumps(value, default=_fragment, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        text = _written(_sorted(value)).encode()
    hashed = hashlib.blake2b(text[:_HASHED_AT_ONCE], digest_size=16)
    for start in range(_HASHED_AT_ONCE, len(text), _HASHED_AT_ONCE):
        hashed.update(text[start : start + _HASHED_AT_ONCE])
    return hashed.hexdigest()


def content_key(version: str) -> str:
    """The key of an object that has none of its own, by the hash of its content."""
    return f"content:{version}"


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _sorted(inner) for key, inner in sorted(cast("dict[str, Any]", value).items())}
    return [_sorted(inner) for inner in cast("list[Any]", value)] if isinstance(value, list) else value


def pointer_to(pointer: str, key: str | int) -> str:
    """The address of a member: RFC 6901, section 3."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


def without(value: Any, pointer: str) -> Any:
    """The same payload with nothing (null) at an address, which there is."""
    if not pointer:
        return None
    name, _, rest = pointer[1:].partition("/")
    inner = f"/{rest}" if rest or pointer.endswith("/") else ""
    if isinstance(value, list):
        listed = cast("list[Any]", value)
        return [without(one, inner) if str(place) == name else one for place, one in enumerate(listed)]
    key = name.replace("~1", "/").replace("~0", "~")
    return {known: without(one, inner) if known == key else one for known, one in cast("dict[str, Any]", value).items()}


def leaves(value: Any, pointer: str = "") -> Iterator[Leaf]:
    """Every leaf below a value, in the order of the document."""
    if isinstance(value, dict) and value:
        for key, inner in cast("dict[str, Any]", value).items():
            yield from leaves(inner, pointer_to(pointer, key))
    elif isinstance(value, list) and value:
        for place, inner in enumerate(cast("list[Any]", value)):
            yield from leaves(inner, pointer_to(pointer, place))
    else:
        yield Leaf(pointer, value)
