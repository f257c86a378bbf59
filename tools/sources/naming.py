"""Names of tables and columns as people say them: "tblVisitDtl" is a visit detail, "inv_dt" an invoice date."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tools.language.text import listed, tokenize
from tools.sources.german import english
from tools.sources.segments import taken_apart
from tools.sources.shortened import written_out

ABBREVIATIONS = {
    "qty": "quantity", "amt": "amount", "dt": "date", "no": "number", "num": "number", "nbr": "number", "nr": "number",
    "cust": "customer", "prod": "product", "emp": "employee", "dept": "department", "desc": "description",
    "descr": "description", "addr": "address", "cat": "category", "inv": "invoice", "ord": "order", "acct": "account",
    "acc": "account", "dob": "birth date", "pct": "percent", "avg": "average", "tot": "total", "mgr": "manager",
    "svc": "service", "fullname": "full name", "givenname": "given name", "phoneno": "phone number", "std": "standard", "sqm": "sqm", "appt": "appointment", "yr": "year", "mth": "month", "wt": "weight", "fname": "first name",
    "lname": "last name", "firstname": "first name", "lastname": "last name", "dtl": "detail", "hdr": "header",
    "trx": "transaction", "txn": "transaction", "pmt": "payment", "veh": "vehicle", "dest": "destination",
    "orig": "origin", "loc": "location", "cnt": "count", "mins": "minutes", "hrs": "hours", "sts": "status",
    "grp": "group", "typ": "type", "supp": "supplier", "ship": "ship", "reg": "registration", "ref": "reference",
    "tel": "telephone", "ctry": "country", "curr": "currency", "disc": "discount", "bal": "balance", "sal": "salary",
    "nm": "name", "mbr": "member", "cls": "class", "mthd": "method", "mthly": "monthly", "mnthly": "monthly", "hrly": "hourly",
    "wkly": "weekly", "dly": "daily", "twn": "town", "cd": "code", "stat": "status", "sta": "status", "usr": "user",
    "mgmt": "management", "rgn": "region", "terr": "territory", "itm": "item", "ln": "line", "cmpny": "company", "org": "organization",
    "prc": "price", "prd": "product", "purch": "purchase", "po": "purchase order", "rcpt": "receipt", "shpmt": "shipment",
    "shp": "ship", "dlv": "delivery", "dlvry": "delivery", "del": "delivery", "wgt": "weight", "vol": "volume", "len": "length",
    "hgt": "height", "dur": "duration", "dist": "distance", "beg": "start", "strt": "start", "fin": "finish", "crt": "created",
    "crtd": "created", "upd": "updated", "mod": "modified", "ts": "timestamp", "tm": "time", "mon": "month", "wk": "week",
    "qtr": "quarter", "max": "maximum", "min": "minimum", "vend": "vendor", "vndr": "vendor", "custs": "customers", "emps": "employees",
    "ctct": "contact", "cntry": "country", "cty": "city", "st": "state", "prov": "province", "maint": "maintenance", "insp": "inspection",
    "eqp": "equipment", "equip": "equipment", "mach": "machine", "dfct": "defect", "def": "defect", "insur": "insurance", "ins": "insurance",
    "pol": "policy", "clm": "claim", "prem": "premium", "comm": "commission", "don": "donation", "dnr": "donor", "camp": "campaign",
    "evt": "event", "tkt": "ticket", "att": "attendance", "stu": "student", "crs": "course", "enrl": "enrolment", "instr": "instructor",
    "sem": "semester", "tchr": "teacher", "prop": "property", "lst": "listing", "agt": "agent", "contr": "contract", "exp": "expense",
    "rev": "revenue", "bud": "budget", "bgt": "budget", "proj": "project", "tsk": "task", "assg": "assignment", "lvl": "level",
    "rtng": "rating", "scr": "score", "rsn": "reason", "src": "source", "chnl": "channel", "chan": "channel", "sz": "size", "clr": "color",
    "blk": "block", "cst": "cost", "own": "owner", "ownr": "owner", "mech": "mechanic", "varty": "variety", "harv": "harvest", "vintg": "vintage", "colr": "colour", "eml": "email", "vty": "variety",
    "btl": "bottle", "btls": "bottles", "stk": "stock", "plnt": "planted", "prnt": "parent", "frt": "freight", "alc": "alcohol",
    "sched": "scheduled", "cmpl": "completed", "compl": "completed", "tech": "technician", "techs": "technicians", "hol": "holiday",
    "rmk": "remark", "rmks": "remarks", "cmt": "comment", "nts": "notes", "phn": "phone", "mob": "mobile", "cnf": "confirmed",
    "cncl": "cancelled", "canc": "cancelled", "upc": "barcode", "wrk": "work", "wo": "work order", "jb": "job", "mtr": "matter",
    "pymt": "payment", "pmnt": "payment", "pymnt": "payment", "chg": "charge", "chrg": "charge", "fnd": "fund", "grd": "grade",
    "lesn": "lesson", "teach": "teacher", "studnt": "student", "memb": "member", "mshp": "membership", "subs": "subscription",
    "bk": "book", "rm": "room", "gst": "guest", "resv": "reservation", "rsv": "reservation", "arr": "arrival", "dep": "departure",
    "drv": "driver", "rte": "route", "trp": "trip", "flt": "flight", "whs": "warehouse", "bin": "bin",
    "mfr": "manufacturer", "mfg": "manufacturing", "manuf": "manufacturer", "brnd": "brand", "mdl": "model", "ser": "serial",
    "warr": "warranty", "wty": "warranty", "dscnt": "discount", "cont": "contact", "co": "company",
    "frn": "foreign", "nat": "nationality", "gndr": "gender", "sx": "sex", "tmp": "temperature", "hum": "humidity", "dia": "diameter",
    "dtm": "date", "dttm": "date", "categ": "category", "prio": "priority", "subj": "subject", "dev": "device", "invc": "invoice", "pat": "patient", "doc": "doctor", "res": "reservation", "bkg": "booking", "whse": "warehouse", "wh": "warehouse",
    "recv": "received", "rcvd": "received", "recd": "received", "rcv": "received", "oh": "on hand", "biz": "business", "prt": "part", "flg": "flag",
    "sup": "supplier", "bldg": "building", "freq": "frequency", "mkt": "market", "mfd": "manufactured", "nxt": "next", "occ": "occupation",
    "pkg": "package", "pos": "position", "prev": "previous", "val": "value", "apmt": "appointment", "rtn": "return", "rtrn": "return",
    "rtrnd": "returned", "sbscr": "subscriber", "chldrn": "children", "tmstmp": "timestamp", "chk": "check", "trk": "truck", "vac": "vacation",
    "delv": "delivery", "deliv": "delivery", "dlvd": "delivered", "estd": "estimated", "wkr": "worker",
}  # fmt: skip
_DATED = {
    "prom": "promised", "exp": "expiry", "est": "estimated", "sch": "scheduled", "arr": "arrival", "dep": "departure", "pd": "paid",
    "ret": "return", "rec": "received", "due": "due", "eff": "effective", "term": "termination", "canc": "cancelled", "req": "required",
    "cre": "created", "sub": "submitted", "pub": "published", "ack": "acknowledged", "disp": "dispatched", "rel": "release",
    "coll": "collected", "comp": "completed",
}  # fmt: skip
"""What is short for another word in front of a date."""
_DATE_MARKS = frozenset(listed("dt dte date dtm dttm"))
_PRICED = frozenset(listed("price prc cost cst total tot amount amt fee labor labour pay paid charge chg rate tax vat disc discount net gross balance bal due deposit refund tip wage salary rent premium subtotal fine value unit parts freight sales revenue commission margin profit"))  # fmt: skip
"""What is told in money: of these "ct" are cents, and of all others a count."""
_LAST = frozenset(listed("min max len st ts std"))
"""What is no abbreviation at the end of a name: "duration_min" is in minutes."""
_TABLE_PREFIXES = frozenset(
    listed("tbl t dim fact fct stg vw v tb app public lkp lkup lookup lu ref mst mas xref tab rel")
)
_IRREGULAR = {
    "person": "people", "man": "men", "woman": "women", "child": "children", "foot": "feet", "staff": "staff",
    "species": "species", "series": "series", "data": "data", "status": "statuses", "day": "days", "half": "halves",
    "leaf": "leaves", "knife": "knives", "wife": "wives", "life": "lives", "hero": "heroes", "potato": "potatoes",
}  # fmt: skip
_SINGULAR = frozenset(listed("species series status bus gas news address process class glass boss canvas analysis basis bonus campus virus"))  # fmt: skip
_SALES = frozenset(["sales", "sale"])
_UNCOUNTED = frozenset(listed("staff equipment inventory stock data weight salary insurance distance duration revenue"))


@dataclass(frozen=True, slots=True)
class Noun:
    """What the rows of a table are: "visit", "visits"."""

    singular: str
    plural: str

    @property
    def id(self) -> str:
        return identifier(self.singular)

    @property
    def label(self) -> str:
        return capital(self.singular)


def words_of(name: str) -> list[str]:
    """A name in lower-case words, abbreviations written out: "InvAmt_EUR" → invoice amount eur."""
    name = name.replace("MwSt", "Mwst")
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^\w]+|_+", " ", name)
    words = [piece for word in parted.lower().split() for piece in _pieces(word)]
    last = len(words) - 1
    written = (word if i == last and i and word in _LAST else _written(words, i) for i, word in enumerate(words))
    return [part for word in written for part in (english(word) or word).split()] or ["unnamed"]


def _written(words: Sequence[str], i: int) -> str:
    """One word of a name, written out if it is short for one."""
    word, last = words[i], words[-1]
    if i < len(words) - 1 and last in _DATE_MARKS and word in _DATED:
        return _DATED[word]
    if word in ("ct", "cts") and i and i == len(words) - 1 and _PRICED & {*words}:
        return "cents"
    if word in _TABLE_PREFIXES:
        return ABBREVIATIONS.get(word, word)
    return ABBREVIATIONS.get(word) or written_out(word) or word


def _pieces(word: str) -> tuple[str, ...]:
    """A word that runs together, taken apart, unless it is known as it is."""
    return (word,) if word in ABBREVIATIONS or english(word) else taken_apart(word)


def raw_words(name: str) -> list[str]:
    """A name in lower-case words as they are written, nothing written out."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^\w]+|_+", " ", name)
    return [piece for word in parted.lower().split() for piece in taken_apart(word)]


