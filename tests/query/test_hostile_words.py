"""Questions and names that are code: SQL that never runs, and chart specifications that stay text."""

import itertools
from collections import Counter
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import sqlglot
from sqlalchemy import func, select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.base import Base
from storage.models.commerce import Order, OrderLine, Product
from tests.metrics.shop import FIRST, MILLION, Shop
from tests.query.asking import ask, statements
from tools.query.service import QueryService

pytestmark = pytest.mark.anyio
HOSTILE = (
    "WITH gone AS (DELETE FROM unified_orders RETURNING id) SELECT count(*) FROM gone",
    "revenue'; DROP TABLE unified_orders; --",
    "revenue in January 2026 UNION SELECT password_hash FROM users",
    "UPDATE order_lines SET net_micros = 0",
    'sales of "\'; DELETE FROM refunds; --"',
    "orders where 1=1 or country = 'Germany'",
    "INSERT INTO unified_orders SELECT * FROM unified_orders; revenue",
    "sales of '; DROP TABLE order_lines; -- in January 2026",
)


async def test_sql_in_a_question_or_in_a_name_never_runs(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    async with database.write(actor) as uow:
        uow.add(Product(source_key="evil", title="'; DROP TABLE order_lines; --"))

    async def counted() -> Counter[str]:
        found: Counter[str] = Counter()
        async with database.read(actor) as uow:
            for mapper in Base.registry.mappers:
                if mapper.local_table.name in ("unified_orders", "order_lines", "refunds", "unified_products"):
                    found[mapper.local_table.name] = (
                        await uow.metrics._session.scalar(select(func.count()).select_from(mapper.class_)) or 0
                    )
        return found

    before = await counted()
    assert min(before.values()) > 0
    dialect = "sqlite" if database.config.embedded_path else "postgres"
    for question in HOSTILE:
        with statements() as seen:
            await ask(database, actor, service, question)
        for statement, _ in seen:
            if not statement.startswith(("PRAGMA", "BEGIN", "SELECT set_config")):
                assert isinstance(sqlglot.parse_one(statement, dialect=dialect), sqlglot.exp.Select), statement
            assert "DROP" not in statement
    assert await counted() == before


NAMES_THAT_ARE_CODE = (
    '{"expr": "alert(1)"}', "datum['x'] + signal('y')", "<script>alert(1)</script>", "</svg><img src=x onerror=alert(1)>",
    "javascript:alert(1)", "https://evil.example/x.svg", "{{constructor.constructor('alert(1)')()}}", "${7*7}",
)  # fmt: skip
DRAWN = {"svg", "g", "rect", "path", "text", "line", "title", "defs", "clipPath"}
RUNS_SOMETHING = {
    "expr",
    "signal",
    "href",
    "url",
    "calculate",
    "filter",
    "params",
    "usermeta",
    "loader",
    "image",
    "test",
}


def keys(spec: Any) -> set[str]:
    """Every key of a specification, at any depth."""
    if isinstance(spec, dict):
        return set(spec) | set(itertools.chain.from_iterable(keys(value) for value in spec.values()))
    return set(itertools.chain.from_iterable(map(keys, spec))) if isinstance(spec, list | tuple) else set()


@pytest.mark.parametrize("question", ["sales by product", "sales of {name} by channel", "best product per month"])
async def test_names_that_are_code_stay_text_in_a_chart(
    database: Database, actor: Actor, service: QueryService, question: str
) -> None:
    import vl_convert

    async with database.write(actor) as uow:
        for n, name in enumerate(NAMES_THAT_ARE_CODE):
            product = Product(source_key=f"p{n}", title=name)
            uow.add(product)
            for i, channel in enumerate((f"Online {name}", "store")):
                on = FIRST + i * timedelta(days=31)
                order = Order(source_key=f"{n}-{i}", ordered_at=uow.clock.now(), ordered_on=on, currency="EUR", channel=channel)  # fmt: skip
                uow.add(order)
                await uow.flush()
                uow.add(OrderLine(source_key=f"{n}-{i}", order_id=order.id, product_id=product.id, ordered_on=on, line_no=1, title=name, currency="EUR", gross_micros=MILLION, net_micros=MILLION * (n + 1)))  # fmt: skip
    charts = 0
    for name in NAMES_THAT_ARE_CODE:
        answer = await ask(database, actor, service, question.format(name=name))
        if answer.chart is not None:
            charts += 1
            assert not keys(answer.chart) & RUNS_SOMETHING
            assert isinstance(answer.chart["title"], str)
            svg = vl_convert.vegalite_to_svg(answer.chart | {"width": 400}, allowed_base_urls=[])
            drawing = ElementTree.fromstring(svg)  # noqa: S314 — no stranger's: drawn a line above
            for element in drawing.iter():
                assert element.tag.split("}")[-1] in DRAWN, element.tag
                assert not any(key.split("}")[-1].startswith(("on", "href", "src")) for key in element.attrib)
    assert charts
