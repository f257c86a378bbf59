"""How an owner may say what the draft holds: the words of a column, of its table, and of both."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from tools.language.text import listed
from tools.sources.kinds import Measure
from tools.sources.naming import Noun, capital, identifier, plural, singular, words_of

SOLD = frozenset(listed("invoice order sale booking reservation bill receipt ticket transaction purchase rental deal subscription payment"))  # fmt: skip
_RECEIVED = frozenset(listed("sale payment donation contribution receipt transaction takings"))
_PLAIN = frozenset(listed("amount total gross revenue value sum price cost fee net grand"))
LINES = ("line", "item", "detail")
_PAID = frozenset(listed("fine fee payment sale expense donation refund bill charge cost claim payout rent deposit discount tip loss profit bonus grant withdrawal transfer purchase commission tax penalty royalty"))  # fmt: skip
"""Things that are amounts of money: "the fines of 2024" may be their number or their sum."""
REVENUE = ("revenue", "revenues", "turnover", "sales revenue", "sales", "income", "takings", "earnings")
_GENERIC = frozenset(listed("type kind category class group method mode channel"))
_PLACES = frozenset(listed("city country region state town county province district status date name code language currency"))  # fmt: skip
_SUMMED = ("total", "sum", "overall", "combined")
_MEANS = ("average", "mean", "typical", "avg")
_AMOUNTS = frozenset(
    listed("amount total price cost value fee subtotal revenue charge sum payment fare premium expense expenses")
)
_UNIT_WORDS = {
    "std": "hours",
    "min": "minutes",
    "h": "hours",
    "l": "litres",
    "mi": "miles",
    "sec": "seconds",
    "m": "metres",
}
_NEGATIVE = {"active": "inactive", "complete": "incomplete", "valid": "invalid", "available": "unavailable", "insured": "uninsured", "member": "non-member"}  # fmt: skip


def named(noun: Noun, table: str | None) -> tuple[str, ...]:
    """Of a dimension that is a thing's name. `table` is what it is where it is seen in a role ("origin": a city)."""
    said = [noun.plural, f"{noun.singular} name", f"{noun.singular} names", f"name of the {noun.singular}"]
    if table is not None:
        kind = singular(words_of(table)[-1])
        said += [alone] if (alone := role_alone(noun, table)) not in _CLOSED else []
        if kind not in noun.singular.split():
            said += [f"{noun.singular} {kind}", f"{noun.singular} {plural(kind)}", kind, plural(kind)]
        else:
            said += [kind, plural(kind)]
    return tuple(dict.fromkeys(said))


_CLOSED = frozenset(listed("from to by at in of on for with new old first last main other next previous current"))


def role_alone(noun: Noun, table: str) -> str:
    """ "destination" of a destination depot."""
    words, kind = noun.singular.split(), singular(words_of(table)[-1])
    return " ".join(words[:-1]) if len(words) > 1 and words[-1] == kind else noun.singular


def own_words(words: Sequence[str], noun: Noun) -> tuple[str, ...]:
    """A column's words without its table's: "animal species" of an animal is its species."""
    own = noun.singular.split()
    rest = list(words[len(own) :]) if list(words[: len(own)]) == own and len(words) > len(own) else list(words)
    if len(rest) > 1 and rest[-1] in ("name", "code", "description"):
        rest.pop()
    return tuple(rest)


def column(said: Sequence[str], noun: Noun, table: str | None = None, *, named: Sequence[str] = ()) -> tuple[str, ...]:
    """Of a dimension that is a column of a thing. `table` is what the thing is where it is seen in a role; `named` are
    all words of the column ("service name" of what is said as "service")."""
    text = " ".join(said)
    many = plural(text)
    full = text if noun.singular in text else f"{noun.singular} {text}"
    found = [text, many, full, plural(full)]
    found += [" ".join(named), plural(" ".join(named))] if len(named) > 1 else []
    if table is not None:
        found += [f"{role_alone(noun, table)} {text}", f"{role_alone(noun, table)} {many}"]
    found += [f"{text} of the {noun.singular}", f"{text} of {noun.plural}"]
    last = said[-1]
    if last in _GENERIC:
        kind = noun.singular if len(said) == 1 else " ".join(said[:-1])
        found += [f"{word} of {kind}" for word in ("type", "types", "kind", "kinds", last, plural(last))]
        found += [f"{kind} {word}" for word in ("type", "types", last, plural(last))]
        if len(said) > 1:
            found += [last, plural(last), kind, plural(kind)]
    if last in _PLACES and len(said) > 1:
        found += [last, plural(last)]  # "country" may be the home country as well as any other
    return tuple(dict.fromkeys(found))


