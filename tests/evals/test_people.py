"""Labelled people and goods: what the generators promise, which records can be decided, and how groupings are scored."""

import ast
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from pathlib import Path
from types import ModuleType

import phonenumbers
import pytest

from evals.people import broad, hard, practice, studied, unseen
from evals.people.broad.listing import MESS as BROAD_PRODUCTS
from evals.people.broad.mess import MESS as BROAD_PEOPLE
from evals.people.deciding import Fact, Trace, decided, folded
from evals.people.hard.drafts import MESS as HARD_PEOPLE
from evals.people.hard.products import MESS as HARD_PRODUCTS
from evals.people.practice.people import RATES as PRACTICE_PEOPLE
from evals.people.practice.products import RATES as PRACTICE_PRODUCTS
from evals.people.records import LabelledProduct, LabelledRecord
from evals.people.scoring import pairwise
from evals.people.studied.people import ODDS as STUDIED_PEOPLE
from evals.people.studied.products import ODDS as STUDIED_PRODUCTS
from evals.people.unseen.clerk import MESS as UNSEEN_PEOPLE
from evals.people.unseen.products import MESS as UNSEEN_PRODUCTS

FOLDER = Path(__file__).resolve().parents[2] / "evals/people"
GENERATORS = ("practice", "studied", "hard", "broad", "unseen")
each = pytest.mark.parametrize("generator", [practice, studied, hard, broad, unseen], ids=GENERATORS)


@cache
def people(generator: ModuleType) -> list[LabelledRecord]:
    return generator.generate_people(3, 4000)


@cache
def products(generator: ModuleType) -> list[LabelledProduct]:
    return generator.generate_products(3, 4000)


def by(
    records: Iterable[LabelledRecord], key: Callable[[LabelledRecord], str | None]
) -> dict[str, list[LabelledRecord]]:
    groups: defaultdict[str, list[LabelledRecord]] = defaultdict(list)
    for record in records:
        if (value := key(record)) is not None:
            groups[value].append(record)
    return groups


def truths(records: Iterable[LabelledRecord]) -> set[str]:
    return {record.truth for record in records}


# The generators


@each
def test_the_same_arguments_give_the_same_records_and_another_seed_gives_others(generator: ModuleType) -> None:
    assert generator.generate_people(5, 300) == generator.generate_people(5, 300)
    assert generator.generate_people(5, 300) != generator.generate_people(6, 300)
    assert generator.generate_products(5, 300) == generator.generate_products(5, 300)
    assert generator.generate_products(5, 300) != generator.generate_products(6, 300)


@each
def test_a_handful_can_be_asked_for(generator: ModuleType) -> None:
    assert generator.generate_people(1, 2)
    assert len({good.truth for good in generator.generate_products(1, 3)}) == 3


@each
def test_no_record_comes_twice_and_none_is_blank(generator: ModuleType) -> None:
    for records in (people(generator), products(generator)):
        assert max(Counter((one.source, one.source_id) for one in records).values()) == 1
    assert all(one.name or one.email or one.phone or one.company for one in people(generator))
    assert all(one.title for one in products(generator))


@each
def test_a_truth_is_a_company_or_a_person_and_never_both(generator: ModuleType) -> None:
    for records in by(people(generator), lambda one: one.truth).values():
        assert len({"company" in one.mess or "firm" in one.mess for one in records}) == 1


@each
def test_what_stands_for_nobody_or_says_nothing_is_a_truth_of_its_own_that_cannot_be_decided(
    generator: ModuleType,
) -> None:
    groups = by(people(generator), lambda one: one.truth)
    nobody = [
        one
        for one in people(generator)
        if {
            "placeholder",
            "nobody",
            "bare",
            "nearly empty",
            "joint",
            "both",
            "stands for nobody",
            "two in one",
            "filler",
            "two on one line",
        }
        & {*one.mess}
    ]
    assert len(nobody) > 0.01 * len(people(generator))
    assert not any(one.decidable or len(groups[one.truth]) > 1 for one in nobody)


@each
def test_most_records_can_be_decided(generator: ModuleType) -> None:
    for records in (people(generator), products(generator)):
        assert 0.7 < sum(one.decidable for one in records) / len(records) < 0.98


