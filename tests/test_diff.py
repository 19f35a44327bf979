"""What changed between two catalogues: every kind of change once, grouped, counted, in words and as JSON."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.commands.catalogue import cli
from procedures_catalog.catalog import BUNDLED, read_folder
from procedures_catalog.diff import compare, read_any
from procedures_catalog.files import CatalogueError
from procedures_catalog.layers import write_layer
from procedures_catalog.models import Procedure

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
ROWS = Path(__file__).parent / "data" / "import" / "rows.jsonl"


def procedure(code: str = "9.000001", **said: Any) -> Procedure:
    way = {"possible": True}
    source = {"document": "1/QĐ-THU", "as_of": date(2026, 1, 1)}
    facts = {"name": "Xin giấy thử", "documents": None, "postal": {"send": way, "back": way}, "source": source}
    return Procedure.model_validate({"code": code, **facts, **said})


def by_code(*procedures: Procedure) -> Mapping[str, Procedure]:
    return {one.code: one for one in procedures}


def fee(amount: int | None = 5_000, **said: Any) -> dict[str, Any]:
    return {"kind": "phi", "amount": amount, "unknown": None if amount is not None else "depends", **said}


def paper(name: str = "Tờ đơn", **said: Any) -> dict[str, Any]:
    return {"name": name, "form": "original", **said}


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[str, ...], tuple[str, ...]]] = {
    "name": ({}, {"name": "Xin tờ thử"}, ("Xin giấy thử",), ("Xin tờ thử",)),
    "fee": (
        {"fees": [fee()]},
        {"fees": [fee(1_234_000, channels=("online",)), fee(None)]},
        ("phi, 5,000 VND/dossier",),
        ("phi, 1,234,000 VND/dossier, online", "phi, unknown (depends)"),
    ),
    "papers": (
        {},
        {"documents": [paper(count=2)], "cases": [{"name": "Ở xa", "documents": [paper("Thư", form=None)]}]},
        ("unknown",),
        ("Tờ đơn, original, ×2", "[Ở xa] Thư, form unknown"),
    ),
    "time": ({}, {"durations": [{"amount": 3, "channels": ("post",)}]}, (), ("3 working_day, post",)),
    "post": (
        {},
        {"postal": {"send": {"possible": False, "obstacle": "biometrics"}, "back": {"possible": None}}},
        ("send: yes", "back: yes"),
        ("send: no, biometrics", "back: unknown"),
    ),
    "levels": ({}, {"levels": ("commune",)}, (), ("commune",)),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_each_kind_of_change_is_told_alone(kind: str) -> None:
    before, after, old, new = CHANGES[kind]
    found = compare(by_code(procedure(**before)), by_code(procedure(**after)))
    (change,) = found.changed[kind]
    assert (change.code, change.old, change.new) == ("9.000001", old, new)
    assert {name: count for name, count in found.counts.items() if count} == {kind: 1}


def test_what_came_and_what_went() -> None:
    found = compare(by_code(procedure("9.000001")), by_code(procedure("9.000002")))
    assert (dict(found.new), dict(found.gone)) == ({"9.000002": "Xin giấy thử"}, {"9.000001": "Xin giấy thử"})


def test_source_day_note_and_order_are_no_change() -> None:
    other = {"document": "2/QĐ-THU", "as_of": date(2026, 2, 2)}
    before = procedure(fees=[fee(), fee(7_000)], levels=("commune", "province"))
    after = procedure(fees=[fee(7_000, note="chữ"), fee(source=other)], levels=("province", "commune"), source=other)
    assert not any(compare(by_code(before), by_code(after)).counts.values())


def test_a_fee_that_stands_once_more_is_a_change() -> None:
    found = compare(by_code(procedure(fees=[fee()])), by_code(procedure(fees=[fee(), fee(note="chữ")])))
    assert found.counts["fee"] == 1


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    path = tmp_path / "layer.jsonl"
    write_layer(path, [procedure("9.000001"), procedure("9.000003", name="Cũ")], "national", "rows", NOON)
    return path


def test_layers_folders_and_import_files_are_read_alike(tmp_path: Path, layer: Path) -> None:
    assert list(read_any(layer, {})) == ["9.000001", "9.000003"]
    assert list(read_any(ROWS, {})) == ["9.000003", "9.000001", "9.000002", "9.000006"]
    folder = tmp_path / "province"
    folder.mkdir()
    (folder / "9.000001.yaml").write_text('code: "9.000001"\nlevels: [commune]\n', "utf-8")
    assert read_any(folder, read_any(layer, {}))["9.000001"].levels == ("commune",)
    bundled = read_folder(BUNDLED)
    assert not any(compare(bundled, read_any(BUNDLED, bundled)).counts.values())


def told(*arguments: str | Path) -> str:
    done = CliRunner().invoke(cli, ["diff", *map(str, arguments)])
    assert (done.exit_code, done.exception) == (0, None)
    return done.stdout


def test_the_command_groups_and_counts(layer: Path) -> None:
    lines = told(layer, ROWS).splitlines()
    assert lines[:3] == ["new: 2", "gone: 0", "name: 2"]
    assert "  9.000003 Xin giấy thử" in lines
    assert "    - Cũ" in lines


def test_the_command_gives_json(layer: Path) -> None:
    found = json.loads(told(layer, ROWS, "--json"))
    assert found["counts"]["name"] == len(found["changed"]["name"]) == 2
    assert set(found["new"]) == {"9.000002", "9.000006"}
    assert {"code", "name", "old", "new"} == set(found["changed"]["name"][0])


def test_a_long_list_is_cut_and_says_so(tmp_path: Path, layer: Path) -> None:
    many = [procedure(f"9.{number:06}") for number in range(100, 130)]
    write_layer(tmp_path / "many.jsonl", many, "national", "rows", NOON)
    assert "  … and 10 more; --json tells all" in told(layer, tmp_path / "many.jsonl").splitlines()


def test_nothing_changed_is_said_in_figures_alone(layer: Path) -> None:
    assert {line.partition(": ")[2] for line in told(layer, layer).splitlines()} == {"0"}


@pytest.mark.parametrize(
    ("body", "message"), [(None, "No such file"), (b"<html>", "is an HTML page"), (b"{}", "no proc")]
)
def test_a_side_that_cannot_be_read_is_told(tmp_path: Path, layer: Path, body: bytes | None, message: str) -> None:
    other = tmp_path / "other.json"
    if body is not None:
        other.write_bytes(body)
    done = CliRunner().invoke(cli, ["diff", str(layer), str(other)])
    assert isinstance(done.exception, CatalogueError)
    assert message in str(done.exception)
    assert str(other) in str(done.exception)


def test_the_whole_country_against_itself(tmp_path: Path) -> None:
    corpus = os.environ.get("NATIONAL_CORPUS")
    if not corpus:
        pytest.skip("NATIONAL_CORPUS names no file")
    country = read_any(Path(corpus), {})
    found = compare(country, read_folder(BUNDLED, country))
    assert len(country) > 5_000
    assert found.counts["gone"] + len(read_folder(BUNDLED)) == len(country) + found.counts["new"]
