"""The figures of bakery_blind: the same questions in other words."""

import runpy
from pathlib import Path

from evals.oracle import Oracle, top

_OTHER = runpy.run_path(str(Path(__file__).parents[1] / "bakery_blind" / "expected.py"))
EXPECTED: dict[str, Oracle] = _OTHER["EXPECTED"] | {
    # "revenue" here, where the other voice says "total sales"
    "best-weekday": lambda shop: top(
        1, _OTHER["_by_weekday"](shop.between("2025-01-01", "2025-12-31").where(channel="Northern Quarter"))
    ),
}
