"""The chat in a browser, in the words of a test."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 20  # seconds
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_RUN = """
const [rules, done] = arguments;
axe.run({runOnly: rules}).then((found) => done(found.violations.map((v) => [v.id, ...v.nodes.map((n) => n.html)])));
"""


@dataclass
class Page:
    driver: webdriver.Chrome

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def link(self, words: str) -> WebElement:
        return self.driver.find_element(By.LINK_TEXT, words)

    def until(self, true: Callable[[], object]) -> None:
        WebDriverWait(self.driver, PATIENCE).until(lambda _: true())

    def writes(self, text: str) -> None:
        self.one("#text").send_keys(text)
        self.one("#send").click()

    def says(self, text: str) -> str:
        """The answer."""
        return self._answered(lambda: self.writes(text))

    def taps(self, label: str) -> str:
        [button] = (button for button in self.all("#newest button") if button.text == label)
        return self._answered(lambda: self.clicks(button))

    def clicks(self, element: WebElement) -> None:
        self.runs("arguments[0].scrollIntoView({block: 'center'})", element)  # out from under the box to write in
        element.click()

    def _answered(self, act: Callable[[], None]) -> str:
        turns = len(self.all(".turn"))
        act()
        self.until(lambda: len(self.all(".turn")) == turns + 1)
        return self.one("#newest").text

    def asks_chromium(self, command: str, **parameters: object) -> None:
        self.driver.execute_cdp_cmd(command, parameters)

    def resizes(self, width: int, height: int) -> None:
        phone = width < 500
        size = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": phone}
        self.asks_chromium("Emulation.setDeviceMetricsOverride", **size)
        self.asks_chromium("Emulation.setTouchEmulationEnabled", enabled=phone)

    def prefers(self, feature: str, value: str) -> None:
        features = [{"name": f"prefers-{feature}", "value": value}]
        self.asks_chromium("Emulation.setEmulatedMedia", features=features)

    def goes_offline(self, off: bool = True) -> None:
        self.asks_chromium("Network.enable")
        speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self.asks_chromium("Network.emulateNetworkConditions", offline=off, **speed)

    def cookie(self, name: str) -> str:
        """Of the server's, also where scripts may not see it."""
        cookie = self.driver.get_cookie(name)
        assert cookie is not None
        return str(cookie["value"])

    def grants_location(self, latitude: float, longitude: float) -> None:
        self.asks_chromium("Browser.grantPermissions", permissions=["geolocation"])
        self.asks_chromium("Emulation.setGeolocationOverride", latitude=latitude, longitude=longitude, accuracy=10)

    def is_looked_at(self, looked_at: bool) -> None:
        """As if another tab came to the front, which a browser without a screen does not do."""
        hidden = "Object.defineProperty(document, 'hidden', {value: arguments[0], configurable: true});"
        self.runs(hidden + "document.dispatchEvent(new Event('visibilitychange'));", not looked_at)

    def runs(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def top_of(self, selector: str) -> float:
        """Pixels below the upper edge of the screen."""
        return float(self.runs(f"return document.querySelector('{selector}').getBoundingClientRect().top"))

    def tabs(self, times: int) -> list[str]:
        """What the keyboard comes by."""
        return [self._tab() for _ in range(times)]

    def _tab(self) -> str:
        ActionChains(self.driver).send_keys(Keys.TAB).perform()
        return str(self.runs("return document.activeElement.textContent.trim()"))

    @property
    def too_wide(self) -> bool:
        return bool(self.runs("return document.documentElement.scrollWidth > innerWidth"))

    @property
    def complaints(self) -> list[str]:
        """What the browser has to say: errors, refusals of the content policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]

    def barriers(self) -> list[list[str]]:
        """What axe-core finds in the way of people with disabilities."""
        self.runs(axe())
        return self.driver.execute_async_script(AXE_RUN, RULES)  # type: ignore[no-any-return]


def axe() -> str:
    package = find_spec("axe_playwright_python")  # only its copy of axe-core is used
    if package is None or package.origin is None:
        pytest.skip("axe-core is not installed (axe-playwright-python)")
    return (Path(package.origin).parent / "axe.min.js").read_text("utf-8")


Opens = Callable[..., Page]
Notify = Callable[..., None]  # page, words of each line; files