_ALSO = {
    "customer": ("client",), "client": ("customer",), "employee": ("staff member", "worker"), "consignment": ("shipment",),
    "physician": ("doctor",), "doctor": ("physician",), "vet": ("veterinarian", "veterinary"), "film": ("movie",), "movie": ("film",),
    "reservation": ("booking",), "booking": ("reservation",), "vehicle": ("truck", "car"), "staff": ("staff member", "employee"),
    "pupil": ("student",), "student": ("pupil",), "supplier": ("vendor",), "vendor": ("supplier",), "purchase": ("order",),
    "article": ("product", "item"), "product": ("item", "article"), "bill": ("invoice",), "technician": ("engineer",),
    "transaction": ("payment",), "company": ("firm",), "shop": ("store",), "store": ("shop", "branch"), "member": ("subscriber",),
}  # fmt: skip
"""Other words for the same thing, used where no table bears them."""


_BARE = frozenset(listed("member record entry row detail line item info log data history master"))


def also(noun: Noun, taken: Collection[str]) -> tuple[Noun, ...]:
    """Other nouns for the rows of a table, none of which is another table's: "client" of a customer, "extra" of a
    booking extra, "staff" of a staff member. The line of an order is no order where there are shop orders."""
    head, _, last = noun.singular.rpartition(" ")
    ending = {other.rpartition(" ")[2] for other in taken}
    words = (head,) if head and last in _BARE and head not in ending else () if head and last in _BARE else (last,) if head else _ALSO.get(last, ())  # fmt: skip
    return tuple(Noun(word, plural(word)) for word in words if word not in taken and word not in _AMOUNTS)


def is_paid(noun: Noun) -> bool:
    """Whether the rows of a table are amounts of money by their name."""
    return noun.singular.split()[-1] in _PAID


def count(noun: Noun) -> tuple[str, ...]:
    """Of how many rows there are."""
    one, many = noun.singular, noun.plural
    found = [one, many, f"number of {many}", f"{one} count", f"count of {many}", f"{many} count", f"total number of {many}", f"total {many}", f"all {many}"]  # fmt: skip
    head, _, last = one.rpartition(" ")
    if head and last in LINES:
        found += [f"{head} {plural(word)}" for word in LINES]
    if is_paid(noun):
        found.remove(f"total {many}")
    return tuple(dict.fromkeys(found))


def happening(noun: Noun, what: str) -> tuple[str, ...]:
    """ "invoices paid", "invoices were paid", "invoices that were paid"."""
    many = noun.plural
    forms = [f"{many} {what}", f"{noun.singular} {what}"]
    forms += [f"{many} {verb} {what}" for verb in ("were", "was", "got", "are", "that", "who", "that were", "which were", "being", "that got", "have been")]  # fmt: skip
    return tuple(forms)


def different(target: Noun, fact: Noun) -> tuple[str, ...]:
    """ "different owners", "owners with a visit"."""
    many = target.plural
    found = [f"{word} {many}" for word in ("different", "distinct", "unique")]
    found += [f"number of {word} {many}" for word in ("different", "distinct", "unique")]
    found += [f"{many} with {word} {fact.singular}" for word in ("a", "an", "any", "at least one")]
    found += [f"{many} with {fact.plural}", f"{many} with at least 1 {fact.singular}", f"different {many} with {fact.plural}"]  # fmt: skip
    return tuple(found)


def line_amount(noun: Noun, others: Sequence[Noun] = ()) -> tuple[str, ...]:
    """Of price × quantity of the lines of something."""
    head = noun.singular.rpartition(" ")[0]
    named = [
        f"{other.singular} {word}" for other in others for word in ("amount", "amounts", "value", "revenue", "sales")
    ]
    found = [f"{noun.singular} amount", f"{noun.singular} amounts", f"total {noun.singular} amount", f"{noun.singular} value", f"{noun.singular} revenue", "sales amount", "sales value", *REVENUE]  # fmt: skip
    found += [f"total {word}" for word in REVENUE]
    found += [f"{head} value", f"{head} amount"] if head else []
    found += [*named, *(f"total {name}" for name in named)]
    return tuple(dict.fromkeys(found))


