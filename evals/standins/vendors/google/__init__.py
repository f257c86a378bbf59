"""Google's stand-in: Gmail and Calendar."""

from evals.standins.vendors.google.server import GoogleStandIn

__all__ = ["GoogleStandIn"]
