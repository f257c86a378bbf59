"""The specialist for work to be done: tasks, workflows and automations."""

from agents.spec import AgentSpec
from storage.kernel.actor import Module

OPS_COPILOT = AgentSpec(
    module=Module.OPS_COPILOT,
    title="Ops Copilot",
    field="tasks, reminders, workflows and automations",
)
