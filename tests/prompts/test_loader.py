"""Prompts are data, and wrong ones are found before they are used."""

from pathlib import Path

import pytest

from agents.registry import AGENTS
from prompts.loader import PromptError, load_prompts, parse_prompt

SOUND = "---\npurpose: Greets\nvariables: [name]\n---\nHello {{name}}.\n"


def test_a_prompt_is_filled_in_one_pass() -> None:
    prompt = parse_prompt("greeting", SOUND)
    assert prompt.render(name="{{name}} and {{secret}}") == "Hello {{name}} and {{secret}}."


@pytest.mark.parametrize(
    "source",
    [
        "Hello.",
        "---\npurpose: x\n",
        "---\npurpose: x\n---\n",
        "---\npurpose: x\nauthor: y\n---\nHello.\n",
        "---\nvariables: []\n---\nHello.\n",
        "---\npurpose: [\n---\nHello.\n",
        "---\npurpose: x\n---\nHello {{name}}.\n",
        "---\npurpose: x\nvariables: [name]\n---\nHello.\n",
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused(source: str) -> None:
    with pytest.raises(PromptError):
        parse_prompt("wrong", source)


def test_values_must_be_exactly_the_declared_ones() -> None:
    for values in ({}, {"name": "x", "other": "y"}):
        with pytest.raises(PromptError):
            parse_prompt("greeting", SOUND).render(**values)


def test_the_hash_changes_with_any_word(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(SOUND)
    before = load_prompts(tmp_path).sha256
    assert load_prompts(tmp_path).sha256 == before
    (tmp_path / "a.md").write_text(SOUND.replace("Hello", "Hallo"))
    assert load_prompts(tmp_path).sha256 != before


def test_every_agent_has_its_prompts_and_examples() -> None:
    library = load_prompts()
    for agent in AGENTS:
        assert library[agent.system_prompt].variables == ("today",)
        assert len(library[agent.route_prompt].text) > 40
        assert len(set(agent.examples())) >= 40
    everything = [example.casefold() for agent in AGENTS for example in agent.examples()]
    assert len(everything) == len(set(everything))
    with pytest.raises(PromptError):
        library["no-such-prompt"]
