"""The calls that show something in a chat: each in its turn, and to where the chat is now.

What is said most often goes to the Bot API field by field. The library's own method makes an object of all that goes
out and of all that comes back, which takes longer than the rest of the call.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

import structlog
from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InputFile,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated

from bot.channel import SendError
from bot.handlers.files import FileBody
from bot.handlers.telegram.errors import UNCHANGED, UNREADABLE, says
from bot.handlers.telegram.limits import Limits
from bot.handlers.telegram.memory import NOTHING, Occasion
from bot.handlers.telegram.showing import Part

NO_PREVIEW = {"is_disabled": True}

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove
Place = tuple[int, int]  # chat and message
T = TypeVar("T")

log = structlog.get_logger()


@dataclass(frozen=True)
class Calls:
    """All raise TelegramError. `chat`: as the rest of the bot names it, in a group with the person behind it."""

    bot: Bot
    limits: Limits
    moved: dict[int, int] = field(default_factory=dict)  # groups that became supergroups, and what they are now

    async def say(self, chat: str, part: Part, markup: Markup | None, occasion: Occasion = NOTHING) -> Place:
        """In a group, beneath what it answers. Gives where it stands."""
        beneath = {"message_id": occasion.message, "allow_sending_without_reply": True} if occasion.message else None

        async def send(place: int, words: str, parse_mode: str | None) -> Place:
            fields = {
                "chat_id": place,
                "text": words,
                "parse_mode": parse_mode,
                "reply_markup": markup,
                "reply_parameters": beneath,
                "message_thread_id": occasion.topic,
                "link_preview_options": NO_PREVIEW,
            }
            return place_in(await self.bot._post("sendMessage", fields), place)

        try:
            return await self._at(chat, lambda place: send(place, part.html, ParseMode.HTML))
        except BadRequest as error:
            if not says(error, UNREADABLE):
                raise
        log.error("telegram: our HTML was refused")  # a fault of ours, and the words must not be lost by it
        return await self._at(chat, lambda place: send(place, part.plain, None))

    async def redraw(self, chat: str, message: int, part: Part, markup: InlineKeyboardMarkup | None) -> bool:
        """False: that message can be changed no more."""

        async def edit(place: int) -> object:
            fields = {
                "chat_id": place,
                "message_id": message,
                "text": part.html,
                "parse_mode": ParseMode.HTML,
                "reply_markup": markup,
                "link_preview_options": NO_PREVIEW,
            }
            return await self.bot._post("editMessageText", fields)

        try:
            await self._at(chat, edit)
        except BadRequest as error:
            return says(error, UNCHANGED)  # it shows already what it should
        return True

    async def stop_clock(self, query: str) -> None:
        """On the button that was tapped."""
        await self.bot._post("answerCallbackQuery", {"callback_query_id": query})

    async def hand_over(self, chat: str, file: FileBody, caption: str) -> None:
        async def send(place: int) -> object:
            return await self.bot.send_document(place, InputFile(file.body, file.name), caption=caption)

        await self._at(chat, send)

    async def _at(self, chat: str, call: Callable[[int], Awaitable[T]]) -> T:
        """In its turn. A group that became a supergroup has another number since."""
        place = place_of(chat)
        place = self.moved.get(place, place)
        try:
            async with self.limits.turn(place):
                return await call(place)
        except ChatMigrated as error:
            self.moved[place] = moved_to = error.new_chat_id
        async with self.limits.turn(moved_to):
            return await call(moved_to)


def place_in(sent: object, asked: int) -> Place:
    """As the Bot API tells of a message it sent.

    >>> place_in({"message_id": 5, "chat": {"id": -7, "type": "group"}}, -7)
    (-7, 5)
    """
    if not isinstance(sent, dict):
        return asked, 0
    chat = sent.get("chat")
    return (chat.get("id", asked) if isinstance(chat, dict) else asked), sent.get("message_id", 0)


def place_of(chat: str) -> int:
    """
    >>> place_of("7"), place_of("-100123/7")
    (7, -100123)
    """
    try:
        return int(chat.partition("/")[0])
    except ValueError:
        raise SendError("no chat of Telegram is called so", retryable=False) from None


def is_public(chat: str) -> bool:
    """Of a group: the chat and, in it, a person."""
    return "/" in chat
