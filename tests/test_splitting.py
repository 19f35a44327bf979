"""A long answer is torn where it reads best, and nothing of it is lost or longer than the channel takes."""

import unicodedata
from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.step import Kind
from bot.handlers.splitting import HEADS, MARK, parts, utf16
from bot.texts.message import ShownLine

Measure = Callable[[str], int]


def in_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


MEASURES: dict[str, Measure] = {"characters": len, "UTF-16": utf16, "bytes": in_bytes}
TELEGRAM, ZALO = 4096, 2000
SAID = "Anh/chị mang bản chính đến đối chiếu, nộp bản sao. Lệ phí: 8.000 đồng/bản; người già thì miễn! Cần gì nữa? "
ODD = "ầ\u0301😀👨\u200d👩\u200d👧🇻🇳👍🏽 \u00a0.a,b:\ud83d\t"

words = st.text(st.sampled_from("abc đĐ.,;:!?…\n") | st.characters(), max_size=400)
words |= st.text(st.sampled_from(ODD), max_size=200)
words |= st.builds(
    lambda text, times: (text * times)[:900], st.sampled_from((SAID, "a", "ầ", "😀", " ")), st.integers(1, 99)
)
lines = st.lists(st.builds(ShownLine, words, st.sampled_from(get_args(Kind))), max_size=12)


def written(part: tuple[ShownLine, ...]) -> str:
    """With the longest marks a channel puts before a line."""
    return "\n".join(f"{'!' * MARK}{line.words}" for line in part)


def bare(text: str) -> str:
    """Without blanks: at a seam they are dropped."""
    return "".join(text.split())


@settings(max_examples=300, deadline=None)
@given(lines, st.integers(60, 500), st.sampled_from(sorted(MEASURES)))
def test_nothing_is_lost_and_nothing_is_too_long(given: list[ShownLine], longest: int, measure: str) -> None:
    torn = parts(given, longest, MEASURES[measure])
    assert all(MEASURES[measure](written(part)) <= longest for part in torn)
    assert bare("".join(line.words for part in torn for line in part)) == bare("".join(line.words for line in given))
    assert all(part for part in torn)


@settings(max_examples=200, deadline=None)
@given(lines, st.integers(60, 500))
def test_each_piece_keeps_what_its_line_was(given: list[ShownLine], longest: int) -> None:
    pieces = [line for part in parts(given, longest) for line in part]
    for whole in given:
        rest = bare(whole.words)
        while pieces and (rest or not bare(pieces[0].words)):
            piece = pieces.pop(0)
            assert (piece.kind, piece.link) == (whole.kind, whole.link)
            assert rest.startswith(bare(piece.words))
            rest = rest.removeprefix(bare(piece.words))
            if not rest:
                break
        assert not rest


@settings(max_examples=300, deadline=None)
@given(lines, st.integers(200, 500))
def test_no_heading_stands_alone_at_the_end_of_a_part(given: list[ShownLine], longest: int) -> None:
    short = [ShownLine(line.words[:20], line.kind) if line.kind in HEADS else line for line in given]
    spaced: list[ShownLine] = []
    for line in short:  # no heap of headings: a part of nothing else is not meant
        if spaced and spaced[-1].kind in HEADS and line.kind in HEADS:
            continue
        spaced.append(line)
    torn = parts(spaced, longest)
    assert all(part[-1].kind not in HEADS for part in torn[:-1])


@settings(max_examples=100, deadline=None)
@given(lines, st.integers(60, 500))
def test_what_fits_is_one_part_and_as_it_was(given: list[ShownLine], longest: int) -> None:
    if len(written(tuple(given))) + 1 <= longest and given:
        assert parts(given, longest) == [tuple(given)]


@pytest.mark.parametrize(("longest", "measure"), [(TELEGRAM, utf16), (ZALO, len)], ids=["Telegram", "Zalo"])
def test_five_thousand_characters_are_torn_at_the_end_of_a_sentence(longest: int, measure: Measure) -> None:
    torn = parts([ShownLine((SAID * 60)[:5000])], longest, measure)
    assert len(torn) == -(-5000 // (longest - 100))
    assert all(part[-1].words[-1] in ".!?;" for part in torn[:-1])


def test_without_sentences_words_stay_whole_and_without_words_letters() -> None:
    torn = parts([ShownLine("công chứng " * 500)], ZALO)
    assert {line.words.split()[-1] for part in torn for line in part} <= {"công", "chứng"}
    assert {line.words.split()[0] for part in torn for line in part} <= {"công", "chứng"}
    assert [len(part[0].words) for part in parts([ShownLine("x" * 5000)], ZALO)] == [1996, 1996, 1008]


@pytest.mark.parametrize("longest", range(64, 80))
def test_no_letter_is_parted_from_its_marks(longest: int) -> None:
    decomposed = unicodedata.normalize("NFD", "nghiệmẫuxử" * 40)
    for part in parts([ShownLine(decomposed)], longest):
        assert not unicodedata.combining(part[0].words[0])
    family = "👨\u200d👩\u200d👧\ufe0f"
    for part in parts([ShownLine(family * 60)], longest, utf16):
        assert bare(part[0].words.replace(family, "")) == ""


@pytest.mark.parametrize("longest", range(64, 72))
def test_no_pair_of_surrogates_is_torn(longest: int) -> None:
    for part in parts([ShownLine("a" + "😀" * 500)], longest, utf16):
        assert "\ufffd" not in part[0].words
        part[0].words.encode("utf-16")


def test_a_letter_with_marks_without_end_is_torn_all_the_same() -> None:
    torn = parts([ShownLine("a" + "\u0301" * 5000)], ZALO)
    assert all(len(written(part)) <= ZALO for part in torn)


def test_a_heading_goes_with_the_beginning_of_what_it_heads() -> None:
    text = ShownLine(SAID * 30)
    before, heading = ShownLine("x" * 1900), ShownLine("Giấy tờ", "heading")
    first, second, *_ = parts([before, heading, text], ZALO)
    assert first == (before,)
    assert second[0] == heading
    assert text.words.startswith(second[1].words)
    assert parts([heading, text], ZALO)[0][0] == heading
    assert len(parts([heading, text], ZALO)[0]) == 2


def test_nothing_to_say_is_no_part() -> None:
    assert parts([], ZALO) == []


def test_a_hundred_thousand_lines_are_no_matter() -> None:
    assert sum(len(part) for part in parts([ShownLine("giấy")] * 100_000, ZALO)) == 100_000
