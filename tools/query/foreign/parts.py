"""The parts of a question that stand by themselves: periods, names, turns that change the figure, things to group by."""

from itertools import pairwise

from tools.query.foreign.frame import Named, NotUnderstood, Thing
from tools.query.foreign.moments import WEEKDAYS
from tools.query.foreign.question import PRESENT, RANKS, Question
from tools.query.foreign.scanning import Item

_FLAGS = ("share", "average", "change", "trend", "running")


class Parts(Question):
    """Takes them into the frame. Any step raises NotUnderstood."""

    def take_follow_up(self) -> None:
        first = self.items[0] if self.items else None
        if first is not None and first.cue("follow_up") and first.start <= 1:
            self.frame.follows = True
            self.used.add(0)
        if self.has("points_back"):
            raise NotUnderstood("points_back")

    def take_moments(self) -> None:
        frame = self.frame
        plain: list[int] = []
        shifts: list[int] = []
        for i, item in enumerate(self.items):
            if item.moment is not None:
                (shifts if item.moment.shift else plain).append(i)
                self.used.add(i)
            elif item.of("everything") and not (item.cue("grouping") and self.is_free_thing(i + 1)):
                frame.everything = True
                self.used.add(i)
        self._refuse_two_at_once(plain)
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

    def _refuse_two_at_once(self, plain: list[int]) -> None:
        """ "letztes Quartal 2018": of two periods with nothing between them I cannot tell what they are to each other."""
        joining = ("and", "or", "compare", "than", "between", "more", "each_other")
        for first, second in pairwise(plain):
            if not any(self.items[j].cue(*joining) for j in range(first + 1, second)) and not self.has("compare"):
                raise NotUnderstood("unplaced", self.items[second].text)

    def _is_held(self, i: int) -> bool:
        """Whether a period is what another is held against: "gegenüber März", "mehr als im März"."""
        if not i:
            return False
        than = self.items[i - 1].cue("than") and any(
            item.cue("more", "change", "falling") or item.of("ranking") for item in self.items[: i - 1]
        )
        return than or self.items[i - 1].cue("compare")

    def _are_listed(self, first: int, second: int) -> bool:
        return second == first + 1 or (second == first + 2 and self.items[first + 1].cue("and", "compare"))

    def _take_shift(self, i: int) -> None:
        frame, moment = self.frame, self.items[i].moment
        if moment is None:
            return
        held = self.has("compare", "than", "more", "change") or bool(frame.periods)
        if held:
            frame.compare = moment.english
        elif frame.follows or len(self.items) == 1 or not moment.alone:
            frame.shift = moment.english
        else:
            frame.periods.append(moment.alone)

    def take_names(self) -> None:
        negated = instead = False
        for i, item in enumerate(self.items):
            if item.cue("negation"):
                following = self.next(i)
                negated = following is not None and (bool(following.values) or self._qualifies(i + 1))
                if negated:
                    self.used.add(i)
            elif item.cue("instead"):
                following = self.next(i)
                instead = following is not None and bool(following.values)
                if instead:
                    self.used.add(i)
            elif item.values:
                named = Named(item.values, item.text, item.whole, negated, instead=instead)
                for j in (i - 1, i + 1):
                    if self._qualifies(j, item):
                        thing = self.thing(j)
                        named.kind = thing.id if thing else None
                        self.used.add(j)
                        break
                self.frame.names.append(named)
                self.used.add(i)
            elif i and self.items[i - 1].cue("grouping", "which") and item.cue("shop", "store"):
                continue
            elif item.cue(*PRESENT) or (item.cue("shop") and self.has("online")):
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
        if not self.is_free_thing(j) or self.items[j].of("unit"):
            return False
        if item is None:
            following = self.next(j)
            return following is not None and bool(following.values)
        place = self.items.index(item)
        kinds = {value.dimension for value in item.values}
        dimensions = {sense.id for sense in self.items[j].of("dimension")}
        grouped = j > 0 and self.items[j - 1].cue("grouping", "which", "how_many", *RANKS)
        adjacent = self.items[j].end == item.start if j < place else item.end == self.items[j].start
        return bool(kinds & dimensions) and adjacent and not grouped

    def take_flags(self) -> None:
        frame = self.frame
        for i, item in list(self.free()):
            for name in _FLAGS:
                if item.cue(name) and not item.cue(*RANKS):
                    setattr(frame, name, True)
                    self.used.add(i)
            if item.cue("falling"):
                frame.change, frame.rising = True, False
                self.used.add(i)
            frame.latest |= item.cue("latest")
            self._take_repeated(i, item)
        if frame.compare and (self.has("more") or (frame.trend and not frame.groups)):
            frame.change, frame.trend = True, False
        if frame.change and frame.share:
            frame.share = False  # "growth in percent"
        if frame.running:
            frame.trend = False
        for i, item in list(self.free()):
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
        return any(item.cue("sold", "bought") for item in near) or (orders and self.has("which"))

    def take_instead(self) -> None:
        for i, item in self.free():
            following = self.next(i)
            if item.cue("instead") and following is not None and following.ids("metric"):
                self.frame.replaced = following.ids("metric")[0]
                self.frame.follows = True
                self.used |= {i, i + 1}

    def take_groups(self) -> None:
        """Things behind "nach", "par", "por", and those listed with them."""
        for i, item in enumerate(self.items):
            if i in self.used or not item.cue("grouping"):
                continue
            j = i + 1
            taken = False
            if j < len(self.items) and self.items[j].cue("shop", "store") and not self.items[j].cue("online"):
                self.frame.groups.append(Thing("channel", is_unit=False))  # "pro Laden", "par boutique"
                self.used |= {i, j}
                taken = True
                j += 2 if j + 1 < len(self.items) and self.items[j + 1].cue("and") else 1
                if not self.items[j - 1].cue("and"):
                    continue
            while self.is_free_thing(j):
                thing = self.thing(j)
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
