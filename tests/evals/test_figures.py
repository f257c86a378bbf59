"""When a table of an answer holds the oracle's figures."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.figures import mismatch, normal_key, numbers_in, same_figure
from evals.oracle import AddsUp, Among, Expected
from evals.replies import Table
from tools.kit.blocks import Cell, Column

EXPECTED = pl.DataFrame({"country": ["Germany", "France"], "net_sales": [1200.5, 800.0]})


def table(rows: list[tuple[Cell, ...]], *types: str) -> Table:
    kinds = types or ("string", "number")
    columns = tuple(Column(name=f"c{n}", type=kind) for n, kind in enumerate(kinds))  # type: ignore[arg-type]
    return Table(columns, tuple(rows))


def wrong(expected: Expected, given: Table, *, ordered: bool = False) -> str | None:
    return mismatch(expected, [given], "", ordered=ordered, tolerance=0.0001)


class TestRows:
    def test_the_same_rows_in_another_order_hold(self) -> None:
        assert wrong(EXPECTED, table([("france", 800.0), ("Germany", 1200.5)])) is None

    def test_names_of_columns_and_further_columns_do_not_matter(self) -> None:
        given = table(
            [(1, "Germany", 0.6, 1200.501), (2, "France", 0.4, 799.999)], "integer", "string", "number", "number"
        )
        assert wrong(EXPECTED, given) is None

    def test_a_wrong_figure_is_named(self) -> None:
        assert "germany" in (wrong(EXPECTED, table([("Germany", 1210.5), ("France", 800.0)])) or "")

    def test_figures_must_agree_in_one_column_not_here_and_there(self) -> None:
        given = table([("Germany", 1200.5, 1.0), ("France", 2.0, 800.0)], "string", "number", "number")
        assert "no column agrees" in (wrong(EXPECTED, given) or "")

    def test_a_missing_row_and_a_row_too_many_are_wrong(self) -> None:
        assert "no row for france" in (wrong(EXPECTED, table([("Germany", 1200.5)])) or "")
        given = table([("Germany", 1200.5), ("France", 800.0), ("Spain", 5.0)])
        assert "a row too many: spain" in (wrong(EXPECTED, given) or "")

    def test_rows_of_nothing_and_rows_without_a_key_are_forgiven(self) -> None:
        given = table([("Germany", 1200.5), ("France", 800.0), ("Spain", 0), ("Italy", None), (None, 77.0)])
        assert wrong(EXPECTED, given) is None

    def test_a_key_that_comes_twice_is_wrong(self) -> None:
        given = table([("Germany", 700.0), ("Germany", 1200.5), ("France", 800.0)])
        assert "twice" in (wrong(EXPECTED, given) or "")

    def test_no_table_is_wrong(self) -> None:
        assert (
            mismatch(EXPECTED, [], "Germany 1200.5, France 800", ordered=False, tolerance=0) == "no table in the answer"
        )

    def test_one_table_of_several_suffices(self) -> None:
        right = table([("Germany", 1200.5), ("France", 800.0)])
        assert mismatch(EXPECTED, [table([("x", 1.0)]), right], "", ordered=False, tolerance=0) is None


class TestOrder:
    def test_a_ranking_must_come_in_order(self) -> None:
        assert wrong(EXPECTED, table([("Germany", 1200.5), ("France", 800.0)]), ordered=True) is None
        assert "place 1" in (wrong(EXPECTED, table([("France", 800.0), ("Germany", 1200.5)]), ordered=True) or "")

    def test_equal_rows_may_change_places(self) -> None:
        tied = pl.DataFrame({"product": ["A", "B"], "units": [5, 5]})
        assert wrong(tied, table([("B", 5), ("A", 5)]), ordered=True) is None


class TestSingleFigures:
    def test_one_number_in_one_row(self) -> None:
        expected = pl.DataFrame({"net_sales": [1234.567]})
        assert wrong(expected, table([(1234.57,)], "number")) is None
        assert wrong(expected, table([("Germany", 1234.57)])) is None
        assert wrong(expected, table([(1300.0,)], "number")) is not None
        assert "2 rows" in (wrong(expected, table([("a", 1234.57), ("b", 1.0)])) or "")

    def test_now_and_before_must_both_be_there(self) -> None:
        expected = pl.DataFrame({"orders": [10], "previous_orders": [8]})
        assert wrong(expected, table([(10, 8, 0.25)], "integer", "integer", "number")) is None
        assert "previous_orders" in (wrong(expected, table([(10, 9)], "integer", "integer")) or "")

    def test_text_is_no_figure(self) -> None:
        assert wrong(pl.DataFrame({"orders": [10]}), table([("10",)], "string")) is not None


class TestPartsOfAnAnswer:
    def test_rows_among_others_must_agree_and_the_others_are_free(self) -> None:
        given = table([("Spain", 5.0), ("Germany", 1200.5), ("France", 800.0)])
        assert wrong(Among(EXPECTED), given) is None
        assert wrong(Among(EXPECTED.head(1)), given, ordered=True) is None
        assert "no row for france" in (wrong(Among(EXPECTED), table([("Germany", 1200.5), ("Spain", 5.0)])) or "")
        assert "no column agrees" in (wrong(Among(EXPECTED), table([("Germany", 1.0), ("France", 800.0)])) or "")

    def test_rows_among_others_come_in_their_order(self) -> None:
        given = table([("France", 800.0), ("Spain", 5.0), ("Germany", 1200.5)])
        assert "place 1" in (wrong(Among(EXPECTED), given, ordered=True) or "")

    def test_parts_add_up_in_one_column_of_a_table_of_several_rows(self) -> None:
        parts = table([("Germany", 7, -12.5), ("France", 9, 2.25)], "string", "integer", "number")
        assert wrong(AddsUp(-10.25), parts) is None
        assert wrong(AddsUp(16), parts) is None
        assert "no column adds up to -10.5" in (wrong(AddsUp(-10.5), parts) or "")
        assert wrong(AddsUp(-12.5), table([("Germany", -12.5)])) is not None

    def test_steps_have_no_names_but_their_order(self) -> None:
        steps = pl.DataFrame({"customers": [190, 151], "share": [1.0, 151 / 190]})
        kinds = ("string", "integer", "number")
        assert wrong(steps, table([("first", 190, 1.0), ("again", 151, 0.79474)], *kinds)) is None
        assert "steps of customers" in (wrong(steps, table([("again", 151, 1.0), ("first", 190, 0.79)], *kinds)) or "")
        assert "1 rows" in (wrong(steps, table([("first", 190, 1.0)], *kinds)) or "")


class TestFiguresInText:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("Net sales in 2025 came to €152,741.19.", 152741.191),
            ("You took about 1.2 million dollars.", 1_234_567),
            ("That is 25.3 % of all", 0.2528),
            ("a loss of −€12.50", -12.5),
            ("408 orders", 408),
        ],
    )
    def test_a_single_figure_may_be_said_to_its_last_digit(self, text: str, number: float) -> None:
        assert mismatch(pl.DataFrame({"value": [number]}), [], text, ordered=False, tolerance=0) is None

    @pytest.mark.parametrize("text", ["", "€152,741.19", "152,742", "2025", "15274", "v152741.5", "152.741"])
    def test_another_number_is_not_the_figure(self, text: str) -> None:
        assert mismatch(pl.DataFrame({"value": [152741.5 + 1.2]}), [], text, ordered=False, tolerance=0) is not None

    def test_all_figures_must_be_said(self) -> None:
        expected = pl.DataFrame({"orders": [12], "previous_orders": [10]})
        assert mismatch(expected, [], "12 orders, up from 10", ordered=False, tolerance=0) is None
        assert mismatch(expected, [], "12 orders", ordered=False, tolerance=0) is not None

    @given(st.text())
    def test_any_text_can_be_read(self, text: str) -> None:
        assert all(digit > 0 for _, digit in numbers_in(text))


class TestKeys:
    @pytest.mark.parametrize(
        ("written", "first_day"),
        [
            ("2026-03-01", "2026-03-01"),
            ("2026-03-01T00:00:00Z", "2026-03-01"),
            ("2026-03", "2026-03-01"),
            ("March 2026", "2026-03-01"),
            ("mar 2026", "2026-03-01"),
            ("2026-Q2", "2026-04-01"),
            ("2026 Q2", "2026-04-01"),
            ("2026-W10", "2026-03-02"),
            (2026, "2026-01-01"),
            (date(2026, 3, 1), "2026-03-01"),
        ],
    )
    def test_a_period_is_its_first_day_however_it_is_written(self, written: object, first_day: str) -> None:
        assert normal_key(written) == first_day

    def test_a_year_may_be_a_number_and_a_date(self) -> None:
        expected = pl.DataFrame({"year": [date(2025, 1, 1)], "channel": ["Store"], "orders": [7]})
        assert wrong(expected, table([(2025, "store", 7)], "integer", "string", "integer")) is None

    def test_impossible_periods_stay_text(self) -> None:
        assert normal_key("2026-13") == "2026-13"
        assert normal_key("0000") == "0000"

    def test_case_width_and_spaces_do_not_matter(self) -> None:
        assert normal_key("  KÖLN ") == normal_key("Köln")
        assert normal_key("Ｓoy\u00a0 Candle") == "soy candle"

    @given(st.text())
    def test_any_text_has_a_key(self, text: str) -> None:
        assert normal_key(normal_key(text)) == normal_key(text)


class TestTolerance:
    def test_half_a_cent_and_half_a_thousandth_are_forgiven(self) -> None:
        assert same_figure(12.345, 12.349, 0)
        assert not same_figure(12.345, 12.351, 0)
        assert same_figure(0.2504, 0.25, 0)
        assert not same_figure(0.26, 0.25, 0)

    def test_the_relative_error_counts_for_large_figures(self) -> None:
        assert same_figure(1_000_000, 1_000_050, 0.0001)
        assert not same_figure(1_000_000, 1_000_200, 0.0001)

    def test_nothing_equals_zero_only(self) -> None:
        assert same_figure(None, 0.0, 0)
        assert not same_figure(5.0, None, 0)
