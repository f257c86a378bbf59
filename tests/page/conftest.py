"""The page as a person has it: a real server, a real browser, a small shop."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from tests.page.browser import ENTER, Browser, open_browser, open_driver
from tests.site import Site, Stage, open_site, played_chat


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One event loop for a module: its server and its browser outlive a test."""
    return "asyncio"


@pytest.fixture(scope="session")
def vega_folder(pytestconfig: pytest.Config) -> Path:
    """The charts' script takes ten seconds to bundle: it is kept from run to run, named after its package's release."""
    return Path(pytestconfig.cache.mkdir("vega"))


@pytest.fixture(scope="module")
async def site(
    tmp_path_factory: pytest.TempPathFactory, embedded_template: Path, vega_folder: Path
) -> AsyncIterator[Site]:
    """The shop with everything real: the embedded model answers from the store."""
    home = tmp_path_factory.mktemp("site") / "home"
    async with open_site(home, embedded_template, vega=vega_folder) as site:
        yield site


@pytest.fixture(scope="module")
async def theatre(
    tmp_path_factory: pytest.TempPathFactory, embedded_template: Path, vega_folder: Path
) -> AsyncIterator[tuple[Site, Stage]]:
    """The same page over a chat whose model does what a stage says."""
    home, stage = tmp_path_factory.mktemp("theatre") / "home", Stage()
    async with open_site(home, embedded_template, vega=vega_folder, chat=played_chat(home, stage)) as site:
        yield site, stage


@pytest.fixture
def played_site(theatre: tuple[Site, Stage]) -> Site:
    return theatre[0]


@pytest.fixture
def stage(theatre: tuple[Site, Stage]) -> Iterator[Stage]:
    """What the played model does in this test."""
    stage = theatre[1]
    yield stage
    stage.reset()


@pytest.fixture(scope="module")
async def driver() -> AsyncIterator[httpx.AsyncClient]:
    async with open_driver() as driver:
        yield driver


@pytest.fixture(scope="module")
async def chromium(driver: httpx.AsyncClient, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    async with open_browser(driver, tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.fixture
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """A browser on an empty page. Whatever a test does in it, nothing may go against the page's policy."""
    await chromium.open("about:blank")
    await chromium.resize(1280, 900)
    await chromium.console()
    yield chromium
    assert [line for line in await chromium.console() if "Content Security Policy" in line] == []


async def arrive(browser: Browser, url: str) -> None:
    """Opens the page for the first time."""
    await browser.open(url)
    await browser.run("localStorage.clear(); sessionStorage.clear();")
    await browser.open("about:blank")
    await browser.open(url)


async def sign_in(browser: Browser, site: Site, url: str | None = None) -> None:
    """Signs the owner in, in a browser that does not know her."""
    await arrive(browser, url or site.url)
    await browser.type("input[name=email]", site.owner.email)
    await browser.type("input[name=password]", site.password)
    await browser.click("#sign-in-form button[type=submit]")
    await browser.find("#question")


async def ask(browser: Browser, question: str) -> None:
    """Asks, and waits until the answer is whole."""
    answers = await browser.run("return document.querySelectorAll('.answer').length;")
    await send(browser, question)
    await browser.until(
        "document.querySelectorAll('.answer').length > arguments[0] && !document.querySelector('[aria-busy]')",
        answers,
        what=f"the answer to {question!r}",
    )


async def send(browser: Browser, question: str) -> None:
    """Asks, and waits for nothing."""
    await browser.type("#question", question, ENTER)
