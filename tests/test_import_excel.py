"""Official lists: heads found by words, merged cells, headings between the rows, marks; CSV and YAML; bad workbooks."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from procedures_catalog.files import CatalogueError
from procedures_catalog.importers import FORMATS
from procedures_catalog.importers.columns import key_of
from procedures_catalog.importers.guess import guess
from procedures_catalog.importers.list_cells import as_code, law, levels, yes_or_no
from procedures_catalog.importers.official_list import is_end
from procedures_catalog.importers.procedure import to_procedure
from procedures_catalog.importers.reading import Said
from procedures_catalog.importers.report import LeftOut, Summary
from procedures_catalog.importers.rows import read_rows
from procedures_catalog.layers import load_layer
from procedures_catalog.models import Procedure

TITLE = "DANH MỤC THỦ TỤC HÀNH CHÍNH (kèm theo Quyết định số 12/QĐ-UBND ngày 05 tháng 8 năm 2026)"
HEAD = ["STT", "Mã TTHC", "Tên TTHC", "Lĩnh vực", "Cơ quan thực hiện", "Thời hạn giải quyết", "Phí, lệ phí"]
ROW = [1, "9.000001", "Xin giấy thử", "Lĩnh vực thử", "Sở Thử", "05 ngày làm việc", "20.000 đồng"]
Shape = Callable[[Any], None]


def as_is(sheet: Any) -> None:
    """Nothing to merge or format."""


def workbook(*rows: list[Any], shape: Shape = as_is) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Cấp xã"
    for row in rows:
        sheet.append(row)
    shape(sheet)
    return saved(book)


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def brought_in(folder: Path, source: Path, said: Said) -> tuple[Summary, list[Procedure], list[Any]]:
    summary = FORMATS[guess(source)](source, folder / "layer", folder / "report", said=said)
    assert summary.adds_up
    report = [json.loads(line) for line in (folder / "report").read_text("utf-8").splitlines()]
    return summary, load_layer(folder / "layer"), report


def imported(folder: Path, body: bytes | str, name: str = "list.xlsx", said: Said | None = None) -> Any:
    """The procedures, the doubts as (kind, where), and the rows left out as (reason, where)."""
    source = folder / name
    source.write_bytes(body.encode() if isinstance(body, str) else body)
    _, procedures, report = brought_in(folder, source, said or Said(as_of=date(2026, 9, 1)))
    doubts = [(one["doubt"]["kind"], one["doubt"]["where"]) for one in report if "doubt" in one]
    left_out = [(one["left_out"]["reason"], one["left_out"]["where"]) for one in report if "left_out" in one]
    told = [(kind, where) for kind, where in doubts if kind not in ("no_detail", "scope_unknown")]
    return procedures, told, left_out


def test_a_list_tells_what_it_can(tmp_path: Path) -> None:
    (procedure,), doubts, _ = imported(tmp_path, workbook([TITLE], [], HEAD, ROW), said=Said())
    assert (procedure.code, procedure.name, procedure.domain) == ("9.000001", "Xin giấy thử", "Lĩnh vực thử")
    assert (procedure.authority, procedure.documents) == ("Sở Thử", None)
    assert [(one.amount, one.unit, one.channels) for one in procedure.durations] == [(5, "working_day", ())]
    assert [(one.amount, one.channels) for one in procedure.fees] == [(20_000, ())]
    assert (procedure.postal.send.possible, procedure.postal.back.possible, procedure.online) == (None, None, None)
    assert (procedure.source.document, procedure.source.as_of) == ("12/QĐ-UBND", date(2026, 8, 5))
    assert doubts == [("fee_kind_guessed", "list.xlsx:Cấp xã!B4")]


@pytest.mark.parametrize("above", [0, 7, 19])
def test_the_head_may_stand_in_any_of_the_first_twenty_rows(tmp_path: Path, above: int) -> None:
    procedures, _, _ = imported(tmp_path, workbook(*[["chữ", "khác", "nữa"]] * above, HEAD, ROW))
    assert [one.code for one in procedures] == ["9.000001"]


def test_a_head_further_down_is_not_looked_for(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="has no row among the first 20 with a column for the code"):
        imported(tmp_path, workbook(*[["chữ"]] * 20, HEAD, ROW))


@pytest.mark.parametrize(
    ("head", "key"),
    [
        ("Mã số TTHC", "code"),
        ("MÃ THỦ TỤC\nHÀNH CHÍNH", "code"),
        ("Mã số", "code"),
        ("Tên thủ tục hành chính", "name"),
        ("Thủ tục hành chính", "name"),
        ("Tên cơ quan thực hiện", "authority"),
        ("Cơ quan/Cấp thực hiện", "authority"),
        ("Cấp thực hiện", "level"),
        ("Cơ quan tiếp nhận", "hand_in"),
        ("Địa điểm, cách thức thực hiện", "hand_in"),
        ("Phí, lệ phí (nếu có)", "fee"),
        ("Thời gian giải quyết (ngày)", "duration"),
        ("Căn cứ pháp lý", "law"),
        ("Tiếp nhận hồ sơ qua BCCI", "send"),
        ("Nộp qua bưu điện", "send"),
        ("Trả kết quả qua dịch vụ bưu chính", "back"),
        ("Tiếp nhận và trả kết quả qua dịch vụ BCCI", "post"),
        ("BCCI", "post"),
        ("Dịch vụ công trực tuyến toàn trình", "online"),
        ("TT", "number"),
        ("Ghi chú", None),
    ],
)
def test_a_column_is_known_by_its_words(head: str, key: str | None) -> None:
    assert key_of(head) == key


def test_the_post_has_two_columns_under_one_head(tmp_path: Path) -> None:
    def shape(sheet: Any) -> None:
        sheet.merge_cells("C1:D1")
        for column in "AB":
            sheet.merge_cells(f"{column}1:{column}2")

    rows = [
        ["Mã TTHC", "Tên TTHC", "Thực hiện qua BCCI", None],
        [None, None, "Tiếp nhận hồ sơ", "Trả kết quả"],
        ["(1)", "(2)", "(3)", "(4)"],
        ["9.000001", "Một", "x", "không"],
        ["9.000002", "Hai", None, "Có"],
        ["9.000003", "Ba", "-", "xem sau"],
    ]
    procedures, doubts, _ = imported(tmp_path, workbook(*rows, shape=shape))
    told = [(one.postal.send.possible, one.postal.back.possible) for one in procedures]
    assert told == [(True, False), (None, True), (None, None)]
    assert procedures[0].postal.back.obstacle == "not_offered"
    assert doubts == [("mark_not_understood", "list.xlsx:Cấp xã!D6")]


def test_one_mark_for_both_ways_is_a_doubt(tmp_path: Path) -> None:
    rows = [["Mã TTHC", "Tên", "BCCI"], ["9.000001", "Một", "X"]]
    (procedure,), doubts, _ = imported(tmp_path, workbook(*rows))
    assert (procedure.postal.send.possible, procedure.postal.back.possible) == (True, True)
    assert doubts == [("one_mark_for_both_ways", "list.xlsx:Cấp xã!C2")]


def test_headings_between_the_rows_name_field_and_level(tmp_path: Path) -> None:
    def shape(sheet: Any) -> None:
        sheet.merge_cells("A2:C2")

    rows = [
        ["STT", "Mã TTHC", "Tên TTHC"],
        ["A. THỦ TỤC HÀNH CHÍNH CẤP TỈNH"],
        ["I", None, "LĨNH VỰC HỘ TỊCH"],
        [1, "9.000001", "Một"],
        ["II", "Lĩnh vực: Đất đai"],
        [1, "9.000002", "Hai"],
        ["B", None, "Thủ tục hành chính thuộc thẩm quyền của UBND cấp xã"],
        [1, None, "Công chứng"],
        [1, "9.000003", "Ba"],
        [None, None, "Tổng cộng: 3 thủ tục"],
    ]
    procedures, doubts, left_out = imported(tmp_path, workbook(*rows, shape=shape))
    told = [(one.levels, one.domain) for one in procedures]
    assert told == [(("province",), "Hộ tịch"), (("province",), "Đất đai"), (("commune",), "Công chứng")]
    assert doubts == [("row_taken_as_heading", "list.xlsx:Cấp xã!A8")]
    assert left_out == []


def test_what_a_decision_abolishes_is_left_out(tmp_path: Path) -> None:
    rows = [
        ["STT", "Mã TTHC", "Tên TTHC"],
        ["A", None, "Danh mục TTHC mới ban hành, bị bãi bỏ"],
        [1, "9.000001", "Một"],
        ["B", None, "Danh mục TTHC bị bãi bỏ"],
        ["I", None, "Lĩnh vực thử"],
        [1, "9.000002", "Hai"],
    ]
    procedures, _, left_out = imported(tmp_path, workbook(*rows))
    assert [one.code for one in procedures] == ["9.000001"]
    assert left_out == [("not_in_force", "list.xlsx:Cấp xã!B6")]
    assert is_end("THỦ TỤC BÃI BỎ")


def test_merged_cells_hold_for_each_row_and_blank_ones_for_none(tmp_path: Path) -> None:
    def shape(sheet: Any) -> None:
        sheet.merge_cells("C2:C3")

    rows = [["Mã TTHC", "Tên TTHC", "Lĩnh vực"], ["9.000001", "Một", "Thử"], ["9.000002", "Hai"], ["9.000003", "Ba"]]
    procedures, _, _ = imported(tmp_path, workbook(*rows, shape=shape))
    assert [one.domain for one in procedures] == ["Thử", "Thử", None]


def test_every_sheet_with_a_head_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name, row in (("Tỉnh", ROW), ("Xã", [1, "9.000002", "Hai"]), ("Ẩn", [1, "9.000003", "Ba"])):
        sheet = book.create_sheet(name)
        sheet.append(HEAD)
        sheet.append(row)
    book["Ẩn"].sheet_state = "hidden"
    book["Sheet"].append(["Chỉ là bìa"])
    procedures, doubts, _ = imported(tmp_path, saved(book))
    assert [one.code for one in procedures] == ["9.000001", "9.000002"]
    assert doubts[:2] == [("sheet_hidden_not_read", "list.xlsx:Ẩn"), ("sheet_without_a_list", "list.xlsx:Sheet!A1")]


def test_a_level_may_be_a_text_or_a_mark(tmp_path: Path) -> None:
    rows = [["Mã", "Tên", "Cấp tỉnh", "Cấp xã"], ["9.000001", "Một", None, "x"], ["9.000002", "Hai", "x", "x"]]
    assert [one.levels for one in imported(tmp_path, workbook(*rows))[0]] == [("commune",), ("province", "commune")]
    rows = [["Mã", "Tên", "Cấp thực hiện"], ["9.000001", "Một", "Tỉnh/Xã"], ["9.000002", "Hai", "Cơ quan khác"]]
    assert [one.levels for one in imported(tmp_path, workbook(*rows))[0]] == [("province", "commune"), ("other",)]
    assert levels("UBND cấp xã trên địa bàn tỉnh") == ["xã"]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("50.000 đồng/hồ sơ", [(50_000, None, ())]),
        (50000, [(50_000, None, ())]),
        ("Không", [(0, None, ())]),
        ("0 đồng", [(0, None, ())]),
        (0, []),
        ("0", []),
        ("Theo Nghị quyết của HĐND tỉnh", [(None, "set_by_province", ())]),
        (
            "- Trực tiếp: 40.000 đồng\n- Trực tuyến: 20.000 đồng",
            [(40_000, None, ("direct",)), (20_000, None, ("online",))],
        ),
        (None, []),
    ],
)
def test_a_fee_is_read_and_a_bare_zero_is_not_free(tmp_path: Path, cell: Any, told: Any) -> None:
    (procedure,), _, _ = imported(tmp_path, workbook(["Mã", "Tên", "Phí"], ["9.000001", "Một", cell]))
    assert [(fee.amount, fee.unknown, fee.channels) for fee in procedure.fees] == told


def test_a_bare_time_has_the_unit_of_its_column(tmp_path: Path) -> None:
    rows = [
        ["Mã", "Tên", "Thời hạn giải quyết (ngày làm việc)"],
        ["9.000001", "Một", 7],
        ["9.000002", "Hai", "3 tháng"],
    ]
    procedures, _, _ = imported(tmp_path, workbook(*rows))
    assert [(one.durations[0].amount, one.durations[0].unit) for one in procedures] == [
        (7, "working_day"),
        (3, "month"),
    ]


def test_laws_are_told_apart() -> None:
    assert law("- Luật Thử số 60/2014/QH13;\nQuy chế thử; 1/2026/NĐ-CP") == [
        {"code": "60/2014/QH13", "name": "Luật Thử số 60/2014/QH13"},
        {"code": None, "name": "Quy chế thử"},
        {"code": "1/2026/NĐ-CP", "name": None},
    ]


def test_a_code_that_excel_made_a_number_comes_back(tmp_path: Path) -> None:
    rows = [["Mã", "Tên"], [1.01003, "Một"], [1.0133611, "Hai"], ["1.014955-Xoa", "Ba"], ["2.009182739", "Bốn"]]
    procedures, doubts, left_out = imported(tmp_path, workbook(*rows, ["1.01003", "Năm"]))
    assert [one.code for one in procedures] == ["1.010030"]
    assert ("code_from_number", "list.xlsx:Cấp xã!A2") in doubts
    assert left_out == [("malformed_code", f"list.xlsx:Cấp xã!A{line}") for line in (3, 4, 5, 6)]
    assert (as_code(1.01003), as_code(1.0133611)) == ("1.010030", "1.0133611")


def test_a_repeated_code_or_a_missing_one_is_left_out_with_its_cell(tmp_path: Path) -> None:
    rows = [[1, "9.000001", "Lại", "F", "S"], [2, None, "Không mã", "F", "S"], [3, "9.000003", None, "F", "S"]]
    procedures, _, left_out = imported(tmp_path, workbook(HEAD, ROW, *rows, HEAD))
    assert [one.name for one in procedures] == ["Xin giấy thử"]
    assert [reason for reason, _ in left_out] == ["repeated_code", "no_code", "no_name"]
    assert left_out[0][1] == "list.xlsx:Cấp xã!B3"


def test_a_formula_without_a_value_and_an_error_are_not_read(tmp_path: Path) -> None:
    rows = [["Mã", "Tên", "Phí"], ["9.000001", "Một", "=10000*2"], ["9.000002", "Hai", "#REF!"]]
    procedures, doubts, _ = imported(tmp_path, workbook(*rows))
    assert [one.fees for one in procedures] == [(), ()]
    assert doubts == [("cell_not_read", "list.xlsx:Cấp xã!C2"), ("cell_not_read", "list.xlsx:Cấp xã!C3")]


def test_a_formula_gives_what_was_calculated_last(tmp_path: Path) -> None:
    body = with_sheet(workbook(["Mã", "Tên", "Phí"], ["9.000001", "Một", "=10000*2"]), b"<v></v>", b"<v>20000</v>")
    (procedure,), doubts, _ = imported(tmp_path, body)
    assert [fee.amount for fee in procedure.fees] == [20_000]
    assert ("cell_not_read", "list.xlsx:Cấp xã!C2") not in doubts


def with_sheet(body: bytes, old: bytes, new: bytes, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """The workbook with some bytes of a part replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as source, zipfile.ZipFile(stream, "w") as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == part:
                content = re.sub(rb"<v ?/>", b"<v></v>", content)
                assert old in content
                content = content.replace(old, new, 1)
            target.writestr(member, content)
    return stream.getvalue()


