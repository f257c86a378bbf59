"""What a metric may be called, so that questions and expressions that name it mean it alone."""

import keyword
import re
from collections.abc import Iterable
from datetime import date

from storage.kernel.errors import CopilotError, ErrorKind, FieldProblem, invalid
from storage.metrics.model import SemanticModel
from tools.language.annotation import Meaning, Term
from tools.language.lexicon import Lexicon
from tools.language.numbers import find_numbers
from tools.language.periods import Calendar, find_periods
from tools.language.text import Token, TokenKind, normalize, tokenize
from tools.metrics.schemas import LONGEST_NAME
from tools.query.lexicon import OUTSIDE

MOST_WORDS = 8
_SPEAKING = 3
"""As many words mean something together that each of them does not: "left per order"."""
_COLUMNS = frozenset("time change change_pct period row_count day week month quarter year true false none".split())
"""Names that queries and answers have for something else."""
_SUFFIXES = ("_previous", "_change", "_change_pct", "_share", "_count")
"""A column beside a figure bears its name and one of these; how many of a dimension there are, the last."""


def name_of(label: str) -> str:
    """The name that follows from a label: "Take-home (net)" → "take_home_net". Raises CopilotError (invalid) where none
    does."""
    plain = normalize(label).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_NAME].rstrip("_")
    if not name or not name[0].isalpha():
        raise invalid(
            f"“{label}” gives no name that an expression could use: please give one.",
            pointer="/name",
            hint="A name begins with a letter and has small letters, digits and underscores: take_home.",
        )
    return name


def check_name(name: str, model: SemanticModel, *, pointer: str) -> None:
    """`model` is without the metric itself. Raises CopilotError: conflict where another has the name, invalid where it
    means something else."""
    if name in model.metrics:
        raise _taken(pointer, f"“{name}” is the name of “{model.metrics[name].label}” already.")
    if name in _COLUMNS or name in model.dimensions or keyword.iskeyword(name):
        raise invalid(f"“{name}” has a meaning of its own in queries: please choose another name.", pointer=pointer)
    known = {*model.metrics, *model.dimensions}
    near = next((one for one in known for suffix in _SUFFIXES if name == one + suffix or one == name + suffix), None)
    if near is not None:
        raise _taken(pointer, f"“{name}” would be mistaken for a column that stands beside “{near}”.")


def check_label(label: str, model: SemanticModel, product: SemanticModel, lexicon: Lexicon, *, of: str) -> None:
    """`of` is the metric that is to bear it, where that is there already. It may be a synonym of one of
    the product's ("margin"): then it is asked which is meant. Raises CopilotError: conflict where another of the tenant's own
    is called so, or it is the very label or name of one of the product's; invalid where it is not heard as a figure."""
    for term in _meanings(label, lexicon, "/label"):
        if term == Term(Meaning.METRIC, of):
            continue
        if term.meaning is not Meaning.METRIC:
            raise _otherwise(label, "/label")
        other = model.metrics[term.id].label
        if term.id not in product.metrics or _lemmas(label) in (_lemmas(other), _lemmas(term.id)):
            raise _taken("/label", f"“{label}” is what “{other}” is called already.")


def check_synonyms(synonyms: Iterable[str], model: SemanticModel, lexicon: Lexicon, *, of: str) -> None:
    """A synonym may be one of another metric too: then it is asked which is meant. It may not be another's own label,
    by which that one is chosen. Raises as check_label does."""
    for i, synonym in enumerate(synonyms):
        pointer = f"/synonyms/{i}"
        for term in _meanings(synonym, lexicon, pointer):
            if term.meaning is not Meaning.METRIC:
                raise _otherwise(synonym, pointer)
            if term.id != of and _lemmas(model.metrics[term.id].label) == _lemmas(synonym):
                raise _taken(pointer, f"“{synonym}” is the label of another metric.")


def _meanings(phrase: str, lexicon: Lexicon, pointer: str) -> tuple[Term, ...]:
    """What a phrase as a whole means already. Raises CopilotError (invalid) for one that is no name."""
    tokens = tokenize(phrase)
    if not any(token.kind is TokenKind.WORD for token in tokens) or len(tokens) > MOST_WORDS:
        raise invalid(f"A figure is called by one to {MOST_WORDS} words.", pointer=pointer)
    if any(token.kind is TokenKind.QUOTED for token in tokens):
        raise invalid("Please leave out the quotation marks.", pointer=pointer)
    is_filler = len(tokens) < _SPEAKING and all(token.norm in lexicon.filler for token in tokens)
    if is_filler or says_a_time_or_number(tokens):
        raise _otherwise(phrase, pointer)
    hits = lexicon.phrases.find(tokens)
    meanings = hits[0].meanings if hits and (hits[0].start, hits[0].end) == (0, len(tokens)) else ()
    return tuple(term for term in meanings if term.id != OUTSIDE)  # what is not recorded may be defined


def says_a_time_or_number(tokens: tuple[Token, ...]) -> bool:
    """Whether a phrase as a whole is a period or a number: no name for anything else."""
    periods = [span.tokens for span in find_periods(tokens, date(2026, 1, 1), Calendar())]
    spans = [*periods, *(number.tokens for number in find_numbers(tokens))]
    return any(len(span) == len(tokens) for span in spans)


def _lemmas(phrase: str) -> tuple[str, ...]:
    return tuple(token.lemma for token in tokenize(phrase))


def _taken(pointer: str, message: str) -> CopilotError:
    hint = "Choose another, or change the one that has it."
    return CopilotError(ErrorKind.CONFLICT, message, hint=hint, problems=(FieldProblem(pointer, message),))


def _otherwise(phrase: str, pointer: str) -> CopilotError:
    return invalid(f"“{phrase}” means something else in a question: please choose other words.", pointer=pointer)
