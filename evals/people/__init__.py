"""Labelled customers, contacts and goods as the systems of a small business hold them, to measure identity resolution.

Five generators, each with `generate_people` and `generate_products`, make the same kinds of record from names, rates and mess
of their own. `practice` is what resolves identities may be tuned on. `studied`, `hard` and `broad` were what it was judged on
until their mistakes were looked at: they are practice too, and their figures tell nothing of data that nobody has seen. `unseen`
was written by somebody who knew nothing of the rules; whoever writes rules looks at none of its mistakes. They share the record
types, the rule of what can be decided at all, and the scorer.

Whose a record is (`truth`):
- The truth follows `name`. A record whose name is a company's belongs to the company, whoever stands in `contact_name`; one
  whose name is a person's belongs to the person, whatever stands in `company` and whatever the mailbox is. Where the name
  is empty the record is that of whoever's mailbox or telephone it shows. A name of a person with a company behind it ("Ann
  Lee (Acme Ltd)") is the person's.
- The contacts of a company are different persons, though they share its mailbox, switchboard and address.
- Members of a household are different persons, though they share address, telephone, surname and mailbox; so are a father
  and a son of one name.
- A joint record ("Mr & Mrs Smith") is neither of the two: it has a truth of its own and cannot be decided.
- Placeholders ("Guest", "test@test.com") are each a truth of their own and cannot be decided.
- Outlets of a chain with addresses of their own are different companies.
"""
