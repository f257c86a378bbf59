"""What the shop sells: products with price, cost, supplier and popularity, and what happens to them."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from evals.demo.draws import Draws, Weighted
from evals.demo.promotions import Promotion, discount_pct
from tools.kit.yaml_text import parse_yaml


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Category(_Strict):
    name: str
    season: tuple[float, ...]
    products: tuple[tuple[str, float], ...]


class CatalogueFile(_Strict):
    categories: tuple[Category, ...]
    suppliers: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Product:
    """`price` and `cost` of one unit in cents without VAT; `popularity` is a weight; launched on or after `since`."""

    sku: str
    title: str
    category: str
    supplier: str
    price: int
    cost: int
    popularity: float
    since: date
    season: tuple[float, ...]


class PriceChange(_Strict):
    """From `on`, a category costs `percent` more; its share of what is bought moves by `elasticity`."""

    category: str
    on: date
    percent: int
    elasticity: float


class StockOut(_Strict):
    """A popular product that could not be sold from `first` to `last`, both inclusive."""

    sku: str
    product: str
    first: date
    last: date


class BadSupplier(_Strict):
    """The supplier whose goods come back `times` as often as the others'."""

    supplier: str
    times: float


@dataclass(frozen=True)
class Assortment:
    categories: tuple[str, ...]
    products: tuple[Product, ...]
    price_change: PriceChange
    stock_out: StockOut
    bad_supplier: BadSupplier

    def price_on(self, product: Product, day: date) -> int:
        """Cents without VAT."""
        change = self.price_change
        if product.category == change.category and day >= change.on:
            return round_to_ten(product.price * (100 + change.percent) / 100)
        return product.price


def round_to_ten(cents: float) -> int:
    """Shops price in steps of ten cents."""
    return int(cents / 10.0 + 0.5) * 10


def draw_assortment(seed: int, first: date, last: date) -> Assortment:
    """The products of catalogue.yaml with everything about them that is drawn."""
    file = CatalogueFile.model_validate(parse_yaml(Path(__file__).with_name("catalogue.yaml").read_text("utf-8")))
    draws = Draws(seed, "assortment")
    total = sum(len(category.products) for category in file.categories)
    ranks = draws.sample(range(total), total)
    products: list[Product] = []
    for category in file.categories:
        makers = [name for name, made in file.suppliers.items() if category.name in made]
        for title, price in category.products:
            number = len(products)
            cents = round(price * 100)
            late = draws.chance(0.08)
            launch = first + timedelta(days=draws.whole(90, 600))
            products.append(
                Product(
                    sku=f"HH-{number + 101}",
                    title=title,
                    category=category.name,
                    supplier=draws.one_of(makers),
                    price=cents,
                    cost=round(cents * draws.between(0.38, 0.6)),
                    popularity=_popularity(ranks[number], price),
                    since=launch if late else first,
                    season=category.season,
                )
            )
    return Assortment(
        categories=tuple(category.name for category in file.categories),
        products=tuple(products),
        price_change=_price_change(draws, file.categories, first, last),
        stock_out=_stock_out(draws, products, first, last),
        bad_supplier=BadSupplier(supplier=draws.one_of(list(file.suppliers)), times=round(draws.between(5.0, 7.0), 2)),
    )


class Shelf:
    """What can be bought on one day, and how likely each product is."""

    def __init__(self, assortment: Assortment, promotions: tuple[Promotion, ...], day: date) -> None:
        self.discounts = {name: discount_pct(promotions, day, name) for name in assortment.categories}
        self.prices = {product.sku: assortment.price_on(product, day) for product in assortment.products}
        weights = [self._weight(assortment, product, day) for product in assortment.products]
        self.all = Weighted(assortment.products, weights)
        weighed = list(zip(assortment.products, weights, strict=True))
        self.by_category: dict[str, Weighted[Product]] = {}
        for name in assortment.categories:
            own = [(product, weight) for product, weight in weighed if product.category == name]
            self.by_category[name] = Weighted([product for product, _ in own], [weight for _, weight in own])

    def _weight(self, assortment: Assortment, product: Product, day: date) -> float:
        out = assortment.stock_out
        if day < product.since or (product.sku == out.sku and out.first <= day <= out.last):
            return 0.0
        weight = product.popularity * _interest(product.season, day)
        weight *= 1.0 + 3.0 * self.discounts[product.category] / 100.0
        ratio = self.prices[product.sku] / product.price
        return weight * ratio**assortment.price_change.elasticity


def _popularity(rank: int, price: float) -> float:
    """Few sell often and many now and then (Zipf); dear things sell less."""
    return (rank + 4.0) ** -0.75 * price**-0.35


def _interest(season: tuple[float, ...], day: date) -> float:
    """The month's share, gliding from the middle of one month to the middle of the next."""
    position = day.month - 1 + (day.day - 15) / 30.0
    before = int(position // 1)
    share = position - before
    return season[before % 12] * (1.0 - share) + season[(before + 1) % 12] * share


def _price_change(draws: Draws, categories: tuple[Category, ...], first: date, last: date) -> PriceChange:
    third = (last - first).days // 3
    return PriceChange(
        category=draws.one_of([category.name for category in categories]),
        on=first + timedelta(days=draws.whole(third, 2 * third)),
        percent=draws.whole(6, 12),
        elasticity=round(-draws.between(0.8, 1.8), 2),
    )


def _stock_out(draws: Draws, products: list[Product], first: date, last: date) -> StockOut:
    popular = sorted(
        (product for product in products if product.since == first), key=lambda product: -product.popularity
    )[:8]
    product = draws.one_of(popular)
    start = first + timedelta(days=draws.whole(200, (last - first).days - 120))
    return StockOut(
        sku=product.sku, product=product.title, first=start, last=start + timedelta(days=draws.whole(17, 30))
    )