def test_a_sheet_that_lies_about_its_size_is_read_whole(tmp_path: Path) -> None:
    body = workbook(HEAD, ROW, [2, "9.000002", "Hai"])
    procedures, _, _ = imported(tmp_path, with_sheet(body, b'<dimension ref="A1:G3"', b'<dimension ref="A1"'))
    assert len(procedures) == 2


def test_a_sheet_formatted_to_its_end_is_read_in_no_time(tmp_path: Path) -> None:
    def shape(sheet: Any) -> None:
        sheet.cell(1_048_576, 2).value = "cuối"

    body = workbook(["Mã", "Tên"], ["9.000001", "Một"], shape=shape)
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="D1:XFD1048576"/></mergeCells>'
    procedures, _, _ = imported(tmp_path, with_sheet(body, b"</sheetData>", merged))
    assert [one.code for one in procedures] == ["9.000001"]


def test_marks_are_yes_no_or_nothing() -> None:
    told: list[str] = []
    assert {yes_or_no(one, told.append) for one in ("x", "Có", "✓", True)} == {True}
    assert {yes_or_no(one, told.append) for one in ("Không", "k", False)} == {False}
    assert {yes_or_no(one, told.append) for one in ("", None, " - ", "một phần", 1)} == {None}
    assert told == ["một phần", "1"]