@each
def test_what_can_be_decided_never_looks_the_same_as_somebody_else(generator: ModuleType) -> None:
    """A name with a mailbox, or with a telephone, of two truths would be a label that nobody can honour."""
    decidable = [one for one in people(generator) if one.decidable and one.name]
    for other in ("email", "phone"):
        alike = by(
            decidable,
            lambda one, other=other: f"{folded(one.name or '')} {value}" if (value := getattr(one, other)) else None,
        )
        shared = [group for group in alike.values() if len(truths(group)) > 1]
        assert len(shared) <= 0.002 * len(alike)


@pytest.mark.parametrize(
    ("records", "kinds"),
    [
        (lambda: people(practice), PRACTICE_PEOPLE),
        (lambda: products(practice), PRACTICE_PRODUCTS),
        (lambda: people(studied), STUDIED_PEOPLE),
        (lambda: products(studied), STUDIED_PRODUCTS),
        (lambda: people(hard), HARD_PEOPLE),
        (lambda: products(hard), HARD_PRODUCTS),
        (lambda: people(broad), BROAD_PEOPLE),
        (lambda: products(broad), BROAD_PRODUCTS),
        (lambda: people(unseen), UNSEEN_PEOPLE),
        (lambda: products(unseen), UNSEEN_PRODUCTS),
    ],
    ids=[f"{name} {what}" for name in GENERATORS for what in ("people", "products")],
)
def test_every_kind_of_mess_occurs(records: Callable[[], list[LabelledRecord]], kinds: dict[str, float]) -> None:
    found = Counter(kind for record in records() for kind in record.mess)
    assert [kind for kind in kinds if not found[kind]] == []


@each
def test_persons_who_differ_share_names_towns_mailboxes_telephones_and_houses(generator: ModuleType) -> None:
    records = people(generator)
    for key in (
        lambda one: f"{folded(one.name)} in {one.city}" if one.name and one.city else None,
        lambda one: one.email,
        lambda one: one.phone,
        lambda one: f"{one.line1} {one.postal_code}" if one.line1 else None,
    ):
        assert sum(len(truths(group)) > 1 for group in by(records, key).values()) >= 8


@each
def test_one_person_has_several_names_mailboxes_telephones_and_systems(generator: ModuleType) -> None:
    groups = by((one for one in people(generator) if one.decidable), lambda one: one.truth).values()
    for field in ("name", "email", "phone", "line1", "source"):
        assert sum(len({getattr(one, field) for one in group} - {None}) > 1 for group in groups) > 0.05 * len(groups)
    assert any(count > 1 for group in groups for count in Counter(one.source for one in group).values())


@each
def test_common_names_are_common_and_rare_ones_many(generator: ModuleType) -> None:
    families = Counter(folded(one.name).split(" ")[-1] for one in people(generator) if one.name and "," not in one.name)
    assert families.most_common(1)[0][1] > 40
    assert sum(count == 1 for count in families.values()) > 300


@each
def test_telephones_are_such_as_can_be_dialled(generator: ModuleType) -> None:
    written = [one.phone for one in people(generator) if one.phone and re.fullmatch(r"\+[\d ]{9,}", one.phone)]
    valid = sum(phonenumbers.is_valid_number(phonenumbers.parse(number)) for number in written)
    assert valid > 0.85 * len(written)


@each
def test_barcodes_have_their_check_digit_but_for_slips(generator: ModuleType) -> None:
    codes = [one.gtin for one in products(generator) if one.gtin and re.fullmatch(r"\d{12,14}", one.gtin)]
    right = sum(
        sum(int(digit) * (1 + 2 * (at % 2)) for at, digit in enumerate(reversed(code))) % 10 == 0 for code in codes
    )
    assert 0.95 * len(codes) < right < len(codes)


@each
def test_barcodes_come_in_several_lengths_and_numbers_are_used_again(generator: ModuleType) -> None:
    records = products(generator)
    assert {8, 12, 13, 14} <= {len(one.gtin) for one in records if one.gtin} | ({8} if generator is studied else set())
    shown: defaultdict[str, set[str]] = defaultdict(set)
    for one in records:
        if one.sku:
            shown[one.sku].add(one.truth)
    assert sum(len(owners) > 1 for owners in shown.values()) > 20