def main_measure(measures: Sequence[Measure], noun: Noun) -> Measure | None:
    """The figure that is meant by "the value of an invoice": an amount of money, the total before its parts."""
    money = [m for m in measures if m.unit == "money" and m.additivity != "average"]
    ranked = sorted(money, key=lambda m: _rank(m.said, noun))
    if len(ranked) > 1 and _rank(ranked[0].said, noun) == _rank(ranked[1].said, noun) != _LEAST:
        return None  # the amount requested, or the amount awarded?
    return ranked[0] if ranked and _rank(ranked[0].said, noun) < _SIDE else None


_LEAST, _SIDE = 3.0, 9.0


def _rank(said: Sequence[str], noun: Noun) -> float:
    known = set(said)
    qualified = 0.5 * bool(known - _PLAIN - set(noun.singular.split()))
    if known & {
        "tax",
        "vat",
        "discount",
        "refund",
        "tip",
        "deposit",
        "freight",
        "balance",
        "commission",
        "paid",
        "shipping",
    }:
        return _SIDE
    if "total" in known or "gross" in known:
        return 0.0 + qualified
    return 1.0 + qualified if "amount" in known else 2.0 + qualified if known & {"revenue", "value", "sum"} else _LEAST


def is_amount(measure: Measure) -> bool:
    return measure.additivity == "sum" and measure.unit == "money"


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """The words of one column of figures."""

    base: str
    """Without "total" or "average", and without its table: "amount"."""
    noun: Noun
    others: tuple[Noun, ...]
    unit: str | None
    is_money: bool
    short: str | None
    """The base without its last word, where that only says that it is money: "freight" of a freight charge."""

    @classmethod
    def of(cls, measure: Measure, noun: Noun, nouns: Collection[str]) -> "MeasureWords":
        """`nouns` are those of all tables: what is one of them is no short name of an amount."""
        words = [word for word in measure.said if word not in ("average", "avg") and (word != "sum" or "insured" in measure.said)] or list(measure.said)  # fmt: skip
        own = noun.singular.split()
        if words[: len(own)] == own and len(words) > len(own):
            words = words[len(own) :]
        if len(words) > 1 and words[0] == "total" and words[1:] != ["price"]:
            words = words[1:]
        if len(words) > 1 and words[-1] == "total" and words[-2] != "sub":
            words = words[:-1] if words[-2] not in own else ["total"]
        short = " ".join(words[:-1]) if len(words) > 1 and words[-1] in _AMOUNTS and measure.unit == "money" else None
        if short in (*nouns, "unit", "net", "gross", "sub", "sales", "list", "average", "base") or short in own:
            short = None
        return cls(" ".join(words), noun, also(noun, nouns), measure.in_words, measure.unit == "money", short)

    @property
    def id(self) -> str:
        return identifier(self.base)

    @property
    def base_is_plain(self) -> bool:
        """Whether the first word is no word for any amount of money."""
        return self.base.split()[0] not in _AMOUNTS

    @property
    def full(self) -> str:
        """ "invoice amount"; "treatment cost"."""
        return self.base if self.noun.singular in self.base else f"{self.noun.singular} {self.base}"

    @property
    def _unit(self) -> str:
        return f" ({_UNIT_WORDS.get(self.unit, self.unit)})" if self.unit else ""

    @property
    def sum_label(self) -> str:
        return capital(self.full if "total" in self.base.split() else f"total {self.full}") + self._unit

    @property
    def sum_definition(self) -> str:
        return f"The {self.base} of all {self.noun.plural}, added up{self._unit}."

    @property
    def average_label(self) -> str:
        return f"Average {self.full}" + self._unit

    @property
    def average_definition(self) -> str:
        return f"The {self.base} of one of the {self.noun.plural} on average{self._unit}."

    def _bases(self) -> Iterable[str]:
        """The base as it may be said, with and without its table, one and many."""
        one, many = self.base, plural(self.base)
        if self.base != "total":  # "how many visits in total" asks for no invoice total
            yield from (one, many)
        yield from (self.full, plural(self.full))
        if self.short:
            yield from (self.short, plural(self.short))
        if self.unit in _SPANS and self.base.endswith(" time"):  # "working time" in hours
            yield f"{self.base.removesuffix(' time')} {_UNIT_WORDS.get(self.unit, self.unit)}"
        if self.base.endswith(" count"):  # "guest count" is how many guests
            yield from (many_of(self.base), f"number of {many_of(self.base)}")
        if self.is_money and one not in _AMOUNTS and " " not in one:
            yield from (f"{one} amount", f"{one} amounts")
        first, _, last = self.base.partition(" ")
        if last and " " not in last:
            if first in ("quantity", "amount", "number") and not _is_deed(last):  # "quantity scrap" is scrap
                yield from (last, f"{last} {first}")
            elif _is_deed(last) and self.base_is_plain:  # "hours worked" are hours
                yield from (first, f"{last} {first}")
        for noun in (self.noun, *self.others):
            if noun.singular in self.base:
                continue
            yield from (f"{word} of {which}{noun.plural}" for word in (one, many) for which in ("", "the ", "all "))
            yield from (f"{noun.singular} {one}", f"{noun.singular} {many}", f"{noun.plural} {one}")

    def sums(self, *, is_main: bool, bare: bool) -> tuple[str, ...]:
        bases = list(dict.fromkeys(self._bases()))
        found = [*bases] if bare else []
        found += [f"{base} sold" for base in bases] if {"quantity", "units"} & set(self.base.split()) else []
        found = [
            *found,
            *(f"{word} {base}" for word in _SUMMED for base in bases),
            *(f"sum of {base}" for base in bases),
        ]
        if self.unit:
            unit = _UNIT_WORDS.get(self.unit, self.unit)
            found += [f"total {unit}", f"{unit} of {self.base}"] if unit in ("hours", "minutes", "kg", "km", "miles", "litres", "kwh") else []  # fmt: skip
        if is_main and is_paid(self.noun):
            found += [self.noun.plural, f"total {self.noun.plural}", f"sum of {self.noun.plural}", f"total {self.noun.singular}"]  # fmt: skip
        if is_main:
            one = self.noun.singular
            # Bare words too: "the total value of unpaid invoices" names the invoices elsewhere.
            found += ["value", "total value", "amount", "total amount", "worth", "total worth", "total of", "sum of"]
            found += [f"{one} value", f"{one} amount", f"{one} amounts", f"total {one} value", f"total {one} amount", f"value of {self.noun.plural}", f"amount {_invoiced(one)}", f"{_invoiced(one)} amount", f"total {_invoiced(one)}", f"total amount {_invoiced(one)}", f"money {_invoiced(one)}", f"money was {_invoiced(one)}", f"was {_invoiced(one)}", f"total amount of {self.noun.plural}", f"total value of {self.noun.plural}"]  # fmt: skip
            if set(one.split()) & _RECEIVED:
                found += [f"money {word}" for word in ("did we take", "did we make", "did we get", "did we receive", "did we collect", "did we raise", "we took", "came in", "taken", "received", "raised", "was raised")]  # fmt: skip
                found += ["raise", "raised"] if one.split()[-1] in ("donation", "contribution") else []
            if set(one.split()) & SOLD:
                found += [*REVENUE, *(f"total {word}" for word in REVENUE), f"{one} revenue", f"revenue from {self.noun.plural}", f"revenue of {self.noun.plural}"]  # fmt: skip
        return tuple(dict.fromkeys(found))

    def averages(self, *, is_main: bool, bare: bool) -> tuple[str, ...]:
        one, many, per = (
            self.noun.singular,
            self.noun.plural,
            ("per", "of a", "of an", "for a", "for an", "of each", "for each", "of one"),
        )
        bases = list(dict.fromkeys(self._bases()))
        found = [*(bases if bare else []), *(f"{word} {base}" for word in _MEANS for base in bases)]
        found += [f"average {base} {word} {one}" for base in (self.base, plural(self.base)) for word in per]
        found += [f"{self.base} per {one}", f"mean {self.base} per {one}"]
        if set(self.base.split()) & _LASTING or (self.unit in _SPANS and len(self.base.split()) == 1):
            found += ["how long", f"how long does a {one} take", f"how long do {many} take", f"how long is a {one}", f"how long are {many}", f"how long does a {one} last", f"how long do {many} last"]  # fmt: skip
        if set(self.base.split()) & _PRICES:
            found += [f"how much does a {one} cost", f"how much do {many} cost", f"how much is a {one}"]
        if is_main:
            found += [f"{word} {bare_word}" for word in _MEANS for bare_word in ("value", "amount", "worth")]
            found += [
                f"average {word}" for word in (one, f"{one} value", f"{one} amount", f"{one} total", f"{one} size")
            ]
            found += [f"average value {word} {one}" for word in per] + [f"average amount {word} {one}" for word in per]
            found += [f"average {self.noun.plural} value", f"{one} value on average", f"average value of {self.noun.plural}", f"average amount of {self.noun.plural}"]  # fmt: skip
        return tuple(dict.fromkeys(found))


