"""What of a question found no place: told as ignored where that is harmless, else asked back or refused."""

from collections.abc import Container, Sequence

from storage.metrics.model import SemanticModel
from tools.language.annotation import Annotation, Meaning, Span, SpanKind
from tools.language.everyday import everyday_words
from tools.language.values import ValueIndex
from tools.query.aliases import dimension_of_name
from tools.query.clocks import ONLY_DATES, PART_OF_DAY
from tools.query.slots import Reading, Unclear, Unsupported, whole
from tools.query.vocabulary import ALONG_WITH, BUYING, COMING_BACK, OCCASIONS, REFUNDS

MOST_UNKNOWN_WORDS = 3
MOST_COUNTED_ALONG = 12
FILTER_PREPOSITIONS = frozenset(
    ["in", "for", "from", "via", "through", "at", "of", "by", "with", "without", "to", "on", "called", "named", "about"]
)
# After these comes a verb ("did we charge"): it may be left out, and is named in the answer.
_VERB_COMES_AFTER = frozenset("we i they you he she it who that which customers people".split())
_MAIN_VERBS = frozenset(
    "get have make sell buy take receive bring earn spend order see come go give do pay ship place lose need want".split()
)
"""After "did we …" there is one main verb: where one of these stands, the next unknown word is none."""
_NEUTRAL = tuple(
    """accumulat acquir amass arrang attract belong bring cater clear clinch clock collect compar contribut count deal depend discuss
    distribut divid drum enter fall fetch flog gather garner grab handl handel happen haul includ land log manag mention note notch
    obtain offload ow owe pick plac pocket post process punch push rack rais rake reel regist secur select serv shift sit
    speak spoke talk tall total trad transact turn type vend writ wrot accept accru amount anything anyone appear aris assign attain attribut
    bank become bill book buy captur cash cashed chalk close conclud deliver earn execut file fulfil gain generat
    gross invoic issu list mak mark move net occur originat perform produc provid purchas realis realiz reach receiv record
    retail ring rung score sell ship suppli sum take tally transfer us yield settl stat conced requir need join enter dat deduct represent
    recharg stack read knock levi waiv grant shav card bought driv ask miss
    suppos pleas cross travel allow separat gain began think again after building search call last""".split()
)
"""How verbs begin that say no more than that there were such orders: "handled by", "did we pick up". Any other verb tells what
was done, and with what: the bikes that "were rented" are not those that were sold."""
_BEING = frozenset(["was", "were", "are", "is", "been", "being", "got"])
_HELPERS = frozenset(["did", "do", "does"])
_SPOKEN_TO = frozenset(["you", "u"])
_DESCRIBED = frozenset(["customers", "people"])
"""After these a word is as likely an adjective ("customers new in May"), unless its ending says that they act."""
_VERBAL = ("ed", "ing", "s")
_LIMITING = frozenset("only just exactly than least most".split())
ARTICLES = frozenset(["the", "a", "an", "our", "my"])
_CONDITIONS = ("more_than", "at_least", "less_than", "at_most", "equals")