def noun_of(table: str, shared: Sequence[str] = ()) -> Noun:
    """The noun of a table's rows. `shared` are words that all of the database's tables begin with."""
    words = words_of(table)
    while len(words) > 1 and (words[0] in _TABLE_PREFIXES or words[0] in shared):
        words.pop(0)
    last = singular(words[-1]) if words else "row"
    return Noun(" ".join([*words[:-1], last]), " ".join([*words[:-1], plural(last)]))


def shared_prefix(tables: Iterable[str], words_in: Callable[[str], list[str]] = words_of) -> tuple[str, ...]:
    """The first words of all tables, where they say only to which part of a program a table belongs: one that all have
    ("clinic_visits", "clinic_owners"), or a few by which all are filed ("members_plan", "members_member", "bookings_booking")."""
    split = [words_in(table) for table in tables]
    if len(split) < 3 or any(len(words) < 2 for words in split):  # noqa: PLR2004 — fewer prove nothing
        return ()
    heads = Counter(words[0] for words in split)
    rest = {tuple(words[1:]) for words in split}
    filed = all(heads[words[0]] > 1 or words[0] == _plural(words[1]) for words in split)
    named = any(words[0] == _plural(words[1]) for words in split)
    is_one = len(heads) == 1
    return tuple(heads) if is_one or (filed and named and len(rest) == len(split)) else ()


