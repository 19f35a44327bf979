"""Everyday writing: abbreviations, and which of their readings is taken."""

import re

import pytest

from knowledge.datafile import read
from knowledge.text import fold, has_marks
from knowledge.words import Words, WordsFile, load_words, readings

FILE = read("words.yaml", WordsFile)
WORDS = load_words()
READINGS = [(short, reading.strip()) for short, long in FILE.abbreviations.items() for reading in long.split("|")]

# Words that are right without a mark: Vietnamese syllables that bear none, and borrowed ones.
WITHOUT_MARKS = {
    "anh",
    "con",
    "doanh",
    "em",
    "khai",
    "kinh",
    "ly",
    "online",
    "qua",
    "quy",
    "sao",
    "sinh",
    "trong",
    "xe",
    "xong",
}
LONGEST = 9  # words one abbreviation stands for


BARE = {word for _, reading in READINGS if not has_marks(reading) for word in reading.split()}


def test_every_reading_has_marks_or_needs_none() -> None:
    assert sorted(BARE - WITHOUT_MARKS) == []


def test_every_exception_is_needed() -> None:
    assert sorted(WITHOUT_MARKS - BARE) == []


def test_abbreviations_are_single_words_of_a_few() -> None:
    assert [short for short in FILE.abbreviations if not re.fullmatch(r"[a-z0-9]+", fold(short))] == []
    assert [short for short, reading in READINGS if len(reading.split()) > LONGEST] == []


def test_an_abbreviation_stands_for_something_else() -> None:
    assert [short for short, reading in READINGS if not reading or fold(reading) == fold(short)] == []


def test_no_abbreviation_is_given_twice() -> None:
    """Marks are folded away: a second one would silently replace the first."""
    folded = list(map(fold, FILE.abbreviations))
    assert sorted({short for short in folded if folded.count(short) > 1}) == []


def test_no_reading_is_given_twice() -> None:
    assert [short for short, found in WORDS.abbreviations.items() if len(set(found)) < len(found)] == []


def test_small_words_are_single_words() -> None:
    assert [word for word in WORDS.small | WORDS.wish | WORDS.around if len(word.split()) != 1] == []


def words(**abbreviations: str) -> Words:
    found = {short: readings(long) for short, long in abbreviations.items()}
    return Words(found, {}, frozenset(), frozenset(), frozenset(), frozenset())


def said(*pairs: str) -> object:
    return set(pairs).__contains__


TT = words(tt="thủ tục | tạm trú | thường trú", dk="đăng ký | điều kiện")


@pytest.mark.parametrize(
    ("text", "pairs", "spelt"),
    [
        pytest.param("xin tt", (), "xin thu tuc", id="the first when nothing tells"),
        pytest.param("gia hạn tt", ("han tam",), "gia han tam tru", id="by the word before"),
        pytest.param("tt tại nhà", ("tru tai",), "tam tru tai nha", id="by the word after, the first of those it fits"),
        pytest.param("tt vĩnh viễn", ("truong tru", "tru vinh"), "tam tru vinh vien", id="no other pair counts"),
        pytest.param("nhập tt", ("nhap thuong",), "nhap thuong tru", id="the last reading"),
        pytest.param("dk tt", ("ky tam",), "dang ky tam tru", id="by a word that was spelt out itself"),
        pytest.param("DK, TT!", ("ky tam",), "dang ky tam tru", id="capitals and signs"),
        pytest.param("mẫu tt", ("mau tt",), "mau tt", id="as written, where people write it so"),
        pytest.param("tt", (), "thu tuc", id="alone"),
        pytest.param("att ttt", (), "att ttt", id="whole words only"),
        pytest.param("", (), "", id="nothing"),
    ],
)
def test_of_several_readings_the_one_that_its_neighbours_know(text: str, pairs: tuple[str, ...], spelt: str) -> None:
    assert " ".join(TT.spelt_out(text, said(*pairs))) == spelt


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("dk ks cho bé", "dang ky khai sinh cho be"),
        ("ko có cccd", "khong co can cuoc cong dan"),
        ("xin gplx", "xin giay phep lai xe"),
        ("đăng kí", "dang ky"),
    ],
)
def test_the_shipped_table(text: str, spelt: str) -> None:
    """Without a phrasebook the likeliest reading is taken."""
    assert " ".join(WORDS.spelt_out(text)) == spelt


def test_readings_are_folded_in_their_order() -> None:
    assert readings("Thủ tục|tạm trú") == (("thu", "tuc"), ("tam", "tru"))
