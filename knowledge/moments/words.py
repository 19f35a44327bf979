"""The words of days and hours (data/moments.yaml) as patterns, and a message in the form they are matched in."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property, lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read
from knowledge.text import tone_last

Part = Literal["morning", "noon", "afternoon", "evening"]

# Marks as capital letters behind their letter or syllable, so that plain patterns can tell letters from the rest
CAPITALS = str.maketrans(
    {
        "\u0300": "F",
        "\u0301": "S",
        "\u0303": "X",
        "\u0309": "R",
        "\u0323": "J",
        "\u0302": "A",
        "\u0306": "W",
        "\u031b": "H",
        "đ": "dD",
    }
)
RUNS = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+|\s+|(?:(?![^\W\d_])\S)+")
CAPITAL = re.compile("[A-Z]+")
PLACEHOLDER = re.compile(r"(?<!\?P)<([a-z_]+)>")  # not the name of a group
NEVER = r"(?!)"
NAME = "Mai"  # tomorrow too
NO_WORD = "Q"  # behind a word of a key: it is none of ours
BEFORE_TOMORROW = {"ngay", "hom", "bua", "sang", "trua", "chieu", "toi", "va", "hoac", "hay", "s"}


class MomentWords(BaseModel):
    """data/moments.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    numbers: Mapping[int, tuple[str, ...]]
    weekdays: Mapping[int, tuple[str, ...]]
    short_weekdays: Mapping[int, tuple[str, ...]]
    months: Mapping[int, tuple[str, ...]]
    days: Mapping[int, tuple[str, ...]]
    parts: Mapping[Part, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]
    nothing: tuple[str, ...]
    gone: tuple[str, ...]
    gone_part: tuple[str, ...]
    comes_after: tuple[str, ...]
    ago: tuple[str, ...]
    ago_unit: tuple[str, ...]
    told_before: tuple[str, ...]
    told_between: tuple[str, ...]
    second_one: tuple[str, ...]
    second_is: tuple[str, ...]
    names: tuple[str, ...]
    maybe_names: tuple[str, ...]
    name_after: tuple[str, ...]
    no_tomorrow: tuple[str, ...]
    house: tuple[str, ...]
    lunar: tuple[str, ...]
    duration_before: tuple[str, ...]
    units: tuple[str, ...]
    hour_units: tuple[str, ...]
    denial: tuple[str, ...]
    fits: tuple[str, ...]
    busy: tuple[str, ...]
    excepted: tuple[str, ...]
    beside_before: tuple[str, ...]
    beside_after: tuple[str, ...]

    @cached_property
    def lists(self) -> Mapping[str, tuple[str, ...]]:
        """Every list by the name a pattern calls it."""
        tables: Iterable[str] = ("numbers", "weekdays", "short_weekdays", "months", "days", "parts")
        joined = {name: tuple(word for group in getattr(self, name).values() for word in group) for name in tables}
        tens = {"tens": tuple(word for number, group in self.numbers.items() if number >= 10 for word in group)}
        plain = {name: value for name in type(self).model_fields if isinstance(value := getattr(self, name), tuple)}
        return {**plain, **self.groups, **joined, **tens}


@cache
def moment_words() -> MomentWords:
    return read("moments.yaml", MomentWords)


@lru_cache(maxsize=20_000)  # people use the same words
def keyed_word(word: str) -> str:
    return tone_last(word.lower()).translate(CAPITALS)


def keyed(text: str) -> str:
    """Lower case, single spaces, marks as capitals behind the syllable, wherever its tone was put.

    >>> keyed("Thứ  5"), keyed("tuần") == keyed("tùân"), keyed("đầu tháng")
    ('thuHS 5', True, 'dDaAuF thangS')
    """
    return Written(text).key


def unmarked(key: str) -> str:
    return CAPITAL.sub("", key)


def is_a_name(text: str, word: re.Match[str]) -> bool:
    """Mai within a sentence, but not in "Sáng Mai", or before another name."""
    before = text[: word.start()].rstrip()
    after = text[word.end() :].lstrip(" ")
    if after[:1].isupper() and not after[:2].isupper():
        return True
    return bool(before) and before[-1].isalpha() and unmarked(keyed_word(before.split()[-1])) not in BEFORE_TOMORROW


