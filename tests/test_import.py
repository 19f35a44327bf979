"""The national JSON Lines brought in as a layer: every trap told, no row lost, no half file read."""

import gzip
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures_catalog.files import CatalogueError
from procedures_catalog.importers import FORMATS
from procedures_catalog.importers.law import read_legal_basis
from procedures_catalog.importers.national_jsonl import run, to_procedure
from procedures_catalog.importers.papers import clean
from procedures_catalog.importers.report import Doubt, LeftOut, Summary
from procedures_catalog.importers.rows import read_rows
from procedures_catalog.layers import SealedLayer, load_layer, write_layer
from procedures_catalog.models import LegalBasis, Procedure

ANY_ROW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first draw builds its tables
ROWS = Path(__file__).parent / "data" / "import" / "rows.jsonl"
NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)


def row(**said: Any) -> dict[str, Any]:
    return {"code": "9.000001", "name": "Xin giấy thử", "scope": "national", "crawl_date": "2026-07-18"} | said


def read(**said: Any) -> tuple[Procedure, list[str]]:
    procedure, doubts = to_procedure(row(decision_no="7/QĐ-THU") | said)
    return procedure, [doubt.kind for doubt in doubts]


def way(channel: str, duration: str | None = None, fee: str | None = None, about: str | None = None) -> dict[str, Any]:
    return {"channel": channel, "duration_text": duration, "fee_text": fee, "description": about}


def paper(name: str | None, originals: Any = 1, copies: Any = 0, form_file: str | None = None) -> dict[str, Any]:
    return {"name": name, "originals": originals, "copies": copies, "form_file": form_file}


def papers(*rows: dict[str, Any], case: str | None = None) -> list[dict[str, Any]]:
    return [{"case": case, "documents": list(rows)}]


def imported(folder: Path, source: Path = ROWS) -> tuple[Summary, list[Procedure], list[dict[str, Any]]]:
    summary = run(source, folder / "layer.jsonl", folder / "report.jsonl", imported_at=NOON)
    report = [json.loads(line) for line in (folder / "report.jsonl").read_text("utf-8").splitlines()]
    return summary, load_layer(folder / "layer.jsonl"), report


def test_every_row_is_taken_or_left_out_with_line_and_reason(tmp_path: Path) -> None:
    summary, procedures, report = imported(tmp_path)
    assert [one.code for one in procedures] == ["9.000001", "9.000002", "9.000003", "9.000006"]
    assert summary.adds_up
    assert (summary.rows_read, summary.taken) == (11, 4)
    left_out = {(one["left_out"]["line"], one["left_out"]["reason"]) for one in report if "left_out" in one}
    assert left_out == {
        (4, "not_in_force"),
        (5, "repeated_code"),
        (6, "malformed_code"),
        (7, "no_name"),
        (8, "no_code"),
        (9, "malformed_line"),
        (10, "malformed_line"),
    }


def test_unknown_keys_are_tolerated_and_listed_once(tmp_path: Path) -> None:
    summary, _, report = imported(tmp_path)
    assert summary.unknown_keys == {"la": 1}
    assert report[0]["summary"]["unknown_keys"] == {"la": 1}


def test_the_report_counts_each_doubt_it_lists(tmp_path: Path) -> None:
    summary, _, report = imported(tmp_path)
    kinds = [one["doubt"]["kind"] for one in report if "doubt" in one]
    assert {kind: kinds.count(kind) for kind in kinds} == summary.doubts
    assert summary.doubted_procedures == len({one["doubt"]["code"] for one in report if "doubt" in one})


def test_a_packed_file_reads_like_a_plain_one_whatever_its_name(tmp_path: Path) -> None:
    packed = tmp_path / "rows.txt"
    packed.write_bytes(gzip.compress(ROWS.read_bytes()))
    assert list(read_rows(packed)) == list(read_rows(ROWS))


def test_a_file_cut_off_in_the_middle_is_one_clear_error(tmp_path: Path) -> None:
    cut = tmp_path / "rows.gz"
    cut.write_bytes(gzip.compress(ROWS.read_bytes())[:-40])
    with pytest.raises(CatalogueError, match=r"rows\.gz:\d+: file: cannot be read"):
        imported(tmp_path, cut)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.gz"]


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="file: cannot be read: No such file"):
        imported(tmp_path, tmp_path / "none.jsonl")


