"""The clauses of a question: which ask for a figure, and which only tell of people and their day."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tools.language.annotation import Annotation, Meaning, Span, SpanKind
from tools.query.in_passing import is_in_passing, meets_somebody
from tools.query.vocabulary import APART, EARNING, OCCASIONS, OF_THE_DAY, TOGETHER

LONGEST_SUBJECT = 6
"""Words before the verb in "the lady from the bank is …"."""
_ENDS = frozenset(".!?…;:(),-–—")
_PLANNING = frozenset(["planning", "preparing", "thinking", "wondering"])
_WHILE = frozenset(["before", "while", "until", "when", "as", "since"])
SENTENCE_ENDS = frozenset(".!?…")
_OPENERS = frozenset(
    "maybe perhaps so and but well right ah oh ok okay now because cause as since hi hello hey sorry look".split()
)
_PRONOUNS = frozenset("i we he she they im it it's its there there's i'm we're he's she's they're i've we've i'd i'll".split())  # fmt: skip
_PEOPLE = frozenset("i we he she they".split())
_ACTING = ("customer", "supplier", "salesperson", "brand")
"""Those who call and come by: a country that "is doing poorly" is what is asked about."""
_WHOSE = frozenset("the my our his her their a an this that".split())
_HAPPENS = frozenset(
    """am is are was were 'm have has had must will would can could may do does did don't doesn't didn't isn't aren't
    come comes came coming call calls called calling ring rings rang ringing say says said think thinks thought
    swear swears swore believe believes claim claims reckon reckons bet bets ask asks asked asking look looks live lives
    see seeing meet meets met meeting go goes going plan plans planning sit sits sitting like likes share shares forgot
    promise promised visit visits want wants need needs wait waits waiting stand stands arrive arrives i'm we're they're
    he's she's it's there's i've we've i'd i'll im keep keeps kept""".split()
)
_ASKING = frozenset("want wants need needs like wish require requires would'd love".split())
_EITHER_WAY = frozenset([("more", "less"), ("better", "worse"), ("higher", "lower"), ("up", "down"), ("less", "more")])
"""Around an "or" these ask which way something went."""
_TO_LEARN = frozenset("know see have get hear find look compare understand check learn show".split())
_MEANT = frozenset("mean meant talking interested wonder wondering only just".split())
_SOMEBODY = frozenset(
    [
        "bank",
        "bookkeeper",
        "landlord",
        "husband",
        "wife",
        "partner",
        "himself",
        "herself",
        "somebody",
        "someone",
        "boss",
        "accountant",
        "dad",
        "mum",
    ]
)
_SAYING = frozenset(["says", "say", "said", "saying", "swears", "thinks", "reckons", "claims", "believes", "bets"])
_WANTING = frozenset(["wants", "asks", "needs", "asked", "wanted", "needed", "asking", "like", "requires"])
_TO_SEE = frozenset("for to see know have hear just me about from us get also".split())
_THEY = frozenset("they them their theirs they've they're he him his she her hers there".split())
PURPOSES = ("so that i", "so that we", "so i can", "so we can", "so i could", "so we could", "so i know", "so we know", "so i see", "so i may")  # fmt: skip
_QUESTIONS = frozenset("whatever anything everything all any each every what which who how when where why".split())
_REQUESTS = frozenset("so i i'd we we'd give show tell please what which who how can could list".split())
_LEAVING_OUT = frozenset(["except", "excepted", "excluding", "without", "besides", "apart"])


_COULD_YOU = frozenset("can could would will".split())
_TELLING = frozenset("tell show give list say".split())


def _asks_anew(words: list[str]) -> bool:
    """Whether a request begins here, without a mark before it: "I am off to Cork can you tell me …", "I have the bank at
    four and need …"."""
    if words[0] in _COULD_YOU:
        return words[1:2] in (["you"], ["u"]) and bool(_TELLING & {*words[2:4]})
    if words[0] != "and":
        return False
    rest = [word for word in words[1:] if word not in ("i", "we")]
    wishes = rest[:1] in (["would"], ["i'd"], ["we'd"]) and rest[1:2] in (["like"], ["need"], ["love"])
    return wishes or rest[:1] == ["need"]


def clauses_of(annotation: Annotation) -> Iterator["Clause"]:
    """The stretches between marks, before "so I can …" or "because", and before a new request; what is one span is never
    cut."""
    tokens = annotation.tokens
    inside = {i for span in annotation.spans for i in range(span.start + 1, span.end)}
    start = 0
    for i, token in enumerate(tokens):
        if i in inside:
            continue
        following = tokens[i + 1].norm if i + 1 < len(tokens) else ""
        waits = tokens[start].norm in _WHILE and token.norm in ("i", "i'd", "we", "we'd") and i > start + 1
        joins = waits or token.norm in ("because", "cause") or (token.norm == "so" and following in _REQUESTS)
        joins = joins or (i > start and _asks_anew([one.norm for one in tokens[i : i + 4]]))
        if joins and i > start:
            yield Clause(annotation, start, i)
            start = i
        elif token.norm in _ENDS:
            if i > start:
                yield Clause(annotation, start, i + 1)
            start = i + 1
    if start < len(tokens):
        yield Clause(annotation, start, len(tokens))


