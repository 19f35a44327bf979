"""The portal's Word export: its sections and tables, renamed or missing ones, and files that are none."""

import io
import json
import os
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from procedures_catalog.files import CatalogueError
from procedures_catalog.importers import FORMATS
from procedures_catalog.importers.guess import guess
from procedures_catalog.importers.procedure import to_procedure
from procedures_catalog.importers.reading import Said
from procedures_catalog.importers.report import LeftOut, Summary
from procedures_catalog.importers.rows import read_rows
from procedures_catalog.layers import load_layer
from procedures_catalog.models import Procedure

MAY = Said(as_of=date(2026, 5, 4))
NOTHING = "Không có thông tin"
WAYS = ["Hình thức nộp", "Thời hạn giải quyết", "Phí, lệ phí", "Mô tả"]
PAPERS = ["Tên giấy tờ", "Mẫu đơn, tờ khai", "Số lượng"]
LAW = ["Số ký hiệu", "Trích yếu", "Ngày ban hành", "Cơ quan ban hành"]
SECTIONS: dict[str, Any] = {
    "Mã thủ tục": "9.000001",
    "Số quyết định": "7/QĐ-THU",
    "Tên thủ tục": "Xin giấy thử",
    "Cấp thực hiện": "Cấp Xã, Cấp Tỉnh",
    "Loại thủ tục": "Loại thử",
    "Lĩnh vực": "Lĩnh vực thử",
    "Trình tự thực hiện": ["", "Bước 1: mang giấy tới", "Hồ sơ: xếp theo thứ tự"],
    "Cách thức thực hiện": [
        "",
        [
            WAYS,
            ["Trực tiếp", "5 Ngày làm việc", "Lệ phí : 20.000 Đồng", ""],
            ["Dịch vụ bưu chính", "5 Ngày làm việc", "Lệ phí : 20.000 Đồng", ""],
        ],
    ],
    "Thành phần hồ sơ": [
        "",
        [PAPERS, ["Tờ đơn thử", "Mau 1.docx", "Bản chính: 1\nBản sao: 2"]],
        "Trường hợp làm lại",
        [PAPERS, ["Giấy cũ", "", "Bản chính: 1Bản sao: 0"]],
    ],
    "Đối tượng thực hiện": "Công dân Việt Nam, Cán bộ, công chức, viên chức, Doanh nghiệp",
    "Cơ quan thực hiện": "Nơi làm thử",
    "Cơ quan có thẩm quyền": NOTHING,
    "Địa chỉ tiếp nhận HS": "Quầy thử số 3",
    "Cơ quan được ủy quyền": NOTHING,
    "Cơ quan phối hợp": NOTHING,
    "Kết quả thực hiện": "Giấy thử",
    "Căn cứ pháp lý": ["", [LAW, ["1/2026/NĐ-CP", "Nghị định thử", "01-01-2026", "Chính phủ"]]],
    "Yêu cầu, điều kiện thực hiện": "Đủ tuổi",
    "Từ khóa": NOTHING,
    "Mô tả": NOTHING,
}


def written(sections: dict[str, Any] = SECTIONS, bold: bool = True, grid: bool = True, colon: str = ":") -> bytes:
    document = Document()
    document.add_paragraph("CHI TIẾT THỦ TỤC HÀNH CHÍNH")
    for label, content in sections.items():
        first, *rest = content if isinstance(content, list) else [content]
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{label}{colon}").bold = bold
        paragraph.add_run(f" {first}" if first else "")
        for block in rest:
            if isinstance(block, str):
                document.add_paragraph(block)
            else:
                add_table(document, block, grid)
    return saved(document)


def add_table(document: Any, rows: Sequence[Sequence[str]], grid: bool = True) -> Any:
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    if not grid:
        table._tbl.remove(table._tbl.tblGrid)  # as the portal writes it
    return table


def saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def brought_in(folder: Path, source: Path, said: Said = MAY) -> tuple[Summary, list[Procedure], list[Any]]:
    summary = FORMATS["word"](source, folder / "layer", folder / "report", said=said)
    assert summary.adds_up
    report = [json.loads(line) for line in (folder / "report").read_text("utf-8").splitlines()]
    return summary, load_layer(folder / "layer"), report


def imported(folder: Path, body: bytes, said: Said = MAY) -> tuple[Procedure, dict[str, str]]:
    """The only procedure, and the doubts with what they say."""
    (folder / "one.docx").write_bytes(body)
    _, (procedure,), report = brought_in(folder, folder / "one.docx", said)
    doubts = [one["doubt"] for one in report if "doubt" in one]
    assert {one["where"] for one in doubts} == {"one.docx"}
    return procedure, {one["kind"]: one["detail"] for one in doubts}


