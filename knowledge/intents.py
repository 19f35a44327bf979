"""Wishes that are no search: that the postman comes, one's own pickups, data and dossiers, a complaint."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge.courtesies import Courtesies
from knowledge.meanings import AskGeneral, Book, Complain, FindOffice, Follow, Manage, Meaning, MyData, Track, Unfollow
from knowledge.phrases import Phrases, Saying
from knowledge.sayings import Sayings, Word, without, words_of
from knowledge.text import fold

CLOCK_OR_DATE = re.compile(r"\d ?(?:h|g|giờ|gio|am|pm)(?![^\W\d])|\d{1,2}[:/]\d{1,2}", re.I)


@dataclass(frozen=True)
class Intents:
    phrases: Phrases
    courtesies: Courtesies

    def booking(self, text: str) -> Book | None:
        """A request, or a visit that is not only asked about: "bưu tá có đến nhà lấy không" is a question."""
        words = words_of(text)
        requests, visits = self._requests.said_in(words), self._visits.said_in(words)
        if not (requests or visits) or self._questions.said_in(words):
            return None
        if not requests and self._is_doubt(words) and not self._names_a_moment(text, words):
            return None
        return Book(text, without(text, words, merged([*requests, *visits])))

    def managing(self, text: str) -> Manage | None:
        """Asked before `booking`: "đổi lịch hẹn bưu tá" is none."""
        words = words_of(text)
        wish = words_of(self.courtesies.without(text))
        opened = self._opening.end_at(wish, 0) if wish else None
        bare = " ".join(word.plain for word in wish[opened or 0 :])
        said = (meaning for meaning, within, alone in self._manage if self._says(within, alone, words, bare))
        return next(said, None)

    def of_data(self, text: str, bare: str) -> MyData | None:
        words = words_of(text)
        said = (meaning for meaning, within, alone in self._my_data if self._says(within, alone, words, bare))
        return next(said, None)

    def office(self, text: str, bare: str) -> FindOffice | None:
        return FindOffice(text) if self._says(self._offices, self._bare_offices, words_of(text), bare) else None

    def complaint_or_tracking(self, text: str, bare: str) -> Meaning | None:
        words = words_of(text)
        if complaint := self._complaint_in(words, bare):
            return complaint
        return Track() if self._says(self._tracking, self._bare_tracking, words, bare) else None

    def _complaint_in(self, words: Sequence[Word], bare: str) -> Meaning | None:
        """About officials when one is named, unless they are the post's."""
        of_officials = self._says(self._officials, self._bare_officials, words, bare)
        if not (of_officials or self._says(self._complaint, self._bare_complaint, words, bare)):
            return None
        named = of_officials or self._named_officials.said_in(words)
        return AskGeneral("officials") if named and not self._not_officials.said_in(words) else Complain()

    def following(self, text: str, bare: str) -> Meaning | None:
        """Asked before `complaint_or_tracking`: "theo dõi hồ sơ này" is a wish, "theo dõi hồ sơ" a question."""
        words = words_of(text)
        if self._neither.said_in(words):
            return None
        if self._says(self._unfollow, self._bare_unfollow, words, bare):
            return Unfollow()
        return Follow() if self._says(self._follow, self._bare_follow, words, bare) else None

    def is_about_a_code(self, around: str) -> bool:
        """Whether what stands around a number only says what number it is."""
        return all(word in self._code_words for word in fold(self.courtesies.without(around)).split())

    def _is_doubt(self, words: Sequence[Word]) -> bool:
        end = self.courtesies.start_of_closing(words)
        return self._doubts.begins_at_end(words[:end]) is not None or bool(end and self._doubts.end_at(words, 0))

    def _names_a_moment(self, text: str, words: Sequence[Word]) -> bool:
        return bool(self._when.said_in(words) or CLOCK_OR_DATE.search(text))

    def _says(self, within: Sayings, alone: frozenset[str], words: Sequence[Word], bare: str) -> bool:
        return bool(within.said_in(words)) or bare in alone or " ".join(word.plain for word in words) in alone

    @cached_property
    def _requests(self) -> Sayings:
        return Sayings(self.phrases.book.requests)

    @cached_property
    def _visits(self) -> Sayings:
        return Sayings(self.phrases.book.visits)

    @cached_property
    def _when(self) -> Sayings:
        return Sayings(self.phrases.book.when)

    @cached_property
    def _questions(self) -> Sayings:
        return Sayings(self.phrases.book.questions)

    @cached_property
    def _doubts(self) -> Sayings:
        return Sayings(self.phrases.book.doubts)

    @cached_property
    def _complaint(self) -> Sayings:
        return Sayings(self.phrases.complain.within)

    @cached_property
    def _officials(self) -> Sayings:
        return Sayings(self.phrases.officials.within)

    @cached_property
    def _bare_officials(self) -> frozenset[str]:
        return self._bare(self.phrases.officials)

    @cached_property
    def _named_officials(self) -> Sayings:
        return Sayings(self.phrases.officials.named)

    @cached_property
    def _not_officials(self) -> Sayings:
        return Sayings(self.phrases.officials.not_)

    @cached_property
    def _tracking(self) -> Sayings:
        return Sayings(self.phrases.track.within)

    @cached_property
    def _follow(self) -> Sayings:
        return Sayings(self.phrases.following.follow.within)

    @cached_property
    def _unfollow(self) -> Sayings:
        return Sayings(self.phrases.following.unfollow.within)

    @cached_property
    def _neither(self) -> Sayings:
        return Sayings(self.phrases.following.neither)

    @cached_property
    def _bare_follow(self) -> frozenset[str]:
        return self._bare(self.phrases.following.follow)

    @cached_property
    def _bare_unfollow(self) -> frozenset[str]:
        return self._bare(self.phrases.following.unfollow)

    @cached_property
    def _offices(self) -> Sayings:
        return Sayings(self.phrases.offices.within)

    @cached_property
    def _bare_offices(self) -> frozenset[str]:
        return self._bare(self.phrases.offices)

    @cached_property
    def _bare_complaint(self) -> frozenset[str]:
        return self._bare(self.phrases.complain)

    @cached_property
    def _bare_tracking(self) -> frozenset[str]:
        return self._bare(self.phrases.track)

    @cached_property
    def _manage(self) -> tuple[tuple[Manage, Sayings, frozenset[str]], ...]:
        """ "Xem lịch hẹn để hủy lịch" is about cancelling: what changes something goes first."""
        manage = self.phrases.manage
        meant = (
            (Manage("cancel"), manage.cancel),
            (Manage("move"), manage.move),
            (Manage("correct"), manage.correct),
            (Manage("slip"), manage.slip),
            (Manage("see"), manage.see),
        )
        return tuple((meaning, Sayings(saying.within), self._bare(saying)) for meaning, saying in meant)

    @cached_property
    def _opening(self) -> Sayings:
        return Sayings(self.phrases.manage.opening)

    @cached_property
    def _my_data(self) -> tuple[tuple[MyData, Sayings, frozenset[str]], ...]:
        data = self.phrases.my_data
        meant = ((MyData("withdraw"), data.withdraw), (MyData("see"), data.see))
        return tuple((meaning, Sayings(saying.within), self._bare(saying)) for meaning, saying in meant)

    @cached_property
    def _code_words(self) -> frozenset[str]:
        return frozenset(word for phrase in self.phrases.code_words for word in fold(phrase).split())

    def _bare(self, saying: Saying) -> frozenset[str]:
        return frozenset(
            said for phrase in saying.alone for said in (fold(phrase), fold(self.courtesies.without(phrase)))
        )


def merged(runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs that overlap made one.

    >>> merged([(3, 5), (0, 2), (4, 7)])
    [(0, 2), (3, 7)]
    """
    whole: list[tuple[int, int]] = []
    for start, end in sorted(runs):
        if whole and start < whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole
