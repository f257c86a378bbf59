"""The figures of bakery_blind: the same questions in other words."""

import runpy
from pathlib import Path

from evals.oracle import Oracle

EXPECTED: dict[str, Oracle] = runpy.run_path(str(Path(__file__).parents[1] / "bakery_blind" / "expected.py"))[
    "EXPECTED"
]