def test_lines_that_are_no_text_or_no_row_are_left_out(tmp_path: Path) -> None:
    broken = tmp_path / "rows.jsonl"
    broken.write_bytes(b"\xff\xfe\n" + b"[" * 100_000 + b"\n" + b'{"code": "9.000001", "name": "\\ud800"}\n')
    left_out = [one for one in read_rows(broken) if isinstance(one, LeftOut)]
    assert [(one.line, one.reason) for one in left_out] == [(1, "malformed_line"), (2, "malformed_line")]
    assert imported(tmp_path, broken)[0].taken == 1


def test_progress_ends_at_the_total(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    run(ROWS, tmp_path / "layer", tmp_path / "report", lambda done, total: seen.append((done, total)))
    assert seen == [(done, 11) for done in range(1, 12)]


def test_the_format_is_known_by_name(tmp_path: Path) -> None:
    summary = FORMATS["national-jsonl"](ROWS, tmp_path / "layer", tmp_path / "report", lambda done, total: None)
    assert summary.taken == 4


def test_a_row_becomes_a_procedure(tmp_path: Path) -> None:
    _, procedures, _ = imported(tmp_path)
    procedure = procedures[2]
    assert procedure.levels == ("commune", "province")
    assert (procedure.domain, procedure.issued_by, procedure.authority) == ("Lĩnh vực thử", "Bộ Thử", "Nơi làm thử")
    assert procedure.applicants == ("citizen",)
    assert procedure.result == ("Giấy thử", "Sổ thử")
    assert procedure.online is True
    assert (procedure.source.document, procedure.source.as_of) == ("7/QĐ-THU", date(2026, 7, 18))
    assert [(fee.amount, fee.channels) for fee in procedure.fees] == [(10_000, ())]
    assert [(one.amount, one.channels) for one in procedure.durations] == [(5, ("direct", "post")), (3, ("online",))]
    assert [(one.name, one.form, one.count) for one in procedure.documents or ()] == [
        ("Tờ đơn thử", "original", 1),
        ("Tờ đơn thử", "copy", 2),
        ("Giấy chứng nhận thử", None, 1),
        ("Ảnh thử", None, 1),
    ]
    assert [(case.name, case.documents[0].name, case.note) for case in procedure.cases] == [
        ("Trường hợp làm lại", "Giấy cũ", "Giấy bị mất thì chỉ cần khai")
    ]
    assert procedure.advice == ("Người nhờ đi thay thì phải mang giấy nhờ", "Giấy tờ phải rõ chữ", "Đủ mười tám tuổi.")


def test_plain_texts_stand_for_lists() -> None:
    procedure, doubts = read(
        level="cấp bộ, tỉnh", applicants="Công dân Việt Nam, Tổ chức (không bao gồm doanh nghiệp, HTX)", keywords=["x"]
    )
    assert procedure.levels == ("ministry", "province")
    assert procedure.applicants == ("citizen", "organisation")
    assert doubts == []


def test_no_detail_means_nothing_is_known() -> None:
    procedure, doubts = read(detail="list", decision_no=None)
    assert (procedure.documents, procedure.fees, procedure.durations, procedure.online) == (None, (), (), None)
    assert (procedure.postal.send.possible, procedure.postal.back.possible) == (None, None)
    assert procedure.source.document == "Cổng Dịch vụ công quốc gia"
    assert doubts == ["no_detail"]


def test_parsing_flags_of_the_crawl_are_doubts() -> None:
    assert read(parse_flags=["qty_glued", "duration_without_unit"])[1] == ["flag_qty_glued"]


def test_a_district_named_anywhere_is_a_doubt() -> None:
    assert read(agency="Ủy ban nhân dân huyện")[1] == ["old_level_named"]
    assert read(level=["huyện", "xã"])[1] == ["old_level_named"]
    assert read(documents=papers(paper("Giấy của quận")))[1] == ["old_level_named"]


def test_labels_without_a_place_here_are_doubts() -> None:
    assert read(level=["cấp trời"], applicants=["nhóm 1"])[1] == ["level_not_mapped", "applicant_not_mapped"]


def test_a_row_without_scope_or_date_says_so() -> None:
    procedure, doubts = to_procedure({"code": "9.000001", "name": "Thử"})
    assert (procedure.scope, procedure.source.as_of) == ("national", date.min)
    assert [doubt.kind for doubt in doubts] == ["scope_unknown", "no_decision_number", "no_date"]


def test_a_remark_is_no_paper() -> None:
    procedure, doubts = read(documents=papers(paper("Tờ đơn"), paper("Giấy tờ phải còn hạn.", 0, 0)))
    assert [one.name for one in procedure.documents or ()] == ["Tờ đơn"]
    assert procedure.advice == ("Giấy tờ phải còn hạn",)
    assert doubts == ["document_is_a_remark"]


def test_a_remark_too_long_is_left_out_and_counted() -> None:
    procedure, doubts = read(documents=papers(paper("Tờ đơn"), paper("Người nộp phải nhớ " * 30, 0, 0)))
    assert procedure.advice == ()
    assert doubts == ["document_is_a_remark", "remark_too_long_left_out"]


def test_a_note_of_a_case_is_shortened_and_counted() -> None:
    procedure, doubts = read(documents=papers(paper("Tờ đơn"), paper("Người nộp phải nhớ " * 60, 0, 0), case="Làm mới"))
    assert (procedure.cases[0].note or "").endswith("…")
    assert doubts == ["document_is_a_remark", "case_note_shortened"]


@pytest.mark.parametrize("name", ["Hóa đơn thử", "Bảng thử: 01 bản chụp", "Danh sách người thử (nếu có)"])
def test_a_paper_whose_quantity_was_lost_stays_a_paper(name: str) -> None:
    procedure, doubts = read(documents=papers(paper(name, 0, 0)))
    assert [(one.name, one.form) for one in procedure.documents or ()] == [(name, None)]
    assert doubts == ["document_without_count"]


def test_a_paper_with_a_form_stays_a_paper_without_quantity() -> None:
    procedure, _ = read(documents=papers(paper("Theo mẫu", 0, 0, "Mau 3.doc")))
    template = (procedure.documents or ())[0].template
    assert template is not None
    assert (template.name, template.file) == ("Mau 3", "Mau 3.doc")


def test_a_heading_with_a_condition_is_noted_on_the_papers_below_it() -> None:
    rows = (
        paper("Đơn"),
        paper("1. Đối với người ở xa:", 0, 0),
        paper("Thư"),
        paper("2. Hồ sơ chung gồm:", 0, 0),
        paper("Ảnh"),
    )
    procedure, doubts = read(documents=papers(*rows))
    assert [(one.name, one.note) for one in procedure.documents or ()] == [
        ("Đơn", None),
        ("Thư", "Đối với người ở xa"),
        ("Ảnh", None),
    ]
    assert doubts == ["document_is_a_heading"] * 2


def test_papers_to_show_are_not_handed_in() -> None:
    by_case, _ = read(documents=papers(paper("Thẻ"), case="* Giấy tờ phải xuất trình:"))
    by_heading, _ = read(documents=papers(paper("Giấy tờ phải xuất trình:", 0, 0), paper("Thẻ")))
    for procedure in (by_case, by_heading):
        assert [(one.name, one.form) for one in procedure.documents or ()] == [("Thẻ", "shown_at_desk")]
        assert procedure.cases == ()


@pytest.mark.parametrize(
    "title", ["Thành phần hồ sơ bao gồm:", "01 bộ hồ sơ", "Một (01) bộ", "Bao gồm", "* Giấy tờ phải nộp:"]
)
def test_a_general_heading_is_no_case(title: str) -> None:
    procedure, _ = read(documents=papers(paper("Tờ đơn"), case=title))
    assert (len(procedure.documents or ()), procedure.cases) == (1, ())


def test_a_case_without_papers_is_no_choice() -> None:
    procedure, doubts = read(documents=papers(paper("Phải nộp sớm.", 0, 0), case="Ở xa"))
    assert (procedure.cases, procedure.advice) == ((), ("Ở xa: Phải nộp sớm",))
    assert doubts == ["document_is_a_remark", "case_without_documents"]


def test_a_paper_without_name_is_left_out_and_counted() -> None:
    procedure, doubts = read(documents=papers(paper(None), paper(" ; ")))
    assert (procedure.documents, doubts) == (None, ["document_without_name"] * 2)


def test_page_text_that_was_not_taken_apart_is_no_paper() -> None:
    procedure, doubts = read(documents=papers(paper("chữ dính nhau " * 40, None, None)))
    assert (procedure.documents, doubts) == (None, ["document_unreadable"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("- Tờ đơn;", "Tờ đơn"),
        ("+ b) Tờ đơn.", "Tờ đơn"),
        ("(ii) Tờ đơn", "Tờ đơn"),
        ("2.1. Tờ đơn ;", "Tờ đơn"),
        ("đ) Tờ đơn", "Tờ đơn"),
        ("01 tờ đơn", "01 tờ đơn"),
        ("C/O mẫu B", "C/O mẫu B"),
        ("- ;", None),
    ],
)
def test_marks_of_a_list_are_cut_from_a_name(text: str, name: str | None) -> None:
    assert clean(text) == name


def test_requirements_are_advice_when_short_and_counted_when_not() -> None:
    assert read(requirements_text="Không có.")[0].advice == ()
    assert read(requirements_text="Đủ tuổi")[0].advice == ("Đủ tuổi",)
    procedure, doubts = read(requirements_text="điều kiện " * 40)
    assert (procedure.advice, doubts) == ((), ["requirements_left_out"])


def test_the_post_is_refused_only_where_other_ways_are_listed() -> None:
    offered = read(channels=[way("bưu chính")])[0].postal
    refused = read(channels=[way("trực tiếp")])[0].postal
    unread = read(channels=[way("trực tiếp"), way("bồ câu")])
    assert (offered.send.possible, offered.back.possible) == (True, True)
    assert offered.back.source is not None
    assert (refused.send.possible, refused.send.obstacle, refused.back.possible) == (False, "not_offered", None)
    assert (unread[0].postal.send.possible, unread[1]) == (None, ["channel_not_mapped"])


def test_the_result_comes_home_as_the_portal_says() -> None:
    home = read(returning_methods={"ONLINE": ["AT_HOME"], "OFFLINE": ["AT_HOME"]})[0].postal.back
    online = read(returning_methods={"ONLINE": ["AT_HOME"], "OFFLINE": ["ONLINE"]})[0].postal.back
    never = read(channels=[way("bưu chính")], returning_methods={"ONLINE": ["AT_SUBMISSION_PLACE"]})[0].postal.back
    assert (home.possible, home.note) == (True, None)
    assert (online.possible, online.note) == (True, "chỉ khi nộp trực tuyến")
    assert (never.possible, never.obstacle) == (False, "not_offered")


def test_a_fee_of_some_ways_names_them() -> None:
    procedure, _ = read(channels=[way("trực tiếp", fee="Phí : 9.000 Đồng"), way("trực tuyến", fee="Miễn phí")])
    assert [(fee.amount, fee.channels) for fee in procedure.fees] == [(9_000, ("direct",)), (0, ("online",))]


def test_two_times_of_one_way_are_told_apart_by_their_descriptions() -> None:
    procedure, doubts = read(
        channels=[way("trực tiếp", "5 Ngày", about="xã gần"), way("trực tiếp", "9 Ngày", about="xã xa")]
    )
    assert [(one.amount, one.note) for one in procedure.durations] == [(5, "xã gần"), (9, "xã xa")]
    assert doubts == []
    assert read(channels=[way("trực tiếp", "5 Ngày"), way("trực tiếp", "9 Ngày")])[1] == ["durations_not_told_apart"]


def test_a_bare_free_is_not_believed_when_the_steps_speak_of_paying() -> None:
    procedure, doubts = read(
        channels=[way("trực tiếp", fee="Phí : 0 Đồng")], steps_text="Đến nơi rồi nộp lệ phí nếu có."
    )
    assert (procedure.fees[0].amount, procedure.fees[0].unknown) == (None, "depends")
    assert doubts == ["free_but_steps_name_fee"]


def test_a_page_that_shows_one_fee_may_hide_others() -> None:
    assert read(channels=[way("trực tiếp", fee="Miễn phí")])[1] == ["only_first_fee_shown"]


def test_a_doubt_of_all_ways_is_told_once() -> None:
    ways = [way(name, "15") for name in ("trực tiếp", "trực tuyến", "bưu chính")]
    assert read(channels=ways)[1] == ["duration_without_unit"]


def test_numbers_of_laws_are_mended_or_left_out() -> None:
    told: list[str] = []
    rows = [
        {"code": "12/2020/NĐ-CP12", "name": None},
        {"code": "12/2020/NĐ-CP", "name": None},
        {"code": "2020/NĐ-CP", "name": None},
        {"code": "95/2025/QH1", "name": "Luật thử"},
        {"code": "60/2014/QH13", "name": "Luật hai"},
        {"code": "33 /2025/NQ-HĐND", "name": None},
        {"code": None, "name": "Quy chế thử"},
    ]
    basis = list(read_legal_basis(rows, lambda kind, detail="": told.append(kind)))
    assert basis == [
        LegalBasis(document="12/2020/NĐ-CP"),
        LegalBasis(document="95/2025/QH1", name="Luật thử"),
        LegalBasis(document="60/2014/QH13", name="Luật hai"),
        LegalBasis(document="33/2025/NQ-HĐND"),
        LegalBasis(document="Quy chế thử"),
    ]
    assert told == ["legal_basis_mended", "legal_basis_odd_number", "legal_basis_odd_number"]


TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        "Miễn phí (",
        "Miễn phí (Không)",
        "9 VNĐ",
        "99,000 VNĐ (phí 1 tỷ đồng/lần)",
        "Phí : 5 USD (",
        "5 Ngày",
        "0",
        "(((",
        "xã:",
        "1,000 VNĐ (miễn từ ngày 1/1/2020 đến 31/12/2099)",
        "999.999.999.999.999 VNĐ",
        "- a)",
        "bưu chính",
        "12/2020/NĐ-CP1",
        "Lưu ý",
        "AT_HOME",
        "list",
        "duration_fee_glued",
        "2026-07-18",
        "\ud800",
        "\x00",
    ]
)
NUMBERS = st.integers() | st.floats() | st.booleans() | st.none()
KEYS = st.sampled_from(
    [
        "case",
        "documents",
        "name",
        "originals",
        "copies",
        "form_file",
        "channel",
        "duration_text",
        "fee_text",
        "fee_items",
        "description",
        "type",
        "value",
        "code",
        "ONLINE",
        "OFFLINE",
    ]
)
JSON = st.recursive(
    TEXTS | NUMBERS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=24
)
ROW_KEYS = st.sampled_from(
    [
        "level",
        "field",
        "agency",
        "applicants",
        "channels",
        "documents",
        "steps_text",
        "requirements_text",
        "result",
        "legal_basis",
        "decision_no",
        "promulgator",
        "scope",
        "returning_methods",
        "detail",
        "crawl_date",
        "parse_flags",
        "other_sources",
        "x",
    ]
)
TABLES = st.lists(st.dictionaries(KEYS, JSON, max_size=8), max_size=4)
SAID = st.dictionaries(ROW_KEYS, JSON | TABLES, max_size=19)


