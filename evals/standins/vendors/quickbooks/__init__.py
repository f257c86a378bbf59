"""QuickBooks Online's stand-in."""

from evals.standins.vendors.quickbooks.server import QuickBooksStandIn

__all__ = ["QuickBooksStandIn"]
