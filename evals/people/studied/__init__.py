"""The labelled records that identity resolution was judged on until its mistakes were looked at: practice, since."""

from evals.people.studied.people import generate_people
from evals.people.studied.products import generate_products

__all__ = ["generate_people", "generate_products"]
