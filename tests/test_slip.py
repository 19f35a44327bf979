"""The slip: what stands on it, letter by letter, and whether machines can read its codes."""

import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import NamedTuple

import pypdfium2
import pytest
import time_machine
import zxingcpp
from fontTools.ttLib import TTFont
from pypdfium2.raw import FPDF_PAGEOBJ_PATH as PATH

from bot.papers.content import LONGEST_NAME
from bot.papers.fonts import UNPRINTABLE, Weight, font_file, printable
from bot.papers.sheet import A5, MARGIN, Look, Sheet
from bot.papers.slip import file_name, slip
from bot.pickup.order import Address, Agency, Order, PaperLine, Person, Return, Visit
from knowledge.clocks import Clocks
from knowledge.quote import Quote, QuoteLine, StateFee
from procedures_catalog.catalog import load
from procedures_catalog.models import Procedure, Source

POINT = 25.4 / 72  # mm
SHARP = 150 / 72  # 150 dots an inch: an office printer or a phone's screen
HOURS = (time(8), time(11))
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")  # ngang huyền sắc ngã hỏi nặng
VOWELS = "aăâeêioôơuưy"
LOWER = "bcdđghklmnpqrstvxfjwz" + "".join(unicodedata.normalize("NFC", v + t) for v in VOWELS for t in TONES)
LETTERS = LOWER + LOWER.upper()
FOREIGN = ("Jürgen Müller", "Siobhán O’Connor", "Łukasz Żółć", "Иван Петров", "Αλέξανδρος", "Nguyễn (Smith) **Anna**")
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TARIFF = Source(document="Bảng cước thử nghiệm", as_of=date(2021, 4, 20))
COMMUNES = {"05977": "phường Đông Kinh, tỉnh Lạng Sơn", "00004": "phường Ba Đình, thành phố Hà Nội"}
SUNDAY = datetime.combine(date(2026, 11, 22), time(9, 5))  # in Viet Nam, without its zone

ORDER = Order(
    number="ND261122-4F7KQ2",
    chat="telegram:1",
    language="vi",
    procedure="1.001193",
    procedure_name="Đăng ký khai sinh",
    agency=Agency(name="UBND phường Đông Kinh", level="commune", province="20", commune="05977"),
    sender=Person(name="Nguyễn Thị Bé Ngoãn", phone="+84912345678"),
    address=Address(commune="05977", street="Số 12 ngõ 3 đường Trần Phú", said="phường Vĩnh Trại", landmark="cây xăng"),
    visit=Visit(day=date(2026, 11, 25), shift="morning"),
    papers=(
        PaperLine(name="Tờ khai đăng ký khai sinh", form="original", count=3, ready=True),
        PaperLine(name="Giấy chứng nhận kết hôn", form="certified_copy", count=2, ready=False),
        PaperLine(name="Giấy tờ tùy thân", form="shown_at_desk", count=1, ready=True),
        PaperLine(name="Giấy tờ nơi cư trú", form=None, count=4, ready=False),
    ),
    back=Return(),
    grams=None,
    exemption=None,
    forward_fee=True,
    note=None,
    quote=Quote(
        lines=(
            QuoteLine(what="send", low=Decimal(26000), high=Decimal(26000), source=TARIFF),
            QuoteLine(what="back", low=Decimal(26000), high=Decimal(30000), source=TARIFF),
        ),
        percent_off=0,
        grams=100,
        state_fee=StateFee(low=Decimal(8000), high=Decimal(8000)),
    ),
    clocks=Clocks(
        pickup=date(2026, 11, 25),
        at_agency=(date(2026, 11, 26), date(2026, 11, 27)),
        result=None,
        home=None,
        source=TARIFF,
    ),
    consent="2026-11-22",
    trial=False,
    ordered_at=SUNDAY,
)


def order(**changes: object) -> Order:
    return Order.model_validate({**ORDER.model_dump(), **changes})


def made(wanted: Order, item: str | None = None, **more: str) -> bytes:
    return slip(wanted, item, COMMUNES.__getitem__, hours=HOURS, **more)


