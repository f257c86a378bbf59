"""Outlook's stand-in: mail and calendar through Microsoft Graph."""

from evals.standins.vendors.outlook.server import OutlookStandIn

__all__ = ["OutlookStandIn"]
