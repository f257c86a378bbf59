"""What an agent is: a module's specialist, described once, for the router, for people and for itself."""

from dataclasses import dataclass
from importlib.resources import files

import yaml
from pydantic import TypeAdapter, ValidationError

from storage.kernel.actor import Module
from tools.kit.yaml_text import parse_yaml

MIN_EXAMPLES = 40
"""Fewer do not let the embedded model route well."""

_EXAMPLES: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])


@dataclass(frozen=True, slots=True)
class AgentSpec:
    """One specialist. Its prompts are `prompts/agents/<module>.route.md` (what the router reads) and
    `prompts/agents/<module>.md` (what it reads itself); its routing examples `agents/examples/<module>.yaml`."""

    module: Module
    title: str
    """As people read it."""
    field: str
    """What it is for, in a few words that complete "I cannot help with … yet"."""

    @property
    def tool_name(self) -> str:
        """The name by which the router calls it."""
        return self.module.value.replace("-", "_")

    @property
    def system_prompt(self) -> str:
        return f"agents/{self.module}"

    @property
    def route_prompt(self) -> str:
        return f"agents/{self.module}.route"

    def examples(self) -> tuple[str, ...]:
        """Requests for this agent in owners' words. Raises ValueError when the file holds too few or anything else."""
        path = files("agents") / "examples" / f"{self.module}.yaml"
        try:
            found = _EXAMPLES.validate_python(parse_yaml(path.read_text(encoding="utf-8")), strict=False)
        except (ValidationError, yaml.YAMLError) as error:
            raise ValueError(f"{path}: {error}") from error
        if len(set(found)) < MIN_EXAMPLES:
            raise ValueError(f"{path}: fewer than {MIN_EXAMPLES} different examples")
        return found
