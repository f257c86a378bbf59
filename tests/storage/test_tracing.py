"""Spans of SQL statements: whose they are, how they ended, and no value of anybody's in them."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from opentelemetry.trace import SpanKind, StatusCode
from sqlalchemy import Select, literal_column, select

from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.models.commerce import Order, Product
from storage.scope import SystemPurpose
from storage.tracing import spanned, without_values
from tests.spans import recorded

pytestmark = pytest.mark.anyio


@pytest.fixture
async def traced(database_config: DatabaseConfig, clock: FixedClock, database: Database) -> AsyncIterator[Database]:
    """The store once more, by connections whose statements are traced."""
    traced = Database(replace(database_config, traced=True), clock)
    yield traced
    await traced.dispose()


def titled(title: str) -> Select[str]:
    return select(Product.title).where(Product.title == title)


async def test_a_statement_is_a_child_of_the_span_around_it_and_holds_no_value(traced: Database, actor: Actor) -> None:
    with recorded() as spans, spanned("request") as request:
        async with traced.read(actor) as uow:
            await uow.session.execute(titled("Kim's secret mug"))
    (span,) = [one for one in spans.having("db.query.text") if "title" in str((one.attributes or {})["db.query.text"])]
    assert span.name == "SELECT"
    assert span.kind is SpanKind.CLIENT
    assert span.parent is not None
    assert span.parent.span_id == request.get_span_context().span_id
    assert span.attributes is not None
    assert span.attributes["db.system.name"] == ("sqlite" if traced.config.embedded_path else "postgresql")
    assert span.attributes["db.operation.name"] == "SELECT"
    assert span.attributes["smb.tenant.id"] == actor.tenant_id
    assert "products" in str(span.attributes["db.query.text"])
    assert "secret" not in "".join(one.to_json() for one in spans.all)
    assert span.end_time is not None
    assert span.start_time is not None
    assert span.end_time > span.start_time


async def test_what_is_written_is_traced_too(traced: Database, actor: Actor) -> None:
    with recorded() as spans, spanned("request"):
        async with traced.write(actor) as uow:
            uow.add(Product(source_key="secret-key", title="Secret mug"))
    inserts = spans.named("INSERT")
    assert inserts
    assert {(one.attributes or {})["smb.tenant.id"] for one in inserts} == {actor.tenant_id}
    assert "ecret" not in "".join(one.to_json() for one in spans.all)


async def test_a_connection_does_not_keep_whose_it_was(traced: Database, actor: Actor, other_actor: Actor) -> None:
    with recorded() as spans:
        for who in (actor, other_actor):
            with spanned("request"):
                async with traced.read(who) as uow:
                    await uow.session.execute(titled("mug"))
        with spanned("request"):
            async with traced.system(SystemPurpose.LOGIN) as uow:
                await uow.users.by_email("kim@example.com")
    found = [(one.attributes or {}).get("smb.tenant.id") for one in spans.having("db.query.text")]
    ours = [tenant for tenant in dict.fromkeys(found) if tenant]
    assert ours == [actor.tenant_id, other_actor.tenant_id]
    assert found[-1] is None


async def test_a_statement_that_fails_says_what_kind_of_error_and_no_more(traced: Database) -> None:
    wrong = select(literal_column("no_such_column")).select_from(Order)
    with recorded() as spans, pytest.raises(Exception, match="no_such_column"), spanned("request"):
        async with traced.readers.connect() as connection:
            await connection.execute(wrong)
    (failed,) = [one for one in spans.having("db.query.text") if one.status.status_code is StatusCode.ERROR]
    assert failed.attributes is not None
    assert failed.attributes["error.type"] == failed.status.description
    assert not failed.events
    (request,) = spans.named("request")
    assert request.status.status_code is StatusCode.ERROR
    assert not request.events


async def test_statements_of_no_request_have_no_span(traced: Database, actor: Actor) -> None:
    with recorded() as spans:
        async with traced.read(actor) as uow:
            await uow.session.execute(titled("mug"))
    assert spans.all == ()


async def test_a_store_that_is_not_traced_makes_no_spans(database: Database, actor: Actor) -> None:
    with recorded() as spans, spanned("request"):
        async with database.read(actor) as uow:
            await uow.session.execute(titled("mug"))
    assert [span.name for span in spans.all] == ["request"]


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("SELECT a FROM t WHERE b = ?", "SELECT a FROM t WHERE b = ?"),
        ("SELECT a FROM t1 WHERE b = $1::VARCHAR AND c = :p2", "SELECT a FROM t1 WHERE b = $1::VARCHAR AND c = :p2"),
        ("SELECT 'Kim''s', 12.5e3, x-1 FROM t", "SELECT ?, ?, x-? FROM t"),
        ("SELECT E'it\\'s Kim', X'00ff', $tag$Kim's$tag$", "SELECT ?, ?, ?"),
        ('SELECT "sales 2024", `net 5` FROM "t 1"', 'SELECT "sales 2024", `net 5` FROM "t 1"'),
        ("SELECT 1 -- for Kim\n FROM t /* Kim\n again */ LIMIT 10", "SELECT ?  \n FROM t   LIMIT ?"),
        ("SELECT '-- no comment', 'a' FROM t", "SELECT ?, ? FROM t"),
        ("SELECT ARRAY['Kim', '2']", "SELECT ARRAY[?, ?]"),
    ],
)
def test_values_in_a_statement_become_question_marks(statement: str, shown: str) -> None:
    assert without_values(statement) == shown
