"""What an update of the Bot Platform means. CHANNELS §3."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.channel import Happening, Update
from bot.dialogue.events import Content, Heard, Kind, Scanned, Showed, Started, Wrote
from bot.handlers.foreign import Json, milliseconds, moment, parsed, words_at
from bot.handlers.viewer import UNREAD, Viewer
from bot.handlers.zalobot.intake import CHANNEL, is_group

COMMANDS = {"/help": "help", "/cancel": "cancel"}
SHOWN: dict[str, Kind] = {"message.sticker.received": "sticker", "message.voice.received": "voice"}
SILENT = frozenset({"message.reaction.received"})  # nobody waits for an answer to a thumb


def nameless() -> tuple[str, ...]:
    return ()


@dataclass(frozen=True)
class Reader:
    """`names`: of the bot, as people in a group call it with an @."""

    viewer: Viewer
    names: Callable[[], tuple[str, ...]] = nameless

    async def read(self, update: Update) -> Happening | None:
        """In groups the platform brings only what calls the bot, or answers it: all of it is answered."""
        event = parsed(update.body)
        if event is None:
            return None
        content = await self._content_of(words_at(event, "event_name"), event, update.chat)
        if content is None:
            return None
        count = milliseconds(words_at(event, "message", "date"))
        written_at = moment(count) if count else None
        return Heard(CHANNEL, update.chat, update.key, content, public=is_group(event), written_at=written_at)

    async def _content_of(self, name: str, event: Json, chat: str) -> Content | None:
        if name in SILENT:
            return None
        if name == "message.image.received":
            return await self._pictured(event, chat)
        if name in SHOWN:
            return Showed(SHOWN[name])
        words = self._meant_for_us(words_at(event, "message", "text"))
        if not words:  # message.unsupported.received, by law without what was sent; or something new
            return Showed("other") if name.startswith("message.") else None
        return said(words)

    async def _pictured(self, event: Json, chat: str) -> Content:
        """Zalo writes `photo`; a library of others reads `photo_url`."""
        address = words_at(event, "message", "photo") or words_at(event, "message", "photo_url")
        seen = await self.viewer.seen(chat, [address] if address else [])
        words = words_at(event, "message", "caption") or words_at(event, "message", "text")
        return Wrote(words) if words and seen in (UNREAD, Scanned()) else seen

    def _meant_for_us(self, words: str) -> str:
        """Without the name we were called by."""
        for name in self.names():
            words = re.sub(rf"@{re.escape(name)}(?!\w)", "", words, flags=re.IGNORECASE)
        return words.strip()


def said(words: str) -> Content:
    command, _, rest = words.partition(" ")
    if command.lower() == "/start":
        return Started(rest.strip())
    return Wrote(COMMANDS.get(command.lower(), words))
