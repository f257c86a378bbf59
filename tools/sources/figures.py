"""What can be counted, added up and averaged."""

from dataclasses import replace

from storage.metrics.model import AverageMetric, CountMetric, SumMetric
from storage.sources.catalogue import ColumnFacts
from tools.language.text import listed
from tools.sources import phrases
from tools.sources.entities import Thing
from tools.sources.goods import goods_among
from tools.sources.kinds import Measure, happening_of, is_average_first, is_person, is_private, measure_of, splits
from tools.sources.making import Making
from tools.sources.naming import Noun, capital, plural, words_of


def add_count(making: Making, thing: Thing) -> None:
    others = phrases.also(thing.noun, making.nouns)
    dated = f", by the day in “{thing.time_column.name}”" if thing.time_column else ""
    metric = CountMetric(
        type="count",
        entity=thing.id,
        label=capital(thing.noun.plural),
        definition=f"How many {thing.noun.plural} there are{dated}.",
        synonyms=tuple(
            text for noun in (thing.noun, *others) for text in (*phrases.count(noun), *_beginnings(thing, noun))
        ),
    )
    if is_person(thing.facts) and sum(is_person(each.facts) for each in making.skeleton.things.values() if each.role is None and each.own is None) == 1:  # fmt: skip
        people = tuple(text for noun in (Noun("person", "people"),) for text in phrases.count(noun))
        metric = metric.model_copy(update={"synonyms": (*metric.synonyms, *people)})
    making.add_metric(f"{thing.noun.id}_count", metric, 0.95, "One for each row.")


def add_names_counted(making: Making, thing: Thing) -> None:
    """Of a table without a key, as a spreadsheet is exported: how many different orders, customers and products it
    names."""
    if thing.facts.key is not None:
        return
    for column in thing.facts.columns:
        words = words_of(column.name)
        while len(words) > 1 and words[-1] in _TELLING:
            words.pop()
        noun = Noun(" ".join(words), plural(" ".join(words)))
        named = words != words_of(column.name) or (len(words) == 1 and splits(column) and noun.singular in _COUNTED)
        if not named or column.kind not in ("text", "number") or is_private(column) or noun.singular in making.nouns:
            continue
        if not 1 < column.distinct < column.filled:
            continue
        attribute = making.skeleton.attribute(thing.facts.name, f"{column.name}_named", column.name, "text")
        metric = CountMetric(
            type="count",
            entity=thing.id,
            distinct=attribute,
            label=capital(noun.plural),
            definition=f"How many different values “{column.name}” has.",
            synonyms=(*phrases.count(noun), *(f"{word} {noun.plural}" for word in ("different", "distinct", "unique"))),
        )
        making.add_metric(f"{noun.id}_count", metric, 0.7, f"“{column.name}” names {noun.plural}, each several times.")


_TELLING = frozenset(["number", "id", "name", "code", "key", "reference"])
_COUNTED = frozenset(listed("product customer client supplier vendor store shop branch employee salesperson driver vehicle project order invoice patient student city country item article sku brand"))  # fmt: skip


def _beginnings(thing: Thing, noun: Noun) -> tuple[str, ...]:
    """ "new owners", "owners registered": what begins to be there on its day."""
    what = happening_of(thing.time_column) if thing.time_column is not None else None
    if what is None:
        return ()
    if what not in _NEW:
        return phrases.happening(noun, what)
    said = [text for word in dict.fromkeys((what, *_BEGAN)) for text in phrases.happening(noun, word)]
    return (f"new {noun.plural}", *(f"new {text}" for text in said), *said)


_BEGAN = ("created", "added", "registered", "joined", "signed up")
"""As which the beginning of something may be asked for."""
_NEW = frozenset(
    [
        "created",
        "started",
        "added",
        "listed",
        "registered",
        "joined",
        "hired",
        "signed",
        "signed up",
        "opened",
        "enrolled",
        "admitted",
    ]
)


def add_happening(making: Making, thing: Thing) -> None:
    what = thing.happening or ""
    metric = CountMetric(
        type="count",
        entity=thing.id,
        label=capital(f"{thing.noun.plural} {what}"),
        definition=f"How many {thing.noun.plural} were {what}, by the day they were.",
        synonyms=tuple(
            text
            for noun in (thing.noun, *phrases.also(thing.noun, making.nouns))
            for text in phrases.happening(noun, what)
        ),
    )
    making.add_metric(f"{thing.id}_count", metric, 0.8, thing.time_reason)


def add_measures(making: Making, thing: Thing) -> None:
    keys = {making.skeleton.attributes[thing.facts.name][edge.attribute].column for edge in thing.edges.values() if edge.attribute != "id"}  # fmt: skip
    found = [
        (column, measure)
        for column in thing.facts.columns
        if column.name not in keys | {thing.facts.key}
        and not is_private(column)
        and (measure := _measure_in(thing, column))
    ]
    main = phrases.main_measure([measure for _, measure in found], thing.noun)
    for column, measure in found:
        _measure(making, thing, column, measure, is_main=measure is main)
    if main is None or not phrases.is_amount(main):
        _price_times_quantity(making, thing, {" ".join(m.said): (c, m) for c, m in found})


