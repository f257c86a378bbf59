"""The specialist for the market: competitors, their prices and trends."""

from agents.spec import AgentSpec
from storage.kernel.actor import Module

MARKETPLACE_INTEL = AgentSpec(
    module=Module.MARKETPLACE_INTEL,
    title="Marketplace Intel",
    field="competitors, their prices and the market",
)
