"""Columns find their meaning by name, values and arithmetic, whatever program and language they come from."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.ingestion.exports import SALES, Export, table
from tools.connectors.files.source import rows, sniff
from tools.ingestion.catalogue import Entity, load_catalogue, plain_name
from tools.ingestion.mapper import Mapper, Proposal
from tools.ingestion.sample import BlockSampler, study


@pytest.fixture(scope="module")
def mapper() -> Mapper:
    return Mapper(load_catalogue())


@pytest.fixture
def propose(mapper: Mapper, tmp_path: Path) -> Callable[..., Proposal]:
    def propose(
        content: bytes, filename: str = "file.csv", country: str | None = None, using: Mapper = mapper
    ) -> Proposal:
        path = tmp_path / filename
        path.write_bytes(content)
        shape = sniff(path)
        sampler = BlockSampler()
        for row in rows(path, shape):
            if row.problem is None:
                sampler.add(row.cells)
        return using.propose(study(shape.columns, sampler), filename=filename, country=country)

    return propose


Propose = Callable[..., Proposal]


def _sales(headings: Sequence[str], line: Callable[[random.Random, int], Sequence[object]], count: int = 60) -> bytes:
    random_ = random.Random(7)
    return table([headings, *(line(random_, number) for number in range(count))])


@pytest.mark.parametrize(
    ("make", "expected"),
    list(
        zip(
            SALES,
            [
                {
                    "InvoiceNo": "order_id",
                    "StockCode": "product_id",
                    "Description": "product_title",
                    "CustomerID": "customer_id",
                    "UnitPrice": "unit_price",
                },
                {
                    "Name": "order_id",
                    "Lineitem name": "product_title",
                    "Lineitem price": "unit_price",
                    "Discount Amount": "order_discount",
                    "Refunded Amount": "refund_amount",
                    "Shipping City": "city",
                    "Created at": "order_date",
                },
                {
                    "Bestell-Nr.": "order_id",
                    "Kundennr.": "customer_id",
                    "Warengruppe": "category",
                    "Einzelpreis": "unit_price",
                    "Gesamtpreis": "line_net",
                    "Rabatt %": "discount",
                    "Versandkosten": "order_shipping",
                },
                {
                    "Gross Sales": "line_gross",
                    "Net Sales": "line_net",
                    "Discounts": "discount",
                    "Event Type": "event_type",
                    "Item": "product_title",
                    "Location": "channel",
                },
                {
                    "Product line": "category",
                    "Total": "line_total",
                    "Tax 5%": "line_tax",
                    "cogs": "line_net",
                    "gross income": "profit",
                    "Branch": "channel",
                    "Customer type": "segment",
                },
                {
                    "amazon-order-id": "order_id",
                    "item-price": "line_gross",
                    "item-promotion-discount": "discount",
                    "sales-channel": "channel",
                    "ship-city": "city",
                    "order-status": "status",
                },
            ],
            strict=True,
        )
    ),
    ids=[make.__name__ for make in SALES],
)
def test_an_export_is_understood_without_help(
    make: Callable[[], Export], expected: dict[str, str], propose: Propose
) -> None:
    export = make()
    proposal = propose(export.content, export.filename)

    assert proposal.mapping.entity == Entity.ORDER_LINE
    found = proposal.mapping.columns
    assert {column: found[column] for column in expected} == expected


@pytest.mark.parametrize(
    ("headings", "entity"),
    [
        (
            ["N° de commande", "Date de commande", "Client", "Ville", "Produit", "Quantité", "Prix unitaire"],
            Entity.ORDER_LINE,
        ),
        (["Nº pedido", "Fecha", "Cliente", "Ciudad", "Producto", "Cantidad", "Precio unitario"], Entity.ORDER_LINE),
        (["Pedido", "Data do pedido", "Cliente", "Cidade", "Produto", "Qtde", "Preço unitário"], Entity.ORDER_LINE),
        (
            ["Numero ordine", "Data ordine", "Cliente", "Città", "Prodotto", "Quantità", "Prezzo unitario"],
            Entity.ORDER_LINE,
        ),
        (["Ordernummer", "Besteldatum", "Klant", "Plaats", "Productnaam", "Aantal", "Stukprijs"], Entity.ORDER_LINE),
    ],
)
def test_headings_in_other_languages(headings: list[str], entity: Entity, propose: Propose) -> None:
    content = _sales(
        headings,
        lambda r, n: [
            f"O{n // 2}",
            f"2024-01-{1 + n // 2 % 28:02d}",
            f"Ann Lee{n // 2 % 5}",
            "Lyon",
            f"Big Mug {n % 3}",
            r.randint(1, 5),
            r.choice([5.5, 7.25]),
        ],
    )
    proposal = propose(content)

    assert proposal.mapping.entity == entity
    assert list(proposal.mapping.columns.values()) == [
        "order_id",
        "order_date",
        "customer_name",
        "city",
        "product_title",
        "quantity",
        "unit_price",
    ]


def test_a_price_that_grows_with_the_quantity_is_the_amount_of_the_line(propose: Propose) -> None:
    prices = {"A1": 5.0, "B2": 7.5, "C3": 12.0, "D4": 3.25, "E5": 8.0, "F6": 9.0}

    def line(of_line: bool) -> Callable[[random.Random, int], Sequence[object]]:
        def make(r: random.Random, n: int) -> Sequence[object]:
            code, quantity = r.choice(list(prices)), r.randint(1, 6)
            return [n, "2024-01-05", code, quantity, prices[code] * (quantity if of_line else 1)]

        return make

    headings = ["Order ID", "Date", "Product ID", "Quantity", "Price"]
    assert propose(_sales(headings, line(of_line=True))).mapping.columns["Price"] == "line_net"
    assert propose(_sales(headings, line(of_line=False))).mapping.columns["Price"] == "unit_price"


@pytest.mark.parametrize(
    ("discount", "total", "unit", "after"),
    [
        (lambda _gross: 0.15, lambda g, d: g * (1 - d), "fraction", False),
        (lambda _gross: 15, lambda g, d: g * (1 - d / 100), "percent", False),
        (lambda gross: round(gross / 10, 2), lambda g, d: g - d, "amount", False),
    ],
)
def test_what_a_discount_is_of_is_told_by_arithmetic(
    discount: Any, total: Any, unit: str, after: bool, propose: Propose
) -> None:
    def line(r: random.Random, n: int) -> Sequence[object]:
        quantity, price = r.randint(2, 9), r.choice([4.0, 19.5, 120.0])
        gross = quantity * price
        off = discount(gross) if n % 3 else 0
        return [n, "2024-01-05", f"P{n % 4}", quantity, price, off, round(total(gross, off), 2)]

    mapping = propose(_sales(["Order ID", "Date", "SKU", "Qty", "Price", "Discount", "Total"], line)).mapping

    assert (mapping.discount_unit, mapping.price_after_discount) == (unit, after)
    assert (mapping.columns["Price"], mapping.columns["Total"]) == ("unit_price", "line_net")


def test_amounts_of_the_whole_order_are_told_from_those_of_its_lines(propose: Propose) -> None:
    def line(r: random.Random, n: int) -> Sequence[object]:
        order = n // 3
        return [order, "2024-01-05", f"P{n % 4}", r.randint(1, 5), 4.0, 3 + order % 5, 1 + n % 7, 50 + order]

    mapping = propose(
        _sales(["Order ID", "Date", "SKU", "Qty", "Price", "Freight", "Handling", "Order Total"], line)
    ).mapping
    assert set(mapping.repeated) == {"order_shipping", "order_total"}


def test_tax_inside_prices_is_found_where_totals_show_it(propose: Propose) -> None:
    def line(r: random.Random, n: int) -> Sequence[object]:
        quantity, price = r.randint(1, 5), r.choice([12.0, 24.0])
        return [n, "2024-01-05", "P1", quantity, price, round(quantity * price / 6, 2), 5, quantity * price + 5]

    headings = ["Order ID", "Date", "SKU", "Qty", "Price", "Taxes", "Shipping", "Order Total"]
    assert propose(_sales(headings, line)).mapping.tax_included


def test_numbers_of_the_till_that_start_again_every_day_are_no_orders_of_many_days(propose: Propose) -> None:
    content = _sales(
        ["Receipt No", "Date", "Item", "Amount"], lambda _r, n: [n % 10, f"2024-01-{1 + n // 10:02d}", "Tea cup", 4.5]
    )
    assert propose(content).mapping.order_key == "order_id_and_day"


@pytest.mark.parametrize(
    ("name", "content", "entity"),
    [
        ("customers.csv", "id,first name,last name,email\n1,Ann,Lee,a@x.com\n2,Bo,Ek,b@x.com\n", Entity.CUSTOMER),
        ("products.csv", "sku,name,price,cost\nA1,Mug,5.00,2.10\nA2,Tea,4.00,1.00\n", Entity.PRODUCT),
        ("stock.csv", "date,sku,warehouse,on hand\n2024-01-01,A1,North,5\n2024-01-02,A1,North,4\n", Entity.STOCK),
        (
            "refunds.csv",
            "refund id,order id,refund date,refund amount\nR1,1,2024-01-01,5.00\nR2,2,2024-01-02,4.00\n",
            Entity.REFUND,
        ),
        (
            "metrics.csv",
            "date,ad_spend,visits,orders\n2024-01-01,5.00,100,3\n2024-01-02,4.00,90,4\n",
            Entity.OBSERVATION,
        ),
        ("series.csv", "timestamp,value\n2024-01-01 00:00,5\n2024-01-01 01:00,6\n", Entity.OBSERVATION),
    ],
)
def test_what_a_row_is_shows_in_the_columns(name: str, content: str, entity: Entity, propose: Propose) -> None:
    assert propose(content.encode(), name).mapping.entity == entity


@pytest.mark.parametrize(("country", "order"), [("US", "mdy"), ("DE", "dmy"), (None, "dmy")])
def test_dates_that_can_be_read_both_ways_go_by_the_shop_s_country(
    country: str | None, order: str, propose: Propose
) -> None:
    content = b"order,date,product,amount\n1,03/04/2024,Big mug,5\n2,05/02/2024,Big mug,6\n"
    assert propose(content, country=country).mapping.date_order == order


def test_an_embedding_helps_where_no_list_has_the_word(mapper: Mapper, propose: Propose) -> None:
    class Synonyms:
        """Places "purveyor" beside "supplier" and everything else apart."""

        def vectors(self, texts: Sequence[str]) -> Any:
            import numpy as np

            return np.array([[1.0, 0.0] if text in ("purveyor", "supplier") else [0.0, 1.0] for text in texts])

    content = b"sku,name,price,purveyor\nA1,Mug,5.00,Kahla AG\nA2,Tea,4.00,Ronne Ltd\n"
    # Words of other columns are all alike here, but listed names are certain and win.
    found = propose(content, "products.csv", using=Mapper(load_catalogue(), Synonyms()))
    assert found.mapping.columns["purveyor"] == "supplier"
    assert propose(content, "products.csv").mapping.columns["purveyor"] is None


def test_headings_are_compared_without_case_accents_and_punctuation() -> None:
    assert [
        plain_name(text) for text in ("Bestell-Nr.", "UnitPrice", "Größe", "  Order   ID ", "orderID", "N° client")
    ] == [
        "bestell nr",
        "unit price",
        "groesse",
        "order id",
        "order id",
        "no client",
    ]


def test_the_catalogue_names_no_field_twice_for_one_heading_within_a_kind() -> None:
    catalogue = load_catalogue()
    for entity in catalogue.entities:
        for key, field in catalogue.fields(entity).items():
            assert len(set(map(plain_name, field.names))) >= len(field.names) - 3, (entity, key)


def test_a_sample_of_a_long_file_reaches_its_end() -> None:
    sampler = BlockSampler()
    for number in range(250_000):
        sampler.add([str(number)])

    kept = [int(row[0]) for block in sampler.blocks for row in block]
    assert sampler.count == 250_000
    assert 2_000 < len(kept) <= 6_100
    assert kept[0] == 0
    assert max(kept) > 240_000


def test_columns_may_differ_in_their_decimal_mark(propose: Propose) -> None:
    """A bakery's till: quantities as a program writes them, prices as its owner does."""
    content = _sales(
        ["date", "time", "ticket_number", "article", "Quantity", "unit_price"],
        lambda r, n: [
            f"2021-01-{1 + n // 5:02d}",
            "08:38",
            150040 + n // 2,
            "Baguette",
            f"{r.randint(1, 4)}.5",
            f"{r.choice(['0,90', '1,15'])} €",
        ],
    )
    mapping = propose(content).mapping
    marks = {column: mapping.column_marks.get(column, mapping.decimal_mark) for column in ("Quantity", "unit_price")}
    assert marks == {"Quantity": ".", "unit_price": ","}


