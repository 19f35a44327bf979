"""The words of a message as places are read from it, and the words around place names (data/places/short.yaml)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read
from knowledge.text import accented, fold, has_marks, tone_last

Level = Literal["commune", "district", "province"]

LETTERS_OR_DIGITS = re.compile(r"[^\W\d_]+|\d+")
STOP = re.compile(r"[,;()|•?!\n]|\.\s")
DASH = re.compile(r"\s[-–—]\s|:")
EITHER_WAY = re.compile(r"^(qu|[bhklmstv])y$")  # Quý or Quí, Mỹ or Mĩ, Sỹ or Sĩ
DAK = re.compile("^dack?$")  # Đắk, Đắc


@dataclass(frozen=True, slots=True)
class Token:
    """A run of letters or of digits: "P5" is two."""

    said: str
    word: str  # folded, the two spellings of one sound made one
    start: int
    end: int
    gap: bool  # a comma or its like stands before it
    dash: bool  # a dash between spaces or a colon stands before it

    @property
    def parted(self) -> bool:
        return self.gap or self.dash


def tokens_of(text: str) -> list[Token]:
    """
    >>> [(t.word, t.gap) for t in tokens_of("P5, tp. Quy Nhơn")]
    [('p', False), ('5', False), ('tp', True), ('qui', False), ('nhon', False)]
    """
    tokens: list[Token] = []
    end = 0
    for match in LETTERS_OR_DIGITS.finditer(text):
        word = word_of(match[0])
        if not word:
            continue
        between = text[end : match.start()] if tokens else ""
        gap = bool(STOP.search(between)) and not (between[:1] == "." and len(tokens[-1].word) < 4)  # "tp. Huế"
        dash = bool(DASH.search(between))
        tokens.append(Token(match[0], word, match.start(), match.end(), gap, dash))
        end = match.end()
    return tokens


@lru_cache(maxsize=20_000)  # names and people use the same syllables
def word_of(said: str) -> str:
    """
    >>> word_of("Mỹ"), word_of("05"), word_of("Thủy"), word_of("Đắc")
    ('mi', '5', 'thuy', 'dak')
    """
    word = fold(said).replace(" ", "")
    return (word.lstrip("0") or "0") if word.isdecimal() else DAK.sub("dak", EITHER_WAY.sub(r"\1i", word))


@lru_cache(maxsize=20_000)
def is_marked(said: str) -> bool:
    return has_marks(said)


def is_written_as(tokens: Sequence[Token], name: Sequence[str]) -> bool:
    """Whether every word has the marks of the name's word or none at all."""
    return all(
        not is_marked(token.said) or tone_last(token.said.lower()) == word
        for token, word in zip(tokens, name, strict=True)
    )


