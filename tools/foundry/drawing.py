"""Charts as pictures and dashboards as documents, offline. Run in a process of its own (tools.kit.workers): both
libraries hold Python's lock while they work."""

import json
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict

_VEGA_LITE = "5.20"
"""The release of the schema that the specifications name and are tested against."""
_WIDTH = 640
_NOTHING_ELSE: list[str] = []
"""Addresses that a chart may load from: its data are in it."""


class ReportWidget(BaseModel):
    """One widget of a report. Texts are ready to be read; `numeric` tells which columns stand to the right."""

    model_config = ConfigDict(frozen=True)

    title: str
    text: str
    chart: dict[str, Any] | None = None
    heading: tuple[str, ...] = ()
    numeric: tuple[bool, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    more: str = ""


class Report(BaseModel):
    """A dashboard on paper. `facts` are (what, value) lines under the title, `sources` where the figures come from."""

    model_config = ConfigDict(frozen=True)

    title: str
    description: str
    facts: tuple[tuple[str, str], ...]
    widgets: tuple[ReportWidget, ...]
    sources: tuple[str, ...]


def as_svg(spec: dict[str, Any]) -> str:
    import vl_convert

    return vl_convert.vegalite_to_svg(_sized(spec), vl_version=_VEGA_LITE, allowed_base_urls=_NOTHING_ELSE)


def as_png(spec: dict[str, Any]) -> bytes:
    """Twice as many pixels as the SVG has units."""
    import vl_convert

    return vl_convert.vegalite_to_png(_sized(spec), vl_version=_VEGA_LITE, scale=2, allowed_base_urls=_NOTHING_ELSE)


def as_pdf(report: Report) -> bytes:
    """A4 pages. What the report says is data to the template, and never markup."""
    import typst

    plain = report.model_dump(mode="json")
    for widget in plain["widgets"]:
        # The widget's own heading stands above it.
        widget["chart"] = as_svg(widget["chart"] | {"title": ""}) if widget["chart"] else None
    template = (files("tools.foundry") / "report.typ").read_bytes()
    made: Any = typst.compile(template, format="pdf", sys_inputs={"report": json.dumps(plain)})
    return bytes(made)


def _sized(spec: dict[str, Any]) -> dict[str, Any]:
    """On paper no container gives the width."""
    return spec | {"width": _WIDTH, "background": "white"}
