""" "Gửi hồ sơ khai sinh qua bưu điện": the frame around the name of what goes by post."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.phrases import ByPostWords
from knowledge.sayings import Sayings, Word

Run = tuple[int, int]


@dataclass(frozen=True)
class ByPost:
    phrases: ByPostWords
    says_little: Callable[[Sequence[Word]], bool]  # whether words are small ones, or ask what may be asked of the post

    def frame(self, words: Sequence[Word]) -> list[Run]:
        """Where it stands: the verb with its "hồ sơ" and small words before it, the way and what is asked behind it.

        Nowhere when no papers are said to go by post, or nothing else is named.
        """
        if self._things.said_in(words):
            return []
        runs = self._of_way(words) or self._of_home(words)
        framed = {i for start, end in runs for i in range(start, end)}
        return [] if self.says_little([word for i, word in enumerate(words) if i not in framed]) else runs

    def _of_way(self, words: Sequence[Word]) -> list[Run]:
        for start, end in self._ways.said_in(words):
            verb = self._opening(self._verbs, words, start) or self._just_before(self._verbs, words, start)
            return [*verb, (start, self._end(words, end))]
        return []

    def _of_home(self, words: Sequence[Word]) -> list[Run]:
        for start, end in self._homes.said_in(words):
            if verb := self._opening(self._sendings, words, start) or self._just_before(self._verbs, words, start):
                return [*verb, (start, self._end(words, end))]
        return []

    def _opening(self, verbs: Sayings, words: Sequence[Word], way: int) -> list[Run]:
        """The first verb, when only small words stand before it."""
        first = next((i for i in range(way) if verbs.end_at(words[:way], i)), None)
        if first is None or not self.says_little(words[:first]):
            return []
        return [(0, self._sendings.end_at(words[:way], first) or verbs.end_at(words[:way], first) or first)]

    def _just_before(self, verbs: Sayings, words: Sequence[Word], way: int) -> list[Run]:
        """With its papers or without."""
        starts = (sayings.begins_at_end(words[:way]) for sayings in (self._sendings, verbs))
        return next(([(start, way)] for start in starts if start is not None), [])

    def _end(self, words: Sequence[Word], way: int) -> int:
        """Behind the way, its papers, or all that is only asked: "qua bưu điện được không"."""
        if self.says_little(words[way:]):
            return len(words)
        return self._papers.end_at(words, way) or way

    @cached_property
    def _ways(self) -> Sayings:
        return Sayings(self.phrases.ways)

    @cached_property
    def _homes(self) -> Sayings:
        return Sayings(self.phrases.homes)

    @cached_property
    def _verbs(self) -> Sayings:
        return Sayings(self.phrases.verbs)

    @cached_property
    def _papers(self) -> Sayings:
        return Sayings(self.phrases.papers)

    @cached_property
    def _things(self) -> Sayings:
        return Sayings(self.phrases.things)

    @cached_property
    def _sendings(self) -> Sayings:
        return Sayings(f"{verb} {papers}" for verb in self.phrases.verbs for papers in self.phrases.papers)
