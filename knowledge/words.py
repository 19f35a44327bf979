"""Everyday writing and folk names, as data (data/words.yaml): the bridge from people's words to the law's."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read
from knowledge.text import fold


class WordsFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    abbreviations: Mapping[str, str]
    small: tuple[str, ...]
    plain: tuple[str, ...]
    folk: Mapping[str, str]


@dataclass(frozen=True)
class Words:
    """Everything folded."""

    abbreviations: Mapping[str, tuple[str, ...]]
    small: frozenset[str]
    plain: frozenset[str]
    folk: Mapping[tuple[str, ...], tuple[str, ...]]

    def spelt_out(self, text: str) -> tuple[str, ...]:
        return tuple(part for word in fold(text).split() for part in self.abbreviations.get(word, (word,)))

    def in_law(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The same words with folk names replaced, the longest first; equal to `words` when there is none."""
        longest = max(map(len, self.folk))
        replaced: list[str] = []
        position = 0
        while position < len(words):
            runs = (words[position : position + n] for n in range(longest, 0, -1))
            run = next((run for run in runs if run in self.folk), None)
            replaced += self.folk[run] if run else words[position : position + 1]
            position += len(run) if run else 1
        return tuple(replaced)


def load_words() -> Words:
    file = read("words.yaml", WordsFile)
    return Words(
        {fold(short): tuple(fold(long).split()) for short, long in file.abbreviations.items()},
        folded(file.small),
        folded(file.plain),
        {tuple(fold(said).split()): tuple(fold(law).split()) for said, law in file.folk.items()},
    )


def folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, words))
