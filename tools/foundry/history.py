"""What a change of a dashboard was, in a sentence."""

from collections.abc import Sequence

from tools.foundry.schemas import DashboardContent, WidgetView

_NAMED = 3


def summary(before: DashboardContent, after: DashboardContent) -> str:
    """Every difference, the widgets last. Empty where there is none."""
    said: list[str] = []
    if before.name != after.name:
        said.append(f"Renamed from “{before.name}” to “{after.name}”")
    if before.description != after.description:
        said.append("Changed the description")
    if before.filters != after.filters:
        said.append("Changed the filters" if after.filters else "Removed the filters")
    if before.period != after.period:
        said.append(f"Set the period to “{after.period}”" if after.period else "Removed the period")
    if before.visibility != after.visibility:
        said.append("Shared it with everybody" if after.visibility == "shared" else "Made it private")
    return ". ".join([*said, *_widgets(before.widgets, after.widgets)]) + "." if before != after else ""


def _widgets(before: Sequence[WidgetView], after: Sequence[WidgetView]) -> list[str]:
    old, new = {one.id: one for one in before}, {one.id: one for one in after}
    added = [one for one in after if one.id not in old]
    removed = [one for one in before if one.id not in new]
    kept = [one for one in after if one.id in old and one != old[one.id]]
    moved = [one for one in kept if one == old[one.id].model_copy(update={"place": one.place})]
    changed = [one for one in kept if one not in moved]
    groups = (("Added", added), ("Removed", removed), ("Changed", changed), ("Moved", moved))
    return [f"{verb} {_named(widgets)}" for verb, widgets in groups if widgets]


def _named(widgets: Sequence[WidgetView]) -> str:
    names = [f"“{one.title}”" for one in widgets[:_NAMED]]
    if more := len(widgets) - len(names):
        names.append(f"{more} more")
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