def test_a_number_that_begins_again_in_every_order_identifies_no_row(propose: Propose) -> None:
    headings = ["order_id", "order_item_id", "order_purchase_timestamp", "product_id", "price"]
    again = propose(
        _sales(headings, lambda r, n: [f"o{n // 2}", 1 + n % 2, "2024-01-01 10:00", "p1", r.choice([5.5, 6])])
    )
    unique = propose(_sales(headings, lambda r, n: [f"o{n // 2}", n, "2024-01-01 10:00", "p1", r.choice([5.5, 6])]))

    assert again.mapping.columns["order_item_id"] is None
    assert unique.mapping.columns["order_item_id"] == "row_id"


def test_paths_of_nested_objects_are_read_by_their_last_part(propose: Propose) -> None:
    lines = "".join(
        f'{{"order_id": "o{n}", "created_at": "2024-05-{1 + n % 28:02d}T10:00:00Z", "items": '
        f'[{{"sku": "A{n % 3}", "name": "Thing", "qty": {1 + n % 4}, "price": {[5.5, 7.0, 9.25][n % 3]}}}]}}\n'
        for n in range(40)
    )
    columns = propose(lines.encode(), "orders.jsonl").mapping.columns
    assert columns["items.qty"] == "quantity"
    assert columns["items.price"] == "unit_price"
    assert columns["items.name"] == "product_title"


