"""A person's name in what people write: "mẹ tôi tên Hoàng Thị Mai", "gặp chị Hoa", or the name alone.

Who comes to a door asks for somebody. What cannot be asked for (emoji, digits, an insult) is no name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read
from knowledge.phrases import load_phrases
from knowledge.sayings import Sayings, Word, words_of
from knowledge.text import accented, fold, has_marks, tidy

LONGEST = 200  # characters of an answer that are read
LONGEST_NAME = 60  # characters
MOST_WORDS = 7  # of a name: "Công Tằng Tôn Nữ Thị Hoa" has six
PART = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.-](?=[^\W\d_]))*")
DIGIT = re.compile(r"\d")
PARTS = re.compile(r"\s*[,;:()]\s*|\s+[-–]\s+")

Reason = Literal["no_letters", "digits", "too_long", "not_a_name", "nobody_yet"]


@dataclass(frozen=True)
class Name:
    """As it is written on the slip, and the message without it."""

    written: str
    rest: str = ""

    @property
    def is_whole(self) -> bool:
        """More than a given name, or one with the way to address its bearer."""
        return " " in self.written


@dataclass(frozen=True)
class NoName:
    reason: Reason


class NameWords(BaseModel):
    """data/names.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    surnames: tuple[str, ...]
    named: tuple[str, ...]
    met: tuple[str, ...]
    titles: tuple[str, ...]
    self: tuple[str, ...]
    somebody: tuple[str, ...]
    around: tuple[str, ...]
    may_be_part: tuple[str, ...]
    never: tuple[str, ...]


def find_name(text: str) -> Name | None:
    """The name that one of the words before it says is one. Nothing is guessed from a bare name.

    >>> find_name("mai qua lấy, gặp chị Hoa ở cổng"), find_name("mẹ tôi tên Hoàng Thị Mai nhé").written
    (Name(written='chị Hoa', rest='mai qua lấy, ở cổng'), 'Hoàng Thị Mai')
    >>> find_name("em tên nguyen thi mai o ngo 5").written, find_name("đổi tên con"), find_name("tên đường Lê Lợi")
    ('Nguyen Thi Mai', None, None)
    """
    words = words_of(text)
    for start in range(len(words)):
        end = word_lists().named.end_at(words, start)
        met = word_lists().met.end_at(words, start)
        name = (met and name_after_title(text, words, met)) or (end and name_from(text, words, end))
        if name:
            written, last = name
            return Name(written, cut_out(text, words[start].start, words[last - 1].end))
    return None


def as_name(text: str) -> Name | NoName:
    """The whole message as the answer to "who is it?".

    >>> as_name("dạ em tên Lan ạ").written, as_name("NGUYỄN VĂN AN").written, as_name("le thi hoa").written
    ('Lan', 'Nguyễn Văn An', 'Le Thi Hoa')
    >>> as_name("😀😀"), as_name("Lan 2003"), as_name("chính tôi"), as_name("đồ ngu")
    ... # doctest: +NORMALIZE_WHITESPACE
    (NoName(reason='no_letters'), NoName(reason='digits'), NoName(reason='nobody_yet'), NoName(reason='not_a_name'))
    """
    said = tidy(text, LONGEST)
    if not PART.search(said) or not any(letter.isalpha() for letter in said):  # "²" is a word's sign, and no letter
        return NoName("digits" if DIGIT.search(said) else "no_letters")
    if is_nobody_yet(said):
        return NoName("nobody_yet")
    if found := find_name(said):
        return found
    if DIGIT.search(said):
        return NoName("digits")
    parts = [part for part in PARTS.split(said) if part and not is_nobody_yet(part)]
    return whole_name(parts[-1]) if parts else NoName("nobody_yet")


def whole_name(said: str) -> Name | NoName:
    words = bare(said, words_of(said))
    if not words or is_nobody_yet(said[words[0].start : words[-1].end]):
        return NoName("nobody_yet")
    written = said[words[0].start : words[-1].end]
    if len(words) > MOST_WORDS or len(written) > LONGEST_NAME:
        return NoName("too_long")
    if is_never_a_name(words) or any(word.said in ends_of_names() for word in words[1:]):
        return NoName("not_a_name")
    return Name(in_capitals(written)) if len(written) > 1 else NoName("not_a_name")


def is_never_a_name(words: Sequence[Word]) -> bool:
    """Behind a family name a word without its marks may be a name after all: "nguyen van duong" is no street."""
    runs = word_lists().never.said_in(words)
    if len(words) > 1 and words[0].said in marked_surnames():
        runs = [(start, end) for start, end in runs if end - start > 1 or has_marks(words[start].said)]
    return bool(runs)


def begins_like_a_name(text: str) -> bool:
    """Whether the first of several words is a family name.

    >>> begins_like_a_name("nguyễn thị lan"), begins_like_a_name("làm hộ chiếu"), begins_like_a_name("Lan")
    (True, False, False)
    """
    words = bare(text, words_of(text))
    return len(words) > 1 and words[0].said in marked_surnames()