CSV = "Mã TTHC;Tên TTHC;Qua BCCI: tiếp nhận;Qua BCCI: trả kết quả\n9.000001;Một;x;không\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_file_is_a_list_too(tmp_path: Path, encoding: str) -> None:
    (procedure,), _, _ = imported(tmp_path, CSV.encode(encoding), "list.csv")
    assert (procedure.postal.send.possible, procedure.postal.back.possible) == (True, False)
    assert procedure.source.document == "list.csv"


def test_a_formula_in_a_csv_file_is_not_read(tmp_path: Path) -> None:
    (procedure,), doubts, _ = imported(tmp_path, "code,name,fee\n9.000001,Một,=1+1\n", "list.csv")
    assert (procedure.fees, doubts) == ((), [("cell_not_read", "list.csv:2")])


YAML = """
decision: 12/QĐ-UBND
as_of: 2026-08-05
procedures:
  - {code: "9.000001", name: Một, send: true, back: false}
  - code: "9.000002"
    name: Hai
    fee: 30.000 đồng
"""


def test_a_yaml_list_is_a_list_too(tmp_path: Path) -> None:
    procedures, doubts, _ = imported(tmp_path, YAML, "list.yaml", Said())
    assert [(one.postal.send.possible, one.postal.back.possible) for one in procedures] == [(True, False), (None, None)]
    assert (procedures[1].fees[0].amount, procedures[0].source.document) == (30_000, "12/QĐ-UBND")
    assert procedures[0].source.as_of == date(2026, 8, 5)
    assert doubts == [("fee_kind_guessed", "list.yaml:6")]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
