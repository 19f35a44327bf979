"""A province's list laid over the nation: only what it says changes, and a person's own files stay."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from bot.commands.catalogue import cli
from procedures_catalog.catalog import Catalog, load, read_folder
from procedures_catalog.files import CatalogueError
from procedures_catalog.importers import READERS
from procedures_catalog.importers.guess import guess
from procedures_catalog.importers.procedure import to_procedure
from procedures_catalog.importers.province import lay_over
from procedures_catalog.importers.reading import Said
from procedures_catalog.layers import write_layer
from procedures_catalog.models import Procedure

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
SAID = Said(document="12/QĐ-UBND", as_of=date(2026, 8, 5), province="H37")
SOURCE = ("12/QĐ-UBND", date(2026, 8, 5))


def national(code: str, **said: Any) -> Procedure:
    ways = [{"channel": "trực tiếp", "duration_text": "5 Ngày", "fee_text": "Lệ phí : 10.000 Đồng"}]
    row = {"code": code, "name": "Xin giấy thử", "scope": "national", "agency": "Nơi làm thử", "channels": ways}
    return to_procedure({**row, "decision_no": "1/QĐ-THU", "crawl_date": "2026-01-01", **said})[0]


BASE = {
    "9.000001": national("9.000001"),
    "9.000002": national("9.000002", channels=[{"channel": "bưu chính", "fee_text": None}]),
}


def laid(folder: Path, text: str, base: Any = BASE, name: str = "list.yaml", said: Said = SAID) -> list[dict[str, str]]:
    """The doubts and the rows left out."""
    source = folder / name
    source.write_text(text, "utf-8")
    reader = READERS[guess(source)]
    summary = lay_over(reader, source, folder / "province", folder / "report", base, said=said, imported_at=NOON)
    assert summary.adds_up
    report = [json.loads(line) for line in (folder / "report").read_text("utf-8").splitlines()]
    return [one.get("doubt") or one.get("left_out") for one in report[1:]]


def read(folder: Path, base: Any = BASE) -> dict[str, Procedure]:
    return read_folder(folder / "province", base)


def kinds(doubts: list[dict[str, str]]) -> list[str]:
    told = [one.get("kind") or one["reason"] for one in doubts]
    return [kind for kind in told if kind not in ("no_detail", "scope_unknown", "fee_kind_guessed")]


def test_only_what_the_list_says_changes(tmp_path: Path) -> None:
    text = '- {code: "9.000001", name: Xin giấy thử, send: true, fee: "Lệ phí: 30.000 đồng", hand_in: Quầy số 3}'
    assert kinds(laid(tmp_path, text)) == []
    procedure, below = read(tmp_path)["9.000001"], BASE["9.000001"]
    assert (procedure.postal.send.possible, procedure.hand_in) == (True, "Quầy số 3")
    assert [(fee.kind, fee.amount) for fee in procedure.fees] == [("le_phi", 30_000)]
    for fact in (procedure.postal.send, procedure.fees[0]):
        assert fact.source is not None
        assert (fact.source.document, fact.source.as_of) == SOURCE
    assert procedure.postal.back == below.postal.back
    same = {"postal": below.postal, "fees": below.fees, "hand_in": below.hand_in}
    assert procedure.model_copy(update=same) == below


def test_a_blank_changes_nothing(tmp_path: Path) -> None:
    text = "code;name;send;back;fee;hand_in\n9.000001;Xin giấy thử;;;;\n9.000002;Xin giấy thử;không;;;\n"
    assert kinds(laid(tmp_path, text, name="list.csv")) == ["nothing_the_nation_does_not_say"]
    procedures = read(tmp_path)
    assert list(procedures) == ["9.000002"]
    assert (procedures["9.000002"].postal.send.possible, procedures["9.000002"].postal.send.obstacle) == (
        False,
        "not_offered",
    )
    assert procedures["9.000002"].postal.back == BASE["9.000002"].postal.back


def test_a_fee_it_does_not_count_does_not_undo_the_nations(tmp_path: Path) -> None:
    text = "code,name,fee\n9.000001,Xin giấy thử,Theo Nghị quyết HĐND\n9.000002,Xin giấy thử,Theo Nghị quyết HĐND\n"
    assert "fee_not_told_nation_kept" in kinds(laid(tmp_path, text, name="list.csv"))
    procedures = read(tmp_path)
    assert list(procedures) == ["9.000002"]
    assert [(fee.amount, fee.unknown) for fee in procedures["9.000002"].fees] == [(None, "set_by_province")]


def test_the_same_fee_is_no_change(tmp_path: Path) -> None:
    laid(tmp_path, 'procedures: [{code: "9.000001", name: Xin giấy thử, fee: "Lệ phí: 10.000 đồng", back: true}]')
    text = (tmp_path / "province" / "9.000001.yaml").read_text("utf-8")
    assert "fees" not in text
    assert text.startswith("# imported: list.yaml, 2026-09-01, H37\n")


def test_a_procedure_of_the_province_alone_needs_a_name(tmp_path: Path) -> None:
    text = '- {code: "9.000007", name: Hỗ trợ thử, send: true, fee: Không}\n- {code: "9.000008", send: true}'
    told = laid(tmp_path, text)
    assert kinds(told) == ["no_name", "not_a_national_procedure"]
    (procedure,) = read(tmp_path).values()
    assert (procedure.scope, procedure.name, procedure.documents) == ("provincial", "Hỗ trợ thử", None)
    assert (procedure.postal.send.possible, procedure.postal.back.possible) == (True, None)
    assert (procedure.source.document, procedure.source.as_of) == SOURCE
    assert [fee.amount for fee in procedure.fees] == [0]


def test_another_name_or_time_is_told_and_not_taken(tmp_path: Path) -> None:
    text = '- {code: "9.000001", name: Xin giấy khác, duration: 3 ngày, send: true}'
    assert kinds(laid(tmp_path, text)) == ["name_differs", "time_differs_and_was_not_taken"]
    procedure = read(tmp_path)["9.000001"]
    assert (procedure.name, procedure.durations) == ("Xin giấy thử", BASE["9.000001"].durations)


def test_a_code_of_another_province_is_left_out(tmp_path: Path) -> None:
    text = "- {code: 9.000001.000.00.00.H37, name: Xin giấy thử, send: true}\n- {code: 9.000002.H38, name: X, send: no}"
    told = laid(tmp_path, text)
    assert kinds(told) == ["code_of_another_unit", "code_with_suffix"]
    assert list(read(tmp_path)) == ["9.000001"]


def test_a_new_import_replaces_the_last_and_leaves_files_by_hand(tmp_path: Path) -> None:
    laid(tmp_path, '- {code: "9.000002", name: Xin giấy thử, send: false}')
    by_hand = tmp_path / "province" / "9.000001-bang-tay.yaml"
    by_hand.write_text('code: "9.000001"\nhand_in: Chỗ tôi ghi\n', "utf-8")
    (tmp_path / "province" / "ghi-chep").mkdir()
    text = '- {code: "9.000001", name: Xin giấy thử, send: true}\n- {code: "9.000003", name: Ba, send: true}'
    told = laid(tmp_path, text)
    assert ("9.000001", "file_by_hand_kept") in [(one.get("code"), one.get("kind")) for one in told]
    assert sorted(path.name for path in (tmp_path / "province").iterdir()) == [
        "9.000001-bang-tay.yaml",
        "9.000003.yaml",
        "ghi-chep",
    ]
    assert read(tmp_path)["9.000001"].hand_in == "Chỗ tôi ghi"


@pytest.mark.parametrize(
    "text", ["- {code: abc, name: X}", "- [", '- {code: "9.000001"', "chữ", '- {code: "9.000001", send: [1}']
)
def test_bad_input_leaves_the_folder_as_it_was(tmp_path: Path, text: str) -> None:
    laid(tmp_path, '- {code: "9.000002", name: Xin giấy thử, send: false}')
    before = {path.name: path.read_bytes() for path in (tmp_path / "province").iterdir()}
    with pytest.raises(CatalogueError, match=r"list\.yaml:\d+: "):
        laid(tmp_path, text)
    assert {path.name: path.read_bytes() for path in (tmp_path / "province").iterdir()} == before


def test_a_folder_that_cannot_be_exchanged_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid(tmp_path, '- {code: "9.000002", name: Xin giấy thử, send: false}')
    rename = Path.rename

    def fails_for_the_new(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise OSError(28, "No space left")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails_for_the_new)
    with pytest.raises(CatalogueError, match="province:1: file: cannot be written: No space left"):
        laid(tmp_path, '- {code: "9.000001", name: Xin giấy thử, send: true}')
    assert list(read(tmp_path)) == ["9.000002"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.yaml", "province", "report"]


def test_a_broken_file_by_hand_stops_the_import_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "province").mkdir()
    (tmp_path / "province" / "9.000001-x.yaml").write_text("nmae: x", "utf-8")
    with pytest.raises(CatalogueError, match=r"province/9\.000001-x\.yaml:1: "):
        laid(tmp_path, '- {code: "9.000002", name: Xin giấy thử, send: false}')
    assert [path.name for path in (tmp_path / "province").iterdir()] == ["9.000001-x.yaml"]


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "province").write_text("x", "utf-8")
    with pytest.raises(CatalogueError, match="is no folder"):
        laid(tmp_path, '- {code: "9.000002", name: Xin giấy thử, send: false}')


def test_the_command_lays_a_workbook_over_country_and_bundled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_layer(tmp_path / "national.jsonl", BASE.values(), "national", "rows", NOON)
    monkeypatch.setenv("NOIDAI_CATALOGUE", "national.jsonl")
    book = openpyxl.Workbook()
    book.active.append(["Mã TTHC", "Tên TTHC", "Tiếp nhận qua BCCI"])
    book.active.append(["9.000001", "Xin giấy thử", "x"])
    book.save(tmp_path / "list.xlsx")
    options = ["--layer", "province", "--province", "H37", "--document", "12/QĐ-UBND", "--as-of", "2026-08-05"]
    done = CliRunner().invoke(cli, ["import", "list.xlsx", *options])
    assert (done.exit_code, done.exception) == (0, None)
    assert "format: excel, told by the content" in done.stderr
    assert "NOIDAI_PROVINCE_LAYER=var/province" in done.stdout
    assert (tmp_path / "var" / "province.report.jsonl").is_file()
    catalogue: Catalog = load(tmp_path / "national.jsonl", tmp_path / "var" / "province")
    assert (catalogue.layer_of("9.000001"), catalogue["9.000001"].postal.send.possible) == ("province", True)


@pytest.mark.parametrize(("option", "value"), [("--province", "37"), ("--format", "pdf"), ("--as-of", "5/8/2026")])
def test_a_wrong_option_is_told(tmp_path: Path, option: str, value: str) -> None:
    source = tmp_path / "list.yaml"
    source.write_text("[]", "utf-8")
    done = CliRunner().invoke(cli, ["import", str(source), option, value, "--to", str(tmp_path / "layer")])
    assert done.exit_code == 2
    assert value in done.stderr or option in done.stderr
