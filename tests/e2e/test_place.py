"""A citizen tells where they are by one tap, in a real browser."""

from pathlib import Path

import pytest

from bot.dialogue.states import Booking, Conversation, Draft, Memory
from bot.handlers.web.visitor import COOKIE, Visitor
from tests.e2e.conftest import store_of
from tests.e2e.page import Opens, Page


@pytest.fixture
def asked(opens: Opens, folder: Path) -> Page:
    """A page on which the commune is asked for."""
    page, store = opens(), store_of(folder)
    chat = Visitor(page.cookie(COOKIE), came_back=True).address
    asked = Conversation(state=Booking(asked="commune"), memory=Memory(draft=Draft(procedure="1.001193"), consent="1"))
    store.run_now(lambda unit: unit.conversations.save(chat, unit.conversations.get(chat), asked))
    store.close()
    page.driver.refresh()
    return page


def test_a_tap_tells_where_one_is(asked: Page) -> None:
    asked.grants_location(21.853123, 106.761456)
    asked.one("#here").click()
    asked.until(lambda: len(asked.all(".turn")) == 2)
    assert "21.853" not in asked.one("#log").text
    assert asked.complaints == []


def test_without_the_right_to_know_the_place_it_is_asked_for_in_words(asked: Page) -> None:
    asked.asks_chromium("Browser.setPermission", permission={"name": "geolocation"}, setting="denied")
    asked.one("#here").click()
    asked.until(lambda: "Chưa lấy được vị trí" in asked.one("#notice").text)
    assert asked.barriers() == []


def test_a_finger_finds_it_and_it_fits(asked: Page) -> None:
    asked.resizes(320, 568)
    assert asked.one("#here").rect["height"] >= 44
    assert not asked.too_wide


def test_where_no_place_is_asked_for_none_is_offered(opens: Opens) -> None:
    assert not opens().one("#here").is_displayed()
