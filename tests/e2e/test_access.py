"""The web chat for weak eyes, unsure hands and small phones."""

import pytest

from tests.e2e.page import Opens, Page

BIRTH = "lam giay khai sinh cho con moi de"
SMALLEST = 44  # pixels, of what is tapped


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_axe_finds_no_barrier(opens: Opens, width: int, dark: bool) -> None:
    page = opens(width, dark=dark)
    assert page.barriers() == []
    page.says(BIRTH)
    page.says("gap can bo")
    assert page.barriers() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_barrier_on_an_apology(opens: Opens, dark: bool) -> None:
    assert opens(path="/nowhere", dark=dark).barriers() == []


def test_the_narrowest_phone_never_scrolls_sideways(opens: Opens) -> None:
    page = opens(320, 568)
    assert not page.too_wide
    page.says(BIRTH)
    page.says("x" * 300)
    assert not page.too_wide


def test_twice_the_zoom_of_a_desktop_keeps_everything_in_reach(opens: Opens) -> None:
    reads_on(opens(640, 400))  # 1280 x 800 at 200 %


def test_twice_the_letters_on_a_phone_keep_everything_in_reach(opens: Opens) -> None:
    page = opens()
    page.runs("document.documentElement.style.fontSize = '225%'")  # 112.5 % as it comes
    reads_on(page)


def reads_on(page: Page) -> None:
    assert "Giấy chứng sinh" in page.says(BIRTH)
    assert not page.too_wide
    assert page.one("#send").is_displayed()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(opens: Opens) -> None:
    page = opens(1280, 800)
    seen = page.tabs(13)
    assert seen[0] == "Đến câu trả lời mới nhất"
    assert {"English", "Đăng ký khai sinh", "Gửi"} <= set(seen)


def test_what_has_the_focus_is_outlined(opens: Opens) -> None:
    page = opens(1280, 800)
    page.tabs(4)
    assert page.runs("return getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_the_box_to_write_in_never_hides_what_has_the_focus(opens: Opens) -> None:
    page = opens(1280, 500)
    page.says(BIRTH)
    for button in page.all(".turn:first-child button"):
        page.runs(
            "scrollBy(0, arguments[0].getBoundingClientRect().bottom - innerHeight + 9)", button
        )  # behind the box
        page.runs("arguments[0].focus()", button)
        assert page.runs("return arguments[0].getBoundingClientRect().bottom", button) <= page.top_of("#say")


def test_fingers_find_every_button(opens: Opens) -> None:
    page = opens(320, 568)
    page.says(BIRTH)
    sizes = {button.text: button.rect for button in page.all("button") if button.is_displayed()}
    assert {name for name, rect in sizes.items() if min(rect["width"], rect["height"]) < SMALLEST} == set()


def test_a_screen_reader_is_told_of_what_comes(opens: Opens) -> None:
    page = opens()
    log, box = page.one("#log"), page.one("#text")
    assert (log.aria_role, log.accessible_name) == ("log", "Cuộc trò chuyện")
    assert box.accessible_name == "Viết việc anh/chị cần làm"


def test_nothing_moves_by_itself(opens: Opens) -> None:
    page = opens()
    page.says(BIRTH)
    assert page.runs("return document.getAnimations().length") == 0
    assert page.runs("return getComputedStyle(document.documentElement).scrollBehavior") == "auto"
