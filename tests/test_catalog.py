"""Facts are checked when they are read: a fault names file, line and key; layers lie one over the other."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from procedures_catalog.catalog import Catalog, load, read_folder
from procedures_catalog.files import CatalogueError
from procedures_catalog.models import Duration, Fee, PostalWay, Procedure, RequiredDocument, Source

GOOD = """\
code: "1.000001"
name: Đăng ký việc gì đó
short: Việc gì đó
documents:
  - name: Tờ khai
    form: original
fees:
  - kind: phi
    amount: 8000
durations:
  - amount: 3
postal:
  send: {possible: true}
  back: {possible: null}
source:
  document: 1/QĐ-X
  as_of: 2026-01-02
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "1.000001-viec.yaml").write_text(GOOD, "utf-8")
    return tmp_path


def faults(folder: Path, text: str, name: str = "1.000001-viec.yaml") -> list[str]:
    """What is said of a folder with this file, each fault without the folder's name."""
    (folder / name).write_text(text, "utf-8")
    with pytest.raises(CatalogueError) as caught:
        read_folder(folder)
    return [fault.replace(f"{folder}/", "") for fault in caught.value.faults]


def test_a_good_file_is_a_procedure(folder: Path) -> None:
    procedure = read_folder(folder)["1.000001"]
    assert procedure.title == "Việc gì đó"
    assert procedure.source == Source(document="1/QĐ-X", as_of=date(2026, 1, 2))
    assert procedure.postal.back.possible is None


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("short:", "shrt:", "1.000001-viec.yaml:3: shrt: no such key"),
        ("name: Đăng ký việc gì đó\n", "", "1.000001-viec.yaml:1: name: is missing"),
        ("amount: 8000", "amount: tám nghìn", "1.000001-viec.yaml:9: fees.0.amount: "),
        ("amount: 8000", "amount: null", "1.000001-viec.yaml:8: fees.0: `unknown` says why `amount` is null"),
        ("amount: 8000", "amount: -1", "1.000001-viec.yaml:9: fees.0.amount: "),
        ("form: original", "form: gốc", "1.000001-viec.yaml:6: documents.0.form: "),
        (
            "send: {possible: true}",
            "send: {possible: false}",
            "1.000001-viec.yaml:13: postal.send: `obstacle` says why",
        ),
        ("as_of: 2026-01-02", "as_of: hôm qua", "1.000001-viec.yaml:17: source.as_of: "),
        ("as_of: 2026-01-02", "as_of: 2026-01-02\n  as_of: 2026-01-03", "1.000001-viec.yaml:18: as_of: stands twice"),
        ('"1.000001"', '"1.1"', "1.000001-viec.yaml:1: code: "),
        ('"1.000001"', '"1.000002"', "1.000001-viec.yaml:1: code: the file name does not begin with 1.000002"),
        ("documents:", "documents: [", "1.000001-viec.yaml:"),
    ],
)
def test_a_fault_names_file_line_and_key(folder: Path, before: str, after: str, fault: str) -> None:
    assert GOOD.count(before) == 1
    said = faults(folder, GOOD.replace(before, after))
    assert any(line.startswith(fault) for line in said), said


def test_every_fault_of_a_folder_is_told_at_once(folder: Path) -> None:
    (folder / "1.000003-c.yaml").write_text("", "utf-8")
    said = faults(folder, GOOD.replace("short:", "shrt:"))
    assert {line.split(":")[0] for line in said} == {"1.000001-viec.yaml", "1.000003-c.yaml"}


def test_a_code_stands_in_one_file_only(folder: Path) -> None:
    said = faults(folder, GOOD, "1.000001-lai.yaml")
    assert said == ["1.000001-viec.yaml:1: code: 1.000001 stands in another file too"]


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no such folder"):
        read_folder(tmp_path / "nowhere")


def test_a_province_says_only_what_differs(folder: Path, tmp_path: Path) -> None:
    province = tmp_path / "province"
    province.mkdir()
    own = 'code: "1.000001"\nhand_in: Trung tâm phường Tam Thanh\n'
    (province / "1.000001-viec.yaml").write_text(own, "utf-8")
    catalog = load(province=province, bundled=folder)
    assert catalog["1.000001"].hand_in == "Trung tâm phường Tam Thanh"
    assert catalog["1.000001"].name == "Đăng ký việc gì đó"
    assert catalog.layer_of("1.000001") == "province"


def test_a_province_may_add_a_procedure_but_not_half_of_one(folder: Path, tmp_path: Path) -> None:
    province = tmp_path / "province"
    province.mkdir()
    (province / "1.000002-rieng.yaml").write_text('code: "1.000002"\nname: Riêng\n', "utf-8")
    with pytest.raises(CatalogueError, match="is missing"):
        load(province=province, bundled=folder)


def test_a_higher_layer_hides_a_lower_one(folder: Path) -> None:
    below = read_folder(folder)
    above = {code: p.model_copy(update={"name": "Mới"}) for code, p in below.items()}
    catalog = Catalog({"national": below, "bundled": above})
    assert catalog["1.000001"].name == "Mới"
    assert catalog.layer_of("1.000001") == "bundled"
    assert (len(catalog), list(catalog), "1.000001" in catalog, "9.999999" in catalog) == (1, ["1.000001"], True, False)
    with pytest.raises(KeyError):
        catalog["9.999999"]


def test_a_procedure_cannot_be_changed(folder: Path) -> None:
    procedure = read_folder(folder)["1.000001"]
    with pytest.raises(ValidationError):
        procedure.name = "khác"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Fee(kind="phi", amount=None),
        lambda: Fee.model_validate({"kind": "phi", "amount": 0, "unknown": "depends"}),
        lambda: Fee.model_validate(
            {"kind": "phi", "amount": 1, "valid_from": "2026-01-02", "valid_until": "2026-01-01"}
        ),
        lambda: PostalWay(possible=False),
        lambda: PostalWay(possible=True, obstacle="biometrics"),
        lambda: PostalWay(possible=None, obstacle="biometrics"),
        lambda: Duration(amount=-1),
        lambda: RequiredDocument(name="", form=None),
        lambda: RequiredDocument(name="x", form=None, count=0),
        lambda: Procedure.model_validate({"code": "1.000001", "name": "x"}),
    ],
)
def test_what_cannot_be_true_is_refused(wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValidationError):
        wrong()


def test_the_bundled_catalogue_loads() -> None:
    catalog = load()
    assert all(catalog.layer_of(code) == "bundled" for code in catalog)
