"""What the forms of a word have in common, and which words mean the same in a business: "installation", "installed" and
"install"; "client" and "customer"; "varty" and "variety"."""

import re
from functools import lru_cache

from tools.language.dictionary import Dictionary
from tools.language.text import listed, tokenize
from tools.sources.german import english

_DICTIONARY = Dictionary()

_FORMS = """
sale sales; send sent sender sends; sell sold seller; pay paid payment paying payer; buy bought buyer; lose lost loss; win won;
give gave given; make made; build built; hold held; begin began begun; take took taken; drive drove driven;
write wrote written; draw drawn drew; spend spent; lend lent; grow grew grown; catch caught; teach taught; lead led;
keep kept; meet met; find found; bring brought; speak spoke spoken; choose chose chosen; break broke broken;
deliver delivery delivered; install installation installed installing; complete completion completed;
cancel cancellation canceled cancelled cancels cancelling; ship shipping shipment shipped shp; arrive arrival arrived;
depart departure departed; register registration registered; admit admission admitted; enrol enroll enrolment enrollment enrolled;
receive receipt received; expire expiry expiration expired; terminate termination terminated; resign resignation resigned;
assign assignment assigned; approve approval approved; submit submission submitted; renew renewal renewed;
born birth; hire hired hiring; join joined joining; close closed closing closure; open opened opening;
refer referral referred; complain complaint complained; inspect inspection inspected; repair repaired;
resolve resolution resolved; confirm confirmation confirmed; create creation created; decide decision decided;
donate donation donated; subscribe subscription subscribed; reserve reservation reserved; book booking booked;
collect collection collected; adopt adoption adopted; convert conversion converted; produce production produced;
inform informed information; supervise supervisor supervised; manage manager managed management;
mentor mentored; report reports reported; pick picked picking picker; harvest harvested; plant planted planting;
retire retirement retired; graduate graduation graduated; attend attendance attended; invoice invoiced invoicing;
bill billed billing; order ordered ordering; issue issued; deposit deposited; refund refunded; return returned;
schedule scheduled; plan planned; start started; end ended; finish finished; leave left leaving; quit; exit exited;
dispatch dispatched; acquire acquisition acquired; purchase purchased; quote quoted quotation; accept acceptance accepted;
reject rejection rejected; publish published publication; release released; discharge discharged; treat treated treatment;
train trained training; certify certified certification; deploy deployed deployment; sign signed signing signature;
discontinue discontinued; charge charged; rent rental rented renting; lease leased; bottle bottles bottled;
move moved; visit visited; vaccinate vaccinated vaccination; weigh weight weighed; last lasted; insure insured insurance;
tune tuned tuning; serve served service servicing serviced; sponsor sponsored; attend attendee; employ employed employment;
review reviewed; test tested; audit audited; claim claimed; settle settled settlement; list listed listing;
absent absence; present presence; due; check checked; lay laid; print printed; bake baked; roast roasted; wash washed;
load loaded; unload unloaded; store stored storage; clean cleaned cleaning; transfer transferred; describe description descr;
vary variety; allergic allergy; organic; calibrate calibration calibrated; maintain maintenance maintained; move moving;
screen screened; discount discounted; damage damaged; consent consented; fund funded; vote voted; age aged; rate rated rating;
enter entered entry; occur occurred occurrence; log logged; work worked working; bear borne; tow towed; deceased die died death
"""
_ROOT = {form: forms[0] for forms in (line.split() for line in _FORMS.replace("\n", " ").split(";")) for form in forms}

_SAME = """
customer client buyer patron; employee staff worker personnel colleague staffer; kid child youngster; pupil kid child; doctor physician; vet veterinarian;
technician engineer mechanic fitter; lawyer attorney solicitor; teacher instructor trainer coach tutor; student pupil learner;
subscriber member; guest visitor; guardian parent; tenant renter lessee; supplier vendor; vehicle car truck van lorry; invoice bill;
product item article; shipment consignment; reservation booking; class lesson course session; town city village municipality place;
country nation; region area district territory; color colour; quantity qty piece; salary wage; reason cause; method way;
type kind sort category; status state stage; email mail; phone telephone mobile; sex gender; manager boss supervisor;
freight frt; tax vat; shop store branch; film movie; company firm business; injury wound; flat apartment unit;
capacity places seats spots; kg kilo kilogram kilos kg; hour hours hrs h; minute minutes mins min; km kilometre kilometer;
litre liter liters litres l; ha hectare hectares; percent pct percentage content; weight mass; price cost; fee charge; position role title job post;
size dimension; rate; site location venue premises; note comment remark; harvest pick crop; volunteer helper; driver chauffeur;
channel; parcel package; electricity power; metre meter metres meters m; brand maker make manufacturer producer; urgency priority;
estimate quote offer quotation; finish complete; earnings takings revenue; pay salary; length long; postcode zip; deadline due;
hometown town city; practitioner doctor; berth mooring; gross total; surname lastname; depot warehouse; lecturer teacher;
occupation job title position; dwelling flat apartment; surgery operation; machine equipment device unit asset; campaign; rep salesperson seller agent;
owner holder; animal pet; stock inventory hand onhand; receive arrive; end finish; start begin; close end; leave exit quit depart resign; work job task; bike bicycle;
expense spending cost; industry sector; revenue sales turnover income takings; grade mark score; boat vessel yacht; donor giver supporter
"""
_WEAK = """
project job contract deal system case installation order engagement; order purchase; matter case file; visit appointment call;
job order ticket task case; contract agreement deal policy; booking rental hire; member customer client; entry record;
lesson booking appointment; policy contract; room space; unit flat property; course training workshop; donation gift contribution;
piece unit item bottle; participant attendee; session visit; event booking
"""


