"""What Zalo is given to show: short enough, composed, numbered as the numbers are read, and the same each time."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.choices import choices_of, chosen
from bot.dialogue.events import Chose
from bot.handlers.splitting import utf16
from bot.handlers.zalo.showing import AT_MOST, LABEL, LONGEST, Part, Showing
from bot.texts.message import Message, ShownButton, ShownFile, ShownLine
from tests.fake_zalo import FakeZalo
from tests.zalo_account import message

HINT = "Anh/chị trả lời bằng số, ví dụ: 1"
NUMBERS, BUTTONS = Showing(), Showing(buttons=True, picture="https://a.vn/card.png")


def texts(parts: list[Part]) -> list[str]:
    return [part.text for part in parts if part.text]


def test_a_message_is_plain_text_with_light_marks() -> None:
    lines = (
        ShownLine("Đăng ký khai sinh", "title"),
        ShownLine("Giấy tờ", "heading"),
        ShownLine("Giấy chứng sinh", "item"),
        ShownLine("Không đưa tiền", "warning"),
        ShownLine("<b>Ghi chú</b>", "note"),
    )
    (part,) = NUMBERS.planned((Message(lines),))
    assert part.text == "Đăng ký khai sinh\nGiấy tờ\n• Giấy chứng sinh\n⚠️ Không đưa tiền\n<b>Ghi chú</b>"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (ShownLine("Tra cứu:", link="https://a.vn/x"), "Tra cứu: https://a.vn/x"),
        (ShownLine("Tra ở https://a.vn/x", link="https://a.vn/x"), "Tra ở https://a.vn/x"),
        (ShownLine("Gọi 1900 54 54 81", link="tel:1900545481"), "Gọi 1900 54 54 81"),
        (ShownLine("Gọi 0912 345 678", link="tel:+84912345678"), "Gọi 0912 345 678"),
        (ShownLine("Gọi bưu điện", link="tel:1900545481"), "Gọi bưu điện: 1900545481"),
        (ShownLine("Tìm mã 1.014064.", link="https://a.vn/x"), "Tìm mã 1.014064: https://a.vn/x"),
        (ShownLine("Trang này", link="/trang"), "Trang này"),
    ],
)
def test_a_link_is_written_out(line: ShownLine, shown: str) -> None:
    assert texts(NUMBERS.planned((Message((line,)),))) == [shown]


def test_choices_are_numbered_through_the_whole_answer_and_the_way_to_answer_is_said_once() -> None:
    messages = (message("Một", buttons=3), message("Hai"), message("Ba", buttons=2), message("Bốn"))
    shown = texts(NUMBERS.planned(messages))
    assert shown == [
        "Một\n1. Lựa chọn 1\n2. Lựa chọn 2\n3. Lựa chọn 3",
        "Hai",
        f"Ba\n4. Lựa chọn 1\n5. Lựa chọn 2\n{HINT}",
        "Bốn",
    ]


def test_the_way_to_answer_is_said_in_the_language_of_the_answer() -> None:
    messages = (Message((ShownLine("Đăng ký khai sinh"),), (ShownButton("person", "Talk to a person"),)),)
    assert texts(NUMBERS.planned(messages)) == [
        "Đăng ký khai sinh\n1. Talk to a person\nAnswer with a number, for example: 1"
    ]


def test_with_buttons_up_to_five_are_buttons_and_more_are_numbered() -> None:
    messages = (message("Một", buttons=5), message("Hai", buttons=6))
    first, second = BUTTONS.planned(messages)
    assert first.text == "Một"
    taps = first.message["attachment"]["payload"]["buttons"]
    assert taps[0] == {"title": "Lựa chọn 1", "type": "oa.query.hide", "payload": "p:o:1"}
    assert len(taps) == AT_MOST
    assert second.text.startswith("Hai\n6. Lựa chọn 1\n")  # a number typed counts through the whole answer
    assert second.text.endswith(f"11. Lựa chọn 6\n{HINT}")
    assert "attachment" not in second.message


def test_what_stands_instead_of_buttons_offers_the_same_numbers() -> None:
    parts = BUTTONS.planned((message("Một", buttons=2), message("Hai", buttons=2)))
    assert parts[1].instead is not None
    assert [one["text"] for one in parts[1].instead] == ["Hai", f"3. Lựa chọn 1\n4. Lựa chọn 2\n{HINT}"]


def test_choices_without_words_are_numbered_even_with_buttons() -> None:
    assert texts(BUTTONS.planned((message(buttons=1),))) == [f"1. Lựa chọn 1\n{HINT}"]


def test_a_long_label_is_cut_on_a_button() -> None:
    long = Message((ShownLine("Chọn"),), (ShownButton("a", "Thủ tục " * 20),))
    (part,) = BUTTONS.planned((long,))
    title = part.message["attachment"]["payload"]["buttons"][0]["title"]
    assert len(title) == LABEL
    assert title.endswith("…")


def test_a_contact_is_asked_for_by_a_card_that_needs_a_picture() -> None:
    asked = (message("Số điện thoại của anh/chị?", wants="contact"),)
    assert len(NUMBERS.planned(asked)) == 1
    card = BUTTONS.planned(asked)[1]
    assert card.instead == ()
    payload = card.message["attachment"]["payload"]
    assert payload["template_type"] == "request_user_info"
    assert payload["elements"][0]["image_url"] == "https://a.vn/card.png"
    assert len(BUTTONS.planned((message("Ở đâu?", wants="place"),))) == 1


def test_each_file_is_a_part_after_its_words() -> None:
    files = (ShownFile("slip/1", "Phiếu"), ShownFile("calendar/1", "Lịch"))
    parts = NUMBERS.planned((Message((ShownLine("Đây"),), files=files), message("Xong")))
    assert [part.file for part in parts] == [None, *files, None]


def test_words_are_composed() -> None:
    spread = unicodedata.normalize("NFD", "Giấy chứng sinh bản chính ") * 70
    parts = NUMBERS.planned((message(spread, spread),))
    assert all(unicodedata.normalize("NFC", text) == text for text in texts(parts))
    assert len(parts) == 2  # and counted as such: 1,820 characters a line


some_words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=3000)
some_lines = st.builds(ShownLine, some_words, st.sampled_from(["title", "heading", "text", "item", "note", "warning"]))
some_labels = some_words.map(lambda words: words[:200]).filter(str.strip)
some_options = st.from_regex(r"[a-z]:[0-9]{1,3}", fullmatch=True)
some_buttons = st.lists(st.builds(ShownButton, some_options, some_labels), max_size=12)
some_message = st.builds(Message, st.lists(some_lines, max_size=5).map(tuple), some_buttons.map(tuple))


@given(st.lists(some_message, max_size=3).map(tuple), st.booleans())
def test_zalo_takes_whatever_is_shown(messages: tuple[Message, ...], buttons: bool) -> None:
    showing = Showing(buttons, "https://a.vn/card.png")
    planned = showing.planned(messages)
    for part in planned:
        for shown in (part.message, *(part.instead or ())):
            FakeZalo().check_message(dict(shown))  # raises what Zalo would answer
            assert utf16(shown["text"]) <= LONGEST
    assert planned == showing.planned(messages)


def test_the_number_shown_is_the_number_read() -> None:
    messages = tuple(message("Chọn", buttons=count) for count in (4, 0, 7, 2))
    lines = [line for text in texts(NUMBERS.planned(messages)) for line in text.split("\n") if line[:1].isdigit()]
    offered = choices_of(messages)
    assert len(lines) == len(offered)
    for line in lines:
        number, _, label = line.partition(". ")
        assert chosen(number, [messages]) == Chose(offered[int(number) - 1].option, label)


def test_what_is_written_is_what_is_shown() -> None:
    messages = (message("Một", buttons=2), message("dài " * 1500), message("Ba"))
    written = list(NUMBERS.written(messages))
    assert written == texts(NUMBERS.planned(messages))
    assert len(written) == 6