Box = tuple[float, float, float, float]  # left, bottom, right, top: mm from the left and the bottom of the page


class Page(NamedTuple):
    text: str
    boxes: list[Box]  # of the letters
    drawn: list[Box]  # of lines, frames and codes


def pages(pdf: bytes) -> list[Page]:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return [page_of(page) for page in document]


def page_of(page: pypdfium2.PdfPage) -> Page:
    seen = page.get_textpage()
    letters = [in_mm(seen.get_charbox(nth)) for nth in range(seen.count_chars())]
    drawn = [in_mm(thing.get_bounds()) for thing in page.get_objects() if thing.type == PATH]
    return Page(seen.get_text_range(), letters, drawn)


def in_mm(points: Box) -> Box:
    left, bottom, right, top = (edge * POINT for edge in points)
    return left, bottom, right, top


def codes(pdf: bytes) -> list[dict[str, str]]:
    """What a decoder reads on each page: kind -> content."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        read = [zxingcpp.read_barcodes(page.render(scale=SHARP).to_pil()) for page in document]
    return [{str(code.format): code.text for code in found} for found in read]


FOOT = re.compile(r"^Phiếu gửi hồ sơ ND.*trang \d+.*$|^BẢN THỬ .*$", re.MULTILINE)


def run_together(pdf: bytes) -> str:
    """All that stands on all pages, without what every page repeats and without spaces: lines break anywhere."""
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return unspaced("".join(FOOT.sub("", page.get_textpage().get_text_range()) for page in document))


def unspaced(text: str) -> str:
    return re.sub(r"\s", "", text)


def holds(pdf: bytes, *wanted: str) -> bool:
    seen = run_together(pdf)
    return all(unspaced(unicodedata.normalize("NFC", words)) in seen for words in wanted)


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_both_weights_have_every_letter_of_vietnamese(weight: Weight) -> None:
    with TTFont(font_file(weight)) as font:
        shapes, glyphs = font.getBestCmap(), font["glyf"]
        assert [letter for letter in LETTERS + "₫–…☐☑" + UNPRINTABLE if ord(letter) not in shapes] == []
        assert [letter for letter in LETTERS if glyphs[shapes[ord(letter)]].numberOfContours == 0] == []
        assert "SIL Open Font License" in str(font["name"].getDebugName(13))


def test_every_letter_is_read_back_in_bold_and_plain() -> None:
    spelt = order(sender=Person(name=LETTERS, phone="+84912345678"), note=LETTERS)
    assert run_together(made(spelt)).count(LETTERS) == 2


# Fifty orders unlike each other: names and streets of odd letters, real procedures and papers, all that may be left out


def orders() -> Iterator[Order]:
    catalogue = sorted(load().values(), key=lambda procedure: procedure.code)
    for seed in range(50):
        yield drawn(Random(seed), catalogue)


def drawn(chance: Random, catalogue: list[Procedure]) -> Order:
    procedure = chance.choice(catalogue)
    return order(
        number="ND2611" + f"{chance.randrange(1, 31):02}-" + "".join(chance.choices(CROCKFORD, k=6)),
        language=chance.choice(("vi", "vi", "en")),
        procedure=procedure.code,
        procedure_name=procedure.name,
        sender=person(chance),
        address=address(chance),
        visit=Visit(
            day=date(2026, 11, 25) + timedelta(chance.randrange(30)), shift=chance.choice(("morning", "afternoon"))
        ),
        papers=tuple(papers(chance, catalogue)),
        back=chance.choice((None, Return(), Return(to=address(chance)), Return(receiver=person(chance)))),
        forward_fee=chance.random() < 0.5,
        note=chance.choice((None, "Gọi trước khi đến. " * chance.randrange(1, 30))),
        quote=quote(chance),
        trial=chance.random() < 0.5,
    )


def person(chance: Random) -> Person:
    spelt = " ".join("".join(chance.sample(LETTERS, chance.randrange(1, 8))).capitalize() for _ in range(4))
    return Person(name=chance.choice((spelt, spelt, *FOREIGN)), phone=chance.choice(("+84912345678", "+4915112345678")))


def address(chance: Random) -> Address:
    street = f"Số {chance.randrange(1, 999)}/{chance.randrange(1, 99)} ngõ {''.join(chance.sample(LETTERS, 12))}"
    return Address(
        commune=chance.choice(list(COMMUNES)),
        street=chance.choice((street, street * 6, "x" * 200)),
        said=chance.choice((None, "xã Cũ")),
        landmark=chance.choice((None, "sau chợ, gần cầu treo")),
    )


def papers(chance: Random, catalogue: list[Procedure]) -> Iterator[PaperLine]:
    all_papers = [paper for procedure in catalogue for paper in procedure.documents or ()]
    for paper in chance.choices(all_papers, k=chance.choice((0, 1, 2, 3, 3, 4, 5, 6, 8, 40))):
        yield PaperLine(name=paper.name, form=paper.form, count=chance.randrange(1, 12), ready=chance.random() < 0.5)


def quote(chance: Random) -> Quote:
    low = Decimal(chance.randrange(0, 60, 2) * 1000)
    line = QuoteLine(what="send", low=low, high=low + chance.choice((0, 8000)), source=TARIFF)
    fee = chance.choice((None, Decimal(0), Decimal(8000), Decimal(1500000)))
    return Quote(
        lines=(line, *([line.model_copy(update={"what": "back"})] if chance.random() < 0.5 else [])),
        percent_off=chance.choice((0, 50, 100)),
        grams=chance.choice((100, 250, 2000)),
        state_fee=StateFee(low=fee, high=fee, by_count=chance.random() < 0.3),
        doubts=("tariff_unconfirmed", "scope_unclear", "weight_assumed", "vat_not_stated", "exemption_to_prove"),
    )


DRAWN = list(orders())


@pytest.mark.parametrize("wanted", DRAWN, ids=[f"order {nth}" for nth in range(len(DRAWN))])
def test_a_slip_is_complete_whole_and_readable_by_machines(wanted: Order) -> None:
    pdf = made(wanted)
    seen = pages(pdf)
    assert codes(pdf) == [{"Code 128": wanted.number, "QR Code": wanted.number}, *({} for _ in seen[1:])]
    assert holds(
        pdf,
        wanted.sender.name,
        wanted.address.street,
        COMMUNES[wanted.address.commune],
        wanted.procedure_name,
        wanted.procedure,
        wanted.agency.name,
        wanted.note or "",
        *(paper.name for paper in wanted.papers),
    )
    assert all(("BẢN THỬ – không có bưu tá thật" in page.text) == wanted.trial for page in seen)
    assert all(wanted.number in page.text for page in seen)
    assert all(within_margins(box) for page in seen for box in (*page.boxes, *page.drawn))


def within_margins(box: Box) -> bool:
    """Nothing is cut off, not even by a printer that leaves an edge white."""
    left, bottom, right, top = box
    slack = 0.6  # mm, what a slanting stroke or half of a thick line may stand out
    return left >= MARGIN - slack and right <= A5[0] - MARGIN + slack and bottom >= 5 and top <= A5[1] - 5


def test_the_fifty_orders_are_worth_their_name() -> None:
    spelt = "".join(o.sender.name + o.address.street for o in DRAWN)
    assert {o.trial for o in DRAWN} == {True, False}
    assert {o.language for o in DRAWN} == {"vi", "en"}
    assert {o.back is None for o in DRAWN} == {True, False}
    assert {0, 40} <= {len(o.papers) for o in DRAWN}
    assert len(set(spelt) & set(LETTERS)) > 0.9 * len(set(LETTERS))


def test_the_law_s_particulars_stand_on_it() -> None:
    """QĐ 45/2016 Điều 6.4, TT 17/2017 Điều 9."""
    assert holds(
        made(ORDER),
        "0912 345 678",
        "Địa danh cũ: phường Vĩnh Trại",
        "Chỗ dễ nhận: cây xăng",
        "thứ Tư 25/11/2026, buổi sáng (08:00–11:00)",
        "52.000 đ – 56.000 đ (giá tham khảo, bưu tá xác nhận; tính cho 100 g)",
        "Gửi hồ sơ đi: 26.000 đ",
        "Trả kết quả: 26.000 đ – 30.000 đ",
        "Bảng cước thử nghiệm (đọc ngày 20/04/2021)",
        "Phí, lệ phí Nhà nước 8.000 đ",
        "Bưu tá thu, nộp hộ, có biên lai",
        "Cơ quan ký nhận: 26/11/2026 – 27/11/2026",
        "Có kết quả: theo giấy hẹn của cơ quan",
        "Bưu tá ghi: …",
        "bản 2026-11-22",
        "1900 54 54 81",
    )


@pytest.mark.parametrize(
    "row",
    [
        "1 Tờ khai đăng ký khai sinh 3 – ☑ ☐",
        "2 Giấy chứng nhận kết hôn (bản sao chứng thực) – 2 ☐ ☐",
        "3 Giấy tờ tùy thân (xuất trình: 1) – – ☑ ☐",
        "4 Giấy tờ nơi cư trú (chưa rõ bản chính hay bản sao: 4) – – ☐ ☐",
    ],
)
def test_papers_are_listed_with_originals_copies_and_tick(row: str) -> None:
    assert holds(made(ORDER), row)


def test_what_a_postman_must_never_ask_is_told() -> None:
    assert holds(
        made(ORDER),
        "KHÔNG được: hỏi mã OTP, mật khẩu; bảo chuyển tiền vào tài khoản cá nhân",
        "Chỉ nộp phí, lệ phí khi được đưa biên lai",
    )


def test_both_sides_can_sign() -> None:
    signed = [page.text for page in pages(made(ORDER)) if "Ký, ghi rõ" in page.text]
    assert [text.count("Ký, ghi rõ họ tên") for text in signed] == [2]


def test_a_box_to_sign_in_is_never_torn_apart() -> None:
    """Wherever on the page what stands before it ends."""
    sheet = Sheet(Look("", SUNDAY.replace(tzinfo=UTC), None, str))
    for used in range(20, 195, 5):
        sheet.add_page()
        sheet.set_y(used)
        sheet.sign_here([(("Người gửi",), ("Ký",)), (("Bưu tá",), ("Ký",))])
    seen = pages(sheet.written())
    assert {page.text.count("Ký") for page in seen} == {0, 2}
    assert all(within_margins(box) for page in seen for box in (*page.boxes, *page.drawn))


def test_the_receiver_of_the_result_needs_an_authorisation_unless_it_is_the_sender() -> None:
    other = Return(
        to=Address(commune="00004", street="9 Quán Thánh"), receiver=Person(name="Lò Văn Ón", phone="+84387654321")
    )
    assert holds(
        made(order(back=other)), "Lò Văn Ón, điện thoại 0387 654 321", "giấy ủy quyền", "9 Quán Thánh, phường Ba Đình"
    )
    assert not holds(made(ORDER), "giấy ủy quyền")
    assert holds(made(order(back=None)), "người gửi tự nhận kết quả")


def test_what_is_not_known_is_said_to_be_unknown() -> None:
    unknown = ORDER.quote.model_copy(update={"state_fee": StateFee(low=None, high=None)})
    pdf = made(order(quote=unknown, forward_fee=False, papers=()))
    assert holds(pdf, "Phí, lệ phí Nhà nước Chưa rõ; theo thông báo của cơ quan", "Chưa có danh mục được công bố")
    assert holds(slip(ORDER, None, COMMUNES.__getitem__), "thứ Tư 25/11/2026, buổi sáng Bưu tá")  # hours not given


def test_an_exemption_is_named_with_the_proof_to_show() -> None:
    half = ORDER.quote.model_copy(update={"percent_off": 50, "doubts": ("exemption_to_prove",)})
    pdf = made(order(quote=half), exemption="Hộ nghèo")
    assert holds(pdf, "Đã giảm 50% cước: Hộ nghèo.", "Cho bưu tá xem giấy tờ chứng minh")


def test_the_tracking_number_stands_on_it_once_there_is_one() -> None:
    assert holds(made(ORDER, "EH123456789VN"), "Số hiệu bưu gửi EH123456789VN")


def test_a_link_goes_into_the_qr_code_and_the_bar_code_stays() -> None:
    link = "https://noidai.example/don/ND261122-4F7KQ2?xem=duong-di-cua-ho-so"
    assert codes(made(ORDER, link=link))[0] == {"Code 128": ORDER.number, "QR Code": link}


def test_a_citizen_of_another_language_understands_what_is_signed() -> None:
    pdf = made(order(language="en", trial=True))
    assert holds(pdf, "May NOT: ask for an OTP or a password", "KHÔNG được: hỏi mã OTP")
    assert all("TRIAL – no real postman comes" in page.text for page in pages(pdf))
    assert holds(pdf, "2 Giấy chứng nhận kết hôn (bản sao chứng thực / certified copy) – 2 ☐ ☐")
    assert run_together(pdf).count(unspaced(ORDER.sender.name)) == 1


@pytest.mark.parametrize("name", ["🙂🙃", "王小明", "محمد", "N\u0000guyễn\u202e Thị\u200b", "👨‍👩‍👧 Lan", "𝓛𝓪𝓷", " "])
def test_letters_the_font_lacks_are_shown_to_be_missing(name: str) -> None:
    pdf = made(order(sender=Person(name=name, phone="+84912345678"), note=name))
    missing = UNPRINTABLE in printable(name)
    assert holds(pdf, printable(name))
    assert holds(pdf, f"Dấu {UNPRINTABLE} thay cho chữ không in được") == missing


@pytest.mark.parametrize(
    ("said", "shown"),
    [("Nguye\u0302\u0303n", "Nguyễn"), ("🙂 Lan", "■ Lan"), ("Ｌａｎ", "Lan"), ("a\n\tb\u200bc", "a bc"), ("❤️", "■")],
)
def test_what_can_be_printed_of_a_text(said: str, shown: str) -> None:
    assert printable(said) == shown


def test_texts_of_any_length_flow_on() -> None:
    wide = "W" * 5000
    pdf = made(
        order(papers=(PaperLine(name=wide, form=None, count=1, ready=True),), note="m" * 2000, procedure_name=wide)
    )
    assert run_together(pdf).count("m" * 2000) == 1
    assert run_together(pdf).count(wide[:LONGEST_NAME]) >= 2
    assert run_together(pdf).count("W") == 10000
    assert all(within_margins(box) for page in pages(pdf) for box in page.boxes)


def test_a_list_of_many_papers_has_its_head_on_every_page() -> None:
    many = tuple(PaperLine(name=f"Giấy tờ thứ {nth}", form="original", count=1, ready=False) for nth in range(1, 91))
    listed = [page.text for page in pages(made(order(papers=many))) if "Giấy tờ thứ" in page.text]
    assert len(listed) >= 3
    assert all("Bưu tá nhận" in text for text in listed)


def test_the_same_order_makes_the_same_bytes_whenever_it_is_asked_for() -> None:
    first = made(ORDER)
    with time_machine.travel(datetime(2031, 5, 4, tzinfo=UTC)):
        assert made(ORDER) == first
    utc = SUNDAY.replace(tzinfo=UTC) - timedelta(hours=7)
    assert made(order(ordered_at=utc)) == first
    assert made(order(note="khác")) != first


def test_the_file_tells_of_the_order_and_not_of_the_citizen() -> None:
    pdf = made(ORDER)
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        about = {key: value for key, value in document.get_metadata_dict().items() if value}
    assert about == {"Title": f"Phiếu gửi hồ sơ {ORDER.number}", "CreationDate": "D:20261122090500+07'00'"}
    assert b"/Lang (vi-VN)" in pdf
    assert file_name(ORDER.number) == "phieu-gui-ho-so-ND261122-4F7KQ2.pdf"


def test_nobody_waits_for_the_drawing_library_before_a_slip_is_made() -> None:
    asked = (
        "import sys, bot.papers.slip, bot.papers.calendar_entry as _; print({'fpdf', 'icalendar'} & sys.modules.keys())"
    )
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