@pytest.mark.parametrize("grid", [True, False])
@pytest.mark.parametrize("bold", [True, False])
def test_the_export_becomes_a_procedure(tmp_path: Path, grid: bool, bold: bool) -> None:
    procedure, doubts = imported(tmp_path, written(grid=grid, bold=bold))
    assert (procedure.code, procedure.name, procedure.domain) == ("9.000001", "Xin giấy thử", "Lĩnh vực thử")
    assert (procedure.levels, procedure.applicants) == (("commune", "province"), ("citizen", "official", "enterprise"))
    assert (procedure.authority, procedure.hand_in, procedure.result) == ("Nơi làm thử", "Quầy thử số 3", ("Giấy thử",))
    assert [(fee.amount, fee.channels) for fee in procedure.fees] == [(20_000, ())]
    assert [(one.amount, one.channels) for one in procedure.durations] == [(5, ())]
    assert (procedure.postal.send.possible, procedure.online) == (True, False)
    papers = [(one.name, one.form, one.count) for one in procedure.documents or ()]
    assert papers == [("Tờ đơn thử", "original", 1), ("Tờ đơn thử", "copy", 2)]
    assert [(case.name, case.documents[0].name) for case in procedure.cases] == [("Trường hợp làm lại", "Giấy cũ")]
    assert [(one.document, one.name) for one in procedure.legal_basis] == [("1/2026/NĐ-CP", "Nghị định thử")]
    assert procedure.advice == ("Đủ tuổi",)
    assert (procedure.source.document, procedure.source.as_of) == ("7/QĐ-THU", date(2026, 5, 4))
    assert set(doubts) == {"scope_unknown"}


def test_headings_may_be_numbered_renamed_or_stand_in_a_table(tmp_path: Path) -> None:
    document = Document()
    rows = [["1. Mã TTHC", "9.000001"], ["2) Tên thủ tục hành chính:", "Xin giấy thử"], ["Lĩnh vực", "Lĩnh vực thử"]]
    add_table(document, rows)
    document.add_paragraph().add_run("a) Thành phần, số lượng hồ sơ").bold = True
    add_table(document, SECTIONS["Thành phần hồ sơ"][1])
    procedure, doubts = imported(tmp_path, saved(document))
    assert (procedure.name, procedure.domain, len(procedure.documents or ())) == ("Xin giấy thử", "Lĩnh vực thử", 2)
    assert doubts["heading_missing"] == "ket qua thuc hien"  # the last of them
    assert "no_decision_number" in doubts


def test_a_heading_nobody_knows_or_that_stands_twice_is_told(tmp_path: Path) -> None:
    sections = SECTIONS | {"Quy trình nội bộ": ["", "chữ"]}
    document = Document(io.BytesIO(written(sections)))
    document.add_paragraph().add_run("Lĩnh vực: khác").bold = True
    procedure, doubts = imported(tmp_path, saved(document))
    assert procedure.domain == "Lĩnh vực thử"
    assert (doubts["heading_not_known"], doubts["heading_twice"]) == ("Quy trình nội bộ:", "field")


def test_everyday_words_in_a_text_are_no_headings(tmp_path: Path) -> None:
    steps = ["", "Hồ sơ: nộp tại quầy", "Kết quả: nhận tại quầy", "Phí: nộp tại quầy", "Mô tả: như trên"]
    procedure, doubts = imported(tmp_path, written(SECTIONS | {"Trình tự thực hiện": steps}, bold=False))
    assert (procedure.result, len(procedure.documents or ())) == (("Giấy thử",), 2)
    assert "heading_twice" not in doubts


def test_ways_in_words_are_not_guessed(tmp_path: Path) -> None:
    procedure, doubts = imported(tmp_path, written(SECTIONS | {"Cách thức thực hiện": "Trực tiếp, không qua bưu điện"}))
    assert (procedure.postal.send.possible, procedure.online, procedure.fees) == (None, None, ())
    assert doubts["ways_not_a_table"] == "Trực tiếp, không qua bưu điện"


def test_cells_merged_downwards_hold_for_each_row(tmp_path: Path) -> None:
    document = Document(io.BytesIO(written({k: v for k, v in SECTIONS.items() if k != "Cách thức thực hiện"})))
    rows = [WAYS, ["Trực tiếp", "5 Ngày", "Phí : 1.000 Đồng", "gần"], ["", "9 Ngày", "Phí : 2.000 Đồng", "xa"]]
    table = add_table(document, rows)
    table.cell(1, 0).merge(table.cell(2, 0))
    procedure, _ = imported(tmp_path, saved(document))
    assert [(one.amount, one.note) for one in procedure.durations] == [(5, "gần"), (9, "xa")]
    assert procedure.postal.send.obstacle == "not_offered"


