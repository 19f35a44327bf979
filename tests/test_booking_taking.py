"""What one message tells the form: every slot of it, names, corrections, short answers."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given as supposing
from hypothesis import strategies as st

from bot import app
from bot.dialogue.booking.hearing import hear, in_our_order
from bot.dialogue.states import Memory
from bot.dialogue.world import Own
from knowledge.answers import Short, behind_missing, field_to_mend, note_apart, opens_with, short_answers
from knowledge.corrections import Correction, correction_in, with_house_number
from knowledge.grams import read_grams
from knowledge.names import LONGEST_NAME, Name, NoName, as_name, find_name
from knowledge.phones import Phone
from procedures_catalog.catalog import load

NOON = datetime(2026, 11, 21, 12)  # in Viet Nam
GIVEN = app.know(load(), at=lambda: NOON).given(Memory(), Own(), "test:1")


def told(words: str) -> dict[str, object]:
    heard = hear(words, GIVEN)
    place = heard.place
    everything: dict[str, object] = {
        "day": heard.moment and heard.moment.day and f"{heard.moment.day:%d/%m}",
        "shift": heard.moment and heard.moment.shift,
        "phone": heard.phone.e164 if isinstance(heard.phone, Phone) else None,
        "commune": place.communes[0].code if place and place.communes else None,
        "street": place.rest if place and place.rest else None,
        "name": heard.name,
        "note": heard.note,
        "matter": heard.matter or None,
    }
    return {key: value for key, value in everything.items() if value}


ALL = {
    "day": "23/11",
    "shift": "morning",
    "phone": "+84912345678",
    "commune": "05977",
    "street": "12 Trần Phú",
    "matter": "khai sinh",
}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("sáng thứ 2 lấy hồ sơ khai sinh ở 12 Trần Phú, phường Đông Kinh, sđt 0912345678", ALL),
        (
            "sang thu 2 lay ho so khai sinh o 12 tran phu phuong dong kinh sdt 0912345678 ten lan",
            {**ALL, "street": "12 tran phu", "name": "Lan"},
        ),
        (
            "lấy hồ sơ khai sinh, gặp chị Hoa ở 12 Trần Phú phường Đông Kinh 8h sáng thứ 2, 0912 345 678, "
            "ghi chú: nhà có chó",
            {**ALL, "name": "chị Hoa", "note": "nhà có chó"},
        ),
        (
            "please come on Monday morning to 12 Tran Phu, Dong Kinh ward, phone 0912345678, my name is John Smith",
            {**ALL, "street": "12 Tran Phu", "name": "John Smith", "matter": None},
        ),
        ("nhà em ở thôn Bản Chu xã Bắc Sơn", {"commune": "06325", "street": "thôn Bản Chu"}),
        ("mẹ tôi tên Hoàng Thị Mai", {"name": "Hoàng Thị Mai", "matter": None}),
        ("cảm ơn nhé", {"matter": "cảm ơn"}),
    ],
)
def test_every_slot_of_a_message_is_taken(words: str, expected: dict[str, object]) -> None:
    assert {k: v for k, v in told(words).items() if k in expected or k != "matter"} == {
        k: v for k, v in expected.items() if v
    }


def test_a_child_s_name_is_not_who_hands_over() -> None:
    assert (
        find_name("khai sinh cho con tên là Nguyễn An Nhiên") == Name("Nguyễn An Nhiên", "khai sinh cho con")
        or find_name("đổi tên cho con") is None
    )


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Nguyễn Thị Lan", "Nguyễn Thị Lan"),
        ("dạ em là nguyễn thị lan ạ", "nguyễn thị lan".title()),
        ("nguyen van duong", "Nguyen Van Duong"),
        ("NGUYỄN VĂN AN", "Nguyễn Văn An"),
        ("mẹ em, bà Hoàng Thị Bưởi", "Bà Hoàng Thị Bưởi"),
        ("Y Blă Niê", "Y Blă Niê"),
        ("John O'Brien", "John O'Brien"),
        ("Công Tằng Tôn Nữ Thị Hoa", "Công Tằng Tôn Nữ Thị Hoa"),
        ("chị Hoa", "Chị Hoa"),
        ("tên em là Lan", "Lan"),
    ],
)
def test_people_s_names_are_read(words: str, name: str) -> None:
    found = as_name(words)
    assert isinstance(found, Name)
    assert found.written == name


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("😀👍", "no_letters"),
        ("", "no_letters"),
        ("?!", "no_letters"),
        ("1234", "digits"),
        ("Lan 2003", "digits"),
        ("chính tôi", "nobody_yet"),
        ("vợ em", "nobody_yet"),
        ("đồ ngu", "not_a_name"),
        ("thằng chó", "not_a_name"),
        ("làm hộ chiếu", "not_a_name"),
        ("không biết", "not_a_name"),
        ("fuck you", "not_a_name"),
        ("An " * 20, "too_long"),
        ("x", "not_a_name"),
    ],
)
def test_what_is_no_name_is_told_why(words: str, reason: str) -> None:
    assert as_name(words) == NoName(reason)  # type: ignore[arg-type]


@supposing(st.text(max_size=300))
def test_a_name_is_short_and_has_letters_and_no_digits(words: str) -> None:
    found = as_name(words)
    if isinstance(found, Name):
        assert 0 < len(found.written) <= LONGEST_NAME
        assert any(letter.isalpha() for letter in found.written)
        assert not any(letter.isdecimal() for letter in found.written)


@pytest.mark.parametrize(
    "words", ["gặp cán bộ", "gọi bưu tá", "tên thủ tục là gì", "tên đường Lê Lợi", "gặp ai", "tên tôi"]
)
def test_nobody_is_named(words: str) -> None:
    assert find_name(words) is None


@pytest.mark.parametrize(
    ("words", "correction"),
    [
        ("à nhầm, số 15", Correction("số 15")),
        ("a nham so 15", Correction("so 15")),
        ("ý em là chiều", Correction("chiều")),
        ("đổi sang thứ 5", Correction("thứ 5")),
        ("không phải phường Đông Kinh mà Tam Thanh", Correction("Tam Thanh", "phường Đông Kinh")),
        ("không phải 12 mà là 15", Correction("15", "12")),
        ("15 chứ không phải 12", Correction("15", "12")),
        ("sorry, I mean 15", Correction("15")),
        ("not Monday but Wednesday", Correction("Wednesday", "Monday")),
        ("12 Trần Phú", None),
        ("không phải", None),
        ("nhầm", None),
    ],
)
def test_what_is_taken_back_and_what_holds(words: str, correction: Correction | None) -> None:
    assert correction_in(words) == correction


@pytest.mark.parametrize(
    ("street", "said", "mended"),
    [
        ("12 Trần Phú", "số 15", "15 Trần Phú"),
        ("12 Trần Phú", "15", "15 Trần Phú"),
        ("số 7 ngõ 3 Bà Triệu", "9", "số 9 ngõ 3 Bà Triệu"),
        ("45/7 Võ Văn Tần", "47/7", "47/7 Võ Văn Tần"),
        ("thôn Bản Chu", "số nhà 3", "số 3, thôn Bản Chu"),
        ("thôn Bản Chu", "3", None),
        ("12 Trần Phú", "0912345678", None),
        ("12 Trần Phú", "15 Lê Lợi", None),
    ],
)
def test_another_number_of_the_house(street: str, said: str, mended: str | None) -> None:
    assert with_house_number(street, said) == mended


@pytest.mark.parametrize(
    ("words", "meanings"),
    [
        ("thôi", {"stop"}),
        ("hủy", {"stop"}),
        ("quay lại", {"previous"}),
        ("bỏ qua", {"skip"}),
        ("dạ vâng ạ", {"yes", "confirm"}),
        ("khong", {"no"}),
        ("đủ cả rồi nhé", {"all_ready"}),
        ("ddur car", {"all_ready"}),
        ("ok đặt đi", {"confirm"}),
        ("đặt tiếp", {"resume"}),
        ("đủ tiền chưa", set()),
        ("thôi được", set()),
    ],
)
def test_short_answers(words: str, meanings: set[Short]) -> None:
    assert short_answers(words) == meanings


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("ừ mang về cho bác", "yes"),
        ("không, em tự lấy", "no"),
        ("có mất phí không", None),
        ("có phải trả tiền không?", None),
        ("mai nhé", None),
        ("", None),
    ],
)
def test_a_longer_answer_opens_with_yes_or_no(words: str, answer: str | None) -> None:
    assert opens_with(words) == answer


def test_a_field_is_named_to_be_mended() -> None:
    named = {words: field_to_mend(words) for words in ("sửa số điện thoại", "đổi giờ giúp em", "sua ghi chu", "sửa xe")}
    assert list(named.values()) == ["phone", "visit", "note", None]


def test_what_is_missing_and_what_is_a_note() -> None:
    assert behind_missing("em còn thiếu giấy chứng sinh ạ") == "giấy chứng sinh ạ"
    assert behind_missing("đủ rồi") is None
    assert note_apart("mai nhé, ghi chú: có chó dữ") == ("có chó dữ", "mai nhé")
    assert note_apart("ghi chú") == (None, "ghi chú")


@pytest.mark.parametrize(
    ("words", "grams"),
    [
        ("500g", 500),
        ("1,2kg", 1200),
        ("1.5 kg", 1500),
        ("nửa cân", 500),
        ("hai lạng", None),
        ("3 lạng", 300),
        ("12", None),
    ],
)
def test_weights(words: str, grams: int | None) -> None:
    assert read_grams(words) == grams


@pytest.mark.parametrize(
    ("words", "turned"),
    [
        ("12 Tran Phu, Dong Kinh ward", "12 Tran Phu, phường Dong Kinh"),
        ("in Bac Son commune", "in xã Bac Son"),
        ("12 Trần Phú, phường Đông Kinh", "12 Trần Phú, phường Đông Kinh"),
    ],
)
def test_the_kind_of_a_place_stands_before_its_name(words: str, turned: str) -> None:
    assert in_our_order(words) == turned


@supposing(st.text(max_size=200))
def test_any_words_are_heard(words: str) -> None:
    """Nothing raises, and what is left of the words was in them."""
    heard = hear(words, GIVEN)
    assert len(heard.said) <= 1000
    assert replace(heard, said="") != heard or not heard.said