def test_the_generators_know_nothing_of_each_other() -> None:
    names = {*GENERATORS}
    for mine in names:
        for path in (FOLDER / mine).glob("*.py"):
            imported = [
                ast.unparse(node)
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.Import | ast.ImportFrom)
            ]
            assert not any(f"people.{other}" in line for line in imported for other in names - {mine})
    for one, other in combinations((PRACTICE_PEOPLE, STUDIED_PEOPLE, HARD_PEOPLE, BROAD_PEOPLE, UNSEEN_PEOPLE), 2):
        assert not {*one} & {*other}


@each
def test_no_simple_rule_is_good_enough(generator: ModuleType) -> None:
    """Joined by the mailbox alone much is missed, and by anything shared nearly everybody is one."""
    by_mail = {
        (one.source, one.source_id): one.email.lower() if one.email else one.source_id for one in people(generator)
    }
    by_name = {
        (one.source, one.source_id): folded(one.name) if one.name else one.source_id for one in people(generator)
    }
    assert pairwise(people(generator), by_mail).recall < 0.7
    assert pairwise(people(generator), by_name).f1 < 0.7
    by_title = {(one.source, one.source_id): f"{one.title} {one.variant}" for one in products(generator)}
    assert pairwise(products(generator), by_title).f1 < 0.5


@pytest.mark.prove
@pytest.mark.timeout(300)
@each
def test_two_hundred_thousand_records_take_less_than_a_minute(generator: ModuleType) -> None:
    started = time.process_time()
    assert len(generator.generate_people(1, 95_000)) > 200_000
    assert time.process_time() - started < 60


# Which records can be decided


def judged(known_as: dict[str, set[str]], *traces: Trace) -> list[bool]:
    return decided(traces, known_as)


def trace(truth: str, called: str, *facts: str) -> Trace:
    """A record; a fact with a question mark is weak."""
    family = called.rsplit(" ", maxsplit=1)[-1] if " " in called else ""
    return Trace(truth, called, family, [Fact(fact.rstrip("?"), strong=not fact.endswith("?")) for fact in facts])


ANN, BEN = {"ann lee", "a lee", "ann"}, {"ben lee", "b lee", "ben"}


def test_a_mailbox_of_ones_own_decides_without_a_name() -> None:
    assert judged({"ann": ANN}, trace("ann", "", "mail"), trace("ann", "ann lee", "mail")) == [True, True]


def test_a_mailbox_of_two_decides_only_with_the_name() -> None:
    shown = trace("ann", "ann lee", "mail"), trace("ben", "ben lee", "mail"), trace("ann", "", "mail")
    assert judged({"ann": ANN, "ben": BEN}, *shown) == [True, True, False]


def test_a_house_decides_only_with_a_whole_name() -> None:
    shown = trace("ann", "ann lee", "house?"), trace("ann", "ann lee", "house?"), trace("ann", "ann", "house?")
    assert judged({"ann": ANN}, *shown) == [True, True, False]


def test_an_initial_that_fits_two_of_a_house_decides_nothing() -> None:
    shown = trace("ann", "a lee", "house?"), trace("amy", "amy lee", "house?")
    assert judged({"ann": ANN, "amy": {"amy lee", "a lee"}}, *shown) == [False, True]


def test_a_postcode_decides_only_with_a_name_that_is_alone_in_the_town() -> None:
    known = {"ann": {"ann lee"}, "ann too": {"ann lee"}, "zoe": {"zoe lee"}}
    ls6, ls7 = Fact("LS6", strong=False, among="Leeds"), Fact("LS7", strong=False, among="Leeds")
    shown = [("ann", "ann lee", ls6), ("ann", "ann lee", ls6), ("ann too", "ann lee", ls7), ("zoe", "zoe lee", ls6)]
    traces = [Trace(truth, called, "lee", [fact]) for truth, called, fact in shown]
    assert judged(known, *traces) == [False, False, False, True]


def test_father_and_son_of_one_name_are_told_by_what_only_one_has() -> None:
    known = {"father": {"ann lee"}, "son": {"ann lee", "ann lee jr"}}
    shown = (
        trace("father", "ann lee", "house?", "old mail"),
        trace("son", "ann lee", "house?", "new mail"),
        trace("son", "ann lee", "house?"),
        trace("son", "ann lee jr", "house?", "new mail"),
    )
    assert judged(known, *shown) == [True, True, False, True]


