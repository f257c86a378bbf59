"""A figure defined in plain words: "define take-home as net sales minus shipping" → its label, and the words as an
expression over metrics. Pure: nothing is kept here."""

import re
from dataclasses import dataclass

from storage.metrics.model import SemanticModel, expression_names
from tools.language.numbers import NumberSpan, find_numbers
from tools.language.phrases import PhraseHit, PhraseIndex
from tools.language.text import Token, tokenize
from tools.language.values import ValueIndex
from tools.query.slots import Unclear

_ASKED = r"^(?:(?:please|can you|could you|would you|and|now|ok|okay)[\s,]+)*"
_LABEL = r"(?P<label>\S.{0,100}?)"
_FORMS = tuple(
    re.compile(_ASKED + form + r"\s*(?P<words>\S.*)$", re.IGNORECASE | re.DOTALL)
    for form in (
        rf"(?:re)?define\s+{_LABEL}(?:\s+(?:as|to\s+be|to\s+mean|means?)\s|\s*[:=])",
        rf"let\s+(?!me\b|us\b|s\b){_LABEL}\s+(?:mean|be|equal|stand\s+for)\s",
        rf"by\s+{_LABEL}\s+(?:we|i)\s+mean\s",
        rf"(?:add|create|make|set\s+up|save|introduce)\s+(?:an?\s+|the\s+|my\s+|our\s+)?(?:new\s+|own\s+)*(?:metric|measure|kpi)\s+"
        rf"(?:called\s+|named\s+)?{_LABEL}(?:\s+(?:as|that\s+is|which\s+is|defined\s+as)\s|\s*[,:=])",
    )
)
_PLEASE = re.compile(r"(?:[\s,.!?]+(?:please|pls|thanks|thank you))?[\s,.!?]*$", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|a|an|our|my|new|figure|metric)\s+", re.IGNORECASE)
_OPERATORS = {
    "minus": "-", "less": "-", "without": "-", "-": "-",
    "plus": "+", "+": "+",
    "times": "*", "x": "*", "×": "*", "*": "*",
    "per": "/", "over": "/", "÷": "/", "/": "/", ":": "/",
    "(": "(", ")": ")",
}  # fmt: skip
_PAIRS = {"divided by": "/", "multiplied by": "*"}
_LISTED = re.compile(r"\s*(?:,|;|\band\b|&|\+|\bplus\b)\s*", re.IGNORECASE)
_PASSED_OVER = frozenset("the a an our my of all total".split())


@dataclass(frozen=True, slots=True)
class Definition:
    """What a sentence defines: the label as it was said, and the words that say what it is."""

    label: str
    words: str


def read_definition(sentence: str) -> Definition | None:
    """None for a sentence that defines nothing."""
    for form in _FORMS:
        if found := form.match(sentence.strip()):
            label, words = _bare(found["label"]), _PLEASE.sub("", found["words"])
            return Definition(_ARTICLE.sub("", label), words) if label and words else None
    return None


def read_expression(words: str, model: SemanticModel, phrases: PhraseIndex[str]) -> str:
    """The expression that words say: "net sales minus shipping" → "revenue - shipping". `phrases` are the names of metrics.
    Raises Unclear for what names no metric, or more than one, and where a sum is not whole."""
    tokens = tokenize(words)
    hits = {hit.start: hit for hit in phrases.find(tokens)}
    numbers = {number.tokens.start: number for number in find_numbers(tokens)}
    parts: list[str] = []
    at = 0
    while at < len(tokens):
        if (hit := hits.get(at)) is not None:
            parts.append(_meant(hit, tokens, words, model))
            at = hit.end
        elif (number := numbers.get(at)) is not None:
            parts.append(_as_number(number, words))
            at = number.tokens.stop
            if at < len(tokens) and tokens[at].norm == "of":  # "10 % of sales"
                parts.append("*")
        elif (pair := " ".join(token.norm for token in tokens[at : at + 2])) in _PAIRS:
            parts.append(_PAIRS[pair])
            at += 2
        elif (operator := _OPERATORS.get(tokens[at].norm)) is not None:
            parts.append(operator)
            at += 1
        elif tokens[at].norm in _PASSED_OVER:
            at += 1
        else:
            raise Unclear(
                f"I know no figure called “{tokens[at].text[:80]}”. A figure is defined by others, with plus, minus, times and "
                "divided by: for example net sales minus shipping charged."
            )
    return _checked(" ".join(parts).replace("( ", "(").replace(" )", ")"), words)


def members_of(words: str) -> list[str]:
    """The parts of a list: "Norway, Sweden and Denmark"."""
    return [part for part in _LISTED.split(words) if part.strip()]


def names_a_member(words: str, values: ValueIndex) -> bool:
    """Whether words list something that the data has: a group is defined, and no figure."""
    return any(values.whole(tokenize(part), set()) for part in members_of(words))


def how_to_define(definition: Definition, model: SemanticModel, phrases: PhraseIndex[str], values: ValueIndex) -> str:
    """What to say to somebody who defines a figure or a group where only questions are answered. Raises Unclear as
    read_expression does."""
    if names_a_member(definition.words, values):
        return (
            f"A question defines nothing, so “{definition.label}” is not kept as a group yet: define it in the chat, or as a "
            "dimension of your own."
        )
    expression = read_expression(definition.words, model, phrases)
    said = in_words(expression, model)
    return (
        f"A question defines nothing, so “{definition.label}” is not kept as a figure yet. It would be {said[:1].lower()}{said[1:]}: "
        f"define it in the chat, or as a metric of your own with the expression {expression}."
    )


def in_words(expression: str, model: SemanticModel) -> str:
    """An expression as it is read out: "revenue - shipping" → "Net sales minus shipping charged"."""
    spoken = {"-": "minus", "+": "plus", "*": "times", "/": "divided by"}
    pieces: list[str] = re.findall(r"[A-Za-z_]\w*|[\d.]+|[-+*/()]", expression)
    said = [model.metrics[one].label.lower() if one in model.metrics else spoken.get(one, one) for one in pieces]
    text = " ".join(said).replace("( ", "(").replace(" )", ")")
    return text[:1].upper() + text[1:]


def _bare(label: str) -> str:
    return label.strip(" .!?,:\"'“”„«»\t\r\n")


def _meant(hit: PhraseHit[str], tokens: tuple[Token, ...], words: str, model: SemanticModel) -> str:
    if len(hit.meanings) == 1:
        return hit.meanings[0]
    said = words[tokens[hit.start].start : tokens[hit.end - 1].end]
    rest = words[: tokens[hit.start].start], words[tokens[hit.end - 1].end :]
    labels = [model.metrics[one].label for one in hit.meanings]
    options = tuple((label, f"{rest[0]}{label.lower()}{rest[1]}") for label in labels)
    raise Unclear(f"“{said}” can mean more than one figure: {', '.join(labels)}. Which do you mean?", options)


def _as_number(number: NumberSpan, words: str) -> str:
    if number.unit not in (None, "%"):
        raise Unclear(f"An amount of money cannot be part of a definition: “{words[:80]}”. A plain number can.")
    value = number.value / 100 if number.unit == "%" else number.value
    return f"{value.normalize():f}"


def _checked(expression: str, words: str) -> str:
    try:
        expression_names(expression)
    except ValueError as error:
        raise Unclear(
            f"I cannot reckon “{words[:200]}”. Say figures and what to do with them: net sales minus shipping charged, profit "
            "divided by units, 10 % of gross sales."
        ) from error
    return expression
