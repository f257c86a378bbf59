"""Databases of a tenant's own, asked by their names: in a conversation, over HTTP, in the chat and over MCP alike."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.settings import Settings
from evals.foreign.clinic import clinic
from evals.foreign.hotel import hotel
from storage.database import DatabaseConfig
from storage.kernel.clock import FixedClock
from storage.kernel.ids import new_id
from tests.api.conftest import Caller, client_of, register, running, settings_for, sign_in
from tests.api.live import live
from tests.api.test_chat import THREADS, run, text_of, turn
from tests.api.test_data_sources import QUERY, SOURCES, introspected
from tests.api.test_files import imported
from tests.api.test_mcp import session
from tests.conftest import NOW

pytestmark = pytest.mark.anyio
AS_OF = "2025-07-01"
VISITS = clinic().rows["visits"]
ANIMALS = {animal["id"]: animal for animal in clinic().rows["animals"]}
SPECIES = {one["id"]: one["name"] for one in clinic().rows["species"]}
IN_MARCH = sum(visit["visit_date"].startswith("2025-03") for visit in VISITS)


@dataclass(frozen=True)
class Kept:
    """Where a tenant lies with her shop and her sources, as a server left it that was stopped."""

    path: Path
    tenant_id: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    allowed = tmp_path_factory.mktemp("data")
    clinic().write(allowed / "clinic.db")
    hotel().write(allowed / "hotel.db")
    return allowed


def settings_in(path: Path, folder: Path) -> Settings:
    return settings_for(path / "home", DatabaseConfig(f"sqlite:///{path / 'smb.db'}"), source_folders=(folder,))


@pytest.fixture(scope="module")
def kept(embedded_template: Path, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The owner of a small shop, with an approved clinic and a hotel whose draft is not approved: made once for all tests,
    each of which has a copy of its own. What the two databases differ in is tested below the API."""
    path = tmp_path_factory.mktemp("kept")
    shutil.copyfile(embedded_template, path / "smb.db")

    async def make() -> str:
        async with running(settings_in(path, folder), FixedClock(NOW)) as app, client_of(app) as client:
            owner = await register(client, "ana@example.com")
            await imported(owner)
            await connect(owner, folder, "Clinic", "clinic.db")
            await connect(owner, folder, "Hotel system", "hotel.db", approve=False)
            return owner.tenant_id

    return Kept(path, asyncio.run(make()))


@pytest.fixture
def settings(kept: Kept, folder: Path, tmp_path: Path) -> Settings:
    shutil.copytree(kept.path, tmp_path / "kept")
    return settings_in(tmp_path / "kept", folder)


@pytest.fixture
async def keeper(client: httpx.AsyncClient, kept: Kept) -> Caller:
    """The owner of what was kept, signed in."""
    return await sign_in(client, "ana@example.com", kept.tenant_id)


async def connect(owner: Caller, folder: Path, name: str, file: str, *, approve: bool = True, look: bool = True) -> str:
    made = await owner.post(SOURCES, {"name": name, "connection": {"type": "sqlite", "path": str(folder / file)}})
    assert made.status_code == 201, made.text
    source_id = made.json()["id"]
    if look:
        assert (await introspected(owner, source_id))["state"] == "succeeded"
    if look and approve:
        assert (await owner.post(f"{SOURCES}/{source_id}/approve")).status_code == 200
    return source_id


async def ask(owner: Caller, question: str, conversation: str | None = None) -> dict[str, Any]:
    response = await owner.post(QUERY, {"question": question, "as_of": AS_OF, "conversation_id": conversation})
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize(
    "question",
    [
        "in my clinic database, how many visits in march 2025",
        "ask the clinic: how many visits in march 2025",
        "how many visits were there in the clinc database in march 2025?",
        "how many visits in march 2025 in Clinic",
    ],
)
async def test_a_source_that_is_named_answers_with_all_that_an_answer_has(keeper: Caller, question: str) -> None:
    answer = await ask(keeper, question)
    assert (answer["status"], answer["rows"]) == ("answered", [[IN_MARCH]])
    assert "From “Clinic”" in answer["answer"]
    assert [one["name"] for one in answer["provenance"]["sources"]] == ["Clinic"]
    assert "visits" in answer["sql"]
    assert answer["interpretation"]["time"]["from"] == "2025-03-01"


