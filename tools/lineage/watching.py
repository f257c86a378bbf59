"""What is watched of the data: scores that fall, sources that are late, rules of the tenant's own that begin to be broken."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from storage.models.intelligence import DataQualityScore
from storage.uow import ReadUnitOfWork
from tools.kit.watched import Watched
from tools.lineage.flow import health_of
from tools.lineage.own.checking import verdicts
from tools.lineage.own.schemas import Fresh, RuleVerdict, Score
from tools.lineage.own.service import active_rules
from tools.lineage.rules import load_rules
from tools.lineage.schemas import FlowNode, QualityReport, QualityScore
from tools.lineage.words import plural_of, span_of, table_of

AFTER_A_RUN: Final = ("score", "drop", "rule", "late")
"""Kinds that are looked at when an import or a sync has ended."""
BY_THE_CLOCK: Final = ("late",)
"""Those that come about while nothing runs."""
_MEASURES: Final = ("completeness", "validity", "uniqueness", "freshness", "accuracy")
_FELL: Final = 0.005


async def watched_after(
    uow: ReadUnitOfWork, report: QualityReport, before: Sequence[DataQualityScore]
) -> list[Watched]:
    """All that is watched, when scores have been measured. `before` are kept scores, the oldest first, without today's."""
    own = {
        table: rule.check.at_least
        for rule in await active_rules(uow)
        if isinstance(rule.check, Score) and (table := table_of(rule.type)) is not None
    }
    last = {row.entity_type: row for row in before if row.connector_id is None}
    found: list[Watched] = []
    for one in report.items:
        if one.source_id is None:
            if one.table not in own:  # its own rule speaks for it
                found.append(_low(one))
            found.append(_dropped(one, last.get(one.type)))
    return [*found, *map(_rule, report.own_rules), *await watched_sources(uow)]


async def watched_sources(uow: ReadUnitOfWork) -> list[Watched]:
    """Whether sources are late against their own rhythm. One that has run less than twice has none."""
    return [_source(node) for node in (await health_of(uow, None)).items]


async def watched_fresh(uow: ReadUnitOfWork) -> list[Watched]:
    """Rules of the tenant's own that time alone breaks."""
    rules = [rule for rule in await active_rules(uow) if isinstance(rule.check, Fresh)]
    return [_rule(one) for one in await verdicts(uow, rules)] if rules else []


def _low(one: QualityScore) -> Watched:
    bounds = load_rules().alerts
    weakest = min(_MEASURES, key=lambda name: getattr(one, name))
    many = plural_of(one.type)
    return Watched(
        subject=f"score:{one.table}",
        met=one.score < bounds.below,
        over=one.score >= bounds.below + bounds.margin,
        title=f"The quality of {many} is low",
        text=(
            f"The {one.rows:,} {many} score {one.score:.0%}, below {bounds.below:.0%}. Weakest is their {weakest}: "
            f"{getattr(one, weakest):.0%}.{_most_broken(one)}"
        ),
        evidence=_measures(one) | {"below": bounds.below},
    )


def _dropped(one: QualityScore, last: DataQualityScore | None) -> Watched:
    subject = f"drop:{one.table}"
    if last is None:
        return Watched(subject, met=False, over=False, judged=False)
    bounds = load_rules().alerts
    fell = last.score - one.score
    earlier = _kept(last)
    falls = {name: earlier[name] - getattr(one, name) for name in _MEASURES if name in earlier}
    worst = [name for name in sorted(falls, key=lambda name: -falls[name]) if falls[name] > _FELL][:2]
    said = " and ".join(f"{name} from {earlier[name]:.0%} to {getattr(one, name):.0%}" for name in worst)
    many = plural_of(one.type)
    return Watched(
        subject,
        met=fell > bounds.drop and one.score >= bounds.below,  # of one that is low the other alert tells
        over=fell <= bounds.drop / 2,
        title=f"The quality of {many} fell",
        text=f"The score of {many} fell from {last.score:.0%} on {last.measured_on.isoformat()} to {one.score:.0%}"
        + (f": {said}." if said else ".")
        + _most_broken(one),
        evidence=_measures(one) | {"before": {"day": last.measured_on.isoformat(), "score": last.score, **earlier}},
    )


def _kept(row: DataQualityScore) -> dict[str, float]:
    details: Mapping[str, Any] = row.details
    found = {"completeness": row.completeness, "freshness": row.freshness, "accuracy": row.accuracy}
    return found | {name: details[name] for name in ("validity", "uniqueness") if details.get(name) is not None}


def _measures(one: QualityScore) -> dict[str, Any]:
    return {"score": one.score, "rows": one.rows, **{name: getattr(one, name) for name in _MEASURES}}


def _most_broken(one: QualityScore) -> str:
    broken = max(one.rules, key=lambda rule: rule.broken, default=None)
    if broken is None or not broken.broken:
        return ""
    return f" In {broken.broken:,} of {broken.checked:,} it does not hold that {broken.says}."


def _rule(one: RuleVerdict) -> Watched:
    return Watched(
        subject=f"rule:{one.rule_id}",
        met=one.state == "broken",
        over=one.state == "holds",
        judged=one.state != "waits",
        title=f"A rule is broken: {one.name}",
        text=f"It no longer holds that {one.says}: {one.found}.",
        subject_id=one.rule_id,
        evidence=one.model_dump(mode="json", include={"checked", "broken", "seen", "examples"}),
    )


def _source(node: FlowNode) -> Watched:
    id_ = node.id.removeprefix("source:")
    if node.on_time is None or node.usual_hours is None or node.last_run_at is None:
        return Watched(f"late:{id_}", met=False, over=False, judged=False)
    return Watched(
        subject=f"late:{id_}",
        met=not node.on_time,
        over=node.on_time,
        title=f"{node.label} is late",
        text=(
            f"The data of {node.label} last came in {span_of(node.hours_since or 0.0)} ago, on {_moment(node.last_run_at)}; it usually "
            f"comes every {span_of(node.usual_hours)}."
            + (f" Its last error: {node.last_error}" if node.last_error else "")
        ),
        subject_id=id_,
        evidence=node.model_dump(
            mode="json", include={"last_run_at", "usual_hours", "hours_since", "hours_late", "failures"}
        ),
    )


def _moment(at: datetime) -> str:
    return f"{at:%-d %B %Y at %H:%M} UTC"
