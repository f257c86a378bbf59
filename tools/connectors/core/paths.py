"""Looking into a vendor's JSON by keys and positions between dots; * is every item of a list. Pure."""

from typing import Any, cast


def found_at(body: Any, path: str) -> list[Any]:
    """Everything at the path; nothing where it leads nowhere."""
    here: list[Any] = [body]
    for part in path.split("."):
        here = [inner for one in here for inner in _step(one, part)]
    return here


def first_at(body: Any, path: str) -> Any:
    """The first thing at the path that is not null, or None."""
    return next((one for one in found_at(body, path) if one is not None), None)


def text_at(body: Any, path: str) -> str | None:
    """A text or a number at the path, as text; None for anything else."""
    value = first_at(body, path)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _step(value: Any, part: str) -> list[Any]:
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return [members[part]] if part in members else []
    if isinstance(value, list):
        items = cast("list[Any]", value)
        if part == "*":
            return items
        return [items[int(part)]] if part.isdigit() and int(part) < len(items) else []
    return []
