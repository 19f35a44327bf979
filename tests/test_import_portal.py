"""Answers of the national portal as JSON: the new shape, the older one, one or many, whole or broken."""

import gzip
import json
import os
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from procedures_catalog.files import CatalogueError
from procedures_catalog.importers import FORMATS, portal_api, portal_sync
from procedures_catalog.importers.guess import guess
from procedures_catalog.importers.markup import plain_text
from procedures_catalog.importers.procedure import to_procedure
from procedures_catalog.importers.reading import NOTHING_SAID, Said
from procedures_catalog.importers.report import LeftOut, Summary
from procedures_catalog.importers.rows import read_rows
from procedures_catalog.layers import load_layer
from procedures_catalog.models import Procedure

AUGUST = int(datetime(2026, 8, 1, 20, tzinfo=UTC).timestamp() * 1000)  # already the 2nd in Viet Nam


def method(way: str = "DIRECT", time: Any = 5, unit: str = "WORKING_DAY", **said: Any) -> dict[str, Any]:
    return {"submissionMethod": way, "processingTime": time, "processingTimeUnit": unit, "fees": []} | said


def fee(value: Any, description: str = "", **said: Any) -> dict[str, Any]:
    return {"type": "FEE", "value": value, "description": description} | said


def detail(**said: Any) -> dict[str, Any]:
    return {
        "id": "0",
        "code": "9.000001",
        "name": "Xin giấy thử",
        "type": "STANDARD",
        "state": "ACTIVE",
        "isWard": True,
        "isProvince": False,
        "categoriesDetails": [{"name": "Lĩnh vực thử"}],
        "subjectTypesDetails": [{"name": "Công dân Việt Nam"}],
        "departmentPromulgateName": "Bộ Thử",
        "unitGroupsExecuting": [{"name": "Nơi làm thử"}],
        "dossierReceivingAddresses": "Quầy thử số 3",
        "procedureProposal": {"proposalNumber": "7/QĐ-THU"},
        "executionSteps": [{"name": "Bước 1", "description": "<p>Mang giấy&nbsp;tới</p>"}],
        "executionMethods": [method()],
        "executionCases": [{"name": "", "profileComponents": [{"name": "Tờ đơn thử", "originalQty": 1, "copyQty": 2}]}],
        "legalBasisesDetails": [{"code": "1/2026/NĐ-CP", "name": "Nghị định thử"}],
        "resultsDetails": [{"name": "Giấy thử"}],
        "updatedAt": AUGUST,
    } | said


def answer(value: Any) -> dict[str, Any]:
    return {"code": "OK", "data": value, "message": "OK"}


def imported(folder: Path, value: Any, said: Said = NOTHING_SAID) -> tuple[Summary, list[Procedure], list[Any]]:
    source = folder / "answer.json"
    body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    source.write_bytes(body)
    return brought_in(folder, source, said)


def brought_in(folder: Path, source: Path, said: Said = NOTHING_SAID) -> tuple[Summary, list[Procedure], list[Any]]:
    summary = FORMATS["portal-json"](source, folder / "layer", folder / "report", said=said)
    assert summary.adds_up
    report = [json.loads(line) for line in (folder / "report").read_text("utf-8").splitlines()]
    return summary, load_layer(folder / "layer"), report


def read(**said: Any) -> tuple[Procedure, list[str]]:
    row, notes = portal_api.to_row(detail(**said))
    procedure, doubts = to_procedure(row)
    return procedure, [one.kind for one in (*notes, *doubts)]


