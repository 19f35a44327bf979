"""Which side of a procedure is asked about: of the one on screen, or of the one the message names."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.by_post import ByPost
from knowledge.courtesies import Courtesies
from knowledge.meanings import Aspect
from knowledge.phrases import Phrases
from knowledge.sayings import Sayings, Word, without, words_of
from knowledge.text import accented, fold, has_marks


@dataclass(frozen=True)
class Questions:
    phrases: Phrases
    courtesies: Courtesies

    def whole(self, folded: str) -> Aspect | None:
        return self._aspects.get(folded)

    def asked(self, said: str) -> Aspect | None:
        """The aspect asked about, when nothing but small words stands around it. What concerns the post goes first."""
        found: dict[Aspect, None] = {}
        words, marked = fold(said).split(), said.split()
        if len(words) != len(marked):  # other scripts and signs
            marked = words
        position = 0
        while position < len(words):
            runs = (words[position : position + n] for n in range(self._longest_aspect, 0, -1))
            run = next((run for run in runs if " ".join(run) in self._aspects), None)
            if run:
                found[self._aspects[" ".join(run)]] = None
            elif marked[position] not in self.small:
                return None
            position += len(run) if run else 1
        return "post" if "post" in found else next(iter(found), None)

    def tells_more(self, text: str) -> bool:
        """Whether small words stand together that mean something: "ô tô" is no "ở" and no English "to"."""
        return bool(self._telling.said_in(words_of(text)))

    def is_small(self, said: str) -> bool:
        return all(word in self.small for word in said.split())

    def apart(self, text: str, words: Sequence[Word]) -> tuple[str, bool, Aspect | None]:
        """The words to search by, and what is asked of the procedure they name: "làm lại bằng lái bao nhiêu tiền".

        `words`: of the text, perhaps with shorthand written out. The text itself stays as it was written.
        """
        if frame := self._by_post.frame(words):
            return without(text, words, frame), False, "post"
        start, end = 0, self.courtesies.start_of_closing(words)
        aspect, cut = self._at_the_end(words[:end])
        if not aspect:
            aspect, start = self._at_the_start(words)
            cut = self._then.begins_at_end(words[:end]) if aspect else None
        left = words[start : self.courtesies.start_of_closing(words[: end if cut is None else cut])]
        if not aspect or not any(word.said not in self.small for word in left):
            return text, False, None
        return text[left[0].start if start else 0 : len(text) if cut is None else left[-1].end], False, aspect

    def _at_the_end(self, words: Sequence[Word]) -> tuple[Aspect | None, int | None]:
        cut = self._ends.begins_at_end(words)
        if cut is None or self._other_ends.begins_at_end(words) is not None:
            return None, None
        return self._aspect_of_end[plain(words[cut:])], cut

    def _at_the_start(self, words: Sequence[Word]) -> tuple[Aspect | None, int]:
        """With the first word to search by. What ends in a verb in Vietnamese stays, for that names the matter too."""
        start = self.courtesies.end_of_opening(words)
        if start == len(words) or not (end := self._starts.end_at(words, start)):
            return None, 0
        said = plain(words[start:end])
        return self._aspect_of_start[said], end if said in self._english_starts else 0

    def _says_little(self, words: Sequence[Word]) -> bool:
        """Small words and courtesies, or a question that leaves nothing else."""
        said = " ".join(word.said for word in words)
        bare = self.courtesies.without(said)
        return not self._telling.said_in(words) and (self.is_small(bare) or self.asked(bare) is not None)

    @cached_property
    def _by_post(self) -> ByPost:
        return ByPost(self.phrases.by_post, self._says_little)

    @cached_property
    def _english_starts(self) -> frozenset[str]:
        return frozenset(saying for saying, _ in sayings(self.phrases.asked_at_the_start) if not has_marks(saying))

    @cached_property
    def _ends(self) -> Sayings:
        return Sayings(self._aspect_of_end_as_said)

    @cached_property
    def _aspect_of_end(self) -> Mapping[str, Aspect]:
        return {fold(saying): aspect for saying, aspect in self._aspect_of_end_as_said.items()}

    @cached_property
    def _aspect_of_end_as_said(self) -> Mapping[str, Aspect]:
        return dict(sayings(self.phrases.asked_at_the_end))

    @cached_property
    def _other_ends(self) -> Sayings:
        return Sayings(self.phrases.asked_of_something_else)

    @cached_property
    def _starts(self) -> Sayings:
        return Sayings(saying for saying, _ in sayings(self.phrases.asked_at_the_start))

    @cached_property
    def _aspect_of_start(self) -> Mapping[str, Aspect]:
        return {fold(saying): aspect for saying, aspect in sayings(self.phrases.asked_at_the_start)}

    @cached_property
    def _then(self) -> Sayings:
        return Sayings(self.phrases.asked_then)

    @cached_property
    def _telling(self) -> Sayings:
        return Sayings(self.phrases.telling)

    @cached_property
    def _aspects(self) -> Mapping[str, Aspect]:
        """What ends a message asks the same by itself."""
        table: dict[str, Aspect] = {}
        for phrase, aspect in (*sayings(self.phrases.asked_at_the_end), *sayings(self.phrases.aspects)):
            bare = fold(self.courtesies.without(phrase))
            table |= {said: aspect for said in (fold(phrase), bare) if said == fold(phrase) or " " in said}
        return table

    @cached_property
    def _longest_aspect(self) -> int:
        return max(phrase.count(" ") + 1 for phrase in self._aspects)

    @cached_property
    def small(self) -> frozenset[str]:
        """With their marks and without any."""
        written = {word for phrase in self.phrases.rest for word in accented(phrase).split()}
        return frozenset(written | {fold(word) for word in written})


def sayings(aspects: Mapping[Aspect, tuple[str, ...]]) -> Iterator[tuple[str, Aspect]]:
    for aspect, phrases in aspects.items():
        for phrase in phrases:
            yield phrase, aspect


def plain(words: Sequence[Word]) -> str:
    return " ".join(word.plain for word in words)
