"""Everyday writing, as data (data/words.yaml): abbreviations, and words that say little about what is wanted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read
from knowledge.text import accented, fold


class WordsFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    abbreviations: Mapping[str, str]
    small: tuple[str, ...]
    wish: tuple[str, ...]
    around: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """Everything folded, unless said otherwise."""

    abbreviations: Mapping[str, tuple[tuple[str, ...], ...]]  # the likeliest reading first
    written: Mapping[str, tuple[str, ...]]  # the same as it stands in the data, with marks
    small: frozenset[str]
    wish: frozenset[str]
    around: frozenset[str]
    around_marked: frozenset[str]  # with marks

    def spelt_out(self, text: str, is_said: Callable[[str], bool] = lambda pair: False) -> tuple[str, ...]:
        """The words without abbreviations. Of several readings the first that makes, with a neighbour, a pair that
        `is_said` knows; otherwise the first.
        """
        written = fold(text).split()
        spelt: list[str] = []
        for position, word in enumerate(written):
            readings = self.abbreviations.get(word)
            if not readings:
                spelt.append(word)
                continue
            after = written[position + 1] if position + 1 < len(written) else ""
            before = spelt[-1] if spelt else ""
            as_written = ((word,), *readings)  # "hạng C", "ca sĩ"
            # "thủ tục" goes with anything: it says nothing for itself
            telling = (r for r in as_written if len(r) == 1 or not self.small.issuperset(r))
            fitting = (r for r in telling if is_said(f"{before} {r[0]}") or is_said(f"{r[-1]} {after}"))
            spelt += next(fitting, readings[0])
        return tuple(spelt)


def load_words() -> Words:
    file = read("words.yaml", WordsFile)
    return Words(
        {fold(short): readings(long) for short, long in file.abbreviations.items()},
        {short: tuple(map(str.strip, long.split("|"))) for short, long in file.abbreviations.items()},
        folded(file.small),
        folded(file.wish),
        folded(file.around),
        frozenset(map(accented, file.around)),
    )


def readings(long: str) -> tuple[tuple[str, ...], ...]:
    """
    >>> readings("thủ tục | tạm trú")
    (('thu', 'tuc'), ('tam', 'tru'))
    """
    return tuple(tuple(fold(reading).split()) for reading in long.split("|"))


def folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, words))
