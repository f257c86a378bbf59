"""The shop's own calendar: promotions drawn per seed, and the days on which the store is closed."""

from datetime import date, timedelta

from pydantic import BaseModel, ConfigDict

from evals.demo.draws import Draws

_EVERYTHING: tuple[str, ...] = ()


class Promotion(BaseModel):
    """A price cut from `first` to `last`, both inclusive; no categories means all of them."""

    model_config = ConfigDict(frozen=True)

    name: str
    first: date
    last: date
    depth_pct: int
    categories: tuple[str, ...] = _EVERYTHING

    def covers(self, day: date, category: str) -> bool:
        return self.first <= day <= self.last and (not self.categories or category in self.categories)


# (name, month, day, length in days, depths to draw from, categories); the first day moves by up to three.
_YEARLY = (
    ("January sale", 1, 3, 14, (25, 30), ("Bed & Bath", "Candles & Fragrance", "Storage")),
    ("Garden weeks", 4, 10, 16, (10, 15), ("Garden",)),
    ("Summer sale", 7, 4, 12, (15, 20), ("Garden", "Tableware", "Lighting")),
    ("Harvest table", 10, 2, 10, (10, 15), ("Tableware", "Cookware")),
)


def draw_promotions(seed: int, first: date, last: date) -> tuple[Promotion, ...]:
    """The promotions between two days, by first day."""
    draws = Draws(seed, "promotions")
    drawn: list[Promotion] = []
    for year in range(first.year, last.year + 1):
        for name, month, day, length, depths, categories in _YEARLY:
            start = date(year, month, day) + timedelta(days=draws.whole(-3, 3))
            end = start + timedelta(days=length - 1)
            drawn.append(
                Promotion(name=name, first=start, last=end, depth_pct=draws.one_of(depths), categories=categories)
            )
        friday = _black_friday(year)
        depth = draws.one_of((20, 25))
        drawn.append(
            Promotion(
                name="Black Friday week",
                first=friday - timedelta(days=4),
                last=friday + timedelta(days=3),
                depth_pct=depth,
            )
        )
    inside = [promotion for promotion in drawn if promotion.first >= first and promotion.last <= last]
    return tuple(sorted(inside, key=lambda promotion: promotion.first))


def discount_pct(promotions: tuple[Promotion, ...], day: date, category: str) -> int:
    """The deepest cut that holds for a category on a day, 0 where none does."""
    return max((promotion.depth_pct for promotion in promotions if promotion.covers(day, category)), default=0)


def store_closed(day: date) -> bool:
    """Christmas, St Stephen's Day, New Year's Day and Easter Sunday."""
    return (day.month, day.day) in ((12, 25), (12, 26), (1, 1)) or day == _easter(day.year)


def _black_friday(year: int) -> date:
    """The day after the fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 22)


def _easter(year: int) -> date:
    """The anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)