def grouped(text: str) -> dict[str, frozenset[int]]:
    """Root → the groups of words, parted by semicolons, that it is in."""
    found: dict[str, set[int]] = {}
    for number, group in enumerate(text.replace("\n", " ").split(";")):
        for word in group.split():
            found.setdefault(root(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


_CUT = re.compile(r"[^aeiouy][aeiouy][^aeiouwxy]")
"""What is left of a short verb that ends in "e": of "fired" and "firing". One that does not has its last letter twice."""


@lru_cache(maxsize=20_000)
def root(word: str) -> str:
    """What all forms of a word share. Not a word by itself: "install" of "installations", "complet" of "completing"."""
    if word in _ROOT:
        return _ROOT[word]
    lemma = tokenize(word)[0].lemma if word.isalpha() else word
    if lemma in _ROOT:
        return _ROOT[lemma]
    for ending in ("ing", "ed"):
        stem = lemma.removesuffix(ending)
        if stem != lemma and len(stem) > 2 and any(vowel in stem for vowel in "aeiouy"):  # noqa: PLR2004
            if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "lsz":  # noqa: PLR2004
                stem = stem[:-1]
            if _CUT.fullmatch(stem):
                return _ROOT.get(stem, _ROOT.get(stem + "e", stem + "e"))
            return _ROOT.get(stem, _ROOT.get(stem + "e", stem.removesuffix("e")))
    return lemma.removesuffix("e") if len(lemma) > 4 else lemma  # noqa: PLR2004


_GROUPS, _WEAKER = grouped(_SAME), grouped(_WEAK)
PERSONS = frozenset(root(w) for w in listed("person people staff employee customer client member student pupil child kid patient guest visitor tenant owner donor volunteer lawyer driver technician teacher instructor trainer guardian parent supplier user contact worker agent rep vet doctor nurse mechanic engineer player coach artist author subscriber participant attendee passenger resident candidate applicant lead contractor"))  # fmt: skip
_WORKERS = frozenset(root(w) for w in listed("people person staff employee worker lawyer technician mechanic driver teacher instructor trainer coach nurse doctor vet engineer rep manager colleague agent stylist therapist consultant cook electrician picker crew team member seller salesperson guide"))  # fmt: skip
STAFF = frozenset(root(w) for w in listed("staff employee worker personnel crew team"))
PEOPLE = frozenset(["people", "person", "persons", "who", "whom", "somebody", "anybody", "everyone"])


MEANS_THE_SAME = 0.85
"""The likeness of two words for the same thing."""


def likeness(said: str, named: str, *, weak: bool = False) -> float:
    """How sure it is that a word of a question means a word of a name: 1 for forms of one word, less for another word
    for the same and for what a name has shortened; 0 where nothing tells. `weak` also counts words that mean the same
    only where something else speaks for it ("deal" for a project)."""
    one, other = root(said), root(named)
    if one == other:
        return 1.0
    if _GROUPS.get(one, frozenset()) & _GROUPS.get(other, frozenset()):
        return MEANS_THE_SAME
    if is_short_for(named, said):
        return 0.9
    if weak and _WEAKER.get(one, frozenset()) & _WEAKER.get(other, frozenset()):
        return 0.5
    return 0.0


def may_be_staff(word: str) -> bool:
    """Whether a word may mean one of those who work there, by what they do: "lawyer"."""
    return root(word) in _WORKERS


@lru_cache(maxsize=50_000)
def is_short_for(short: str, word: str) -> bool:
    """Whether a name's word that is none ("varty", "blk", "harv") is what is left of a longer one."""
    lemma = tokenize(word)[0].lemma if word.isalpha() else word
    if is_word(short) or english(short):
        return False
    if not (3 <= len(short) < len(lemma)) or not short.isalpha() or short[0] != lemma[0]:  # noqa: PLR2004
        return False
    if lemma.startswith(short) and len(short) >= 3:  # noqa: PLR2004
        return True
    bare = short[0] + "".join(letter for letter in short[1:] if letter not in "aeiou")
    rest = lemma[0] + "".join(letter for letter in lemma[1:] if letter not in "aeiou")
    inside = _is_within(short, lemma) and short[1] in lemma[1:4]
    ends = short[-1] in lemma[-3:] or rest.startswith(bare)
    return inside and ends and _is_within(bare, rest)


def _is_within(short: str, word: str) -> bool:
    """Whether the letters of one stand in the other in their order."""
    letters = iter(word)
    return all(letter in letters for letter in short)


def is_word(text: str) -> bool:
    return text in _DICTIONARY