def test_a_detail_becomes_a_procedure(tmp_path: Path) -> None:
    summary, (procedure,), _ = imported(tmp_path, answer(detail()))
    assert (procedure.name, procedure.domain, procedure.levels) == ("Xin giấy thử", "Lĩnh vực thử", ("commune",))
    assert (procedure.authority, procedure.hand_in, procedure.issued_by) == ("Nơi làm thử", "Quầy thử số 3", "Bộ Thử")
    assert (procedure.source.document, procedure.source.as_of) == ("7/QĐ-THU", date(2026, 8, 2))
    assert [(one.amount, one.unit) for one in procedure.durations] == [(5, "working_day")]
    assert [(one.name, one.form, one.count) for one in procedure.documents or ()] == [
        ("Tờ đơn thử", "original", 1),
        ("Tờ đơn thử", "copy", 2),
    ]
    assert (procedure.legal_basis[0].document, procedure.result) == ("1/2026/NĐ-CP", ("Giấy thử",))
    assert (summary.doubts, summary.unknown_keys) == ({}, {})


def test_the_methods_tell_the_post_and_the_internet() -> None:
    both, _ = read(executionMethods=[method("DIRECT_AND_ONLINE"), method("POSTAL")])
    assert (both.postal.send.possible, both.online) == (True, True)
    neither, _ = read(executionMethods=[method("DIRECT")])
    assert (neither.postal.send.possible, neither.online) == (False, False)
    unknown, doubts = read(executionMethods=[method("DIRECT"), method("PIGEON")])
    assert (unknown.postal.send.possible, unknown.online) == (None, None)
    assert "submission_method_unknown" in doubts


def test_the_result_comes_home_as_the_portal_says() -> None:
    home, _ = read(
        returningMethods=[{"type": "ONLINE", "value": ["AT_HOME"]}, {"type": "OFFLINE", "value": ["AT_HOME"]}]
    )
    assert home.postal.back.possible is True


@pytest.mark.parametrize(
    ("given", "amount", "unknown"),
    [
        (fee(50_000, "phí thử"), 50_000, None),
        (fee(50_000.0, "phí thử"), 50_000, None),
        (fee(0), 0, None),
        (fee(0, "Theo nghị quyết của HĐND tỉnh"), None, "set_by_province"),
        (fee(0, "thu 30.000 đồng/lần"), None, "contradictory"),
        (fee(0, attachment={"fileName": "bieu-phi.pdf"}), None, "not_published"),
        (fee(None, "Chưa quy định"), None, "not_published"),
        (fee(float("nan"), "phí thử"), None, "not_published"),
        (fee(-5, "phí thử"), None, "not_published"),
        (fee(20, "phí thử", currencyName="USD"), None, "depends"),
        (fee(9_000, "phí thử", currencyName="Yên"), None, "not_published"),
    ],
)
def test_a_zero_is_free_only_when_nothing_speaks_against_it(given: Any, amount: Any, unknown: Any) -> None:
    procedure, _ = read(executionMethods=[method(fees=[given])], executionSteps=[])
    assert [(one.amount, one.unknown) for one in procedure.fees] == [(amount, unknown)]


def test_each_fee_of_a_method_is_a_fee_whatever_its_words() -> None:
    fees = [fee(1_000, "bản; 0 đồng (khi nghèo)"), fee(2_000, "thẻ", type="SERVICE_FEE")]
    procedure, _ = read(executionMethods=[method(fees=fees)])
    assert [(one.kind, one.amount) for one in procedure.fees] == [("phi", 1_000), ("le_phi", 2_000)]


def test_fees_of_one_way_are_told_apart_by_its_descriptions() -> None:
    ways = [method(fees=[fee(9_000, "phí")], description="gần"), method(fees=[fee(7_000, "phí")], description="xa")]
    procedure, _ = read(executionMethods=ways)
    assert [(one.amount, one.only_if) for one in procedure.fees] == [(9_000, "gần"), (7_000, "xa")]


@pytest.mark.parametrize(
    ("time", "unit", "told"),
    [
        (2, "MONTH", (2, "month")),
        (1, "YEAR", (12, "month")),
        (8, "HOUR", (8, "hour")),
        (7.5, "DAY", (None, "working_day")),
        (5, "OTHER", (None, "working_day")),
    ],
)
def test_a_time_without_a_unit_stays_uncounted(time: Any, unit: str, told: Any) -> None:
    procedure, _ = read(executionMethods=[method(time=time, unit=unit)])
    assert [(one.amount, one.unit) for one in procedure.durations] == [told]


