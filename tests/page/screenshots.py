"""Takes the README's pictures of a running page: python -m tests.page.screenshots http://127.0.0.1:8000 docs/"""

import asyncio
import sys
import tempfile
from pathlib import Path

from api.demo import DEMO_EMAIL, DEMO_PASSWORD
from tests.page.browser import ENTER, Browser, open_browser, open_driver

DESKTOP, PHONE = (1280, 860), (390, 844)
QUESTION = "Top 5 products by revenue last quarter"


async def take(url: str, folder: Path) -> None:
    """Signs in to the demo shop, asks, and takes the page at a desk's and a phone's width into a folder."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        async with open_driver() as driver, open_browser(driver, Path(profile)) as browser:
            await browser.dark(False)
            await browser.resize(*DESKTOP)
            await _sign_in(browser, url)
            await _ask(browser, QUESTION)
            (folder / "chat.png").write_bytes(await browser.screenshot())
            await browser.resize(*PHONE, scale=2)
            await _settle(browser)
            (folder / "chat-phone.png").write_bytes(await browser.screenshot())


async def _sign_in(browser: Browser, url: str) -> None:
    await browser.open(url)
    await browser.until("document.querySelector('#sign-in-form').email.value === arguments[0]", DEMO_EMAIL)
    assert await browser.run("return document.querySelector('#sign-in-form').password.value;") == DEMO_PASSWORD
    await browser.click("#sign-in-form button[type=submit]")
    await browser.find("#question")


async def _ask(browser: Browser, question: str) -> None:
    before = await browser.run("return document.querySelectorAll('.plot svg').length;")
    await browser.type("#question", question, ENTER)
    await browser.until("document.querySelectorAll('.plot svg').length > arguments[0]", before, what="a chart")
    await _settle(browser)


async def _settle(browser: Browser) -> None:
    """Waits until the answer is whole, and shows it from its question on."""
    await browser.until("!document.querySelector('[aria-busy]')")
    await browser.run(
        "[...document.querySelectorAll('.asked')].at(-1).scrollIntoView(); document.activeElement.blur();"
    )
    await asyncio.sleep(0.3)  # a chart that was resized is drawn in the next frames


if __name__ == "__main__":
    target = Path(sys.argv[2])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(sys.argv[1], target))
