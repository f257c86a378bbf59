"""Names that are said in several words of which some mean something by themselves: "save-a-lot", "Seven Seas"."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tools.language.annotation import Span, SpanKind
from tools.language.text import Token, spelt
from tools.language.values import Value, ValueIndex

MOST_PARTIAL_VALUES = 60
_LONGEST = 6
"""Words of a name that are looked for together."""
_MOST_UNKNOWN = 30
"""Unknown words of one question around which names are looked for."""
_MOST_SPANS = 60
"""Of a question with more, nobody asks for things that share a noun."""
_MOST_ALIKE = 5
"""Values that a number or a known word may be a part of the name of: of more, it is rather what it always is."""
_LONGEST_NAME = 64
_ARTICLES = frozenset(["the", "a", "an", "our", "my"])
_WITHIN = frozenset(["the", "of", "in", "with", ":"])
"""What may stand between two parts of one name."""
_JOINTS = frozenset(["and", "or", "vs", "v", "versus", "against", "than", "plus", "+", "&", "/", ",", ";"])
_OPENING = frozenset([",", ":", "-", "–", "—", "(", "the", "in", "of"])
"""What may stand between a noun and the first of its members."""
_BESIDE = frozenset(["the", "a", "an", "one", "ones", "both", "cm", "l", "g", "kg", "ml"])
_SIZES = {"big": "large", "little": "small", "tiny": "small"}
"""How a size is called that names tell in another word."""
_ALL_SIZES = frozenset([*_SIZES, *_SIZES.values(), "medium", "mini", "xl"])
_GIVING_WAY = (SpanKind.NUMBER, SpanKind.VALUE, SpanKind.TERM)


def joined_parts(
    tokens: tuple[Token, ...], unknown: list[int], values: ValueIndex, known: list[Span]
) -> Iterator[Span]:
    """The longest runs of words around an unknown one, everyday words and numbers among them, that stand so in names."""
    kinds = {i: span for span in known for i in range(span.start, span.end)}
    stops, last = frozenset(unknown), 0
    around = {
        i for at in unknown[:_MOST_UNKNOWN] for i in range(max(0, at - _LONGEST), min(len(tokens), at + _LONGEST))
    }
    held = {i for i in around if values.holds(tokens[i].lemma)}
    for at in [at for at in unknown[:_MOST_UNKNOWN] if at in held]:
        pieces = (
            range(first, stop)
            for length in range(_LONGEST, 1, -1)
            for first in range(max(last, at - length + 1), at + 1)
            if (stop := first + length) <= len(tokens)
        )
        for piece in pieces:
            if at < last or not held.issuperset(piece) or stops.issuperset(piece):
                continue
            edges = {tokens[piece[0]].norm, tokens[piece[-1]].norm}
            if edges & (_JOINTS | _ARTICLES | _WITHIN) or not _may_be_one_name(piece, kinds):
                continue
            found = values.part(tuple(tokens[i].lemma for i in piece), most=MOST_PARTIAL_VALUES + 1)
            if found and len(found) <= (_MOST_ALIKE if kinds.keys() & set(piece) else MOST_PARTIAL_VALUES):
                yield Span(SpanKind.VALUE, piece.start, piece.stop, values=found, whole=False)
                last = piece.stop
                break


def _may_be_one_name(piece: range, kinds: dict[int, Span]) -> bool:
    """Whether none of its words is one of a period's, or of what reaches beyond it."""
    inside = [span for i in piece if (span := kinds.get(i)) is not None]
    return all(span.kind in _GIVING_WAY and piece.start <= span.start and span.end <= piece.stop for span in inside)


def lies_within(span: Span, others: Iterable[Span]) -> bool:
    return any(other.start <= span.start and span.end <= other.end for other in others)


