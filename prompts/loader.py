"""Prompts as data: Markdown files with front matter, read strictly once, and hashed so that a run can name its wording.

A file is `prompts/<id>.md`:

    ---
    purpose: What the text is for, in one line.
    variables: [today]
    ---
    The text, in which {{today}} stands for a value.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

_FENCE = "---\n"
_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_]+)\s*\}\}")


class PromptError(ValueError):
    """A prompt file or a use of one that is wrong: a mistake of ours, found when the program starts or is tested."""


class _FrontMatter(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: str
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prompt:
    """One text. `sha256` covers the whole file, `id` is its path without the suffix."""

    id: str
    purpose: str
    variables: tuple[str, ...]
    text: str
    sha256: str

    def render(self, **values: str) -> str:
        """The text with every variable filled in one pass: a value that looks like a placeholder stays as it is.
        Raises PromptError when the values are not exactly the declared variables."""
        if set(values) != set(self.variables):
            raise PromptError(f"{self.id}: expected {sorted(self.variables)}, got {sorted(values)}")
        return _PLACEHOLDER.sub(lambda match: values[match[1]], self.text)


def parse_prompt(id: str, source: str) -> Prompt:  # noqa: A002 - it is the prompt's id
    """Read one file's text. Raises PromptError when the front matter is missing or unknown, the text is empty, or
    its placeholders are not the declared variables."""
    source = source.replace("\r\n", "\n")
    if not source.startswith(_FENCE) or (end := source.find("\n" + _FENCE, len(_FENCE) - 1)) < 0:
        raise PromptError(f"{id}: no front matter")
    try:
        head = _FrontMatter.model_validate(yaml.safe_load(source[len(_FENCE) : end + 1]))
    except (ValidationError, yaml.YAMLError) as error:
        raise PromptError(f"{id}: {error}") from error
    text = source[end + 1 + len(_FENCE) :].strip()
    if not text:
        raise PromptError(f"{id}: no text")
    used = {match[1] for match in _PLACEHOLDER.finditer(text)}
    if used != set(head.variables):
        raise PromptError(f"{id}: declares {sorted(head.variables)} but uses {sorted(used)}")
    digest = hashlib.sha256(source.encode()).hexdigest()
    return Prompt(id, head.purpose, head.variables, text, digest)


@dataclass(frozen=True, slots=True)
class PromptLibrary:
    """All prompts by id. `sha256` changes when any wording does."""

    prompts: Mapping[str, Prompt]
    sha256: str

    def __getitem__(self, id: str) -> Prompt:  # noqa: A002 - it is the prompt's id
        try:
            return self.prompts[id]
        except KeyError:
            raise PromptError(f"there is no prompt {id!r}") from None


def load_prompts(folder: Path = Path(__file__).parent) -> PromptLibrary:
    """Read every Markdown file below a folder. Raises PromptError at the first that is wrong."""
    prompts: dict[str, Prompt] = {}
    for path in sorted(folder.rglob("*.md")):
        id = path.relative_to(folder).with_suffix("").as_posix()  # noqa: A001 - it is the prompt's id
        prompts[id] = parse_prompt(id, path.read_text(encoding="utf-8"))
    digest = hashlib.sha256("".join(p.sha256 for p in prompts.values()).encode()).hexdigest()
    return PromptLibrary(prompts, digest)