def test_html_is_read_and_never_kept() -> None:
    assert plain_text("<ul><li>một</li><li>hai<br>ba</li></ul><script>x()</script>") == "một\nhai\nba"
    procedure, _ = read(name="<b>Xin</b> giấy &amp; tờ")
    assert procedure.name == "Xin giấy & tờ"
    paying, _ = read(
        executionMethods=[method(fees=[fee(0)])], executionSteps=[{"description": "<p>rồi nộp <b>phí</b></p>"}]
    )
    assert paying.fees[0].unknown == "depends"


def test_a_state_nobody_knows_is_a_doubt() -> None:
    assert "state_not_active" in read(state="WITHDRAWN")[1]


LIST_ROW = {
    "id": "1",
    "code": "9.000002",
    "codeNotation": "9.000002",
    "name": "Xin phép thử",
    "categories": ["Lĩnh vực hai"],
    "departments": ["Sở Thử"],
    "departmentPromulgate": "UBND tỉnh Thử",
    "formalityTargetType": ["Tổ chức (không bao gồm doanh nghiệp, HTX)"],
    "type": "SPECIFIC",
    "state": "ACTIVE",
}


def test_a_row_of_the_list_tells_what_it_can(tmp_path: Path) -> None:
    page = answer({"items": [LIST_ROW], "lastId": "1", "total": 1})
    summary, (procedure,), _ = imported(tmp_path, page, Said(as_of=date(2026, 7, 18)))
    assert (procedure.scope, procedure.domain, procedure.authority) == ("provincial", "Lĩnh vực hai", "Sở Thử")
    assert (procedure.applicants, procedure.issued_by) == (("organisation",), "UBND tỉnh Thử")
    assert (procedure.documents, procedure.fees, procedure.postal.send.possible) == (None, (), None)
    assert procedure.source.as_of == date(2026, 7, 18)
    assert summary.doubts == {"no_detail": 1}


def test_the_day_of_the_file_is_a_doubt(tmp_path: Path) -> None:
    summary, (procedure,), _ = imported(tmp_path, [LIST_ROW])
    assert summary.doubts["day_of_the_file"] == 1
    assert procedure.source.as_of == datetime.now(UTC).astimezone().date()


SYNC = {
    "MaTTHC": "9.000003",
    "TENTTHC": "Đổi giấy thử",
    "TRANGTHAI": "1",
    "LINHVUCTHUCHIEN": [{"TENLINHVUC": "Lĩnh vực ba"}],
    "CAPTHUCHIEN": [{"CAPTHUCHIEN": "3"}, {"CAPTHUCHIEN": "1"}],
    "COQUANTHUCHIEN": [{"TENDONVI": "Phòng Thử"}],
    "DOITUONGTHUCHIEN": [{"TENDOITUONG": "Doanh nghiệp"}],
    "CACHTHUCTHUCHIEN": [
        {
            "KENH": 1,
            "THOIGIAN": [
                {
                    "THOIGIANGIAIQUYET": 3,
                    "DONVITINH": "Ngày làm việc",
                    "MOTA": "",
                    "PHILEPHI": [{"SOTIEN": "12000", "DONVI": "Đồng", "MOTA": "phí thử"}],
                }
            ],
        },
        {"KENH": "Nộp qua bưu chính công ích", "THOIGIAN": [{"THOIGIANGIAIQUYET": "4", "DONVITINH": "Ngày"}]},
    ],
    "THANHPHANHOSO": [
        {
            "TRUONGHOP": "Người làm lần đầu",
            "GIAYTO": [{"TENGIAYTO": "Tờ khai thử", "SOBANCHINH": "1", "SOBANSAO": "", "TENMAUDON": "TK1.doc"}],
        }
    ],
    "TRINHTUTHUCHIEN": [{"TRUONGHOP": "", "TRINHTU": [{"TENTRINHTU": "Bước 1: tới nơi"}]}],
    "KETQUATHUCHIEN": [{"MAKETQUA": "K", "TENKETQUA": "Giấy mới"}],
    "CANCUPHAPLY": [{"SOVANBAN": "2/2026/TT-THU", "TENVANBAN": "Thông tư thử"}],
    "NGAYCAPNHAT": "20260304120000",
}


