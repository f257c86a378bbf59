"""The oracle on a shop small enough to count by hand."""

from datetime import date

import polars as pl
import pytest

from evals.oracle import Shop, as_expected, new_customers, returning_customers, share, top, versus

# Ann buys for 100 − 10 in January and 50 in February; Bob for 40 in January; Cem for 30 in February, in the store.
LINES = pl.DataFrame(
    {
        "order": ["1", "1", "2", "3", "4"],
        "day": [date(2026, 1, 5), date(2026, 1, 5), date(2026, 1, 20), date(2026, 2, 2), date(2026, 2, 3)],
        "customer": ["ann", "ann", "bob", "ann", "cem"],
        "product": ["mug", "vase", "mug", "vase", "mug"],
        "channel": ["Online", "Online", "Online", "Online", "Store"],
        "quantity": [2.0, 1.0, 4.0, 1.0, 3.0],
        "gross": [20.0, 80.0, 40.0, 50.0, 30.0],
        "discount": [0.0, 10.0, 0.0, 0.0, 0.0],
        "net": [20.0, 70.0, 40.0, 50.0, 30.0],
        "tax": [2.0, 7.0, 4.0, 5.0, 3.0],
        "cost": [8.0, 30.0, 16.0, 20.0, None],
    }
)
REFUNDS = pl.DataFrame(
    {
        "order": ["1"],
        "day": [date(2026, 2, 10)],
        "customer": ["ann"],
        "product": ["vase"],
        "channel": ["Online"],
        "quantity": [1.0],
        "amount": [70.0],
        "tax": [7.0],
        "cost": [30.0],
    }
)
ORDERS = LINES.unique("order", maintain_order=True).select(
    "order", "day", "customer", "channel", shipping=pl.Series([5.0, 5.0, 0.0, 0.0])
)
SHOP = Shop(LINES, REFUNDS, ORDERS, pl.DataFrame(), pl.DataFrame(), pl.DataFrame(schema={"day": pl.Date}))


def one(frame: pl.DataFrame) -> dict[str, object]:
    assert frame.height == 1
    return frame.row(0, named=True)


def test_sales_are_gross_less_discounts_less_refunds() -> None:
    figures = one(SHOP.figures("gross_sales", "discounts", "refunds", "net_sales", "shipping", "tax", "total_sales"))
    assert figures == {
        "gross_sales": 220,
        "discounts": 10,
        "refunds": 70,
        "net_sales": 140,
        "shipping": 10,
        "tax": 21,
        "total_sales": 171,
    }


def test_counts_are_of_different_orders_and_customers() -> None:
    figures = one(SHOP.figures("orders", "units", "customers", "refund_count", "returned_units", "units_per_order"))
    assert list(figures.values()) == [4, 11, 3, 1, 1, 2.75]


def test_averages_are_taken_before_refunds_and_profit_after() -> None:
    figures = one(SHOP.figures("average_order_value", "profit", "margin", "refund_rate"))
    # Known costs: (20−8) + (70−30) + (40−16) + (50−20), less the 40 that were in the refunded vase.
    assert figures == pytest.approx(
        {"average_order_value": 210 / 4, "profit": 66, "margin": 66 / (180 - 70), "refund_rate": 70 / 210}
    )


def test_a_refund_counts_on_its_own_day() -> None:
    by_month = SHOP.figures("net_sales", by="month")
    assert by_month.rows() == [(date(2026, 1, 1), 130.0), (date(2026, 2, 1), 10.0)]
    assert one(SHOP.between("2026-01-01", "2026-01-31").figures("refunds", "net_sales")) == {
        "refunds": 0,
        "net_sales": 130,
    }


def test_a_filter_holds_for_lines_refunds_and_orders() -> None:
    vases = SHOP.where(product="vase")
    assert one(vases.figures("net_sales", "orders")) == {"net_sales": 50, "orders": 2}
    assert one(SHOP.where(pl.col("quantity") > 2, channel=["Store", "Online"]).figures("units")) == {"units": 7}


def test_keys_may_be_several_and_periods_begin_on_their_first_day() -> None:
    rows = SHOP.figures("orders", by=["channel", "week"]).rows()
    assert rows == [
        ("Online", date(2026, 1, 5), 1),
        ("Online", date(2026, 1, 19), 1),
        ("Online", date(2026, 2, 2), 1),
        ("Online", date(2026, 2, 9), 0),
        ("Store", date(2026, 2, 2), 1),
    ]


def test_shipping_cannot_be_split_by_what_an_order_has_several_of() -> None:
    assert SHOP.figures("shipping", by="product")["shipping"].to_list() == [None, None]


def test_top_takes_the_first_by_the_first_figure() -> None:
    by_product = SHOP.figures("units", "net_sales", by="product")
    assert top(1, by_product).rows() == [("mug", 9.0, 90.0)]
    assert top(1, by_product, lowest=True).rows() == [("vase", 2.0, 50.0)]


def test_top_refuses_a_tie_at_the_cut() -> None:
    tied = pl.DataFrame({"product": ["a", "b", "c"], "units": [3, 2, 2]})
    with pytest.raises(ValueError, match="tied"):
        top(2, tied)
    assert top(3, tied).height == 3


def test_share_and_comparison() -> None:
    assert share(SHOP.figures("orders", by="channel"))["share"].to_list() == [0.75, 0.25]
    january, february = (SHOP.between(f"2026-0{month}-01", f"2026-0{month}-28") for month in (1, 2))
    compared = versus(february.figures("orders", by="product"), january.figures("orders", by="product"))
    assert sorted(compared.rows()) == [("mug", 1, 2), ("vase", 1, 1)]


def test_new_customers_buy_for_the_first_time_and_returning_ones_do_not() -> None:
    assert new_customers(SHOP, "2026-02-01", "2026-02-28") == 1
    assert returning_customers(SHOP, "2026-02-01", "2026-02-28") == 1


def test_a_number_alone_is_a_frame_of_one_row() -> None:
    [frame] = as_expected(3)
    assert isinstance(frame, pl.DataFrame)
    assert frame.rows() == [(3.0,)]