_DONE = {
    "payment": "paid", "sale": "sold", "purchase": "purchased", "bill": "billed", "donation": "donated", "expense": "spent",
    "booking": "booked", "reservation": "reserved", "rental": "rented", "subscription": "subscribed", "claim": "claimed",
    "refund": "refunded", "transaction": "transacted", "contribution": "contributed", "delivery": "delivered", "bid": "bid",
}  # fmt: skip
"""What is done with money where such a thing is."""


_LASTING = frozenset(["duration", "length", "minutes", "spent", "time"])
_SPANS = frozenset(["std", "min", "minutes", "h", "hours", "days"])
_PRICES = frozenset(["price", "fee", "rate", "fare", "rent"])


def many_of(base: str) -> str:
    """ "guests" of a guest count."""
    return plural(base.removesuffix(" count"))


def _is_deed(word: str) -> bool:
    """ "worked", "made": what was done, and no thing."""
    return word.endswith("ed") or word in (
        "made",
        "sold",
        "sent",
        "paid",
        "spent",
        "lost",
        "driven",
        "run",
        "in",
        "out",
        "used",
    )


def _invoiced(noun: str) -> str:
    """ "invoiced", "ordered", "paid"."""
    last = noun.rsplit(maxsplit=1)[-1]
    return _DONE.get(last, f"{last}{'d' if last.endswith('e') else 'ed'}")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Adjective:
    """What a yes says of a thing: "is active", "has insurance"."""

    words: tuple[str, ...]
    predicate: str
    has: bool = False


