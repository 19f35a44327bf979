"""Fee texts and working times of the portal, each shape and each trap in words of our own."""

from datetime import date
from decimal import Decimal

import pytest

from procedures_catalog.importers.amounts import number, read_duration, sums
from procedures_catalog.importers.fees import read_fees
from procedures_catalog.models import Duration, Fee


class Doubts(list[str]):
    def __call__(self, kind: str, detail: str = "") -> None:
        self.append(kind)


def fees(text: object, items: object = None, glued: bool = False) -> tuple[list[Fee], Doubts]:
    doubts = Doubts()
    return read_fees(text, items, doubts, glued), doubts


def fee(text: str, glued: bool = False) -> tuple[Fee, Doubts]:
    found, doubts = fees(text, glued=glued)
    assert len(found) == 1
    return found[0], doubts


def duration(text: str | None, about: str | None = None, steps: object = None) -> tuple[Duration | None, Doubts]:
    doubts = Doubts()
    return read_duration(text, about, steps, doubts), doubts


@pytest.mark.parametrize("text", ["Miễn phí", "miễn phí", "Không", "Không có", "0", "Phí : 0 Đồng", "Phí : Không Đồng"])
def test_a_plain_zero_is_free(text: str) -> None:
    found, doubts = fee(text)
    assert (found.amount, doubts) == (0, [])


@pytest.mark.parametrize(
    "inside", ["Không", "Không có.", "- Không có", "Không thu lệ phí", "Miễn lệ phí (Thông tư 9/2020/TT-X)"]
)
def test_free_stays_free_when_the_words_agree(inside: str) -> None:
    found, doubts = fee(f"Miễn phí ({inside})")
    assert (found.amount, doubts) == (0, [])


@pytest.mark.parametrize(
    ("inside", "unknown"),
    [
        ("Do Hội đồng nhân dân cấp tỉnh đặt ra", "set_by_province"),
        ("theo HĐND", "set_by_province"),
        ("UBND tỉnh ấn định", "set_by_province"),
        ("Cấp tỉnh quy định mức thu", "set_by_province"),
        ("Theo luật về phí", "not_published"),
        ("Lấy theo Thông tư 1/2020/TT-BTC", "not_published"),
        ("nhà ở: 150.000 đồng; nhà xưởng: 200.000 đồng", "depends"),
        ("Đối với tàu lớn", "depends"),
        ("Không thu của tổ hợp tác, trường hợp khác thu theo luật", "depends"),
        ("30.000 đồng/giấy", "contradictory"),
        ("20.000.000 đồng", "contradictory"),
    ],
)
def test_free_beside_a_text_that_sets_a_fee_is_unknown(inside: str, unknown: str) -> None:
    found, doubts = fee(f"Miễn phí ({inside})")
    assert (found.amount, found.unknown, found.note) == (None, unknown, inside)
    assert doubts == ["free_but_text_sets_fee"]


@pytest.mark.parametrize("inside", ["Không quy định", "chưa quy định.", "Không được quy định tại biểu phí nào"])
def test_free_where_no_fee_was_set_is_not_published(inside: str) -> None:
    found, doubts = fee(f"Miễn phí ({inside})")
    assert (found.amount, found.unknown, doubts) == (None, "not_published", ["free_but_fee_not_set"])


@pytest.mark.parametrize("inside", ["a", "1", "ii)"])
def test_free_beside_a_mark_is_not_believed(inside: str) -> None:
    found, doubts = fee(f"Miễn phí ({inside})")
    assert (found.amount, doubts) == (None, ["free_with_text_that_says_nothing"])


@pytest.mark.parametrize(
    ("text", "amount", "kind"),
    [
        ("10,000 Việt Nam Đồng (lệ phí)", 10_000, "le_phi"),
        ("Phí : 500.000 Đồng", 500_000, "phi"),
        ("Lệ phí : 600000 Đồng (cấp mới)", 600_000, "le_phi"),
        ("Mức giá : 1.250.000 Đồng", 1_250_000, "gia"),
        ("2,000,000 VNĐ (Phí xem xét: 2.000.000 đồng)", 2_000_000, "phi"),
        ("10,000,000 VNĐ (phí: 10 triệu đồng)", 10_000_000, "phi"),
    ],
)
def test_an_amount_is_read_with_its_kind(text: str, amount: int, kind: str) -> None:
    found, doubts = fee(text)
    assert (found.amount, found.kind, doubts) == (amount, kind, [])


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("5,000 VNĐ (phí: 5.000 đồng/bản)", "VND/copy"),
        ("5,000 VNĐ (/trang, phí)", "VND/page"),
        ("5,000 VNĐ (phí 5.000đ/thẻ)", "VND/card"),
        ("5,000 VNĐ (phí 5.000 đồng/lần)", "VND/time"),
        ("5,000 VNĐ (phí 5.000 đồng/người)", "VND/person"),
        ("5,000 VNĐ (phí 5.000 đồng/hồ sơ)", "VND/dossier"),
    ],
)
def test_the_unit_is_what_stands_behind_the_slash(text: str, unit: str) -> None:
    assert fee(text)[0].unit == unit


