"""Questions that the demo shop is asked: every combination of words is one that an owner might type."""

import random

_FIGURES = (
    "revenue",
    "gross sales",
    "orders",
    "units sold",
    "average order value",
    "profit",
    "refunds",
    "discounts",
    "number of customers",
    "new customers",
)
_PERIODS = (
    "last month",
    "last quarter",
    "in 2025",
    "in August 2026",
    "in Q1 2026",
    "this year",
    "in the last 30 days",
    "from 1 June to 31 August 2026",
    "since March 2026",
)
_PARTS = ("product", "category", "city", "country", "channel", "salesperson", "month", "week", "customer segment")
_FILTERS = ("in Cork", "in Germany", "online", "in the store", "for Garden", "for Lighting", "to Trade customers")
_FORMS = (
    "{figure} {period}",
    "what was our {figure} {period}?",
    "{figure} by {part} {period}",
    "{figure} {filter} {period}",
    "show {figure} by {part} {filter} {period}",
    "top 5 {part} by {figure} {period}",
    "which {part} had the lowest {figure} {period}",
    "{figure} {period} compared with the period before",
    "share of {figure} by {part} {period}",
)


def questions(count: int, seed: int = 3) -> list[str]:
    """So many questions, no two the same while combinations last. Same seed, same questions."""
    draw = random.Random(seed)
    asked: dict[str, None] = {}
    while len(asked) < count:
        form = draw.choice(_FORMS)
        words = {"figure": _FIGURES, "period": _PERIODS, "part": _PARTS, "filter": _FILTERS}
        asked[form.format(**{name: draw.choice(choices) for name, choices in words.items()})] = None
    return list(asked)