def test_a_quantity_that_is_missing_is_not_zero(tmp_path: Path) -> None:
    papers = ["", [PAPERS, ["Tờ đơn thử", "", ""], ["Giấy nói chuyện", "", "Bản chính: 0 Bản sao: 0"]]]
    procedure, _ = imported(tmp_path, written(SECTIONS | {"Thành phần hồ sơ": papers}))
    assert [(one.name, one.form) for one in procedure.documents or ()][:1] == [("Tờ đơn thử", None)]


def test_a_code_only_in_the_name_of_the_file_is_taken_and_told(tmp_path: Path) -> None:
    source = tmp_path / "9_000007.docx"
    source.write_bytes(written(SECTIONS | {"Mã thủ tục": NOTHING}))
    summary, (procedure,), _ = brought_in(tmp_path, source)
    assert (procedure.code, summary.doubts["code_from_file_name"]) == ("9.000007", 1)


def test_without_a_day_said_the_day_of_the_file_is_a_doubt(tmp_path: Path) -> None:
    source = tmp_path / "one.docx"
    source.write_bytes(written())
    os.utime(source, (1_767_225_600 + 43_200,) * 2)  # noon of 1 January 2026
    procedure, doubts = imported_again(tmp_path, source)
    assert (procedure.source.as_of, doubts["day_of_the_file"]) == (date(2026, 1, 1), "2026-01-01")


def imported_again(folder: Path, source: Path) -> tuple[Procedure, dict[str, str]]:
    _, (procedure,), report = brought_in(folder, source, Said())
    return procedure, {one["doubt"]["kind"]: one["doubt"]["detail"] for one in report if "doubt" in one}


def test_a_folder_and_a_zip_are_read_file_by_file(tmp_path: Path) -> None:
    folder, archive = tmp_path / "many", tmp_path / "many.zip"
    folder.mkdir()
    files = {
        "1.docx": written(),
        "2.doc": written(SECTIONS | {"Mã thủ tục": "9.000002"}),  # a .docx by content, as the portal names them
        "3.docx": b"PK\x03\x04 broken",
        "4.docx": written(),
        "~$1.docx": b"lock",
        "5.txt": b"-",
    }
    with zipfile.ZipFile(archive, "w") as packed:
        for name, body in files.items():
            (folder / name).write_bytes(body)
            packed.writestr(name, body)
    for source in (folder, archive):
        assert guess(source) == "word"
        summary, procedures, report = brought_in(tmp_path, source)
        assert [one.code for one in procedures] == ["9.000001", "9.000002"]
        assert dict(summary.left_out) == {"repeated_code": 1, "unreadable_file": 1}
        broken = next(one["left_out"] for one in report if one.get("left_out", {}).get("reason") == "unreadable_file")
        assert (broken["where"], broken["line"]) == ("3.docx", 3)
        assert "is not a Word document (.docx), or damaged" in broken["detail"]


def bomb(part: str = "word/document.xml") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(part, "w") as member:
        for _ in range(200):
            member.write(b" " * (1 << 20))
    return stream.getvalue()


def spoilt() -> bytes:
    """A document whose packed text is damaged, and its directory is not."""
    body = bytearray(written())
    start = body.index(b"word/document.xml") + len("word/document.xml")
    body[start : start + 40] = b"\xff" * 40
    return bytes(body)


