"""Xero's stand-in."""

from evals.standins.vendors.xero.server import XeroStandIn

__all__ = ["XeroStandIn"]
