"""Ids are UUIDs of version 7 that sort by creation."""

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from storage.kernel.ids import new_id


@given(st.integers(min_value=2, max_value=500))
def test_each_sorts_after_the_one_before(count: int) -> None:
    ids = [new_id() for _ in range(count)]
    assert all(earlier < later for earlier, later in pairwise(ids))


def test_they_are_uuids_of_version_7_with_the_present_moment() -> None:
    before = time.time_ns() // 1_000_000
    made = UUID(new_id())
    after = time.time_ns() // 1_000_000
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before <= made.int >> 80 <= after + 1_000


def test_threads_never_get_the_same_one() -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        batches = list(pool.map(lambda _: [new_id() for _ in range(2_000)], range(8)))
    ids = [each for batch in batches for each in batch]
    assert len(set(ids)) == len(ids)
    assert all(batch == sorted(batch) for batch in batches)
