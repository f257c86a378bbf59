"""Values of the data that a question names, as conditions on their dimensions."""

from itertools import pairwise

from storage.metrics.query import Filter
from tools.language.annotation import Meaning, Span, SpanKind
from tools.language.text import normalize
from tools.language.values import Value
from tools.query.sentence import GAP, Sentence
from tools.query.slots import Unclear, Unsupported
from tools.query.vocabulary import APART, AUXILIARIES, BUYING, DETERMINERS, JOINTS, LEAVING, OUT, PARTS_OF_A_RANGE
from tools.query.weekdays import is_an_occasion

_OUTLETS = frozenset(
    ["shops", "stores", "branches", "branch", "location", "outlets", "locations", "sites", "shop", "store"]
)
_EXCEPT = frozenset("except excluding without besides excepted excluded minus".split())
_HELD = frozenset(["vs", "versus", "v", "against"])
_HELD_REACH = 3
_OTHERS_REACH = 4
_PEOPLE = frozenset(["anyone", "anybody", "everyone", "everybody", "people", "those", "anything", "everything"])
_PEOPLE_OF = 4
"""How many words may stand between "excluding" and the value, where it is said of people."""
_OBLIGING = frozenset("must should has have needs need to can be please all both".split())
MOST_MEANT = 3
"""Products that may be told apart by asking; of more, all are meant."""
SHORTEST_PART = 3
"""Letters below which a part of a name would be found inside other words: "at" of "AT&T" in "table"."""


