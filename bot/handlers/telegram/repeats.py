"""What comes twice though it was done once: a button tapped twice in a row, an edit that changes no word.

Telegram tells of an edit, too, when it has made up the preview of a link. Lost with the process: then it is answered
once more.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.channel import Update
from bot.dialogue.events import Content, Scanned, Showed
from bot.dialogue.ways import ASPECTS
from bot.handlers.telegram.memory import keep

TWICE = 2.0  # seconds after the answer to a tap: the same tap again was a slip of the finger
# Verbs of choices that show something, and the same again. Of the others the second tap has an answer of its own: it
# takes the first back, or is told that it is done already.
SHOWING = frozenset({
    *ASPECTS, "show", "case", "field", "others", "among", "in", "faq", "home", "help", "person", "lang", "offices",
    "orders", "order", "dossiers", "dossier", "parcel", "mydata", "book", "resume",
})  # fmt: skip


@dataclass(frozen=True)
class Tap:
    message: int
    option: str
    update: str
    at: float  # seconds, by `now`


@dataclass
class Repeats:
    """Of each kind, the last MOST (memory.py) are known."""

    now: Callable[[], float] = time.monotonic
    words: OrderedDict[tuple[str, int], tuple[int, str]] = field(default_factory=OrderedDict)  # hash, by which update
    taps: OrderedDict[str, Tap] = field(default_factory=OrderedDict)  # the last of a chat
    albums: OrderedDict[tuple[str, str], dict[Content, str]] = field(default_factory=OrderedDict)  # by which update

    def wrote(self, update: Update, message: int, words: str) -> None:
        keep(self.words, (update.chat, message), (hash(words), update.key))
        self.taps.pop(update.chat, None)  # whoever writes in between taps on purpose

    def is_unchanged(self, update: Update, message: int, words: str) -> bool:
        """Of an edit; its words are remembered. The same update, when it is tried again, is no repetition."""
        known = self.words.get((update.chat, message))
        if known and known[0] == hash(words):
            return known[1] != update.key
        self.wrote(update, message, words)
        return False

    def is_second_tap(self, update: Update, message: int, option: str) -> bool:
        last = self.taps.get(update.chat)
        again = last is not None and (last.message, last.option) == (message, option) and last.update != update.key
        if again and last and self.now() - last.at < TWICE and option.partition(":")[0] in SHOWING:
            return True
        keep(self.taps, update.chat, Tap(message, option, update.key, self.now()))
        return False

    def is_told(self, update: Update, album: str | None, content: Content) -> bool:
        """Whether other pictures of the album, which come one by one, have said as much. The first is always told."""
        if album is None:
            return False
        told = self.albums.get((update.chat, album), {})
        others = [one for one, key in told.items() if key != update.key]
        if content in others or (others and not says_something(content)):
            return True
        keep(self.albums, (update.chat, album), {**told, content: update.key})
        return False

    def answered(self, chat: str) -> None:
        """A second tap may have waited behind the answer to the first."""
        if last := self.taps.get(chat):
            self.taps[chat] = replace(last, at=self.now())


def says_something(content: Content) -> bool:
    """
    >>> says_something(Scanned(("H26.15-260812-0042",))), says_something(Scanned()), says_something(Showed("picture"))
    (True, False, False)
    """
    return not isinstance(content, Showed) and content != Scanned()