@pytest.mark.parametrize(
    ("suffix", "prefix"),
    [(" excl. VAT", ""), (" (ex tax)", ""), (" ohne MwSt", ""), (" hors TVA", ""), ("", "Net of tax ")],
)
def test_an_amount_without_tax_is_an_amount_and_no_tax(propose: Propose, suffix: str, prefix: str) -> None:
    named = {"line": f"{prefix}Line Total{suffix}", "price": f"{prefix}Unit Price{suffix}"}
    columns = propose(
        _sales(
            ["Order No", "Order Date", "Product", "Quantity", named["price"], named["line"], "VAT"],
            lambda r, n: [f"W{n // 2}", "2024-01-02", "Helmet", q := r.randint(1, 4), 10.5, 10.5 * q, 2.1 * q],
        )
    ).mapping.columns
    assert columns[named["line"]] == "line_net"
    assert columns[named["price"]] == "unit_price"
    assert columns["VAT"] == "line_tax"


def test_a_refund_and_the_tax_given_back_with_it_are_told_apart(propose: Propose) -> None:
    headings = ["Refund Date", "Order No", "Product", "Quantity", "Refund Amount excl. VAT", "VAT Refunded"]
    content = _sales(headings, lambda r, n: ["2024-01-16", f"W{n}", "Helmet", 1, r.choice([22.1, 30.5]), 4.42])
    columns = propose(content, "refunds.csv").mapping.columns
    assert (columns["Refund Amount excl. VAT"], columns["VAT Refunded"]) == ("refund_amount", "line_tax")