@ANY_ROW
@given(SAID)
def test_no_row_with_a_code_and_a_name_breaks_the_import(said: dict[str, Any]) -> None:
    procedure, doubts = to_procedure(row() | said)
    assert Procedure.model_validate_json(procedure.model_dump_json(exclude_defaults=True)) == procedure
    assert all(isinstance(doubt, Doubt) and doubt.code == "9.000001" for doubt in doubts)
    assert all(fee.amount != 0 or "HĐND" not in (fee.note or "") for fee in procedure.fees)


@ANY_ROW
@given(
    st.lists(st.dictionaries(st.sampled_from(["code", "name", "in_catalogue_2026_07"]), TEXTS | NUMBERS), max_size=8)
)
def test_the_sums_add_up_whatever_the_file_holds(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    (folder / "rows.jsonl").write_text("\n".join(json.dumps(one) for one in rows), "utf-8")
    summary, procedures, _ = imported(folder, folder / "rows.jsonl")
    assert summary.adds_up
    assert (summary.rows_read, summary.taken) == (len(rows), len(procedures))


def test_a_layer_comes_back_as_it_was_written(tmp_path: Path) -> None:
    procedures = [to_procedure(one)[0] for one in read_rows(ROWS) if not isinstance(one, LeftOut)]
    header = write_layer(tmp_path / "layer", procedures, "national", "rows.jsonl", NOON)
    assert (header.rows, header.source_file) == (4, "rows.jsonl")
    assert (tmp_path / "layer").stat().st_mode & 0o777 == 0o644
    read_back = load_layer(tmp_path / "layer")
    assert read_back == sorted(procedures, key=lambda one: one.code)


def test_a_truth_value_comes_back_as_one_beside_an_equal_number(tmp_path: Path) -> None:
    procedure = read(channels=[way("trực tuyến")])[0].model_copy(update={"common": 1})
    write_layer(tmp_path / "layer", [procedure], "national", "rows", NOON)
    assert repr(load_layer(tmp_path / "layer")[0]) == repr(procedure)


def test_a_sealed_layer_reads_what_is_asked_for(tmp_path: Path) -> None:
    imported(tmp_path)
    layer = SealedLayer(tmp_path / "layer.jsonl", remember=1)
    assert dict(layer) == {one.code: one for one in load_layer(tmp_path / "layer.jsonl")}
    assert layer["9.000003"] is layer["9.000003"]
    assert ("9.000003" in layer, "9.999999" in layer, len(layer)) == (True, False, 4)
    with pytest.raises(KeyError):
        layer["9.999999"]


def edited(folder: Path, change: Any) -> Path:
    imported(folder)
    path = folder / "layer.jsonl"
    path.write_bytes(change(path.read_bytes()))
    return path


@pytest.mark.parametrize("load", [load_layer, SealedLayer])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda body: b"", ":1: header: no layer of this version"),
        (lambda body: b"\x00\xff\n" + body, ":1: header: no layer of this version"),
        (lambda body: body.replace(b'"version":1', b'"version":2', 1), ":1: version: no layer of this version"),
        (lambda body: body.replace(b"noidai-layer", b"other-layer", 1), ":1: format: no layer of this version"),
        (lambda body: body.rsplit(b"\n", 2)[0] + b"\n", ":4: file: has 3 procedures, not 4; import it again"),
        (lambda body: body[:-30], ":1: sha256: the file was changed or damaged after its import; import it again"),
        (lambda body: body.replace(b'"10000"', b'"10001"'), ":1: sha256: the file was changed or damaged"),
    ],
)
def test_a_layer_that_is_not_whole_is_one_clear_line(tmp_path: Path, load: Any, change: Any, message: str) -> None:
    path = edited(tmp_path, change)
    with pytest.raises(CatalogueError) as error:
        load(path)
    assert len(error.value.faults) == 1
    assert f"{path}{message}" in error.value.faults[0]