def adjective_of(words: Sequence[str]) -> Adjective:
    """ "is_active" → active; "has_insurance" → with insurance; "neutered" → neutered."""
    rest = [word for word in words if word not in ("flag", "ind", "indicator", "yn", "bool")]
    if rest[:1] in (["is"], ["was"], ["can"], ["did"]) and len(rest) > 1:
        return Adjective(tuple(rest[1:]), f"is {' '.join(rest[1:])}")
    if rest[:1] == ["has"] and len(rest) > 1:
        return Adjective(tuple(rest[1:]), f"has {' '.join(rest[1:])}", has=True)
    said = tuple(rest or words)
    return Adjective(said, f"is {' '.join(said)}")


def truth_labels(adjective: Adjective) -> tuple[str, str]:
    """What rows with a yes and rows with a no are called: ("Active", "Not active")."""
    text = " ".join(adjective.words)
    return (f"With {text}", f"Without {text}") if adjective.has else (capital(text), f"Not {text}")


def truth_aliases(adjective: Adjective, labels: tuple[str, str]) -> dict[str, str]:
    """Other names of both: "unpaid" is "Not paid"."""
    text, (yes, no) = " ".join(adjective.words), labels
    if adjective.has:
        having = {
            f"{verb}{article} {text}": yes
            for verb in ("having", "with", "has", "have")
            for article in ("", " a", " an")
        }
        return having | {f"without a {text}": no, f"without an {text}": no, f"no {text}": no, f"without {text}": no, f"having no {text}": no}  # fmt: skip
    negative = _NEGATIVE.get(text) or f"un{text}"
    names = {negative: no, f"non {text}": no, f"not yet {text}": no, f"never {text}": no, f"already {text}": yes, f"n't {text}": no}  # fmt: skip
    return names | ({"open": no, "outstanding": no} if text == "paid" else {})
