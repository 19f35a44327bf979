"""Whether names stand in a message where a place stands, or are streets, people, ordinary words."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.places.book import PlaceBook
from knowledge.places.mentions import Choice, Mention, is_capital, is_meant
from knowledge.places.words import PlaceWords, Token, is_marked


@dataclass(frozen=True)
class Standing:
    """For one message."""

    book: PlaceBook
    words: PlaceWords
    tokens: Sequence[Token]
    mentions: Sequence[Mention]
    home: str | None

    def stands(self, choice: Choice) -> bool:
        if self._is_whole(choice):
            return all(self._may_be_whole(mention, choice) for mention in choice.mentions)
        stands = {
            "commune": self._commune_stands,
            "district": self._district_stands,
            "province": self.province_stands,
        }
        return all(stands[mention.level](mention, choice) for mention in choice.mentions)

    def _may_be_whole(self, mention: Mention, choice: Choice) -> bool:
        """Somebody who writes no more than "hòa bình" means the province, unless a commune of theirs is called so."""
        if mention.level == "province" and self.is_initials(mention):
            return len(choice.mentions) > 1
        if mention.level == "province" or mention.kind is not None or len(choice.mentions) > 1:
            return True
        if self.words.never_alone.length_at(self.tokens, mention.name) == mention.length:
            return False
        if self.home and any(self.home in unit.provinces for unit in mention.units):
            return True
        return not self._is_province(mention) and (mention.length > 1 or mention.level == "district")

    def _is_province(self, mention: Mention) -> bool:
        return any(m.level == "province" and (m.name, m.end) == (mention.name, mention.end) for m in self.mentions)

    def _commune_stands(self, mention: Mention, choice: Choice) -> bool:
        if mention.kind is not None:
            return self._marker_holds(mention, choice)
        if self._is_street(mention):
            return False
        if any(m.start >= mention.end and self.are_neighbours(mention, m) for m in choice.mentions):
            return self._is_opened(mention.start, choice)
        if mention.length == 1 or self._is_province(mention):
            return False
        return self._is_part(mention) and self._has_address_before(mention.start)

    def _district_stands(self, mention: Mention, choice: Choice) -> bool:
        if mention.kind is not None:
            return self._marker_holds(mention, choice)
        commune, province = choice.of("commune"), choice.of("province")
        if commune and commune.end <= mention.start and self.are_neighbours(commune, mention):
            return True
        behind = province and province.start >= mention.end and self.are_neighbours(mention, province)
        return bool(behind) and not self._is_street(mention) and self._is_opened(mention.start, choice)

    def province_stands(self, mention: Mention, choice: Choice) -> bool:
        if mention.kind is not None and not mention.short:
            return True
        smaller = [m for m in choice.mentions if m is not mention and m.end <= mention.start]
        if any(self.are_neighbours(m, mention) for m in smaller):
            return not mention.short or self.may_end(mention.end)
        if self.is_initials(mention):
            return False
        expected = self.words.before_place.ends_before(self.tokens, mention.start)
        if mention.kind is not None or expected or self._is_part(mention):
            return True
        return not mention.short and not self._is_everyday(mention)

    def _marker_holds(self, mention: Mention, choice: Choice) -> bool:
        """Of a marked name in a sentence, unless a larger place confirms it.

        "p5" alone is nothing, "p5 q3" is; "xa lắm" is far, "xã 5 ngày" is time, "xã tự lập danh sách" is no Tự Lập.
        """
        if len(choice.mentions) > 1:
            return True
        if self._is_number(mention.name):
            return not mention.short and self._is_of_its_kind(mention) and self.may_end(mention.end)
        if mention.length == 1 and not mention.slip and not self._is_of_its_kind(mention):
            return False
        if all(is_capital(self.tokens, i) for i in range(mention.name, mention.end)):
            return True
        return not mention.slip and self._is_written_so(mention) and self.may_end(mention.end)

    def _is_of_its_kind(self, mention: Mention) -> bool:
        return any(unit.kind == mention.kind for unit in mention.units)

    def _is_written_so(self, mention: Mention) -> bool:
        return any(is_meant(self._run(mention), unit) for unit in mention.units)

    def may_end(self, end: int) -> bool:
        """Whether a name in small letters may end here: before a comma, a courtesy, talk, a telephone number."""
        if end == len(self.tokens) or self.tokens[end].parted:
            return True
        words = self.words
        follows = (words.filler, words.talk, words.before_place, words.phone)
        return any(phrases.length_at(self.tokens, end) for phrases in follows)

    def _is_number(self, index: int) -> bool:
        return index < len(self.tokens) and self.tokens[index].word.isdecimal()

    def is_initials(self, mention: Mention) -> bool:
        return mention.kind is None and "".join(t.word for t in self._run(mention)) in self.book.initials

    def _is_everyday(self, mention: Mention) -> bool:
        run = self._run(mention)
        return "".join(t.word for t in run) in self.words.everyday and not any(is_marked(t.said) for t in run)

    def _is_street(self, mention: Mention) -> bool:
        """ "12 Trần Phú", but not "ngõ 12 Đông Kinh"."""
        before = mention.start - 1
        if before > 0 and len(self.tokens[before].word) == 1 and self._is_number(before - 1):
            before -= 1  # "12A Trần Phú"
        if before < 0 or not self._is_number(before) or self.tokens[mention.start].parted:
            return False
        return not self.words.numbered.ends_before(self.tokens, before)

    def _is_opened(self, start: int, choice: Choice) -> bool:
        """Whether what stands before is an address or nothing, not talk."""
        if start == 0 or self.tokens[start].parted or choice.covers(start - 1):
            return True
        if self.words.before_place.ends_before(self.tokens, start) or self.words.filler.ends_before(self.tokens, start):
            return True
        first = next((i for i in range(start - 1, -1, -1) if self.tokens[i].gap), 0)
        return self._has_address_between(first, start)

    def _is_part(self, mention: Mention) -> bool:
        """Whether it stands alone between commas."""
        opened = mention.start > 0 and self.tokens[mention.start].parted
        closed = mention.end == len(self.tokens) or self.tokens[mention.end].parted
        return closed and (opened or (mention.start == 0 and mention.end < len(self.tokens)))

    def _has_address_before(self, end: int) -> bool:
        """Whether a part before begins as an address does."""
        starts = (i for i in range(end) if i == 0 or self.tokens[i].parted)
        return any(self.words.opens_address_at(self.tokens, self._past_small(i, end), end) for i in starts)

    def _past_small(self, start: int, end: int) -> int:
        while start < end - 1:
            small = (self.words.filler, self.words.before_place)
            length = max(phrases.length_at(self.tokens[:end], start) for phrases in small)
            if not length or start + length >= end:
                break
            start += length
        return start

    def _has_address_between(self, start: int, end: int) -> bool:
        return any(self.words.opens_address_at(self.tokens, i, end) for i in range(start, end))

    def are_neighbours(self, one: Mention, other: Mention) -> bool:
        first, second = (one, other) if one.start < other.start else (other, one)
        return self._is_filler(first.end, second.start) and second.start - first.end <= 2

    def _is_whole(self, choice: Choice) -> bool:
        bounds = [(0, 0), *sorted((m.start, m.end) for m in choice.mentions), (len(self.tokens), len(self.tokens))]
        return all(self._is_filler(one[1], other[0]) for one, other in pairwise(bounds))

    def _is_filler(self, start: int, end: int) -> bool:
        while start < end:
            length = self.words.filler.length_at(self.tokens[:end], start)
            if not length:
                return False
            start += length
        return True

    def _run(self, mention: Mention) -> Sequence[Token]:
        return self.tokens[mention.name : mention.end]
