"""Chat shorthand written out for the rules: "gui bd dc ko". The search reads it by its neighbours (words.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.sayings import Word, forms, words_of
from knowledge.text import fold, has_marks
from knowledge.tongue import language_of
from knowledge.words import Words


@dataclass(frozen=True)
class Shorthand:
    """Only what stands for small words; `small` are such words, folded.

    English is left alone: "a", "e" and "so" are words there.
    """

    words: Words
    small: frozenset[str]

    def words_of(self, text: str) -> tuple[Word, ...]:
        """The words of a text; those that one abbreviation stands for stand where it does in the text."""
        if language_of(text) == "en":
            return words_of(text)
        marked = has_marks(text)
        return tuple(long for word in words_of(text) for long in self._long(word, marked) or (word,))

    def written_out(self, text: str) -> str:
        """All else as it stands; with marks when the writer uses any."""
        marked = has_marks(text)
        for word in reversed(words_of(text) if language_of(text) != "en" else ()):
            if reading := self._reading(word):
                long = " ".join(reading)
                text = f"{text[: word.start]}{long if marked else fold(long)}{text[word.end :]}"
        return text

    def _long(self, word: Word, marked: bool) -> list[Word]:
        both = (forms(said) for said in self._reading(word))
        return [Word(said if marked else plain, plain, word.start, word.end) for said, plain in both]

    def _reading(self, word: Word) -> Sequence[str]:
        return self._readings.get(without_bar(word.said), ())

    @cached_property
    def _readings(self) -> Mapping[str, tuple[str, ...]]:
        """By the abbreviation as it is listed, and without its marks."""
        found = {short: self._of_small_words(readings) for short, readings in self.words.written.items()}
        return {without_bar(form): reading for short, reading in found.items() for form in forms(short)}

    def _of_small_words(self, readings: Sequence[str]) -> tuple[str, ...]:
        """The likeliest reading, if it says little."""
        likeliest = tuple(readings[0].split())
        return likeliest if self.small.issuperset(map(fold, likeliest)) else ()


def without_bar(word: str) -> str:
    """People write "đc" and "dc" alike."""
    return word.replace("đ", "d")
