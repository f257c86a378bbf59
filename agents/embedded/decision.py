"""What the embedded model does next: call tools, pass on what they said, or speak for itself and honestly."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from agents.embedded.arguments import read_arguments
from agents.embedded.cards import ToolCard
from agents.embedded.conversation import Conversation
from agents.embedded.features import words_of
from agents.embedded.origin import asks_origin
from agents.embedded.routing import Ranking, Router
from agents.embedded.signals import NAMED, Signals
from agents.embedded.smalltalk import HELP, OFF_TOPIC
from prompts.loader import PromptLibrary
from tools.language.text import tokenize
from tools.sources.addressing import Addresses

LEAST_CHANCE = 0.4
LEAST_MARGIN = 0.08
"""Below either the model asks back. Set by the leave-one-out curve of the examples (tests/models/test_routing.py)."""
SURE = 0.8
"""A message that is surely for one tool is no follow-up for another."""
SURELY_SMALL_TALK = 0.6
LEAST_CHANCE_OF_PART = 0.6
"""Of each part, for a message to be taken apart between several tools."""
LEAST_CHANCE_OF_WORD = 0.6
"""For a lone word to be a request of its own after an answer: "Berlin" is for whoever answered last."""
MOST_WORDS_OF_FOLLOW_UP = 9
MOST_WORDS_OF_FRAGMENT = 4
_OFFERED = 2
_LOOKED_AT = 3
LONGEST_TAKEN_APART = 1_000
MOST_PARTS = 6

# Where one request ends and another may begin; what is no request by itself is put back.
_BOUNDARY = re.compile(
    r"(?<=[?.!;])\s+|;\s*|\n+|,?\s+and\s+(?:also\s+|then\s+|please\s+)?|,\s+(?:then|also)\s+", re.IGNORECASE
)

# Words that a message begins with when it changes the question before it instead of asking a new one.
_CHANGING = frozenset(
    [
        "and",
        "or",
        "but",
        "only",
        "just",
        "now",
        "then",
        "also",
        "instead",
        "same",
        "without",
        "with",
        "by",
        "per",
        "for",
        "in",
        "on",
        "at",
        "of",
        "from",
        "to",
        "vs",
        "versus",
        "compared",
        "excluding",
        "except",
        "not",
        "include",
        "including",
        "sorted",
        "sort",
        "group",
        "grouped",
        "split",
        "until",
        "since",
        "before",
        "after",
        "rather",
        "no",
    ]
)
_ASKING_ON = frozenset(["why", "how", "what", "the", "as", "ok", "okay"])
_NAMING = frozenset({"metric", "dimension", "period:current", "period:past", "cue:change"})
_ASKING_ANEW = frozenset({"metric", "outside:forecast", "outside:what_if", "outside:cause", "outside:advice"})
# A part that begins so speaks of the part before it.
_REFERRING = frozenset(
    [
        "they",
        "them",
        "their",
        "theirs",
        "it",
        "its",
        "that",
        "those",
        "these",
        "this",
        "he",
        "she",
        "him",
        "her",
        "his",
        "which",
        "who",
    ]
)
_REFERS_WITHIN = 3
_WHAT_ABOUT = frozenset({("what", "about"), ("how", "about"), ("what", "of")})
_YES_OR_NO = frozenset(
    "yes yep yeah yup sure correct exactly right ok okay no nope nah neither ja nein oui non si".split()
)
_NOT_RECORDED = frozenset({"outside:forecast", "outside:what_if", "outside:cause", "outside:advice"})
_OF_FIGURES = ("cue:how", "cue:grouping", "cue:rank", "cue:average", "cue:share", "cue:sum", "grain", "period:past", "period:current", "comparison")  # fmt: skip
"""Signals of what asks for figures, whatever they are of."""
_DOING = frozenset(
    """add ask assign book cancel change close create delete draft email import invite make message move notify open order
    post publish register remind remove rename run save scan schedule send set share start stop sync undo update upload
    write""".split()
)
"""Words that a message begins with when it wants something done."""
_MODIFYING = (
    "period",
    "grain",
    "dimension",
    "number",
    "comparison",
    "shift",
    "cue:grouping",
    "cue:negation",
)


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """Either calls or text, never both."""

    calls: tuple[Call, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """What the caller allows: `required` forbids to answer without a tool, `only` names the one to call."""

    required: bool = False
    only: str | None = None


Gloss = Callable[[str], str | None]
"""The gist of a message in another language, in English; None where it is English, or not about figures."""


class Decider:
    """Pure but for the router's memory of what it learnt. Raises nothing for what a person may say."""

    def __init__(self, router: Router, prompts: PromptLibrary, gloss: Gloss = lambda _message: None) -> None:
        self._router = router
        self._prompts = prompts
        self._gloss = gloss

    @staticmethod
    def ranks(conversation: Conversation, choice: ToolChoice) -> bool:
        """Whether the tools have to be compared: what they have said is only passed on."""
        return choice.required or not conversation.results

    def decide(
        self, conversation: Conversation, cards: Sequence[ToolCard], choice: ToolChoice, today: date
    ) -> Decision:
        if not self.ranks(conversation, choice):
            return Decision(text=self._join(conversation.results))
        if choice.only is not None:
            cards = [card for card in cards if card.name == choice.only]
        if not any(char.isalnum() for char in conversation.question):
            return self._say("not-understood")
        if (traces := self._tracing(conversation, cards)) is not None:
            return self._call([(traces, conversation.question)], today)
        # Which tool is meant is told by the gist; the tool itself reads the words as they were said.
        gist = self._gloss(conversation.question)
        read = conversation if gist is None else replace(conversation, question=gist)
        ranking = self._router.rank(read.question, cards, today)
        by_name = {card.name: card for card in cards}
        if choice.required and by_name:
            best = next(label for label in ranking.labels if label in by_name)
            return self._call([(by_name[best], conversation.question)], today, required=True)
        if gist is None and (parts := self._parts(conversation.question, by_name, today)):
            return self._call(parts, today)
        label = self._label(read, ranking, by_name, today)
        if label in by_name:
            return self._call([(by_name[label], conversation.question)], today)
        if label is None:
            return self._ask_back(conversation.question, ranking, cards, today)
        if label == HELP:
            return self._help(cards)
        if label == OFF_TOPIC and not cards:
            return self._say("no-tools")
        return self._say(label)

    @staticmethod
    def _tracing(conversation: Conversation, cards: Sequence[ToolCard]) -> ToolCard | None:
        """The tool that tells where the answer just given comes from, where that is asked. An agent that is handed a message and
        shows no figures itself need not have seen the answer: whoever handed it on has."""
        traces = next((card for card in cards if card.traces_answers), None)
        follows = bool(conversation.previous) or not any(card.asks_sources for card in cards)
        asks = follows and not conversation.asked_back and asks_origin(conversation.question)
        return traces if asks else None

    def _label(
        self, conversation: Conversation, ranking: Ranking, by_name: Mapping[str, ToolCard], today: date
    ) -> str | None:
        """The tool or the kind of small talk that the message is for; None when that is open."""
        answered = (name for name in conversation.previous if name in by_name and not by_name[name].waits)
        previous = next(answered, None)
        asks = next((card.name for card in by_name.values() if card.asks_sources), None)
        named = Addresses([*conversation.sources]).of(conversation.question) if conversation.sources else None
        if named is not None and named.firm and not NAMED & ranking.signals.keys():
            return asks
        if previous and conversation.asked_back and _settles(conversation):
            return previous
        if previous and self._follows(conversation.question, ranking, by_name, today):
            return previous
        if asks and ranking.chance < SURE and _is_about(conversation, ranking.signals):
            return asks
        second = ranking.chances[1] if len(ranking.chances) > 1 else 0.0
        if ranking.chance >= LEAST_CHANCE and ranking.chance - second >= LEAST_MARGIN:
            return ranking.best
        return asks if named is not None and named.names else None

    def _follows(self, question: str, ranking: Ranking, by_name: Mapping[str, ToolCard], today: date) -> bool:
        """Whether a message only makes sense after the answer before it ("only Germany", "by month", "why?")."""
        words = words_of(question)
        if not words or len(words) > MOST_WORDS_OF_FOLLOW_UP:
            return False
        if words[0] == "why" and len(words) <= MOST_WORDS_OF_FRAGMENT and not _NAMING & ranking.signals.keys():
            return True  # "why was that"
        changes = tuple(words[:2]) in _WHAT_ABOUT or words[0] in _CHANGING
        modifies = any(name.startswith(_MODIFYING) for name in ranking.signals)
        if (card := by_name.get(ranking.best)) and ranking.chance >= SURE:
            # Where it is sure because follow-ups are among the examples, it is one, whoever those belong to.
            like = self._router.nearest_examples(question, card, list(by_name.values()), today, _LOOKED_AT)
            alike = any(words_of(example)[0] in _CHANGING for example in like)
            return changes and not _ASKING_ANEW & ranking.signals.keys() and (modifies or alike)
        if card is None and ranking.chance >= SURELY_SMALL_TALK and not (changes or modifies):
            return False
        modifies = modifies or "cue:follow" in ranking.signals
        short = len(words) <= MOST_WORDS_OF_FRAGMENT
        if changes or words[0] in _ASKING_ON:
            return modifies or short
        unsure = LEAST_CHANCE_OF_WORD if len(words) == 1 else LEAST_CHANCE
        return short and (modifies or ranking.chance < unsure)

    def _parts(self, question: str, by_name: Mapping[str, ToolCard], today: date) -> list[tuple[ToolCard, str]]:
        """The parts of a message that asks different tools for different things; nothing where it does not."""
        pieces = [piece.strip(" ,") for piece in _BOUNDARY.split(question[:LONGEST_TAKEN_APART])]
        pieces = [piece for piece in pieces if piece]
        if any(_REFERRING & set(words_of(piece)[:_REFERS_WITHIN]) for piece in pieces[1:]):
            return []
        if not 1 < len(pieces) <= MOST_PARTS or len(by_name) < 2:  # noqa: PLR2004  one tool is nothing to choose from
            return []
        parts: list[tuple[ToolCard, str]] = []
        for piece in pieces:
            ranking = self._router.rank(piece, list(by_name.values()), today)
            if NAMED & ranking.signals.keys():
                return []  # "a dashboard with sales by week and refunds by week": the rest is what it shows
            card = by_name.get(ranking.best)
            if card is None and ranking.chance >= LEAST_CHANCE_OF_PART:
                continue
            if card is None or ranking.chance < LEAST_CHANCE_OF_PART or len(words_of(piece)) < 2:  # noqa: PLR2004  a lone word asks nothing
                return []
            if parts and parts[-1][0] is card:
                parts[-1] = (card, f"{parts[-1][1]} and {piece}")
            else:
                parts.append((card, piece))
        names = [card.name for card, _ in parts]
        return parts if 1 < len(names) == len(set(names)) else []

    def _call(self, requests: Sequence[tuple[ToolCard, str]], today: date, *, required: bool = False) -> Decision:
        read = [(card, read_arguments(card.parameters, text, today)) for card, text in requests]
        missing = [need for _, arguments in read for need in arguments.missing]
        if missing and not required:
            return Decision(text=self._prompts["embedded/missing"].render(what="; ".join(dict.fromkeys(missing))))
        return Decision(calls=tuple(Call(card.name, arguments.values) for card, arguments in read))

    def _ask_back(self, question: str, ranking: Ranking, cards: Sequence[ToolCard], today: date) -> Decision:
        by_name = {card.name: card for card in cards}
        likely = [by_name[label] for label in ranking.labels[: _OFFERED + 1] if label in by_name][:_OFFERED]
        examples = [
            example
            for card in likely
            if card.works
            for example in self._router.nearest_examples(question, card, cards, today)
        ]
        if not examples:
            return self._say("not-understood")
        options = "\n".join(f"- {example}" for example in examples)
        return Decision(text=self._prompts["embedded/unsure"].render(options=options))

    def _help(self, cards: Sequence[ToolCard]) -> Decision:
        abilities = "\n".join(f"- {_first_sentence(card.description)}" for card in cards if card.works)
        if not abilities:
            return self._say("no-tools")
        return Decision(text=self._prompts["embedded/help"].render(abilities=abilities))

    def _join(self, results: Sequence[str]) -> str:
        texts = list(dict.fromkeys(text for text in results if text))
        return "\n\n".join(texts) or self._prompts["embedded/nothing"].text

    def _say(self, prompt: str) -> Decision:
        return Decision(text=self._prompts[f"embedded/{prompt}"].text)


def _settles(conversation: Conversation) -> bool:
    """Whether a message only says yes or no to what was asked back, or which source was meant."""
    words = words_of(conversation.question)
    if len(words) <= MOST_WORDS_OF_FRAGMENT and words and words[0] in _YES_OR_NO:
        return True
    return bool(conversation.sources and Addresses([*conversation.sources]).name_said(conversation.question))


def _is_about(conversation: Conversation, signals: Signals) -> bool:
    """Whether a message asks for a figure of what a database of the tenant's own is about."""
    if NAMED & signals.keys() or _NOT_RECORDED & signals.keys() or words_of(conversation.question)[0] in _DOING:
        return False
    nouns = {noun for about in conversation.sources.values() for noun in about}
    lemmas = {token.lemma for token in tokenize(conversation.question[:LONGEST_TAKEN_APART])}
    return bool(nouns & lemmas) and any(name.startswith(_OF_FIGURES) for name in signals)


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0]
