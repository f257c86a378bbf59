"""Signing in, asking, reading the answer: everything real, from the keyboard to the store."""

from pathlib import Path

import pytest

from tests.page.browser import ENTER, SHIFT, Browser
from tests.page.conftest import arrive, ask, send, sign_in
from tests.page.shop import HOSTILE, PRICES, revenue
from tests.site import Site

pytestmark = pytest.mark.anyio

TOP = "top 5 products by revenue"


def euros(amount: int) -> str:
    return f"{amount:,}"


async def cells(browser: Browser, column: int) -> list[str]:
    """A column of the last table, as it is shown."""
    script = "return [...[...document.querySelectorAll('.table')].at(-1).querySelectorAll('tbody tr')]"
    return await browser.run(f"{script}.map((row) => row.cells[arguments[0]].innerText);", column)


async def test_a_question_is_answered_with_text_table_chart_and_sources(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    await ask(browser, TOP)
    best = sorted(PRICES, key=revenue, reverse=True)
    assert euros(revenue(best[0])) in await browser.text(".answer .text")
    assert await cells(browser, 0) == best
    assert [euros(revenue(title)) in cell for title, cell in zip(best, await cells(browser, 1), strict=True)] == [
        True
    ] * 5
    await browser.until(
        "document.querySelectorAll('.plot svg path[aria-roledescription=bar]').length === 5", what="five bars"
    )
    await browser.click(".sources > summary")
    await browser.click(".sql > summary")
    assert "SELECT" in await browser.text(".sql pre")
    assert await browser.console() == []


async def test_figures_by_country_are_drawn_on_a_map(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    await ask(browser, "revenue by country on a map")
    assert sorted(await cells(browser, 0)) == ["France", "Germany"]
    await browser.until(
        "document.querySelectorAll('.plot svg path[aria-roledescription=geoshape]').length === 2", what="two countries"
    )
    assert await browser.console() == []


async def test_a_follow_up_goes_on_from_the_question_before(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    await ask(browser, "revenue in January 2026")
    assert euros(revenue(month=1)) in await browser.text(".answer .text")
    await ask(browser, "and in February?")
    assert euros(revenue(month=2)) in await browser.text(".answer .text")


async def test_a_reload_keeps_the_conversation(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    await ask(browser, TOP)
    said, table = await browser.text(".answer .text"), await cells(browser, 1)
    await browser.reload()
    await browser.shows(said)
    assert await cells(browser, 1) == table
    assert await browser.text(".asked") == TOP
    await browser.until("document.querySelector('.plot svg path')", what="the chart")
    assert await browser.text("#thread-title") == TOP
    await ask(browser, "by month")
    assert "Feb 2026" in await cells(browser, 0)


async def test_an_attack_in_a_product_name_stays_text(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    await ask(browser, TOP)
    await browser.until("document.querySelector('.plot svg path')", what="the chart")
    assert HOSTILE in await cells(browser, 0)
    await send(browser, HOSTILE)
    await browser.until("document.querySelectorAll('.asked').length === 2 && !document.querySelector('[aria-busy]')")
    await browser.reload()
    await browser.shows(HOSTILE)
    assert (
        await browser.run("return document.querySelectorAll('#log img, #threads img, script:not([src])').length;") == 0
    )
    assert await browser.run("return window.pwned === undefined;")


async def test_a_table_is_sorted_by_its_headings_and_copied_as_csv(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    await browser.devtools("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    await ask(browser, TOP)
    await browser.click(".table th:first-child button")
    assert await cells(browser, 0) == sorted(PRICES, key=str.casefold)
    await browser.click(".table th:last-child button")
    assert await cells(browser, 0) == sorted(PRICES, key=revenue, reverse=True)
    await browser.click(".table th:last-child button")
    assert await cells(browser, 0) == sorted(PRICES, key=revenue)
    assert await browser.run("return document.querySelector('.table th:last-child').ariaSort;") == "ascending"
    await browser.click_text("Copy as CSV")
    await browser.shows("Copied")
    copied = await browser.run("return navigator.clipboard.readText();")
    assert copied.splitlines()[0].endswith("(EUR)")
    assert '"' + HOSTILE.replace('"', '""') + '",2700' in copied


async def test_csv_is_safe_for_spreadsheets_and_keeps_every_value(site: Site, browser: Browser) -> None:
    await browser.open(site.url)
    script = """
        const { toCsv } = await import("/static/table.js");
        return toCsv([{ name: "what" }, { name: "sum", unit: "EUR" }],
                     [["=cmd|' /C calc'!A0", -3.5], ['a "b",\\nc', null], ["-", 0]]);"""
    assert await browser.run(script) == ('what,sum (EUR)\r\n\'=cmd|\' /C calc\'!A0,-3.5\r\n"a ""b"",\nc",\r\n\'-,0\r\n')


async def test_enter_sends_and_shift_enter_breaks_the_line(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    await browser.type("#question", "revenue", f"{SHIFT}{ENTER}{SHIFT}", "in January 2026")
    assert await browser.run("return document.querySelector('#question').value;") == "revenue\nin January 2026"
    await browser.press(ENTER)
    await browser.shows(euros(revenue(month=1)))
    assert await browser.run("return document.activeElement.id;") == "question"


async def test_a_question_too_long_is_kept_and_said_to_be(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    await browser.run("""const field = document.querySelector("#question");
        field.value = "x".repeat(10001);
        field.dispatchEvent(new Event("input"));""")
    await browser.shows("1 characters too long")
    await browser.press(ENTER)
    assert await browser.run("return document.querySelector('#question').value.length;") == 10_001


async def test_the_examples_are_questions_that_are_understood(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    examples = await browser.run(
        "return [...document.querySelectorAll('#examples button')].map((one) => one.innerText);"
    )
    assert len(examples) == 5
    for question in examples:
        body = {"question": question, "as_of": "2026-04-02"}
        answer = (await site.owner.post("/api/modules/mini-foundry/query", body)).json()
        assert answer["status"] == "answered", question
        assert not answer["interpretation"]["ignored"], question
        assert "You named no" not in answer["answer"], question


async def test_an_example_is_asked_with_a_click(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    await browser.click("#examples li:first-child button")
    await browser.find(".answer .text p")
    assert await browser.text("#thread-title") == await browser.text(".asked")


async def test_conversations_are_opened_renamed_and_deleted(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    await ask(browser, "revenue in January 2026")
    await browser.click("#new-thread")
    await ask(browser, "revenue in March 2026")
    await browser.click_text("revenue in January 2026")
    await browser.shows(euros(revenue(month=1)))
    await browser.until("document.title.startsWith('revenue in January 2026')")
    await browser.click(".thread:has([aria-current]) [aria-label^=Rename]")
    await browser.press("W", "i", "n", "t", "e", "r", ENTER)
    await browser.until("document.querySelector('#thread-title').textContent === 'Winter'")
    await browser.click(".thread:has([aria-current]) [aria-label^=Delete]")
    await browser.click("#confirm .danger")
    await browser.shows("What would you like to know?")
    await browser.until("!document.querySelector('#threads').innerText.includes('Winter')")
    assert "revenue in March 2026" in await browser.text("#threads")


async def test_the_back_button_goes_to_the_conversation_before(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    await ask(browser, "revenue in January 2026")
    await browser.click("#new-thread")
    await browser.shows("What would you like to know?")
    await browser.run("history.back();")
    await browser.shows(euros(revenue(month=1)))


async def test_a_verdict_on_an_answer_is_kept(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    await ask(browser, "revenue in January 2026")
    await browser.click("[aria-label='This did not help']")
    pressed = "document.querySelector('[aria-label=\"This did not help\"]')?.ariaPressed === 'true'"
    await browser.until(pressed)
    await browser.reload()
    await browser.until(pressed)


async def test_a_wrong_password_is_told_and_a_sign_in_lasts_until_signing_out(site: Site, browser: Browser) -> None:
    await arrive(browser, site.url)
    await browser.type("input[name=email]", site.owner.email)
    await browser.type("input[name=password]", "not the password", ENTER)
    await browser.until("document.querySelector('#sign-in-form .error').checkVisibility()")
    await sign_in(browser, site)
    await browser.reload()
    await browser.find("#question")
    await browser.click("#sign-out")
    await browser.find("#sign-in-form")
    assert await browser.run("return localStorage.length;") == 0
    assert await browser.run("return document.querySelector('#sign-in-form').email.value;") == ""


async def test_a_new_owner_creates_an_account(site: Site, browser: Browser) -> None:
    await arrive(browser, site.url)
    await browser.click_text("Create an account")
    await browser.type("input[name=tenant_name]", "Harbour Homeware")
    await browser.type("input[name=email]", "bo@example.com")
    await browser.type("input[name=password]", site.password)
    await browser.click("#sign-in-form button[type=submit]")
    await browser.shows("bo@example.com")
    await browser.shows("What would you like to know?")


async def test_an_old_token_is_renewed_unnoticed_and_a_dead_sign_in_is_told(site: Site, browser: Browser) -> None:
    await sign_in(browser, site)
    await browser.run("""const kept = JSON.parse(localStorage.getItem("smb.session"));
        localStorage.setItem("smb.session", JSON.stringify({ ...kept, access_token: "old" }));""")
    await ask(browser, "revenue in January 2026")
    assert euros(revenue(month=1)) in await browser.text(".answer .text")
    await browser.run("""const kept = JSON.parse(localStorage.getItem("smb.session"));
        const dead = { ...kept, access_token: "old", refresh_token: "old" };
        localStorage.setItem("smb.session", JSON.stringify(dead));""")
    await browser.click("#new-thread")
    await send(browser, "revenue in February 2026")
    await browser.find("#sign-in-form")


async def test_on_a_phone_nothing_is_wider_than_the_screen(site: Site, browser: Browser) -> None:
    await browser.resize(360, 740)
    await sign_in(browser, site)
    await ask(browser, TOP)
    await browser.until("document.querySelector('.plot svg path')", what="the chart")
    assert await browser.run("return document.documentElement.scrollWidth <= innerWidth;")
    assert await browser.run("return [...document.querySelectorAll('.answer *')].every((one) => one.closest('.scroller') || one.getBoundingClientRect().right <= innerWidth);")  # fmt: skip
    await browser.click("#sidebar-open")
    await browser.click_text("New conversation")
    await browser.until("!document.querySelector('#sidebar').checkVisibility({ visibilityProperty: true })")
    await browser.shows("What would you like to know?")


async def test_in_the_dark_the_page_and_its_charts_are_dark(site: Site, browser: Browser) -> None:
    bar = "getComputedStyle(document.querySelector('.plot svg path[aria-roledescription=bar]')).fill"
    await sign_in(browser, site)
    await ask(browser, TOP)
    await browser.until("document.querySelector('.plot svg path[aria-roledescription=bar]')", what="the chart")
    light = await browser.run(f"return {bar};")
    await browser.dark(True)
    try:
        await browser.until(f"{bar} !== arguments[0]", light, what="another colour of the bars")
        ground = await browser.run("return getComputedStyle(document.documentElement).backgroundColor;")
        assert sum(int(part) for part in ground.removeprefix("rgb(").removesuffix(")").split(",")) < 3 * 60
    finally:
        await browser.dark(False)


async def test_a_file_is_looked_over_imported_and_asked_about(site: Site, browser: Browser, tmp_path: Path) -> None:
    lines = [f"A{place},2026-05-{place:02},Lamp,{place},10.00" for place in range(1, 21)]
    file = tmp_path / "may.csv"
    file.write_text("Order ID,Order Date,Product,Quantity,Unit Price\n" + "\n".join(lines))
    await sign_in(browser, site)
    await browser.choose_file("#import-file", file)
    await browser.shows("20 rows: order lines.")
    await browser.shows("Lamp")
    await browser.click_text("Import 20 rows")
    await browser.shows("may.csv is in")
    await browser.click_text("What was our revenue per month?")
    await browser.shows("2,100")
    assert await browser.console() == []