async def test_follow_ups_stay_with_the_source_until_the_shop_is_asked(keeper: Caller) -> None:
    await ask(keeper, "in the clinic database, how many visits in march 2025", "c")
    by_species = await ask(keeper, "and by species?", "c")
    assert sum(row[1] for row in by_species["rows"]) == IN_MARCH
    dogs = await ask(keeper, "only dogs", "c")
    expected = sum(
        v["visit_date"].startswith("2025-03") and SPECIES[ANIMALS[v["animal_id"]]["species_id"]] == "Dog"
        for v in VISITS
    )
    assert dogs["rows"] == [[expected]]
    shop = await ask(keeper, "orders by product", "c")
    assert dict(shop["rows"]) == {"Cake": 2, "Tea": 1}
    assert (await ask(keeper, "and by customer?", "c"))["interpretation"]["dimensions"] == ["customer"]
    other = await ask(keeper, "ask the hotel system: reviews by recommended", "c")
    assert other["provenance"]["sources"][0]["name"] == "Hotel system"


async def test_a_draft_answers_and_says_that_it_is_not_approved(keeper: Caller) -> None:
    answer = await ask(keeper, "ask the hotel system: bookings by channel")
    assert answer["status"] == "answered"
    assert "a draft that is not yet approved" in answer["answer"]


async def test_a_question_that_names_no_source_is_the_shops(keeper: Caller) -> None:
    assert (await ask(keeper, "how many orders in October 2026"))["status"] == "cannot_answer", "not asked elsewhere"
    answer = await ask(keeper, "orders by product")
    assert "Clinic" not in answer["answer"]


async def test_where_the_shop_knows_nothing_of_it_the_one_that_does_is_asked_back_about(keeper: Caller) -> None:
    asked = await ask(keeper, "how many visits in march 2025", "c")
    assert asked["status"] == "needs_clarification"
    assert "Do you mean in “Clinic”?" in asked["answer"]
    ((option,),) = (asked["clarification"]["options"],)
    assert (await ask(keeper, option["question"]))["rows"] == [[IN_MARCH]], "the choice says it by itself"
    assert (await ask(keeper, "yes please", "c"))["rows"] == [[IN_MARCH]]
    assert (await ask(keeper, "and in 2024", "c"))["rows"] == [
        [sum(v["visit_date"].startswith("2024") for v in VISITS)]
    ]


async def test_no_leaves_it_with_the_shops_own_refusal(keeper: Caller) -> None:
    await ask(keeper, "how many visits in march 2025", "c")
    refused = await ask(keeper, "no", "c")
    assert refused["status"] == "cannot_answer"
    assert "There are no figures here about “visits”" in refused["answer"]
    assert (await ask(keeper, "yes", "c"))["status"] != "answered", "nothing is asked back about any more"


@pytest.mark.parametrize("question", ["the weather last month", "how many visits by hair colour", "how many zorks", "what will revenue be"])  # fmt: skip
async def test_no_source_is_offered_that_does_not_know_every_word(keeper: Caller, question: str) -> None:
    answer = await ask(keeper, question)
    assert answer["status"] != "answered"
    assert "Clinic" not in answer["answer"]


async def test_several_that_know_it_are_all_offered(keeper: Caller, folder: Path) -> None:
    await connect(keeper, folder, "Vets in Bath", "clinic.db")
    asked = await ask(keeper, "how many visits in march 2025", "c")
    assert [one["label"] for one in asked["clarification"]["options"]] == ["Clinic", "Vets in Bath"]
    assert (await ask(keeper, "yes", "c"))["status"] == "needs_clarification"
    chosen = await ask(keeper, "the vets in bath", "c")
    assert chosen["rows"] == [[IN_MARCH]]
    assert chosen["provenance"]["sources"][0]["name"] == "Vets in Bath"


async def test_what_cannot_be_asked_is_said(keeper: Caller, folder: Path) -> None:
    await connect(keeper, folder, "Old ward", "clinic.db", look=False)
    assert "nobody has looked at it" in (await ask(keeper, "in the old ward database, how many visits"))["answer"]
    assert "No data source is called “foo”" in (await ask(keeper, "in the foo database, how many bars"))["answer"]
    both = await ask(keeper, "compare visits in the clinic database with bookings in the hotel system")
    assert "one data source at a time" in both["answer"]
    unknown = await ask(keeper, "in the clinic database, how many visits by hair colour")
    assert unknown["status"] != "answered"
    assert "In “Clinic”" in unknown["answer"]
    described = await ask(keeper, "what is in the clinic database?")
    assert "visits" in described["answer"]
    assert (await ask(keeper, described["clarification"]["options"][0]["question"]))["status"] == "answered"