def singular(word: str) -> str:
    """The singular of an English noun."""
    if word in _SALES:
        return "sale"
    if word in _SINGULAR or word in _UNCOUNTED:
        return word
    return tokenize(word)[0].lemma if word.isalpha() else word


def plural(word: str) -> str:
    """The plural of an English noun, or of the last word of several."""
    head, _, last = word.rpartition(" ")
    return f"{head} {_plural(last)}".strip()


def _plural(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _UNCOUNTED:
        return word
    if word.endswith("person"):
        return f"{word[:-6]}people"
    if word.endswith(("is",)) and len(word) > 4:  # noqa: PLR2004 — "analysis", not "his"
        return f"{word[:-2]}es"
    if word.endswith(("s", "x", "ch", "sh", "z")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


def identifier(text: str) -> str:
    """A name that is safe in code and in arithmetic: letters, digits and underscores, no keyword."""
    name = re.sub(r"\W+", "_", text.lower(), flags=re.ASCII).strip("_") or "x"
    import keyword

    return f"c_{name}" if name[0].isdigit() or keyword.iskeyword(name) or name == "id" else name[:60]


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def unique(name: str, taken: Iterable[str]) -> str:
    """The name, or the name with a number that nobody has."""
    known = set(taken)
    if name not in known:
        return name
    number = 2
    while f"{name}_{number}" in known:
        number += 1
    return f"{name}_{number}"