@pytest.mark.parametrize(
    "wrapped",
    [{"result": [SYNC]}, {"message": json.dumps({"result": [SYNC]})}, SYNC, [{k.lower(): v for k, v in SYNC.items()}]],
)
def test_the_older_shape_is_read_however_it_is_wrapped(tmp_path: Path, wrapped: Any) -> None:
    _, (procedure,), _ = imported(tmp_path, wrapped)
    assert (procedure.code, procedure.name, procedure.domain) == ("9.000003", "Đổi giấy thử", "Lĩnh vực ba")
    assert (procedure.levels, procedure.applicants) == (("commune", "province"), ("enterprise",))
    assert [(one.amount, one.channels) for one in procedure.fees] == [(12_000, ("direct",))]
    assert [(one.amount, one.unit, one.channels) for one in procedure.durations] == [
        (3, "working_day", ("direct",)),
        (4, "day", ("post",)),
    ]
    assert procedure.postal.send.possible is True
    assert [(one.name, one.documents[0].form) for one in procedure.cases] == [("Người làm lần đầu", "original")]
    assert (procedure.result, procedure.source.as_of) == (("Giấy mới",), date(2026, 3, 4))


def test_the_older_shape_numbers_its_ways() -> None:
    told = [portal_sync.ways({"KENH": code})[0]["channel"] for code in ("1", 2, "3", "9")]
    assert told == ["trực tiếp", "trực tuyến", "bưu chính", "9"]


def test_a_folder_a_zip_and_lines_hold_the_same(tmp_path: Path) -> None:
    files = {"a.json": answer(detail()), "b.json": answer({"items": [LIST_ROW, detail() | {"executionMethods": []}]})}
    folder, lines, archive = tmp_path / "many", tmp_path / "lines.jsonl", tmp_path / "many.zip"
    folder.mkdir()
    with zipfile.ZipFile(archive, "w") as packed:
        for name, value in files.items():
            (folder / name).write_text(json.dumps(value), "utf-8")
            packed.writestr(name, json.dumps(value))
    lines.write_bytes(gzip.compress("\n".join(json.dumps(one) for one in files.values()).encode()))
    for source in (folder, archive, lines):
        assert guess(source) == "portal-json"
        summary, procedures, _ = brought_in(tmp_path, source)
        assert [one.code for one in procedures] == ["9.000001", "9.000002"]
        assert summary.left_out == {"repeated_code": 1}


