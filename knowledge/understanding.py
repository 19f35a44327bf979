"""What a message means. Ordered rules, first match wins; the words they look for are data (data/phrases.yaml)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read
from knowledge.faq import Faq, nearest
from knowledge.text import Spoken, Spotter, accented, fold, tidy

LONGEST = 1000  # characters of a message that are read; a wish for a procedure is never longer

Aspect = Literal["papers", "fee", "time", "place", "post", "form", "online", "law", "result", "who"]
# fmt: off
Simple = Literal[
    "greeting", "thanks", "goodbye", "agree", "help", "cancel", "person", "none", "insult", "who", "smalltalk",
    "out_of_scope", "forget", "nothing",
]
# fmt: on

# TTHC code, with or without the suffix a province adds (DOMAIN §2.1)
PROCEDURE_CODE = re.compile(
    r"(?<![\d.])(\d)\.?(\d{6})(?:\.000\.00\.00)?(?:\.H\d{2}(?:\.\d{1,3}){0,2})?(?![\d.-]*\d)", re.I
)
# mã hồ sơ: the three living shapes (DOMAIN §2.1)
DOSSIER_CODE = re.compile(
    r"(?<![\w.])((?:\d{3}\.\d{2}\.\d{2}\.[GH]\d{2}|[GH]\d{2}(?:\.\d{1,3}){0,3})[-–—](?:\d{6}|\d{8})[-–—]\d{4,7})(?!\w)",
    re.I,
)
# số hiệu bưu gửi, UPU S10
PARCEL_CODE = re.compile(r"(?<!\w)([A-Z]{2}\d{9}VN)(?!\w)", re.I)
# a one-time code, a password or a card number given away
SECRET = re.compile(
    r"\b(?:otp|mat khau|password|ma xac thuc|ma pin|so the)\b"
    r"(?: (?:la|is|cua|em|toi|minh|day|nay|ne))* ?(?=\S*\d)\w{4,}"
    r"|\b\d{4} ?\d{4} ?\d{4} ?\d{4}\b"
)


@dataclass(frozen=True)
class Is:
    """A message that is one simple thing and carries nothing else."""

    what: Simple


@dataclass(frozen=True)
class Danger:
    """Life may be at stake: the number to call comes before anything else."""

    number: str  # 113, 114 or 115
    text: str = ""  # what was written, in case it was about papers after all


@dataclass(frozen=True)
class Speak:
    """A wish for a language."""

    language: Literal["vi", "en"]


@dataclass(frozen=True)
class AskGeneral:
    """A question the FAQ answers."""

    topic: str


@dataclass(frozen=True)
class GaveSecret:
    """The citizen wrote a one-time code or a password: to be warned, not to be kept."""


@dataclass(frozen=True)
class DossierCode:
    code: str


@dataclass(frozen=True)
class ParcelCode:
    code: str


@dataclass(frozen=True)
class Named:
    """A procedure by its national code."""

    code: str
    aspect: Aspect | None = None


@dataclass(frozen=True)
class Ask:
    """A question about what is on screen."""

    aspect: Aspect


@dataclass(frozen=True)
class Pick:
    """ "The second one": 1 is the first, -1 the last."""

    position: int


@dataclass(frozen=True)
class Wish:
    """Anything else: words to find a procedure by."""

    text: str
    district: bool = False  # they would go to the district office, which is no more


Meaning = Is | Danger | Speak | AskGeneral | GaveSecret | DossierCode | ParcelCode | Named | Ask | Pick | Wish


SPEAK: Mapping[str, Meaning] = {"english": Speak("en"), "vietnamese": Speak("vi")}


class DangerWords(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    number: str
    phrases: tuple[str, ...]


class District(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    verbs: tuple[str, ...]
    places: tuple[str, ...]
    not_before: tuple[str, ...]


class Phrases(BaseModel):
    """data/phrases.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    filler: tuple[str, ...]
    whole: Mapping[str, tuple[str, ...]]
    within: Mapping[str, tuple[str, ...]]
    aspects: Mapping[Aspect, tuple[str, ...]]
    rest: tuple[str, ...]
    ordinals: Mapping[int, tuple[str, ...]]
    danger: tuple[DangerWords, ...]
    not_danger: tuple[str, ...]
    district: District


def load_phrases() -> Phrases:
    return read("phrases.yaml", Phrases)


