"""Lineage in words: what a person reads in the chat, and what a model may quote."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from tools.connectors.core.config import called_at
from tools.kit.blocks import Cell, Column, Presentation, TableBlock
from tools.lineage.own.schemas import RuleList, RuleVerdict, RuleView
from tools.lineage.schemas import (
    AnswerTrace,
    EntityLineage,
    FieldLineage,
    FlowGraph,
    FlowNode,
    QualityReport,
    ReadingView,
    SourceHealth,
    TraceFound,
    TrendList,
)
from tools.lineage.words import plural_of, span_of

_SHOWN: Final = 50
_NAMED: Final = 4
_WORST: Final = 3
_MEASURES: Final = ("completeness", "validity", "uniqueness", "freshness", "accuracy")


# ── a figure ─────────────────────────────────────────────────────────────────────────────────────────────────


def present_answer(result: AnswerTrace) -> Presentation:
    """The figure, its formula, and the imports and syncs behind it."""
    facts = result.model_dump(mode="json")
    if result.metric is None:
        text = "I have shown you no figure in this conversation yet. Ask for one, then where it comes from."
        return Presentation(text=text, facts=facts)
    if result.without_records is not None or not result.origins:
        return Presentation(text=_without_records(result), facts=facts)
    text = f"{result.label} was made from {_count(result.records, 'record')}, which came in with {_sources(result)}."
    if result.parts:
        text += f" {_by_currency(result)}"
    text += f" {_computed(result)}"
    rejected = sum(one.rejected for one in result.origins)
    if rejected:
        text += f" {_count(rejected, 'row')} of the same imports could not go in and stand behind no figure."
    if result.quality is not None:
        text += f" The data behind it scores {result.quality:.0%}."
    columns = (
        Column(name="source", type="string", label="Source"),
        Column(name="vendor", type="string", label="Kind of source"),
        Column(name="file", type="string", label="File"),
        Column(name="records", type="integer", label="Records"),
        Column(name="rejected", type="integer", label="Rows not imported"),
    )
    rows = tuple((one.source, one.vendor, one.filename, one.records, one.rejected) for one in result.origins[:_SHOWN])
    table = TableBlock(title="Where it comes from", columns=columns, rows=rows, truncated=len(result.origins) > _SHOWN)
    return Presentation(text=text, facts=facts, blocks=(table,))


def _sources(result: AnswerTrace) -> str:
    """The sources with how many of the records each brought, in whatever runs; a vendor's with the vendor."""
    brought: Counter[str] = Counter()
    for one in result.origins:
        brought[_origin(called_at(one.source, one.vendor), one.filename)] += one.records
    return _listed([f"{name} ({records:,})" for name, records in brought.most_common()])


def _by_currency(result: AnswerTrace) -> str:
    parts = [f"{_amount(one.figure)} {one.currency} of {one.records:,}" for one in result.parts]
    added = f", converted into {result.converted}" if result.converted is not None else ""
    told = f"By currency it is {_listed(parts, most=len(parts))}{added}."
    return f"{told} {result.rates}" if result.rates else told


def _amount(figure: Cell) -> str:
    return f"{figure:,}" if isinstance(figure, int | float) else str(figure)


def _computed(result: AnswerTrace) -> str:
    """The formula of what is made of several figures, the definition of what is counted or added up."""
    made_of = (result.formula or "").removeprefix(f"{result.label} = ")
    if made_of and made_of != result.label:
        return f"It is computed as {result.label} = {made_of}."
    return result.definition or ""


def _without_records(result: AnswerTrace) -> str:
    """Of a figure that no records add up to: why, and which sources tell of what it is made from."""
    text = result.without_records or f"No record stands behind {result.label} here."
    if result.rests_on:
        told = [
            f"{one.rows:,} {plural_of(one.type) if one.rows != 1 else one.type.replace('_', ' ')} of {called_at(one.source, one.vendor)}"
            for one in result.rests_on
        ]
        text += f" {result.label} is made from {_listed(told)}."
    text += f" {result.definition}" if result.definition else ""
    return text if result.quality is None else f"{text} The data behind it scores {result.quality:.0%}."