@dataclass(frozen=True, slots=True)
class Clause:
    """Tokens [start, end) of a question, looked at by themselves."""

    annotation: Annotation
    start: int
    end: int

    @property
    def spans(self) -> list[Span]:
        return [span for span in self.annotation.spans if self.start <= span.start < self.end]

    @property
    def first(self) -> int:
        return self.annotation.tokens[self.start].start

    @property
    def last(self) -> int:
        return self.annotation.tokens[self.end - 1].end

    @property
    def words(self) -> list[str]:
        """As typed, from the first that is no mere opener, without marks."""
        tokens = self.annotation.tokens[self.start : self.end]
        words = [token.norm for token in tokens if any(c.isalnum() for c in token.norm)]
        while words and words[0] in _OPENERS:
            words.pop(0)
        return words

    def _said(self) -> str:
        return " ".join(token.norm for token in self.annotation.tokens[self.start : self.end])

    def asks(self) -> bool:
        """Whether a figure is asked for: by name, by a verb of selling, by "how many", by a ranking."""
        cues = (
            "how_many",
            "how_much",
            "rank_high",
            "rank_low",
            "rank_metric",
            "share",
            "average",
            "running",
            "rolling",
        )
        spans = (span for span in self.spans if self.annotation.tokens[span.start].norm not in ("mins", "numbers"))
        # "I am seeing the buyer" counts no buyers.
        named = any(
            (span.ids(Meaning.METRIC) and not span.ids(Meaning.DIMENSION)) or span.is_cue(*cues) for span in spans
        )
        return named or bool(EARNING & self._verbs())

    def _verbs(self) -> set[str]:
        """Its words; of plans ("maybe I stop to buy them") only those that tell what is done."""
        words = self.words
        if words[:1] not in (["i"], ["we"]) or self.spans:
            return {*words}
        return {word for before, word in pairwise(["", *words]) if before != "to"}

    @property
    def periods(self) -> list[Span]:
        return [span for span in self.spans if span.period]

    def names_something(self) -> bool:
        """Whether there is anything in it that a figure can be made of."""
        return self.asks() or any(span.ids(Meaning.METRIC) or span.ids(Meaning.DIMENSION) for span in self.spans)

    def ranks(self) -> bool:
        return any(span.is_cue("rank_high", "rank_low", "rank_metric") for span in self.spans)

    def counts_things(self) -> bool:
        """ "to the eight customers abroad": how many a ranking elsewhere is to show."""
        pairs = pairwise(self.spans)
        return any(
            one.number is not None and one.end == other.start and other.ids(Meaning.DIMENSION) for one, other in pairs
        )

    def is_bracketed(self) -> bool:
        return self.start > 0 and self.annotation.tokens[self.start - 1].norm == "("

    def narrows(self) -> bool:
        """Whether anything in it could belong to a query."""
        return self.names_something() or any(span.kind is not SpanKind.TERM for span in self.spans)

    def only_acts(self) -> bool:
        """Whether what it names only does something: "Moreno are calling at three"."""
        if self._said().startswith(PURPOSES):
            return True
        # "I do the books for the shop": the business itself, and no channel of that name; "he says it every Sunday".
        passing = ("channel", *OF_THE_DAY)
        named = [span for span in self.spans if span.values and span.whole and span.values[0].dimension not in passing]
        named = [span for span in named if not self._is_a_thing_to_send(span)]
        if named and meets_somebody(self.annotation, self.start, self.end):
            return False
        return all(span.start - self.start <= 1 and span.values[0].dimension in _ACTING for span in named)

    def _is_a_thing_to_send(self, span: Span) -> bool:
        """ "send them a Christmas card": no way of paying."""
        before = {token.norm for token in self.annotation.tokens[max(self.start, span.start - 3) : span.start]}
        return span.values[0].dimension == "payment_method" and bool(before & {"a", "an"})

    def preface_end(self) -> int | None:
        """Where the question begins behind "my accountant wants to know"; None where nobody is said to want it."""
        tokens = [token.norm for token in self.annotation.tokens]
        greeting = {i for span in self.spans if span.is_cue("chatter") for i in range(span.start, span.end)}
        heads = (i for i in range(self.start, self.end) if i not in greeting and tokens[i][:1].isalnum())
        at = next((i for i in heads if tokens[i] not in _OPENERS), self.end)
        if at + 1 < self.end and tokens[at] == "for" and tokens[at + 1] in _WHOSE:
            return self._end_of_purpose(at, tokens)
        if at >= self.end or not (tokens[at] in _WHOSE or tokens[at] in _SOMEBODY):
            return None
        reach = range(at + 1, min(at + 2 + LONGEST_SUBJECT, self.end))
        verb = next((i for i in reach if tokens[i] in _WANTING), None)
        if verb is None or any(at <= span.start < verb and not span.is_cue("chatter") for span in self.spans):
            return None
        end = verb + 1
        while end < self.end and tokens[end] in _TO_SEE:
            end += 1
        return end if end < self.end else None

    def _end_of_purpose(self, at: int, tokens: list[str]) -> int | None:
        """Where "I need …" begins behind "for the accountant's file"."""
        asks = next(
            (
                i
                for i in range(at + 3, min(at + 6 + LONGEST_SUBJECT, self.end))
                if tokens[i] in _REQUESTS | {"i'd", "please"}
            ),
            None,
        )
        behind = self.spans if asks is not None else []
        named = any(at <= span.start < (asks or 0) and span.kind is not SpanKind.GRAIN for span in behind)
        return None if named else asks

    def points_back(self) -> bool:
        words = self.words
        in_it = any(pair in (("in", "it"), ("of", "it"), ("for", "it")) for pair in pairwise(words))
        return in_it or bool(_THEY & set(words)) or self.is_of_each()

    def is_of_each(self) -> bool:
        """ "total number of orders on each": of what another clause names."""
        words = self.words
        bare = "each" in words[-1:] or any(pair in (("on", "each"), ("of", "each")) for pair in pairwise(words))
        things = any(span.values or span.ids(Meaning.UNIT) or span.kind is SpanKind.GRAIN for span in self.spans)
        follows = words[words.index("each") + 1 :] if "each" in words else []
        return bare and not things and not (follows and follows[0] in self._thing_words())

    def _thing_words(self) -> set[str]:
        things = [span for span in self.spans if span.ids(Meaning.DIMENSION)]
        return {token.norm for span in things for token in self.annotation.tokens[span.start : span.end]}

    def is_aside(self) -> bool:
        if self._said().startswith(PURPOSES) or is_in_passing(self.annotation, self.start, self.end):
            return True
        if self._said().startswith(("because ", "cause ")) and not self.asks() and not self._is_predicate():
            return True
        if self.asks() or self._tells_what_is_wanted() or (APART | TOGETHER) & set(self.words[:1]):
            return False  # "each one for itself: …"
        if self._holds_against() or self._asks_which_way():
            return False
        return self._is_occasion() or self._is_statement() or self._says_nothing()

    def _holds_against(self) -> bool:
        """ "Friday is better than Saturday in the shop", "everybody except Nora:": what is asked, though it is told."""
        named = sum(bool(span.values) for span in self.spans)
        return ("than" in self.words and named > 1) or bool(named and _LEAVING_OUT & {*self.words})

    def _asks_which_way(self) -> bool:
        """ "it is more or less than in October of last year?": a question, though it begins like a statement."""
        either = any(pair in _EITHER_WAY for pair in zip(self.words, self.words[2:], strict=False))
        return either and "or" in self.words and any(span.period or span.comparison for span in self.spans)

    def _is_predicate(self) -> bool:
        """ "which part is because the client changed his mind": what is asked about."""
        return self.start > 0 and self.annotation.tokens[self.start - 1].norm in ("is", "was", "are", "were")

    def _says_nothing(self) -> bool:
        """A whole sentence of unknown words: "Fingers crossed!"."""
        tokens = self.annotation.tokens
        opens = self._opens_a_sentence()
        closes = self.end == len(tokens) or tokens[self.end - 1].norm in SENTENCE_ENDS
        harmless = all(term.id in ("follow_up", "chatter") for span in self.spans for term in span.terms)
        known = any(span.kind is not SpanKind.TERM for span in self.spans) or not harmless
        unknown = any(self.start <= i < self.end for i in self.annotation.unread)
        excuses = self.words[:1] == ["if"] and not self.spans  # "sorry if this is a stupid question"
        telling = any(
            span.kind is not SpanKind.TERM or span.ids(Meaning.METRIC) or span.ids(Meaning.DIMENSION)
            for span in self.spans
        )
        heads = tokens[self.end - 1].norm == ":" and not telling  # "Back to school thing: …"
        signs = unknown and self.end == len(tokens) and self._is_a_signature()
        return (opens and closes and unknown and not known) or excuses or (heads and unknown) or signs

    def _is_a_signature(self) -> bool:
        """ "Many thanks, Anna"."""
        before = {token.norm for token in self.annotation.tokens[max(0, self.start - 4) : self.start]}
        return self.end - self.start == 1 and bool(before & {"thanks", "thank", "regards", "cheers", "greetings"})

    def _opens_a_sentence(self) -> bool:
        return self.start == 0 or self.annotation.tokens[self.start - 1].norm in SENTENCE_ENDS

    def _is_occasion(self) -> bool:
        """ "for the staff meeting:", "board call in ten minutes", "Mary here"."""
        words = self.words
        words = words[1:] if words[:1] and words[0] in _WHILE else words
        if words and words[0] in _QUESTIONS:
            return False  # "and what for one table"
        for_something = (
            words[:1] == ["for"]
            and words[1:2]
            and words[1] in _WHOSE
            and self.annotation.tokens[self.end - 1].norm == ":"
        )
        if for_something and not any(span.values or span.ids(Meaning.DIMENSION) for span in self.spans):
            return True  # "For the quarterly file: …"
        listed = any(span.ids(Meaning.DIMENSION) or span.ids(Meaning.UNIT) for span in self.spans)
        return bool(words) and not listed and (words[-1] == "here" or bool(OCCASIONS & set(words)))

    def _is_statement(self) -> bool:
        words = self.words
        empty = not any(span.values or span.ids(Meaning.DIMENSION) or span.period for span in self.spans)
        if words and words[0] in _PLANNING and (empty or self._opens_a_sentence()):
            return True
        if not words or words[0] in _QUESTIONS:
            return False
        verb = self._verb()
        if verb is None:
            return False
        predicate = (span for span in self.spans if span.start > self.start + verb)
        things = any(span.ids(Meaning.DIMENSION) or span.is_cue("grouping") for span in predicate)
        person = words[0] in _PRONOUNS - {"it", "it's", "there", "there's"}
        return person or not things

    def _verb(self) -> int | None:
        """Where the verb of a statement stands: behind a pronoun, or behind a short subject."""
        words = self.words
        if words[0] in ("am", "want") and self._opens_a_sentence():
            return 0  # "want to send them a card"
        reach = LONGEST_SUBJECT if words[0] in _WHOSE | _SOMEBODY or self._begins_with_a_name() else 1
        opening = next((t for t in self.annotation.tokens[self.start : self.end] if t.norm == words[0]), None)
        if (
            words[0] == "its"
            or (opening is not None and words[0] in _PRONOUNS and opening.text.lower().endswith(("'s", "’s")))
            or (words[0] in _PRONOUNS and "'" in words[0])
        ):
            return 0
        if words[0] not in _PRONOUNS and reach == 1:
            return None
        if words[0] in _PEOPLE and self._goes_on_unknown(words):
            return 1
        dates = {self.annotation.tokens[at].norm for span in self.periods for at in range(span.start, span.end)}
        happens = _HAPPENS - dates  # "since the 1st of May"
        return next((i for i in range(1, min(reach + 1, len(words))) if words[i] in happens), None)

    def _goes_on_unknown(self, words: list[str]) -> bool:
        """ "I negotiate with all of them": behind a pronoun a word without a meaning is what somebody does."""
        tokens = self.annotation.tokens
        at = next((i for i in range(self.start, self.end) if tokens[i].norm == words[0]), self.end)
        return at + 1 in self.annotation.unread and at + 1 < self.end

    def _begins_with_a_name(self) -> bool:
        """ "Moreno are calling", "Mr Kessler comes": a value of the data, or a capital word without a meaning."""
        first = next(
            (i for i in range(self.start, self.end) if self.annotation.tokens[i].norm not in _OPENERS), self.end
        )
        named = any(span.kind is SpanKind.VALUE and span.start == first for span in self.spans)
        return named or (first in self.annotation.unread and self.annotation.tokens[first].text[:1].isupper())

    def _tells_what_is_wanted(self) -> bool:
        words = self.words
        verb = self._verb() if words else None
        return verb is not None and self._says_what_is_meant(words, verb)

    def _says_what_is_meant(self, words: list[str], verb: int) -> bool:
        """ "I want Garden only", "I am talking about the store", "we need it for Spain": these belong to the question;
        "we want to send them a card" does not."""
        rest = words[verb : verb + 4]
        if _MEANT & set(rest) and not _SAYING & set(rest):
            return True
        if "asking" in rest and {"i", "we"} & {*words}:
            return True  # "Meat products I am asking, which countries …"
        asking = next((i for i, word in enumerate(rest) if word in _ASKING), None)
        if asking is None:
            return False
        following = rest[asking + 1 : asking + 3]
        if following[:1] in (["it"], ["this"], ["that"], ["them"]):
            return following[1:] != ["for"] or any(span.values and span.whole for span in self.spans)
        return not (len(following) > 1 and following[0] == "to" and following[1] not in _TO_LEARN)
