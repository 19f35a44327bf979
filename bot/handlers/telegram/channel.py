"""Telegram as a channel: what came is read, messages are shown in a chat, each failure gets its verdict."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from telegram import Bot, ChatMemberUpdated, InlineKeyboardMarkup, Message
from telegram import Update as TelegramUpdate
from telegram.error import InvalidToken, TelegramError

from bot.channel import ANSWERED, Happening, SendError, Update
from bot.dialogue.events import Heard
from bot.dialogue.step import text
from bot.handlers.files import Files
from bot.handlers.languages import language_of
from bot.handlers.pictures import Pictures
from bot.handlers.telegram.calls import Calls, Markup, is_public
from bot.handlers.telegram.errors import verdict
from bot.handlers.telegram.groups import Me, sends_away, was_added
from bot.handlers.telegram.intake import CHANNEL
from bot.handlers.telegram.keyboards import TAKEN_AWAY, choices, sharing, to_private
from bot.handlers.telegram.limits import Limits
from bot.handlers.telegram.memory import NOTHING, Lately, Occasion
from bot.handlers.telegram.pictures import Viewer
from bot.handlers.telegram.plain import Plain, plainly
from bot.handlers.telegram.reading import Reader, parsed, spoken, words_of
from bot.handlers.telegram.repeats import Repeats
from bot.handlers.telegram.showing import Part, caption, planned
from bot.handlers.telegram.troubles import Troubles
from bot.texts.message import Message as OurMessage
from bot.texts.message import ShownFile, ShownLine
from bot.texts.render import words
from bot.tracebacks import where

FRESH = timedelta(days=2)  # an older screen is not drawn anew: its citizen may look for the answer at the end

log = structlog.get_logger()


class TelegramChannel:
    """Without `pictures`, those that come are not opened; without `files`, none is handed over.

    `stops_clocks`: on buttons that are tapped; over a webhook it is done by then (webhook.py).
    """

    name = CHANNEL

    def __init__(
        self,
        bot: Bot,
        files: Files | None,
        pictures: Pictures | None,
        limits: Limits,
        troubles: Troubles | None = None,
        *,
        stops_clocks: bool = True,
    ) -> None:
        self._bot = bot
        self._files = files
        self._reader = Reader(bot, Viewer(pictures))
        self._calls = Calls(bot, limits)
        self._lately = Lately()
        self._repeats = Repeats()
        self._troubles = troubles or Troubles()
        self._stops_clocks = stops_clocks
        self._at_work: set[asyncio.Task[None]] = set()

    async def read(self, update: Update) -> Happening | None:
        """Raises SendError when a group cannot be read without asking Telegram, and it does not answer."""
        try:
            if plain := plainly(update):
                return self._heard(update, plain)
            came = parsed(update.body, self._bot)
            if came.callback_query:
                self._stop_clock(came.callback_query.id)
            if came.my_chat_member and was_added(came.my_chat_member):
                self._soon(partial(self._greet, update.chat, came.my_chat_member))
            if self._is_repeated(update, came):
                return None
            happened = await self._reader.happened(update, came)
        except TelegramError as error:
            raise self._hushed(verdict(error, 0)) from None
        except Exception as error:  # nothing that Telegram sends
            note("telegram: an update that cannot be read", error)
            return None
        if isinstance(happened, Heard):
            album = came.message.media_group_id if came.message else None
            if self._repeats.is_told(update, album, happened.content):
                return None
            self._lately.heard(update.chat, update.key, self._occasion(update.chat, came))
        return happened

    def _heard(self, update: Update, plain: Plain) -> Heard | None:
        if plain.query is None:
            self._repeats.wrote(update, plain.message, plain.words)
            self._lately.heard(update.chat, update.key, NOTHING)
            return plain.heard
        self._stop_clock(plain.query)
        if self._repeats.is_second_tap(update, plain.message, plain.option):
            return None
        occasion = Occasion(plain.message, None, is_fresh(plain.shown_at), plain.option)
        self._lately.heard(update.chat, update.key, occasion)
        return plain.heard

    def _is_repeated(self, update: Update, came: TelegramUpdate) -> bool:
        if query := came.callback_query:
            shown = query.message
            return shown is not None and self._repeats.is_second_tap(update, shown.message_id, query.data or "")
        if came.edited_message and (said := words_of(came.edited_message)):
            return self._repeats.is_unchanged(update, came.edited_message.message_id, said)
        if came.message:
            self._repeats.wrote(update, came.message.message_id, words_of(came.message))
        return False

    async def send(self, chat: str, messages: tuple[OurMessage, ...], skip: int = 0) -> None:
        plan = planned(messages, public=is_public(chat))
        shown, part = skip, Part()
        try:
            bare = await self._without_keyboard(chat, messages, plan[skip:])
            while shown < len(plan):
                part = plan[shown]
                await self._show(chat, part, first=shown == 0, bare=part is bare)
                shown += 1
            self._repeats.answered(chat)
        except TelegramError as error:
            if isinstance(error, InvalidToken):
                await self._troubles.ring("telegram:token", text("telegram.alarm_token"))
            raise self._hushed(verdict(error, shown - skip, heavy=part.file is not None)) from error

    async def apologise(self, heard: Heard) -> None:
        part = Part((ShownLine(words(text("broken"), spoken(heard.language))),))
        beneath = self._lately.occasion(heard.chat, heard.update) if heard.public else NOTHING
        with suppress(TelegramError, SendError):
            await self._calls.say(heard.chat, part, None, beneath)

    async def close(self) -> None:
        """What was begun beside the conversations is broken off."""
        tasks = list(self._at_work)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _occasion(self, chat: str, came: TelegramUpdate) -> Occasion:
        message = came.effective_message
        if not isinstance(message, Message):
            return NOTHING  # so old that Telegram does not show it
        topic = message.message_thread_id if message.is_topic_message else None
        if query := came.callback_query:
            return Occasion(message.message_id, topic, self._may_redraw(chat, message), query.data or "")
        return Occasion(message.message_id, topic) if is_public(chat) else NOTHING

    def _may_redraw(self, chat: str, shown: Message) -> bool:
        """In a group only who a screen was shown to sees it change."""
        mine = not is_public(chat) or self._lately.owners.get((shown.chat_id, shown.message_id)) == chat
        return mine and is_fresh(shown.date)

    async def _without_keyboard(self, chat: str, messages: tuple[OurMessage, ...], rest: list[Part]) -> Part | None:
        """The part that takes the keyboard away, when what it asked for was answered. Words of its own, if need be."""
        if not rest or not self._lately.is_answered(chat) or any(part.wants for part in rest):
            return None
        if able := next((part for part in rest if not (part.buttons or part.file or part.redraws)), None):
            return able
        received = words(text("tg.received"), language_of(messages))
        await self._calls.say(chat, Part((ShownLine(received),)), TAKEN_AWAY)
        self._lately.taken_away(chat)
        return None

    async def _show(self, chat: str, part: Part, *, first: bool, bare: bool) -> None:
        """`first` of the answer; `bare`: it takes the keyboard away."""
        if part.file:
            await self._hand_over(chat, part.file)
            return
        occasion = self._lately.occasion(chat, ANSWERED.get())
        me = await self._reader.me() if is_public(chat) else None
        inline = self._inline(part, occasion, me)
        if part.redraws and occasion.screen and occasion.message:
            changed = await self._calls.redraw(chat, occasion.message, part, inline)
            self._lately.redrawn(chat, ANSWERED.get())
            if changed:
                return
        markup: Markup | None = TAKEN_AWAY if bare else sharing(part.wants, part.language) if part.wants else inline
        beneath = occasion if me and first else Occasion(topic=occasion.topic)
        shown = await self._calls.say(chat, part, markup, beneath)
        if bare:
            self._lately.taken_away(chat)
        if part.wants:
            self._lately.asked(chat)
        if me:
            self._lately.shown(shown, chat)

    def _inline(self, part: Part, occasion: Occasion, me: Me | None) -> InlineKeyboardMarkup | None:
        if me is None:
            return choices(part.buttons)
        if language := sends_away(part.lines):
            options = [*(button.option for button in part.buttons), occasion.option]
            return to_private(words(text("tg.button.private"), language), me.links.about(options[0]))
        return choices(part.buttons, me.links)

    async def _hand_over(self, chat: str, file: ShownFile) -> None:
        """What cannot be made is left out: the words that came before it are what matters."""
        try:
            made = await self._files.read(file.ref, f"{CHANNEL}:{chat}") if self._files else None
        except Exception as error:
            note("telegram: a file could not be made", error)
            return
        if not made:
            log.warning("telegram: no such file", kind=file.ref.partition("/")[0])
            return
        await self._calls.hand_over(chat, made, caption(file))

    def _stop_clock(self, query: str) -> None:
        if self._stops_clocks:
            self._soon(partial(self._calls.stop_clock, query))

    async def _greet(self, chat: str, change: ChatMemberUpdated) -> None:
        """Whoever put the bot into a group reads there how to address it."""
        me = await self._reader.me()
        language = spoken(change.from_user.language_code)
        hello = ShownLine(words(text("tg.group.hello", bot=f"@{me.username}"), language))
        further = to_private(words(text("tg.button.private"), language), me.links.about())
        await self._calls.say(chat, Part((hello,)), further)

    def _soon(self, work: Callable[[], Awaitable[None]]) -> None:
        """Beside the conversation, which does not wait for it; Telegram's refusal harms nobody."""

        async def done() -> None:
            with suppress(TelegramError):
                await work()

        task = asyncio.create_task(done())
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    def _hushed(self, failure: SendError) -> SendError:
        """Its reason goes to the log; an address of the Bot API holds the token."""
        failure.args = (str(failure).replace(self._bot.token, "…"),)
        return failure


def is_fresh(shown_at: datetime) -> bool:
    return datetime.now(UTC) - shown_at < FRESH


def note(what: str, error: Exception) -> None:
    log.error(what, error=type(error).__name__, at=where(error))
