"""The Bot Platform as a channel: plain words and numbered choices, and nothing else it knows."""

from contextlib import suppress
from dataclasses import dataclass

from bot.alarms import Alarms
from bot.capabilities import CHANNELS
from bot.channel import Happening, Update
from bot.dialogue.events import Heard
from bot.dialogue.step import text
from bot.handlers.file_links import FileLinks
from bot.handlers.languages import language_of
from bot.handlers.numbering import named, numbered, told
from bot.handlers.zalobot.api import TOO_MANY, UNAUTHORISED, ZaloBotApi, ZaloBotError, verdict
from bot.handlers.zalobot.intake import CHANNEL
from bot.handlers.zalobot.reading import Reader
from bot.texts.message import Message
from bot.texts.render import words

LONGEST = CHANNELS[CHANNEL].longest or 2000


@dataclass(frozen=True)
class ZaloBotChannel:
    """Without `links` files are named only."""

    api: ZaloBotApi
    reader: Reader
    links: FileLinks | None = None
    alarms: Alarms | None = None
    name: str = CHANNEL

    async def read(self, update: Update) -> Happening | None:
        return await self.reader.read(update)

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        parts = self._written(messages, f"{CHANNEL}:{chat}")
        for number, part in enumerate(parts[skip:]):
            try:
                await self._show(chat, part)
            except ZaloBotError as error:
                await self._note(error)
                raise verdict(error, number) from None
        if self.alarms:
            await self.alarms.well("zalobot:quota")
            await self.alarms.well("zalobot:token")

    async def apologise(self, heard: Heard) -> None:
        with suppress(ZaloBotError):
            await self._show(heard.chat, words(text("broken"), "vi"))

    async def _show(self, chat: str, part: str) -> None:
        """Of a group the people have conversations of their own, and one screen."""
        await self.api.call("sendMessage", {"chat_id": chat.partition("/")[0], "text": part})

    def _written(self, messages: tuple[Message, ...], address: str) -> list[str]:
        language, written = language_of(messages), list[str]()
        for message, choices in ((one.message, one.choices) for one in numbered(messages)):
            written += told(message.lines, choices, LONGEST)
            for file in message.files:
                written.append(named(file, self.links.of(file, address) if self.links else None, language))
        return written

    async def _note(self, error: ZaloBotError) -> None:
        """Of what does not pass by itself a human must know."""
        if self.alarms and error.code == TOO_MANY:
            await self.alarms.trouble("zalobot:quota", text("zalobot.alarm_quota"))
        if self.alarms and error.code == UNAUTHORISED:
            await self.alarms.ring("zalobot:token", text("zalobot.alarm_token"))
