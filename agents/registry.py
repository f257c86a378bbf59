"""The eight agents, one per module and hub."""

from agents.action_hub import ACTION_HUB
from agents.cybersecurity_scanner import CYBERSECURITY_SCANNER
from agents.data_lineage import DATA_LINEAGE
from agents.insights_hub import INSIGHTS_HUB
from agents.marketplace_intel import MARKETPLACE_INTEL
from agents.mini_foundry import MINI_FOUNDRY
from agents.ops_copilot import OPS_COPILOT
from agents.predictive_analytics import PREDICTIVE_ANALYTICS

AGENTS = (
    MINI_FOUNDRY,
    DATA_LINEAGE,
    INSIGHTS_HUB,
    ACTION_HUB,
    PREDICTIVE_ANALYTICS,
    OPS_COPILOT,
    MARKETPLACE_INTEL,
    CYBERSECURITY_SCANNER,
)
