"""Courtesies taken off a message, and words compared with or without their marks."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.sayings import Sayings, Word
from knowledge.text import accented, fold


@dataclass(frozen=True)
class Courtesies:
    """A marked word is a courtesy only with its marks: "nhà" is not "nha"."""

    phrases: tuple[str, ...]

    def without(self, text: str) -> str:
        """The accented message without them."""
        return " ".join(self._pattern.sub(" ", accented(text)).split())

    def end_of_opening(self, words: Sequence[Word]) -> int:
        """The first word that is none."""
        at = 0
        while at < len(words) and (end := self._sayings.end_at(words, at)):
            at = end
        return at

    def start_of_closing(self, words: Sequence[Word]) -> int:
        """Behind the last word that is none."""
        end = len(words)
        while end and (start := self._sayings.begins_at_end(words[:end])) is not None:
            end = start
        return end

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return whole_words(self.phrases)

    @cached_property
    def _sayings(self) -> Sayings:
        return Sayings(self.phrases)


def agrees(said: str | None, forms: Iterable[str]) -> bool:
    """Whether each word has the marks of one of these forms, or none; None: the writer uses no marks."""
    if said is None:
        return True
    words = said.split()
    return any(
        all(word in (meant, fold(meant)) for word, meant in zip(words, form.split(), strict=True))
        for form in forms
        if form.count(" ") + 1 == len(words)
    )


def whole_words(phrases: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{any_of(phrases)})(?!\S)")


def any_of(phrases: Iterable[str]) -> str:
    """A pattern for accented text: one of the phrases, each word with its marks or without any."""
    longest_first = sorted(set(phrases), key=lambda p: (-len(p), p))
    return "|".join(map(with_or_without_marks, longest_first))


def with_or_without_marks(phrase: str) -> str:
    return " ".join(f"(?:{re.escape(word)}|{fold(word)})" for word in accented(phrase).split())
