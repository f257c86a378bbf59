"""What all measurements share: a folder of their own, how often to repeat, and the demo shop, filled when first asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from evals.bench.shop import Shop, demo_shop

POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"


@dataclass
class Workbench:
    """`wanted_runs` replaces every measurement's own number of runs; `say` reports progress."""

    folder: Path
    say: Callable[[str], None] = lambda _: None
    wanted_runs: int | None = None
    postgres: str = POSTGRES
    """The URL of a server on which databases may be made."""
    shop: Shop | None = field(default=None)
    """The filled shop, where there is one already."""

    def runs(self, usual: int) -> int:
        return self.wanted_runs or usual

    async def filled_shop(self) -> Shop:
        """Some 55,000 order lines in an embedded store of its own."""
        if self.shop is None:
            self.say("filling the demo shop")
            self.shop = await demo_shop(self.folder / "demo")
        return self.shop
