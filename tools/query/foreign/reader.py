"""From typed items to a frame. Every item finds its place, or the question is asked back."""

import re
from collections.abc import Iterator
from decimal import Decimal

from tools.query.foreign.frame import COUNTED, RATIOS, Condition, Frame, Named, NotUnderstood, Ranked, Thing
from tools.query.foreign.lexicon import Tongue
from tools.query.foreign.moments import WEEKDAYS
from tools.query.foreign.scanning import Item, Scan
from tools.query.slots import DEFAULT_METRIC, LONGEST_RANKING
from tools.query.vocabulary import PERCENTAGES

_OPERATORS = ("more_than", "at_least", "less_than", "at_most", "equals")
_RANKS = ("rank_high", "rank_low")
_FLAGS = ("share", "average", "change", "trend", "running")
_HARMLESS = frozenset(
    """and or follow_up which how_many how_much grouping sold earned bought trend compare more than each_other shop what_sum
    last_time first_time who
    average rank_high rank_low change pieces between points_back latest times how_often only where when""".split()
)
"""Cues that change nothing by themselves once the others have taken what they need."""
_SALES = ("revenue", "sold_net_of_discount", "gross_sales")
_PRESENT = ("online", "store", "weekend", "workdays")
MOST_BETWEEN = 2


def read_frame(scan: Scan, tongue: Tongue) -> Frame:
    """Raises NotUnderstood."""
    return _Reader(scan, tongue).read()


