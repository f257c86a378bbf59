"""An owner's words → which events are meant: of what kind, of what, and when. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from storage.models.commerce import Product
from storage.repositories.signals.goods import BACK_IN_STOCK, PRICE_CHANGE, STOCK_OUT
from storage.repositories.signals.money import PAYOUT
from storage.repositories.signals.sales import CAMPAIGN, FIRST_SALE, NEW_CHANNEL
from tools.events.findings import PAYOUT_FAILED, REFUND_SPIKE
from tools.language.periods import Calendar, find_periods
from tools.language.text import Token, tokenize

_LATELY: Final = timedelta(days=30)
_KINDS: Final[tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = tuple(
    (re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), kinds)
    for pattern, kinds in (
        (r"back in stock|restock(?:ed|s)?|(?:came|come) back in", (BACK_IN_STOCK,)),
        (r"out of stock|stock-?outs?|sold out|sell out|r[au]n(?:ning)? out|out of", (STOCK_OUT,)),
        (r"fail(?:ed|ing|s)? payouts?|payouts? (?:that )?(?:have )?fail(?:ed|s)?", (PAYOUT_FAILED,)),
        (r"payouts?|paid out", (PAYOUT, PAYOUT_FAILED)),
        (r"refunds?|refunded", (REFUND_SPIKE,)),
        (r"first (?:ever )?(?:sales?|orders?|purchases?) (?:through|via|on|over)|channels?", (NEW_CHANNEL,)),
        (r"campaigns?|(?:discount|coupon|promo|voucher) codes?|coupons?", (CAMPAIGN,)),
        (r"prices?|pricing|dearer|cheaper", (PRICE_CHANGE,)),
        (
            r"(?:very )?first (?:ever )?(?:sales?|sold|orders?|purchases?|sell|bought)|first time|sold first|(?:sell|sold|buy|bought) .* first",
            (FIRST_SALE,),
        ),
    )
)
_PLURAL: Final = re.compile(r"\b(?:products|items|articles|goods|things|first sales|which|what was)\b", re.IGNORECASE)
_RECENT: Final = re.compile(r"\b(?:lately|recently|these days|of late|newly|last few weeks)\b", re.IGNORECASE)
_QUOTED: Final = re.compile(r"[\"“”„']([^\"“”„']{2,80})[\"“”']")
_PLAIN: Final = frozenset(
    """a an the our my we us i you it its is are was were be been did do does has have had there any some what which when where who
    how show list tell me give happened happen happens happening going on event events timeline business shop store with in at of for to
    from by that this these those and or please lately recently first sale sales sold sell order orders purchase bought buy time ever very
    price prices pricing change changes changed changing go went gone up down raise raised increase increased cut drop dropped rise rose
    dearer cheaper stock stockout stockouts out run ran running back restock restocked refund refunds refunded spike spikes spiked unusual
    many channel channels new campaign campaigns discount coupon promo voucher code codes coupons began begin begins start started starts
    end ended ends payout payouts paid fail failed bank arrive arrived come came through via over product products item items article
    articles goods things thing last latest recent next since until before after between all anything something everything significant
    important days weeks months day week month year today yesterday so far now yet not still hit made make get got noted note notes""".split()
)


_NAMED: Final = re.compile(
    r"""\b(?:happen(?:s|ed|ing)?|timeline|first\s+(?:ever\s+)?(?:sales?|sell|sold)|sold\s+first|price\s+(?:change|rise|increase|cut|drop)s?
    |prices?\s+(?:\w+\s+){0,2}(?:changed|raised|lowered|go(?:ne)?\s+up|went\s+up)|chang(?:e|ed|ing)\s+(?:the\s+|our\s+)?prices?
    |(?:sell|sold|bought)\s+.{1,60}\sfor\s+the\s+first\s+time|sold\s+for\s+the\s+first\s+time
    |(?:ran|run)\s+out|sold\s+out|sell\s+out|back\s+in\s+stock|restocked|refund\s+spikes?|spikes?\s+(?:in|of)\s+(?:the\s+)?refunds?
    |refunds?\s+(?:\w+\s+)?unusual\w*|start(?:ed)?\s+selling|new\s+(?:sales\s+)?channels?
    |payouts?\s+(?:\w+\s+)?(?:arrived?|fail\w*|came)|fail\w*\s+payouts?|(?:discount|coupon|promo|voucher)\s+codes?
    |campaign\s+.{0,40}(?:begin|began|start|end)\w*|(?:did\s+we|we|have\s+we)\s+not(?:e|ed)\s+down)\b""",
    re.IGNORECASE | re.VERBOSE,
)


def names_events(text: str) -> bool:
    """Whether a message speaks of something that happened, by name: figures of it are asked for in other words."""
    return _NAMED.search(text) is not None and _COUNTS.search(text) is None


_COUNTS: Final = re.compile(r"\b(?:how\s+(?:many|much)|total|sum|number\s+of|average|share|per|by)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """`until` is the day after the last; None where no period was said. `name` is in the event's subject or sentence."""

    kinds: tuple[str, ...]
    name: str | None
    entity_type: str | None
    since: date | None
    until: date | None


def meant(question: str, today: date, calendar: Calendar) -> Asked:
    """What a question about events asks for."""
    kinds = next((kinds for pattern, kinds in _KINDS if pattern.search(question)), ())
    tokens = tokenize(question)
    periods = [period for period in find_periods(tokens, today, calendar) if period.start or period.end]
    since, until = (periods[0].start, periods[0].end) if periods else (None, None)
    if not periods and _RECENT.search(question):
        since = today - _LATELY
    in_periods = {place for period in periods for place in period.tokens}
    quoted = _QUOTED.search(question)
    name = quoted[1].strip() if quoted else _name(question, tokens, in_periods)
    entity: str | None = None
    if kinds == (FIRST_SALE,):
        entity = Product.__tablename__ if name or _PLURAL.search(question) else "shop"
    return Asked(kinds, name, entity, since, until)


def _name(question: str, tokens: list[Token] | tuple[Token, ...], left_out: set[int]) -> str | None:
    """The longest run of words that mean nothing but a name."""
    runs = list(_runs(tokens, left_out))
    if not runs:
        return None
    first, last = max(runs, key=lambda run: run[1] - run[0])
    return question[tokens[first].start : tokens[last].end].strip(" .,?!") or None


def _runs(tokens: list[Token] | tuple[Token, ...], left_out: set[int]) -> Iterator[tuple[int, int]]:
    begun: int | None = None
    for place, token in enumerate(tokens):
        is_name = place not in left_out and token.norm[:1].isalnum() and token.norm not in _PLAIN
        if is_name and begun is None:
            begun = place
        if not is_name and begun is not None:
            yield begun, place - 1
            begun = None
    if begun is not None:
        yield begun, len(tokens) - 1