def _measure_in(thing: Thing, column: ColumnFacts) -> Measure | None:
    """The prices of a list of goods are averaged and never added up: nothing was sold there."""
    measure = measure_of(column)
    if measure is not None and measure.additivity == "both" and measure.said[-1:] == ("price",) and thing.time is None:
        return replace(measure, additivity="average", reason="A price in a list: adding it up means nothing.")
    return measure


def _measure(making: Making, thing: Thing, column: ColumnFacts, measure: Measure, *, is_main: bool) -> None:
    attribute = making.skeleton.attribute(thing.facts.name, f"{column.name}_figure", column.name, column.form)
    expression = attribute if measure.divisor == 1 else f"{attribute} / {measure.divisor}"
    if measure.currency:
        making.currencies.add(measure.currency)
    words = phrases.MeasureWords.of(measure, thing.noun, making.nouns)
    if measure.additivity != "average":
        summed = SumMetric(
            type="sum",
            entity=thing.id,
            expression=expression,
            unit=measure.unit,
            scale="one",
            label=words.sum_label,
            definition=words.sum_definition,
            synonyms=words.sums(is_main=is_main, bare=not is_average_first(measure)),
        )
        making.add_metric(f"{thing.noun.id}_{words.id}_total", summed, measure.confidence, measure.reason)
    averaged = AverageMetric(
        type="average",
        entity=thing.id,
        expression=expression,
        unit="number" if measure.unit == "quantity" else measure.unit,
        label=words.average_label,
        definition=words.average_definition,
        synonyms=words.averages(is_main=is_main, bare=is_average_first(measure)),
    )
    making.add_metric(f"{thing.noun.id}_{words.id}_average", averaged, measure.confidence, measure.reason)


def _price_times_quantity(making: Making, thing: Thing, found: dict[str, tuple[ColumnFacts, Measure]]) -> None:
    """The amount of a line that has none of its own: price × quantity, less the discount where it is a part of one."""
    named = goods_among({tuple(name.split()): measure.unit == "money" for name, (_, measure) in found.items()})  # fmt: skip
    if named is None:
        return
    quantity, price = (found[" ".join(words)] for words in named)
    table = thing.facts.name
    names = [making.skeleton.attribute(table, f"{column.name}_figure", column.name, column.form) for column, _ in (price, quantity)]  # fmt: skip
    expression, less = " * ".join(names), ""
    if (discount := found.get("discount")) is not None:
        column, _ = discount
        if column.low is None or column.high is None or column.low < 0 or column.high > 1:
            return
        rate = making.skeleton.attribute(table, f"{column.name}_figure", column.name, column.form)
        expression, less = f"{expression} * (1 - {rate})", ", less the discount"
    divisor = price[1].divisor
    metric = SumMetric(
        type="sum",
        entity=thing.id,
        expression=expression if divisor == 1 else f"{expression} / {divisor}",
        unit="money",
        scale="one",
        label=capital(f"{thing.noun.singular} amount"),
        definition=f"Price × quantity of the {thing.noun.plural}{less}.",
        synonyms=phrases.line_amount(
            thing.noun, phrases.also(thing.noun, {noun for noun in making.nouns if " " not in noun})
        ),
    )
    making.add_metric(f"{thing.noun.id}_amount_total", metric, 0.7, "Price and quantity are there, and no amount.")


def add_different(making: Making, thing: Thing) -> None:
    """ "different owners": how many had at least one visit."""
    if thing.time is None:
        return
    pending: list[tuple[Thing, str, int]] = [(thing, "", 0)]
    seen = {thing.id}
    while pending:
        at, path, distance = pending.pop(0)
        for join, edge in at.edges.items():
            target = making.skeleton.things[edge.target]
            if target.id in seen or distance > 3:  # noqa: PLR2004 — beyond that nobody means it
                continue
            seen.add(target.id)
            pending.append((target, f"{path}{join}.", distance + 1))
            if target.facts.name not in making.skeleton.labels or target.facts.key is None:
                continue
            metric = CountMetric(
                type="count",
                entity=thing.id,
                distinct=f"{path}{edge.attribute}",
                label=f"Different {target.noun.plural} ({thing.noun.plural})",
                definition=f"How many different {target.noun.plural} the {thing.noun.plural} belong to.",
                synonyms=phrases.different(target.noun, thing.noun),
            )
            making.add_metric(f"different_{target.id}_of_{thing.id}", metric, 0.8 - 0.1 * distance, f"By the link from {thing.noun.plural}.")  # fmt: skip
