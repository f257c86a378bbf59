"""The labelled records that identity resolution may be tuned on."""

from evals.people.practice.people import generate_people
from evals.people.practice.products import generate_products

__all__ = ["generate_people", "generate_products"]