def test_a_kind_nobody_names_is_a_doubt() -> None:
    assert fee("50,000 VNĐ")[1] == ["fee_kind_guessed"]


def test_an_amount_in_thousands_is_mended_only_when_the_text_confirms_it() -> None:
    mended, doubts = fee("100 VNĐ (phí đăng tin: 100.000 đồng/lần)")
    assert (mended.amount, doubts) == (100_000, ["amount_in_thousands"])
    bare, doubts = fee("45 VNĐ")
    assert (bare.amount, bare.unknown, doubts) == (None, "contradictory", ["amount_in_thousands"])
    assert bare.note == "Cổng ghi 45 đồng"


def test_an_amount_the_text_contradicts_is_unknown() -> None:
    found, doubts = fee("5,000 Việt Nam Đồng (nộp qua mạng thu lệ phí 7.000 đồng)")
    assert (found.amount, found.unknown, doubts) == (None, "contradictory", ["amount_contradicts_text"])


def test_an_amount_among_others_keeps_the_whole_text() -> None:
    found, doubts = fee("200,000 VNĐ (lệ phí 200.000 đồng; làm lại vì mất: 400.000 đồng)")
    assert (found.amount, doubts) == (200_000, ["several_amounts_in_text"])
    assert "400.000" in (found.note or "")


def test_dollars_are_never_dong() -> None:
    for text in ("10 USD (10 USD/giấy)", "1,000 USD", "145 VNĐ (thẻ hai năm: 145 USD/thẻ)"):
        found, doubts = fee(text)
        assert (found.amount, found.unknown, doubts) == (None, "depends", ["fee_in_foreign_currency"])


def test_a_figure_glued_to_a_working_time_counts_only_when_the_text_confirms_it() -> None:
    assert fee("120,000 VNĐ (phí 20.000 đồng)", glued=True)[0].amount is None
    assert fee("120,000 VNĐ", glued=True)[1] == ["fee_glued_to_duration"]
    assert fee("20,000 VNĐ (phí 20.000 đồng)", glued=True)[0].amount == 20_000


def test_a_reduction_ends_on_its_last_day_and_the_full_fee_follows() -> None:
    found, doubts = fees("50,000 VNĐ (áp dụng mức phí 25.000 đồng từ ngày 01/7/2025 đến hết ngày 31/12/2026)")
    reduced, full = found
    assert (reduced.amount, reduced.valid_from, reduced.valid_until) == (25_000, date(2025, 7, 1), date(2026, 12, 31))
    assert (full.amount, full.valid_from, full.valid_until) == (50_000, date(2027, 1, 1), None)
    assert doubts == ["amount_changes_by_date"]


def test_a_half_rate_is_worked_out() -> None:
    text = "5,000,000 VNĐ (Từ ngày 01/7/2025 đến hết ngày 31/12/2026, mức phí bằng 50% mức phí nêu trên)"
    assert [one.amount for one in fees(text)[0]] == [2_500_000, 5_000_000]


def test_a_waiver_is_free_only_until_its_last_day() -> None:
    found, _ = fees("600,000 VNĐ (phí thi; miễn từ ngày 07/4/2026 đến 30/6/2026)")
    assert [(one.amount, one.valid_until) for one in found] == [(0, date(2026, 6, 30)), (600_000, None)]


def test_another_rate_for_a_time_is_unknown_for_that_time() -> None:
    found, _ = fees(
        "70,000 VNĐ (phí: từ ngày 01/7/2025 đến hết ngày 31/12/2026 áp dụng theo thông tư khác có miễn một số khoản)"
    )
    assert [(one.amount, one.unknown) for one in found] == [(None, "depends"), (70_000, None)]


def test_an_amount_with_a_last_day_ends() -> None:
    found, _ = fee("40,000 VNĐ (lệ phí 40.000đ/giấy, áp dụng đến hết ngày 31/12/2024)")
    assert (found.amount, found.valid_until) == (40_000, date(2024, 12, 31))


def test_an_impossible_date_bounds_nothing() -> None:
    found, _ = fee("40,000 VNĐ (phí, miễn từ ngày 31/02/2025 đến 30/6/2026)")
    assert (found.amount, found.valid_from) == (40_000, None)


