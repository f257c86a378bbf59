"""The hub for decisions: what-if simulations, plans and what was done."""

from agents.spec import AgentSpec
from storage.kernel.actor import Module

ACTION_HUB = AgentSpec(
    module=Module.ACTION_HUB,
    title="Action Hub",
    field="what-if simulations and plans",
)