class Leftovers:
    """A word that nothing explains and that stands where a filter would must not vanish, nor a number, a negation or a
    condition that no figure took. `words` are the real words of the language."""

    def __init__(
        self,
        model: SemanticModel,
        annotation: Annotation,
        reading: Reading,
        values: ValueIndex,
        words: Container[str],
    ) -> None:
        self._model = model
        self._annotation = annotation
        self._reading = reading
        self._values = values
        self._words = words

    def refuse(self, *, follows: bool) -> None:
        """Raises Unclear or Unsupported. `follows` says that the question changes the one before it."""
        reading = self._reading
        unknown = [i for i in self._annotation.unknown if i not in reading.understood]
        if unknown:
            self._refuse_absent(unknown)
            named = reading.metrics or reading.implied or reading.ranking or reading.wants_sum or reading.wants_count
            if not (named or follows) or len(unknown) > MOST_UNKNOWN_WORDS:
                said = self._annotation.said(unknown[0], unknown[-1] + 1)
                raise Unsupported(f"I could not relate “{said[:120]}” to your figures.", unread=True)
        verbs = [i for i in unknown if self._is_passed_over(i, follows=follows)]
        for i in verbs:
            self._refuse_telling_verb(i)
        for i, span in enumerate(self._annotation.spans):
            if i not in reading.used:
                self._refuse_span(span)

    def _refuse_absent(self, unknown: Sequence[int]) -> None:
        """ "the wages of last month": what no shop's records tell."""
        tokens = self._annotation.tokens
        absent = next((i for i in unknown if tokens[i].norm in everyday_words().absent), None)
        if absent is not None:
            raise Unsupported(f"There are no figures here about “{tokens[absent].text[:80]}”.", not_held=True)

    def _refuse_telling_verb(self, i: int) -> None:
        """ "the bikes that were rented", "how many did we bake", "the customers who signed up": a verb that tells what was done
        narrows the question, or asks for something else. Only those pass that are known to say no more than that there were
        such orders, and any by which an amount that is named came about ("how much freight did we levy")."""
        tokens, word = self._annotation.tokens, self._annotation.tokens[i].norm
        before = [token.norm for token in tokens[:i]]
        participle = word.endswith(("ed", "en"))
        named = any(span.values and span.end == i for span in self._annotation.spans)
        passive = participle and ((before[-1:] and before[-1] in _BEING) or named)
        asked = (
            not word.endswith(("ed", "ing"))
            and bool(_HELPERS & set(before))
            and before[-1] not in (*_SPOKEN_TO, *ARTICLES)
        )
        amounts = any(self._model.metrics[name].unit == "money" for name in self._reading.metrics)
        comes_back = word.startswith("return") and {*REFUNDS, "returning_customers"} & {*self._reading.metrics}
        says_nothing = word.startswith(_NEUTRAL) or word in everyday_words().trade
        if not says_nothing and not comes_back and not ((passive or asked) and amounts):
            raise Unclear(
                f"I do not know what “{tokens[i].text[:80]}” means for your figures. Could you say it in another way?",
                unread=True,
            )

    def _is_passed_over(self, i: int, *, follows: bool) -> bool:
        """Whether an unknown word may be a verb that changes no figure. Raises Unclear for any other that could narrow the
        question."""
        tokens = self._annotation.tokens
        self._refuse_missing_dimension(tokens[i].norm)
        if self._is_one_after_the_other(i) or self._is_sorted_after(i):
            return False
        words = (tokens[j].norm for j in range(i - 1, -1, -1))
        before = next((word for word in words if word not in ARTICLES), "")
        word = tokens[i].text
        self._refuse_part_of_a_name(i)
        acts = before in _VERB_COMES_AFTER and tokens[i].norm in self._words
        acts &= before not in _DESCRIBED or tokens[i].norm.endswith(_VERBAL)
        if word.islower() and (acts or self._is_verb_in_passing(i)):
            return True
        last = i + 1 == len(tokens) or not tokens[i + 1].norm[:1].isalnum()
        repeated = BUYING if last else BUYING | COMING_BACK
        if word == "again" and (follows or last) and not repeated & {token.norm for token in tokens}:
            return False  # "the same again for this year", "can you give me the profit again"
        if word == "back" and (self._is_back_in_time(i) or (follows and "all" in {token.norm for token in tokens})):
            return False  # "orders back in 1996", "back to all countries"
        whose = ("my", "our", "a", "the") if word in OCCASIONS else ("my", "our", "a")
        if i > 1 and tokens[i - 2].norm == "for" and tokens[i - 1].norm in whose:
            return False  # "for my accountant": whom the answer is for
        if before in FILTER_PREPOSITIONS or follows or not word.islower():
            raise Unclear(f"I found nothing called “{word[:80]}” in your data. What do you mean by it?", unread=True)
        raise Unclear(
            f"I do not know what “{word[:80]}” means for your figures. Could you say it in another way?", unread=True
        )

    def _refuse_part_of_a_name(self, i: int) -> None:
        """ "what tom gives": an everyday word, and somebody's name."""
        token = self._annotation.tokens[i]
        people = [value.text for value in self._values.part((token.lemma,), dimension="salesperson")]
        if people and self._annotation.said(i, i + 1).islower():
            before, after = self._annotation.text[: token.start], self._annotation.text[token.end :]
            options = tuple((name, f"{before}{name}{after}") for name in people)
            raise Unclear(f"Do you mean {people[0]} by “{token.text}”?", options)

    def _refuse_span(self, span: Span) -> None:
        said = self._annotation.said(span.start, span.end)
        if span.kind is SpanKind.NUMBER and not self._is_mere_word(span) and not self._counts_along(span):
            raise Unclear(f"I do not know what the number {said} stands for. Could you say it in another way?")
        if span.is_cue("negation"):
            raise Unsupported(f"I cannot leave out what follows “{said}” yet.")
        after = self._annotation.after(span)
        spread = after is not None and self._counts_along(after)
        if span.is_cue(*_CONDITIONS) and after is not None and after.kind is SpanKind.NUMBER and not spread:
            raise Unsupported(f"I cannot apply the condition that “{said}” asks for.")

    def _refuse_missing_dimension(self, word: str) -> None:
        """ "online" where no order says through which channel it came."""
        dimension = dimension_of_name(word)
        if dimension == PART_OF_DAY and not self._values.has(dimension):
            raise Unsupported(ONLY_DATES)
        if dimension is not None and not self._values.has(dimension):
            label = self._model.dimensions[dimension].label.lower()
            raise Unsupported(
                f"Your data says nothing about the {label}, so I cannot tell “{word}” apart.", not_held=True
            )

    def _is_sorted_after(self, i: int) -> bool:
        """ "after carrier instead of quarters": as some say "by"."""
        things = (span for span in self._annotation.spans if span.start == i + 1 and span.ids(Meaning.DIMENSION))
        return self._annotation.tokens[i].norm == "after" and any(self._reading.groups for _ in things)

    def _is_back_in_time(self, i: int) -> bool:
        """ "orders back in 1996"."""
        return any(span.kind is SpanKind.PERIOD and span.start in (i + 1, i + 2) for span in self._annotation.spans)

    def _is_one_after_the_other(self, i: int) -> bool:
        """ "country after country"."""
        tokens = self._annotation.tokens
        return tokens[i].norm == "after" and 0 < i < len(tokens) - 1 and tokens[i - 1].lemma == tokens[i + 1].lemma

    def _counts_along(self, span: Span) -> bool:
        """ "the two channels", "these three months", "which of the two": no more than how many there are."""
        if span.number is not None and span.number.ordinal:
            return False  # "and the second?"
        before = self._annotation.tokens[span.start - 1].norm if span.start else ""
        after = self._annotation.after(span)
        units = after is not None and after.start == span.end and bool(after.ids(Meaning.UNIT) or after.grain)
        count = whole(span.number)
        many = after is not None and any(
            self._values.count(d) > MOST_COUNTED_ALONG for d in after.ids(Meaning.DIMENSION)
        )
        if count is not None and after is not None and before in ALONG_WITH and not self._reading.filters:
            things = [d for d in after.ids(Meaning.DIMENSION) if d != "customer"]
            if any(self._values.count(d) > count for d in things):
                return False  # "the two regions", of which there are four
        if many and not self._reading.filters:
            return False  # "the 10 clients that …": which of them would be a guess
        few = count is not None and (count <= MOST_COUNTED_ALONG or before == "all")
        return before in ALONG_WITH and few and (units or self._reading.ranking is None)

    def _is_mere_word(self, span: Span) -> bool:
        """ "one line a month", "the other ones": no number is meant, unless it is what a thing is limited to."""
        words = {self._annotation.tokens[i].norm for i in range(span.start, span.end)}
        before = self._annotation.tokens[span.start - 1].norm if span.start else ""
        after = self._annotation.tokens[span.end].norm if span.end < len(self._annotation.tokens) else ""
        told = after in ("lines", "line", "rows", "row")  # "3 lines is enough"
        return told or (words <= {"one", "ones"} and before not in _LIMITING)

    def _is_verb_in_passing(self, i: int) -> bool:
        """ "orders handled by …", "freight billed in …": a verb behind its noun changes no figure. Before a noun the
        same form describes it ("damaged goods"), and a word that stands where a filter would is no verb."""
        word = self._annotation.tokens[i].norm
        nouns = (span for span in self._annotation.spans if span.ids(Meaning.METRIC) or span.ids(Meaning.DIMENSION))
        described = any(span.start == i + 1 for span in nouns)
        words = [token.norm for token in self._annotation.tokens]
        helper = next((j for j, earlier in enumerate(words[:i]) if earlier in ("did", "do", "does")), None)
        asks = helper is not None and not _MAIN_VERBS & set(words[helper + 1 :])
        state = word.endswith("ing") and words[i - 1 : i] in (
            ["in"],
            ["under"],
            ["awaiting"],
        )  # "orders still in processing"
        is_form = (word.endswith(("ed", "ing")) or asks) and not state
        return is_form and not described and word in self._words