# ── a record ─────────────────────────────────────────────────────────────────────────────────────────────────


def present_found(result: TraceFound) -> Presentation:
    """The origin of the fields that were asked for, and all fields as a table."""
    if result.entity is None:
        if result.others:
            text = f"“{result.wanted}” may be any of {_listed(list(result.others))}. Which do you mean?"
        elif result.wanted:
            text = f"I know no customer, order, product or contact called “{result.wanted}”."
        else:
            text = "Whose data do you mean? Name a customer, an order, a product or a contact."
        return Presentation(text=text, facts={"others": list(result.others)})
    entity = result.entity
    kind = entity.type.replace("_", " ")
    wanted = [one for one in entity.fields if one.column in result.fields]
    text = " ".join(_told(entity, one) for one in wanted) if wanted else _made(entity)
    facts: dict[str, Any] = {
        "thing": f"{kind} {entity.label}",
        "fields": [one.model_dump(mode="json") for one in wanted or entity.fields if one.value is not None][:_SHOWN],
    }
    return Presentation(text=text, facts=facts, blocks=(_fields(entity),))


def _told(entity: EntityLineage, one: FieldLineage) -> str:
    name = f"The {one.name.replace('_', ' ')} of {entity.label}"
    if one.value is None:
        return f"{name} is empty: no source tells it."
    if one.origin is None:
        return f"{name} ({_value(one)}) was not read from one record: {one.note}"
    text = f"{name} ({_value(one)}) comes from {_place(entity, one.origin)}."
    others = [other for other in one.alternatives if other.agrees is False]
    if others:
        text += f" {_listed([f'{_place(entity, other)} says {other.value}' for other in others[:_WORST]])}."
    return text


def _value(one: FieldLineage) -> str:
    return f"{one.value} {one.currency}" if one.currency else str(one.value)


def _place(entity: EntityLineage, reading: ReadingView) -> str:
    record = next(one for one in entity.records if one.id == reading.record_id)
    if record.filename is not None:
        columns = ", ".join(leaf.pointer[1:].replace("~1", "/").replace("~0", "~") for leaf in reading.leaves)
        line = f", line {record.position}" if record.position is not None else ""
        return f"{record.filename}{line}" + (f", column {columns}" if columns else "")
    leaves = ", ".join(leaf.pointer for leaf in reading.leaves)
    return f"{record.source}, {record.object.replace('_', ' ')} {record.external_id}" + (
        f" at {leaves}" if leaves else ""
    )


def _made(entity: EntityLineage) -> str:
    sources = list(dict.fromkeys(_origin(one.source, one.filename) for one in entity.records))
    what = f"{entity.type.replace('_', ' ').capitalize()} {entity.label}"
    if not sources:
        return f"{what} was made by no record that is kept."
    text = f"{what} was made from {_count(len(entity.records), 'record')} of {_listed(sources)}."
    disputed = [
        one.name.replace("_", " ") for one in entity.fields if one.confidence is not None and one.confidence < 1
    ]
    return f"{text} Sources differ on {_listed(disputed)}." if disputed else text


def _fields(entity: EntityLineage) -> TableBlock:
    columns = (
        Column(name="field", type="string", label="Field"),
        Column(name="value", type="string", label="Value"),
        Column(name="from", type="string", label="Comes from"),
        Column(name="differs", type="string", label="Others say"),
    )
    rows: list[tuple[Cell, ...]] = []
    for one in entity.fields:
        if one.value is None:
            continue
        others = [str(other.value) for other in one.alternatives if other.agrees is False]
        where = _place(entity, one.origin) if one.origin is not None else one.note
        rows.append((one.name.replace("_", " "), _value(one), where, ", ".join(others[:_WORST]) or None))
    title = f"{entity.type.replace('_', ' ').capitalize()} {entity.label}"[:120]
    return TableBlock(title=title, columns=columns, rows=tuple(rows), truncated=entity.truncated)


# ── quality ──────────────────────────────────────────────────────────────────────────────────────────────────


