"""Every suite that ships: well formed, complete, computable, and apart from what the product was shown."""

from functools import cache
from math import isfinite

import pytest

from evals.baselines.store import BaselineStore
from evals.cases import Suite, fingerprint, load_suite, suite_names
from evals.nearness import declared_examples, too_near
from evals.oracle import AddsUp, Among, Shop, as_expected, keys_and_figures
from evals.shops import SHARED_DATA, shop_source

each_suite = pytest.mark.parametrize("name", suite_names())


@cache
def suite_of(name: str) -> Suite:
    return load_suite(name)


def all_suites() -> list[Suite]:
    return [suite_of(name) for name in suite_names()]


@cache
def shop_of(name: str) -> Shop:
    return shop_source(name).load()


@each_suite
def test_each_turn_that_must_be_answered_has_a_figure_and_each_figure_a_turn(name: str) -> None:
    suite = suite_of(name)
    turns = dict(pair for case in suite.cases for pair in case.turn_keys())
    assert {key for key, turn in turns.items() if turn.expect.answerable} == set(suite.expected)


@each_suite
def test_the_oracle_gives_figures_that_can_be_compared(name: str) -> None:
    suite = suite_of(name)
    if suite.header.shop == "superstore" and not (SHARED_DATA / "superstore.csv").is_file():
        pytest.skip("superstore.csv may not be shipped and is not in ../shared/data")
    shop = shop_of(suite.header.shop)
    found = [(key, one) for key, oracle in suite.expected.items() for one in as_expected(oracle(shop))]
    for key, one in found:
        if isinstance(one, AddsUp):
            assert one.total, f"{key} adds up to nothing"
            assert isfinite(one.total), key
            continue
        frame = one.rows if isinstance(one, Among) else one
        keys, figures = keys_and_figures(frame)
        assert figures, key
        assert frame.height, f"{key} has no rows"
        assert frame.height <= 60, f"{key} has more rows than an answer shows"
        values = [value for name in figures for value in frame[name].drop_nulls()]
        assert values, key
        assert any(values), f"{key} is nothing but zeros"
        assert all(isfinite(value) for value in values), key
        assert not frame.select(keys).is_duplicated().any() if keys else True, key


@each_suite
def test_no_question_is_near_to_an_example_that_the_product_declares(name: str) -> None:
    suite = suite_of(name)
    found = too_near(suite, declared_examples())
    assert not found, "\n".join(
        f"{one.suite}/{one.key}: {one.question!r} is near to {one.example.text!r} ({one.example.file})" for one in found
    )


def test_a_case_that_was_run_before_the_format_grew_is_no_new_one() -> None:
    ever_run = {print_ for first in BaselineStore().first_runs() for print_ in first.cases.values()}
    blind = [case for suite in all_suites() if suite.header.split == "blind" for case in suite.cases]
    assert sum(fingerprint(case) in ever_run for case in blind) > len(blind) / 2


def test_examples_are_declared_at_all() -> None:
    assert len(declared_examples()) > 300


def test_the_half_that_is_not_blind_is_big_enough() -> None:
    tuned = [suite for suite in all_suites() if suite.header.split == "tuned" and suite.header.surface == "query"]
    real = sum(suite.turns for suite in tuned if suite.header.shop != "demo")
    assert sum(suite.turns for suite in tuned if suite.header.shop == "demo") >= 30
    assert real >= 30


@pytest.mark.parametrize("shop", ["demo", "northwind"])
def test_every_kind_of_question_is_asked_of_each_shop(shop: str) -> None:
    asked = {case.kind for suite in all_suites() if suite.header.shop == shop for case in suite.cases}
    asked_of_owners = {"total", "breakdown", "filter", "top_n", "comparison", "share", "follow_up", "typo"}
    assert asked_of_owners | {"ambiguous", "unanswerable"} <= asked
