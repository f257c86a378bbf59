"""x"""

from evals.people.unseen.people import generate_people
from evals.people.unseen.products import generate_products

__all__ = ["generate_people", "generate_products"]
