"""What people say for each procedure, as data (data/lexicon/*.yaml): the knowledge the search lives on.

An entry is one need: the procedures that serve it (mostly one), how common it is, and the phrases, in Vietnamese with
marks and in English. Unaccented writing, keystrokes, abbreviations and typing errors are derived, never listed.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from knowledge.datafile import read_all
from knowledge.text import fold
from procedures_catalog.models import Procedure

FEWEST = {1: (12, 2), 2: (12, 2), 3: (6, 1), 4: (6, 1)}  # by commonness: phrases in Vietnamese, in English
RARE = 4  # the commonness of what has no entry


class Entry(BaseModel):
    """One need and how people say it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    codes: Annotated[tuple[str, ...], Field(min_length=1)]  # the likeliest for a citizen first
    about: Annotated[str, Field(max_length=70)]  # for the reviewer
    # 1 nearly every family meets it · 2 many people · 3 some citizens, household businesses · 4 professionals
    common: Annotated[Literal[1, 2, 3, 4], BeforeValidator(int)]
    vi: tuple[str, ...]
    en: tuple[str, ...]

    def phrases(self) -> Iterator[str]:
        yield from self.vi
        yield from self.en


@dataclass(frozen=True)
class Lexicon:
    entries: tuple[Entry, ...]

    @cached_property
    def by_code(self) -> Mapping[str, tuple[Entry, ...]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            for code in entry.codes:
                found[code].append(entry)
        return {code: tuple(entries) for code, entries in found.items()}

    def said_of(self, code: str) -> Iterator[str]:
        """Every phrase for a procedure."""
        for entry in self.by_code.get(code, ()):
            yield from entry.phrases()

    def common(self, code: str) -> int:
        return min((entry.common for entry in self.by_code.get(code, ())), default=RARE)


def load_lexicon() -> Lexicon:
    return Lexicon(tuple(entry for entries in read_all("lexicon", TypeAdapter(list[Entry])) for entry in entries))


def faults(lexicon: Lexicon, known: Container[str], names: Mapping[str, Procedure] | None = None) -> Iterable[str]:
    """What a reviewer has to mend: dead codes, phrases that stand in two entries, too few of them.

    `known` are the codes in force; `names`, when given, shows phrases that only repeat an official name.
    """
    owner: dict[str, Entry] = {}
    for entry in lexicon.entries:
        yield from (f"{entry.about}: no procedure {code} in force" for code in entry.codes if code not in known)
        for phrase in entry.phrases():
            key = fold(phrase)
            if not key:
                yield f"{entry.about}: a phrase without a letter: {phrase!r}"
            elif key in owner:
                yield f"{entry.about}: {phrase!r} also stands in: {owner[key].about}"
            owner.setdefault(key, entry)
            if names and any(code in names and key == fold(names[code].name) for code in entry.codes):
                yield f"{entry.about}: {phrase!r} is the official name; the search knows it"
    for code, entries in lexicon.by_code.items():
        fewest = FEWEST[lexicon.common(code)]
        there = (sum(len(entry.vi) for entry in entries), sum(len(entry.en) for entry in entries))
        if there[0] < fewest[0] or there[1] < fewest[1]:
            yield f"{entries[0].about} ({code}): {there[0]} phrases and {there[1]} in English, at least {fewest}"
