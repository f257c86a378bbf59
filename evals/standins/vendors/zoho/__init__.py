"""Zoho's stand-in: CRM and Books."""

from evals.standins.vendors.zoho.server import ZohoBooksStandIn, ZohoStandIn

__all__ = ["ZohoBooksStandIn", "ZohoStandIn"]
