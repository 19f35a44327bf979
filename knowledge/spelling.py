"""Slips of the finger and of the ear, mended by what is said elsewhere: "giam ho" for "dam ho", "sinh" for "sinj"."""

from collections import defaultdict
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.phrasebook import Phrasebook

SHORTEST, LONGEST = 4, 20  # letters; shorter words are too alike, longer ones are none
LONG = 8  # letters from which two slips are forgiven
REMEMBERED = 10_000  # words; people make the same slips

# Written differently, spoken alike somewhere in the country; on folded words. The longest first.
ONSETS = (
    ("gi", "z"),
    ("tr", "c"),
    ("ch", "c"),
    ("qu", "w"),
    ("d", "z"),
    ("r", "z"),
    ("x", "s"),
    ("l", "n"),
    ("v", "z"),
)
ENDINGS = (("ng", "n"), ("nh", "n"), ("ch", "t"), ("c", "t"), ("y", "i"))


class Spelling:
    """Mends words that no phrase has, then pairs of words that no phrase has but that sound like one."""

    def __init__(self, book: Phrasebook) -> None:
        self._book = book
        self._seen: dict[str, list[str]] = {}
        self._known = sorted(word for word in book.known if len(word) > 1)
        sounding: dict[str, list[str]] = defaultdict(list)
        for pair in book.pairs():
            sounding[sound_of_pair(*pair.split(" "))].append(pair)
        self._sounding = {sound: min(pairs, key=lambda p: (book.weight(p), p)) for sound, pairs in sounding.items()}

    def mended(self, words: tuple[str, ...]) -> tuple[str, ...]:
        return self._by_ear([self._mended(words, place) for place in range(len(words))])

    def _mended(self, words: tuple[str, ...], place: int) -> str:
        """A word that no phrase has, as the known one a slip away: the one its neighbours go with, or the commonest."""
        word = words[place]
        if word in self._book.known or not SHORTEST <= len(word) <= LONGEST or not word.isalpha():
            return word
        before = words[place - 1] if place else ""
        after = words[place + 1] if place + 1 < len(words) else ""
        return min(
            self._slips(word),
            key=lambda w: (-self._fits(before, w, after), self._rarity(before, w, after), w),
            default=word,
        )

    def _rarity(self, before: str, word: str, after: str) -> float:
        """Of the commonest pair it makes with a neighbour; of the word itself if it makes none."""
        pairs = [pair for pair in (f"{before} {word}", f"{word} {after}") if self._book.is_said(pair)]
        return min(map(self._book.weight, pairs), default=self._book.weight(word))

    def _fits(self, before: str, word: str, after: str) -> int:
        """With how many of its neighbours it is said."""
        return self._book.is_said(f"{before} {word}") + self._book.is_said(f"{word} {after}")

    def _slips(self, word: str) -> list[str]:
        """The known words nearest to an unknown one, no farther than a slip or, in a long word, two."""
        if word not in self._seen:
            far = 2 if len(word) >= LONG else 1
            found = process.extract(word, self._known, scorer=OSA.distance, score_cutoff=far, limit=None)
            nearest = min((distance for _, distance, _ in found), default=0)
            if len(self._seen) >= REMEMBERED:
                self._seen.clear()
            self._seen[word] = [known for known, distance, _ in found if distance == nearest]
        return self._seen[word]

    def _by_ear(self, heard: list[str]) -> tuple[str, ...]:
        """Words that stand in no known pair with a neighbour, replaced by ones that sound alike and do."""
        for place in range(len(heard) - 1):
            if any(self._book.is_said(f"{a} {b}") for a, b in pairs_around(heard, place)):
                continue
            if alike := self._sounding.get(sound_of_pair(heard[place], heard[place + 1])):
                heard[place : place + 2] = alike.split(" ")
        return tuple(heard)


def pairs_around(words: list[str], place: int) -> list[tuple[str, str]]:
    """The pair at a place and the ones that its words make with their other neighbours."""
    around = range(max(0, place - 1), min(len(words) - 1, place + 2))
    return [(words[i], words[i + 1]) for i in around]


def sound_of_pair(first: str, second: str) -> str:
    return f"{sound(first)} {sound(second)}"


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """
    >>> sound("giam") == sound("dam"), sound("xinh") == sound("sin"), sound("thay") == sound("thai")
    (True, True, True)
    """
    for written, spoken in ONSETS:
        if word.startswith(written) and len(word) > len(written):
            word = spoken + word[len(written) :]
            break
    for written, spoken in ENDINGS:
        if word.endswith(written) and len(word) > len(written):
            return word[: -len(written)] + spoken
    return word
