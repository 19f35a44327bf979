"""A real Chromium before the real program: `python -m bot run` on a free port, with a database of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from secrets import token_hex
from shutil import which

import pytest
from selenium import webdriver

from bot.handlers.web.visitor import COOKIE, Visitor
from bot.storage.keys import key_from
from bot.storage.store import Store, opened
from bot.storage.vault import Vault
from bot.texts.message import Message, ShownFile, ShownLine
from tests.e2e.page import Notify, Opens, Page

ROOT = Path(__file__).parents[2]
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the program works, so that nobody's .env or database is met."""
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    """Where the program listens."""
    with running(folder) as address:
        yield address


@contextmanager
def running(folder: Path, port: int = 0) -> Iterator[str]:
    """The program, working in a folder, until the block is left."""
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("NOIDAI_")}
    settings = {"NOIDAI_PORT": str(port), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "bot", "run"]
    with subprocess.Popen(command, cwd=folder, env=theirs | settings, stdout=subprocess.PIPE, text=True) as program:
        try:
            yield told_by(program)
        finally:
            program.terminate()


def told_by(program: subprocess.Popen[str]) -> str:
    for line in program.stdout or ():
        if found := re.search(r"http://\S+", line):
            return found[0]
    raise AssertionError(f"the program ended with {program.wait()} instead of listening")


@pytest.fixture
def notify(folder: Path, address: str) -> Iterator[Notify]:
    """Keeps a notice for the chat of a page, as another process would."""
    store = store_of(folder)
    yield partial(keep_notice, store)
    store.close()


def store_of(folder: Path) -> Store:
    key = key_from(None, folder / "var" / "data.key")
    return opened(f"sqlite:///{folder / 'var' / 'noidai.db'}", Vault(key), lambda: datetime.now(UTC))


def keep_notice(store: Store, page: Page, *words: str, files: tuple[ShownFile, ...] = ()) -> None:
    message = Message(tuple(map(ShownLine, words)), files=files)
    chat = Visitor(page.cookie(COOKIE), came_back=True).address
    store.run_now(lambda unit: unit.turns.notify(chat, token_hex(8), (message,)))


@pytest.fixture
def opens(address: str, tmp_path: Path) -> Iterator[Opens]:
    """Opens the chat in a browser of its own."""
    chromium, driver = which("chromium") or which("google-chrome"), which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no chromium with its chromedriver on this machine")
    started: list[webdriver.Chrome] = []

    def opened(
        width: int = 390, height: int = 844, *, path: str = "/", dark: bool = False, scripts: bool = True, at: str = ""
    ) -> Page:
        choices = options(chromium, tmp_path / f"browser{len(started)}", scripts)
        started.append(webdriver.Chrome(choices, webdriver.ChromeService(driver)))
        page = Page(started[-1])
        page.resizes(width, height)
        page.prefers("color-scheme", "dark" if dark else "light")
        page.driver.get((at or address) + path)
        return page

    yield opened
    for browser in started:
        browser.quit()


def options(chromium: str, folder: Path, scripts: bool) -> webdriver.ChromeOptions:
    chosen = webdriver.ChromeOptions()
    chosen.binary_location = chromium
    for switch in (*SWITCHES, f"--user-data-dir={folder}"):
        chosen.add_argument(switch)
    scripting = {} if scripts else {"profile.managed_default_content_settings.javascript": 2}
    chosen.add_experimental_option("prefs", {"intl.accept_languages": "vi", **scripting})
    chosen.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return chosen
