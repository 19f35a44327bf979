"""What the account sends comes back as an event, whoever sent it: a human of the office, or we."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from bot.dialogue.step import text as words_for
from bot.handlers.foreign import Json, within, words_at
from bot.storage.store import Store, Unit
from bot.texts.message import Message, ShownFile
from bot.texts.render import LANGUAGES, words

LOOKED_THROUGH = 20  # turns back
UNSEEN = ("Cc", "Cf", "Cs")  # categories of characters that need not come back
BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Echoes:
    """Zalo says who of the office sent it (`admin_id`), and by what one product does, nobody for what came through
    the API. Whether that always holds, and whether the id of the event is the one the API answered with, nobody could
    try. So an event that names somebody is held against what we sent this chat lately: that is in the database before
    it is sent, so any process knows it.

    `written`: the texts a chat is shown for some messages.
    """

    store: Store
    written: Callable[[tuple[Message, ...]], Iterable[str]]

    async def is_ours(self, address: str, event: Json) -> bool:
        return await self.store.run(partial(self._is_ours, address, event))

    def _is_ours(self, address: str, event: Json, unit: Unit) -> bool:
        text = normal(words_at(event, "message", "text"))
        if text in APOLOGIES:
            return True
        turns = unit.turns.latest(address, LOOKED_THROUGH)
        if text:
            return any(text == normal(part) for turn in turns for part in self.written(turn.replies)) or any(
                text.startswith(f"{normal(file.label)}:") for turn in turns for file in files_of(turn.replies)
            )
        return bool(within(event, "message", "attachments")) and any(hands_over(turn.replies) for turn in turns)


def normal(text: str) -> str:
    """
    >>> normal("Chao\\u0300 \\n anh\\u200b") == normal("Chaò anh")
    True
    """
    composed = unicodedata.normalize("NFC", text)
    seen = "".join(one if one.isspace() or unicodedata.category(one) not in UNSEEN else "" for one in composed)
    return BLANK.sub(" ", seen).strip()


def files_of(messages: Iterable[Message]) -> Iterable[ShownFile]:
    """What cannot be handed over is named, and where it is."""
    return (file for message in messages for file in message.files)


def hands_over(messages: Iterable[Message]) -> bool:
    """More than words was sent: a file, or a card to share a contact by."""
    return any(message.files or message.wants for message in messages)


APOLOGIES = frozenset(normal(words(words_for("broken"), language)) for language in LANGUAGES)  # no turn has them
