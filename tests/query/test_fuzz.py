"""Thousands of questions, sensible, damaged and hostile, over HTTP, from two tenants whose shops share their values and
not their figures. Whatever is typed: no fault, no long wait, one narrowed SELECT, and nothing of the other tenant."""

import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import pytest
import sqlglot
from sqlalchemy import make_url

from storage.database import DatabaseConfig
from storage.kernel.clock import FixedClock
from storage.models.base import Base, TenantOwned
from tests.api.conftest import Caller, client_of, register, running, settings_for
from tests.postgres import administer
from tests.query.asking import statements
from tests.query.questions import Asked, Questions
from tests.query.two_shops import OF_ONE_ALONE, SHARED, write_both
from tools.query.schemas import QueryAnswer

pytestmark = pytest.mark.anyio
LONGEST_SECONDS = 2.0
OWNED = {m.local_table.name for m in Base.registry.mappers if issubclass(m.class_, TenantOwned)}
BEFORE_A_TENANT_IS_KNOWN = {"memberships"}
"""Looked up by the user's id, to find out which tenants are theirs."""
BOOKKEEPING = {"query_contexts"}
"""What a question may write: itself, for the one that follows it."""


@dataclass(frozen=True)
class Party:
    """A caller, the tenant that must not be seen, and the greatest amount the caller's own rows come to."""

    caller: Caller
    other: str
    secrets: tuple[str, ...]
    most: float


_NUMBERED = re.compile(r"\?\d+")
"""SQLite's parameters by number, which sqlglot does not read."""


