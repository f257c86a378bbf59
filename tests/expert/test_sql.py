"""Expert mode: one SELECT over one tenant's views gets through, and nothing else, on either database."""

from typing import Any

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError
from sqlglot import exp

from storage.database import Database
from storage.expert.guard import SafeQuery, checked
from storage.expert.runner import dialect_of, open_file, open_server, run
from storage.expert.views import READ_COLUMNS, VIEWS, Dialect
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from tests.metrics.shop import Shop, expected, write_shop
from tests.query.asking import statements

pytestmark = pytest.mark.anyio
TENANT = "01a222c6-7128-76ca-bff1-40d357dfa4f2"
DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgresql")
MONTHS = {
    "sqlite": "select strftime('%Y-%m', ordered_on) as month, sum(net_sales) as sales from order_lines group by 1 order by 1",
    "postgresql": "select date_trunc('month', ordered_on) as month, sum(net_sales) as sales from order_lines group by 1 order by 1",
}
SOLD = """
    with kept as (select * from Orders where status <> 'cancelled'), -- a comment
    sold as (
        select o.country, sum(l.net_sales) as sold, row_number() over (order by sum(l.net_sales) desc) as place
        from kept o join order_lines l on l.order_id = o.order_id group by o.country
    )
    select s.country, s.sold - coalesce((
        select sum(r.amount) from refunds r join kept k on k.order_id = r.order_id where k.country = s.country
    ), 0) as net_sales, place
    from sold s where s.country is not null order by place
"""
REFUSED = {
    "WITH … DELETE": "with gone as (delete from orders returning *) select * from gone",
    "WITH … INSERT": "with new as (insert into orders (number) values ('1') returning *) select * from new",
    "stacked statements": "select 1; delete from orders",
    "stacked behind a comment": "select 1 --\n; drop table orders",
    "update": "update orders set status = 'x'",
    "drop": "drop table orders",
    "select into": "select * into copy from orders",
    "create table as": "create table copy as select * from orders",
    "locks": "select * from orders for update",
    "copy": "copy orders to '/tmp/orders'",
    "attach": "attach database '/tmp/x' as x",
    "pragma": "pragma query_only = off",
    "vacuum": "vacuum into '/tmp/copy.db'",
    "explain": "explain select * from orders",
    "set": "set role smb_system",
    "call": "call anything()",
    "do": "do $$ begin end $$",
    "pg_read_file": "select pg_read_file('/etc/passwd')",
    "pg_sleep": "select pg_sleep(100)",
    "set_config": "select set_config('app.tenant_id', 'x', false)",
    "current_setting": "select current_setting('app.tenant_id')",
    "lo_import": "select lo_import('/etc/passwd')",
    "dblink": "select * from dblink('host=x', 'select 1') as t(a int)",
    "load_extension": "select load_extension('/tmp/x.so')",
    "readfile": "select readfile('/etc/passwd')",
    "query_to_xml": "select query_to_xml('select * from users', true, true, '')",
    "a quoted function": 'select "pg_sleep"(1)',
    "a function of a schema": "select pg_catalog.pg_sleep(1)",
    "generate_series": "select * from generate_series(1, 1000000000)",
    "a recursive bomb": "with recursive t as (select 1 as n union all select n + 1 from t) select * from t",
    "a text bomb": "select repeat('x', 1000000000)",
    "a joined text": "select a.title || b.title from products a, products b",
    "padding": "select printf('%1000000000d', 1)",
    "blobs": "select zeroblob(1000000000)",
    "a table of ours": "select * from unified_orders",
    "people": "select email from users",
    "secrets": "select password_hash from users",
    "the catalogue": "select * from sqlite_master",
    "information_schema": "select * from information_schema.tables",
    "pg_catalog": "select * from pg_catalog.pg_authid",
    "a schema": "select * from public.orders",
    "a quoted schema": 'select * from "main"."orders"',
    "a CTE named like a table": "with users as (select 1 as x from users) select * from users",
    "a CTE named like a view": "with orders as (select 1 as x) select * from orders",
    "a CTE read before it is there": "with a as (select * from users), users as (select 1 as x) select * from a",
    "a CTE out of scope": "select * from users, (with users as (select 1 as x) select * from users) as q",
    "a view of ours by name": "select * from smb_view_orders",
    "an alias of ours": "select 1 as x from orders as smb_view_refunds",
    "the tenant's column": "select tenant_id from orders",
    "the tenant's column, qualified": 'select o."tenant_id" from orders as o',
    "a hidden column": "select email from customers",
    "rowid": "select rowid from orders",
    "ctid": "select ctid, xmin from orders",
    "a parameter": "select * from orders where number = ?",
    "a named parameter": "select * from orders where number = :x",
    "a dollar parameter": "select * from orders where number = $1",
    "escaped text": "select E'\\' union select 1 --'",
    "lateral": "select * from orders, lateral (select 1) as l",
    "natural join": "select * from orders natural join customers",
    "tablesample": "select * from orders tablesample system (1)",
    "a regular expression": "select * from orders where number ~ '(a+)+$'",
    "an object's name": "select 'users'::regclass",
    "a cast to xml": "select cast('<x/>' as xml)",
    "an array": "select array[1, 2]",
    "values": "values (1)",
    "nothing": "   ",
    "only a comment": "-- select 1",
    "a null character": "select 1 \x00",
    "no SQL": "what did we sell last month?",
    "parentheses": "(" * 800 + "select 1" + ")" * 800,
    "too many parts": "select " + "+".join(["1"] * 3_000),
    "too long": "select '" + "x" * 20_000 + "'",
}


