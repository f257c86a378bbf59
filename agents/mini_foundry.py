"""The specialist for the figures: what was sold, to whom, where and when."""

from agents.spec import AgentSpec
from storage.kernel.actor import Module

MINI_FOUNDRY = AgentSpec(
    module=Module.MINI_FOUNDRY,
    title="Mini Foundry",
    field="questions about your figures",
)
