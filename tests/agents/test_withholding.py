"""What came from a vendor whose terms allow no training is kept from remote models where the tenant says so; the owner is
told all the same."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from langchain_core.messages import AIMessageChunk, BaseMessage, ToolMessage

from agents.recollection import NoRecollection
from agents.state import RunContext
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.ids import new_id
from storage.models.ingestion import Connector
from tests.agents.conftest import OpenChat, kinds, text_of
from tests.agents.shop import FIGURES, Figures, PlayedModel, calls, says, shop_catalogue, told
from tools.kit.blocks import Presentation, Provenance, Source, SourcesBlock
from tools.kit.catalogue import Catalogue

pytestmark = pytest.mark.anyio
SECRET = "sold 42"


@dataclass
class Shop:
    """A tenant with its books at Xero and its shop at Shopify. `asked` are the sources of the next figure."""

    database: Database
    actor: Actor
    sources: dict[str, str] = field(default_factory=dict[str, str])
    asked: tuple[str, ...] = ()

    async def keeps(self, keeps: bool) -> None:
        async with self.database.write(self.actor) as uow:
            (await uow.tenants.current()).keeps_restricted_data = keeps

    def catalogue(self) -> Catalogue:
        return Catalogue(
            replace(one, present=self._present) if one.id == "mini-foundry.query" else one for one in shop_catalogue()
        )

    def _present(self, figures: Figures) -> Presentation:
        sources = tuple(Source(id=self.sources[one], name=one, type=one, rows=1) for one in self.asked)
        block = SourcesBlock(provenance=Provenance(sources=sources))
        return Presentation(text=figures.text, blocks=(block,) if sources else ())


@pytest.fixture
async def shop(database: Database, actor: Actor) -> Shop:
    shop = Shop(database, actor)
    for vendor in ("xero", "shopify"):
        shop.sources[vendor] = new_id()
        async with database.write(actor) as uow:
            row = Connector(id=shop.sources[vendor], type=vendor, name=vendor.title(), external_key=vendor)
            uow.add(row)
    return shop


def play(messages: Sequence[BaseMessage], tools: Sequence[str]) -> list[AIMessageChunk]:
    if isinstance(messages[-1], ToolMessage):
        text = messages[-1].text if messages[-1].status == "error" or not tools else told(messages)
        return says(text)
    return calls(("mini_foundry", {"request": "sales"})) if "mini_foundry" in tools else calls((FIGURES, {"question": "sales"}))  # fmt: skip


def heard(model: PlayedModel) -> str:
    """All that a model was ever given."""
    return "\n".join(str(message) for messages, _ in model.heard for message in messages)


@dataclass
class Models:
    remote: PlayedModel = field(default_factory=lambda: PlayedModel(play=play))
    local: PlayedModel = field(default_factory=lambda: PlayedModel(play=play))


@pytest.fixture
def models() -> Models:
    return Models()


@pytest.mark.parametrize("sources", [("xero",), ("shopify", "xero"), ()], ids=["theirs", "theirs too", "untold"])
async def test_no_remote_model_reads_what_is_withheld(
    open_chat: OpenChat, shop: Shop, models: Models, sources: tuple[str, ...]
) -> None:
    await shop.keeps(True)
    shop.asked, thread = sources, new_id()
    chat = await open_chat(models.remote, local=models.local, catalogue=shop.catalogue())
    for question in ("how much did we sell", "and by month"):
        assert SECRET in text_of(await chat.ask(question, thread))
    assert models.remote.heard
    assert SECRET not in heard(models.remote)
    assert "not shown to language models" in heard(models.remote)
    assert SECRET in heard(models.local)


async def test_what_others_have_told_it_reads(open_chat: OpenChat, shop: Shop, models: Models) -> None:
    await shop.keeps(True)
    shop.asked = ("shopify",)
    chat = await open_chat(models.remote, local=models.local, catalogue=shop.catalogue())
    assert SECRET in text_of(await chat.ask("how much did we sell", new_id()))
    assert SECRET in heard(models.remote)
    assert models.local.heard == []


async def test_it_reads_everything_where_the_tenant_does_not_mind(
    open_chat: OpenChat, shop: Shop, models: Models
) -> None:
    shop.asked = ("xero",)
    chat = await open_chat(models.remote, local=models.local, catalogue=shop.catalogue())
    await chat.ask("how much did we sell", new_id())
    assert SECRET in heard(models.remote)


async def test_what_went_wrong_may_quote_the_data_and_is_withheld(
    open_chat: OpenChat, shop: Shop, models: Models
) -> None:
    await shop.keeps(True)
    chat = await open_chat(models.remote, local=models.local, catalogue=shop.catalogue())
    assert "That is no metric." in text_of(await chat.ask("nonsense", new_id()))
    assert "That is no metric." not in heard(models.remote)


async def test_several_answers_are_put_together_by_who_may_read_them(
    open_chat: OpenChat, shop: Shop, models: Models
) -> None:
    def two(messages: Sequence[BaseMessage], tools: Sequence[str]) -> list[AIMessageChunk]:
        if not tools:
            return says(" and ".join(message.text for message in messages if isinstance(message, ToolMessage)))
        if "mini_foundry" in tools:
            return calls(("mini_foundry", {"request": "sales"}), ("mini_foundry", {"request": "refunds"}))
        return play(messages, tools)

    await shop.keeps(True)
    shop.asked, models.remote.play, models.local.play = ("xero",), two, two
    chat = await open_chat(models.remote, local=models.local, catalogue=shop.catalogue())
    events = await chat.ask("sales and refunds", new_id())
    assert kinds(events)[-1] == "RUN_FINISHED"
    assert text_of(events).count(SECRET) == 2
    assert SECRET not in heard(models.remote)


async def test_what_is_remembered_of_other_conversations_is_withheld(
    open_chat: OpenChat, shop: Shop, models: Models
) -> None:
    class Remembers(NoRecollection):
        async def recall(self, context: RunContext, question: str) -> list[str]:  # noqa: ARG002 - the protocol's
            return [f"They {SECRET}."]

    chat = await open_chat(models.remote, local=models.local, catalogue=shop.catalogue(), recollection=Remembers())
    shop.asked = ("shopify",)
    await chat.ask("how much", new_id())
    assert f"They {SECRET}." in heard(models.remote)
    models.remote.heard.clear()
    await shop.keeps(True)
    await chat.ask("how much", new_id())
    assert f"They {SECRET}." not in heard(models.remote)
