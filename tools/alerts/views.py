"""Alerts as the outside sees them, in words."""

from datetime import date, timedelta

from storage.models.watching import Alert, Notification
from tools.alerts.engine import Outcome, change
from tools.alerts.looking import Looked
from tools.alerts.schemas import AlertGrain, AlertView, CheckView, Condition, NotificationView
from tools.foundry.single import SingleFigure, figure_column, figure_name, restored
from tools.language.periods.calendars import name_period
from tools.query.service import Basis
from tools.query.wording import show

_ADVERBS = {"day": "daily", "week": "weekly", "month": "monthly"}
_STEPS = {"day": "day on day", "week": "week on week", "month": "month on month"}


def alert_view(row: Alert) -> AlertView:
    return AlertView.model_validate(
        {
            "id": row.id,
            "name": row.name,
            "metric": row.metric,
            "filters": restored(row.metric, row.filters).filters,
            "condition": row.condition,
            "grain": row.grain,
            "hour": row.hour,
            "cooldown_days": row.cooldown_days,
            "is_active": row.is_active,
            "state": row.state,
            "last_fired_on": row.last_fired_on,
            "last_checked_on": row.last_checked_on,
            "version": row.version,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }
    )


def alert_name(figure: SingleFigure, condition: Condition, grain: AlertGrain, basis: Basis) -> str:
    """ "Orders, daily, below 20"."""
    bound = condition.bound or 0.0
    match condition.kind:
        case "threshold":
            what = f"{_ADVERBS[grain]}, {condition.side} {show(bound, figure_column(figure, basis))}"
        case "change":
            what = f"{'up' if condition.side == 'above' else 'down'} by more than {bound * 100:g} % {_STEPS[grain]}"
        case "anomaly":
            what = f"{_ADVERBS[grain]}, unusual" if condition.side == "either" else f"{_ADVERBS[grain]}, unusually {'high' if condition.side == 'above' else 'low'}"  # fmt: skip
    return f"{figure_name(figure, basis)}, {what}"


def in_words(view: AlertView, basis: Basis) -> str:
    """One alert in a sentence, for a list."""
    state = "off" if not view.is_active else "firing" if view.state == "firing" else "quiet"
    fired = f", last on {view.last_fired_on.isoformat()}" if view.last_fired_on else ""
    return f"{view.name}: {state}{fired}, looked at each day from {view.hour}:00 ({basis.tenant.timezone})."


def check_view(view: AlertView, seen: Looked, day: date, outcome: Outcome) -> CheckView:
    reading, condition = seen.reading, view.condition
    reference = {"threshold": condition.bound, "change": reading.before, "anomaly": reading.expected}[condition.kind]
    return CheckView.model_validate(
        {
            "day": day,
            "from": seen.start,
            "to": seen.end - timedelta(days=1),
            "value": reading.value,
            "reference": reference,
            "outcome": outcome,
            "sentence": _sentence(view, seen),
        }
    )


def _sentence(view: AlertView, seen: Looked) -> str:
    reading, column, when = seen.reading, seen.column, name_period(seen.start, seen.end, view.grain)
    label = column.label or view.metric
    if seen.waits:
        return f"The data of {when} has not come yet."
    if reading.value is None:
        return f"There is no {label.lower()} in {when}."
    came = f"{label} came to {show(_rounded(reading.value), column)} {'on' if view.grain == 'day' else 'in'} {when}"
    match view.condition.kind:
        case "threshold":
            bound = show(view.condition.bound, column)
            return f"{came} (the alert: {view.condition.side} {bound})."
        case "change":
            rate = change(reading)
            if rate is None:
                return f"{came}; the {view.grain} before had nothing to hold it against."
            before = show(_rounded(reading.before or 0.0), column)
            said = f"{rate * 100:+,.1f} %".replace("-", "−")
            return f"{came}, {said} on the {view.grain} before ({before})."
        case "anomaly":
            if reading.expected is None or reading.p is None:
                return f"{came}. There is too little history to tell what is unusual."
            return (
                f"{came}. What came before leads to {show(_rounded(reading.expected), column)}; chance alone is as far off "
                f"in {reading.p * 100:,.1f} % of cases."
            )


def _rounded(value: float) -> float:
    return int(value) if float(value).is_integer() else round(value, 4)


def notification_view(row: Notification, *, is_read: bool) -> NotificationView:
    return NotificationView(
        id=row.id,
        kind=row.kind,
        title=row.title,
        text=row.text,
        subject_id=row.subject_id,
        created_at=row.created_at,
        is_read=is_read,
    )
