"""Verbs of a question: "did we close", "which industry opens the most tickets", "customers cancelled in 2024".

A database knows a deed by a day ("closed_at") or by a state ("closed"). The first says when it was done, the second
does not: a question for the time of such a deed is asked back.
"""

from tools.language.annotation import Meaning, SpanKind
from tools.language.text import listed
from tools.query.slots import Unclear
from tools.query.vocabulary import DETERMINERS
from tools.sources.hearing import Hearing
from tools.sources.kinds import HAPPENINGS

PROCESSES = frozenset(listed("cancelled canceled closed paid shipped delivered returned refunded completed finished resolved approved rejected terminated expired churned renewed converted dismissed graduated withdrawn accepted reopened escalated won lost sold confirmed invoiced billed dispatched archived suspended frozen discharged settled inactive"))  # fmt: skip
"""States that a thing comes to later than its own day."""
_IRREGULAR = {"sent": "send", "paid": "pay", "sold": "sell", "made": "make", "bought": "buy", "found": "find", "lost": "lose", "begun": "begin"}  # fmt: skip
PARTICIPLES = (("passed", "pass"), ("failed", "fail"), ("cancelled", "cancel"), ("rejected", "reject"), ("approved", "approve"), ("won", "win"), ("lost", "lose"), ("refunded", "refund"))  # fmt: skip
"""What is said of things whose state is kept as the verb."""
_BETWEEN = frozenset(listed("were was are is got get been have has had being be that which who"))
_QUANTIFIERS = frozenset(listed("most more fewest least many much"))


def is_form_of(word: str, participle: str) -> bool:
    """Whether a word is another form of a verb: "open", "opens", "opening" of "opened"."""
    stems = {participle.removesuffix("ed"), participle.removesuffix("d"), _IRREGULAR.get(participle, participle)}
    if participle.endswith("ied"):
        stems.add(participle[:-3] + "y")
    return word == participle or any(word in (stem, stem + "s", stem + "es", stem + "ing", stem.removesuffix("e") + "ing") for stem in stems)  # fmt: skip


def take_deeds(s: Hearing) -> None:
    """Verbs that say by which day the things are counted: their own ("how many invoices did we issue"), which leaves
    all as it is, or another ("how many tickets did we close"), which counts those instead. Raises Unclear for a word
    that is a verb here and a value elsewhere."""
    for i, span in enumerate(s.spans):
        if (
            i not in s.slots.used
            and span.kind is SpanKind.VALUE
            and span.end == span.start + 1
            and _is_done_by_us(s, i)
        ):
            raise Unclear(f"I do not know what “{s.resolver.said(span)}” does here. Could you say it in another way?", unread=True)  # fmt: skip
        if i not in s.slots.used and span.kind is SpanKind.VALUE and span.end == span.start + 1 and _is_verb(s, i):
            if not _counts_by(s, s.annotation.tokens[span.start].norm):
                raise Unclear(f"I do not know what “{s.resolver.said(span)}” does here. Could you say it in another way?")  # fmt: skip
            s.slots.used.add(i)
    for at in s.annotation.unknown:
        verb = s.annotation.tokens[at].norm
        if at not in s.slots.understood and (
            _is_told_by_a_value(s, at) or _is_in_a_name(s, verb) or _counts_by(s, verb)
        ):
            s.slots.understood.add(at)


def _is_told_by_a_value(s: Hearing, at: int) -> bool:
    """ "paid by card", where a card is a payment method."""
    verb = s.annotation.tokens[at].norm
    following = next((span for span in s.spans if span.start > at), None)
    if following is None or not following.values or following.start > at + 3:
        return False
    words = {word for value in following.values for word in s.model.dimensions[value.dimension].label.lower().split()}
    return any(HAPPENINGS.get(word) == verb for word in words)


def _is_in_a_name(s: Hearing, verb: str) -> bool:
    """ "worked the most hours", where the figure is the hours worked."""
    return len(s.slots.metrics) == 1 and verb in s.model.metrics[s.slots.metrics[0]].label.lower().split()[1:]


