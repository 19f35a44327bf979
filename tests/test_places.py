"""Places: every official name there is and was, and what citizens make of them (places/samples.yaml)."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from knowledge.places import PlaceReading, load_places
from knowledge.places.book import rows
from knowledge.text import fold

RIGHT = 0.95  # of the samples
SOME = 2_000  # of the 13,356 official names: all take longer than a test should

PLACES = load_places()


class Sample(BaseModel, extra="forbid"):
    message: str
    communes: frozenset[str]  # several: to be asked back
    province: str | None = None  # where only that is told
    home: str | None = None  # the citizen's province, when known
    rest: str | None = None
    means: str | None = None


def load_samples() -> list[Sample]:
    path = Path(__file__).parent / "places" / "samples.yaml"
    return TypeAdapter(list[Sample]).validate_python(yaml.load(path.read_text("utf-8"), yaml.CBaseLoader))


SAMPLES = load_samples()


def codes(reading: PlaceReading) -> frozenset[str]:
    return frozenset(commune.code for commune in reading.communes)


def is_right(sample: Sample) -> bool:
    reading = PLACES.read(sample.message, sample.home)
    province = reading.province.code if reading.province else None
    return codes(reading) == sample.communes and (bool(sample.communes) or province == sample.province)


def test_messages_are_read_or_rightly_asked_back():
    assert len(SAMPLES) >= 220
    wrong = [(s.message, s.means, PLACES.read(s.message, s.home)) for s in SAMPLES if not is_right(s)]
    assert 1 - len(wrong) / len(SAMPLES) >= RIGHT, wrong


def test_samples_come_from_every_province():
    told = {PLACES.book.communes[code].province.code for sample in SAMPLES for code in sample.communes}
    assert told == set(PLACES.book.provinces)


def test_what_is_no_place_is_never_taken_for_one():
    without = [sample for sample in SAMPLES if not sample.communes and not sample.province]
    found = [(sample.message, PLACES.read(sample.message)) for sample in without]
    assert len(without) >= 25
    assert [message for message, reading in found if reading.communes or reading.province] == []


def test_the_rest_is_kept_as_written():
    wrong = [(s.rest, r) for s in SAMPLES if s.rest and (r := PLACES.read(s.message, s.home).rest) != s.rest]
    assert wrong == []


def test_nobody_is_sure_of_a_wrong_commune():
    found = [(sample, PLACES.read(sample.message, sample.home)) for sample in SAMPLES]
    assert [s.message for s, reading in found if reading.surely and codes(reading) != s.communes] == []


def official_names() -> list[tuple[str, frozenset[str]]]:
    """Full addresses of today and of old, each with what it is today."""
    now = [(commune.full, frozenset({commune.code})) for commune in PLACES.book.communes.values()]
    provinces = {code: name for code, name, _ in rows("old_provinces", 3)}
    districts = {code: f"{name}, {provinces[home]}" for code, name, home, *_ in rows("old_districts", 5)}
    old = [
        (f"{name}, {districts[district]}", frozenset(became.split(",")))
        for _, name, district, became, _ in rows("old_communes", 5)
    ]
    return now + old


OFFICIAL = official_names()
SAMPLED = Random(20).sample(OFFICIAL, SOME)
FEW = SAMPLED[:500]  # for each other way to write them


def test_the_data_is_whole():
    tables = ("provinces", "communes", "old_provinces", "old_districts", "old_communes")
    assert [len(list(rows(name, 0))) for name in tables] == [34, 3_321, 63, 696, 10_035]
    assert {code for _, became in OFFICIAL for code in became} == set(PLACES.book.communes)


def test_no_old_commune_was_parted_between_provinces():
    homes = [{PLACES.book.communes[code].province for code in became} for _, became in OFFICIAL]
    assert max(map(len, homes)) == 1


def test_every_official_name_is_read():
    assert [(name, found) for name, now in SAMPLED if (found := codes(PLACES.read(name))) != now] == []


def test_an_old_name_is_said_back():
    old = [(name, became) for name, became in SAMPLED if name.count(", ") == 2]
    assert [name for name, _ in old if PLACES.read(name).said != name.rsplit(", ", 1)[0]] == []


@pytest.mark.parametrize("written", [str.upper, str.lower, str.title, lambda name: name.replace(",", "")])
def test_case_and_commas_do_not_matter(written: Callable[[str], str]):
    assert [name for name, now in FEW if codes(PLACES.read(written(name))) != now] == []


def test_without_marks_namesakes_are_asked_about_and_nothing_else_changes():
    for name, now in FEW:
        found = PLACES.read(fold(name)).communes
        assert now <= {commune.code for commune in found}, name
        assert len(found) < len(now) + 4, name


SHORT = {"phường ": "p.", "thị trấn ": "tt ", "thị xã ": "tx ", "thành phố ": "tp.", "huyện ": "h ", "quận ": "q."}


def test_short_forms_do_not_matter():
    for name, now in FEW:
        said = name.lower()
        for long, short in SHORT.items():
            said = said.replace(long, short)
        assert now <= codes(PLACES.read(said.replace("xã ", "x "))), said


def test_two_letters_changing_places_are_forgiven():
    """In the last word of the name, mended or asked about; and never surely read as another commune."""
    missed = []
    for name, now in FEW:
        word = name.split(",")[0].split()[-1]
        reading = PLACES.read(name.replace(word, f"{word[:-2]}{word[-1]}{word[-2]}", 1)) if len(word) > 3 else None
        if reading and not now <= codes(reading):
            missed.append(name)
            assert not (reading.surely and reading.communes), name
    assert len(missed) < len(FEW) / 50, missed


def test_the_citizens_province_tells_namesakes_apart():
    assert len(codes(PLACES.read("đông kinh"))) > 1
    assert [commune.full for commune in PLACES.read("đông kinh", "20").communes] == ["phường Đông Kinh, tỉnh Lạng Sơn"]


@pytest.mark.parametrize(
    ("message", "surely"),
    [
        ("phường Đông Kinh, Lạng Sơn", True),
        ("phường Đông Kihn, Lạng Sơn", False),  # mended
        ("xã Đông Kinh, Lạng Sơn", False),  # it is a phường
        ("phường Đông Kinh, huyện Bắc Sơn, Lạng Sơn", False),  # it is not there
        ("xã Tân Thành, Lạng Sơn", False),  # an old one of that name went elsewhere
        ("em ở Lạng Sơn", True),
        ("từ Lạng Sơn về Hà Nội", False),
    ],
)
def test_what_is_sure(message: str, surely: bool):
    assert PLACES.read(message).surely == surely


WORDS = "phường xã p x tp q h thị trấn huyện tỉnh 5 12 , . - ở đông kinh lạng sơn tân thành sđt 0912345678 đường"


@given(
    st.text() | st.lists(st.sampled_from(WORDS.split(" "))).map(" ".join),
    st.none() | st.sampled_from(sorted(PLACES.book.provinces)),
)
@settings(deadline=None)
def test_any_text_is_read(text: str, home: str | None):
    reading = PLACES.read(text, home)
    assert not reading.surely or len(reading.communes) == 1 or reading.province
    assert len({commune.code for commune in reading.communes}) == len(reading.communes)
