"""What a person sees while an answer is made: words as they come, a stop, a cut line, an approval, a fault."""

import pytest

from storage.database import Database
from storage.kernel.actor import Actor, Role, Surface
from tests.agents.shop import FIGURES, RENAME
from tests.page.browser import ENTER, ESCAPE, Browser
from tests.page.conftest import ask, send, sign_in
from tests.serving import line_to
from tests.site import Site, Stage

pytestmark = pytest.mark.anyio

DONE = "!document.querySelector('[aria-busy]')"


async def shop_name(site: Site) -> str:
    database: Database = site.services.database
    async with database.read(Actor(site.owner.tenant_id, None, Role.OWNER, Surface.SYSTEM)) as uow:
        return (await uow.tenants.current()).name


async def test_words_are_shown_as_they_are_made(played_site: Site, stage: Stage, browser: Browser) -> None:
    stage.going_on.clear()
    await sign_in(browser, played_site)
    await send(browser, "how is it?")
    await browser.shows("It is")
    assert await browser.run("return document.querySelector('.answer').ariaBusy;") == "true"
    assert "fine." not in await browser.text(".answer .text")
    assert await browser.text(".working")
    stage.going_on.set()
    await browser.shows("It is fine.")
    await browser.until(DONE)
    assert await browser.run("return document.querySelector('.working');") is None


async def test_what_is_typed_meanwhile_is_kept_and_not_sent(played_site: Site, stage: Stage, browser: Browser) -> None:
    stage.going_on.clear()
    await sign_in(browser, played_site)
    await send(browser, "how is it?")
    await browser.shows("It is")
    await browser.type("#question", "and tomorrow?", ENTER)
    stage.going_on.set()
    await browser.until(DONE)
    assert await browser.run("return document.querySelector('#question').value;") == "and tomorrow?"
    assert await browser.run("return document.querySelectorAll('.asked').length;") == 1


async def test_escape_stops_an_answer_and_the_next_can_be_asked(
    played_site: Site, stage: Stage, browser: Browser
) -> None:
    stage.going_on.clear()
    await sign_in(browser, played_site)
    await send(browser, "how is it?")
    await browser.shows("It is")
    await browser.press(ESCAPE)
    await browser.shows("Stopped.")
    stage.going_on.set()
    await ask(browser, "and now?")
    assert await browser.text(".answer .text") == "It is fine."


async def test_a_cut_line_is_told_and_the_answer_goes_on_where_it_was(
    played_site: Site, stage: Stage, browser: Browser
) -> None:
    stage.going_on.clear()
    async with line_to(played_site.url) as line:
        await sign_in(browser, played_site, line.url)
        await send(browser, "how is it?")
        await browser.shows("It is")
        line.cut()
        await browser.shows("The connection was lost. Trying again…")
        stage.going_on.set()
        line.mend()
        await browser.until(DONE)
        assert await browser.text(".answer .text") == "It is fine."
        assert "The connection was lost" not in await browser.text("body")


async def test_a_question_asked_without_a_line_is_asked_once_there_is_one(played_site: Site, browser: Browser) -> None:
    async with line_to(played_site.url) as line:
        await sign_in(browser, played_site, line.url)
        line.cut()
        await send(browser, "how is it?")
        await browser.shows("The connection was lost. Trying again…")
        line.mend()
        await browser.shows("It is fine.")
    await browser.open(played_site.url)
    threads = (await played_site.owner.get("/api/chat/threads")).json()["items"]
    messages = (await played_site.owner.get(f"/api/chat/threads/{threads[0]['id']}/messages")).json()["items"]
    assert [message["role"] for message in messages] == ["user", "assistant"]


async def test_a_reload_in_the_middle_of_an_answer_goes_on_with_it(
    played_site: Site, stage: Stage, browser: Browser
) -> None:
    stage.going_on.clear()
    await sign_in(browser, played_site)
    await send(browser, "how is it?")
    await browser.shows("It is")
    await browser.reload()
    await browser.shows("It is")
    stage.going_on.set()
    await browser.until(DONE)
    assert await browser.text(".answer .text") == "It is fine."
    assert await browser.run("return document.querySelectorAll('.answer').length;") == 1


async def test_an_answer_goes_on_while_another_conversation_is_looked_at(
    played_site: Site, stage: Stage, browser: Browser
) -> None:
    stage.going_on.clear()
    await sign_in(browser, played_site)
    await send(browser, "how is it?")
    await browser.shows("It is")
    await browser.click("#new-thread")
    await browser.shows("What would you like to know?")
    stage.going_on.set()
    await ask(browser, "something else")
    await browser.click_text("how is it?")
    await browser.until("document.querySelector('.asked')?.innerText === 'how is it?'")
    await browser.shows("It is fine.")


async def test_what_has_an_effect_shows_its_arguments_and_waits(
    played_site: Site, stage: Stage, browser: Browser
) -> None:
    stage.tool = (RENAME, {"name": "Quay <b>Goods</b>"})
    await sign_in(browser, played_site)
    await ask(browser, "rename it")
    await browser.shows("Quay <b>Goods</b>")
    assert "Quay" not in await shop_name(played_site)
    await browser.click_text("Approve")
    await browser.shows("The shop is now called Quay <b>Goods</b>.")
    assert await shop_name(played_site) == "Quay <b>Goods</b>"


async def test_what_waits_is_there_after_a_reload_and_can_be_rejected(
    played_site: Site, stage: Stage, browser: Browser
) -> None:
    stage.tool = (RENAME, {"name": "Pier Goods"})
    await sign_in(browser, played_site)
    await ask(browser, "rename it")
    await browser.reload()
    await browser.click_text("Do not do it")
    await browser.shows("was not done, as you decided.")
    assert "Pier" not in await shop_name(played_site)


async def test_a_fault_is_a_sentence_with_another_try(played_site: Site, stage: Stage, browser: Browser) -> None:
    stage.fault = "password=hunter2"
    await sign_in(browser, played_site)
    await send(browser, "how is it?")
    await browser.shows("Something went wrong on our side.")
    assert "hunter2" not in await browser.text("body")
    stage.fault = None
    await browser.click_text("Try again")
    await browser.shows("It is fine.")
    assert await browser.run("return document.querySelectorAll('.answer').length;") == 1


async def test_steps_and_tool_calls_can_be_looked_up_afterwards(
    played_site: Site, stage: Stage, browser: Browser
) -> None:
    stage.tool = (FIGURES, {"question": "units sold"})
    await sign_in(browser, played_site)
    await ask(browser, "how many did we sell?")
    await browser.click_text("How this was answered")
    await browser.shows("Looking at your numbers")
    await browser.shows('"question":"how many did we sell?"')
    await browser.reload()
    await browser.click_text("How this was answered")
    await browser.shows('"question":"how many did we sell?"')


async def test_another_tab_signs_out_everywhere(played_site: Site, browser: Browser) -> None:
    await sign_in(browser, played_site)
    await browser.run("window.open('/page.json');")
    handles = await browser.windows()
    await browser.switch(handles[1])
    await browser.run("localStorage.removeItem('smb.session');")
    await browser.close_window()
    await browser.switch(handles[0])
    await browser.find("#sign-in-form")
