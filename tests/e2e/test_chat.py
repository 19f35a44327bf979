"""The web chat as a citizen meets it, in a real browser."""

from selenium.webdriver.common.keys import Keys

from tests.e2e.page import Opens

BIRTH = "lam giay khai sinh cho con moi de"
ANSWERED = (
    "Đăng ký khai sinh",
    "Giấy tờ cần có",
    "Giấy chứng sinh",
    "Phí, lệ phí",
    "8.000 đ",
    "Thời gian giải quyết",
    "Gửi hồ sơ qua bưu điện: được",
    "Nguồn: ",
)


def test_a_question_in_everyday_words_is_answered_in_full(opens: Opens) -> None:
    page = opens()
    answer = page.says(BIRTH)
    assert [part for part in ANSWERED if part not in answer] == []
    assert page.one("#text").get_attribute("value") == ""


def test_the_answer_begins_where_the_eye_is(opens: Opens) -> None:
    page = opens()
    page.says(BIRTH)
    page.until(lambda: 0 <= page.top_of("#newest") < 100)
    assert page.runs("return document.activeElement.id") == "newest"


def test_enter_sends_and_shift_enter_does_not(opens: Opens) -> None:
    page = opens(1280, 800)
    page.one("#text").send_keys("con toi", Keys.SHIFT, Keys.ENTER, Keys.NULL, "moi de")
    assert page.one("#text").get_attribute("value") == "con toi\nmoi de"
    page.one("#text").send_keys(Keys.ENTER)
    page.until(lambda: len(page.all(".turn")) == 2)
    assert page.one("#newest").text.startswith("Anh/chị:\ncon toi\nmoi de")


def test_a_button_is_tapped_and_an_old_one_still_works(opens: Opens) -> None:
    page = opens()
    page.says(BIRTH)
    assert page.taps("Gửi qua bưu điện?").startswith("Anh/chị:\nGửi qua bưu điện?")
    page.clicks(page.one(".turn button"))
    page.until(lambda: len(page.all(".turn")) == 4)
    assert "Giấy chứng sinh" in page.one("#newest").text


def test_it_works_without_javascript(opens: Opens) -> None:
    page = opens(scripts=False)
    answer = page.says(BIRTH)
    assert [part for part in ANSWERED if part not in answer] == []
    assert page.driver.current_url.endswith("/#newest")
    assert page.taps("Gửi qua bưu điện?").startswith("Anh/chị:\nGửi qua bưu điện?")


def test_coming_back_finds_the_conversation(opens: Opens) -> None:
    page = opens()
    page.says(BIRTH)
    page.driver.refresh()
    assert BIRTH in page.one("#newest").text
    assert len(page.all(".turn")) == 2


def test_a_link_opens_a_procedure(opens: Opens) -> None:
    page = opens(path="/?p=1-001193")
    assert "Giấy chứng sinh" in page.one("#newest").text


def test_the_language_is_switched_and_the_page_with_it(opens: Opens) -> None:
    page = opens()
    page.one("header button").click()
    page.until(lambda: page.all("html[lang=en]"))
    assert page.one("#send").text == "Send"


def test_without_a_network_the_words_stay_and_are_sent_once_later(opens: Opens) -> None:
    page = opens()
    page.goes_offline()
    page.writes(BIRTH)
    page.until(lambda: page.one("#again").is_displayed())
    assert "Chưa gửi được" in page.one("#notice").text
    assert page.one("#text").get_attribute("value") == BIRTH
    page.goes_offline(False)
    page.one("#again").click()
    page.until(lambda: len(page.all(".turn")) == 2)
    assert not page.one("#again").is_displayed()
    page.driver.refresh()
    assert len(page.all(".turn")) == 2


def test_what_is_written_is_never_run(opens: Opens) -> None:
    page = opens()
    answer = page.says("<img src=x onerror=\"document.title='taken'\">")
    assert "<img src=x" in answer
    assert page.all("#log img") == []


def test_the_browser_has_nothing_to_complain_of(opens: Opens) -> None:
    page = opens()
    page.says(BIRTH)
    assert page.complaints == []