def take_qualifiers(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """ "the Beverages category", "customer Ernst Handel": the noun only says what kind of value it is."""
    for i, span in enumerate(s.spans):
        if not span.ids(Meaning.DIMENSION):
            continue
        for step in (-1, 1):
            j = i + step
            if not 0 <= j < len(s.spans) or s.spans[j].kind is not SpanKind.VALUE:
                continue
            value = s.spans[j]
            gap = max(value.start - span.end, span.start - value.end)
            of = step == 1 and gap == 1 and s.is_followed_by(i, "of") and not s.is_plural(span)
            if (gap == 0 or of) and {v.dimension for v in value.values} & set(span.ids(Meaning.DIMENSION)):
                if s.cue_before(i, "grouping") is not None and step == 1:
                    continue
                roles[i] = None
                s.slots.used.add(i)


def take_ways_of_shipping(s: Sentence) -> None:
    """ "same day shipping orders": the method's own noun, and no charge."""
    figures = sum(bool(span.ids(Meaning.METRIC)) for span in s.spans)
    if figures < 2 and not s.is_implied():  # noqa: PLR2004 — the shipping and what is asked of it
        return  # "United Package freight"
    for i, span in enumerate(s.spans):
        before = s.spans[i - 1] if i else None
        if before is None or before.end != span.start or "shipping" not in span.ids(Meaning.METRIC):
            continue
        if any(value.dimension == "ship_method" for value in before.values):
            s.slots.used.add(i)


def take_values(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    grouped = {
        d for i, span in enumerate(s.spans) if roles.get(i) is Meaning.DIMENSION for d in span.ids(Meaning.DIMENSION)
    }
    kept: dict[str, list[str]] = {}
    dropped: dict[str, list[str]] = {}
    parts: dict[Filter, list[str]] = {}
    _refuse_uneven_comparison(s)
    excluded = _negated(s) | _left_out(s, roles) | _others_than(s)
    linked: dict[int, tuple[str, list[str]]] = {}
    for i, span in enumerate(s.spans):
        if span.kind is not SpanKind.VALUE:
            continue
        s.slots.used.add(i)
        if is_an_occasion(s, span):
            continue
        if s.is_replaced(span) and i not in excluded:
            s.slots.replaced += [(value.dimension, value.text) for value in span.values]
            continue  # "now Spain instead of France"
        dimension, values = _link(s, i, span, grouped)
        linked[i] = dimension, values
        if i not in excluded:
            _refuse_other_meanings(s, span, dimension, values)
        if dimension == "product" and len(values) == 1 and not span.whole:
            _refuse_one_for_several(s, i, values[0])
        if span.corrected_from:
            s.slots.corrections[span.corrected_from] = values[0]
        elif not span.whole and len(values) == 1:
            said = s.annotation.said(span.start, span.end)
            s.slots.corrections |= {said: values[0]} if normalize(said) != normalize(values[0]) else {}
        if not span.whole and len(values) > 1 and i not in excluded:
            _refuse_unclear_name(s, span, values)
            said = s.annotation.said(span.start, span.end)
            part = _part_of_name(s, span, dimension, values)
            parts[part] = values
            s.slots.filters.append(part)
            label = s.model.dimensions[dimension].label.lower()
            s.slots.notes.append(f"“{said}” was read as every {label} whose name contains it ({len(values)} of them).")
        else:
            (dropped if i in excluded else kept).setdefault(dimension, []).extend(values)
    _refuse_pairs(s, kept)
    _refuse_kinds_held_together(s, linked)
    _refuse_one_within_another(s, linked, excluded)
    _refuse_part_beside_a_range(s, linked)
    _drop_what_it_is(s, linked, kept)
    _drop_what_is_included(s, kept)
    for dimension, values in kept.items():
        unique = tuple(dict.fromkeys(values))
        s.slots.filters.append(Filter(dimension=dimension, operator="eq" if len(unique) == 1 else "in", values=unique))
    _merge_parts(s, parts)
    _leave_out(s, kept, dropped)


def _leave_out(s: Sentence, kept: dict[str, list[str]], dropped: dict[str, list[str]]) -> None:
    for dimension, values in dropped.items():
        if dimension in kept:
            # "the shop only, not the web": what is named leaves out the rest anyway; "helmets except the kids' ones" has both.
            if not set(values) & set(kept[dimension]) and s.words & _EXCEPT:
                raise Unsupported("I cannot leave a thing out of another of its kind yet.")
            continue
        unique = tuple(dict.fromkeys(values))
        operator = "ne" if len(unique) == 1 else "not_in"
        s.slots.filters.append(Filter(dimension=dimension, operator=operator, values=unique))


def _refuse_pairs(s: Sentence, kept: dict[str, list[str]]) -> None:
    """ "Lighting in Germany and Garden in France": two pairs, of which a list for each kind of thing makes four."""
    several = {dimension for dimension, values in kept.items() if len(set(values)) > 1}
    if len(several) < 2:  # noqa: PLR2004 — kinds of things
        return
    order = [d for span in s.spans for d in {value.dimension for value in span.values} & several]
    if len(order) == 4 and order[:2] == order[2:] and order[0] != order[1]:  # noqa: PLR2004 — two pairs
        raise Unsupported("I can add up things of one kind, not yet one pair of things or another.")


def _drop_what_is_included(s: Sentence, kept: dict[str, list[str]]) -> None:
    """ "all things, web too": nothing is left out. "both shops and the web": of shops that bear other names only the
    owner can tell which are meant. Raises Unclear."""
    for span in s.spans:
        if not any(value.dimension == "channel" for value in span.values) or "channel" not in kept:
            continue
        after = s.annotation.tokens[span.end].norm if span.end < len(s.annotation.tokens) else ""
        if after in ("too", "included") and s.words & {"all", "everything", "altogether"}:
            kept.pop("channel")
            return
        before = [token for token in s.annotation.tokens[: span.start] if token.norm not in DETERMINERS]
        named = {at for other in s.spans if other.values for at in range(other.start, other.end)}
        joined = len(before) > 1 and before[-1].norm in ("and", "&", "plus", "+") and before[-2].norm in _OUTLETS
        at = s.annotation.tokens.index(before[-2]) if joined else -1
        if joined and any(
            other.start <= at < other.end and "channel" in other.ids(Meaning.DIMENSION) for other in s.spans
        ):
            kept.pop("channel")  # "every branch and the web shop": a row for each
            return
        if joined and at not in named and s.words & APART:
            s.slots.used |= {j for j, other in enumerate(s.spans) if other.number and other.end == at}
            kept.pop("channel")
            s.slots.groups.append("channel")  # "the two shops and the web, separately": each of all
            return
        if joined and at not in named:
            raise Unclear(f"Which do you mean by “{before[-2].text}”? You can leave it out to count all of them.")


def _merge_parts(s: Sentence, parts: dict[Filter, list[str]]) -> None:
    """ "stoneware things, so with stoneware in the name": the same part, said twice. "Mugs and bowls": what has one of
    two parts in its name, or is named in full beside one."""
    s.slots.filters[:] = list(dict.fromkeys(s.slots.filters))
    s.slots.notes[:] = list(dict.fromkeys(s.slots.notes))
    for dimension in {part.dimension for part in parts}:
        same = [item for item in s.slots.filters if item.dimension == dimension]
        if len(same) < 2 or any(item.operator not in ("eq", "in", "contains") for item in same):  # noqa: PLR2004 — a pair
            continue
        label = s.model.dimensions[dimension].label.lower()
        if s.words & BUYING and s.words & {"customers", "who", "people"}:
            raise Unsupported(
                f"I can tell who bought one {label} and another by their full names, not by parts of them."
            )
        if s.words & {"vs", "versus", "against", "than", "compare", "compared", "name", "names"}:
            raise Unsupported(f"I can look at one part of a {label}'s name at a time, not hold two against each other.")
        named = dict.fromkeys(str(text) for item in same for text in parts.get(item, item.values))
        kept = Filter(dimension=dimension, operator="in", values=tuple(named))
        s.slots.filters[:] = [*(item for item in s.slots.filters if item not in same), kept]


def _refuse_other_meanings(s: Sentence, span: Span, dimension: str, values: list[str]) -> None:
    """ "how was Tuesday": the last one, or all of them."""
    if dimension == "weekday" and s.word_before(s.spans.index(span)) in ("was", "were"):
        options = (
            ("the last one", s.rephrase(span, f"last {values[0]}")),
            ("all of them", s.rephrase(span, f"each {values[0]}")),
        )
        raise Unclear(f"Last {values[0]}, or every {values[0]}?", options)
    if dimension == "customer":
        _refuse_everyday_word(s, span, values)


def _refuse_one_for_several(s: Sentence, i: int, product: str) -> None:
    """ "meat products": a kind of goods, of which a part of one product's name is no more than a coincidence."""
    span, after = s.spans[i], s.spans[i + 1] if i + 1 < len(s.spans) else None
    if (
        after is None
        or after.start != span.end
        or "product" not in after.ids(Meaning.DIMENSION)
        or not s.is_plural(after)
    ):
        return
    said = s.annotation.said(span.start, after.end)
    whole = f"{s.annotation.text[: s.annotation.tokens[span.start].start]}{product}{s.annotation.text[s.annotation.tokens[after.end - 1].end :]}"
    raise Unclear(f"Which do you mean by “{said}”? I found {product}.", ((product, whole),))


def _refuse_everyday_word(s: Sentence, span: Span, values: list[str]) -> None:
    """ "cheese sales": goods are meant sooner than a customer called The Big Cheese. A person's name is no such word, and
    neither is one that the question says is a customer's, nor are several words of a name."""
    everyday = {*range(span.start, span.end)} <= s.annotation.everyday
    told = s.words & (BUYING | {"customer", "client", "account", "name", "names", "owe", "owes"})
    if span.whole or span.corrected_from or not everyday or told or span.end - span.start > 1:
        return
    said = s.annotation.said(span.start, span.end)
    options = tuple((text, s.rephrase(span, f'"{text}"')) for text in values[:6])
    raise Unclear(f"Do you mean the customer {values[0]} by “{said}”?", options)


def _refuse_unclear_name(s: Sentence, span: Span, values: list[str]) -> None:
    """ "Sir Rodney's 1997?": a name that two products share a part of; "anything with Rodney in the name" is clear."""
    tokens = s.annotation.tokens[span.start : span.end]
    proper = span.start > 0 and all(token.text[:1].isupper() for token in tokens)
    several = bool(
        s.words
        & {"all", "any", "anything", "everything", "things", "products", "items", "name", "names", "range", "each"}
    )
    plural = s.is_plural(span) or any(token.norm != token.lemma for token in tokens)  # "baskets of seagrass"
    if len(values) <= MOST_MEANT and (proper or len(tokens) > 1) and not several and not plural:
        said = s.annotation.said(span.start, span.end)
        options = tuple((text, s.rephrase(span, f'"{text}"')) for text in values)
        raise Unclear(f"Several match “{said}”. Which do you mean?", options)


def _part_of_name(s: Sentence, span: Span, dimension: str, values: list[str]) -> Filter:
    """ "mugs" stands in no name where all say "Mug": the form that every name holds is looked for."""
    tokens = s.annotation.tokens[span.start : span.end]
    forms = (" ".join(token.norm for token in tokens), " ".join(token.lemma for token in tokens))
    long_enough = (form for form in forms if len(form) >= SHORTEST_PART)
    held = next((form for form in long_enough if all(form in normalize(value) for value in values)), None)
    if held is None:
        return Filter(dimension=dimension, operator="in", values=tuple(values))
    return Filter(dimension=dimension, operator="contains", values=(held,))


def _refuse_uneven_comparison(s: Sentence) -> None:
    """ "does Los Angeles make more than the South": two kinds of things are no two rows of one table."""
    than = next((at for at, token in enumerate(s.annotation.tokens) if token.norm == "than"), None)
    if than is None or not s.cue_anywhere("more_or_less", "change", "more_than", "less_than"):
        return
    before = [span for span in s.spans if span.values and span.end <= than][-1:]
    after = [span for span in s.spans if span.values and span.start > than][:1]
    for one, other in zip(before, after, strict=False):
        kinds = [{value.dimension for value in span.values} for span in (one, other)]
        if not kinds[0] & kinds[1]:
            raise Unsupported("I can hold things of one kind against each other, not yet things of two kinds.")


def _refuse_kinds_held_together(s: Sentence, linked: dict[int, tuple[str, list[str]]]) -> None:
    """ "New York City vs New York state": of two kinds of things both would be asked of every row."""
    for i, j in pairwise(linked):
        one, other = s.spans[i], s.spans[j]
        between = [token.norm for token in s.annotation.tokens[one.end : other.start]]
        kinds = {linked[i][0], linked[j][0]}
        # Of a group and one of its kind it is asked which is meant.
        grouped = any(groups and groups.of in kinds for groups in (s.model.dimensions[kind].groups for kind in kinds))
        if len(between) <= _HELD_REACH and _HELD & set(between) and len(kinds) > 1 and not grouped:
            raise Unsupported("I can hold things of one kind against each other, not yet things of two kinds.")


def _refuse_one_within_another(s: Sentence, linked: dict[int, tuple[str, list[str]]], excluded: set[int]) -> None:
    """ "kids helmets": of two parts of the range, one right behind the other, nothing can be both, and a list has marks."""
    of_a_range = [i for i, (kind, _) in linked.items() if kind in PARTS_OF_A_RANGE]
    for i, j in pairwise(of_a_range):
        alike = linked[i][0] == linked[j][0] or i in excluded  # "without the rental bikes"
        if _goes_on(s, i, j, linked):
            continue
        if alike and linked[i] != linked[j] and s.spans[i].end == s.spans[j].start:
            said = s.annotation.said(s.spans[i].start, s.spans[j].end)
            raise Unclear(f"Do you mean both by “{said}”, or one of the two?")


def _goes_on(s: Sentence, i: int, j: int, linked: dict[int, tuple[str, list[str]]]) -> bool:
    """ "pastries cakes and bread": of a list nobody wrote the marks."""
    order = [None, *linked, None]
    for one, other in ((i, order[order.index(i) - 1]), (j, order[order.index(j) + 1])):
        if other is None or linked[other][0] != linked[one][0]:
            continue
        first, last = sorted((s.spans[one], s.spans[other]), key=lambda span: span.start)
        between = {token.norm for token in s.annotation.tokens[first.end : last.start]}
        if between <= {"and", "&", "+", ","} | DETERMINERS:
            return True
    return False


def _refuse_part_beside_a_range(s: Sentence, linked: dict[int, tuple[str, list[str]]]) -> None:
    """ "chocolates and sweets": of a product and a part of the range that are added up, neither narrows the other."""
    for i, j in pairwise(linked):
        kinds = {linked[i][0], linked[j][0]}
        between = [token.norm for token in s.annotation.tokens[s.spans[i].end : s.spans[j].start]]
        added = [word for word in between if word not in DETERMINERS] in (["and"], ["&"], ["+"], ["plus"], ["or"])
        if added and "product" in kinds and kinds & {*PARTS_OF_A_RANGE}:
            raise Unsupported("I can add up things of one kind, not yet things of two kinds.")


def _drop_what_it_is(s: Sentence, linked: dict[int, tuple[str, list[str]]], kept: dict[str, list[str]]) -> None:
    """ "cargo bikes" are the one product called so: the noun behind it says what it is, and narrows nothing."""
    for i, j in pairwise(linked):
        (thing, products), (kind, _) = linked[i], linked[j]
        described = thing == "product" and kind in PARTS_OF_A_RANGE and s.spans[i].end == s.spans[j].start
        if described and len(products) == 1 and len(kept.get(kind, ())) == 1:
            kept.pop(kind)


def _negated(s: Sentence) -> set[int]:
    """The values behind a negation, all of a list: "without Germany and France"."""
    found: set[int] = set()
    negated = False
    kinds: set[str] = set()
    for i, span in enumerate(s.spans):
        if span.kind is SpanKind.VALUE:
            of_a_kind = not kinds or bool(kinds & {value.dimension for value in span.values})
            negated = negated and of_a_kind  # "except Ireland, online sales"
            found |= {i} if negated else set()
            kinds = {value.dimension for value in span.values} if negated else set()
        elif span.is_cue("negation") or _means_except(s, i):
            kinds = set()  # "without the web and without Lighting"
            following = s.near(i, 1, _PEOPLE_OF if _is_of_people(s, i) else GAP)
            while following is not None and s.spans[following].kind is SpanKind.TERM and following in s.slots.used:
                following = s.near(following, 1)
            if s.is_said(i, "without", "excluding") and _is_named_before(s, i, found):
                s.slots.used.add(i)
            negated = following is not None and s.spans[following].kind is SpanKind.VALUE
            if negated:
                s.slots.used.add(i)
        elif i not in s.slots.used and not span.is_cue("follow_up"):
            negated = False
    return found


def _is_of_people(s: Sentence, i: int) -> bool:
    """ "excluding anyone in the Home Office segment", "without the people from Cork"."""
    behind = [token.norm for token in s.annotation.tokens[s.spans[i].end : s.spans[i].end + 2]]
    return bool({*behind} & _PEOPLE)


def _is_named_before(s: Sentence, i: int, found: set[int]) -> bool:
    """ "leave out Garden, and give me the sales without it": what was left out before."""
    return bool(found) and any(s.is_followed_by(i, word) for word in ("it", "them", "that", "those", "these"))


def _means_except(s: Sentence, i: int) -> bool:
    """The "but" of "all the other countries but Germany"."""
    return s.is_said(i, "but") and bool({"all", "other", "every", "any"} & set(s.words_before(i, 4)))


def _others_than(s: Sentence) -> set[int]:
    """ "every other country than the UK", "sold to others than Ernst Handel": the values behind "than"."""
    tokens = [token.norm for token in s.annotation.tokens]
    for at, word in enumerate(tokens):
        if word != "than" or not {"other", "others", "another", "else"} & set(tokens[max(0, at - _OTHERS_REACH) : at]):
            continue
        listed: set[int] = set()
        place = at + 1
        for i, span in enumerate(s.spans):
            if span.values and span.start >= place and set(tokens[place : span.start]) <= JOINTS | DETERMINERS:
                listed.add(i)
                place = span.end
        if listed:
            return listed
    return set()


def _left_out(s: Sentence, roles: dict[int, Meaning | None]) -> set[int]:
    """ "if you leave Ireland out", "take Ireland and Spain away": the values between the two words."""
    tokens = [token.norm for token in s.annotation.tokens]
    aside = {i for i, span in enumerate(s.spans) if span.values and _is_put_aside(s, span, tokens)}
    begins = next((at for at, word in enumerate(tokens) if word in LEAVING), None)
    ends = next((at for at in range(len(tokens) - 1, -1, -1) if tokens[at] in OUT), None)
    if begins is None or ends is None or ends < begins or aside:
        return aside
    between = {i for i, span in enumerate(s.spans) if begins < span.start and span.end <= ends}
    # "leave Ireland out" holds nothing but what is left out
    kinds = {value.dimension for i in between for value in s.spans[i].values}
    named = (
        s.spans[i].values
        or s.spans[i].is_cue("follow_up")
        or i in s.slots.used
        or kinds & set(s.spans[i].ids(Meaning.DIMENSION))
        for i in between
    )
    if not all(named):
        return aside
    nouns = {i for i in between if not s.spans[i].values and kinds & set(s.spans[i].ids(Meaning.DIMENSION))}
    s.slots.used |= nouns  # "leave the states of California and New York out"
    roles.update(dict.fromkeys(nouns))
    return between - nouns


def _kinds_beside(s: Sentence, i: int) -> set[str]:
    """ "California and Washington": what is listed with a state is one."""
    kinds: set[str] = set()
    for step in (-1, 1):
        j = s.near(i, step, 1)
        if j is not None and s.spans[j].is_cue("follow_up"):
            j = s.near(j, step, 0)
        if j is None or s.spans[j].kind is not SpanKind.VALUE:
            continue
        first, last = sorted((s.spans[i], s.spans[j]), key=lambda span: span.start)
        between = [token.norm for token in s.annotation.tokens[first.end : last.start]]
        found = {value.dimension for value in s.spans[j].values}
        if between and set(between) <= JOINTS and len(found) == 1:
            kinds |= found
    return kinds


def _is_put_aside(s: Sentence, span: Span, tokens: list[str]) -> bool:
    """ "Ireland aside", "Ireland not counted", "the trade customers are left out"."""
    place = span.end
    while tokens[place : place + 1] and tokens[place] in AUXILIARIES | _OBLIGING:
        place += 1
    after = tokens[place : place + 2]
    if after[:1] not in (["aside"], ["excepted"], ["excluded"]) and after not in (
        ["not", "counted"],
        ["not", "included"],
        ["left", "out"],
        ["left", "aside"],
        ["kept", "out"],
        ["taken", "out"],
    ):
        return False
    s.slots.used |= {i for i, other in enumerate(s.spans) if other.is_cue("negation") and other.start == place}
    s.slots.understood |= {place, place + 1}
    return True


def _is_who_sells(s: Sentence, span: Span, by_dimension: dict[str, list[Value]]) -> bool:
    """ "how many orders did Kwame take": of people who have a name in common, the one who sells is called by it, unless
    the question is about buying."""
    people = by_dimension.keys() <= {"salesperson", "customer"}
    alone = len({value.text for value in by_dimension.get("salesperson", ())}) == 1 and span.end - span.start == 1
    return people and alone and not s.words & (BUYING - {"orders"} | {"customer", "customers", "client", "clients"})


def _link(s: Sentence, i: int, span: Span, grouped: set[str]) -> tuple[str, list[str]]:
    """The one dimension a value span is about. Raises Unclear where it could be several."""
    by_dimension: dict[str, list[Value]] = {}
    for value in span.values:
        by_dimension.setdefault(value.dimension, []).append(value)
    hinted = {
        d
        for j in (i - 1, i + 1)
        if 0 <= j < len(s.spans) and j in s.slots.used
        for d in s.spans[j].ids(Meaning.DIMENSION)
    } & by_dimension.keys()
    if hinted:
        by_dimension = {d: by_dimension[d] for d in hinted}
    if len(by_dimension) > 1:
        joined = _kinds_beside(s, i) & by_dimension.keys()
        by_dimension = {d: by_dimension[d] for d in joined} or by_dimension
    if len(by_dimension) > 1:
        by_dimension = {d: v for d, v in by_dimension.items() if d not in grouped} or by_dimension
    if {"category", "subcategory"} == by_dimension.keys() and span.whole:
        by_dimension.pop("subcategory")  # "Nutrition" of both: the whole of it
        label = s.model.dimensions["category"].label.lower()
        s.slots.notes.append(f"“{s.annotation.said(span.start, span.end)}” was read as the {label} of that name.")
    if len(by_dimension) > 1 and not span.whole:
        if _is_who_sells(s, span, by_dimension):
            by_dimension = {"salesperson": by_dimension["salesperson"]}
        whole_named = {d: v for d, v in by_dimension.items() if d in ("product", "customer")}
        # "meat sales": the one Boston Crab Meat, or all of Meat/Poultry? Of several products the name says what they share.
        of_a_range = bool(by_dimension.keys() & {*PARTS_OF_A_RANGE}) and len(by_dimension.get("product", ())) == 1
        by_dimension = whole_named if len(whole_named) == 1 and not of_a_range else by_dimension
    if len(by_dimension) > 1:
        said = s.annotation.said(span.start, span.end)
        options = tuple(
            (f"{v[0].text} ({s.model.dimensions[d].label.lower()})", s.rephrase(span, f"{s.model.dimensions[d].label.lower()} {v[0].text}"))
            for d, v in by_dimension.items()
        )  # fmt: skip
        raise Unclear(f"“{said}” can mean more than one thing. Which do you mean?", options)
    dimension, values = next(iter(by_dimension.items()))
    texts = list(dict.fromkeys(value.text for value in values))
    of_a_name = dimension == "product" or bool(s.words & {"name", "names"})  # "customers with Bakery in the name"
    if len(texts) > 1 and (span.whole or not of_a_name):
        folded = {text.casefold() for text in texts}
        if span.whole and len(folded) == 1:
            return dimension, texts
        options = tuple((text, s.rephrase(span, f'"{text}"')) for text in texts[:6])
        raise Unclear(f"Several match “{s.annotation.said(span.start, span.end)}”. Which do you mean?", options)
    return dimension, texts