@cache
def findings(statement: str, dialect: str) -> tuple[str, ...]:
    """What is wrong with a statement, whatever its parameters are."""
    if statement.startswith(("PRAGMA", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT set_config")):
        return ()
    parsed = sqlglot.parse(_NUMBERED.sub("?", statement), dialect=dialect)
    if len(parsed) != 1:
        return ("several statements",)
    (tree,) = parsed
    tables = {table.name for table in tree.find_all(sqlglot.exp.Table)}
    if not isinstance(tree, sqlglot.exp.Select):
        return () if tables <= BOOKKEEPING else (f"{type(tree).__name__} on {sorted(tables)}",)
    narrowed = {
        side.table
        for equal in tree.find_all(sqlglot.exp.EQ)
        for side in (equal.this, equal.expression)
        if isinstance(side, sqlglot.exp.Column) and side.name == "tenant_id"
    }
    return tuple(
        f"{table.name} is not narrowed to a tenant"
        for table in tree.find_all(sqlglot.exp.Table)
        if table.name in OWNED - BEFORE_A_TENANT_IS_KNOWN and table.alias_or_name not in narrowed
    )


def no_number(text: str) -> NoReturn:
    raise AssertionError(f"{text} is no JSON")


def check_body(party: Party, asked: Asked, body: dict[str, Any]) -> QueryAnswer:
    """Raises AssertionError where an answer is not what the contract says, or holds what is another's."""
    answer = QueryAnswer.model_validate(body)
    kinds: dict[str, Any] = {"number": (int, float), "integer": int, "string": str, "date": str, "boolean": bool}
    for row in answer.rows:
        assert len(row) == len(answer.columns)
        for cell, column in zip(row, answer.columns, strict=True):
            assert cell is None or isinstance(cell, kinds[column.type])
            if column.type == "date" and cell is not None:
                date.fromisoformat(str(cell))
            if column.type in ("number", "integer") and cell is not None:
                assert abs(float(cell)) <= party.most, "a figure that the caller's rows do not come to"
    if answer.status == "answered":
        assert answer.columns
        assert answer.interpretation is not None
        assert answer.sql
        assert answer.sql.startswith("SELECT")
    else:
        assert not answer.rows
    assert (answer.clarification is not None) == (answer.status == "needs_clarification")
    shown = json.dumps([body["rows"], body["chart"], body["provenance"], body["columns"]], ensure_ascii=False)
    said = json.dumps(body, ensure_ascii=False).casefold()
    for secret in party.secrets:
        assert secret not in shown
        assert secret.casefold() not in said or secret.split()[0].casefold() in asked.question.casefold()
    assert party.other not in said or party.other in asked.question
    return answer


async def ask(party: Party, asked: Asked, dialect: str, *, again: bool = False) -> str:
    """Asks one question and checks everything about it. Returns what came of it."""
    body = {"question": asked.question, "conversation_id": asked.conversation, "as_of": asked.as_of}
    # As JSON may hold it: lone surrogates and NULs as escapes.
    posted = json.dumps(body, default=str)
    started = time.perf_counter()
    with statements() as seen:
        response = await party.caller.request(
            "POST", "/api/modules/mini-foundry/query", content=posted, headers={"Content-Type": "application/json"}
        )
    seconds = time.perf_counter() - started
    if seconds >= LONGEST_SECONDS and not again:
        return await ask(party, asked, dialect, again=True)  # a busy machine is not slow twice
    assert response.status_code < 500, response.text
    assert seconds < LONGEST_SECONDS, f"{seconds:.1f} s"
    for statement, parameters in seen:
        assert not findings(statement, dialect), (findings(statement, dialect), statement)
        assert party.other not in str(parameters) or party.other in asked.question
    if response.status_code != 200:
        assert response.status_code == 422, response.text
        assert response.headers["content-type"] == "application/problem+json"
        pointers = {error["pointer"] for error in response.json()["errors"]}
        assert pointers
        assert pointers <= {"/question", "/as_of"}
        return "refused (422)"
    return check_body(party, asked, json.loads(response.text, parse_constant=no_number)).status


async def fuzz(config: DatabaseConfig, clock: FixedClock, home: Path, count: int) -> Counter[tuple[str, str]]:
    """Asks `count` questions, as one tenant or the other, and counts by kind what came of them."""
    outcomes: Counter[tuple[str, str]] = Counter()
    dialect = "sqlite" if config.embedded_path else "postgres"
    async with running(settings_for(home, config), clock) as app, client_of(app) as client:
        callers = [await register(client, f"{name}@example.com", f"Shop of {name}") for name in ("ana", "rita")]
        most = await write_both(app.state.services.database, [(c.tenant_id, c.user_id) for c in callers])
        if not config.embedded_path:
            # As autovacuum would soon: it does not know of a database that is some seconds old.
            administer(make_url(config.url), "ANALYZE")
        parties = [
            Party(callers[mine], callers[1 - mine].tenant_id, OF_ONE_ALONE[1 - mine], most[mine]) for mine in (0, 1)
        ]
        streams = [
            Questions(seed, SHARED + OF_ONE_ALONE[0] + OF_ONE_ALONE[1], party.other)
            for seed, party in enumerate(parties)
        ]
        for n in range(count):
            turn = n % 10 // 7  # The small shop asks more: its figures would show the great one's.
            asked = streams[turn].next()
            try:
                outcomes[asked.kind, await ask(parties[turn], asked, dialect)] += 1
            except AssertionError as error:
                raise AssertionError(f"question {n} of tenant {turn}: {asked!r}: {error}") from error
    return outcomes


def tell(capsys: pytest.CaptureFixture[str], outcomes: Counter[tuple[str, str]]) -> None:
    results = sorted({result for _, result in outcomes})
    lines = [f"\n{'':24}" + "".join(f"{result:>22}" for result in results)]
    for kind in [*sorted({kind for kind, _ in outcomes}), "all"]:
        counts = [sum(n for (k, r), n in outcomes.items() if r == result and kind in (k, "all")) for result in results]
        lines.append(f"{kind:24}" + "".join(f"{count:22,}" for count in counts))
    with capsys.disabled():
        sys.stdout.write("\n".join(lines) + "\n")


async def test_three_hundred_of_the_questions(
    embedded_config: DatabaseConfig, clock: FixedClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = await fuzz(embedded_config, clock, tmp_path / "home", 300)
    tell(capsys, outcomes)
    results = Counter[str]()
    for (_, result), number in outcomes.items():
        results[result] += number
    assert min(results[status] for status in ("answered", "needs_clarification", "cannot_answer")) > 20


@pytest.mark.prove
@pytest.mark.timeout(1_800)
async def test_five_thousand_questions(
    database_config: DatabaseConfig, clock: FixedClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tell(capsys, await fuzz(database_config, clock, tmp_path / "home", 5_000))


def test_a_statement_that_forgets_its_tenant_or_changes_something_is_found() -> None:
    """The watch itself can fail."""
    judge: Callable[[str], tuple[str, ...]] = lambda statement: findings(statement, "sqlite")  # noqa: E731 — one line
    assert judge("SELECT 1 FROM order_lines AS a JOIN refunds AS b ON a.id = b.id WHERE a.tenant_id = ?")
    assert judge("SELECT 1 FROM (SELECT id FROM order_lines) AS x")
    assert judge("DELETE FROM order_lines WHERE tenant_id = ?")
    assert judge("SELECT 1; SELECT 2")
    assert not judge("SELECT 1 FROM order_lines AS a WHERE a.tenant_id = ?")
