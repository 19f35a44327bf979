"""A real Chromium before the real program: `python -m bot run` on a free port, with a database of its own."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest
from selenium import webdriver

from tests.e2e.page import Opens, Page

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
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the program listens."""
    folder = tmp_path_factory.mktemp("service")  # also where it works, so that nobody's .env or database is met
    theirs = {name: value for name, value in os.environ.items() if not name.startswith("NOIDAI_")}
    settings = {"NOIDAI_PORT": "0", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "bot", "run"]
    with subprocess.Popen(command, cwd=folder, env=theirs | settings, stdout=subprocess.PIPE, text=True) as program:
        yield told_by(program)
        program.terminate()


def told_by(program: subprocess.Popen[str]) -> str:
    for line in program.stdout or ():
        if found := re.search(r"http://\S+", line):
            return found[0]
    raise AssertionError(f"the program ended with {program.wait()} instead of listening")


@pytest.fixture
def opens(address: str, tmp_path: Path) -> Iterator[Opens]:
    """Opens the chat in a browser of its own."""
    chromium, driver = which("chromium") or which("google-chrome"), which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no chromium with its chromedriver on this machine")
    started: list[webdriver.Chrome] = []

    def opened(
        width: int = 390, height: int = 844, *, path: str = "/", dark: bool = False, scripts: bool = True
    ) -> Page:
        choices = options(chromium, tmp_path / f"browser{len(started)}", scripts)
        started.append(webdriver.Chrome(choices, webdriver.ChromeService(driver)))
        page = Page(started[-1])
        page.resizes(width, height)
        page.prefers("color-scheme", "dark" if dark else "light")
        page.driver.get(address + path)
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