def test_in_a_folder_the_detail_wins_over_the_row_of_the_list(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    (folder / "1-list.json").write_text(json.dumps(answer({"items": [LIST_ROW | {"code": "9.000001"}]})), "utf-8")
    (folder / "2-detail.json").write_text(json.dumps(answer(detail())), "utf-8")
    _, (procedure,), _ = brought_in(tmp_path, folder)
    assert procedure.name == "Xin giấy thử"


def test_what_is_no_procedure_is_left_out_with_its_place(tmp_path: Path) -> None:
    bad = ["chữ", {"code": "ERROR", "message": "Không tìm thấy"}, detail(code="1.0133611"), detail(code="1.014955-Xoa")]
    summary, procedures, report = imported(tmp_path, [*bad, {"x": 1}, detail(name=""), detail()])
    assert (summary.taken, len(procedures)) == (1, 1)
    left_out = {(one["left_out"]["where"], one["left_out"]["reason"]) for one in report if "left_out" in one}
    assert left_out == {
        ("answer.json:1[1]", "not_a_procedure"),
        ("answer.json:1[2]", "error_answer"),
        ("answer.json:1[3]", "malformed_code"),
        ("answer.json:1[4]", "malformed_code"),
        ("answer.json:1[5]", "not_a_procedure"),
        ("answer.json:1[6]", "no_name"),
    }


def test_a_code_with_the_suffix_of_a_province_is_the_national_one(tmp_path: Path) -> None:
    rows = [detail(code="9.000001.000.00.00.H37"), detail(code="9.000002.H38"), detail(code="9.000003.000.00.00")]
    _, procedures, report = imported(tmp_path, rows, Said(province="H37"))
    assert [one.code for one in procedures] == ["9.000001", "9.000003"]
    assert [one["left_out"]["reason"] for one in report if "left_out" in one] == ["code_of_another_unit"]
    assert sum(one.get("doubt", {}).get("kind") == "code_with_suffix" for one in report) == 2


def test_a_doubt_says_where(tmp_path: Path) -> None:
    _, _, report = imported(tmp_path, [detail(), detail(code="9.000002", state="WITHDRAWN", neverSeen=1)])
    doubts = [one["doubt"] for one in report if "doubt" in one]
    assert doubts == [
        {"code": "9.000002", "kind": "state_not_active", "detail": "WITHDRAWN", "where": "answer.json:1[2]"}
    ]
    assert report[0]["summary"]["unknown_keys"] == {"neverSeen": 1}


BAD = {
    "an HTML page": (b"\n<!DOCTYPE html><html><body>502</body></html>", r":1: file: is an HTML page, perhaps an error"),
    "half a file": (json.dumps(answer(detail()), indent=1).encode()[:-20], r":\d\d+: file: is not JSON: "),
    "a Vietnamese code page": ('[\n{"name": "Đi ra"}]'.encode("cp1258"), r":2: file: is not UTF-8; save it as UTF-8"),
    "nothing": (b"", r"file: is not JSON"),
    "an error": (b'{"code": "ERROR", "message": "qua tai"}', r"no procedure could be taken \(error_answer 1.*qua tai"),
    "an old Word file": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, r"is an old Word file \(\.doc\)"),
    "a deep nest": (b"[" * 200_000, r"is not JSON"),
}


@pytest.mark.parametrize(("body", "message"), BAD.values(), ids=BAD)
def test_bad_input_is_one_clear_message_and_the_old_layer_stays(tmp_path: Path, body: bytes, message: str) -> None:
    imported(tmp_path, answer(detail()))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != "answer.json"}
    with pytest.raises(CatalogueError, match=message) as error:
        imported(tmp_path, body)
    assert len(error.value.faults) == 1
    assert "answer.json" in error.value.faults[0]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name != "answer.json"} == before


