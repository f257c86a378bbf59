"""A capability called from a model: what it may say, what the server says, and what comes back."""

import dataclasses
from datetime import date
from typing import Any

import pytest

from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor, Module, Role
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.conversations import ToolExecution
from tests.agents.shop import shop_catalogue
from tools.kit.capability import AnyCapability
from tools.kit.catalogue import Catalogue
from tools.kit.invocation import CallContext, arguments_hash, arguments_schema, invoke

pytestmark = pytest.mark.anyio

ASK, RENAME = tuple(shop_catalogue())


@pytest.fixture(params=["sqlite", "postgres"])
def database_config(request: pytest.FixtureRequest) -> DatabaseConfig:
    return request.getfixturevalue("embedded_config" if request.param == "sqlite" else "postgres_config")


def context(actor: Actor, **changed: Any) -> CallContext:
    return dataclasses.replace(CallContext(actor, frozenset(Module), run_id="run", turn_id="run"), **changed)


async def test_the_server_fills_what_no_model_may_say(database: Database, actor: Actor) -> None:
    given = context(actor, as_of=date(2011, 12, 1), conversation_id="c-1")
    shown = await invoke(database, ASK, given, {"question": "how much"}, "call")
    assert shown.text == "Harbour Homeware sold 42 (how much; 2011-12-01; c-1)."
    assert list(arguments_schema(ASK)["properties"]) == ["question"]
    with pytest.raises(CopilotError) as refused:
        await invoke(database, ASK, given, {"question": "how much", "as_of": "1999-01-01"}, "call")
    assert [problem.pointer for problem in refused.value.problems] == ["/as_of"]


@pytest.mark.parametrize(
    ("arguments", "pointer"),
    [({}, "/question"), ({"question": 7}, "/question"), ({"question": "x", "sql": "x"}, "/sql")],
)
async def test_wrong_arguments_are_named(
    database: Database, actor: Actor, arguments: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(CopilotError) as refused:
        await invoke(database, ASK, context(actor), arguments, "call")
    assert refused.value.kind is ErrorKind.INVALID
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


async def test_neither_a_role_without_the_right_nor_a_switched_off_module_gets_through(
    database: Database, actor: Actor
) -> None:
    viewer = dataclasses.replace(actor, role=Role.VIEWER)
    without = context(actor, modules=frozenset({Module.MINI_FOUNDRY}))
    for refused_context in (context(viewer), without):
        with pytest.raises(CopilotError) as refused:
            await invoke(database, RENAME, refused_context, {"name": "Quay Goods"}, "call")
        assert refused.value.kind is ErrorKind.FORBIDDEN
    catalogue = shop_catalogue()
    assert catalogue.allowed(viewer, frozenset(Module)) == (catalogue.get("mini-foundry.query"),)
    assert catalogue.allowed(actor, without.modules) == (catalogue.get("mini-foundry.query"),)


async def test_an_effect_and_its_record_are_kept_together_or_not_at_all(database: Database, actor: Actor) -> None:
    async def rename_and_fail(uow: Any, request: Any) -> Any:
        await RENAME.handler(uow, request)
        raise RuntimeError("after the change")

    failing = dataclasses.replace(RENAME, handler=rename_and_fail)
    with pytest.raises(RuntimeError):
        await invoke(database, failing, context(actor), {"name": "Quay Goods"}, "call")
    async with database.read(actor) as uow:
        assert (await uow.tenants.current()).name == "Harbour Homeware"
    shown = await invoke(database, RENAME, context(actor), {"name": "Quay Goods"}, "call")
    assert shown.text == "The shop is now called Quay Goods."


async def test_the_same_call_again_does_nothing_and_another_does(database: Database, actor: Actor) -> None:
    times: list[str] = []

    async def count(uow: Any, request: Any) -> Any:
        times.append(request.name)
        return await RENAME.handler(uow, request)

    counting = dataclasses.replace(RENAME, handler=count)
    for turn, call, name in [
        ("t1", "c1", "A"),
        ("t1", "c1", "A"),
        ("t1", "c2", "A"),
        ("t2", "c1", "A"),
        ("t1", "c1", "B"),
        ("t1", "c" * 5000, "A"),
    ]:
        await invoke(database, counting, context(actor, turn_id=turn), {"name": name}, call)
    assert times == ["A", "A", "A", "B", "A"]


async def test_another_tenants_call_of_the_same_name_is_another_call(
    database: Database, actor: Actor, other_actor: Actor
) -> None:
    for one in (actor, other_actor):
        await invoke(database, RENAME, context(one), {"name": "Quay Goods"}, "call")
    async with database.read(other_actor) as uow:
        assert (await uow.tenants.current()).name == "Quay Goods"


def test_a_hash_stands_for_the_capability_and_its_arguments_in_any_order() -> None:
    assert arguments_hash("a", {"x": 1, "y": 2}) == arguments_hash("a", {"y": 2, "x": 1})
    assert arguments_hash("a", {"x": 1}) != arguments_hash("b", {"x": 1})
    assert arguments_hash("a", {"x": 1}) != arguments_hash("a", {"x": "1"})
    assert ToolExecution.__table__.c.arguments_hash.type.length == len(arguments_hash("a", {}))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"id": "data-lineage.query"}, "does not begin with its module"),
        ({"examples": ("one",)}, "fewer than 5 examples"),
        ({"id": "mini-foundry." + "x" * 60}, "cannot be a tool's name"),
        ({}, "is declared twice"),
    ],
)
def test_a_declaration_that_no_surface_could_serve_is_refused(changed: dict[str, Any], complaint: str) -> None:
    wrong: AnyCapability = dataclasses.replace(ASK, **changed)
    with pytest.raises(ValueError, match=complaint):
        Catalogue([ASK, wrong])
