"""Phrases with gaps ("hồ sơ … đến đâu") found in a message as whole words, and where they stand."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.text import accented, fold, tone_last

GAP = "…"
WIDEST = 6  # words in a gap
WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")


@dataclass(frozen=True, slots=True)
class Word:
    said: str  # accented
    plain: str
    start: int
    end: int


@lru_cache(maxsize=64)  # one message is looked at for one thing after the other
def words_of(text: str) -> tuple[Word, ...]:
    lower = text.lower()
    lower = lower if len(lower) == len(text) else text  # "İ" grows when lowered
    found = (Word(*forms(match[0]), match.start(), match.end()) for match in WORD.finditer(lower))
    return tuple(word for word in found if word.plain)


@lru_cache(maxsize=20_000)  # people use the same words
def forms(word: str) -> tuple[str, str]:
    return tone_last(word), fold(word).replace(" ", "")


class Sayings:
    """A word with marks needs the right ones; a word without any may be any of its spelling.

    >>> where = Sayings(["hồ sơ … đến đâu"])
    >>> [bool(where.said_in(words_of(said))) for said in ("Ho so cua toi den dau roi", "hồ sơ này đền đâu")]
    [True, False]
    """

    def __init__(self, sayings: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for saying in sorted(set(sayings), key=lambda saying: (-len(saying), saying)):
            parts = tuple(GAP if part == GAP else accented(part) for part in saying.split())
            self._by_first.setdefault(fold(parts[0]), []).append(parts)
        every = (parts for group in self._by_first.values() for parts in group)
        self._longest = max((len(parts) + WIDEST * parts.count(GAP) for parts in every), default=0)

    def said_in(self, words: Sequence[Word]) -> list[tuple[int, int]]:
        """Where they stand, as runs of words; at one place the longest saying only."""
        begins = self._by_first
        return [
            (start, end)
            for start, word in enumerate(words)
            if word.plain in begins and (end := self.end_at(words, start))  # most words begin nothing
        ]

    def end_at(self, words: Sequence[Word], start: int) -> int | None:
        for parts in self._by_first.get(words[start].plain, ()):
            if end := end_of(parts, words, start):
                return end
        return None

    def begins_at_end(self, words: Sequence[Word]) -> int | None:
        """The first word of the longest saying that closes the message."""
        nearest = max(0, len(words) - self._longest)
        return next((start for start in range(nearest, len(words)) if self.end_at(words, start) == len(words)), None)


def end_of(parts: tuple[str, ...], words: Sequence[Word], at: int) -> int | None:
    """Behind the last word of a saying that begins here."""
    for place, part in enumerate(parts):
        if part == GAP:
            rest = parts[place + 1 :]
            ends: Iterator[int | None] = (end_of(rest, words, at + skipped) for skipped in range(WIDEST + 1))
            return next(filter(None, ends), None)
        if at >= len(words) or words[at].said not in (part, fold_once(part)):
            return None
        at += 1
    return at


@lru_cache(maxsize=5_000)
def fold_once(word: str) -> str:
    return fold(word)


def without(text: str, words: Sequence[Word], runs: Iterable[tuple[int, int]]) -> str:
    """The text without these runs of words."""
    for start, end in sorted(runs, reverse=True):
        text = f"{text[: words[start].start]} {text[words[end - 1].end :]}"
    return " ".join(text.split()).strip(" ,;:.-–")