class OtherName(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    province: str
    also: tuple[str, ...]


class Short(BaseModel):
    """data/places/short.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    markers: Mapping[Level, Mapping[str, tuple[str, ...]]]
    not_after: Mapping[str, tuple[str, ...]]
    provinces: Mapping[str, tuple[str, ...]]
    districts: tuple[OtherName, ...]
    everyday: tuple[str, ...]
    street: tuple[str, ...]
    hamlet: tuple[str, ...]
    landmark: tuple[str, ...]
    person: tuple[str, ...]
    street_itself: tuple[str, ...]
    never_after: tuple[str, ...]
    never_alone: tuple[str, ...]
    whereabouts: tuple[str, ...]
    before_place: tuple[str, ...]
    filler: tuple[str, ...]
    talk: tuple[str, ...]
    phone: tuple[str, ...]
    time: tuple[str, ...]


class Phrases:
    """Finds a phrase that begins or ends at a token. A word written with marks must have the right ones."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for phrase in phrases:
            folded = tuple(word_of(word) for word in phrase.split())
            self._phrases.setdefault(folded, []).append(tuple(accented(word) for word in phrase.split()))
        self._lengths = sorted({len(phrase) for phrase in self._phrases}, reverse=True)
        self._first, self._last = ({phrase[end] for phrase in self._phrases} for end in (0, -1))

    def length_at(self, tokens: Sequence[Token], start: int) -> int:
        """How many tokens from here are a phrase; 0: none."""
        if start >= len(tokens) or tokens[start].word not in self._first:
            return 0
        return next((n for n in self._lengths if self._is(tokens[start : start + n], n)), 0)

    def ends_before(self, tokens: Sequence[Token], end: int) -> bool:
        """Whether a phrase stands right before a token, with nothing between."""
        if not 0 < end < len(tokens) or tokens[end].gap or tokens[end - 1].word not in self._last:
            return False
        return any(end >= n and self._is(tokens[end - n : end], n) for n in self._lengths)

    def _is(self, run: Sequence[Token], length: int) -> bool:
        if len(run) < length or any(token.gap for token in run[1:]):
            return False
        return any(is_written_as(run, marked) for marked in self._phrases.get(tuple(t.word for t in run), ()))


@dataclass(frozen=True)
class Marker:
    """A word that says that a name follows, and of what."""

    level: Level
    kind: str
    length: int
    short: bool


@dataclass(frozen=True)
class PlaceWords:
    short: Short

    def markers_at(self, tokens: Sequence[Token], start: int) -> list[Marker]:
        """What may follow: "tp" opens an old district or a province. Behind a digit ("8h") it opens nothing."""
        if start and tokens[start - 1].end == tokens[start].start:
            return []
        return [
            marker
            for marker, phrase, not_after in self._markers.get(tokens[start].word, ())
            if phrase.length_at(tokens, start) and not not_after.ends_before(tokens, start)
        ]

    @cached_property
    def _markers(self) -> dict[str, list[tuple[Marker, Phrases, Phrases]]]:
        """By their first words."""
        found: dict[str, list[tuple[Marker, Phrases, Phrases]]] = {}
        for level, kinds in self.short.markers.items():
            for kind, short in kinds.items():
                for said in (kind, *short):
                    marker = Marker(level, kind, len(said.split()), said != kind)
                    not_after = () if marker.short else self.short.not_after.get(kind, ())
                    entry = (marker, Phrases([said]), Phrases(not_after))
                    found.setdefault(word_of(said.split()[0]), []).append(entry)
        return found

    @cached_property
    def everyday(self) -> frozenset[str]:
        return frozenset("".join(map(word_of, name.split())) for name in self.short.everyday)

    @cached_property
    def no_commune_after(self) -> Phrases:
        short = self.short
        return Phrases((*short.street, *short.hamlet, *short.landmark, *short.person, *short.never_after))

    @cached_property
    def numbered(self) -> Phrases:
        """A number behind one of these is no house number: "ngõ 5", "thôn 3"."""
        return Phrases((*self.short.street, *self.short.hamlet))

    def opens_address_at(self, tokens: Sequence[Token], index: int, end: int) -> bool:
        """A number does, unless it counts something ("8h", "2 bản"); "hồ" does, unless it is "hồ sơ" or the last."""
        if tokens[index].word.isdecimal():
            return not self.time.length_at(tokens, index + 1)
        length = self._opens_address.length_at(tokens, index)
        if not length or index + length >= end:
            return False
        return tokens[index + length].word.isdecimal() or self.talk.length_at(tokens, index) < length

    @cached_property
    def street_itself(self) -> Phrases:
        return Phrases(self.short.street_itself)

    @cached_property
    def never_alone(self) -> Phrases:
        return Phrases(self.short.never_alone)

    @cached_property
    def _opens_address(self) -> Phrases:
        return Phrases((*self.short.street, *self.short.hamlet, *self.short.landmark, *self.short.whereabouts))

    @cached_property
    def before_place(self) -> Phrases:
        return Phrases(self.short.before_place)

    @cached_property
    def filler(self) -> Phrases:
        return Phrases(self.short.filler)

    @cached_property
    def talk(self) -> Phrases:
        return Phrases(self.short.talk)

    @cached_property
    def phone(self) -> Phrases:
        return Phrases(self.short.phone)

    @cached_property
    def time(self) -> Phrases:
        return Phrases(self.short.time)


def load_words() -> PlaceWords:
    return PlaceWords(read("places/short.yaml", Short))
