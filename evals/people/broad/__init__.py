"""Records and goods as the owner of a small business finds them, written to judge by; its mistakes have been looked at since.

`people` makes seven businesses (shops.yaml): a homeware shop, cafes, a wholesaler, a web shop of six countries, and others,
each with the systems that such a business has, and each system filling the fields that it fills. Most records are clean or
nearly so; some are bad. `products` makes shops (goods.yaml) that list their goods in a shop, at the till, in the books and in a
supplier's list, some of which an app fills from the shop.

Where the rates come from:
- Surnames: in the USA of 2000 the 275 commonest were borne by 26 % of the people, and most surnames by one person or a few (US
  Census Bureau). Common ones are drawn by rank, the others put together; how many are common differs by culture.
- Moves: 11 to 12 % of Americans moved in a year (US Census Bureau, 2013 and 2014); 10 % a year here.
- Surnames after a marriage: 79 % of American wives took the husband's name, 14 % kept theirs, 5 % joined the two (Pew Research
  Center, 2023); about one woman in a hundred changes it in a year.
- Mailboxes: typing errors in 1 to 3 % of the addresses collected (ZeroBounce). People said that they had some
  three of them, and a third that they changed one in a year (NFO and Return Path, 2002); the latter is thought far too much
  (Magill), so 5 % a year change theirs here, and 20 % have a second one that they give at times.
- Names: where hospital records known to be duplicates differ in the given name it is misspelt in 53 % of the cases, in the
  surname in 34 %, and most others are exchanged parts (Just and others, 2016). Of 100 English records that did not link, 37
  failed by the name (HSCIC, 2009). Of pairs of one person's records that bear names, just under two in three here show quite
  the same text; most of the others differ by a form that people use themselves, some 8 % by a mistake.
- Postcodes: missing or different in 53 % of linked English hospital records, sex or date of birth in 0.1 % (Harron and others,
  2017): what is missing or out of date is far commoner than a wrong digit.
- Duplicates in one system: 5 % in a group practice and 10 % in hospitals (AHIMA); 6 to 15 % here, the most where a checkout
  makes a new customer each time.
- Staff: tenure of 4.6 years (US Bureau of Labor Statistics); changes of employer are left out, since the new one is seldom a
  customer of the same shop.
- Barcodes: trade practice, not counted: most branded goods have one, the shop's own seldom, the books show none.
- All else is judgement: households, namesakes, chains, sole traders, shared mailboxes and telephones, shortened names, what
  each system leaves empty, prices, how goods are numbered and called.
"""

from evals.people.broad.people import generate_people
from evals.people.broad.products import generate_products

__all__ = ["generate_people", "generate_products"]
