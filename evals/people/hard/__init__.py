"""Customers, contacts and goods as shops, tills, payment services, books, CRMs, mailboxes and spreadsheets of small businesses hold
them, with whose they are. Written by somebody who knew neither what resolves identities nor the other two generators.

`world` and `assortment` say who and what there is, in nine countries and twelve trades; `people` and `products` write it down as
eleven and seven systems do; the names, words, habits of systems and ways of writing are in the YAML files beside. How often each
kind of mess befalls a record that can have it is in the two `MESS`; a system's own carelessness multiplies that.

Where the rates come from:
- Slips: more than 80 % of misspelt words have one error (Damerau, 1964), few in the first letter (Yannakoudakis and Fawthrop, 1983);
  the kinds are those of the generators Febrl and GeCo (Christen and Vatsalan): neighbouring keys, sound,
  shape, missing, doubled, extra and swapped letters.
- Names of one person in two places: between two collections of the cohort ALSPAC 18 % of surnames and 12 % of forenames differ
  ("Generating synthetic identifiers to support development and evaluation of data linkage methods", IJPDS, 2024). Here, where
  called names and initials are usual, it is about a tenth of the surnames and a quarter of the forenames.
- Surnames at marriage: 79 % of wives took the husband's, 14 % kept theirs, 5 % joined both (Pew Research Center, 7 September 2023).
- Mailboxes: at least 0.6 % have a mistyped domain, gamil.com the foremost (bounceshift.com, 1.47 million addresses); vendors of
  checks tell of 1 to 3 %, and of 2 to 8 % while a form is filled. Here 1.3 % before the system's carelessness, with those domains.
- Guest checkouts and counter sales that make a customer anew are what shops complain of most in Shopify's forum; "up to 25 %" of
  profiles say those who sell the mending. Here a twentieth of the records comes a second time in the same system, beside the
  customers who are there twice by chance.
- Barcodes: every size, colour and number in the pack has its own, with a check digit (GS1 General Specifications); that brands use
  one for a whole line, or a predecessor's again, is what GS1's "Verified by GS1" is meant to find.
- All the rest (fields that systems fill, households, moves, shares of called names, of the shop's own numbers, of prices that differ)
  is judgement.

What makes it hard on purpose: parents and children of one name, couples whose given names begin alike, flatmates, houses of flats,
strangers of one name in a town, chains, sister companies under one roof, sole traders, colleagues with one telephone and mailbox,
the shop's own mailbox and telephone, stand-ins ("none@none.com"), parcels for friends; lines of one name by several brands,
siblings that differ in one value, packs, successors and bundles, numbers used again.
"""

from evals.people.hard.people import generate_people
from evals.people.hard.products import generate_products

__all__ = ["generate_people", "generate_products"]
