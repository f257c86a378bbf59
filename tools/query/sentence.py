"""A question while it is being read: its spans, their neighbours, and what has been taken from them so far."""

from collections.abc import Callable
from functools import cached_property

from storage.metrics.model import SemanticModel
from tools.language.annotation import Annotation, Span, SpanKind
from tools.query.slots import Reading
from tools.query.vocabulary import ASKING_KINDLY, BEFORE_A_QUESTION, DETERMINERS, EARNING, IMPERATIVES, INSTEAD, MONEY

GAP = 2
"""How many words without meaning may stand between two spans that belong together."""
CLAUSE = 5
"""The same, where a clause stands between: "cities where we sold for more than …"."""


class Sentence:
    """One annotation read against one semantic model. `has_values` tells whether the data says anything of a
    dimension."""

    def __init__(self, model: SemanticModel, annotation: Annotation, has_values: Callable[[str], bool]) -> None:
        self.model = model
        self.has_values = has_values
        self.annotation = annotation
        self.spans = annotation.spans
        self.slots = Reading()

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(token.norm for token in self.annotation.tokens)

    def near(self, i: int, step: int, gap: int = GAP) -> int | None:
        """The neighbouring span, unless more than `gap` meaningless words lie between."""
        j = i + step
        if not 0 <= j < len(self.spans):
            return None
        left, right = (self.spans[j], self.spans[i]) if step < 0 else (self.spans[i], self.spans[j])
        return j if right.start - left.end <= gap else None

    def cue_before(self, i: int, *ids: str) -> int | None:
        j = self.near(i, -1)
        if j is not None and self.spans[j].kind is SpanKind.NUMBER:
            j = self.near(j, -1)
        return j if j is not None and self.spans[j].is_cue(*ids) else None

    def says(self, *words: str) -> bool:
        """Whether these words stand one after the other."""
        norms = [token.norm for token in self.annotation.tokens]
        return any(tuple(norms[i : i + len(words)]) == words for i in range(len(norms)))

    def says_before(self, i: int, *words: str) -> bool:
        """Whether these words stand before a span, articles left out: "a list of the customers"."""
        before = [token.norm for token in self.annotation.tokens[: self.spans[i].start]]
        while before and before[-1] in DETERMINERS:
            before.pop()
        return tuple(before[-len(words) :]) == words

    def words_of(self, i: int) -> set[str]:
        return {token.norm for token in self.annotation.tokens[self.spans[i].start : self.spans[i].end]}

    def says_money(self) -> bool:
        """Whether an amount of money is asked for: "in euro", but not in "not the euros"."""
        tokens = [token.norm for token in self.annotation.tokens if token.norm not in DETERMINERS]
        return any(word in MONEY and tokens[i - 1 : i] not in (["not"], ["no"]) for i, word in enumerate(tokens))

    def is_said(self, i: int, *phrases: str) -> bool:
        return self.annotation.read(self.spans[i].start, self.spans[i].end) in phrases

    def is_listed_one_by_one(self, i: int) -> bool:
        """ "the seafood items one by one"."""
        following = i + 1 < len(self.spans) and self.spans[i + 1].start == self.spans[i].end
        return following and self.is_said(i + 1, "one by one", "one after the other", "one after another")

    def is_counted(self, i: int) -> bool:
        """ "how many customers", "how many trade customers", "how many 2018 orders", "count the trade customers"."""
        j = self.near(i, -1)
        first = i
        while j is not None and self.spans[j].kind in (SpanKind.VALUE, SpanKind.PERIOD):
            first, j = j, self.near(j, -1)
        if j is not None and self.spans[j].is_cue("how_many"):
            return True
        return self.says_before(first, "count") and self._is_told_to_count(first)

    def _is_told_to_count(self, i: int) -> bool:
        """Whether the "count" before a span is a verb: it opens a clause, "please" and "can you" aside."""
        words = [token.norm for token in self.annotation.tokens[: self.spans[i].start]]
        while words and words[-1] != "count":
            words.pop()
        words.pop()
        while words and words[-1] in ASKING_KINDLY:
            words.pop()
        return not words or not words[-1][:1].isalnum()

    def word_before(self, i: int) -> str:
        start = self.spans[i].start
        return self.annotation.tokens[start - 1].norm if start else ""

    def words_before(self, i: int, count: int) -> list[str]:
        start = self.spans[i].start
        return [token.norm for token in self.annotation.tokens[max(0, start - count) : start]]

    def preposition_before(self, i: int) -> str:
        """The word before a span, articles and "all" left out: "of all the customers"."""
        tokens = self.annotation.tokens[: self.spans[i].start]
        return next((token.norm for token in reversed(tokens) if token.norm not in DETERMINERS), "")

    def opens_a_question(self, at: int) -> bool:
        """Whether a question may begin at a token: at the head, behind a mark or "and"."""
        before = self.annotation.tokens[at - 1].norm if at else ""
        return not before[:1].isalnum() or before in BEFORE_A_QUESTION

    def wants_one_figure(self) -> bool:
        """ "one number", "one figure is enough"."""
        kinds = ("number", "figure", "sum", "amount", "total")
        return self.says("as", "one") or any(self.says(one, kind) for one in ("one", "single") for kind in kinds)

    def opens_a_clause(self, i: int) -> bool:
        """Whether nothing but articles, numbers and values stands before a span, back to a mark: "2025: all categories"."""
        start = self.spans[i].start
        named = {at for span in self.spans if span.values or span.number for at in range(span.start, span.end)}
        while start and (start - 1 in named or self.annotation.tokens[start - 1].norm in DETERMINERS):
            start -= 1
        before = self.annotation.tokens[start - 1].norm if start else ""
        return not before[:1].isalnum() or before == "so"

    def closes_with_only(self) -> bool:
        """ "trade customers only": what was asked before, narrowed."""
        return closes_with_only(self.annotation)

    def is_replaced(self, span: Span) -> bool:
        """ "profit instead of sales": what is no longer asked."""
        tokens = [token.norm for token in self.annotation.tokens[: span.start]]
        return " ".join(tokens[-2:]) in INSTEAD or tokens[-3:] == ["in", "place", "of"]

    def is_plural(self, span: Span) -> bool:
        return is_plural(self.annotation, span)

    def is_followed_by(self, i: int, word: str) -> bool:
        tokens, end = self.annotation.tokens, self.spans[i].end
        return end < len(tokens) and tokens[end].norm == word

    def is_possessive(self, span: Span) -> bool:
        return self.annotation.tokens[span.end - 1].text.lower().endswith(("'s", "’s", "s'", "s’"))

    def cue_anywhere(self, *ids: str) -> bool:
        return any(span.is_cue(*ids) for span in self.spans)

    def is_implied(self) -> bool:
        """A verb of selling asks for a figure that is not named."""
        tokens = [token.norm for token in self.annotation.tokens]
        heads = {
            i for i, word in enumerate(tokens) if word in IMPERATIVES and (i == 0 or not tokens[i - 1][:1].isalnum())
        }
        return any(word in EARNING and i not in heads for i, word in enumerate(tokens))

    def rephrase(self, span: Span, better: str) -> str:
        tokens = self.annotation.tokens
        return (
            self.annotation.text[: tokens[span.start].start] + better + self.annotation.text[tokens[span.end - 1].end :]
        )


def is_plural(annotation: Annotation, span: Span) -> bool:
    token = annotation.tokens[span.end - 1]
    return token.norm != token.lemma or token.norm in ("people", "staff", "goods")


def closes_with_only(annotation: Annotation) -> bool:
    words = [token.norm for token in annotation.tokens if any(c.isalnum() for c in token.norm)]
    while words and words[-1] in ("please", "pls", "thanks", "thx"):
        words.pop()
    return bool(words) and words[-1] == "only"
