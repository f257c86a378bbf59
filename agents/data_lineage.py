"""The specialist for the data itself: sources, imports, quality and origin."""

from agents.spec import AgentSpec
from storage.kernel.actor import Module

DATA_LINEAGE = AgentSpec(
    module=Module.DATA_LINEAGE,
    title="Data Lineage",
    field="where your data comes from and how good it is",
)