class _Reader:
    def __init__(self, scan: Scan, tongue: Tongue) -> None:
        self.tongue = tongue
        self.words = scan.words
        self.items = [item for item in scan.items if not item.is_filler]
        self.used: set[int] = set()
        self.frame = Frame(mended=dict(scan.mended))

    def read(self) -> Frame:
        self._refuse_what_lies_outside()
        self._refuse_unknown()
        self._take_follow_up()
        self._take_moments()
        self._take_names()
        self._take_flags()
        self._take_condition()
        self._take_instead()
        self._take_parts_of_words()
        self._take_groups()
        self._take_ranking()
        self._take_figures()
        self._take_things()
        self._settle()
        self._refuse_leftovers()
        return self.frame

    # ── helpers ──────────────────────────────────────────────────────────────────────────────────────────

    def _free(self) -> Iterator[tuple[int, Item]]:
        for i, item in enumerate(self.items):
            if i not in self.used:
                yield i, item

    def _has(self, *cues: str) -> bool:
        return any(item.cue(*cues) for item in self.items)

    def _next(self, i: int) -> Item | None:
        return self.items[i + 1] if i + 1 < len(self.items) else None

    def _thing(self, i: int) -> Thing | None:
        """The dimension or unit of time that an item is, with its number as the words around it tell."""
        item = self.items[i]
        for kind in ("dimension", "unit"):
            for sense in item.of(kind):
                many = {"one": False, "many": True}.get(sense.many)
                before = self.words[item.start - 1].norm if item.start else ""
                if many is None and before in self.tongue.singular:
                    many = False
                return Thing(sense.id, kind == "unit", many)
        return None

    def _is_free_thing(self, i: int) -> bool:
        return 0 <= i < len(self.items) and i not in self.used and self._thing(i) is not None

    # ── what is refused ──────────────────────────────────────────────────────────────────────────────────

    def _refuse_what_lies_outside(self) -> None:
        for item in self.items:
            for sense in item.of("outside"):
                if len(item.senses) == 1:
                    raise NotUnderstood(f"outside_{sense.id}", item.text, refused=True)

    def _refuse_unknown(self) -> None:
        unknown = [item for item in self.items if item.is_unknown]
        if unknown:
            raise NotUnderstood("unknown", unknown[0].text[:80])

    def _refuse_leftovers(self) -> None:
        for _, item in self._free():
            if item.number is not None:
                raise NotUnderstood("number", item.text)
            weighs = item.cue("more") and (self.frame.compare or self.frame.side_by_side or len(self.frame.names) > 1)
            if item.cue("negation", "never", "instead", *_OPERATORS) and not weighs:
                raise NotUnderstood("negation", item.text)
            if any(sense.kind == "cue" and sense.id in _HARMLESS for sense in item.senses):
                continue
            if item.senses and all(sense.kind in ("money", "thousands", "filler") for sense in item.senses):
                continue
            raise NotUnderstood("unplaced", item.text)

    # ── the parts ────────────────────────────────────────────────────────────────────────────────────────

    def _take_follow_up(self) -> None:
        first = self.items[0] if self.items else None
        if first is not None and first.cue("follow_up") and first.start <= 1:
            self.frame.follows = True
            self.used.add(0)
        if self._has("points_back"):
            raise NotUnderstood("points_back")

    def _take_moments(self) -> None:
        frame = self.frame
        plain: list[int] = []
        shifts: list[int] = []
        for i, item in enumerate(self.items):
            if item.moment is not None:
                (shifts if item.moment.shift else plain).append(i)
                self.used.add(i)
            elif item.of("everything"):
                frame.everything = True
                self.used.add(i)
        held = [i for i in plain if self._is_held(i)]
        comparing = [item for item in self.items if item.cue("compare")]
        told = [self.items[i].moment for i in plain if i not in held]
        frame.periods = [moment.english for moment in told if moment is not None]
        if len(held) > 1 or len(shifts) + len(held) > 1:
            raise NotUnderstood("several_comparisons")
        if held:
            moment = self.items[held[0]].moment
            first = self.items.index(comparing[0]) + 1 == held[0] if comparing else False
            if first and len(plain) == 2 and self._are_listed(*plain):  # noqa: PLR2004 — "compare March and April"
                frame.periods = [m.english for i in plain if (m := self.items[i].moment) is not None]
                frame.side_by_side = True
            else:
                frame.compare = moment.english if moment is not None else None
        elif len(plain) == 2 and comparing and not shifts:  # noqa: PLR2004
            frame.side_by_side = True
        if shifts:
            self._take_shift(shifts[0])

    def _is_held(self, i: int) -> bool:
        """Whether a period is what another is held against: "gegenüber März", "mehr als im März"."""
        if not i:
            return False
        than = self.items[i - 1].cue("than") and any(
            item.cue("more", "change", "falling") for item in self.items[: i - 1]
        )
        return than or self.items[i - 1].cue("compare")

    def _are_listed(self, first: int, second: int) -> bool:
        return second == first + 1 or (second == first + 2 and self.items[first + 1].cue("and", "compare"))

    def _take_shift(self, i: int) -> None:
        frame, moment = self.frame, self.items[i].moment
        if moment is None:
            return
        held = self._has("compare", "than", "more", "change") or bool(frame.periods)
        if held:
            frame.compare = moment.english
        elif frame.follows or len(self.items) == 1 or not moment.alone:
            frame.shift = moment.english
        else:
            frame.periods.append(moment.alone)

    def _take_names(self) -> None:
        negated = instead = False
        for i, item in enumerate(self.items):
            if item.cue("negation"):
                following = self._next(i)
                negated = following is not None and (bool(following.values) or self._qualifies(i + 1))
                if negated:
                    self.used.add(i)
            elif item.cue("instead"):
                following = self._next(i)
                instead = following is not None and bool(following.values)
                if instead:
                    self.used.add(i)
            elif item.values:
                named = Named(item.values, item.text, item.whole, negated, instead=instead)
                for j in (i - 1, i + 1):
                    if self._qualifies(j, item):
                        thing = self._thing(j)
                        named.kind = thing.id if thing else None
                        self.used.add(j)
                        break
                self.frame.names.append(named)
                self.used.add(i)
            elif i and self.items[i - 1].cue("grouping") and item.cue("shop", "store"):
                continue
            elif item.cue(*_PRESENT) or (item.cue("shop") and self._has("online")):
                self._take_present(i, item, negated)
            elif not item.cue("and", "or") and not (negated and self._qualifies(i)):
                negated = instead = False

    def _take_present(self, i: int, item: Item, negated: bool) -> None:
        """A channel or a part of the week by the name that the language has for it."""
        name = {"online": "online", "store": "store", "shop": "store", "weekend": "weekend", "workdays": "working days"}
        english = next(name[sense.id] for sense in item.senses if sense.id in name)
        kind = "part_of_week" if english in ("weekend", "working days") else "channel"
        self.frame.names.append(Named((), english, kind=kind, negated=negated))
        self.used.add(i)

    def _qualifies(self, j: int, item: Item | None = None) -> bool:
        """Whether a thing only says what a name beside it is: "Kategorie Garten", "Kunden aus Deutschland"."""
        if not self._is_free_thing(j) or self.items[j].of("unit"):
            return False
        if item is None:
            following = self._next(j)
            return following is not None and bool(following.values)
        place = self.items.index(item)
        kinds = {value.dimension for value in item.values}
        dimensions = {sense.id for sense in self.items[j].of("dimension")}
        grouped = j > 0 and self.items[j - 1].cue("grouping", "which", "how_many", *_RANKS)
        adjacent = self.items[j].end == item.start if j < place else item.end == self.items[j].start
        return bool(kinds & dimensions) and adjacent and not grouped

    def _take_flags(self) -> None:
        frame = self.frame
        for i, item in list(self._free()):
            for name in _FLAGS:
                if item.cue(name) and not item.cue(*_RANKS):
                    setattr(frame, name, True)
                    self.used.add(i)
            if item.cue("falling"):
                frame.change, frame.rising = True, False
                self.used.add(i)
            frame.latest |= item.cue("latest")
            self._take_repeated(i, item)
        if frame.change and frame.share:
            frame.share = False  # "growth in percent"
        if frame.compare and (self._has("more") or (frame.trend and not frame.groups)):
            frame.change, frame.trend = True, False
        if frame.running:
            frame.trend = False
        for i, item in list(self._free()):
            if item.cue("never") or (item.cue("negation") and self._denies_buying(i)):
                frame.lacking = True
                self.used.add(i)

    def _take_repeated(self, i: int, item: Item) -> None:
        """ "monatlich", "montags"."""
        if item.of("every"):
            self.frame.groups.append(Thing(item.ids("every")[0], is_unit=True))
            self.used.add(i)
        if item.of("weekdays"):
            day = f"{WEEKDAYS[int(item.ids('weekdays')[0]) - 1]}s"
            self.frame.names.append(Named((), day, kind="weekday"))
            self.used.add(i)

    def _denies_buying(self, i: int) -> bool:
        near = [item for j in (i - 1, i + 1, i + 2) if 0 <= j < len(self.items) and (item := self.items[j])]
        orders = any("orders" in item.ids("metric") or "revenue" in item.ids("metric") for item in near)
        return any(item.cue("sold", "bought") for item in near) or (orders and self._has("which"))

    def _number_at(self, i: int) -> tuple[Decimal, int] | None:
        """The number at an item, with its thousands, and the item behind it."""
        if i >= len(self.items) or (number := self.items[i].number) is None:
            return None
        end = i + 1
        if end < len(self.items) and self.items[end].of("thousands"):
            number, end = number * 1000, end + 1
        return number, end

    def _take_condition(self) -> None:
        for i, item in self._free():
            if item.cue("only_once", "more_than_once"):
                operator = "equals" if item.cue("only_once") else "more_than"
                self.frame.condition = Condition(operator, (Decimal(1),), "orders")
                self.used.add(i)
                return
        for i, item in enumerate(self.items):
            operator = next((sense.id for sense in item.senses if sense.id in (*_OPERATORS, "between")), None)
            if i in self.used or operator is None:
                continue
            at = i + 1
            while at < len(self.items) and self.items[at].of("money") and not self.items[at].number:
                at += 1
            if (found := self._number_at(at)) is None:
                continue
            number, end = found
            numbers = [number]
            if operator == "between":
                second = self._number_at(end + 1) if end < len(self.items) and self.items[end].cue("and") else None
                if second is None:
                    continue
                numbers.append(second[0])
                end = second[1]
            money = end < len(self.items) and bool(self.items[end].of("money"))
            end += money
            metric = self._figure_of_condition(i, end, money=money)
            self.used |= set(range(i, end))
            self.frame.condition = Condition(operator, tuple(numbers), metric)
            return

    def _figure_of_condition(self, start: int, end: int, *, money: bool) -> str | None:
        """The figure behind the number, else the one before the words of comparison; None where only money is said."""
        for j in (end, start - 1):
            if 0 <= j < len(self.items):
                item = self.items[j]
                figures = item.ids("metric") or tuple(COUNTED[d] for d in item.ids("dimension") if d in COUNTED and j == end)  # fmt: skip
                if item.cue("times") and j == end:
                    figures = ("orders",)
                counted = money and bool(figures) and figures[0] in ("orders", "customers", "units")
                if counted and j == end:
                    self.used.add(j)  # "plus de 1000 euros d'achats"
                elif figures and not counted:
                    self.used.add(j)
                    return figures[0]
        if not money and not self._has("earned", "bought", "sold"):
            raise NotUnderstood("number", self.items[start].text)
        return None

    def _take_instead(self) -> None:
        for i, item in self._free():
            following = self._next(i)
            if item.cue("instead") and following is not None and following.ids("metric"):
                self.frame.replaced = following.ids("metric")[0]
                self.frame.follows = True
                self.used |= {i, i + 1}

    def _take_groups(self) -> None:
        """Things behind "nach", "par", "por", and those listed with them."""
        for i, item in enumerate(self.items):
            if i in self.used or not item.cue("grouping"):
                continue
            j = i + 1
            taken = False
            if j < len(self.items) and self.items[j].cue("shop", "store") and not self.items[j].cue("online"):
                self.frame.groups.append(Thing("channel", is_unit=False))  # "pro Laden", "par boutique"
                self.used |= {i, j}
                continue
            while self._is_free_thing(j):
                thing = self._thing(j)
                if thing is not None:
                    self.frame.groups.append(thing)
                self.used.add(j)
                taken = True
                listed = j + 1 < len(self.items) and self.items[j + 1].cue("and", "grouping")
                j += 2 if listed else 1
                if not listed:
                    break
                if j < len(self.items) and self.items[j].cue("grouping"):
                    j += 1
            if taken:
                self.used.add(i)

    # ── ranking ──────────────────────────────────────────────────────────────────────────────────────────

    def _take_ranking(self) -> None:
        at = next((i for i, item in self._free() if self._ranks(i)), None)
        if at is None:
            if self.frame.latest:
                self._take_latest()
            return
        item = self.items[at]
        self.used.add(at)
        ranking = item.of("ranking")
        figure = ""
        if ranking:
            figure, direction = ranking[0].detail.split()
            descending = direction == "high"
        else:
            descending = item.cue("rank_high")
        self.frame.rank = rank = Ranked(descending)
        if figure:
            self.frame.metrics.append(DEFAULT_METRIC if figure == "sold" else figure)
            self.frame.implied = figure == "sold"
        if ranking and ranking[0].id:
            rank.target = Thing(ranking[0].id, is_unit=False, many=None)
        else:
            self._take_target(at, rank)
        self._take_limit(at, rank)
        for i, other in list(self._free()):
            if self._ranks(i) and other.cue(*_RANKS):  # "top 5 … with the highest revenue"
                if other.cue("rank_high") != rank.descending:
                    raise NotUnderstood("two_rankings")
                self.used.add(i)

    def _ranks(self, i: int) -> bool:
        """Whether a word ranks; "más" and "mieux" compare where there is something to compare with."""
        item = self.items[i]
        if item.cue("more"):
            frame = self.frame
            if frame.compare or frame.side_by_side or frame.shift or self._weighs_names():
                return False
        return item.cue(*_RANKS) or bool(item.of("ranking"))

    def _weighs_names(self) -> bool:
        """ "more in Germany than in France", "more online or in the shop"."""
        named = [bool(item.values) or item.cue(*_PRESENT, "shop") for item in self.items]
        return sum(named) > 1 and any(
            item.cue("than", "or", "compare") and named[i + 1] for i, item in enumerate(self.items[:-1])
        )

    def _take_target(self, at: int, rank: Ranked) -> None:
        place = self._target_of(at)
        if place is None:
            return
        thing = self._thing(place)
        if thing is not None:
            rank.target = thing
            self.used.add(place)
            return
        if "orders" in self.items[place].ids("metric"):
            rank.target = Thing("order_number", is_unit=False, many=True)
            self.used.add(place)

    def _target_of(self, at: int) -> int | None:
        asked = next(
            (j for i, item in enumerate(self.items) if item.cue("which") for j in (i + 1, i + 2)
             if self._is_free_thing(j) and (j == i + 1 or self.items[i + 1].number is not None or i + 1 == at)), None,
        )  # fmt: skip
        beside = at + 1
        if beside < len(self.items) and self.items[beside].number is not None:
            beside += 1
        if asked is not None:
            return asked
        if self._is_free_thing(beside):
            return beside
        if self._is_free_thing(at - 1):
            return at - 1
        free = [i for i, _ in self._free() if self._is_free_thing(i)]
        if free:
            return free[0]
        figures = [i for i, item in self._free() if item.ids("metric")]
        for place in (beside, at - 1):
            orders = 0 <= place < len(self.items) and "orders" in self.items[place].ids("metric")
            if orders and figures == [place] and not (self.frame.follows or self.frame.groups):
                return place
        return None

    def _take_limit(self, at: int, rank: Ranked) -> None:
        places = [i for i, item in self._free() if item.number is not None and not self._is_amount(i)]
        near = [i for i in places if abs(i - at) <= MOST_BETWEEN] or places
        if near:
            number = self.items[near[0]].number
            if number is not None and number == number.to_integral_value() and 0 < number <= LONGEST_RANKING:
                rank.limit = int(number)
                self.used.add(near[0])
        if rank.limit is None and rank.target is not None and rank.target.many is False:
            rank.limit = 1

    def _is_amount(self, i: int) -> bool:
        following = self._next(i)
        return following is not None and bool(following.of("money") or following.of("thousands"))

    def _take_latest(self) -> None:
        """ "die 10 letzten Bestellungen"."""
        for i, item in self._free():
            if item.cue("latest"):
                order = next((j for j, other in self._free() if "orders" in other.ids("metric")), None)
                number = next((j for j, other in self._free() if other.number is not None), None)
                if order is None:
                    self.frame.latest = False
                    return
                self.used |= {i, order}
                self.frame.rank = Ranked(descending=True, limit=1)
                if number is not None and (many := self.items[number].number) is not None:
                    self.frame.rank.limit = int(many)
                    self.used.add(number)
                return

    # ── figures and things ───────────────────────────────────────────────────────────────────────────────

    def _take_figures(self) -> None:
        for i, item in self._free():
            if figures := item.ids("metric"):
                self.used.add(i)
                figures = self._counted_or_summed(i, figures)
                if figures[0] not in self.frame.metrics:
                    self._refuse_unjoined(i)
                    if self.frame.implied:
                        self.frame.metrics.clear()  # "meistverkaufte Produkte nach Stück"
                        self.frame.implied = False
                    self.frame.metrics.append(figures[0])
            elif item.cue("how_often"):
                self.used.add(i)
                self.frame.metrics.append("orders")

    def _refuse_unjoined(self, i: int) -> None:
        """ "Umsatz mit Neukunden", "ventas con descuentos": of a figure that only describes another I cannot tell."""
        frame = self.frame
        before = [j for j in range(i) if self.items[j].ids("metric") and j in self.used]
        alone = not before or frame.implied or frame.rank is not None or frame.share or frame.condition is not None
        if not alone and not any(self.items[j].cue("and", "compare", "or") for j in range(before[-1] + 1, i)):
            raise NotUnderstood("unjoined", self.items[before[-1]].text, self.items[i].text)

    def _counted_or_summed(self, i: int, figures: tuple[str, ...]) -> tuple[str, ...]:
        """ "wie viele Erstattungen" counts them, "wie hoch waren die Retouren" adds up what they came to."""
        before = self.items[i - 1] if i else None
        if before is not None and figures[0] == "refunds" and before.cue("how_many"):
            return ("refund_count",)
        if before is not None and figures[0] == "refund_count" and before.cue("what_sum"):
            return ("refunds",)
        return figures

    def _take_parts_of_words(self) -> None:
        """ "Monatsumsätze" are shown by month; "Monatsumsatz im März" is that of March."""
        for i, _ in list(self._free()):
            following = self._next(i)
            thing = self._thing(i)
            if thing is None or following is None or not following.ids("metric"):
                continue
            if self.words[self.items[i].start].token == self.words[following.start].token:
                if not (thing.is_unit and any(_is_one(thing.id, period) for period in self.frame.periods)):
                    self.frame.groups.append(thing)
                self.used.add(i)

    def _take_things(self) -> None:
        frame = self.frame
        for i, item in list(self._free()):
            thing = self._thing(i)
            if thing is None:
                continue
            counted = self._is_counted(i)
            if frame.lacking or (frame.condition is not None and frame.of is None):
                frame.of, frame.counted = thing, counted
            elif counted and thing.id in COUNTED:
                frame.metrics.append(COUNTED[thing.id])
            elif counted and thing.id == "product" and (item.cue("pieces") or self._has("sold")):
                if not item.cue("pieces"):
                    raise NotUnderstood("pieces_or_products", options=("pieces", "products"))
                frame.metrics.append("units")
            elif counted and not thing.is_unit:
                frame.metrics.append(f"{thing.id}_count")
            elif frame.average and thing.is_unit and not frame.groups:
                frame.groups.append(thing)  # "de media al mes", "im Schnitt am Tag"
            elif frame.rank is not None and thing.id in COUNTED and not frame.metrics:
                frame.metrics.append(COUNTED[thing.id])
            elif self._only_describes(i, thing):
                pass
            elif frame.average and thing.id == "customer" and self._has("bought"):
                frame.metrics, frame.average = ["revenue_per_customer"], False
            elif thing.id in COUNTED and not (frame.metrics or self._is_asked(i)):
                frame.metrics.append(COUNTED[thing.id])
            elif thing.many is not False or self._is_asked(i):
                frame.groups.append(thing)
            else:
                continue
            self.used.add(i)

    def _is_counted(self, i: int) -> bool:
        direct = i > 0 and self.items[i - 1].cue("how_many", "how_much")
        return direct or (i > 1 and self.items[i - 2].cue("how_many") and not self.items[i - 1].ids("metric"))

    def _is_asked(self, i: int) -> bool:
        return any(j >= 0 and self.items[j].cue("which") for j in (i - 1, i - 2))

    def _only_describes(self, i: int, thing: Thing) -> bool:
        """ "Umsatz mit Kunden aus Deutschland", "Kunden der Stadt Berlin": whose figure it is."""
        following = self._next(i)
        named = following is not None and (bool(following.values) or following.cue(*_PRESENT))
        before = i > 0 and bool(self.items[i - 1].values) and self.items[i - 1].end == self.items[i].start
        return bool(self.frame.metrics) and thing.id in ("customer", "product") and (named or before) and not self._is_asked(i)  # fmt: skip

    # ── what the parts come to ───────────────────────────────────────────────────────────────────────────

    def _settle(self) -> None:
        frame = self.frame
        frame.bought = self._has("bought")
        rate = PERCENTAGES.get((frame.metrics[0], _SALES)) if frame.metrics else None
        if frame.share and rate and frame.metrics[1:] == ["revenue"]:
            frame.metrics, frame.share = [rate], False  # "Anteil der Rabatte am Umsatz"
        elif frame.share and len(frame.metrics) > 1:
            raise NotUnderstood("unjoined", *(item.text for item in self.items if item.ids("metric")))
        if self._has("last_time", "first_time") and not frame.metrics and (frame.bought or self._has("when")):
            frame.metrics.append("last_order" if self._has("last_time") else "first_order")
        self._imply_target()
        self._imply_figure()
        if frame.average and frame.metrics and frame.metrics[0] in RATIOS:
            frame.average = False
        if frame.rank is not None and frame.rank.target is not None:
            target = frame.rank.target
            frame.groups = [thing for thing in frame.groups if thing.id != target.id]
            frame.within, frame.groups = frame.groups, []
        held = frame.compare or frame.side_by_side or frame.change or len(frame.names) > 1
        if self._has("compare") and not held and not (frame.follows and (frame.periods or frame.shift)):
            raise NotUnderstood("compared_with_what")
        more = any(item.cue("more") for _, item in self._free())
        if more and not (frame.compare or frame.side_by_side or frame.shift or len(frame.names) > 1 or frame.change):
            raise NotUnderstood("compared_with_what")
        if frame.change and not (frame.compare or frame.periods or frame.side_by_side or frame.follows or frame.shift):
            raise NotUnderstood("compared_with_what")

    def _counts_goods(self) -> bool:
        """ "wieviel Tee haben wir verkauft", "combien a-t-on vendu de thé": pieces, since a thing to count is named."""
        for i, item in enumerate(self.items):
            goods = any(value.dimension in ("product", "category", "subcategory") for value in item.values)
            behind = i > 0 and self.items[i - 1].cue("how_much")
            before = self.words[item.start - 1].norm if item.start else ""
            if goods and self._has("how_much") and (behind or before in self.tongue.of):
                return True
        return False

    def _imply_target(self) -> None:
        """ "was verkauft sich am besten", "wer hat am meisten gekauft"."""
        frame, rank = self.frame, self.frame.rank
        if rank is None or rank.target is not None or frame.follows or frame.groups or frame.names:
            return
        if self._has("who") and self._has("bought", "earned"):
            rank.target, rank.limit = Thing("customer", is_unit=False, many=False), rank.limit or 1
        elif self._has("who") and (self._has("sold") or frame.implied):
            rank.target, rank.limit = Thing("salesperson", is_unit=False, many=False), rank.limit or 1
        elif self._has("sold") or frame.implied:
            rank.target = Thing("product", is_unit=False, many=None)

    def _imply_figure(self) -> None:
        frame = self.frame
        if frame.metrics or frame.condition is not None or frame.lacking:
            return
        counting = self._has("how_many") or self._counts_goods()
        verbs = self._has("sold", "earned", "bought")
        if counting and verbs and (frame.names or self._has("sold")):
            frame.metrics.append("units")
        elif verbs and not frame.follows:
            frame.metrics.append(DEFAULT_METRIC)


def _is_one(unit: str, period: str) -> bool:
    """Whether a period of the period grammar is one of these units: "March 2026" is one month."""
    said = {
        "day": r"today|yesterday|\d{1,2} [A-Z]|\d{4}-\d\d-\d\d|on ",
        "week": r".*\bweek\b",
        "month": r"(?:last |early |mid |late )?[A-Z][a-z]+(?: \d{4}| last year| this year)?$|.*\bmonth\b",
        "quarter": r"Q[1-4]|.*\bquarter\b",
        "year": r"\d{4}$|(?:last|this) year$",
    }
    return re.match(said[unit], period) is not None and not period.startswith(("from ", "since ", "until "))
