"""The embedded model's routing, measured on messages that no example holds, and where it asks instead of guessing."""

import time
from collections.abc import Callable, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from agents.embedded.cards import ToolCard
from agents.embedded.conversation import Conversation
from agents.embedded.decision import Decision, ToolChoice
from agents.embedded.model import EmbeddedModel
from agents.registry import AGENTS
from prompts.loader import load_prompts
from tests.models.conftest import real_embedded_model
from tools.kit.yaml_text import parse_yaml

TODAY = date(2026, 11, 2)
REQUEST = {
    "type": "object",
    "properties": {"request": {"type": "string", "description": "The user's own words."}},
    "required": ["request"],
}
CASES = {
    label: tuple(texts)
    for label, texts in parse_yaml(Path(__file__).with_name("routing_cases.yaml").read_text("utf-8")).items()
}
PROMPTS = load_prompts()
WORKING = ("mini_foundry", "data_lineage")
# The router hears an agent's own examples and those of the capabilities that the agent has.
CAPABILITY_EXAMPLES = {
    "mini_foundry": tuple(
        example
        for room in ("query", "events", "insights", "kpis", "alerts")
        for examples in parse_yaml((files(f"tools.{room}") / "examples.yaml").read_text("utf-8")).values()
        for example in examples
    )
}
Ask = Callable[..., Decision]


@pytest.fixture(scope="module")
def model() -> EmbeddedModel:
    return real_embedded_model()


@pytest.fixture(scope="module")
def cards() -> list[ToolCard]:
    return [
        ToolCard(
            name=spec.tool_name,
            description=PROMPTS[spec.route_prompt].text,
            parameters=REQUEST,
            examples=(*spec.examples(), *CAPABILITY_EXAMPLES.get(spec.tool_name, ())),
            works=spec.tool_name in WORKING,
        )
        for spec in AGENTS
    ]


@pytest.fixture(scope="module")
def ask(model: EmbeddedModel, cards: list[ToolCard]) -> Ask:
    def decide(text: str, *, after: Sequence[str] = (), choice: ToolChoice = ToolChoice()) -> Decision:  # noqa: B008  frozen
        return model.decider.decide(Conversation(text, (), tuple(after), TODAY), cards, choice, TODAY)

    return decide


def called(decision: Decision) -> tuple[str, ...]:
    return tuple(call.name for call in decision.calls)


def test_no_case_is_an_example(cards: list[ToolCard]) -> None:
    examples = {example.casefold() for card in cards for example in card.examples}
    assert not examples & {text.casefold() for texts in CASES.values() for text in texts}


def test_unseen_messages_go_to_the_right_agent(ask: Ask, cards: list[ToolCard]) -> None:
    tools = {card.name for card in cards}
    outcomes = {text: (label, called(ask(text))) for label in tools for text in CASES[label]}
    wrong = {text: got for text, (label, got) in outcomes.items() if got and got != (label,)}
    asked_back = [text for text, (_, got) in outcomes.items() if not got]
    assert len(wrong) / len(outcomes) <= 0.06, wrong
    assert len(asked_back) / len(outcomes) <= 0.06, asked_back


@pytest.mark.parametrize("kind", ["greeting", "thanks", "help", "goodbye", "about", "off_topic"])
def test_small_talk_is_answered_and_calls_nothing(ask: Ask, kind: str) -> None:
    decisions = [ask(text) for text in CASES[kind]]
    assert sum(bool(decision.calls) for decision in decisions) <= 1
    assert all(decision.calls or decision.text for decision in decisions)


def test_what_it_can_do_names_only_what_works(ask: Ask) -> None:
    text = ask("what can you do?").text
    assert "recorded figures" in text
    assert "uploads" in text or "imported" in text
    assert "vulnerabilities" not in text
    assert "competitors" not in text


@pytest.mark.parametrize(
    "text",
    ["only Germany", "and the year before?", "by month", "what about France?", "same for vases", "why?", "Berlin"],
)
@pytest.mark.parametrize("agent", ["mini_foundry", "insights_hub"])
def test_a_fragment_goes_to_whoever_answered_last(ask: Ask, text: str, agent: str) -> None:
    assert called(ask(text, after=[agent])) == (agent,)


@pytest.mark.parametrize(
    ("text", "agent"),
    [
        ("which files have I imported so far", "data_lineage"),
        ("forecast next month's sales", "predictive_analytics"),
        ("scan our website for vulnerabilities", "cybersecurity_scanner"),
    ],
)
def test_a_new_request_is_no_follow_up(ask: Ask, text: str, agent: str) -> None:
    assert called(ask(text, after=["mini_foundry"])) == (agent,)


@pytest.mark.parametrize("text", ["thanks a lot", "hello", "bye"])
def test_small_talk_after_an_answer_is_small_talk(ask: Ask, text: str) -> None:
    assert called(ask(text, after=["mini_foundry"])) == ()


def test_a_message_for_two_agents_is_taken_apart(ask: Ask) -> None:
    decision = ask("show revenue by month and scan our website for vulnerabilities")
    assert {call.name: call.arguments["request"] for call in decision.calls} == {
        "mini_foundry": "show revenue by month",
        "cybersecurity_scanner": "scan our website for vulnerabilities",
    }


@pytest.mark.parametrize(
    "text",
    [
        "revenue and orders by month",
        "sales in Germany and France last year",
        "top products and their refunds in March and April",
        "How many orders? And how much revenue?",
    ],
)
def test_one_question_with_an_and_stays_whole(ask: Ask, text: str) -> None:
    [call] = ask(text).calls
    assert (call.name, call.arguments["request"]) == ("mini_foundry", text)


@pytest.mark.parametrize("text", ["xyzzy plugh", "????", "の商品", "qwertz uiop asdf", "\0\0", "-"])
def test_nonsense_is_asked_back_and_never_guessed(ask: Ask, text: str) -> None:
    decision = ask(text)
    assert not decision.calls
    assert decision.text


def test_a_very_long_message_is_passed_on_whole(ask: Ask) -> None:
    text = "how much revenue did we make last month " + "and so on " * 1_000
    [call] = ask(text, choice=ToolChoice(required=True)).calls
    assert call.arguments["request"] == text


def test_a_required_tool_is_called_whatever_is_said(ask: Ask) -> None:
    assert len(ask("hello", choice=ToolChoice(required=True)).calls) == 1
    assert called(ask("hello", choice=ToolChoice(required=True, only="ops_copilot"))) == ("ops_copilot",)


def test_a_switched_off_agent_is_never_called(model: EmbeddedModel, cards: list[ToolCard]) -> None:
    left = [card for card in cards if card.name != "predictive_analytics"]
    for text in CASES["predictive_analytics"]:
        decision = model.decider.decide(Conversation(text, (), (), TODAY), left, ToolChoice(), TODAY)
        assert "predictive_analytics" not in called(decision)


def test_a_decision_takes_milliseconds(ask: Ask) -> None:
    ask("warm up")
    texts = [text for texts in CASES.values() for text in texts]
    times: list[float] = []
    for text in texts:
        started = time.process_time()
        ask(text)
        times.append(time.process_time() - started)
    # CPU time, so that a busy machine does not count; the budget is 5 ms, a bound here is only against blow-ups.
    assert sorted(times)[len(times) // 2] < 0.015
