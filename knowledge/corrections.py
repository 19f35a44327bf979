"""What a citizen takes back and what they put in its place: "à nhầm, số 15", "phường A chứ không phải B"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read
from knowledge.intents import merged
from knowledge.sayings import Sayings, Word, without, words_of

EDGES = " ,;:.-–"
NUMBER = r"\d{1,4}[A-Za-zĐđ]?(?:/\d{1,4}[A-Za-zĐđ]?)*"  # longer ones are no house
FIRST_NUMBER = re.compile(rf"(?<![\w/]){NUMBER}(?![\w/])")
ONLY_NUMBER = re.compile(NUMBER)


@dataclass(frozen=True)
class Correction:
    """`right` is what holds; `wrong` what does not, when that was said too."""

    right: str
    wrong: str | None = None


class CorrectionWords(BaseModel):
    """data/corrections.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    openers: tuple[str, ...]
    not_: tuple[str, ...]
    but: tuple[str, ...]
    rather_than: tuple[str, ...]
    house: tuple[str, ...]


def correction_in(text: str) -> Correction | None:
    """None: nothing is taken back.

    >>> correction_in("à nhầm, số 15"), correction_in("tên Hoa chứ không phải Lan")
    (Correction(right='số 15', wrong=None), Correction(right='tên Hoa', wrong='Lan'))
    >>> correction_in("khong phai phuong Dong Kinh ma Tam Thanh")
    Correction(right='Tam Thanh', wrong='phuong Dong Kinh')
    >>> correction_in("12 Trần Phú") is None, correction_in("không phải") is None
    (True, True)
    """
    words = words_of(text)
    return of_not_but(text, words) or of_rather_than(text, words) or opened(text, words)


def of_not_but(text: str, words: Sequence[Word]) -> Correction | None:
    for _, end in lists().not_.said_in(words)[:1]:
        after = next(((s, e) for s, e in lists().but.said_in(words) if s > end), None)
        if after and after[1] < len(words):
            wrong = text[words[end].start : words[after[0]].start]
            right = f"{before_it(text, words)} {text[words[after[1]].start :]}"
            return Correction(right.strip(EDGES), wrong.strip(EDGES))
    return None


def before_it(text: str, words: Sequence[Word]) -> str:
    start, _ = lists().not_.said_in(words)[0]
    head = text[: words[start].start]
    opener = opened(head, words_of(head))
    return (opener.right if opener else head).strip(EDGES)


def of_rather_than(text: str, words: Sequence[Word]) -> Correction | None:
    for start, end in lists().rather_than.said_in(words)[:1]:
        if start and end < len(words):
            head = text[: words[start].start]
            opener = opened(head, words_of(head))
            return Correction((opener.right if opener else head).strip(EDGES), text[words[end].start :].strip(EDGES))
    return None


def opened(text: str, words: Sequence[Word]) -> Correction | None:
    runs = lists().openers.said_in(words)
    right = without(text, words, merged(runs)) if runs else ""
    return Correction(right) if right else None


def is_house_number(said: str) -> bool:
    """Whether a number is said to be that of the house.

    >>> is_house_number("số nhà 15"), is_house_number("15"), is_house_number("số 0912345678")
    (True, False, False)
    """
    words = words_of(said)
    start = lists().house.end_at(words, 0) if words else None
    return bool(start and start < len(words) and ONLY_NUMBER.fullmatch(said[words[start].start :].strip(EDGES)))


def with_house_number(street: str, said: str) -> str | None:
    """The street with another number, when only a number is said. None: more is said, or the street has none.

    >>> with_house_number("12 Trần Phú", "số 15"), with_house_number("ngõ 5 Lê Lợi", "nhà số 7B")
    ('15 Trần Phú', 'ngõ 7B Lê Lợi')
    >>> with_house_number("thôn Bản Chu", "số 15"), with_house_number("12 Trần Phú", "15 Lê Lợi") is None
    ('số 15, thôn Bản Chu', True)
    """
    words = words_of(said)
    start = (lists().house.end_at(words, 0) or 0) if words else 0
    number = said[words[start].start :].strip(EDGES) if start < len(words) else ""
    if not ONLY_NUMBER.fullmatch(number):
        return None
    replaced, count = FIRST_NUMBER.subn(number, street, count=1)
    return replaced if count else f"số {number}, {street}" if start else None


@dataclass(frozen=True)
class Lists:
    openers: Sayings
    not_: Sayings
    but: Sayings
    rather_than: Sayings
    house: Sayings


@cache
def lists() -> Lists:
    words = read("corrections.yaml", CorrectionWords)
    return Lists(*map(Sayings, (words.openers, words.not_, words.but, words.rather_than, words.house)))
