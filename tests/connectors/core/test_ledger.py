"""Whatever the network does, no window of the vendor's ever sees more than its amount."""

import heapq
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.connectors.core.config import CostBucket, Throttle, Window
from tools.connectors.core.ledger import LOST_AFTER, Ledger, Told

SECONDS = st.floats(0, 30, allow_nan=False)


@given(
    wishes=st.lists(st.tuples(SECONDS, st.floats(0, 5), st.floats(0, 5), st.integers(1, 4)), min_size=1, max_size=60),
    amount=st.integers(4, 12),
    length=st.sampled_from([1.0, 10.0, 60.0]),
)
@settings(max_examples=150, deadline=None)
def test_no_window_sees_more_than_its_amount(wishes: Any, amount: int, length: float):
    """Requests are let go when the ledger says, reach the vendor later, and are answered later still."""
    window = (Window(name="w", amount=amount, seconds=length),)
    rule, ledger = Throttle(windows=window), Ledger()
    events: list[tuple[float, int, str, int]] = []
    for number, (at, *_, cost) in enumerate(wishes):
        heapq.heappush(events, (at, number, "ask", cost))
    arrivals: list[tuple[float, int]] = []
    while events:
        now, number, what, cost = heapq.heappop(events)
        if what == "answered":
            ledger.settle(now, str(number), window)
            continue
        if wait := ledger.reserve(now, str(number), cost, rule, window):
            heapq.heappush(events, (now + wait, number, "ask", cost))
            continue
        _, there, back, _ = wishes[number]
        arrivals.append((now + there, cost))
        heapq.heappush(events, (now + there + back, number, "answered", cost))
    assert len(arrivals) == len(wishes)
    for start, _ in arrivals:
        assert sum(cost for at, cost in arrivals if start <= at < start + length - 1e-9) <= amount


@given(
    wishes=st.lists(st.tuples(SECONDS, st.floats(0, 3), st.floats(0, 3), st.integers(1, 40)), min_size=1, max_size=40),
    rate=st.integers(5, 50),
    start=st.integers(0, 100),
)
@settings(max_examples=150, deadline=None)
def test_a_cost_bucket_is_never_asked_for_more_than_it_holds(wishes: Any, rate: int, start: int):
    """The vendor takes off what is asked for, gives back what was not needed, and tells what is left in each answer. The
    very first request asks blindly: nobody knows yet."""
    maximum, rule = 100.0, Throttle(bucket=CostBucket(path="a", actual_path="b", requested_path="c", first_cost=10))
    ledger, level, level_at = Ledger(), float(start), 0.0
    events: list[tuple[float, int, str]] = []
    told: dict[int, Told] = {}
    refused: list[int] = []
    for number, (at, *_) in enumerate(wishes):
        heapq.heappush(events, (at, number, "ask"))
    while events:
        now, number, what = heapq.heappop(events)
        _, there, back, cost = wishes[number]
        if what == "ask":
            if wait := ledger.reserve(now, str(number), cost, rule, ()):
                heapq.heappush(events, (now + wait, number, "ask"))
            else:
                heapq.heappush(events, (now + there, number, "arrives"))
        elif what == "arrives":
            level, level_at = min(maximum, level + (now - level_at) * rate), now
            actual = 0.0 if level + 1e-6 < cost else cost / 2
            refused += [number] if actual == 0.0 else []
            level -= actual
            told[number] = Told(available=level, maximum=maximum, rate=rate, actual=actual)
            heapq.heappush(events, (now + back, number, "answered"))
        else:
            ledger.learn(now, str(number), told[number])
            ledger.settle(now, str(number), ())
    assert len(told) == len(wishes)
    # Blind are the first, and another one where the first was refused and nothing but that was learnt.
    first = min(told, key=lambda number: wishes[number][0])
    assert [number for number in refused if number != first] == []


def test_a_day_is_kept_as_a_short_list():
    window = (Window(name="day", amount=100_000, seconds=86_400),)
    rule, ledger = Throttle(windows=window), Ledger()
    for number in range(5_000):
        now = number * 17.0
        assert ledger.reserve(now, str(number), 1, rule, window) == 0.0
        ledger.settle(now + 0.3, str(number), window)
    assert len(ledger.spent["day"]) <= 62
    assert len(ledger.model_dump_json()) < 4_000


def test_a_request_whose_worker_died_ends_in_time():
    rule, ledger = Throttle(concurrent=1), Ledger()
    assert ledger.reserve(0.0, "dead", 1, rule, ()) == 0.0
    assert ledger.reserve(LOST_AFTER - 1, "next", 1, rule, ()) > 0
    assert ledger.reserve(LOST_AFTER + 1, "next", 1, rule, ()) == 0.0


def test_what_is_dearer_than_all_there_ever_is_is_refused_and_not_waited_for():
    window = (Window(name="minute", amount=10, seconds=60),)
    with pytest.raises(ValueError, match="11 is more than 10 per minute"):
        Ledger().reserve(0.0, "x", 11, Throttle(windows=window), window)


def test_a_ledger_is_the_same_after_it_was_written_down():
    window = (Window(name="minute", amount=10, seconds=60),)
    ledger = Ledger()
    ledger.reserve(1.0, "a", 2, Throttle(windows=window), window)
    ledger.reserve(1.5, "b", 3, Throttle(windows=window), window)
    ledger.settle(2.0, "a", window)
    ledger.learn(2.0, "b", Told(available=5, maximum=10, rate=1))
    assert Ledger.model_validate_json(ledger.model_dump_json()) == ledger


def test_what_others_spend_unseen_is_learnt_without_counting_on_what_is_under_way():
    """Another process that shares no ledger spends from the same bucket."""
    rule = Throttle(bucket=CostBucket(path="a", actual_path="b", requested_path="c", first_cost=10))
    ledger = Ledger()
    ledger.learn(0.0, "before", Told(available=100, maximum=100, rate=1))
    assert ledger.reserve(0.0, "a", 30, rule, ()) == 0.0
    assert ledger.reserve(0.0, "b", 30, rule, ()) == 0.0
    # The others took 50, and b has not arrived: 20 are there, and 30 of them are asked for already.
    ledger.learn(0.0, "a", Told(available=20, maximum=100, rate=1, actual=30))
    ledger.settle(0.0, "a", ())
    assert ledger.reserve(0.0, "c", 5, rule, ()) == pytest.approx(15.0)
