"""What the channel remembers of its chats between hearing and answering. Lost with the process, and little is lost."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

MOST = 10_000  # chats, updates, messages


@dataclass(frozen=True)
class Occasion:
    """By what an answer was begun.

    `message`: of theirs or, tapped, of ours; `screen`: whether it may be drawn anew; `option`: what was tapped.
    """

    message: int | None = None
    topic: int | None = None  # of a group that has several
    screen: bool = False
    option: str = ""


NOTHING = Occasion()


@dataclass
class Lately:
    occasions: OrderedDict[tuple[str, str], Occasion] = field(default_factory=OrderedDict)  # by chat and update
    keyboards: OrderedDict[str, bool] = field(default_factory=OrderedDict)  # shown in a chat; True: answered since
    owners: OrderedDict[tuple[int, int], str] = field(default_factory=OrderedDict)  # message in a group -> its chat

    def heard(self, chat: str, update: str, occasion: Occasion) -> None:
        if occasion != NOTHING:
            keep(self.occasions, (chat, update), occasion)
        if chat in self.keyboards:
            self.keyboards[chat] = True

    def occasion(self, chat: str, update: str) -> Occasion:
        """An answer may come late: it stands with its own question, whatever was said since."""
        return self.occasions.get((chat, update), NOTHING)

    def redrawn(self, chat: str, update: str) -> None:
        """Once is enough: what follows comes below."""
        self.occasions.pop((chat, update), None)

    def shown(self, message: tuple[int, int], chat: str) -> None:
        """In a group, to the person of that conversation."""
        keep(self.owners, message, chat)

    def asked(self, chat: str) -> None:
        """With a keyboard to answer by."""
        keep(self.keyboards, chat, False)

    def is_answered(self, chat: str) -> bool:
        """Whether a keyboard hangs there that nobody needs any more."""
        return self.keyboards.get(chat, False)

    def taken_away(self, chat: str) -> None:
        self.keyboards.pop(chat, None)


def keep(store: OrderedDict[K, V], key: K, value: V) -> None:
    store[key] = value
    store.move_to_end(key)
    while len(store) > MOST:
        store.popitem(last=False)
