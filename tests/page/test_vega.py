"""The charts' script is made while the server serves."""

import asyncio
from pathlib import Path

from api.vega import VegaBundle

TURNS = 20


async def test_others_have_their_turn_while_the_bundle_is_made(tmp_path: Path) -> None:
    turns = 0
    making = asyncio.create_task(VegaBundle(tmp_path).file())
    while not making.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert "vegaEmbed" in making.result().read_text("utf-8")
    assert turns > TURNS


async def test_it_is_made_once(tmp_path: Path) -> None:
    bundle = VegaBundle(tmp_path)
    first, second = await asyncio.gather(bundle.file(), bundle.file())
    made = first.stat().st_mtime_ns
    assert first == second == await VegaBundle(tmp_path).file()
    assert first.stat().st_mtime_ns == made
