"""The demo shop's files, and the truth behind them. Same seed, same bytes."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from evals.demo.assortment import Assortment, draw_assortment
from evals.demo.customers import load_people
from evals.demo.draws import Draws
from evals.demo.process import DailyProcess, run_process
from evals.demo.promotions import Promotion, draw_promotions, store_closed
from evals.demo.trade import Order, Trade, trade

FIRST, LAST = date(2024, 9, 1), date(2026, 10, 31)
ORDERS = 25_000
SEED = 7


@dataclass(frozen=True)
class DemoFiles:
    """What an owner would export, in the order in which it is imported; `truth` is for evals alone."""

    products: Path
    customers: Path
    orders: Path
    refunds: Path
    daily_metrics: Path
    truth: Path

    @property
    def exports(self) -> tuple[Path, ...]:
        return self.products, self.customers, self.orders, self.refunds, self.daily_metrics


def demo_files(folder: Path) -> DemoFiles:
    """The paths of the files in a folder, whether or not they are there."""
    return DemoFiles(
        products=folder / "products.csv",
        customers=folder / "customers.csv",
        orders=folder / "orders.csv",
        refunds=folder / "refunds.csv",
        daily_metrics=folder / "daily_metrics.csv",
        truth=folder / "truth.json",
    )


def generate(out_dir: Path, seed: int = SEED) -> DemoFiles:
    """Writes the files of Harbour & Hearth, a homeware shop in Cork (Europe/Dublin, EUR), from FIRST to LAST."""
    days = tuple(FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1))
    promotions = draw_promotions(seed, FIRST, LAST)
    assortment = draw_assortment(seed, FIRST, LAST)
    process = run_process(seed, days, promotions, assortment.categories, ORDERS)
    traded = trade(seed, process, assortment, promotions, load_people())
    out_dir.mkdir(parents=True, exist_ok=True)
    files = demo_files(out_dir)
    _write_products(files.products, assortment, seed)
    _write_customers(files.customers, traded)
    _write_orders(files.orders, traded)
    _write_refunds(files.refunds, traded)
    _write_metrics(files.daily_metrics, process)
    truth = _truth(seed, process, assortment, promotions, traded)
    files.truth.write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    return files


def _write_products(path: Path, assortment: Assortment, seed: int) -> None:
    draws = Draws(seed, "stock")
    header = ("sku", "product", "category", "supplier", "price", "cost", "stock_on_hand", "reorder_level")
    rows = (
        (
            product.sku,
            product.title,
            product.category,
            product.supplier,
            _money(assortment.price_on(product, LAST)),
            _money(product.cost),
            draws.whole(0, 160),
            draws.whole(1, 6) * 5,
        )
        for product in assortment.products
    )
    _write(path, header, rows)


def _write_customers(path: Path, traded: Trade) -> None:
    header = ("customer_id", "customer_name", "email", "segment", "city", "country", "customer_since")
    rows = (
        (one.id, one.name, one.email, one.segment, one.city, one.country, one.since.isoformat())
        for one in traded.customers
    )
    _write(path, header, rows)


def _write_orders(path: Path, traded: Trade) -> None:
    header = (
        *("order_id", "order_date", "status", "channel", "salesperson", "customer_id", "customer_name"),
        *("city", "country", "sku", "product", "category", "quantity", "unit_price", "discount", "line_total"),
        *("vat", "unit_cost", "shipping", "payment_method"),
    )
    _write(path, header, (row for order in traded.orders for row in _order_rows(order)))


def _order_rows(order: Order) -> Iterable[tuple[object, ...]]:
    buyer = order.customer
    of_order = (
        order.number,
        order.at.strftime("%Y-%m-%d %H:%M"),
        "cancelled" if order.cancelled else "completed",
        order.channel,
        order.salesperson or "",
        *(buyer.id, buyer.name, buyer.city, buyer.country),
    )
    shipping = _money(order.shipping)
    for line in order.lines:
        yield (
            *of_order,
            *(line.product.sku, line.product.title, line.product.category),
            line.quantity,
            *(_money(line.unit_price), _money(line.discount), _money(line.net), _money(line.vat)),
            _money(line.product.cost),
            shipping,
            order.payment,
        )


def _write_refunds(path: Path, traded: Trade) -> None:
    header = ("refund_id", "refund_date", "order_id", "sku", "product", "quantity", "amount", "vat", "reason")
    rows = (
        (
            refund.number,
            refund.on.isoformat(),
            refund.order.number,
            refund.line.product.sku,
            refund.line.product.title,
            refund.quantity,
            _money(refund.amount),
            _money(refund.vat),
            refund.reason,
        )
        for refund in traded.refunds
    )
    _write(path, header, rows)


def _write_metrics(path: Path, process: DailyProcess) -> None:
    decimals = process.decimals
    rows = (
        (
            day.isoformat(),
            *(f"{process.values[name][index]:.{decimals[name]}f}" for name in process.published),
            f"{100 * process.values['online_orders'][index] / process.values['website_visits'][index]:.2f}",
        )
        for index, day in enumerate(process.days)
    )
    _write(path, ("date", *process.published, "conversion_rate_pct"), rows)


def _truth(
    seed: int, process: DailyProcess, assortment: Assortment, promotions: tuple[Promotion, ...], traded: Trade
) -> dict[str, Any]:
    last_orders = {order.customer.id: order.at.date().isoformat() for order in traded.orders}
    return {
        "seed": seed,
        "first_day": FIRST.isoformat(),
        "last_day": LAST.isoformat(),
        "links": [link.model_dump(mode="json", exclude_none=True) for link in process.links],
        "identities": [{"metric": "conversion_rate_pct", "is": "100 × online_orders ÷ website_visits"}],
        "measured_in_orders": {"online_orders": "orders of channel Online", "store_orders": "orders of channel Store"},
        "confounder": process.confounder.model_dump(mode="json")
        | {"values": [round(value, 4) for value in process.mood]},
        "promotions": [promotion.model_dump(mode="json") for promotion in promotions],
        "price_change": assortment.price_change.model_dump(mode="json"),
        "stock_out": assortment.stock_out.model_dump(mode="json"),
        "bad_supplier": assortment.bad_supplier.model_dump(mode="json"),
        "store_closed": [day.isoformat() for day in process.days if store_closed(day)],
        "customers": {
            one.id: {"kind": one.kind, "active_until": one.until.isoformat(), "last_order_on": last_orders.get(one.id)}
            for one in traded.customers
        },
    }


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