def present_quality(result: QualityReport) -> Presentation:
    """The score, the weakest measure, the rules that are broken most, and a table."""
    if result.score is None:
        return Presentation(text="There is no data yet whose quality could be measured.", facts={"score": None})
    whole = [one for one in result.items if one.source_id is None] or list(result.items)
    text = f"Your data scores {result.score:.0%}."
    weakest = min(whole, key=lambda one: min(getattr(one, name) for name in _MEASURES))
    measure = min(_MEASURES, key=lambda name: getattr(weakest, name))
    value: float = getattr(weakest, measure)
    if value < 1:
        text += f" Weakest is the {measure} of {plural_of(weakest.type)}: {value:.0%}."
    broken = sorted(
        ((rule.broken, rule.says, one) for one in whole for rule in one.rules if rule.broken), key=lambda part: -part[0]
    )
    for count, says, one in broken[:_WORST]:
        text += f" In {count:,} of {one.rows:,} {plural_of(one.type)} it does not hold that {says}."
    if all(one.accuracy_by == "rules" for one in whole):
        text += " No two sources tell of the same records, so accuracy is judged by rules alone."
    columns = (
        Column(name="kind", type="string", label="Records"),
        Column(name="source", type="string", label="Source"),
        Column(name="rows", type="integer", label="Rows"),
        Column(name="score", type="number", unit="%", label="Score"),
        *(Column(name=name, type="number", unit="%", label=name.capitalize()) for name in _MEASURES),
    )
    rows = tuple(
        (plural_of(one.type), one.source or "all", one.rows, one.score, *(getattr(one, name) for name in _MEASURES))
        for one in result.items
    )
    table = TableBlock(title="Quality of your data", columns=columns, rows=rows)
    facts = {"score": result.score, "items": [one.model_dump(mode="json") for one in whole[:_SHOWN]]}
    return Presentation(text=text, facts=facts, blocks=(table,))


def present_rule(result: RuleView) -> Presentation:
    """A rule that was made."""
    text = f"From now on I look after each import and sync whether {result.says}, and say so once when it begins not to hold."
    return Presentation(text=text, facts=result.model_dump(mode="json", include={"id", "name", "type", "says"}))


def present_rules(result: RuleList) -> Presentation:
    """Each rule in a sentence, the broken ones first."""
    if not result.items:
        text = (
            "You have made no rule for your data yet. Say what shall hold, such as: every customer must have an e-mail."
        )
        return Presentation(text=text, facts={"rules": []})
    ranked = sorted(result.items, key=lambda one: ("broken", "waits", "holds").index(one.state))
    text = " ".join(map(_verdict, ranked[:_SHOWN]))
    facts = {"rules": [one.model_dump(mode="json") for one in ranked[:_SHOWN]]}
    return Presentation(text=text, facts=facts)


def _verdict(one: RuleVerdict) -> str:
    says = f"{one.says[:1].upper()}{one.says[1:]}"
    if one.state == "waits":
        return f"{says}: there is nothing yet that this could be held against."
    return f"{says}: this {'holds' if one.state == 'holds' else 'does not hold'}; {one.found}."


def present_trends(result: TrendList) -> Presentation:
    """The first and the last score of each kind of record, and all of them as a table."""
    whole = [one for one in result.items if one.source_id is None]
    if not whole:
        return Presentation(text="No score has been kept yet: one is with each import or sync.", facts={"items": []})
    days = sorted({one.day for one in whole})
    means = {day: _mean([one.score for one in whole if one.day == day]) for day in days}
    text = f"On {days[-1].isoformat()} your data scored {means[days[-1]]:.0%}"
    text += f", on {days[0].isoformat()} {means[days[0]]:.0%}." if len(days) > 1 else "; there is no earlier score."
    columns = (
        Column(name="day", type="date", label="Day"),
        Column(name="kind", type="string", label="Records"),
        Column(name="score", type="number", unit="%", label="Score"),
        Column(name="completeness", type="number", unit="%", label="Completeness"),
        Column(name="freshness", type="number", unit="%", label="Freshness"),
    )
    rows = tuple(
        (one.day.isoformat(), one.type.replace("_", " "), one.score, one.completeness, one.freshness) for one in whole
    )
    facts = {"scores": {day.isoformat(): round(mean, 4) for day, mean in list(means.items())[-_SHOWN:]}}
    table = TableBlock(title="Quality by day", columns=columns, rows=rows[-200:], truncated=len(rows) > 200)  # noqa: PLR2004
    return Presentation(text=text, facts=facts, blocks=(table,))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