GOOD = workbook(HEAD, ROW)
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><worksheet'


def bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (200 << 20))
    return stream.getvalue()


BAD = {
    "a broken zip": ("x.xlsx", GOOD[:-300], r"x\.xlsx:1: file: is not .*, or damaged"),
    "a broken part": ("x.xlsx", with_sheet(GOOD, b"</sheetData>", b""), "is not an Excel workbook .*, or damaged"),
    "a zip bomb": ("x.xlsx", bomb(), "unpacks to 200 MB; more than 100 MB are refused"),
    "entities": (
        "x.xlsx",
        with_sheet(GOOD, b"<worksheet", ENTITIES),
        "has a document type in xl/worksheets/sheet1.xml",
    ),
    "a password": ("x.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "is protected by a password"),
    "an old .xls": (
        "x.xlsx",
        OLE + "Workbook".encode("utf-16-le"),
        r"is an old Excel file \(\.xls\); save it as \.xlsx",
    ),
    "HTML": ("x.xlsx", b"<html><table></table></html>", "is an HTML page"),
    "no head": (
        "x.xlsx",
        workbook(["Tên", "Tuổi", "Nơi ở"], ["A", 1, "B"]),
        r"a row there shows: Tên \| Tuổi \| Nơi ở",
    ),
    "no code": ("x.xlsx", workbook(["STT", "Tên TTHC", "Phí"], [1, "Một", 5]), r"column for the code \(Mã TTHC\)"),
    "no row": ("x.xlsx", workbook(HEAD), r"no procedure could be taken \(no row\)"),
    "only bad codes": ("x.xlsx", workbook(HEAD, [1, "1.0133611", "Một"]), r"first x.xlsx:Cấp xã!B2: 1.0133611"),
    "an empty sheet": ("x.xlsx", workbook(), "has no row among the first 20"),
    "an encoding": ("x.csv", "Mã,Tên\n9.000001,là\n".encode("cp1258", "replace"), r"x\.csv:1: file: is not UTF-8"),
    "no CSV": ("x.csv", b'code,name\n9.000001,"' + b"x" * 200_000, r"x\.csv:2: file: is not CSV: field larger"),
    "no YAML": ("x.yaml", b"procedures: [", r"x\.yaml:\d: file: not YAML"),
    "a list as a key": ("x.yaml", b"procedures:\n- {[a]: 1}", "has a key that is no text"),
    "no list": ("x.yaml", b"a: 1", r"is neither a list of procedures"),
    "references": ("x.yaml", b"a: &a [1]\nprocedures: [*a]", "has references"),
}


@pytest.mark.parametrize(("name", "body", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_one_clear_message_and_the_old_layer_stays(
    tmp_path: Path, name: str, body: bytes, message: str
) -> None:
    imported(tmp_path, GOOD)
    before = (tmp_path / "layer").read_bytes(), (tmp_path / "report").read_bytes()
    with pytest.raises(CatalogueError, match=message) as error:
        imported(tmp_path, body, name)
    assert len(error.value.faults) == 1
    assert error.value.faults[0].startswith(f"{tmp_path / name}:")
    assert ((tmp_path / "layer").read_bytes(), (tmp_path / "report").read_bytes()) == before


def test_starting_the_bot_loads_none_of_the_libraries() -> None:
    loaded = "import bot.commands, sys; print(*sorted({'openpyxl', 'docx', 'lxml'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_national_rows_lose_nothing_a_list_can_say(tmp_path: Path) -> None:
    corpus = os.environ.get("NATIONAL_CORPUS")
    if not corpus:
        pytest.skip("NATIONAL_CORPUS names no file")
    rows = {one["code"]: dict(one) for one in read_rows(Path(corpus)) if not isinstance(one, LeftOut)}
    head = [
        "Mã TTHC",
        "Tên TTHC",
        "Lĩnh vực",
        "Cơ quan thực hiện",
        "Cấp thực hiện",
        "Thời hạn",
        "Phí",
        "Căn cứ pháp lý",
    ]
    procedures, _, _ = imported(tmp_path, workbook(head, *map(as_cells, rows.values())))
    assert len(procedures) == len(rows) > 5_000
    assert [
        one.code for one in procedures if listed(one) != listed(to_procedure(only_first_way(rows[one.code]))[0])
    ] == []


def as_cells(row: dict[str, Any]) -> list[str | None]:
    way = row["channels"][0] if row["channels"] else {}
    cells = [row["code"], row["name"], row["field"], row["agency"], ", ".join(row["level"])]
    cells += [way.get("duration_text"), way.get("fee_text"), "\n".join(numbers(row))]
    return [re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", cell) if cell else None for cell in cells]


def numbers(row: dict[str, Any]) -> list[str]:
    return [one["code"] for one in row["legal_basis"] if one["code"] and " " not in one["code"]]


def only_first_way(row: dict[str, Any]) -> dict[str, Any]:
    """What of the row a line of a list can hold."""
    ways = [{key: one[key] for key in ("duration_text", "fee_text")} for one in row["channels"][:1]]
    law = [{"code": code, "name": None} for code in numbers(row)]
    return {**row, "channels": ways, "legal_basis": law, "steps_text": None, "parse_flags": []}


def listed(one: Procedure) -> tuple[Any, ...]:
    return (one.name, one.domain, one.authority, one.levels, one.durations, one.fees, one.legal_basis)
