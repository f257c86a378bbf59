"""A vendor that changes its objects without a word: fields come, go, and take another type.

The answer is read as JSON with its exact numbers, changed and written again, so that it works for every vendor alike.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, cast

from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer
from evals.standins.vendors.kit.wire import Json

Change = Callable[[Json, str], None]
"""Changes the object that holds the field, in place."""


@dataclass(frozen=True)
class Field:
    """A field of one kind of object. `objects` and `name` are keys with dots between; a list in the way is each of its
    elements."""

    path: str
    """What is in the paths of the requests that such objects come with."""
    objects: str
    """Where the objects stand in the answer; nothing: the answer is the one object."""
    name: str


@dataclass
class Drift:
    """`server.on_answer = Drift(field, change)`. With `only`, of the objects that name that key in full."""

    field: Field
    change: Change
    only: str = ""
    changed: int = 0
    """How many objects were changed."""

    def __call__(self, asked: Asked, answer: Answer) -> Answer:
        if answer.status != 200 or self.field.path not in asked.path:
            return answer
        body = json.loads(answer.content(), parse_float=Decimal)
        for one in _reached(body, self.field.objects.split(".") if self.field.objects else []):
            if self.only and f'"{self.only}"' not in json.dumps(one, default=str):
                continue
            *outer, name = self.field.name.split(".")
            for holder in _reached(one, outer):
                self.change(holder, name)
                self.changed += 1
        return replace(answer, body=body)


def added(value: Any) -> Change:
    """A field that nobody has heard of."""

    def change(holder: Json, name: str) -> None:
        holder[name] = value

    return change


def gone(holder: Json, name: str) -> None:
    """A field that is no longer sent."""
    holder.pop(name, None)


def _reached(value: Any, steps: list[str]) -> Iterator[Json]:
    if isinstance(value, list):
        for one in cast("list[Any]", value):
            yield from _reached(one, steps)
    elif isinstance(value, dict) and not steps:
        yield cast("Json", value)
    elif isinstance(value, dict):
        yield from _reached(cast("Json", value).get(steps[0]), steps[1:])
