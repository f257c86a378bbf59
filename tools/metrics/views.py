"""Metrics as the outside sees them."""

from storage.metrics.model import DerivedMetric, SemanticModel
from storage.models.foundry import TenantMetric
from tools.metrics.schemas import MetricView


def product_view(name: str, model: SemanticModel) -> MetricView:
    metric = model.metrics[name]
    return MetricView(
        id=name,
        name=name,
        own=False,
        label=metric.label,
        definition=metric.definition,
        unit=metric.unit,
        expression=metric.expression if isinstance(metric, DerivedMetric) else None,
        synonyms=metric.synonyms,
        not_by=_not_by(name, model),
    )


def own_view(row: TenantMetric, model: SemanticModel) -> MetricView:
    """One that no longer holds is in no model, and can be split by nothing."""
    return MetricView.model_validate(
        {
            "id": row.id,
            "name": row.name,
            "own": True,
            "label": row.label,
            "definition": row.definition,
            "unit": row.unit,
            "expression": row.expression,
            "synonyms": row.synonyms,
            "not_by": _not_by(row.name, model) if row.name in model.metrics else tuple(model.dimensions),
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }
    )


def _not_by(name: str, model: SemanticModel) -> tuple[str, ...]:
    return tuple(dimension for dimension in model.dimensions if model.obstacle(name, [dimension]))