@dataclass(frozen=True)
class Understanding:
    phrases: Phrases
    faq: Faq

    def of(self, message: str) -> Meaning:
        spoken = Spoken.of(tidy(message, LONGEST))
        if not spoken.folded:
            return Is("nothing")
        return self._urgent(spoken) or self._code(spoken.text) or self._simple(spoken) or self._wish(spoken)

    def _urgent(self, spoken: Spoken) -> Meaning | None:
        """What must not wait behind anything: danger, a secret given away."""
        if SECRET.search(spoken.folded):
            return GaveSecret()
        if (number := self._danger.find(spoken)) and not self._not_danger.find(spoken):
            return Danger(number, spoken.text)
        return None

    def _code(self, text: str) -> Meaning | None:
        if dossier := DOSSIER_CODE.search(text):
            return DossierCode(re.sub("[–—]", "-", dossier[1]).upper())
        if parcel := PARCEL_CODE.search(text):
            return ParcelCode(parcel[1].upper())
        if procedure := PROCEDURE_CODE.search(text):
            rest = self.bare(text.replace(procedure[0], " "))
            return Named(f"{procedure[1]}.{procedure[2]}", self._asked(rest))
        return None

    def _simple(self, spoken: Spoken) -> Meaning | None:
        """Messages that are wholly one thing, then words that settle the matter wherever they stand."""
        bare = self.bare(spoken.text)
        for key in (spoken.folded, bare):
            if meaning := self._whole.get(key):
                return meaning
            if key in self._aspects:
                return Ask(self._aspects[key])
        if bare.isdecimal() and 0 < int(bare) < 100:
            return Pick(int(bare))
        if not bare:
            return Is("agree")  # courtesies and nothing else: "dạ vâng ạ"
        if topic := self.faq.settled(spoken) or self._questions.get(spoken.folded) or self._questions.get(bare):
            return AskGeneral(topic)
        if aspect := self._asked(bare):
            return Ask(aspect)
        if topic := nearest(bare, self._questions):
            return AskGeneral(topic)
        if what := self._within.find(spoken):
            return Is(cast(Simple, what))
        return None

    def _asked(self, bare: str) -> Aspect | None:
        """The aspect asked about, when nothing but small words stands around it. What concerns the post goes first."""
        found: dict[Aspect, None] = {}
        words = bare.split()
        position = 0
        while position < len(words):
            runs = (words[position : position + n] for n in range(self._longest_aspect, 0, -1))
            run = next((run for run in runs if " ".join(run) in self._aspects), None)
            if run:
                found[self._aspects[" ".join(run)]] = None
            elif words[position] not in self._rest:
                return None
            position += len(run) if run else 1
        return "post" if "post" in found else next(iter(found), None)

    def _wish(self, spoken: Spoken) -> Meaning:
        without, count = self._district.subn(" ", accented(spoken.text))
        if not count:
            return Wish(spoken.text)
        if all(word in self._rest for word in self.bare(without).split()):
            return AskGeneral("district")
        return Wish(fold(without), district=True)

    def bare(self, text: str) -> str:
        """The folded message without courtesies. A marked word is one only with its marks: "nhà" is not "nha"."""
        return fold(self._filler.sub(" ", accented(text)))

    @cached_property
    def _whole(self) -> Mapping[str, Meaning]:
        table: dict[str, Meaning] = {}
        for what, phrases in self.phrases.whole.items():
            meaning = SPEAK.get(what) or Is(cast(Simple, what))
            table |= {said: meaning for phrase in phrases for said in (self.bare(phrase), fold(phrase)) if said}
        for position, phrases in self.phrases.ordinals.items():
            table |= {fold(phrase): Pick(position) for phrase in phrases}
        return table

    @cached_property
    def _questions(self) -> Mapping[str, str]:
        """The whole questions of the FAQ, as asked and without courtesies."""
        asked = [(ask, topic) for topic, question in self.faq.questions.items() for ask in question.asks]
        return {said: topic for ask, topic in asked for said in (self.bare(ask), fold(ask)) if said}

    @cached_property
    def _aspects(self) -> Mapping[str, Aspect]:
        table: dict[str, Aspect] = {}
        for aspect, phrases in self.phrases.aspects.items():
            for phrase in phrases:
                table |= {
                    said: aspect for said in (fold(phrase), self.bare(phrase)) if said == fold(phrase) or " " in said
                }
        return table

    @cached_property
    def _longest_aspect(self) -> int:
        return max(phrase.count(" ") + 1 for phrase in self._aspects)

    @cached_property
    def _rest(self) -> frozenset[str]:
        return frozenset(word for phrase in self.phrases.rest for word in fold(phrase).split())

    @cached_property
    def _danger(self) -> Spotter:
        return Spotter({danger.number: danger.phrases for danger in self.phrases.danger})

    @cached_property
    def _not_danger(self) -> Spotter:
        return Spotter({"not": self.phrases.not_danger})

    @cached_property
    def _within(self) -> Spotter:
        return Spotter(self.phrases.within)

    @cached_property
    def _filler(self) -> re.Pattern[str]:
        return whole_words(self.phrases.filler)

    @cached_property
    def _district(self) -> re.Pattern[str]:
        verbs, places = any_of(self.phrases.district.verbs), any_of(self.phrases.district.places)
        return re.compile(
            rf"(?<!\S)(?:{verbs}) (?:{places})(?!\S| (?:{any_of(self.phrases.district.not_before)})(?!\S))"
        )


def masked(message: str) -> str:
    """The message without a secret that was given away in it.

    >>> masked("mã otp của em là 553211"), masked("mất mật khẩu vneid mức 2")
    ('mã otp của em là •••', 'mất mật khẩu vneid mức 2')
    """
    return re.sub(r"\S*\d\S*", "•••", message) if SECRET.search(fold(message)) else message


def whole_words(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{any_of(phrases)})(?!\S)")


def any_of(phrases: Iterable[str]) -> str:
    """A pattern for accented text: one of the phrases, each word with its marks or without any."""
    longest_first = sorted(set(phrases), key=lambda p: (-len(p), p))
    return "|".join(map(with_or_without_marks, longest_first))


def with_or_without_marks(phrase: str) -> str:
    return " ".join(f"(?:{re.escape(word)}|{fold(word)})" for word in accented(phrase).split())