def narrowed(tokens: tuple[Token, ...], spans: list[Span], unknown: list[int]) -> list[Span]:
    """ "bankers box drawer steel", "baskets of seagrass": of two parts of a name, one behind the other, what has both is
    meant."""
    found: list[Span] = []
    covered = {i for span in spans for i in range(span.start, span.end)}
    free = {i for i in unknown if i not in covered}
    for one in sorted(spans, key=lambda one: one.start):
        span = _with_words_beside(tokens, one, free) if _is_part(one) else one
        before = found[-1] if found else None
        if before is not None and _is_part(before) and _is_part(span) and _go_together(tokens, before, span):
            common = tuple(value for value in before.values if value in span.values)
            if common:
                found[-1] = Span(SpanKind.VALUE, before.start, span.end, values=common, whole=False)
                continue
        found.append(span)
    return found


def _with_words_beside(tokens: tuple[Token, ...], span: Span, free: set[int]) -> Span:
    """ "slate throw": a word right beside a part of a name, which means nothing else and stands in that name too."""
    for at in (span.start - 1, span.end):
        values = _holding(tokens[at].lemma, span.values) if at in free and len(tokens[at].norm) > 1 else ()
        if values:
            span = replace(span, start=min(span.start, at), end=max(span.end, at + 1), values=values)
    return span


