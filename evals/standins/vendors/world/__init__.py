"""A small business as data: what every vendor's stand-in serves, and what is true about it."""

from evals.standins.vendors.world.build import build_world
from evals.standins.vendors.world.truth import Truth, truth
from evals.standins.vendors.world.world import Change, World

__all__ = ["Change", "Truth", "World", "build_world", "truth"]
