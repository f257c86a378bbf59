"""Rankings and conditions on figures in a question of another language."""

from decimal import Decimal

from tools.query.foreign.frame import COUNTED, Condition, NotUnderstood, Ranked, Thing
from tools.query.foreign.parts import Parts
from tools.query.foreign.question import OPERATORS, PRESENT, RANKS
from tools.query.foreign.scanning import Item
from tools.query.slots import DEFAULT_METRIC, LONGEST_RANKING

_MOST_BETWEEN = 2


class Rankings(Parts):
    """Takes what is ranked and what must hold of a figure. Any step raises NotUnderstood."""

    def _number_at(self, i: int) -> tuple[Decimal, int] | None:
        """The number at an item, with its thousands, and the item behind it."""
        if i >= len(self.items) or (number := self.items[i].number) is None:
            return None
        end = i + 1
        if end < len(self.items) and self.items[end].of("thousands"):
            number, end = number * 1000, end + 1
        return number, end

    def take_condition(self) -> None:
        for i, item in self.free():
            if item.cue("only_once", "more_than_once"):
                operator = "equals" if item.cue("only_once") else "more_than"
                self.frame.condition = Condition(operator, (Decimal(1),), "orders")
                self.used.add(i)
                return
        for i, item in enumerate(self.items):
            operator = next((sense.id for sense in item.senses if sense.id in (*OPERATORS, "between")), None)
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
                if item.cue("pieces") and j == end:
                    figures = ("units",)
                if item.cue("times") and j == end:
                    figures = ("orders",)
                counted = money and bool(figures) and figures[0] in ("orders", "customers", "units")
                if counted and j == end:
                    self.used.add(j)  # "plus de 1000 euros d'achats"
                elif figures and not counted:
                    self.used.add(j)
                    return figures[0]
        if not money and not self.has("earned", "bought", "sold"):
            raise NotUnderstood("number", self.items[start].text)
        return None

    def take_ranking(self) -> None:
        at = next((i for i, _ in self.free() if self._ranks(i)), None)
        if at is None:
            if self.frame.latest:
                self._take_latest()
            else:
                self._take_order()
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
        before = self.words[item.start - 1].norm if item.start else item.text.partition(" ")[0].casefold()
        rank.several = before in self.tongue.plural
        for i, other in list(self.free()):
            if self._ranks(i) and other.cue(*RANKS):  # "top 5 … with the highest revenue"
                if other.cue("rank_high") != rank.descending:
                    raise NotUnderstood("two_rankings")
                self.used.add(i)
            elif other.cue("ordered_down" if rank.descending else "ordered_up"):
                self.used.add(i)

    def _take_order(self) -> None:
        """ "Rangliste aller Länder", "ventas por mes de mayor a menor"; the first few of it where a number is said."""
        at = next((i for i, item in self.free() if item.cue("ordered_down", "ordered_up")), None)
        if at is None:
            return
        self.used.add(at)
        self.frame.rank = rank = Ranked(self.items[at].cue("ordered_down"))
        if len(self.frame.groups) == 1:
            rank.target = self.frame.groups[0]
        elif not self.frame.groups:
            self._take_target(at, rank)
        if rank.target is None:
            raise NotUnderstood("rank_of_what")
        rank.target.many = True
        self._take_limit(at, rank)
        rank.whole = rank.limit is None
        for i, other in list(self.free()):
            if other.cue("ordered_down" if rank.descending else "ordered_up"):
                self.used.add(i)

    def _ranks(self, i: int) -> bool:
        """Whether a word ranks; "más" and "mieux" compare where there is something to compare with."""
        item = self.items[i]
        if item.of("ranking") and self.is_weighed(item):
            return False
        if item.cue("more"):
            frame = self.frame
            if frame.compare or frame.side_by_side or frame.shift or self._weighs_names():
                return False
        return item.cue(*RANKS) or bool(item.of("ranking"))

    def is_weighed(self, item: Item) -> bool:
        """Whether "vendimos más" weighs one period against another: "más vendimos en octubre que en septiembre"."""
        return bool(item.of("ranking")) and self.frame.compare is not None and self.has("than")

    def _weighs_names(self) -> bool:
        """ "more in Germany than in France", "more online or in the shop"."""
        named = [bool(item.values) or item.cue(*PRESENT, "shop") for item in self.items]
        return sum(named) > 1 and any(
            item.cue("than", "or", "compare") and named[i + 1] for i, item in enumerate(self.items[:-1])
        )

    def _take_target(self, at: int, rank: Ranked) -> None:
        place = self._target_of(at)
        if (place is None or self.thing(place) is None) and self._take_shop(rank):
            return
        if place is None:
            return
        thing = self.thing(place)
        if thing is not None:
            rank.target = thing
            self.used.add(place)
            return
        if "orders" in self.items[place].ids("metric"):
            words = self.words[self.items[place].start : self.items[place].end]
            one = any(word.norm in self.tongue.one_order for word in words)
            rank.target = Thing("order_number", is_unit=False, many=not one)
            self.used.add(place)

    def _take_shop(self, rank: Ranked) -> bool:
        """ "la tienda que más vende", "welcher Laden verkauft am meisten"."""
        shop = next((i for i, item in self.free() if item.cue("shop", "store") and not item.cue("online")), None)
        if shop is None or self.frame.groups:
            return False
        rank.target = Thing("channel", is_unit=False, many=False)
        self.used.add(shop)
        return True

    def _target_of(self, at: int) -> int | None:
        asked = next(
            (j for i, item in enumerate(self.items) if item.cue("which") for j in (i + 1, i + 2)
             if self.is_free_thing(j) and (j == i + 1 or self.items[i + 1].number is not None or i + 1 == at)), None,
        )  # fmt: skip
        beside = at + 1
        if beside < len(self.items) and self.items[beside].number is not None:
            beside += 1
        if asked is not None:
            return asked
        if self.is_free_thing(beside):
            return beside
        if self.is_free_thing(at - 1):
            return at - 1
        free = [i for i, _ in self.free() if self.is_free_thing(i)]
        if free:
            return free[0]
        figures = [i for i, item in self.free() if item.ids("metric")]
        for place in (beside, at - 1):
            orders = 0 <= place < len(self.items) and "orders" in self.items[place].ids("metric")
            if orders and figures == [place] and not (self.frame.follows or self.frame.groups):
                return place
        return None

    def _take_limit(self, at: int, rank: Ranked) -> None:
        places = [i for i, item in self.free() if item.number is not None and not self._is_amount(i)]
        near = [i for i in places if abs(i - at) <= _MOST_BETWEEN] or places
        if near:
            number = self.items[near[0]].number
            if number is not None and number == number.to_integral_value() and 0 < number <= LONGEST_RANKING:
                rank.limit = int(number)
                self.used.add(near[0])
        if rank.limit is None and rank.target is not None and rank.target.many is False:
            rank.limit = 1

    def _is_amount(self, i: int) -> bool:
        following = self.next(i)
        return following is not None and bool(following.of("money") or following.of("thousands"))

    def _take_latest(self) -> None:
        """ "die 10 letzten Bestellungen"."""
        for i, item in self.free():
            if item.cue("latest"):
                order = next((j for j, other in self.free() if "orders" in other.ids("metric")), None)
                number = next((j for j, other in self.free() if other.number is not None), None)
                if order is None:
                    self.frame.latest = False
                    return
                self.used |= {i, order}
                self.frame.rank = Ranked(descending=True, limit=1)
                if number is not None and (many := self.items[number].number) is not None:
                    self.frame.rank.limit = int(many)
                    self.used.add(number)
                return
