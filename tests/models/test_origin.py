"""Which messages ask where the figure comes from that was just shown, and which only look like it."""

from importlib.resources import files

import pytest

from agents.embedded.origin import asks_origin
from tools.kit.yaml_text import parse_yaml


@pytest.mark.parametrize(
    "message",
    [
        "how was that computed",
        "can you back that up",
        "which of my systems told you that",
        "How do you arrive at that?",
        "What’s your source?",
        "Show your working, please",
        "Really? How did you calculate that?",
        "That looks wrong, where is it from?",
        "hm that seems too low, what's it based on",
        "You sure about that?",
        "what did you add up to get that",
        "what goes into these numbers",
        "On what basis?",
        "how reliable is the 43",
        "is this from the file I uploaded",
        "break down how you got there",
        "does this come from the shop or from the books",
        "Woher kommt diese Zahl?",
        "D’où vient ce chiffre ?",
        "¿De dónde sale ese número?",
    ],
)
def test_an_owner_asks_for_the_origin(message: str) -> None:
    assert asks_origin(message)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "and by product?",
        "thanks, that looks low",
        "break that down by month",
        "where do my customers come from",
        "which country do these orders come from",
        "is that from Germany or from France",
        "which of my shops sold the most",
        "how was October compared to September",
        "how sure are you that we sell 500 next month",
        "are you sure we had no orders in May",
        "who told you about the fair in May",
        "how was that computed, and what was it in September",
        "what does the starter box include",
        "explain that customer's discount",
        "which file did I upload last",
        "can I trust my data",
        "what went into the warehouse in May",
    ],
)
def test_other_questions_are_left_alone(message: str) -> None:
    assert not asks_origin(message)


def test_no_request_for_another_tool_is_taken_for_one() -> None:
    rooms = ("query", "events", "insights", "kpis", "alerts", "lineage", "sync", "imports", "resolution", "foundry")
    asked = {
        tool: [message for message in examples if asks_origin(message)]
        for room in rooms
        for tool, examples in parse_yaml((files(f"tools.{room}") / "examples.yaml").read_text("utf-8")).items()
    }
    assert [tool for tool, found in asked.items() if found] == ["data-lineage.trace-answer"]
