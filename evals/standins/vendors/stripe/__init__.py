"""Stripe's stand-in."""

from evals.standins.vendors.stripe.server import StripeStandIn

__all__ = ["StripeStandIn"]
