"""Zoho's stand-in: CRM and Books."""

from evals.standins.vendors.zoho.server import ZohoStandIn

__all__ = ["ZohoStandIn"]
