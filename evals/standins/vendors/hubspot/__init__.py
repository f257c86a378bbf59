"""HubSpot's stand-in."""

from evals.standins.vendors.hubspot.server import HubSpotStandIn

__all__ = ["HubSpotStandIn"]
