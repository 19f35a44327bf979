"""What one message tells of a pickup, whatever was asked: every slot at once, and what is left of the words."""

import re
from dataclasses import dataclass, replace

from bot.dialogue.world import Given
from knowledge.answers import note_apart
from knowledge.keystrokes import decoded
from knowledge.meanings import Named
from knowledge.moments.reader import Moment
from knowledge.names import find_name
from knowledge.phones import Phone, Wrong
from knowledge.places import PlaceReading
from knowledge.sayings import words_of
from knowledge.slots import known_places, read_slots, small_words
from knowledge.text import tidy
from knowledge.tongue import language_of

LONGEST = 1000  # characters that are read; a note may be longer, and is cut

# "Dong Kinh ward": the kind stands behind the name in English, and the reader of places knows it before.
# Behind a comma or a preposition the name is whole; otherwise it has two words, as nearly all have.
WORD = r"[^\W\d_]+"
NAME_AND_KIND = rf"((?!(?:in|at|of) ){WORD}(?: {WORD}){{0,2}}) (ward|commune)\b"
ENGLISH_KIND = re.compile(
    rf"(?:(?<=, )|(?<=\bin )|(?<=\bat )|(?<=\bof )|\b(?={WORD} {WORD} (?:ward|commune)\b)){NAME_AND_KIND}", re.I
)
HOUSE = re.compile(r"\d.*")
KINDS = {"ward": "phường", "commune": "xã"}


@dataclass(frozen=True)
class Heard:
    said: str = ""  # the message as it was read
    moment: Moment | None = None
    phone: Phone | Wrong | None = None
    place: PlaceReading | None = None
    name: str | None = None
    note: str | None = None
    code: str | None = None  # of a procedure
    rest: str = ""  # the words no slot took
    matter: str = ""  # of these, words to find a procedure by

    @property
    def tells(self) -> bool:
        return any((self.moment, self.phone, self.place, self.name, self.note, self.code))


def hear(text: str, given: Given) -> Heard:
    """
    The name goes first when it is written like one: "gặp chị Hoa ở 12 Trần Phú". In small letters it goes last, when
    place and phone beside it are known.
    """
    written = tidy(text, 2 * LONGEST)
    note, said = note_apart(written)
    english = is_english(said[:LONGEST], given)
    said = in_our_order(decoded(said[:LONGEST]))
    name = find_name(said)
    early = name if name and any(word[:1].isupper() for word in name.written.split()) and has_capitals(said) else None
    slots = read_slots(early.rest if early else said, given.now, known_places)
    rest = slots.rest
    late = None if early else find_name(rest)
    rest = late.rest if late else rest
    code = next((code.code for code in slots.codes if isinstance(code, Named)), None)
    found = early or late
    named = found.written if found else None
    heard = Heard(said, slots.moment, slots.phone, slots.place, named, note, code, rest, matter(rest))
    return with_whole_street(without_english(heard) if english else heard)


def has_capitals(text: str) -> bool:
    """Whether the writer tells names by their capitals, beside the first letter."""
    return any(letter.isupper() for letter in text[1:]) and not text.isupper()


def is_english(text: str, given: Given) -> bool:
    """Names make up half of an English address, so that its words alone do not always tell."""
    return "en" in (given.memory.language, language_of(text)) or ENGLISH_KIND.search(text) is not None


def in_our_order(text: str) -> str:
    """
    >>> in_our_order("12 Tran Phu, Dong Kinh ward")
    '12 Tran Phu, phường Dong Kinh'
    """
    return ENGLISH_KIND.sub(lambda match: f"{KINDS[match[2].lower()]} {match[1]}", text)


def matter(rest: str) -> str:
    """Without the small words at its ends: "bộ hồ sơ khai sinh cho con nhé" is about "khai sinh"."""
    words = words_of(rest)
    telling = [word for word in words if word.said not in small_words()]
    return rest[telling[0].start : telling[-1].end] if telling else ""


def with_whole_street(heard: Heard) -> Heard:
    """A hamlet may have two names in capitals of which the reader of places took one: "thôn Bản Chu"."""
    place = heard.place
    if not place or not place.rest or not heard.rest:
        return heard
    left = heard.rest.split(",")[0].split()
    at = heard.said.find(place.rest)
    behind = heard.said[at + len(place.rest) :].split() if at >= 0 else []
    more = 0
    while more < min(len(left), len(behind)) and left[more] == behind[more] and left[more][:1].isupper():
        more += 1
    if not more:
        return heard
    street = " ".join((place.rest, *left[:more]))
    rest = heard.rest.removeprefix(" ".join(left[:more])).strip(" ,")
    return replace(heard, place=replace(place, rest=street), rest=rest, matter=matter(rest))


def without_english(heard: Heard) -> Heard:
    """An English sentence around an address is none of it: "please come to 12 Tran Phu"."""
    place = heard.place
    if not place or not place.rest:
        return heard
    parts = place.rest.split(", ")
    addresses = [match[0] for part in parts if (match := HOUSE.search(part))]
    others = [part for part in parts if not HOUSE.search(part)]
    rest = ", ".join(filter(None, (*others, heard.rest)))
    return replace(heard, place=replace(place, rest=", ".join(addresses)), rest=rest, matter=matter(rest))
