"""Phones as people write them, and the many numbers that are not phones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.phones import Phone, Wrong, find_phone, phone_words

MOBILE = Phone("+84912345678", "0912 345 678")


@pytest.mark.parametrize(
    "text",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "0912-345-678",
        "091 2345678",
        "09 12 34 56 78",
        "0912345678.",
        "(0912345678)",
        "+84912345678",
        "+84 912 345 678",
        "+84 (0) 912 345 678",
        "+840912345678",
        "84912345678",
        "84 912 345 678",
        "0084912345678",
        "sđt: 0912345678",
        "SDT em là 912345678",
        "sđt của em là 912 345 678",
        "số em 0912345678 nhé",
        "gọi 0912.345.678, nhà số 5 ngõ 12",
        "0912345678 hoặc 0987654321",
        "0912345678 0987654321",
        "0912345678/0987654321",
        "0912 345 678 24/11 nhé",
        "0912345678 9h sáng mai",
        "Lan 0912345678 12/3 Trần Phú",
        "CT01 0912345678",
        "cccd 001090012345 sđt 0912345678",
        "call me at 0912345678",
        "gọi 1022 không được, gọi 0912345678",
        "0912 345 67 à nhầm 0912 345 678",
        "zalo 0912\u00a0345\u00a0678",
    ],
)
def test_a_phone_however_it_is_grouped(text):
    assert find_phone(text) == MOBILE


@pytest.mark.parametrize(
    ("text", "e164", "written"),
    [
        ("(024) 3825 1234", "+842438251234", "024 3825 1234"),
        ("024.3825.1234", "+842438251234", "024 3825 1234"),
        ("02438251234", "+842438251234", "024 3825 1234"),
        ("0243 825 1234", "+842438251234", "024 3825 1234"),
        ("028 3829 5678", "+842838295678", "028 3829 5678"),
        ("0203 3825 123", "+842033825123", "0203 3825 123"),
        ("01682345678", "+84382345678", "0382 345 678"),
        ("0168 234 5678", "+84382345678", "0382 345 678"),
        ("+84 168 234 5678", "+84382345678", "0382 345 678"),
        ("0123 456 7890", "+84834567890", "0834 567 890"),
        ("0120 345 6789", "+84703456789", "0703 456 789"),
        ("0199 345 6789", "+84593456789", "0593 456 789"),
        ("+1 415 555 2671", "+14155552671", "+1 415-555-2671"),
        ("+44 20 7946 0958", "+442079460958", "+44 20 7946 0958"),
        ("+82 10 2345 6789", "+821023456789", "+82 10-2345-6789"),
    ],
)
def test_fixed_lines_old_prefixes_and_foreign_numbers(text, e164, written):
    assert find_phone(text) == Phone(e164, written)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0912 345 67", "too_short"),
        ("sđt 09123456", "too_short"),
        ("0912 345 6789", "too_long"),
        ("09123456789", "too_long"),
        ("+84 912 345 67", "too_short"),
        ("+84 912 345 6789", "too_long"),
        ("0243 825 123", "too_short"),
        ("0112345678", "no_such_number"),
        ("0412345678", "no_such_number"),
        ("+999 123 4567", "no_such_number"),
    ],
)
def test_what_was_meant_as_a_phone_and_is_none(text, reason):
    assert find_phone(text) == Wrong(reason)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "không chín một hai",
        "1022",
        "gọi 113",
        "gọi 114 hoặc 115",
        "1900 54 54 81",
        "18001096",
        "1800 1096",
        "001090012345",
        "001 090 012 345",
        "079090012345",
        "cccd 079090012345",
        "số cccd của em là 001090012345",
        "cmnd 012345678",
        "CMND: 091234567",
        "mã hồ sơ 0912345678",
        "stk 0912345678",
        "mst 0101234567",
        "H56-231027-0361",
        "000.00.16.H21-231027-0361",
        "000.00.01.G22-20231027-000361",
        "H29.18-240102-0912345",
        "1.001193",
        "1.001193.000.00.00.H56",
        "EA123456789VN",
        "3/5/2020",
        "03.05.2020",
        "03-05-2020",
        "2020-05-03",
        "sinh ngày 03 05 1990",
        "912345678",
        "1234567890",
        "100.000.000 đồng",
        "0,5",
        "0",
        "+",
        "+84",
        "9h30 ngày 24/11",
        "số nhà 12/3",
        "CT01",
        "4111 1111 1111 1111",
        "tòa A 0912345678B",
    ],
)
def test_other_numbers_are_no_phones(text):
    assert find_phone(text) is None


def test_old_prefixes_lead_to_numbers_of_today():
    for old, new in phone_words().old_prefixes.items():
        phone = find_phone(old + "2345678")
        assert isinstance(phone, Phone)
        assert phone.e164 == f"+84{new[1:]}2345678"


MOBILES = st.tuples(
    st.sampled_from(["032", "038", "039", "070", "079", "081", "085", "090", "091", "096", "098"]),
    st.integers(0, 9_999_999).map("{:07d}".format),
).map("".join)
GROUPINGS = st.sampled_from([(10,), (4, 3, 3), (3, 7), (2, 4, 4), (4, 6), (2, 2, 2, 2, 2), (3, 3, 4)])


def grouped(digits: str, sizes: tuple[int, ...], mark: str) -> str:
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    return mark.join(digits[start : start + size] for start, size in zip(starts, sizes, strict=True))


@given(MOBILES, GROUPINGS, st.sampled_from([" ", ".", "-", " - "]), st.sampled_from(["", "sđt ", "em Hoa, "]))
def test_every_mobile_is_found_in_every_grouping(digits, sizes, mark, before):
    assert find_phone(before + grouped(digits, sizes, mark)) == find_phone("+84" + digits[1:]) == find_phone(digits)
    assert isinstance(find_phone(digits), Phone)


@given(MOBILES)
def test_what_is_written_is_read_again(digits):
    phone = find_phone(digits)
    assert isinstance(phone, Phone)
    assert find_phone(phone.written) == find_phone(phone.e164) == phone


@given(st.from_regex(r"0[0-9]{11}", fullmatch=True))
def test_an_identity_number_is_never_a_phone(digits):
    assert find_phone(digits) is None


@given(st.text() | st.text("+0123456789 .-()/:hsđt", max_size=60))
def test_no_text_breaks_it(text):
    found = find_phone(text)
    assert found is None or isinstance(found, (Phone, Wrong))
