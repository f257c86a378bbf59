"""Reads the semantic layer's file, and says in which line it is wrong."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from storage.metrics.model import SemanticModel, check_columns, mapped_classes
from storage.models.base import Base
from tools.kit.yaml_text import parse_yaml, yaml_tree

COMMERCE = Path(__file__).with_name("commerce.yaml")


def load_semantics(path: Path = COMMERCE) -> SemanticModel:
    """The semantic model of a file, checked against the mapped classes. Raises ValueError("file:line: reason"). The product's
    own is read once per process; it is frozen."""
    return _product() if path == COMMERCE else _loaded(path)


@cache
def _product() -> SemanticModel:
    return _loaded(COMMERCE)


def _loaded(path: Path) -> SemanticModel:
    text = path.read_text(encoding="utf-8")
    try:
        model = SemanticModel.model_validate(parse_yaml(text))
    except ValidationError as error:
        problems = (f"{path.name}:{_line(text, list(e['loc']))}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())  # fmt: skip
        raise ValueError("\n".join(problems)) from error
    try:
        check_columns(model, mapped_classes(Base))
    except ValueError as error:
        place = str(error).split(":", 1)[0].split(".")
        raise ValueError(f"{path.name}:{_line(text, place)}: {error}") from error
    return model


def _line(text: str, location: list[Any]) -> int:
    """The line of the deepest part of `location` that the document has."""
    node = yaml_tree(text)
    line = 1
    for part in location:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(part)), None)
            if found is None:
                continue
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1 if node else line
    return line