# ── sources ──────────────────────────────────────────────────────────────────────────────────────────────────


def present_health(result: SourceHealth) -> Presentation:
    """Each source in a sentence, the late ones first."""
    if not result.items:
        return Presentation(text="No data has come in yet: there is no source to look after.", facts={"sources": []})
    ranked = sorted(result.items, key=lambda one: -(one.hours_late or 0.0))
    text = " ".join(_health(one) for one in ranked[:_NAMED])
    if len(ranked) > _NAMED:
        text += f" {len(ranked) - _NAMED} more sources are in the table."
    columns = (
        Column(name="source", type="string", label="Source"),
        Column(name="last", type="datetime", label="Last run"),
        Column(name="on_time", type="boolean", label="On time"),
        Column(name="records", type="integer", label="Raw records"),
        Column(name="failures", type="integer", label="Failed runs in 30 days"),
    )
    rows = tuple(
        (one.label, one.last_run_at.isoformat() if one.last_run_at else None, one.on_time, one.volume, one.failures)
        for one in ranked
    )
    facts = {"sources": [one.model_dump(mode="json") for one in ranked[:_SHOWN]]}
    return Presentation(text=text, facts=facts, blocks=(TableBlock(title="Sources", columns=columns, rows=rows),))


def _health(one: FlowNode) -> str:
    if one.hours_since is None:
        text = f"Nothing has come in from {one.label} yet."
    elif one.on_time:
        text = f"{one.label} is up to date: its data came in {span_of(one.hours_since)} ago."
    else:
        usual = f"; it usually comes every {span_of(one.usual_hours)}" if one.usual_hours is not None else ""
        text = f"{one.label} is late: its data last came in {span_of(one.hours_since)} ago{usual}."
    if one.failures:
        text += f" {_count(one.failures, 'run')} failed in the last 30 days"
        text += f": {one.last_error}" if one.last_error else "."
    return text


def present_flow(result: FlowGraph) -> Presentation:
    """How many there are of each step, and the edges as a table."""
    kinds = {
        kind: [one for one in result.nodes if one.kind == kind]
        for kind in ("source", "object", "table", "metric", "event")
    }
    if not kinds["source"]:
        return Presentation(text="No data has come in yet, so nothing flows.", facts={"edges": []})
    records = sum(one.volume for one in kinds["object"])
    text = (
        f"{_count(len(kinds['source']), 'source')} sent {_count(records, 'raw record')} of {_count(len(kinds['object']), 'kind')}; "
        f"they fill {_count(len(kinds['table']), 'table')}, from which {_count(len(kinds['metric']), 'metric')} are computed."
    )
    if detected := sum(one.volume for one in kinds["event"]):
        text += f" {_count(detected, 'event')} of {_count(len(kinds['event']), 'kind')} {'was' if detected == 1 else 'were'} detected in them."
    labels = {one.id: one.label for one in result.nodes}
    edges = [one for one in result.edges if not one.target.startswith("metric:")]
    columns = (
        Column(name="from", type="string", label="From"),
        Column(name="to", type="string", label="To"),
        Column(name="volume", type="integer", label="Records"),
    )
    rows = tuple((labels[one.source], labels[one.target], one.volume) for one in edges)
    facts = {"edges": [{"from": labels[e.source], "to": labels[e.target], "volume": e.volume} for e in edges[:_SHOWN]]}
    return Presentation(text=text, facts=facts, blocks=(TableBlock(title="Data flow", columns=columns, rows=rows),))


# ── words ────────────────────────────────────────────────────────────────────────────────────────────────────


def _origin(source: str, filename: str | None) -> str:
    return f"the file {filename}" if filename else source


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def _listed(parts: Sequence[str], most: int = _NAMED) -> str:
    named = [*parts[:most], f"{len(parts) - most} more"] if len(parts) > most else list(parts)
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"
