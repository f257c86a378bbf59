"""Vega's JavaScript for the page, bundled once from the package that holds it and kept in the data directory."""

import asyncio
import os
from importlib.metadata import version
from pathlib import Path

from tools.kit.workers import Workers

_PACKAGE = "vl-convert-python"
_SNIPPET = "window.vegaEmbed = vegaEmbed; window.vega = vega; window.vegaLite = vegaLite;"


class VegaBundle:
    """Makes the bundle when it is first asked for: it takes seconds, and most processes never serve a page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = asyncio.Lock()

    async def file(self) -> Path:
        """The bundle as a file. A new release of the package makes a new one, in a process that goes with it: it holds Python's
        lock for more than a second, and a JavaScript engine. Raises what Workers.run raises."""
        path = self._folder / f"vega-{version(_PACKAGE)}.js"
        async with self._lock:
            if not path.exists():
                workers = Workers()
                try:
                    await workers.run(_build, path)
                finally:
                    workers.close()
        return path


def _build(path: Path) -> None:
    import vl_convert

    bundle = vl_convert.javascript_bundle(_SNIPPET)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    unfinished.write_text(bundle, encoding="utf-8")
    unfinished.replace(path)