def with_member(name: str, body: bytes) -> bytes:
    """A document one part of which is replaced."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written())) as old, zipfile.ZipFile(stream, "w") as new:
        for member in old.infolist():
            new.writestr(member, body if member.filename == name else old.read(member))
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
ENTITY = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d>&b;</d>'
BAD = {
    "a broken zip": (written()[:-400], "is not a Word document"),
    "a damaged part": (spoilt(), "is not a Word document .*, or damaged"),
    "a zip bomb": (bomb(), "unpacks to 200 MB; more than 100 MB are refused"),
    "a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "is protected by a password; save it without one"),
    "an old .doc": (OLE + "WordDocument".encode("utf-16-le"), r"is an old Word file \(\.doc\); save it as \.docx"),
    "RTF": (b"{\\rtf1 x}", "is RTF and not a Word document"),
    "HTML": (b"<html><body>x</body></html>", "is an HTML page"),
    "a PDF": (b"%PDF-1.7", "is PDF and not a Word document"),
    "entities": (with_member("word/document.xml", ENTITY), "has a document type in word/document.xml"),
    "no XML": (with_member("word/document.xml", b"<w:document"), "is not a Word document"),
    "another document": (written({"Kính gửi": "Ông thử"}), "has none of the headings"),
    "a malformed code": (
        written(SECTIONS | {"Mã thủ tục": "1.014955-Xoa"}),
        "malformed_code 1; first bad.docx: 1.014955-Xoa",
    ),
    "no name": (written(SECTIONS | {"Tên thủ tục": NOTHING}), "no_name 1"),
}


@pytest.mark.parametrize(("body", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_one_clear_message_and_the_old_layer_stays(tmp_path: Path, body: bytes, message: str) -> None:
    imported(tmp_path, written())
    before = (tmp_path / "layer").read_bytes(), (tmp_path / "report").read_bytes()
    source = tmp_path / "bad.docx"
    source.write_bytes(body)
    with pytest.raises(CatalogueError, match=message) as error:
        brought_in(tmp_path, source)
    assert len(error.value.faults) == 1
    assert error.value.faults[0].startswith(f"{source}:1: file: ")
    assert ((tmp_path / "layer").read_bytes(), (tmp_path / "report").read_bytes()) == before


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    folder.mkdir()
    with pytest.raises(CatalogueError, match=r"holds no Word document"):
        brought_in(tmp_path, folder)


CHANNELS = {"trực tiếp": "Trực tiếp", "trực tuyến": "Trực tuyến", "bưu chính": "Dịch vụ bưu chính"}
LEVELS = {"cấp bộ": "Cấp Bộ", "tỉnh": "Cấp Tỉnh", "xã": "Cấp Xã", "cơ quan khác": "Cơ quan khác"}


def as_sections(row: dict[str, Any]) -> dict[str, Any]:
    """A national row in the portal's own sections."""
    steps = (row["steps_text"] or NOTHING).split("\n")
    ways = [[CHANNELS[c["channel"]], c["duration_text"], c["fee_text"], c["description"]] for c in row["channels"]]
    papers: list[Any] = [""]
    for group in row["documents"]:
        papers += [group["case"]] if group["case"] else []
        papers.append(
            [PAPERS, *([d["name"], (d["form_file"] or "").replace(" ; ", "\n"), count(d)] for d in group["documents"])]
        )
    law = [[b["code"], b["name"], b.get("date"), b.get("issuer")] for b in row["legal_basis"]]
    return {
        "Mã thủ tục": row["code"],
        "Số quyết định": row["decision_no"] or NOTHING,
        "Tên thủ tục": row["name"],
        "Cấp thực hiện": ", ".join(LEVELS[one] for one in row["level"]) or NOTHING,
        "Loại thủ tục": row["procedure_type"] or NOTHING,
        "Lĩnh vực": row["field"] or NOTHING,
        "Trình tự thực hiện": ["", *steps],
        "Cách thức thực hiện": ["", [WAYS, *([cell or "" for cell in way] for way in ways)]],
        "Thành phần hồ sơ": papers,
        "Đối tượng thực hiện": ", ".join(row["applicants"]) or NOTHING,
        "Cơ quan thực hiện": row["agency"] or NOTHING,
        "Kết quả thực hiện": row["result"] or NOTHING,
        "Căn cứ pháp lý": ["", [LAW, *([cell or "" for cell in one] for one in law)]],
        "Yêu cầu, điều kiện thực hiện": (row["requirements_text"] or NOTHING).split("\n"),
        "Từ khóa": NOTHING,
        "Mô tả": NOTHING,
    }


def files(document: dict[str, Any]) -> str:
    return (document["form_file"] or "").replace(" ; ", "\n")


def count(document: dict[str, Any]) -> str:
    told = (("Bản chính", document["originals"]), ("Bản sao", document["copies"]))
    return "\n".join(f"{name}: {number}" for name, number in told if number is not None)


def test_the_national_rows_lose_nothing_on_the_way_through_word(tmp_path: Path) -> None:
    corpus = os.environ.get("NATIONAL_CORPUS")
    if not corpus:
        pytest.skip("NATIONAL_CORPUS names no file")
    folder = tmp_path / "many"
    folder.mkdir()
    rows = (dict(one) for one in read_rows(Path(corpus)) if not isinstance(one, LeftOut))
    exported = [one for one in rows if one["source_file"].endswith(".docx")][::15]
    for row in exported:
        (folder / f"{row['code']}.docx").write_bytes(written(as_sections(row), grid=False))
    _, procedures, _ = brought_in(tmp_path, folder)
    plain = {one["code"]: to_procedure(one)[0] for one in exported}
    same = {"issued_by": None, "scope": "national", "source": procedures[0].source}  # what the export does not say
    assert len(procedures) == len(exported) > 50
    assert [
        one.code for one in procedures if one.model_copy(update=same) != plain[one.code].model_copy(update=same)
    ] == []
