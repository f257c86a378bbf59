"""Square's stand-in."""

from evals.standins.vendors.square.server import SquareStandIn

__all__ = ["SquareStandIn"]
