"""Shopify's stand-in."""

from evals.standins.vendors.shopify.server import ShopifyStandIn

__all__ = ["ShopifyStandIn"]
