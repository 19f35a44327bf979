"""Loading again, going back, a second tab, another start of the program: nothing is lost, nothing is shown twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialogue.world import World
from tests.e2e.conftest import running
from tests.e2e.page import Opens, Page
from tests.e2e.serving import chat_of, one_browser, served, stored
from tests.e2e.test_news import free_port

WISHES = ("lam giay khai sinh", "dang ky ket hon", "mat can cuoc", "chung thuc ban sao")


@pytest.fixture(scope="module")
def browser(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Page, str]]:
    folder = tmp_path_factory.mktemp("resume")
    with one_browser(folder / "browser") as page, stored(folder) as store, served(chat_of(store, world)) as address:
        yield page, address


@pytest.fixture
def page(browser: tuple[Page, str]) -> Page:
    """A new visitor."""
    page, address = browser
    page.asks_chromium("Network.clearBrowserCookies")
    page.resizes(1280, 800)
    page.driver.get(address)
    return page


TURNS = """
const words = (turn) => turn.querySelector(".mine")?.lastChild.data.trim() ?? "";
return [...document.querySelectorAll(".turn")].map((turn) => [Number(turn.dataset.turn), words(turn)]);
"""


def all_stands_once_and_in_order(page: Page, *wishes: str) -> bool:
    turns = page.runs(TURNS)  # at once: the page may be loaded again meanwhile
    numbers = [number for number, _ in turns]
    return [words for _, words in turns] == ["", *wishes] and numbers == sorted(set(numbers))


def test_going_away_and_back_and_forth(page: Page) -> None:
    first, second = WISHES[:2]
    page.says(first)
    page.driver.get(f"{page.driver.current_url.partition('#')[0]}poster/th_1-001193")
    page.driver.back()
    page.until(lambda: page.all("#log"))
    assert all_stands_once_and_in_order(page, first)
    page.driver.forward()
    page.until(lambda: page.all(".address"))
    page.driver.back()
    page.until(lambda: page.all("#log"))
    page.says(second)
    assert all_stands_once_and_in_order(page, first, second)
    page.driver.refresh()
    assert all_stands_once_and_in_order(page, first, second)


def test_a_second_tab_goes_on_and_the_first_catches_up(page: Page) -> None:
    first, second, third, fourth = WISHES
    page.says(first)
    mine, address = page.driver.current_window_handle, page.driver.current_url
    page.driver.switch_to.new_window("tab")
    page.driver.get(address)
    page.until(lambda: page.all("#log"))
    assert all_stands_once_and_in_order(page, first)
    page.says(second)
    theirs = page.driver.current_window_handle
    page.driver.switch_to.window(mine)
    page.writes(third)
    page.until(lambda: all_stands_once_and_in_order(page, first, second, third))
    page.driver.switch_to.window(theirs)
    page.writes(fourth)
    page.until(lambda: all_stands_once_and_in_order(page, first, second, third, fourth))
    page.driver.close()
    page.driver.switch_to.window(mine)


def test_the_program_starts_anew_under_an_open_page(opens: Opens, tmp_path: Path) -> None:
    first, second, third, _ = WISHES
    folder, port = tmp_path, free_port()
    with running(folder, port) as address:
        page = opens(at=address)
        page.says(first)
    page.writes(second)  # to nobody
    page.until(lambda: page.one("#again").is_displayed())
    with running(folder, port):
        page.clicks(page.one("#again"))
        page.until(lambda: all_stands_once_and_in_order(page, first, second))
        page.says(third)
        page.driver.refresh()
        assert all_stands_once_and_in_order(page, first, second, third)
