"""Writes down who there is, as the systems of a small business hold them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from evals.demo.draws import Draws, Weighted
from evals.people.deciding import Fact, Trace, decided, folded
from evals.people.hard.addresses import lay_down
from evals.people.hard.contacts import put_mail, put_phone
from evals.people.hard.data import WORDS
from evals.people.hard.drafts import MESS, Draft
from evals.people.hard.naming import company_forms, company_name, person_forms, person_name
from evals.people.hard.world import SPAN, Company, Person, World, everybody
from evals.people.records import LabelledRecord

_SYSTEMS: Final = WORDS.systems
_COUNTS: Final = Weighted([1, 2, 3, 4, 5, 6, 7, 9], [37, 25, 16, 10, 6, 3, 2, 1])
_FIRST_DAY: Final = datetime(2016, 9, 1, tzinfo=UTC)
_BUSINESS: Final = Weighted(
    ["quickbooks", "xero", "zohobooks", "stripe", "shopify", "zoho", "hubspot", "file"], [26, 12, 8, 14, 10, 8, 6, 16]
)


def generate_people(seed: int, persons: int) -> list[LabelledRecord]:
    """Records of about so many persons and a ninth as many companies, in no order; the same for the same arguments."""
    rng = Draws(seed, "unseen people")
    world = World(rng, persons)
    systems = Weighted(list(_SYSTEMS), [at.share for at in _SYSTEMS.values()])
    drafts = sorted(
        (draft for one in everybody(world) for draft in _written(rng, one, systems)), key=lambda _: rng.unit()
    )
    known_as: defaultdict[str, set[str]] = defaultdict(set)
    for one in world.persons:
        known_as[one.truth] = person_forms(one)
    for one in world.companies:
        known_as[one.truth] = company_forms(one)
    for draft in drafts:
        known_as[draft.truth].add(draft.called)
    traces = [Trace(draft.truth, draft.called, draft.family, draft.facts) for draft in drafts]
    counts: defaultdict[str, int] = defaultdict(int)
    records: list[LabelledRecord] = []
    for draft, known in zip(drafts, decided(traces, known_as), strict=True):
        counts[draft.system] += 1
        records.append(_record(draft, f"{draft.system[:2]}-{counts[draft.system]:06}", known and not draft.undecidable))
    return records


def _written(rng: Draws, one: Person | Company, systems: Weighted[str]) -> Iterator[Draft]:
    """All records of one person or company, and now and then one of nobody or of a couple."""
    count = rng.weighted(_COUNTS)
    days = sorted(rng.whole(0, SPAN - 1) for _ in range(count))
    for day in days:
        system = rng.weighted(systems if isinstance(one, Person) else _BUSINESS)
        draft = Draft(rng, system, _SYSTEMS[system], day, one.truth)
        _write(draft, one)
        yield draft
        if draft.has("entered twice"):
            again = Draft(rng, system, _SYSTEMS[system], min(SPAN, day + rng.whole(0, 400)), one.truth)
            again.mess.append("entered twice")
            _write(again, one)
            yield again
    if rng.unit() < MESS["placeholder"] * count:
        yield _nobody(rng, rng.weighted(systems), f"placeholder-{one.truth}")
    if (
        isinstance(one, Person)
        and one.partner
        and one.truth < one.partner.truth
        and rng.unit() < MESS["joint"] * count * 4
    ):
        yield _joint(rng, one, one.partner)


def _write(draft: Draft, one: Person | Company) -> None:
    if isinstance(one, Person):
        _write_person(draft, one)
    else:
        _write_company(draft, one)


def _write_person(draft: Draft, one: Person) -> None:
    if draft.fills("name"):
        person_name(draft, one)
    if one.work and draft.fills("company"):
        draft.fields["company"] = company_name(draft, one.work, noted=False)
        draft.facts.append(Fact(f"work at {one.work.domain}", strong=False))
    if draft.fills("mail"):
        put_mail(draft, one)
    if draft.fills("phone"):
        put_phone(draft, one)
    if draft.fills("address"):
        lay_down(draft, one)
    if not any(draft.fields.get(name) for name in ("name", "email", "phone")):
        person_name(draft, one)


def _write_company(draft: Draft, one: Company) -> None:
    rng = draft.rng
    draft.mess.append("company")
    staff = rng.one_of(one.staff) if one.staff else None
    if staff and draft.has("department"):
        draft.fields["name"] = rng.one_of(WORDS.departments)
        draft.fields["company"] = company_name(draft, one, noted=False)
        draft.undecidable = True
    elif draft.fills("name"):
        draft.fields["name"] = company_name(draft, one)
        if staff and rng.unit() < 0.45:
            draft.fields["contact_name"] = f"{staff.given} {staff.family}"
    if draft.fills("mail"):
        put_mail(draft, one, staff)
    if rng.unit() < min(1.0, draft.at.phone * 1.3):
        put_phone(draft, one)
    if draft.fills("address"):
        lay_down(draft, one)
    if not any(draft.fields.get(name) for name in ("name", "email", "phone")):
        draft.fields["name"] = company_name(draft, one)


def _nobody(rng: Draws, system: str, truth: str) -> Draft:
    """What stands for whoever it was."""
    draft = Draft(rng, system, _SYSTEMS[system], rng.whole(0, SPAN - 1), truth, mess=["placeholder"], undecidable=True)
    draft.fields["name"] = rng.one_of(WORDS.nobody)
    if rng.unit() < 0.35:
        draft.fields["email"] = rng.one_of(WORDS.nomails)
    if rng.unit() < 0.2:
        draft.fields["phone"] = rng.one_of(WORDS.nophones)
    return draft


def _joint(rng: Draws, one: Person, other: Person) -> Draft:
    """A record of a couple, at their house; what it shows of the two is theirs as well."""
    system = rng.one_of(["quickbooks", "file", "xero", "shopify"])
    draft = Draft(rng, system, _SYSTEMS[system], 0, f"couple-{one.truth}", mess=["joint"], undecidable=True)
    name = rng.one_of(
        [
            f"Mr & Mrs {one.family}", f"{one.given} & {other.given} {one.family}", f"{one.given} and {other.given} {one.family}",
            f"The {one.family} Family", f"{one.given} {one.family} / {other.given} {other.family}", f"{one.given} + {other.given}",
        ]
    )  # fmt: skip
    draft.fields["name"], draft.called = name, folded(name)
    lay_down(draft, one)
    if rng.unit() < 0.5:
        put_phone(draft, one)
    if one.shared_mail:
        draft.fields["email"] = one.shared_mail
    return draft


def _record(draft: Draft, source_id: str, decidable: bool) -> LabelledRecord:
    told = {name: value or None for name, value in draft.fields.items()}
    return LabelledRecord(
        draft.system, source_id, draft.at.kind, told.get("name"), told.get("contact_name"), told.get("company"), told.get("email"),
        told.get("phone"), told.get("line1"), told.get("line2"), told.get("city"), told.get("state"), told.get("postal_code"),
        told.get("country"), _FIRST_DAY + timedelta(days=draft.day, seconds=draft.rng.whole(0, 86_400 - 1)), draft.truth, decidable,
        tuple(dict.fromkeys(draft.mess)),
    )  # fmt: skip
