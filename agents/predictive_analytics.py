"""The specialist for what is to come: forecasts, predictions and anomalies."""

from agents.spec import AgentSpec
from storage.kernel.actor import Module

PREDICTIVE_ANALYTICS = AgentSpec(
    module=Module.PREDICTIVE_ANALYTICS,
    title="Predictive Analytics",
    field="forecasts, predictions and anomalies",
)
