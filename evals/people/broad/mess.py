"""What makes records of persons and companies hard, and how often it comes."""

MESS: dict[str, float] = {
    # of names, in a record where it can be
    "short for the given name": 0.22, "letter wrong in the given name": 0.008, "letter wrong in the family name": 0.011,
    "given name by ear": 0.005, "family name by ear": 0.006, "names exchanged": 0.006, "accents left out": 0.1,
    "letter wrong in the company": 0.012, "still under the former name": 0.02, "read with the wrong encoding": 0.06,
    "note in the name": 0.008, "employer in the name": 0.02, "mailbox in the name": 0.012,
    # of mailboxes, telephones and addresses
    "mailbox mistyped": 0.017, "mailbox otherwise": 0.03, "other mailbox": 0.3, "mailbox of the household": 0.5,
    "mailbox of the partner": 0.05, "mailbox of the company": 0.06, "number mistyped": 0.011, "telephone of the household": 0.35,
    "telephone of the partner": 0.05, "telephone of the company": 0.4, "wrong digit in the postcode": 0.01, "house number mistyped": 0.008,
    "out of date": 0.12, "sent elsewhere": 0.018, "no address at all": 0.006,
    # of whole records
    "stands for nobody": 0.013, "two in one": 0.009, "in the system again": 1.0,
}  # fmt: skip
"""How probable each kind of mess is where it is possible; mistakes besides by the care that is taken in the system. How
often a record is in a system again, and the ways of writing a name, are in shops.yaml by system."""
