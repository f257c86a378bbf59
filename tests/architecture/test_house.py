"""The house rules hold, and each rule can see what it forbids."""

import ast
import importlib.util
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("agents", "tools", "memory", "api", "storage", "prompts", "evals")

_spec = importlib.util.spec_from_file_location("architecture_rules", Path(__file__).with_name("rules.py"))
assert _spec is not None
assert _spec.loader is not None
rules = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(rules)

FORBIDDEN = {
    "commit_only_in_the_unit_of_work": "async def f(session):\n    await session.commit()",
    "environment_only_in_settings": "import os\nx = os.environ['A']",
    "litellm_only_behind_its_two_doors": "import litellm",
    "heavy_libraries_on_first_use": "import polars as pl",
    "sql_only_in_repositories_and_the_metric_compiler": "from sqlalchemy import select",
    "langgraph_streaming_in_one_file": "async def f(graph):\n    graph.astream_events({})",
    "no_module_level_engines_or_clients": "import httpx\nclient = httpx.AsyncClient()",
    "relationships_raise_when_not_loaded": "lines = relationship('Line')",
}


def _modules() -> list[Path]:
    return [path for room in ROOMS for path in (ROOT / room).rglob("*.py")]


def test_the_code_keeps_every_rule() -> None:
    """All rules in one test: reading a module takes longer than any rule's look at it."""
    findings = [
        (rule.__name__, finding)
        for path in _modules()
        for tree in [ast.parse(path.read_text(encoding="utf-8"))]
        for rule in rules.RULES
        for finding in rule(path.relative_to(ROOT), tree)
    ]
    assert findings == []


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda r: r.__name__)
def test_the_rule_sees_what_it_forbids(rule) -> None:
    assert list(rule(Path("tools/example.py"), ast.parse(FORBIDDEN[rule.__name__])))


def test_no_other_distribution_bears_the_name_of_a_room() -> None:
    """The rooms have common names: a dependency that installed one would shadow ours."""
    clashes = {
        f"{dist.metadata['Name']} provides {file.parts[0]}"
        for dist in distributions()
        if dist.metadata["Name"] != "smb-command"
        for file in dist.files or ()
        if file.parts and file.parts[0] in (*ROOMS, "tests") and file.suffix == ".py" and len(file.parts) > 1
    }
    assert clashes == set()


def test_prompts_of_more_than_a_line_are_files() -> None:
    """A prompt in Python cannot be reviewed, hashed or translated."""
    long_prompts = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for room in ("agents", "memory")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lower().startswith("you are")
    ]
    assert long_prompts == []
