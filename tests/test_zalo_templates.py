"""Which template stands for which notice: read from a file, and checked as far as it can be."""

import re
from pathlib import Path

import pytest

import bot
from bot.dialogue.step import Line, Reply, text
from bot.handlers.zalo.templates import Templates, load_templates
from bot.settings import SettingsError
from bot.texts.message import Message, ShownLine
from bot.texts.render import render_notice
from tests.zalo_account import HELLO

PAGE = (Path(bot.__file__).parent.parent / "docs/zalo-templates.md").read_text("utf-8")
GOOD = """
notice.collected:
  template: "402155"
  fill:
    ma_hen: number
    noi_dung: {words: 12}
dossier_notice.done:
  template: "402156"
  fill:
    ma_ho_so: {value: code, longest: 10}
notice.delayed:
  template: "7"
"""
COLLECTED = render_notice(Reply((Line(text("notice.collected", number="ND261122-4F7KQ2")),)), "vi")
DONE = render_notice(Reply((Line(text("dossier_notice.done", code="H56.14-240823-0001")),)), "vi")


def loaded(tmp_path: Path, words: str) -> Templates:
    file = tmp_path / "templates.yaml"
    file.write_text(words, "utf-8")
    return load_templates(file)


def test_a_notice_fills_its_template(tmp_path: Path) -> None:
    templates = loaded(tmp_path, GOOD)
    collected = templates.filled((COLLECTED,))
    assert collected
    assert (collected.template, dict(collected.values)) == (
        "402155",
        {"ma_hen": "ND261122-4F7KQ2", "noi_dung": "Bưu tá đã…"},
    )
    done = templates.filled((DONE,))
    assert done
    assert dict(done.values) == {"ma_ho_so": "H56.14-24…"}


def test_what_has_no_template_has_none(tmp_path: Path) -> None:
    templates = loaded(tmp_path, GOOD)
    moved = render_notice(Reply((Line(text("notice.moved", number="ND1")),)), "vi")
    assert templates.filled((moved,)) is None
    assert templates.filled(HELLO) is None  # an answer
    assert templates.filled((COLLECTED, DONE)) is None
    assert templates.filled(()) is None
    assert templates.filled((Message((ShownLine("Bưu tá"),), notice="notice.collected"),)) is None  # lacks its value


@pytest.mark.parametrize(
    ("words", "faults"),
    [
        ("", ["1: file: is empty"]),
        ("- a", ["1: file:"]),
        ("a: [", ["not YAML"]),
        ("notice.collectd:\n  template: '1'", ["1: notice.collectd: there is no such notice"]),
        ("greeting:\n  template: '1'", ["there is no such notice"]),
        ("notice.collected: {}", ["1: notice.collected.template: is missing"]),
        ("notice.collected:\n  template: 'a b'", ["2: notice.collected.template"]),
        ("notice.collected:\n  template: 402155", ["2: notice.collected.template"]),  # YAML makes a number of it
        ("notice.collected:\n  template: '1'\n  fil: {}", ["3: notice.collected.fil"]),
        ("notice.collected:\n  template: '1'\n  fill: {a: numbr}", ["no value 'numbr' in this notice; it has number"]),
        ("notice.collected:\n  template: '1'\n  fill: {a: {words: 0}}", ["notice.collected.fill.a"]),
        ("notice.collected:\n  template: '1'\nnotice.collected:\n  template: '2'", ["stands twice"]),
        ("a.b:\n  template: '1'\nnotice.x:\n  template: '1'", ["1: a.b: there", "3: notice.x: there"]),
    ],
)
def test_a_fault_in_the_file_is_named(tmp_path: Path, words: str, faults: list[str]) -> None:
    with pytest.raises(SettingsError) as failure:
        loaded(tmp_path, words)
    lines = str(failure.value).splitlines()
    assert all(line.startswith("NOIDAI_ZALO_TEMPLATES: ") for line in lines)
    assert all(any(fault in line for line in lines) for fault in faults), lines


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_templates(tmp_path / "nowhere.yaml")


def test_the_example_of_the_page_can_be_used(tmp_path: Path) -> None:
    example = PAGE.split("```yaml\n")[1].split("```")[0]
    assert set(loaded(tmp_path, example).by_notice) == {"notice.collected", "dossier_notice.done", "notice.delayed"}


def test_every_notice_of_the_page_can_have_a_template(tmp_path: Path) -> None:
    for key in set(re.findall(r"`((?:dossier_)?notice\.\w+)`", PAGE)):
        value = "code" if key.startswith("dossier") else "number"
        assert loaded(tmp_path, f"{key}:\n  template: '1'\n  fill: {{a: {value}}}").by_notice
