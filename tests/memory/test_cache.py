"""One conformance suite for the cache's twins: the dictionary and a real Redis."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from memory.cache import Cache, InProcessCache, RedisCache
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["in-process", "redis"])
async def cache(request: pytest.FixtureRequest) -> AsyncIterator[Cache]:
    twin: Cache
    if request.param == "redis":
        twin = RedisCache.connect("redis://127.0.0.1:6379/0", prefix=f"test:{new_id()}:")
    else:
        twin = InProcessCache()
    yield twin
    await twin.aclose()


async def test_what_was_put_is_got(cache: Cache) -> None:
    await cache.put("t1:key", b"\x00value\xff", ttl=60)
    assert await cache.get("t1:key") == b"\x00value\xff"
    assert await cache.get("t2:key") is None


async def test_the_last_put_wins_with_its_own_time(cache: Cache) -> None:
    await cache.put("key", b"old", ttl=0.02)
    await cache.put("key", b"new", ttl=60)
    await asyncio.sleep(0.05)
    assert await cache.get("key") == b"new"


async def test_a_value_expires(cache: Cache) -> None:
    await cache.put("key", b"value", ttl=0.02)
    await asyncio.sleep(0.05)
    assert await cache.get("key") is None
    assert await cache.add("key", b"again", ttl=60)


async def test_deleted_is_gone_and_deleting_nothing_is_no_error(cache: Cache) -> None:
    await cache.put("key", b"value", ttl=60)
    await cache.delete("key")
    await cache.delete("key")
    assert await cache.get("key") is None


async def test_of_many_who_add_at_once_one_succeeds(cache: Cache) -> None:
    added = await asyncio.gather(*(cache.add("lock", str(n).encode(), ttl=60) for n in range(20)))
    assert added.count(True) == 1
    assert await cache.get("lock") == str(added.index(True)).encode()


async def test_an_empty_value_is_a_value(cache: Cache) -> None:
    await cache.put("key", b"", ttl=60)
    assert await cache.get("key") == b""
    assert not await cache.add("key", b"other", ttl=60)


@pytest.mark.parametrize("ttl", [0, -1, float("nan")])
async def test_a_time_to_live_is_positive(cache: Cache, ttl: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        await cache.put("key", b"value", ttl=ttl)
    with pytest.raises(ValueError, match="positive"):
        await cache.add("key", b"value", ttl=ttl)


async def test_the_dictionary_throws_out_what_was_used_longest_ago() -> None:
    cache = InProcessCache(capacity=2)
    await cache.put("a", b"1", ttl=60)
    await cache.put("b", b"2", ttl=60)
    assert await cache.get("a") == b"1"
    await cache.put("c", b"3", ttl=60)
    assert [await cache.get(key) for key in "abc"] == [b"1", None, b"3"]


async def test_a_redis_that_is_not_there_is_one_clear_error() -> None:
    cache = RedisCache.connect("redis://127.0.0.1:1/0")
    with pytest.raises(CopilotError) as caught:
        await cache.get("key")
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    await cache.aclose()