def test_in_a_folder_a_bad_file_is_left_out_and_named(tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    (folder / "a.json").write_text("<html>", "utf-8")
    (folder / "b.json").write_text(json.dumps(detail()), "utf-8")
    summary, _, report = brought_in(tmp_path, folder)
    assert summary.left_out == {"unreadable_file": 1}
    assert [one["left_out"]["where"] for one in report if "left_out" in one] == ["a.json"]


def test_national_rows_are_not_taken_for_the_portals(tmp_path: Path) -> None:
    assert guess(Path(__file__).parent / "data" / "import" / "rows.jsonl") == "national-jsonl"


WAYS = {"trực tiếp": "DIRECT", "trực tuyến": "ONLINE", "bưu chính": "POSTAL"}
UNITS = {"Ngày làm việc": "WORKING_DAY", "Ngày": "DAY", "Giờ": "HOUR", "Tháng": "MONTH"}


def as_portal(row: dict[str, Any]) -> dict[str, Any]:
    """A national row as the portal would give it; its fees must be itemised, its times counted."""
    return detail(
        code=row["code"],
        name=row["name"],
        type={"national": "STANDARD", "provincial": "SPECIFIC", "internal": "STANDARD_INTERNAL"}.get(row["scope"]),
        isWard="xã" in row["level"],
        isProvince="tỉnh" in row["level"],
        isMinistry="cấp bộ" in row["level"],
        isOtherAgency="cơ quan khác" in row["level"],
        categoriesDetails=named((row["field"] or "").split(" ; ")),
        unitGroupsExecuting=named((row["agency"] or "").split(" ; ")),
        subjectTypesDetails=named(row["applicants"]),
        departmentPromulgateName=row["promulgator"],
        dossierReceivingAddresses="",
        procedureProposal={"proposalNumber": row["decision_no"]},
        executionSteps=[{"name": "", "description": row["steps_text"]}],
        executionMethods=[way(one) for one in row["channels"]],
        executionCases=[
            {"name": one["case"], "profileComponents": papers(one["documents"])} for one in row["documents"]
        ],
        legalBasisesDetails=row["legal_basis"],
        requirementsAndConditions=row["requirements_text"],
        resultsDetails=named((row["result"] or "").split(" ; ")),
        returningMethods=[{"type": k, "value": v} for k, v in (row["returning_methods"] or {}).items()],
        updatedAt=int(datetime.fromisoformat(f"{row['crawl_date']}T09:00:00+07:00").timestamp() * 1000),
    )


def named(texts: list[str]) -> list[dict[str, str]]:
    return [{"name": text} for text in texts if text]


def way(one: dict[str, Any]) -> dict[str, Any]:
    amount, _, unit = (one["duration_text"] or "").partition(" ")
    time, unit = (float(amount), UNITS[unit]) if unit else (float(amount), "OTHER") if amount else (None, "OTHER")
    fees = [{"currencyName": "USD" if is_dollar(one, item) else None, **item} for item in one.get("fee_items") or []]
    return method(WAYS[one["channel"]], time, unit, fees=fees, description=one["description"])


def is_dollar(one: dict[str, Any], item: dict[str, Any]) -> bool:
    return f"{item['value']} USD" in (one["fee_text"] or "")


def papers(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "name": one["name"],
            "originalQty": one["originals"],
            "copyQty": one["copies"],
            "attachments": [{"fileName": file} for file in (one["form_file"] or "").split(" ; ")],
        }
        for one in rows
    ]


def is_expressible(row: dict[str, Any]) -> bool:
    """Whether the portal's shape can say all the row says: itemised fees, counted times."""
    times = [(one["duration_text"] or "").partition(" ") for one in row["channels"]]
    counted = (not amount or (amount.isdecimal() and int(amount) and unit in ("", *UNITS)) for amount, _, unit in times)
    return (
        row["detail"] == "full"
        and row["scope"] is not None
        and row["decision_no"] is not None
        and all(one.get("fee_items") or one["fee_text"] is None for one in row["channels"])
        and all(counted)
        and all(one["duration_text"] or not one["description"] for one in row["channels"])
    )


def test_the_national_rows_lose_nothing_on_the_way_through_the_portals_shape(tmp_path: Path) -> None:
    corpus = os.environ.get("NATIONAL_CORPUS")
    if not corpus:
        pytest.skip("NATIONAL_CORPUS names no file")
    rows = [dict(one) for one in read_rows(Path(corpus)) if not isinstance(one, LeftOut)]
    expressible = {one["code"]: one for one in rows if is_expressible(one)}
    _, procedures, _ = imported(tmp_path, [as_portal(one) for one in expressible.values()])
    assert len(procedures) > 1_000
    plain = {code: to_procedure(row)[0] for code, row in expressible.items()}
    assert [one.code for one in procedures if one != plain[one.code]] == []
