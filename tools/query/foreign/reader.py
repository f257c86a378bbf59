"""From typed items to a frame. Every item finds its place, or the question is asked back."""

import re

from tools.query.foreign.frame import COUNTED, RATIOS, Frame, NotUnderstood, Thing
from tools.query.foreign.lexicon import Tongue
from tools.query.foreign.question import OPERATORS, PRESENT, RANKS
from tools.query.foreign.rankings import Rankings
from tools.query.foreign.scanning import Item, Scan
from tools.query.slots import DEFAULT_METRIC
from tools.query.vocabulary import PERCENTAGES

_HARMLESS = frozenset(
    """and or follow_up which how_many how_much grouping sold earned bought trend compare more than each_other shop
    what_sum last_time first_time who average rank_high rank_low change pieces between points_back latest times how_often
    only where when amount people total""".split()
)
"""Cues that change nothing by themselves once the others have taken what they need."""
_SALES = ("revenue", "sold_net_of_discount", "gross_sales")


def read_frame(scan: Scan, tongue: Tongue) -> Frame:
    """Raises NotUnderstood."""
    return _Reader(scan, tongue).read()


class _Reader(Rankings):
    def read(self) -> Frame:
        self._refuse_what_lies_outside()
        self._refuse_people()
        self._refuse_unknown()
        self.take_follow_up()
        self.take_moments()
        self.take_names()
        self.take_flags()
        self.take_condition()
        self.take_instead()
        self._take_parts_of_words()
        self.take_groups()
        self.take_ranking()
        self._take_figures()
        self._take_things()
        self._settle()
        self._refuse_leftovers()
        return self.frame

    def _refuse_what_lies_outside(self) -> None:
        for item in self.items:
            for sense in item.of("outside"):
                if len(item.senses) == 1:
                    raise NotUnderstood(f"outside_{sense.id}", item.text, refused=True)

    def _refuse_people(self) -> None:
        """What somebody earns, and who only looked in, are in no data of sales."""
        for item in self.items:
            staff = any(value.dimension == "salesperson" for other in self.items for value in other.values) or any(
                "salesperson" in other.ids("dimension") for other in self.items
            )
            asked = any(other.ids("metric") for other in self.items)
            if item.cue("wage") and staff and not (asked or self.has(*RANKS)):
                raise NotUnderstood("outside_unsupported", item.text, refused=True)
            if item.cue("people") and not asked and not self.has("bought", "sold", "paid"):
                raise NotUnderstood("outside_unsupported", item.text, refused=True)

    def _refuse_unknown(self) -> None:
        unknown = [item for item in self.items if item.is_unknown]
        if unknown:
            raise NotUnderstood("unknown", unknown[0].text[:80])

    def _refuse_leftovers(self) -> None:
        for _, item in self.free():
            if item.number is not None:
                raise NotUnderstood("number", item.text)
            weighs = item.cue("more") and (self.frame.compare or self.frame.side_by_side or len(self.frame.names) > 1)
            if item.cue("negation", "never", "instead", *OPERATORS) and not weighs:
                raise NotUnderstood("negation", item.text)
            if any(sense.kind == "cue" and sense.id in _HARMLESS for sense in item.senses):
                continue
            if self.is_weighed(item) and self.frame.metrics:
                continue
            if item.cue("paid") and self._is_placed_payment():
                continue
            if item.cue("after_costs") and self.frame.metrics[:1] in (["profit"], ["profit_margin"]):
                continue
            if item.senses and all(sense.kind in ("money", "thousands", "filler") for sense in item.senses):
                continue
            raise NotUnderstood("unplaced", item.text)

    def _is_placed_payment(self) -> bool:
        """ "con PayPal se pagaron", "cuánto nos pagó este cliente": how or by whom, never whether it was paid."""
        kinds = {value.dimension for named in self.frame.names for value in named.values}
        kinds |= {thing.id for thing in (*self.frame.groups, *self.frame.within)}
        if self.frame.rank is not None and self.frame.rank.target is not None:
            kinds.add(self.frame.rank.target.id)
        return bool(kinds & {"payment_method", "customer"})

    # ── figures and things ───────────────────────────────────────────────────────────────────────────────

    def _take_figures(self) -> None:
        for i, item in self.free():
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
        if before is not None and figures[0] == "refund_count" and before.cue("what_sum", "amount"):
            return ("refunds",)
        if before is not None and figures[0] == "orders" and before.cue("amount"):
            return ("revenue",)
        return figures

    def _take_parts_of_words(self) -> None:
        """ "Monatsumsätze" are shown by month; "Monatsumsatz im März" is that of March."""
        for i, _ in list(self.free()):
            following = self.next(i)
            thing = self.thing(i)
            if thing is None or following is None or not following.ids("metric"):
                continue
            if self.words[self.items[i].start].token == self.words[following.start].token:
                if not (thing.is_unit and any(_is_one(thing.id, period) for period in self.frame.periods)):
                    self.frame.groups.append(thing)
                self.used.add(i)

    def _take_things(self) -> None:
        frame = self.frame
        for i, item in list(self.free()):
            thing = self.thing(i)
            if thing is None:
                continue
            counted = self._is_counted(i)
            if frame.lacking or (frame.condition is not None and frame.of is None):
                frame.of, frame.counted = thing, counted
            elif counted and not thing.is_unit:
                self._count(thing, item)
            elif not (self._only_describes(i, thing) or self._averages(thing) or self._shows(i, thing)):
                continue
            self.used.add(i)

    def _count(self, thing: Thing, item: Item) -> None:
        if thing.id in COUNTED:
            self.frame.metrics.append(COUNTED[thing.id])
        elif thing.id == "product" and (item.cue("pieces") or self.has("sold")):
            if not item.cue("pieces"):
                raise NotUnderstood("pieces_or_products", options=("pieces", "products"))
            self.frame.metrics.append("units")
        else:
            self.frame.metrics.append(f"{thing.id}_count")

    def _averages(self, thing: Thing) -> bool:
        """ "im Schnitt am Tag"; "was gibt ein Kunde im Schnitt aus"."""
        frame = self.frame
        if not frame.average:
            return False
        if thing.is_unit and not frame.groups:
            frame.groups.append(thing)
            return True
        if thing.id == "customer" and self.has("bought"):
            frame.metrics, frame.average = ["revenue_per_customer"], False
            return True
        return False

    def _shows(self, i: int, thing: Thing) -> bool:
        """A thing that stands by itself is counted where no figure is named, else a row each."""
        frame, asked = self.frame, self._is_asked(i)
        figure = thing.id in COUNTED and not frame.metrics
        if figure and thing.id == "customer" and self._asks_what_was_bought():
            return thing.many is not None or bool(frame.names)  # "was haben unsere deutschen Kunden gekauft"
        if figure and (frame.rank is not None or not asked):
            frame.metrics.append(COUNTED[thing.id])
            return True
        if thing.many is not False or asked:
            frame.groups.append(thing)
            return True
        return False

    def _asks_what_was_bought(self) -> bool:
        first = next((word.norm for word in self.words if word.norm[:1].isalpha()), "")
        how_much = self.has("how_much") or first in ("was", "qu", "que", "quoi")
        return how_much and not self.has("how_many") and self.has("bought", "earned", "paid")

    def _is_counted(self, i: int) -> bool:
        direct = i > 0 and self.items[i - 1].cue("how_many", "how_much")
        return direct or (i > 1 and self.items[i - 2].cue("how_many") and not self.items[i - 1].ids("metric"))

    def _is_asked(self, i: int) -> bool:
        return any(j >= 0 and self.items[j].cue("which") for j in (i - 1, i - 2))

    def _only_describes(self, i: int, thing: Thing) -> bool:
        """ "Umsatz mit Kunden aus Deutschland", "Kunden der Stadt Berlin": whose figure it is."""
        following = self.next(i)
        named = following is not None and (bool(following.values) or following.cue(*PRESENT))
        before = i > 0 and bool(self.items[i - 1].values) and self.items[i - 1].end == self.items[i].start
        return bool(self.frame.metrics) and thing.id in ("customer", "product") and (named or before) and not self._is_asked(i)  # fmt: skip

    # ── what the parts come to ───────────────────────────────────────────────────────────────────────────

    def _settle(self) -> None:
        frame = self.frame
        frame.bought = self.has("bought")
        rate = PERCENTAGES.get((frame.metrics[0], _SALES)) if frame.metrics else None
        if frame.share and rate and frame.metrics[1:] == ["revenue"]:
            frame.metrics, frame.share = [rate], False  # "Anteil der Rabatte am Umsatz"
        elif frame.share and len(frame.metrics) > 1:
            raise NotUnderstood("unjoined", *(item.text for item in self.items if item.ids("metric")))
        if self.has("last_time", "first_time") and not frame.metrics and (frame.bought or self.has("when")):
            frame.metrics.append("last_order" if self.has("last_time") else "first_order")
        self._settle_counts()
        self._imply_target()
        self._imply_figure()
        if frame.average and frame.metrics and frame.metrics[0] in RATIOS:
            frame.average = False
        if frame.rank is not None and frame.rank.target is not None:
            target = frame.rank.target
            frame.groups = [thing for thing in frame.groups if thing.id != target.id]
            frame.within, frame.groups = frame.groups, []
        held = frame.compare or frame.side_by_side or frame.change or len(frame.names) > 1
        if self.has("compare") and not held and not (frame.follows and (frame.periods or frame.shift)):
            raise NotUnderstood("compared_with_what")
        more = any(item.cue("more") for _, item in self.free())
        if more and not (frame.compare or frame.side_by_side or frame.shift or len(frame.names) > 1 or frame.change):
            raise NotUnderstood("compared_with_what")
        if frame.change and not (frame.compare or frame.periods or frame.side_by_side or frame.follows or frame.shift):
            raise NotUnderstood("compared_with_what")

    def _settle_counts(self) -> None:
        """Figures that count: none of them is what somebody bought, and goods that came back are no goods sold."""
        frame = self.frame
        of_some = frame.metrics[:1] in (["new_customers"], ["returning_customers"])
        if of_some and self._asks_what_was_bought():
            said = [item.text for item in self.items if item.ids("metric") or item.cue("bought", "earned")]
            raise NotUnderstood("unjoined", *said[:2])
        if frame.metrics == ["discounts"] and self.has("sold", "bought") and frame.rank is None:
            said = [item.text for item in self.items if item.ids("metric") or item.cue("sold", "bought")]
            raise NotUnderstood("unjoined", *said[:2])
        if of_some and frame.share and any(thing.id == "customer" for thing in frame.groups):
            raise NotUnderstood("unplaced", next(item.text for item in self.items if item.cue("share")))
        if "returned_units" in frame.metrics and "units" in frame.metrics and not self.has("and"):
            frame.metrics.remove("units")  # "wie viele Artikel wurden zurückgeschickt"
        if frame.condition is not None and frame.of is None and frame.metrics == ["orders"] and self.has("how_many"):
            frame.counted = True

    def _counts_goods(self) -> bool:
        """ "wieviel Tee haben wir verkauft", "combien a-t-on vendu de thé": pieces, since a thing to count is named."""
        for i, item in enumerate(self.items):
            goods = any(value.dimension in ("product", "category", "subcategory") for value in item.values)
            behind = i > 0 and self.items[i - 1].cue("how_much")
            before = self.words[item.start - 1].norm if item.start else ""
            if goods and self.has("how_much") and (behind or before in self.tongue.of):
                return True
        return False

    def _imply_target(self) -> None:
        """ "was verkauft sich am besten", "wer hat am meisten gekauft"."""
        frame, rank = self.frame, self.frame.rank
        if rank is None or rank.target is not None or frame.follows or frame.groups or frame.names:
            return
        if self.has("who") and self.has("bought", "earned"):
            rank.target, rank.limit = Thing("customer", is_unit=False, many=False), rank.limit or 1
        elif self.has("who") and (self.has("sold") or frame.implied):
            rank.target, rank.limit = Thing("salesperson", is_unit=False, many=False), rank.limit or 1
        elif self.has("sold") or frame.implied:
            rank.target = Thing("product", is_unit=False, many=None)

    def _imply_figure(self) -> None:
        frame = self.frame
        if frame.metrics or frame.condition is not None or frame.lacking:
            return
        counting = self.has("how_many") or self._counts_goods()
        verbs = self.has("sold", "earned", "bought") or any(self.is_weighed(item) for item in self.items)
        if self.has("people") and self.has("bought", "paid"):
            frame.metrics.append("customers")
        elif counting and verbs and (frame.names or self.has("sold")):
            frame.metrics.append("units")
        elif (verbs or (self.has("paid") and self._is_placed_payment())) and not frame.follows:
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
