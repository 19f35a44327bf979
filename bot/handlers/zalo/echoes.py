"""What the account sends comes back as an event, whoever sent it: a human of the office, or we."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.dialogue.step import text as words_for
from bot.handlers.file_links import BASE
from bot.handlers.foreign import Json, words_at
from bot.handlers.numbering import named
from bot.storage.store import Store, Unit
from bot.texts.message import Message, ShownFile
from bot.texts.render import LANGUAGES, words

LOOKED_THROUGH = 20  # turns back
SOON = timedelta(minutes=10)  # after the turn it belongs to a file of ours has come back
LINK = re.compile(rf"https?://\S+{BASE}[\w-]+", re.ASCII)
UNSEEN = ("Cc", "Cf", "Cs")  # categories of characters that need not come back
BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Echoes:
    """Zalo says who of the office sent it (`admin_id`), and by what one product does, nobody for what came through
    the API. Whether that always holds, and whether the id of the event is the one the API answered with, nobody could
    try. So an event that names somebody is held against what we sent this chat lately: that is in the database before
    it is sent, so any process knows it. In doubt a human spoke: a bot that is silent for half an hour does less harm
    than one that talks across them.

    `written`: the texts a chat is shown for some messages.
    """

    store: Store
    written: Callable[[tuple[Message, ...]], Iterable[str]]

    async def is_ours(self, address: str, event: Json, at: datetime) -> bool:
        """`at`: when it was sent."""
        return await self.store.run(partial(self._is_ours, address, event, at))

    def _is_ours(self, address: str, event: Json, at: datetime, unit: Unit) -> bool:
        text = normal(words_at(event, "message", "text"))
        if text in APOLOGIES:
            return True
        if text:
            turns = unit.turns.latest(address, LOOKED_THROUGH)
            return any(text == normal(part) for turn in turns for part in self.written(turn.replies)) or any(
                names(file, text) for turn in turns for file in files_of(turn.replies)
            )
        if words_at(event, "event_name") != "oa_send_file":  # pictures, stickers: we send none
            return False
        turns = unit.turns.latest(address, LOOKED_THROUGH, since=at - SOON)
        return any(True for turn in turns for _ in files_of(turn.replies))


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


def names(file: ShownFile, text: str) -> bool:
    """Of a link only its shape is known: it is another one each time."""
    addresses = (None, *LINK.findall(text)[-1:])
    return any(text == normal(named(file, address, language)) for address in addresses for language in LANGUAGES)


APOLOGIES = frozenset(normal(words(words_for("broken"), language)) for language in LANGUAGES)  # no turn has them