class Written:
    """A message and its key. A place in the key leads back to the place in the message."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._keys: list[int] = []
        self._texts: list[int] = []
        pieces: list[str] = []
        length = 0
        for run in RUNS.finditer(text):
            said = run[0]
            piece = keyed_word(said) if said[0].isalpha() else " " if said[0].isspace() else said
            if said == NAME and is_a_name(text, run):
                piece += NO_WORD
            self._keys.append(length)
            self._texts.append(run.start())
            pieces.append(piece)
            length += len(piece)
        self.key = "".join(pieces)

    def place(self, position: int) -> int:
        """Where in the text: within a word, the end of the word."""
        if position >= len(self.key):
            return len(self.text)
        run = bisect_right(self._keys, position) - 1
        start, within = self._texts[run], position - self._keys[run]
        end = self._texts[run + 1] if run + 1 < len(self._texts) else len(self.text)
        return start if not within else end if self.text[start].isalpha() else start + within


def any_of(phrases: Iterable[str]) -> str:
    """A pattern for keys: one of the phrases, the longest that stands there, each word with its marks or without."""
    forms = sorted({form for phrase in phrases for form in [as_pattern(phrase)]}, key=lambda form: (-len(form), form))
    return "|".join(forms) or NEVER


def as_pattern(phrase: str) -> str:
    strict = phrase.endswith("!")
    return re.sub(r" (?=[0-9])", " ?", " ".join(word_pattern(word, strict) for word in phrase.rstrip("!").split()))


def word_pattern(word: str, strict: bool) -> str:
    key = keyed(word)
    plain = unmarked(key)
    return re.escape(key) if strict or plain == key else f"(?:{re.escape(key)}|{re.escape(plain)})"


def pattern(template: str) -> re.Pattern[str]:
    """A template with <lists> of data/moments.yaml, standing as whole words."""
    return re.compile(rf"(?<![A-Za-z0-9])(?:{filled(template)})(?![A-Za-z0-9])")


def just_before(template: str) -> Callable[[str, int], bool]:
    """Whether the template stands directly before a place of a key, a comma or colon aside.

    >>> just_before("<second_one>")("cai thu 2", 4), just_before("<second_one>")("cai gi thu 2", 7)
    (True, False)
    """
    found = re.compile(rf"(?<![A-Za-z0-9])(?:{filled(template)})[ :]*\Z")
    return lambda key, place: found.search(key, max(0, place - 40), place) is not None


def just_after(template: str) -> Callable[[str, int], bool]:
    found = re.compile(rf" ?(?:{filled(template)})(?![A-Za-z0-9])")
    return lambda key, place: found.match(key, place) is not None


def filled(template: str) -> str:
    lists = moment_words().lists
    return PLACEHOLDER.sub(lambda name: f"(?:{any_of(lists[name[1]])})", template)


def value(table: str, key: str) -> int:
    """What a phrase of a table means, or digits. Raises KeyError for anything else.

    >>> value("numbers", keyed("mười lăm")), value("weekdays", "thu5"), value("numbers", "07")
    (15, 4, 7)
    """
    return int(key) if key.isdecimal() else values(table)[key.replace(" ", "")]


@cache
def values(table: str) -> Mapping[str, int]:
    """Phrases with their marks go first: "ngày kìa" is not "ngày kia"."""
    groups: Mapping[int, tuple[str, ...]] = getattr(moment_words(), table)
    marked = {keyed(phrase.rstrip("!")).replace(" ", ""): number for number, said in groups.items() for phrase in said}
    plain: dict[str, int] = {}
    for phrase, number in marked.items():
        plain.setdefault(unmarked(phrase), number)
    return PartlyMarked(plain | marked)


@lru_cache(maxsize=200)
def part_of(key: str) -> Part:
    """ "sáng", "sang", "morning": morning. Raises KeyError for anything else."""
    for part, phrases in moment_words().parts.items():
        if key in {form for phrase in phrases for form in (keyed(phrase), unmarked(keyed(phrase)))}:
            return part
    raise KeyError(key)


class PartlyMarked(dict[str, int]):
    """A phrase with the marks of only some of its words is the one without any."""

    def __missing__(self, key: str) -> int:
        plain = unmarked(key)
        if plain == key:
            raise KeyError(key)
        return self[plain]
