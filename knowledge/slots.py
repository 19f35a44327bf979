"""What one message tells of a visit: day and hour, phone, place, codes; and what is left when they are taken out.

What is surest to know goes first, so that the digits of a phone are no house number and those of a code no date.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import BaseModel, ConfigDict

from knowledge.codes import find_codes
from knowledge.datafile import read
from knowledge.meanings import Code
from knowledge.moments import Moment, read_moment
from knowledge.phones import GROUP, GROUPS, Phone, Wrong, find_phone, phone_of
from knowledge.phrases import load_phrases
from knowledge.places import PlaceReading, Places, load_places
from knowledge.sayings import Sayings, words_of
from knowledge.text import accented, fold, tidy

LONGEST = 1000  # characters of a message that are read

NUMBER = re.compile(r"(?<![\w/])\d+[A-Za-z]?(?:/\d+[A-Za-z]?)*(?![\w/])")
NAME_WORD = re.compile(r",? +([^\W\d_]+)")
EDGES = " ,;:.-–|/"


@dataclass(frozen=True)
class Slots:
    moment: Moment | None = None
    phone: Phone | Wrong | None = None
    place: PlaceReading | None = None
    codes: tuple[Code, ...] = ()
    rest: str = ""  # the message without what the slots took


class SlotWords(BaseModel):
    """data/slots.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    may_hold_a_place: tuple[str, ...]
    address: tuple[str, ...]
    before_place: tuple[str, ...]
    before_phone: tuple[str, ...]
    after_phone: tuple[str, ...]
    before_code: tuple[str, ...]


def read_slots(text: str, now: datetime, places: Callable[[], Places]) -> Slots:
    """Places are asked for only when an address may stand there: to know them takes a moment.

    >>> said = "mai 9h lấy khai sinh ở 12 Trần Phú, p. Đông Kinh, sđt 0912345678"
    >>> slots = read_slots(said, datetime(2026, 11, 21, 8), known_places)
    >>> str(slots.moment.day), slots.phone.written, slots.place.rest, slots.place.communes[0].name, slots.rest
    ('2026-11-22', '0912 345 678', '12 Trần Phú', 'phường Đông Kinh', 'lấy khai sinh')
    """
    left = tidy(", ".join(text[: 4 * LONGEST].splitlines()), LONGEST)
    codes, left = take_codes(left)
    phone, left = take_phone(left)
    moment, left = take_moment(left, now)
    place, left = take_place(left, places)
    return Slots(moment, phone, place, codes, left.strip(EDGES))


@cache
def small_words() -> frozenset[str]:
    """With their marks and without any."""
    written = {word for phrase in load_phrases().book.small for word in accented(phrase).split()}
    return frozenset(written | {fold(word) for word in written})


@cache
def known_places() -> Places:
    return load_places()


def take_codes(text: str) -> tuple[tuple[Code, ...], str]:
    found = sorted(find_codes(text), key=lambda one: one.start)
    for one in reversed(found):
        text = f"{without_end(text[: one.start], word_lists().before_code)}, {text[one.end :].lstrip(EDGES)}"
    return tuple(one.code for one in found), text


def take_phone(text: str) -> tuple[Phone | Wrong | None, str]:
    """With the words that say what number it is."""
    phone = find_phone(text)
    match = next((m for m in GROUPS.finditer(text) if phone and phone_of(m) == phone), None)
    if not match:
        return phone, text
    before = without_end(without_end(text[: match.start()], word_lists().after_phone), word_lists().before_phone)
    return phone, f"{before}, {text[end_of_phone(match, phone) :].lstrip(EDGES)}"


def without_end(text: str, sayings: Sayings) -> str:
    words = words_of(text)
    end = len(words)
    while end and (start := sayings.begins_at_end(words[:end])) is not None:
        end = start
    return text[: words[end].start].rstrip(EDGES) if end < len(words) else text.rstrip(EDGES)


def end_of_phone(match: re.Match[str], phone: Phone | Wrong | None) -> int:
    """Another number may follow in the same groups."""
    for group in GROUP.finditer(match.string, match.start(), match.end()):
        shorter = GROUPS.fullmatch(match.string, match.start(), group.end())
        if shorter and phone_of(shorter) == phone:
            return group.end()
    return match.end()


def take_moment(text: str, now: datetime) -> tuple[Moment | None, str]:
    moment = read_moment(text, now)
    return moment, moment.rest if moment else text


def take_place(text: str, places: Callable[[], Places]) -> tuple[PlaceReading | None, str]:
    words = words_of(text)
    if not (house_in(text) or word_lists().may_hold_a_place.said_in(words)):
        return None, text
    reading, left = places().apart(text)
    if not (reading.communes or reading.province or word_lists().address.said_in(words)):
        return take_house(text)
    if not (reading.communes or reading.province or reading.rest):
        return None, text
    return reading, without_opening(left)


def take_house(text: str) -> tuple[PlaceReading | None, str]:
    """A number and a name, and no more known of where that is."""
    house = house_in(text)
    if not house:
        return None, text
    start, end = house
    return PlaceReading(rest=text[start:end]), without_opening(f"{text[:start]} , {text[end:]}")


def house_in(text: str) -> tuple[int, int] | None:
    """Where a number stands with a name in capitals behind it: "45 Lê Lợi", not "2 con" and not "110 PHÂN KHỐI"."""
    if text.isupper():
        return None
    for number in NUMBER.finditer(text):
        end = number.end()
        while (word := NAME_WORD.match(text, end)) and word[1][0].isupper():
            end = word.end()
        if end > number.end():
            return number.start(), end
    return None


def without_opening(left: str) -> str:
    """The parts that are left, without the "ở" that stood before the place."""
    parts = (without_end(part, word_lists().before_place).strip(EDGES) for part in left.split(","))
    return ", ".join(filter(None, parts))


@dataclass(frozen=True)
class WordLists:
    may_hold_a_place: Sayings
    address: Sayings
    before_place: Sayings
    before_phone: Sayings
    after_phone: Sayings
    before_code: Sayings


@cache
def word_lists() -> WordLists:
    words = read("slots.yaml", SlotWords)
    return WordLists(
        Sayings(words.may_hold_a_place),
        Sayings(words.address),
        Sayings(words.before_place),
        Sayings(words.before_phone),
        Sayings(words.after_phone),
        Sayings(words.before_code),
    )
