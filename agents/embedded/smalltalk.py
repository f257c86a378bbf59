"""What people say that is no request for a tool."""

from pathlib import Path

import yaml
from pydantic import TypeAdapter

HELP = "help"
OFF_TOPIC = "off_topic"

_FILE = Path(__file__).with_name("smalltalk.yaml")
_EXAMPLES: TypeAdapter[dict[str, tuple[str, ...]]] = TypeAdapter(dict[str, tuple[str, ...]])


def load_smalltalk() -> dict[str, tuple[str, ...]]:
    """Examples by kind; the answer to each kind is the prompt `embedded/<kind>`."""
    return _EXAMPLES.validate_python(yaml.safe_load(_FILE.read_text(encoding="utf-8")), strict=False)