def test_several_fees_of_one_text_are_kept_apart() -> None:
    found, doubts = fees("Phí : 500.000 Đồng (quán nhỏ)\nPhí : 900.000 Đồng (quán lớn)\nLệ phí : 20.000 Đồng")
    assert [(one.kind, one.amount, one.only_if) for one in found] == [
        ("phi", 500_000, "quán nhỏ"),
        ("phi", 900_000, "quán lớn"),
        ("le_phi", 20_000, None),
    ]
    assert doubts == []


def test_fee_items_give_the_kind_and_the_text_gives_the_currency() -> None:
    items = [
        {"type": "FEE", "value": 20, "description": "ghi sổ"},
        {"type": "PRICE_LEVEL", "value": None, "description": "HĐND quyết"},
        {"type": "SERVICE_FEE", "value": 0, "description": ""},
    ]
    found, _ = fees("20 USD (ghi sổ); Không có thông tin (HĐND quyết); Miễn phí", items)
    assert [(one.kind, one.amount, one.unknown) for one in found] == [
        ("phi", None, "depends"),
        ("gia", None, "set_by_province"),
        ("le_phi", 0, None),
    ]


def test_fee_items_alone_are_enough() -> None:
    found, _ = fees(
        None, [{"type": "FEE", "value": 30000, "description": "cấp mới"}, {"type": "SERVICE_FEE", "value": 0}]
    )
    assert [(one.kind, one.amount) for one in found] == [("phi", 30_000), ("le_phi", 0)]


def test_the_free_among_payers_are_named() -> None:
    found, _ = fees("9,000 VNĐ (lệ phí nộp qua mạng); Miễn phí (Người thuộc diện được miễn)")
    assert [(one.amount, one.only_if) for one in found] == [(9_000, None), (0, "Người thuộc diện được miễn")]


def test_an_attachment_is_left_out_and_counted() -> None:
    found, doubts = fees("Phí :   (Bộ khác định)\nFile đính kèm: bieu.pdf\nLệ phí :  Đồng (Bộ khác định)")
    assert [(one.kind, one.unknown) for one in found] == [("phi", "not_published"), ("le_phi", "not_published")]
    assert doubts == ["fee_attachment_not_kept", "fee_without_figure", "fee_without_figure"]


@pytest.mark.parametrize("text", [None, "", "  ", 7, ["x"]])
def test_no_text_is_no_fee(text: object) -> None:
    assert fees(text) == ([], [])


def test_numbers_with_two_meanings_are_no_numbers() -> None:
    assert [number(text) for text in ("1.2345", "10.000.0000", "1,5", "٣", "9" * 30)] == [
        None,
        None,
        Decimal("1.5"),
        None,
        None,
    ]


def test_measures_and_numbers_of_laws_are_no_sums() -> None:
    assert sums("dưới 3.000 GT, 12/2021/TT-BTC, Điều 12, năm 2025") == {}


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("5 Ngày làm việc", 5, "working_day"),
        ("07 ngày làm việc", 7, "working_day"),
        ("30 Ngày", 30, "day"),
        ("1 Giờ", 1, "hour"),
        ("2 Tháng", 2, "month"),
        ("Không quá 12 ngày làm việc kể từ ngày nhận đủ hồ sơ hợp lệ.", 12, "working_day"),
    ],
)
def test_a_working_time_is_counted(text: str, amount: int, unit: str) -> None:
    found, doubts = duration(text)
    assert found == Duration.model_validate({"amount": amount, "unit": unit})
    assert doubts == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("15", "duration_without_unit"),
        ("1", "duration_without_unit"),
        ("7.5 Ngày làm việc", "duration_fraction"),
        ("0 Giờ", "duration_zero"),
        ("Không quy định", "duration_not_set"),
        ("Tùy theo đợt thi", "duration_free_text"),
        ("2 tháng và 5 ngày làm việc", "duration_free_text"),
    ],
)
def test_a_time_that_cannot_be_counted_stays_a_note(text: str, kind: str) -> None:
    found, doubts = duration(text)
    assert found == Duration(amount=None, note=text)
    assert doubts == [kind]


def test_one_means_the_same_day_when_the_steps_say_so() -> None:
    found, doubts = duration("1", steps="Nhận sau 15 giờ thì hẹn trả trong ngày làm việc tiếp theo.")
    assert found is not None
    assert (found.amount, found.unit, doubts) == (0, "working_day", ["duration_from_steps"])
    assert duration("15", steps="Nhận sau 15 giờ thì trả trong ngày làm việc tiếp theo.")[1] == [
        "duration_without_unit"
    ]


def test_no_time_is_no_time() -> None:
    assert duration(None) == (None, [])
