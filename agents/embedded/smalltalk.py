"""What people say that is no request for a tool."""

from pathlib import Path

from pydantic import TypeAdapter

from tools.kit.yaml_text import parse_yaml

HELP = "help"
OFF_TOPIC = "off_topic"

_FILE = Path(__file__).with_name("smalltalk.yaml")
_EXAMPLES: TypeAdapter[dict[str, tuple[str, ...]]] = TypeAdapter(dict[str, tuple[str, ...]])


def load_smalltalk() -> dict[str, tuple[str, ...]]:
    """Examples by kind; the answer to each kind is the prompt `embedded/<kind>`."""
    return _EXAMPLES.validate_python(parse_yaml(_FILE.read_text(encoding="utf-8")), strict=False)
