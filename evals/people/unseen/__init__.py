"""Customers and goods by somebody who has read no rule that is judged by them, nor the words of the other sets.

`people` makes the customers of a business that sells in nine countries and has a web shop, payments, a till, a CRM, books, a
mailbox and a spreadsheet: persons alone, households, staff, sole traders and chains (`world`), as `clerk` writes them down.
`products` makes shops of nine trades (`goods`) and lists what they sell in a shop, at the till, in the books and in a file. Names,
words and what each system shows are in the YAML files beside; how often each kind of mess comes where it can is in the two `MESS`.
All rates are judgement.
"""

from evals.people.unseen.people import generate_people
from evals.people.unseen.products import generate_products

__all__ = ["generate_people", "generate_products"]
