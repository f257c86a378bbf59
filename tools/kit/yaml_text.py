"""The one reader of YAML: the data files of the product are read at every start, and by the C parser ten times as fast."""

from typing import Any, Final

import yaml

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""PyYAML has no C parser where it was built without libyaml; both are the safe ones."""


def parse_yaml(text: str) -> Any:
    """What a document says, in plain Python values. Raises yaml.YAMLError where it is none."""
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe one


def yaml_tree(text: str) -> yaml.Node | None:
    """A document's nodes, which know their lines. Raises yaml.YAMLError where it is none."""
    return yaml.compose(text, Loader=_LOADER)
