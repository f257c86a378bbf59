"""What would break without a metric: other metrics, widgets that show it, targets and alerts."""

from collections.abc import Iterable, Sequence
from typing import Any

from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.model import SemanticModel, expression_names
from storage.models.foundry import TenantMetric, Widget
from storage.uow import ReadUnitOfWork
from tools.language.text import tokenize
from tools.query.lexicon import metric_phrases

_NAMED = 5


async def users(uow: ReadUnitOfWork, name: str, rows: Iterable[TenantMetric], model: SemanticModel) -> list[str]:
    """Everything that uses a metric, as it is told to the actor: of a colleague's private dashboard only that there is
    one."""
    made_of_it = (row for row in rows if row.name != name and name in expression_names(row.expression))
    said = [f"the metric “{row.label}”" for row in made_of_it]
    phrases = metric_phrases(model)
    hidden = 0
    for widget, dashboard in await uow.dashboards.every_widget():
        asked = phrases.find(tokenize(widget.question)) if widget.question else []
        if name not in _named_in(widget) and not any(name in hit.meanings for hit in asked):
            continue
        if uow.dashboards.is_seen(dashboard):
            said.append(f"the widget “{widget.title}” on the dashboard “{dashboard.name}”")
        else:
            hidden += 1
    said += [f"the target “{kpi.name}”" for kpi in await uow.kpis.all() if kpi.metric == name]
    said += [f"the alert “{alert.name}”" for alert in await uow.alerts.all() if alert.metric == name]
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
