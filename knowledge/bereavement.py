"""Whether a message says that somebody died, and nothing else: "mẹ em mất rồi", but not "mẹ mất sổ đỏ"."""

from collections.abc import Sequence
from functools import cache

from pydantic import BaseModel, ConfigDict

from knowledge.datafile import read
from knowledge.sayings import Sayings, Word, words_of
from knowledge.text import fold


class Bereavement(BaseModel):
    """data/bereavement.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    people: tuple[str, ...]
    others: tuple[str, ...]
    whose: tuple[str, ...]
    before_verb: tuple[str, ...]
    died: tuple[str, ...]
    then: tuple[str, ...]
    lost: tuple[str, ...]
    around: tuple[str, ...]
    not_before: tuple[str, ...]


class Bereaved:
    """
    >>> bereaved = load_bereaved()
    >>> [bereaved.says(said) for said in ("ba noi toi mat hom qua", "em mất con", "mẹ mất sổ đỏ", "tôi mất ví")]
    [True, True, False, False]
    """

    def __init__(self, said: Bereavement) -> None:
        self._people = Sayings((*said.people, *(f"{one} {whose}" for one in said.others for whose in said.whose)))
        self._whose, self._before_verb = Sayings(said.whose), Sayings(said.before_verb)
        self._died, self._then = Sayings(said.died), Sayings(said.then)
        self._losing = Sayings(f"mất {who}" for who in said.lost)
        self._not_before = Sayings(said.not_before)
        who = (*said.people, *said.others, *said.whose, *said.before_verb, *said.died)
        self._around = {fold(word) for group in (who, said.around) for phrase in group for word in phrase.split()}

    def says(self, text: str) -> bool:
        words = words_of(text)
        if not all(word.plain in self._around or word.plain.isdecimal() for word in words):
            return False
        return any(self._dies_at(words, start) for start in range(len(words))) or self._loses(words)

    def _dies_at(self, words: Sequence[Word], start: int) -> bool:
        """Somebody, whose, died; then nothing or what may follow a death."""
        at = self._people.end_at(words, start)
        if not at or self._not_before.said_in(words[:start]):
            return False
        for between in (self._whose, self._whose, self._before_verb):
            at = (between.end_at(words, at) if at < len(words) else None) or at
        end = self._died.end_at(words, at) if at < len(words) else None
        return bool(end) and (end == len(words) or bool(self._then.end_at(words, end or 0)))

    def _loses(self, words: Sequence[Word]) -> bool:
        """ "em mất con" """
        start = self._losing.begins_at_end(words)
        return bool(start) and not self._not_before.said_in(words[:start])


@cache
def load_bereaved() -> Bereaved:
    return Bereaved(read("bereavement.yaml", Bereavement))