def test_a_layer_written_for_other_models_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Procedure, "model_dump_json", lambda self, **how: '{"code":"9.000001","colour":1}')
    imported_rows = [to_procedure(row())[0]]
    write_layer(tmp_path / "layer", imported_rows, "national", "rows", NOON)
    monkeypatch.undo()
    with pytest.raises(CatalogueError, match=r"layer:2: name: is missing; import it again"):
        load_layer(tmp_path / "layer")


def test_a_layer_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=":1: file: cannot be read"):
        load_layer(tmp_path / "none")


def test_a_failed_import_leaves_the_old_layer_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(tmp_path)
    before = (tmp_path / "layer.jsonl").read_bytes()
    monkeypatch.setattr(Path, "replace", lambda self, target: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(CatalogueError, match="cannot be written: No space left"):
        imported(tmp_path)
    assert (tmp_path / "layer.jsonl").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["layer.jsonl", "report.jsonl"]


def test_the_whole_national_corpus_comes_in(tmp_path: Path) -> None:
    corpus = os.environ.get("NATIONAL_CORPUS")
    if not corpus:
        pytest.skip("NATIONAL_CORPUS names no file")
    summary, procedures, _ = imported(tmp_path, Path(corpus))
    assert (summary.rows_read, summary.taken, len(procedures)) == (7_701, 5_666, 5_666)
    assert dict(summary.left_out) == {"not_in_force": 2_035}
    assert summary.unknown_keys == {}
    unsure = [fee for one in procedures for fee in one.fees if fee.amount == 0 and "nhân dân" in (fee.note or "")]
    assert unsure == []
