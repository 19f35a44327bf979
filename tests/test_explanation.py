"""What must be brought and paid: common papers, papers of a case, fees of a day."""

from datetime import date
from decimal import Decimal

import pytest

from bot.dialogue import wording
from bot.texts.render import words
from knowledge.explanation import all_papers, fees_on, needed_by_all, papers_of
from procedures_catalog.models import (
    Case,
    Duration,
    Fee,
    Postal,
    PostalWay,
    Procedure,
    RequiredDocument,
    Source,
)

DAY = date(2026, 11, 21)
FORM = RequiredDocument(name="Tờ khai", form="original")
POWER = RequiredDocument(name="Giấy ủy quyền", form="original", only_if="nhờ người khác")
BOOK = RequiredDocument(name="Sổ đỏ", form="certified_copy", count=2)


def procedure(**facts: object) -> Procedure:
    given: dict[str, object] = {
        "code": "1.000001",
        "name": "X",
        "documents": (FORM, POWER),
        "cases": (Case(name="Nhà của mình", documents=(BOOK,)), Case(name="Ở nhờ", documents=(POWER, BOOK))),
        "postal": Postal(send=PostalWay(possible=None), back=PostalWay(possible=None)),
        "source": Source(document="x", as_of=DAY),
    }
    return Procedure.model_validate(given | facts)


def said(text: object) -> str:
    return words(text, "vi").replace("\N{NO-BREAK SPACE}", " ")  # type: ignore[arg-type]


def test_the_papers_of_a_case_are_the_common_ones_and_its_own() -> None:
    assert [p.key for p in papers_of(procedure())] == ["-/0", "-/1"]
    assert [p.key for p in papers_of(procedure(), 1)] == ["-/0", "-/1", "1/0", "1/1"]


def test_all_papers_are_those_of_every_case_each_with_a_key_of_its_own() -> None:
    keys = [p.key for p in all_papers(procedure())]
    assert keys == ["-/0", "-/1", "0/0", "1/0", "1/1"]


def test_a_paper_that_hangs_on_a_condition_is_not_needed_by_all() -> None:
    assert [p.document for p in needed_by_all(all_papers(procedure()))] == [FORM, BOOK, BOOK]


def test_unknown_papers_are_no_papers() -> None:
    assert papers_of(procedure(documents=None, cases=())) == ()


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2025, 6, 30), []),
        (date(2025, 7, 1), [1000]),
        (date(2025, 12, 31), [1000]),
        (date(2026, 1, 1), [2000]),
    ],
)
def test_a_fee_holds_from_its_first_to_its_last_day(day: date, due: list[int]) -> None:
    old = Fee(kind="phi", amount=Decimal(1000), valid_from=date(2025, 7, 1), valid_until=date(2025, 12, 31))
    new = Fee(kind="phi", amount=Decimal(2000), valid_from=date(2026, 1, 1))
    assert [f.amount for f in fees_on(procedure(fees=(old, new)), day)] == due


@pytest.mark.parametrize("why", ["set_by_province", "depends", "contradictory", "not_published"])
def test_a_fee_that_is_not_known_is_never_said_to_be_free(why: str) -> None:
    line = said(wording.fee_line(Fee.model_validate({"kind": "le_phi", "amount": None, "unknown": why})))
    assert "hỏi nơi nhận hồ sơ" in line
    assert "không phải trả" not in line
    assert "0 đ" not in line


def test_a_fee_of_nothing_is_free() -> None:
    assert said(wording.fee_line(Fee(kind="phi", amount=Decimal(0)))) == "Phí: không phải trả"


def test_a_fee_tells_its_channel_its_condition_and_its_text() -> None:
    fee = Fee(
        kind="le_phi",
        amount=Decimal(10000),
        unit="VND/person",
        channels=("online",),
        only_if="đi theo nhóm",
        note="đóng một lần",
        source=Source(document="75/2022/TT-BTC", article="Điều 4", as_of=DAY),
    )
    line = said(wording.fee_in_full(fee))
    assert line == (
        "Lệ phí: 10.000 đ/người — khi nộp trực tuyến — nếu đi theo nhóm — đóng một lần — theo 75/2022/TT-BTC, Điều 4"
    )


@pytest.mark.parametrize(
    ("amount", "unit", "words_"),
    [
        (None, "working_day", "chưa được công bố; hỏi nơi nhận hồ sơ"),
        (0, "working_day", "trong ngày làm việc"),
        (3, "working_day", "3 ngày làm việc"),
        (30, "day", "30 ngày"),
        (4, "hour", "4 giờ"),
        (6, "month", "6 tháng"),
    ],
)
def test_a_time_is_told_in_its_unit(amount: int | None, unit: str, words_: str) -> None:
    assert said(wording.duration_line(Duration.model_validate({"amount": amount, "unit": unit}))) == words_


@pytest.mark.parametrize(
    ("way", "words_"),
    [
        (PostalWay(possible=True), "được"),
        (PostalWay(possible=None), "chưa rõ"),
        (PostalWay(possible=False, obstacle="biometrics"), "không được, vì phải lấy vân tay, ảnh tại chỗ"),
    ],
)
def test_each_way_of_the_post_tells_yes_no_why_or_unknown(way: PostalWay, words_: str) -> None:
    assert said(wording.send_line(way)).startswith(f"Gửi hồ sơ qua bưu điện: {words_}")
    assert said(wording.back_line(way)).startswith(f"Nhận kết quả tại nhà: {words_}")


def test_a_paper_tells_count_form_condition_and_the_case_it_belongs_to() -> None:
    of_a_case = all_papers(procedure())[2]
    assert said(wording.paper_line(of_a_case)) == "Sổ đỏ — 2 bản sao chứng thực"
    assert said(wording.paper_of_case(of_a_case, procedure())).endswith("trường hợp: Nhà của mình")
    assert said(wording.paper_line(all_papers(procedure())[1])).endswith("chỉ khi nhờ người khác")
    unknown = RequiredDocument(name="Đơn", form=None)
    assert said(wording.document_form(unknown)) == "chưa rõ bản chính hay bản sao"