def _is_done_by_us(s: Hearing, i: int) -> bool:
    """ "did we open": a verb with a subject before it is no state, whatever states there are."""
    start = s.spans[i].start
    before = [token.norm for token in s.annotation.tokens[max(0, start - 3) : start]]
    return bool(before) and before[-1] in ("we", "they", "i") and bool({"did", "do"} & {*before})


def _is_verb(s: Hearing, i: int) -> bool:
    """ "opens the most tickets": an -s, and an object behind it."""
    token = s.annotation.tokens[s.spans[i].start]
    following = s.annotation.tokens[s.spans[i].end : s.spans[i].end + 2]
    if not following or token.norm == token.lemma or any(value.text.lower() == token.norm for value in s.spans[i].values):  # fmt: skip
        return False
    return following[0].norm in _QUANTIFIERS or (
        following[0].norm in DETERMINERS and len(following) > 1 and following[1].norm in _QUANTIFIERS
    )


def _counts_by(s: Hearing, verb: str) -> bool:
    """Whether a verb says by which day the one figure is counted; that figure is then the one that is counted so."""
    if len(s.slots.metrics) != 1 or not s.resolver.is_count(s.slots.metrics[0]):
        return False
    entities = s.model.entities
    (counted,) = s.resolver.entities(s.slots.metrics[0])
    for name, metric in s.model.metrics.items():
        if not s.resolver.is_count(name):
            continue
        (entity,) = s.resolver.entities(name)
        same = entity == counted or entities[entity].joins.get("own", ("", ""))[1] == counted
        participles = {text.rsplit(" ", 1)[-1] for text in metric.synonyms if " were " in text}
        if same and any(is_form_of(verb, participle) for participle in participles):
            s.slots.metrics[0] = name
            return True
    return False


def refuse_states_without_a_day(s: Hearing) -> None:
    """Raises Unclear where the time of a deed is asked: "delivered shipments in May" may mean those of May that were
    delivered, or those delivered in May; "customers cancelled in 2024" cannot be told where no day of it is known."""
    if not s.annotation.of(SpanKind.PERIOD) and not s.annotation.of(SpanKind.GRAIN):
        return
    dated = {name.rsplit("_", 1)[-1] for name, entity in s.model.entities.items() if "own" in entity.joins}
    label = s.model.metrics[s.slots.metrics[0]].label.lower() if s.slots.metrics else "those"
    for item in s.slots.filters:
        word = str(item.values[0]).lower()
        if len(item.values) != 1 or item.operator != "eq" or word not in dated | PROCESSES:
            continue
        at = next((i for i, token in enumerate(s.annotation.tokens) if token.norm == word), None)
        described = at is not None and any(span.start == at + 1 and span.ids(Meaning.METRIC) for span in s.spans)
        if described and word not in dated:
            continue
        if word in dated:
            raise Unclear(
                f"By which day: {label} of that time that are {word}, or {label} that were {word} in that time?",
                ((f"{word} in that time", s.annotation.text.replace(word, f"that were {word}")),),
            )
        if at is not None and _does(s, at):
            raise Unclear(
                f"The data does not say when {label} were {word}. Do you mean {label} of that time that are {word} now?",
                ((f"{word} {label} of that time", f"{s.annotation.text[: s.annotation.tokens[at].start]}{s.annotation.text[s.annotation.tokens[at].end :]}".replace(label, f"{word} {label}", 1)),),
                unread=s.slots.share,  # what was cancelled of them is a part of those of that time
            )  # fmt: skip


def _does(s: Hearing, at: int) -> bool:
    """Whether a word stands behind what it is said of: "customers cancelled", "orders that were cancelled"."""
    before = at - 1
    while before >= 0 and s.annotation.tokens[before].norm in _BETWEEN:
        before -= 1
    return any(span.end == before + 1 and span.ids(Meaning.METRIC) for span in s.spans)
