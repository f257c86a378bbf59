"""A real, headless Chromium, driven over WebDriver (https://www.w3.org/TR/webdriver2/) by a client of one page."""

import asyncio
import base64
import re
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

PATIENCE = 30.0
"""Seconds that something on the page may take to happen."""
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--lang=en-GB",
)
_READY = re.compile(rb"started successfully on port (\d+)")
ENTER, ESCAPE, TAB, SHIFT = "\ue007", "\ue00c", "\ue004", "\ue008"


class BrowserMissingError(AssertionError):
    """The browser cannot be had: the page's tests fail then, since a suite that skips them has not tested it."""


def _program(*names: str) -> str:
    for name in names:
        if found := shutil.which(name):
            return found
    raise BrowserMissingError(
        f"The page is tested in a real browser, and {names[0]} is not installed: apt-get install chromium chromium-driver"
    )


@asynccontextmanager
async def open_driver() -> AsyncGenerator[httpx.AsyncClient]:
    """A running chromedriver."""
    process = await asyncio.create_subprocess_exec(
        _program("chromedriver"), "--port=0", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        assert process.stdout is not None
        said = b""
        async with asyncio.timeout(PATIENCE):
            while not (ready := _READY.search(said)):
                line = await process.stdout.readline()
                assert line, f"chromedriver did not start: {said.decode()}"
                said += line
        url = f"http://127.0.0.1:{int(ready[1])}"
        # Chromium takes seconds to start where others compute.
        async with httpx.AsyncClient(base_url=url, timeout=2 * PATIENCE, trust_env=False) as client:
            yield client
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


@asynccontextmanager
async def open_browser(driver: httpx.AsyncClient, profile: Path) -> AsyncGenerator["Browser"]:
    """A browser with a profile of its own, so that nothing is left of an earlier one."""
    options = {
        "binary": _program("chromium", "chromium-browser", "google-chrome"),
        "args": [*_FLAGS, f"--user-data-dir={profile}", "--window-size=1280,900"],
    }
    wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
    answer = await driver.post("/session", json={"capabilities": {"alwaysMatch": wanted}})
    assert answer.is_success, f"Chromium did not start: {answer.text}"
    browser = Browser(driver, f"/session/{answer.json()['value']['sessionId']}")
    try:
        yield browser
    finally:
        await driver.delete(browser.path)


class Browser:
    """One window. What it waits for it polls, and says what the page shows when it waits in vain."""

    def __init__(self, driver: httpx.AsyncClient, path: str) -> None:
        self._driver = driver
        self.path = path

    async def open(self, url: str) -> None:
        await self._do("/url", url=url)

    async def reload(self) -> None:
        await self._do("/refresh")

    async def run(self, script: str, *arguments: Any) -> Any:
        """The value of a script's `return`."""
        return await self._do("/execute/sync", script=script, args=list(arguments))

    async def until(self, script: str, *arguments: Any, what: str = "") -> Any:
        """Waits for the value of an expression to be true, and returns it."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (value := await self.run(f"return ({script});", *arguments)):  # noqa: ASYNC110 - over HTTP
                    await asyncio.sleep(0.05)
                return value
        except TimeoutError:
            shown = await self.run("return document.body.innerText;")
            raise AssertionError(f"waited in vain for {what or script}; the page shows:\n{shown}") from None

    async def shows(self, text: str) -> None:
        """Waits for a text that a person can see."""
        await self.until("document.body.innerText.includes(arguments[0])", text, what=f"the text {text!r}")

    async def find(self, selector: str) -> str:
        """Waits for an element that is visible; the last one where several match."""
        return await self._seen("one.matches(arguments[0])", selector, f"an element {selector}")

    async def text(self, selector: str) -> str:
        return await self.run("return arguments[0].innerText;", {_ELEMENT: await self.find(selector)})

    async def click(self, selector: str) -> None:
        await self._act("/click", lambda: self.find(selector))

    async def click_text(self, text: str) -> None:
        """Clicks the button that says this."""
        says = "one.matches('button, summary') && one.innerText.includes(arguments[0])"
        await self._act("/click", lambda: self._seen(says, text, f"a button {text!r}"))

    async def type(self, selector: str, *keys: str) -> None:
        """Types into an element; ENTER and the like are keys."""
        await self._act("/value", lambda: self.find(selector), text="".join(keys))

    async def press(self, *keys: str) -> None:
        """Presses keys one after the other, wherever the focus is."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        await self._do("/actions", actions=[{"type": "key", "id": "keyboard", "actions": strokes}])

    async def choose_file(self, selector: str, path: Path) -> None:
        """Chooses a file in a file input, hidden or not."""
        found = await self.run("return document.querySelector(arguments[0]);", selector)
        await self._do(f"/element/{found[_ELEMENT]}/value", text=str(path))

    async def windows(self) -> list[str]:
        return await self._get("/window/handles")

    async def switch(self, window: str) -> None:
        await self._do("/window", handle=window)

    async def close_window(self) -> None:
        self._value(await self._driver.delete(f"{self.path}/window"))

    async def devtools(self, command: str, **parameters: Any) -> Any:
        """A command of the Chrome DevTools Protocol."""
        return await self._do("/goog/cdp/execute", cmd=command, params=parameters)

    async def resize(self, width: int, height: int, scale: float = 1) -> None:
        """Shows the page as on a screen of this size in CSS pixels."""
        await self.devtools(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )

    async def dark(self, dark: bool) -> None:
        value = "dark" if dark else "light"
        await self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": value}])

    async def screenshot(self) -> bytes:
        return base64.b64decode(await self._get("/screenshot"))

    async def console(self) -> list[str]:
        """Errors in the browser's console since the last look, refusals by the page's policy among them."""
        return [entry["message"] for entry in await self._do("/se/log", type="browser") if entry["level"] == "SEVERE"]

    async def _seen(self, condition: str, argument: str, what: str) -> str:
        visible = f"[...document.querySelectorAll('*')].filter((one) => {condition} && one.checkVisibility()).at(-1)"
        return (await self.until(visible, argument, what=what))[_ELEMENT]

    async def _act(self, command: str, find: Callable[[], Awaitable[str]], **body: Any) -> None:
        """Does something with an element, which the page may draw anew between being found and being used."""

        async def act() -> httpx.Response:
            return await self._driver.post(f"{self.path}/element/{await find()}{command}", json=body)

        answer = await act()
        if not answer.is_success and answer.json()["value"]["error"] == "stale element reference":
            answer = await act()
        self._value(answer)

    async def _do(self, command: str, **body: Any) -> Any:
        return self._value(await self._driver.post(self.path + command, json=body))

    async def _get(self, command: str) -> Any:
        return self._value(await self._driver.get(self.path + command))

    def _value(self, answer: httpx.Response) -> Any:
        value = answer.json()["value"]
        assert answer.is_success, f"{answer.request.url.path}: {value.get('message')}"
        return value
