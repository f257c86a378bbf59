"""The labelled records that identity resolution is judged on: to be run, not read, by whoever tunes it."""

from evals.people.blind.people import generate_people
from evals.people.blind.products import generate_products

__all__ = ["generate_people", "generate_products"]