def test_of_records_that_nothing_connects_the_larger_part_can_be_decided() -> None:
    shown = trace("ann", "ann lee", "old"), trace("ann", "ann lee", "new"), trace("ann", "ann lee", "new")
    assert judged({"ann": ANN}, *shown) == [False, True, True]


def test_a_record_that_shows_nothing_cannot_be_decided() -> None:
    assert judged({"ann": ANN}, trace("ann", "ann lee"), trace("ann", "ann lee", "mail")) == [False, True]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("MÜLLER,  Jörg", "muller jorg"),
        ("O’Brien", "obrien"),
        ("Łukasz Żółty", "lukasz zolty"),
        ("Weiß-Yılmaz", "weiss yilmaz"),
    ],
)
def test_names_are_folded(written: str, read: str) -> None:
    assert folded(written) == read


# The scorer


def record(number: int, truth: str, *, decidable: bool = True) -> LabelledRecord:
    blank = dict.fromkeys(
        ("contact_name", "company", "email", "phone", "line1", "line2", "city", "state", "postal_code", "country")
    )
    return LabelledRecord("file", str(number), "customer", "Ann", **blank, created_at=datetime(2026, 1, 1, tzinfo=UTC), truth=truth, decidable=decidable, mess=())  # fmt: skip


def clusters(records: list[LabelledRecord], *values: Hashable) -> dict[tuple[str, str], Hashable]:
    return {(one.source, one.source_id): value for one, value in zip(records, values, strict=True)}


FIVE = [record(number, truth) for number, truth in enumerate("aaabb")]


@pytest.mark.parametrize(
    ("values", "precision", "recall"),
    [
        ("11122", 1.0, 1.0),
        ("12345", 1.0, 0.0),
        ("11111", 4 / 10, 1.0),
        ("11222", 2 / 4, 2 / 4),
        ("11233", 1.0, 2 / 4),
    ],
)
def test_precision_and_recall_are_of_pairs(values: str, precision: float, recall: float) -> None:
    score = pairwise(FIVE, clusters(FIVE, *values))
    assert (score.precision, score.recall) == pytest.approx((precision, recall))


def test_the_counts_agree_with_a_visit_to_every_pair() -> None:
    records = [replace(one, decidable=at % 4 > 0) for at, one in enumerate(people(practice)[:400])]
    of = {(one.source, one.source_id): (folded(one.name or "")[:2], one.country) for one in records}
    pairs = [(one, other) for at, one in enumerate(records) for other in records[:at]]
    joined = [(a, b) for a, b in pairs if of[a.source, a.source_id] == of[b.source, b.source_id]]
    owed = [(a, b) for a, b in pairs if a.truth == b.truth and a.decidable and b.decidable]
    score = pairwise(records, of)
    assert (score.joined.total, score.owed.total) == (len(joined), len(owed))
    assert score.joined.hits == sum(a.truth == b.truth for a, b in joined)
    assert score.missed == sum(of[a.source, a.source_id] != of[b.source, b.source_id] for a, b in owed)


def test_what_cannot_be_decided_is_not_owed_but_counts_where_it_is_put_together_wrongly() -> None:
    records = [record(0, "a"), record(1, "a", decidable=False), record(2, "b", decidable=False)]
    apart, right, wrong = (pairwise(records, clusters(records, *values)) for values in ("123", "112", "121"))
    assert (apart.precision, apart.recall) == (1.0, 1.0)
    assert (right.precision, right.recall) == (1.0, 1.0)
    assert (wrong.precision, wrong.recall, wrong.wrong) == (0.0, 1.0, 1)


def test_nothing_is_perfect_and_all_wrong_is_nought() -> None:
    assert pairwise([], {}).f1 == 1.0
    two = [record(0, "a"), record(1, "b"), record(2, "a")]
    assert pairwise(two, clusters(two, 1, 1, 2)).f1 == 0.0


def test_a_record_without_a_cluster_and_one_that_comes_twice_are_refused() -> None:
    with pytest.raises(KeyError):
        pairwise(FIVE, clusters(FIVE[:4], *"1111"))
    with pytest.raises(ValueError, match="comes twice"):
        pairwise([FIVE[0], FIVE[0]], clusters(FIVE, *"11111"))
