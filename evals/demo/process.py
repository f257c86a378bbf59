"""The daily process: weather, marketing, visits, carts, orders and what follows from them, day after day.

What is fixed stands in process.yaml; bases, links and the hidden factor are drawn per seed (plan.py).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import cos, exp, pi, sqrt

from evals.demo.draws import Draws
from evals.demo.plan import Confounder, Link, Metric, draw_bases, draw_confounder, draw_links, load_plan
from evals.demo.promotions import Promotion, discount_pct, store_closed

_BURN_IN = 60
"""Days that run before the first published one, so that lags and memory have a past."""
_STORE = ("store_footfall", "store_orders", "staff_hours")
_ORDERS = ("online_orders", "store_orders")


@dataclass(frozen=True)
class DailyProcess:
    """What happened: every metric's value on each day, rounded to its `decimals`, and what made it so."""

    days: tuple[date, ...]
    values: dict[str, list[float]]
    decimals: dict[str, int]
    published: tuple[str, ...]
    links: tuple[Link, ...]
    confounder: Confounder
    mood: list[float]


def run_process(
    seed: int, days: tuple[date, ...], promotions: tuple[Promotion, ...], categories: tuple[str, ...], orders: int
) -> DailyProcess:
    """Runs twice: once to see how many orders come, once with both channels scaled so that it is about `orders`."""
    bases = draw_bases(load_plan(), seed)
    trial = _Run(seed, days, bases, promotions, categories).run()
    factor = orders / sum(sum(trial.values[name]) for name in _ORDERS)
    scaled = bases | {name: bases[name] * factor for name in _ORDERS}
    return _Run(seed, days, scaled, promotions, categories).run()


class _Run:
    def __init__(
        self,
        seed: int,
        days: tuple[date, ...],
        bases: dict[str, float],
        promotions: tuple[Promotion, ...],
        categories: tuple[str, ...],
    ) -> None:
        self._plan = load_plan()
        self._bases = bases
        self._promotions = promotions
        self._categories = categories
        self._first = days[0]
        self._days = [days[0] - timedelta(days=n) for n in range(_BURN_IN, 0, -1)] + list(days)
        self._draws = {name: Draws(seed, f"metric/{name}") for name in self._plan.metrics}
        self._links = draw_links(self._plan, bases, seed)
        self._causes = {name: [link for link in self._links if link.effect == name] for name in self._plan.metrics}
        self._confounder = draw_confounder(self._plan.hidden, seed)
        self._touches = {touch.metric: touch for touch in self._confounder.touches}
        self._mood = self._autoregression(Draws(seed, "mood"), self._confounder.memory)
        self._noise = {
            name: self._autoregression(Draws(seed, f"noise/{name}"), metric.memory)
            for name, metric in self._plan.metrics.items()
        }
        schedules = {"bursts": self._bursts, "campaigns": self._campaigns, "mailings": self._mailings}
        self._schedules = {
            name: schedules[metric.kind](self._draws[name])
            for name, metric in self._plan.metrics.items()
            if metric.kind in schedules
        }
        self._values: dict[str, list[float]] = {name: [] for name in self._plan.metrics}

    def run(self) -> DailyProcess:
        for index in range(len(self._days)):
            for name, metric in self._plan.metrics.items():
                value = self._value(name, metric, index)
                if metric.most is not None:
                    value = min(value, metric.most)
                self._values[name].append(round(value, metric.decimals))
        return DailyProcess(
            days=tuple(self._days[_BURN_IN:]),
            values={name: series[_BURN_IN:] for name, series in self._values.items()},
            decimals={name: metric.decimals for name, metric in self._plan.metrics.items()},
            published=self._plan.published,
            links=self._links,
            confounder=self._confounder,
            mood=self._mood[_BURN_IN:],
        )

    def _value(self, name: str, metric: Metric, index: int) -> float:
        day = self._days[index]
        if name in _STORE and store_closed(day):
            return 0.0
        if metric.kind == "promotions":
            cuts = [discount_pct(self._promotions, day, category) for category in self._categories]
            return sum(cuts) / len(cuts)
        if metric.kind == "rain":
            return self._rain(metric, index)
        noise = metric.noise * self._noise[name][index]
        if metric.scale == "additive":
            return self._bases[name] + metric.year * _yearly(day, metric.peak) + noise
        scheduled = self._schedules[name][index] if name in self._schedules else 1.0
        mean = self._bases[name] * scheduled * self._season(metric, day) * exp(noise + self._effects(name, index))
        return self._draws[name].poisson(mean) if metric.kind == "count" else mean

    def _effects(self, name: str, index: int) -> float:
        """What the causes, each some days ago, and the hidden factor add to the log of the expected value."""
        total = 0.0
        for link in self._causes[name]:
            then = index - link.lag_days
            if then >= 0:
                total += link.pull(self._values[link.cause][then])
        if (touch := self._touches.get(name)) and index >= touch.lag_days:
            total += touch.size * self._mood[index - touch.lag_days]
        return total

    def _season(self, metric: Metric, day: date) -> float:
        to_christmas = (day - date(day.year, 12, 13)).days / 10.0
        swell = metric.christmas * exp(-(to_christmas**2) / 2.0)
        growth = exp(metric.trend * (day - self._first).days / 365.0)
        return metric.week[day.weekday()] * (1.0 + metric.year * _yearly(day, metric.peak)) * (1.0 + swell) * growth

    def _rain(self, metric: Metric, index: int) -> float:
        """Wet days come in spells; the amount of a wet day is exponential."""
        draws = self._draws["rain_mm"]
        was_wet = index > 0 and self._values["rain_mm"][index - 1] > 0
        wet, amount = draws.chance(0.62 if was_wet else 0.38), draws.exponential(metric.base * 2.0)
        return amount * (1.0 + metric.year * _yearly(self._days[index], metric.peak)) if wet else 0.0

    def _bursts(self, draws: Draws) -> list[float]:
        """Spending at its usual level, with a campaign of one to three weeks every month or two."""
        levels: list[float] = []
        while len(levels) < len(self._days):
            levels += [1.0] * draws.whole(18, 50)
            levels += [draws.between(1.7, 2.6)] * draws.whole(7, 20)
        return levels

    def _campaigns(self, draws: Draws) -> list[float]:
        """Nothing on most days; a door-to-door round of two to five days every three to five weeks."""
        levels: list[float] = []
        while len(levels) < len(self._days):
            levels += [0.0] * draws.whole(17, 33)
            levels += [draws.between(0.7, 1.5) for _ in range(draws.whole(2, 5))]
        return levels

    def _mailings(self, draws: Draws) -> list[float]:
        """A newsletter most Tuesdays, a shorter one on some Fridays, to the whole list or part of it."""
        chances = {1: 0.9, 4: 0.45, 6: 0.1}
        levels: list[float] = []
        for day in self._days:
            sent, part = draws.chance(chances.get(day.weekday(), 0.0)), draws.between(0.55, 1.0)
            levels.append(part if sent else 0.0)
        return levels

    def _autoregression(self, draws: Draws, memory: float) -> list[float]:
        """A first-order autoregressive series of variance 1."""
        series: list[float] = []
        value = draws.normal()
        for _ in self._days:
            series.append(value)
            value = memory * value + sqrt(1.0 - memory * memory) * draws.normal()
        return series


def _yearly(day: date, peak: int) -> float:
    """1 on the peak day of the year, −1 half a year away."""
    return cos(2.0 * pi * (day.timetuple().tm_yday - peak) / 365.25)
