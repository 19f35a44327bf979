"""What is left of an address when its place is taken out: house number, street, hamlet, landmark, as written."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from knowledge.places.words import PlaceWords, Token

PHONE_DIGITS = 8


@dataclass(frozen=True)
class Rest:
    words: PlaceWords
    text: str
    tokens: Sequence[Token]

    def outside(self, taken: Collection[int]) -> str:
        """The parts that are an address, without courtesies, talk and telephone numbers."""
        parts = list(self._parts(taken))
        kept = [self._part(start, end, before_place=end in taken) for start, end in parts]
        return ", ".join(part for part in kept if part)

    def _parts(self, taken: Collection[int]) -> Iterator[tuple[int, int]]:
        start = 0
        for index in range(len(self.tokens) + 1):
            ends = index == len(self.tokens) or index in taken or self.tokens[index].parted
            if ends and start < index:
                yield start, index
            if ends:
                start = index + 1 if index in taken else index

    def _part(self, start: int, end: int, before_place: bool) -> str:
        start, end = self._trimmed(start, self._before_phone(start, end))
        opening = next((i for i in range(start, end) if self._opens(i, end)), None)
        if opening is None:
            talk = self._has_talk(start, end) or not (before_place or self._is_name(start, end))
        else:
            talk = False
            start = self._with_letters(opening, start) if self._has_talk(start, opening) else start
        return "" if talk or start >= end else self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def _trimmed(self, start: int, end: int) -> tuple[int, int]:
        while start < end and any(self.words.filler.length_at(self.tokens, end - n) == n for n in (1, 2) if end >= n):
            end -= 1
        while start < end and not self._opens(start, end) and (length := self._small_at(start)):
            start += length
        return self._with_letters(start, 0), end

    def _small_at(self, start: int) -> int:
        return max(phrases.length_at(self.tokens, start) for phrases in (self.words.filler, self.words.before_place))

    def _with_letters(self, start: int, first: int) -> int:
        """ "K123": the letter belongs to the number."""
        joined = first < start < len(self.tokens) and self.tokens[start - 1].end == self.tokens[start].start
        return start - 1 if joined else start

    def _opens(self, index: int, end: int) -> bool:
        return self.words.opens_address_at(self.tokens, index, end)

    def _before_phone(self, start: int, end: int) -> int:
        for index in range(start, end):
            if self.words.phone.length_at(self.tokens, index) and self._digits(index + 1, end) >= PHONE_DIGITS:
                return index
            if self.tokens[index].word.isdecimal() and self._digits(index, end) >= PHONE_DIGITS:
                return index
        return end

    def _digits(self, start: int, end: int) -> int:
        """Digits of the numbers from here on, up to the next word that is none."""
        count = 0
        for token in self.tokens[start:end]:
            if not token.said.isdecimal():
                break
            count += len(token.said)
        return count

    def _has_talk(self, start: int, end: int) -> bool:
        return any(self.words.talk.length_at(self.tokens[:end], i) for i in range(start, end))

    def _is_name(self, start: int, end: int) -> bool:
        return all(token.said[:1].isupper() for token in self.tokens[start:end])
