"""The numbers of pickups: read back through slips, refused when a character is wrong, taken for no other code."""

from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.pickup.order import OrderNumber
from knowledge.codes import find_codes
from knowledge.faq import load_faq
from knowledge.meanings import Code, DossierCode, Named, OrderCode, OtherCode, ParcelCode
from knowledge.order_numbers import ALPHABET, check_character, is_order_number, order_number, read_order_number
from knowledge.understanding import Understanding, load_phrases

NUMBER = "ND261122-4F7KQ6"
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
FRESH = st.text(ALPHABET, min_size=5, max_size=5)
NUMBERS = st.builds(order_number, DAYS, FRESH)


def test_a_number_is_the_day_five_characters_and_a_check():
    assert order_number(date(2026, 11, 22), "4F7KQ") == NUMBER
    assert is_order_number(NUMBER)


def test_the_check_is_the_remainder_over_gf_32():
    """Reckoned another way: by powers of x, from a table of the field."""
    powers = [1]
    for _ in range(30):
        doubled = powers[-1] * 2
        powers.append(doubled ^ 0b100101 if doubled > 31 else doubled)
    assert sorted(powers) == list(range(1, 32))  # x is primitive, so that places weigh differently

    def times(one: int, other: int) -> int:
        return powers[(powers.index(one) + powers.index(other)) % 31] if one and other else 0

    total = 0
    for place, character in enumerate(reversed("2611224F7KQ"), start=1):
        total ^= times(powers[place], ALPHABET.index(character))
    assert ALPHABET[total] == NUMBER[-1]


@pytest.mark.parametrize("fresh", ["4F7K", "4F7KQ6", "4F7KO", "4f7kq", "4F7KÉ", ""])
def test_what_is_no_fresh_part_is_refused(fresh):
    with pytest.raises(ValueError, match="is not 5 characters"):
        order_number(date(2026, 11, 22), fresh)


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2100, 1, 1)])
def test_the_year_has_two_digits(day):
    with pytest.raises(ValueError, match="no order number"):
        order_number(day, "00000")


@pytest.mark.parametrize(
    "text",
    [
        "ND261122-4F7KQ6",
        "nd261122-4f7kq6",
        "ND261122 4F7KQ6",
        "ND2611224F7KQ6",
        "nd 261122 4f7kq6",
        "ND-261122-4F7KQ6",
        "N D 261122 – 4F7KQ6",
        "mã ND261122—4F7KQ6.",
        "cho em hỏi đơn nd261122-4f7kq6 tới đâu rồi ạ",
        "(ND261122-4F7KQ6)",
        "đổi lịch nd26ll22-4f7kq6 sang mai",
        "ND261122-4F7KQ7, à nhầm ND261122-4F7KQ6",
    ],
)
def test_it_is_read_as_people_write_it(text):
    assert read_order_number(text) == NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ND261122-4F7KQ7",
        "ND261122-4F7KQ",
        "ND261122-4F7KQ66",
        "XND261122-4F7KQ6",
        "ND26112-4F7KQ6",
        "ND261122-4F7KU6",
        "ND261122-4F7 KQ6",
        "NĐ261122-4F7KQ6",
        "nd 261122 em gửi rồi",
        "ND261122-4F7ẢQ6",
        "ND261122-4F7\u212aQ6",  # the sign of Kelvin
    ],
)
def test_what_is_no_number_is_not_read(text):
    assert read_order_number(text) is None


def test_a_day_that_never_was_is_not_read():
    number = f"ND261341-4F7KQ{check_character('2613414F7KQ')}"
    assert not is_order_number(number)
    assert read_order_number(number) is None


@given(NUMBERS)
def test_it_fits_the_model_of_an_order(number):
    assert TypeAdapter(OrderNumber).validate_python(number) == number
    assert is_order_number(number)


@given(NUMBERS, st.data())
def test_it_comes_back_through_slips(number, data):
    slips = {"0": "0Oo", "1": "1IiLl"}
    written = "".join(data.draw(st.sampled_from(slips.get(c, c + c.lower()))) for c in number[2:] if c != "-")
    head = data.draw(st.sampled_from(["ND", "nd", "Nd ", "ND-", "n d "]))
    dash = data.draw(st.sampled_from(["-", "", " ", " - ", "–", "—", "."]))
    around = data.draw(st.sampled_from(["{}", "mã {} nhé", "({})", "đơn: {}."]))
    assert read_order_number(around.format(head + written[:6] + dash + written[6:])) == number


@given(NUMBERS, st.integers(0, 14), st.sampled_from(ALPHABET + "OILU-Đ"))
def test_one_wrong_character_is_refused(number, place, wrong):
    changed = number[:place] + wrong + number[place + 1 :]
    alike = changed.translate(str.maketrans("OIL", "011"))
    if alike in (number, number[:8] + " " + number[9:]):
        return
    assert read_order_number(changed) is None
    assert not is_order_number(changed)


@given(NUMBERS, st.integers(2, 14), st.integers(2, 14))
def test_two_that_changed_places_are_refused(number, one, other):
    characters = list(number)
    characters[one], characters[other] = characters[other], characters[one]
    changed = "".join(characters)
    assert (read_order_number(changed) == number) == (changed == number)


# Among the other codes


@given(NUMBERS)
def test_it_is_found_as_an_order_and_as_nothing_else(number):
    for text in (number, number.lower(), f"mã {number} 0912345678", f"{number} 7, {number}", number.replace("-", " ")):
        codes = {found.code for found in find_codes(text)}
        assert codes == {OrderCode(number)}


OTHERS = {
    "H56.14-240823-0001": DossierCode("H56.14-240823-0001"),
    "G09.20-20260609-0092637": DossierCode("G09.20-20260609-0092637"),
    "EF123456789VN": ParcelCode("EF123456789VN"),
    "ND261122123VN": ParcelCode("ND261122123VN"),
    "nd 261 122 123 vn": ParcelCode("ND261122123VN"),
    "1.001193": Named("1.001193"),
    "DN4010123456789": OtherCode("health_insurance", "DN4010123456789"),
    "ND2611221234567": OtherCode("health_insurance", "ND2611221234567"),
}


@pytest.mark.parametrize(("text", "code"), OTHERS.items(), ids=OTHERS)
def test_other_codes_are_none_of_ours(text, code):
    assert isinstance(code, get_args(Code))
    assert [found.code for found in find_codes(text)] == [code]
    assert read_order_number(text) is None


def test_both_stand_in_one_message():
    text = f"đơn {NUMBER.lower()} của hồ sơ H56.14-240823-0001"
    assert {found.code for found in find_codes(text)} == {OrderCode(NUMBER), DossierCode("H56.14-240823-0001")}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ND261122-4F7KQ7", [OrderCode("ND261122-4F7KQ7")]),
        ("đơn nd261122-4f7kq7", [OrderCode("ND261122-4F7KQ7")]),
        ("ND261341-4F7KQ7", []),  # no such day
        ("nd 261122 abcdef", []),  # not written out, so it may be anything
    ],
)
def test_a_mistyped_number_is_known_for_one(text, codes):
    assert [found.code for found in find_codes(text)] == codes
    assert not any(is_order_number(code.number) for code in codes)


@pytest.mark.parametrize("text", [NUMBER, f"{NUMBER.lower()} tới đâu rồi", "đơn nd 261122 4f7kq6 sao rồi ạ"])
def test_a_message_with_a_number_means_the_order(text):
    assert Understanding(load_phrases(), load_faq()).of(text) == OrderCode(NUMBER)