@pytest.fixture
async def shop(database: Database, actor: Actor, other_actor: Actor) -> Shop:
    await write_shop(database, other_actor, seed=6)
    return await write_shop(database, actor, seed=5)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nothing_but_a_select_over_the_views_is_written_anew(dialect: Dialect) -> None:
    for name, text in REFUSED.items():
        with pytest.raises(CopilotError) as refused:
            checked(text, dialect, TENANT, 100)
        assert refused.value.kind is ErrorKind.INVALID, name
        assert "This SQL is not run" in refused.value.message, name


@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_runs_holds_the_tenant_in_every_view_and_none_of_the_authors_spelling(dialect: Dialect) -> None:
    safe = checked(SOLD, dialect, TENANT, 100)
    assert safe.sql.count(f"t.tenant_id = '{TENANT}'") == 3
    assert "comment" not in safe.sql
    assert safe.sql.endswith("LIMIT 100")
    with pytest.raises(ValueError, match="no tenant's id"):
        checked(SOLD, dialect, "x' OR '1'='1", 100)


@settings(max_examples=150, deadline=None)
@given(
    parts=st.lists(
        st.sampled_from(
            [*"(),;*'\"", "select", "from", "orders", "users", "where", "1", "=", "with", "a", "as", "union", "--", "/*", "*/",
             "join", "on", "order_id", "tenant_id", "count", "delete", "::text", "$$", "e'", "limit", "sqlite_master"]
        )
        | st.text(max_size=5),
        max_size=25,
    )
)  # fmt: skip
def test_any_text_is_refused_or_written_anew(parts: list[str]) -> None:
    for dialect in DIALECTS:
        safe = written(" ".join(parts), dialect)
        if safe is None:
            continue
        (tree,) = sqlglot.parse(safe.sql, dialect=dialect.removesuffix("ql"))
        assert isinstance(tree, exp.Select)
        named = {table.name for table in tree.find_all(exp.Table)}
        assert named <= {
            *READ_COLUMNS,
            *(f"smb_view_{view.name}" for view in VIEWS),
            *(f"smb_part_{i}" for i in range(9)),
        }


def written(text: str, dialect: Dialect) -> SafeQuery | None:
    """None for what is refused, and then with a reason."""
    try:
        return checked(text, dialect, TENANT, 10)
    except CopilotError as error:
        if error.kind is not ErrorKind.INVALID:
            raise
        return None


async def test_figures_are_those_of_this_tenant(database: Database, actor: Actor, shop: Shop) -> None:
    want = expected(shop, "revenue", "country", None, None, {})
    found = await run(database, actor, SOLD, 100)
    assert found.columns == ("country", "net_sales", "place")
    assert {row[0]: row[1] for row in found.rows} == pytest.approx(want)
    assert [row[2] for row in found.rows] == [1, 2, 3]
    months = await run(database, actor, MONTHS[dialect_of(database)], 100)
    assert len(months.rows) == 5
    assert (await run(database, actor, "select number from orders order by number", 5)).truncated


async def test_every_statement_reads_and_is_narrowed(database: Database, actor: Actor, shop: Shop) -> None:
    with statements() as ran:
        for text in (
            SOLD,
            "select 1",
            "select o from customers o" if dialect_of(database) == "postgresql" else "select 2",
        ):
            await run(database, actor, text, 10)
    written = [sql for sql, _ in ran if "smb_result" in sql]
    assert len(written) == 3
    assert all(sql.upper().startswith(("WITH", "SELECT")) for sql in written)
    assert not any(other in sql for sql, _ in ran for other in ("users", "memberships"))


async def test_a_statement_that_never_ends_is_ended(database: Database, actor: Actor, shop: Shop) -> None:
    lines = ", ".join(f"order_lines as l{i}" for i in range(6))
    with pytest.raises(CopilotError) as ended:
        await run(database, actor, f"select count(*) from {lines} where l0.cost > l5.cost", 10, seconds=0.5)  # noqa: S608
    assert ended.value.kind is ErrorKind.TIMEOUT


async def test_what_the_database_refuses_is_told_without_its_words(
    database: Database, actor: Actor, shop: Shop
) -> None:
    with pytest.raises(CopilotError) as refused:
        await run(database, actor, "select number from order_lines join refunds on title", 10)
    assert refused.value.kind is ErrorKind.INVALID
    assert "smb_" not in refused.value.message
    assert "order_lines" not in refused.value.message


BEHIND_THE_GUARD = (
    "delete from order_lines", "update unified_orders set status = 'x'", "insert into refunds (id) values ('x')",
    "create table t (a int)", "drop table order_lines",
)  # fmt: skip
BEHIND_IT_IN_A_FILE = (
    "select count(*) from users", "select password_hash from users", "select email from unified_customers", "select * from sqlite_master",
    "select load_extension('x')", "pragma query_only = off", "attach 'x' as y", "select randomblob(10)",
    "with recursive t as (select 1 as n union all select n + 1 from t) select * from t limit 3",
)  # fmt: skip


async def test_a_statement_that_got_past_the_guard_would_still_do_nothing(
    database: Database, actor: Actor, other_actor: Actor, shop: Shop
) -> None:
    """The second lock: what the connection itself refuses."""
    in_a_file = dialect_of(database) == "sqlite"
    connect: Any = open_file if in_a_file else open_server
    for text in (*BEHIND_THE_GUARD, *(BEHIND_IT_IN_A_FILE if in_a_file else ())):
        with pytest.raises((DBAPIError, CopilotError)):
            async with connect(database, actor, 5.0) as connection:
                await connection.exec_driver_sql(text)
    if not in_a_file:
        async with connect(database, actor, 5.0) as connection:
            count = (await connection.exec_driver_sql("select count(distinct tenant_id) from order_lines")).scalar()
        assert count == 1, "row-level security"
