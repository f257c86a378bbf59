"""The hub that sums up: overviews, alerts, segments and reports."""

from agents.spec import AgentSpec
from storage.kernel.actor import Module

INSIGHTS_HUB = AgentSpec(
    module=Module.INSIGHTS_HUB,
    title="Insights Hub",
    field="overviews, alerts, customer segments and reports",
)