def _holding(lemma: str, values: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(value for value in values if lemma in spelt(value.text, _LONGEST_NAME)[1])


def _is_part(span: Span) -> bool:
    return span.kind is SpanKind.VALUE and not span.whole and span.corrected_from is None


def _go_together(tokens: tuple[Token, ...], first: Span, second: Span) -> bool:
    between = [token.norm for token in tokens[first.end : second.start]]
    heads = all(token.norm in _ARTICLES for token in tokens[: first.start])
    plural = tokens[first.end - 1].norm != tokens[first.end - 1].lemma
    return set(between) <= (_WITHIN | {","} if heads and plural else _WITHIN)


def continued(tokens: tuple[Token, ...], spans: list[Span], values: ValueIndex) -> list[Span]:
    """ "pots 20 and 30", "picture frames A4 and the A3": what is listed behind a name begins as that name does."""
    found = sorted(spans, key=lambda span: span.start)
    if len(spans) > _MOST_SPANS:
        return found
    for span in [span for span in found if span.values and span.end - span.start > 1]:
        last = span
        while (following := _alike(tokens, found, span, last.end, values)) is not None:
            found = [other for other in found if not lies_within(other, [following])] + [following]
            last = following
    return sorted(found, key=lambda span: span.start)


def _alike(tokens: tuple[Token, ...], spans: list[Span], span: Span, at: int, values: ValueIndex) -> Span | None:
    place = at
    while place < len(tokens) and tokens[place].norm in _JOINTS | _BESIDE:
        place += 1
    joined = any(token.norm in _JOINTS for token in tokens[at:place])
    taken = any(one.start <= place < one.end and one.kind is not SpanKind.NUMBER for one in spans)
    if not joined or taken or place == len(tokens):
        return None
    lead = tuple(token.lemma for token in tokens[span.start : span.end - 1])
    named = values.part((*lead, tokens[place].lemma), most=_MOST_ALIKE)
    kinds = {value.dimension for value in span.values}
    if len(named) != 1 or named[0].dimension not in kinds or named[0] in span.values:
        return None
    return Span(SpanKind.VALUE, place, place + 1, values=named, whole=False)


# ── things that share a noun ─────────────────────────────────────────────────────────────────────────────────


def told_apart(tokens: tuple[Token, ...], spans: list[Span], unknown: list[int]) -> list[Span]:
    """ "throws: heather and slate", "oat or moss mugs", "picture frames A4 and A3": each that is listed beside the noun
    they share is one of its kind, and the noun itself narrows nothing."""
    found = list(spans)
    if len(spans) > _MOST_SPANS:
        return found
    for group in [span for span in spans if _is_part(span) and len(span.values) > 1]:
        members = _listed(tokens, found, group, unknown)
        if members or _is_told_elsewhere(tokens, found, group):
            found = [span for span in found if span is not group and not lies_within(span, members)]
            found += [*members, *_noun(group, members)]
    return sorted(found, key=lambda span: span.start)


def _is_told_elsewhere(tokens: tuple[Token, ...], spans: list[Span], group: Span) -> bool:
    """ "the mugs in 2025, oat vs moss": parts of names that only some of the group have, not added to it by a joint."""
    some = [span for span in spans if _is_part(span) and set(span.values) < set(group.values)]
    noun = tokens[group.end - 1].lemma
    if any(tokens[at].lemma == noun for span in some for at in range(span.start, span.end)):
        return False  # "Crête, Crête Lady": each by its whole name
    if any(other.is_cue("negation") and 0 <= span.start - other.end <= 1 for other in spans for span in some):
        return False  # "candles excluding gift sets": less than the group
    return bool(some) and not any(
        tokens[at].norm in _JOINTS - {","}
        for span in some
        for at in (span.start - 1, span.end)
        if at in (group.start - 1, group.end)
    )


def _noun(group: Span, members: list[Span]) -> Iterator[Span]:
    """What the noun is once its members are told: known, and nothing more."""
    if not lies_within(group, members):
        yield Span(SpanKind.TERM, group.start, group.end)


def _listed(tokens: tuple[Token, ...], spans: list[Span], group: Span, unknown: list[int]) -> list[Span]:
    free = _free(tokens, spans, group, unknown)
    after = _run(tokens, group, free, range(group.end, len(tokens)))
    before = _run(tokens, group, free, range(group.start - 1, -1, -1))
    chosen = max((after, before), key=len)
    values = {value for span in chosen for value in span.values}
    if not chosen or len(values) < len(chosen):
        return []
    if len(chosen) == 1 and not (_touches(tokens, chosen[0], group) or _is_one_of_them(tokens, chosen[0])):
        return []
    if len(chosen) == 1:
        only = chosen[0]
        start, end = min(only.start, group.start), max(only.end, group.end)
        return [Span(SpanKind.VALUE, start, end, values=only.values, whole=False)]
    return sorted(chosen, key=lambda span: span.start)


def _touches(tokens: tuple[Token, ...], member: Span, group: Span) -> bool:
    """ "big lanterns"; a size beside a word that is no noun in the plural may be said of something else."""
    last = tokens[group.end - 1]
    plural = last.norm != last.lemma or tokens[member.start].norm not in _ALL_SIZES
    return plural and (member.end == group.start or group.end == member.start)


def _is_one_of_them(tokens: tuple[Token, ...], member: Span) -> bool:
    """ "the lanterns, the small ones"."""
    return member.end < len(tokens) and tokens[member.end].norm in ("one", "ones", "only")


def _free(tokens: tuple[Token, ...], spans: list[Span], group: Span, unknown: list[int]) -> frozenset[int]:
    """Words that may tell one of the group from another: those that mean nothing else, sizes, numbers, other parts of
    names."""
    taken = {i for span in spans for i in range(span.start, span.end)}
    others = [span for span in spans if span is not group and (span.kind is SpanKind.NUMBER or _is_part(span))]
    sizes = {i for i, token in enumerate(tokens) if token.norm in _ALL_SIZES}
    return frozenset((({*unknown} | sizes) - taken) | {i for span in others for i in range(span.start, span.end)})


def _run(tokens: tuple[Token, ...], group: Span, free: frozenset[int], places: range) -> list[Span]:
    """The members that are listed on one side of the noun, with nothing but joints between them."""
    members: list[Span] = []
    joined = True
    for i in places:
        found = _named(tokens[i], group) if i in free else ()
        if found and joined:
            members.append(Span(SpanKind.VALUE, i, i + 1, values=found, whole=False))
            joined = False
        elif tokens[i].norm in _JOINTS or (not members and tokens[i].norm in _OPENING):
            joined = True
        elif tokens[i].norm not in _BESIDE:
            break
    return members


def _named(token: Token, group: Span) -> tuple[Value, ...]:
    """Those of a group that a word tells from the others."""
    found = _holding(_SIZES.get(token.lemma, token.lemma), group.values)
    return found if 0 < len(found) < len(group.values) else ()
