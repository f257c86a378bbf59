"""Metrics as the outside sees them (contract: /api/modules/mini-foundry/metrics)."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from storage.metrics.model import LONGEST_EXPRESSION, Unit
from tools.kit.capability import Contract

MOST_METRICS = 100
LONGEST_NAME = 60
MetricName = Annotated[str, StringConstraints(pattern=rf"^[a-z][a-z0-9_]{{0,{LONGEST_NAME - 1}}}$")]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class MetricDraft(Contract):
    """A metric of the tenant's own: arithmetic over others, the product's and her own."""

    label: Label = Field(description="What it is called, also in questions.", examples=["Take-home"])
    expression: str = Field(
        min_length=1,
        max_length=LONGEST_EXPRESSION,
        description="+ − × ÷, parentheses and numbers over the names of metrics.",
        examples=["revenue - shipping"],
    )
    name: MetricName | None = Field(
        default=None, description="What expressions and queries call it. Without one it follows from the label."
    )
    definition: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)] | None = Field(
        default=None,
        description="A sentence that is shown with its figures. Without one the expression is read out.",
        examples=["Net sales minus what shipping brought in."],
    )
    unit: Unit | None = Field(default=None, description="Without one it follows from the expression.")
    synonyms: Annotated[tuple[Label, ...], Field(max_length=20)] = ()


class MetricView(Contract):
    """One metric. `own`: the tenant's, which can be changed; the product's have their name for an id. `expression` is
    null where a metric is counted from the data itself. `not_by`: the dimensions that it cannot be split by."""

    id: str
    name: str
    own: bool
    label: str
    definition: str
    unit: Unit
    expression: str | None
    synonyms: tuple[str, ...]
    not_by: tuple[str, ...]
    created_at: datetime | None = None
    updated_at: datetime | None = None


class DefineMetric(Contract):
    """A metric that is defined in words. Give the whole sentence, or the label beside what it is."""

    definition: str = Field(
        min_length=1,
        max_length=1_000,
        description="The definition in the user's own words, in full, such as: define take-home as net sales minus shipping.",
        examples=["define profit per piece as gross profit divided by units"],
    )
    label: Label | None = Field(default=None, description="What the figure is to be called.")
