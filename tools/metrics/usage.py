"""What would break without a metric or a dimension: other metrics, widgets that show it, targets and alerts."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.model import SemanticModel, expression_names
from storage.models.foundry import TenantMetric, Widget
from storage.models.watching import Alert, Kpi
from storage.uow import ReadUnitOfWork
from tools.language.phrases import PhraseIndex
from tools.language.text import tokenize
from tools.query.lexicon import metric_phrases

_NAMED = 5


async def users(uow: ReadUnitOfWork, name: str, rows: Iterable[TenantMetric], model: SemanticModel) -> list[str]:
    """Everything that uses a metric, as it is told to the actor: of a colleague's private dashboard only that there is
    one."""
    made_of_it = (row for row in rows if row.name != name and name in expression_names(row.expression))
    phrases = metric_phrases(model)

    def is_used(widget: Widget) -> bool:
        asked = phrases.find(tokenize(widget.question)) if widget.question else []
        return name in _named_in(widget) or any(name in hit.meanings for hit in asked)

    def is_watched(watched: Kpi | Alert) -> bool:
        return watched.metric == name

    return [*(f"the metric “{row.label}”" for row in made_of_it), *await _shown(uow, is_used, is_watched)]


async def users_of_dimension(uow: ReadUnitOfWork, dimension: str, names: Iterable[str]) -> list[str]:
    """The widgets that show a dimension or filter by it, or whose question says one of its names; targets and alerts that
    filter by it."""
    phrases = PhraseIndex.of((name, dimension) for name in names)

    def is_used(widget: Widget) -> bool:
        query: dict[str, Any] = widget.query or {}
        members: list[dict[str, Any]] = query.get("members", [])
        analysis: dict[str, Any] = query.get("analysis") or {}
        filters = [
            *query.get("filters", ()),
            *analysis.get("of", ()),
            *(item for member in members for item in (member, *member.get("filters", ()))),
        ]
        named = {*query.get("dimensions", ()), *(item["dimension"] for item in filters)}
        return dimension in named or bool(widget.question and phrases.find(tokenize(widget.question)))

    def is_watched(watched: Kpi | Alert) -> bool:
        return any(item["dimension"] == dimension for item in watched.filters)

    return await _shown(uow, is_used, is_watched)


async def _shown(
    uow: ReadUnitOfWork, is_used: Callable[[Widget], bool], is_watched: Callable[[Kpi | Alert], bool]
) -> list[str]:
    said: list[str] = []
    hidden = 0
    for widget, dashboard in await uow.dashboards.every_widget():
        if not is_used(widget):
            continue
        if uow.dashboards.is_seen(dashboard):
            said.append(f"the widget “{widget.title}” on the dashboard “{dashboard.name}”")
        else:
            hidden += 1
    said += [f"the target “{kpi.name}”" for kpi in await uow.kpis.all() if is_watched(kpi)]
    said += [f"the alert “{alert.name}”" for alert in await uow.alerts.all() if is_watched(alert)]
    if hidden:
        said.append(f"{hidden} widget{'s' * (hidden > 1)} on private dashboards of colleagues")
    return said


def in_use(label: str, said: Sequence[str], what: str) -> CopilotError:
    """The refusal to do `what` with a metric that is used."""
    more = f" and {len(said) - _NAMED} more" if len(said) > _NAMED else ""
    return CopilotError(
        ErrorKind.CONFLICT,
        f"“{label}” cannot be {what}: it is used by {', '.join(said[:_NAMED])}{more}.",
        hint="Change or delete these first.",
    )


def _named_in(widget: Widget) -> set[str]:
    query: dict[str, Any] = widget.query or {}
    return {*query.get("metrics", ()), *(having["metric"] for having in query.get("having", ()))}
