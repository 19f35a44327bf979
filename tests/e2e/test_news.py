"""News on the open page: what a citizen gets without asking, in a real browser."""

import socket
from pathlib import Path

import pytest
from selenium.webdriver.common.keys import Keys

from tests.e2e.conftest import keep_notice, running, store_of
from tests.e2e.layout import faults
from tests.e2e.page import Notify, Opens, Page

BIRTH = "lam giay khai sinh cho con moi de"
COMING = "Bưu tá đang trên đường đến"
TITLE = "Nối Dài – hỏi thủ tục hành chính, gửi hồ sơ qua bưu điện"


def comes(page: Page, words: str) -> None:
    page.until(lambda: words in page.one("#newest").text)


def test_a_notice_appears_without_asking(opens: Opens, notify: Notify) -> None:
    page = opens()
    notify(page, COMING)
    comes(page, COMING)
    assert len(page.all(".turn")) == 2
    assert page.all("#newest .mine") == []
    page.says("cảm ơn")
    notify(page, "Đã lấy hồ sơ")
    comes(page, "Đã lấy hồ sơ")
    assert len(page.all(".turn")) == 4
    assert page.complaints == []


def test_loading_the_page_again_shows_the_same(opens: Opens, notify: Notify) -> None:
    page = opens()
    notify(page, COMING)
    comes(page, COMING)
    before = page.one("#log").text
    page.driver.refresh()
    notify(page, "Đã lấy hồ sơ")
    comes(page, "Đã lấy hồ sơ")
    assert page.one("#log").text == f"{before}\n{page.one('#newest').text}"


def test_without_javascript_the_page_shows_them_when_it_is_loaded_again(opens: Opens, notify: Notify) -> None:
    page = opens(scripts=False)
    notify(page, COMING)
    page.driver.refresh()
    assert COMING in page.one("#newest").text


def test_whoever_is_at_the_end_sees_it(opens: Opens, notify: Notify) -> None:
    page = opens()
    page.says(BIRTH)
    page.runs("scrollTo(0, document.documentElement.scrollHeight)")
    notify(page, COMING)
    comes(page, COMING)
    assert page.runs("return document.querySelector('#newest').getBoundingClientRect().bottom <= innerHeight")
    assert not page.one("#below").is_displayed()


def test_whoever_reads_above_is_not_torn_away_but_told(opens: Opens, notify: Notify) -> None:
    page = opens()
    page.says(BIRTH)
    page.runs("scrollTo(0, 0)")
    notify(page, COMING)
    page.until(lambda: page.one("#below").is_displayed())
    assert page.runs("return scrollY") == 0
    page.one("#below").click()
    page.until(lambda: page.top_of("#newest") < page.top_of("#say"))
    page.until(lambda: not page.one("#below").is_displayed())


def test_of_several_the_first_is_shown_first(opens: Opens, notify: Notify) -> None:
    page = opens()
    page.says(BIRTH)
    page.runs("scrollTo(0, 0)")
    notify(page, COMING, *["Chi tiết"] * 30)
    notify(page, "Đã lấy hồ sơ", *["Chi tiết"] * 30)
    page.until(lambda: len(page.all(".turn")) == 4)
    page.one("#below").click()
    page.until(lambda: not page.one("#below").is_displayed())
    assert page.top_of(".turn:nth-child(3)") < page.top_of("#say") < page.top_of(".turn:nth-child(4)")


def test_what_is_above_by_now_is_not_said_to_be_below(opens: Opens, notify: Notify) -> None:
    """Who goes on talking stands below it, before an answer longer than the screen."""
    page = opens(320, 568)
    page.says(BIRTH)
    page.runs("scrollTo(0, 0)")
    notify(page, COMING)
    page.until(lambda: page.one("#below").is_displayed())
    page.runs(
        "const text = document.querySelector('#text'); text.value = arguments[0]; text.form.requestSubmit()", BIRTH
    )
    page.until(lambda: len(page.all(".turn")) == 4)
    page.until(lambda: not page.one("#below").is_displayed())
    assert page.runs("return innerHeight + scrollY < document.documentElement.scrollHeight - 200")


def test_on_the_smallest_phone_all_that_can_be_said_at_once_leaves_room_to_read(opens: Opens, notify: Notify) -> None:
    """There is news below, the message could not be sent, and it has two lines."""
    page = opens(320, 568)
    page.says(BIRTH)
    page.runs("scrollTo(0, 0)")
    notify(page, COMING)
    page.until(lambda: page.one("#below").is_displayed())
    page.goes_offline()
    page.writes("Tôi muốn hỏi thêm về")
    page.until(lambda: page.one("#again").is_displayed())
    assert "\n".join(faults(page)) == ""


def test_what_is_being_written_stays_and_so_does_the_cursor(opens: Opens, notify: Notify) -> None:
    page = opens(1280, 800)
    page.one("#text").send_keys("con toi")
    notify(page, COMING)
    comes(page, COMING)
    assert page.runs("return document.activeElement.id") == "text"
    page.one("#text").send_keys(" moi de", Keys.ENTER)
    page.until(lambda: len(page.all(".turn")) == 3)
    assert "con toi moi de" in page.one("#newest").text


def test_the_title_tells_who_looks_elsewhere(opens: Opens, notify: Notify) -> None:
    page = opens()
    assert page.driver.title == TITLE
    page.is_looked_at(False)
    notify(page, COMING)
    notify(page, "Đã lấy hồ sơ")
    page.until(lambda: page.driver.title == f"(2) {TITLE}")
    page.is_looked_at(True)
    assert page.driver.title == TITLE


def test_another_start_of_the_program_loses_nothing_and_repeats_nothing(opens: Opens, tmp_path: Path) -> None:
    folder, port = tmp_path, free_port()
    with running(folder, port) as address:
        page, store = opens(at=address), store_of(folder)
        keep_notice(store, page, "một")
        comes(page, "một")
    keep_notice(store, page, "hai")
    with running(folder, port):
        comes(page, "hai")
        keep_notice(store, page, "ba")
        comes(page, "ba")
    store.close()
    assert [turn.text for turn in page.all(".turn")[1:]] == [f"Nối Dài:\n{words}" for words in ("một", "hai", "ba")]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_two_pages_of_one_chat_both_hear(opens: Opens, notify: Notify) -> None:
    page = opens()
    first = page.driver.current_window_handle
    address = page.driver.current_url
    page.driver.switch_to.new_window("tab")
    page.driver.get(address)
    notify(page, COMING)
    comes(page, COMING)
    page.driver.switch_to.window(first)
    comes(page, COMING)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_no_barrier_among_news(opens: Opens, notify: Notify, width: int, dark: bool) -> None:
    page = opens(width, dark=dark)
    page.says(BIRTH)
    page.runs("scrollTo(0, 0)")
    notify(page, COMING)
    page.until(lambda: page.one("#below").is_displayed())
    assert page.barriers() == []
    assert not page.too_wide