async def test_another_tenants_sources_are_nobodys(keeper: Caller, rival: Caller) -> None:
    await imported(rival)
    for question in ("in the clinic database, how many visits", "how many visits in march 2025"):
        answer = await ask(rival, question)
        assert answer["status"] != "answered"
        assert "Clinic" not in answer["answer"].replace(question, "")


async def test_a_forgotten_source_is_talked_of_no_longer(keeper: Caller) -> None:
    first = await ask(keeper, "in the clinic database, how many visits", "c")
    (source,) = first["provenance"]["sources"]
    assert (await keeper.delete(f"{SOURCES}/{source['id']}")).status_code == 204
    assert (await ask(keeper, "and by species?", "c"))["status"] != "answered"


# ── the other surfaces ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def chatting(app: FastAPI, keeper: Caller) -> AsyncIterator[Caller]:
    async with live(app) as url, httpx.AsyncClient(base_url=url, timeout=60, trust_env=False) as client:
        yield replace(keeper, client=client)


async def say(caller: Caller, text: str, thread: str) -> tuple[list[str], str]:
    """The tools that were called, and what was answered."""
    events = await run(caller, turn(text, thread, forwardedProps={"as_of": AS_OF}))
    assert events[-1]["type"] == "RUN_FINISHED"
    return [event["toolCallName"] for event in events if event["type"] == "TOOL_CALL_START"], text_of(events)


async def test_the_chat_asks_the_source_that_is_named_and_stays_with_it(chatting: Caller) -> None:
    thread = new_id()
    tools, text = await say(chatting, "in the clinic databse, how many visits in march 2025?", thread)
    assert tools == ["mini_foundry__query"]
    assert str(IN_MARCH) in text
    assert "Clinic" in text
    _, text = await say(chatting, "and by species?", thread)
    assert "Dog" in text
    assert "Clinic" in text
    _, text = await say(chatting, "orders by product", thread)
    assert "Tea" in text
    assert "Clinic" not in text
    messages = (await chatting.get(f"{THREADS}/{thread}/messages")).json()["items"]
    blocks = [block for message in messages for block in message["blocks"] if block["kind"] == "sources"]
    assert blocks[0]["provenance"]["sources"][0]["name"] == "Clinic"
    assert blocks[0]["sql"].startswith("SELECT")


async def test_the_chat_asks_back_and_takes_a_yes(chatting: Caller) -> None:
    thread = new_id()
    _, text = await say(chatting, "how many visits in march 2025", thread)
    assert text.endswith("Do you mean in “Clinic”?")
    tools, text = await say(chatting, "yes", thread)
    assert tools == ["mini_foundry__query"]
    assert str(IN_MARCH) in text


@pytest.mark.parametrize(
    "question",
    ["ask the hotel system: reviews by recommended", "in the hotel system, which guests spent the most", "visits by reason last month", "how many vets are there", "average treatment cost by species"],
)  # fmt: skip
async def test_the_chat_takes_what_a_source_is_about_for_figures(chatting: Caller, question: str) -> None:
    tools, _ = await say(chatting, question, new_id())
    assert tools == ["mini_foundry__query"]


@pytest.mark.parametrize("question", ["which data sources do I have?", "list my databases", "what databases can I ask"])
async def test_the_chat_tells_which_sources_there_are(chatting: Caller, question: str) -> None:
    tools, text = await say(chatting, question, new_id())
    assert tools == ["mini_foundry__list_data_sources"]
    assert "can be asked: Clinic" in text
    assert "not yet approved: Hotel system" in text
    assert "Orders" in text, "what the shop's own figures come from"


async def test_a_turn_that_is_forked_goes_on_with_the_same_source(chatting: Caller) -> None:
    thread = new_id()
    await say(chatting, "in the clinic database, visits by species in 2024", thread)
    await say(chatting, "orders by product", thread)
    first = (await chatting.get(f"{THREADS}/{thread}/messages")).json()["items"][1]
    fork = (await chatting.post(f"{THREADS}/{thread}/fork", {"message_id": first["id"]})).json()
    _, text = await say(chatting, "and in 2023?", fork["id"])
    assert "Clinic" in text


async def test_mcp_asks_the_same(app: FastAPI, keeper: Caller) -> None:
    async with live(app) as url, session(f"{url}/mcp", keeper.headers) as client:
        asked = {"question": "in the clinic database, how many visits in march 2025"}
        result = await client.call_tool("mini_foundry__query", asked)
        assert not result.isError
        assert str(IN_MARCH) in result.content[0].text  # type: ignore[union-attr]