def is_nobody_yet(said: str) -> bool:
    return fold(said) in word_lists().nobody


def bare(text: str, words: Sequence[Word]) -> Sequence[Word]:
    """Without the courtesies around: "dạ … ạ"; a given name alone keeps the word that addresses its bearer."""
    start, end = 0, len(words)
    while start < end and words[start].said in small():
        start += 1
    while end > start and words[end - 1].said in small() and not is_capital(text, words[end - 1]):
        end -= 1
    addressed = end - start == 1 and start and word_lists().titles.end_at(words[:start], start - 1)
    return words[start - 1 : end] if addressed else words[start:end]


def name_after_title(text: str, words: Sequence[Word], at: int) -> tuple[str, int] | None:
    """ "chị Hoa": the way to address them is kept, for the postman will ask so."""
    title = word_lists().titles.end_at(words, at) if at < len(words) else None
    if not title or title >= len(words):
        return None
    while (more := word_lists().named.end_at(words, title)) and more < len(words):  # "gặp mẹ tôi tên Mai"
        title = more
    found = name_from(text, words, title)
    if not found:
        return None
    name, end = found
    return (f"{text[words[at].start : words[at].end].lower()} {name}" if " " not in name else name), end


def name_from(text: str, words: Sequence[Word], at: int) -> tuple[str, int] | None:
    """The words of a name that begins here: all in capitals, or in small letters as long as they can be one."""
    if at < len(words) and (title := word_lists().titles.end_at(words, at)) and title < len(words):
        at = title if fold(words[at].said) not in surnames() or not is_capital(text, words[at]) else at
    if at >= len(words) or word_lists().never.end_at(words, at):
        return None
    taken = in_a_row(text, words, at)
    if not taken:
        return None
    written = text[words[at].start : words[at + taken - 1].end]
    if DIGIT.search(written) or len(written) > LONGEST_NAME:
        return None
    return in_capitals(written), at + taken


def in_a_row(text: str, words: Sequence[Word], at: int) -> int:
    """How many words from here are the name."""
    capital = is_capital(text, words[at])
    limit = MOST_WORDS if capital or words[at].plain in surnames() else 2
    taken = 0
    for word in words[at : at + limit]:
        if taken and parted(text, words[at + taken - 1], word):
            break
        if not PART.fullmatch(text[word.start : word.end]) or (capital and not is_capital(text, word)):
            break
        if not (capital and not text.isupper()) and ends_a_name(word):
            break
        taken += 1
    return taken


def ends_a_name(word: Word) -> bool:
    """Without its marks "duong" may be a street, and may be Dương."""
    return word.said in ends_of_names() if has_marks(word.said) else word.plain in plain_ends()


def parted(text: str, before: Word, word: Word) -> bool:
    return bool(text[before.end : word.start].strip(" .'’-"))


def is_capital(text: str, word: Word) -> bool:
    return text[word.start].isupper()


def in_capitals(name: str) -> str:
    """
    >>> in_capitals("lê thị hoa"), in_capitals("JOHN SMITH"), in_capitals("Y Blă McDonald")
    ('Lê Thị Hoa', 'John Smith', 'Y Blă McDonald')
    """
    words = " ".join(name.split()).split(" ")
    if name.isupper() and len(name) > 2:
        words = [word.lower() for word in words]
    return " ".join(word[:1].upper() + word[1:] for word in words)


def cut_out(text: str, start: int, end: int) -> str:
    before, after = text[:start].rstrip(" ,;:.-–"), text[end:].lstrip(" ,;:.-–")
    return ", ".join(filter(None, (before, after)))


@dataclass(frozen=True)
class WordLists:
    named: Sayings
    met: Sayings
    titles: Sayings
    never: Sayings
    nobody: frozenset[str]


@cache
def word_lists() -> WordLists:
    words = name_words()
    nobody = frozenset(map(fold, (*words.self, *words.somebody)))
    return WordLists(Sayings(words.named), Sayings(words.met), Sayings(words.titles), Sayings(words.never), nobody)


@cache
def name_words() -> NameWords:
    return read("names.yaml", NameWords)


@cache
def surnames() -> frozenset[str]:
    return frozenset(fold(name) for name in name_words().surnames)


@cache
def marked_surnames() -> frozenset[str]:
    return frozenset(form for name in name_words().surnames for form in (accented(name), fold(name)))


@cache
def small() -> frozenset[str]:
    """Courtesies of one word, with and without marks; "anh" and "em" may begin a name only with capitals behind."""
    said = [phrase for phrase in load_phrases().filler if " " not in phrase]
    return frozenset(form for phrase in said for form in (accented(phrase), fold(phrase)))


@cache
def ends_of_names() -> frozenset[str]:
    return frozenset(accented(word) for word in name_words().around)


@cache
def plain_ends() -> frozenset[str]:
    part = frozenset(fold(word) for word in name_words().may_be_part)
    return frozenset(fold(word) for word in name_words().around) - part
