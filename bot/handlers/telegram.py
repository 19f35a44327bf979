"""Telegram in and out, by polling. The only module, with bot/app.py, that imports `telegram`."""

import asyncio
import html
import traceback
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, Update
from telegram import Message as TelegramMessage
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, TelegramError
from telegram.ext import Application, CallbackContext, TypeHandler

from bot.dialogue.events import Chose, Content, Heard, Kind, Showed, Started, Wrote
from bot.settings import SettingsError
from bot.texts.message import Message as OurMessage
from bot.texts.message import ShownButton, ShownLine
from bot.turn import SendError, Turns

CHANNEL = "telegram"
TELEGRAM = "https://api.telegram.org/bot"
HEARD = ["message", "callback_query"]
ASK_AGAIN = 10.0  # seconds
AT_ONCE = 64  # updates of different chats; one chat's run in order (bot/ordering.py)
LABEL = 60  # characters of a button that a phone shows
NARROW = 18  # labels up to this long stand two in a row

PTB = Application[Any, Any, Any, Any, Any, Any]

log = structlog.get_logger()


def build(token: str, base_url: str = TELEGRAM) -> PTB:
    return Application.builder().token(token).base_url(base_url).concurrent_updates(AT_ONCE).build()


@asynccontextmanager
async def polling(application: PTB, turns: Turns) -> AsyncIterator[None]:
    """Updates are fetched and answered until the block is left; while Telegram is out of reach, it is asked again.

    Raises SettingsError when Telegram does not know the token.
    """

    async def on_update(update: Update, _: object) -> None:
        if heard := read(update):
            await turns.take(heard)
        if update.callback_query:
            with suppress(TelegramError):  # too old to be answered: only the little clock stays
                await update.callback_query.answer()

    application.add_handler(TypeHandler(Update, on_update))
    application.add_error_handler(note)
    async with stopped_in_the_end(application):
        fetching = asyncio.create_task(fetch(application, await reach(application)))
        try:
            yield
        finally:
            fetching.cancel()
            await asyncio.gather(fetching, return_exceptions=True)


@asynccontextmanager
async def stopped_in_the_end(application: PTB) -> AsyncIterator[None]:
    try:
        yield
    finally:
        if application.updater and application.updater.running:
            await application.updater.stop()
        if application.running:
            await application.stop()
        await application.shutdown()
        await application.bot.shutdown()  # which the line before leaves open when Telegram was never reached


async def fetch(application: PTB, reached: bool) -> None:
    while not reached:
        await asyncio.sleep(ASK_AGAIN)
        try:
            reached = await reach(application)
        except SettingsError as error:  # too late to stop the start: the web chat is serving
            log.error(str(error))
            return
    await application.start()
    if application.updater:
        await application.updater.start_polling(allowed_updates=HEARD, bootstrap_retries=-1)


async def reach(application: PTB) -> bool:
    try:
        await application.initialize()
    except InvalidToken:
        raise SettingsError("NOIDAI_TELEGRAM_TOKEN: Telegram does not know it") from None  # its message shows it
    except NetworkError as error:
        log.warning("telegram: out of reach", reason=str(error))
        return False
    return True


async def note(_: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
    """Where it broke, never the message: that may quote what the citizen wrote."""
    error = context.error
    frames = traceback.extract_tb(error.__traceback__ if error else None)
    log.error("telegram: no answer", error=type(error).__name__, at=[f"{f.filename}:{f.lineno}" for f in frames[-5:]])


def read(update: Update) -> Heard | None:
    """What was heard, and where; None for what the bot does not listen to (channels, groups, edits)."""
    chat, person = update.effective_chat, update.effective_user
    content = content_of(update)
    if chat is None or chat.type != "private" or content is None:
        return None
    language = (person.language_code if person else None) or "vi"
    return Heard(CHANNEL, str(chat.id), str(update.update_id), content, language)


def content_of(update: Update) -> Content | None:
    if query := update.callback_query:
        return Chose(query.data or "", label_of(query.data, query.message))
    if not update.message:
        return None
    text = update.message.text
    if text is None:
        return Showed(kind_of(update.message))
    command, _, rest = text.partition(" ")
    match command.split("@")[0]:
        case "/start":
            return Started(rest.strip())
        case "/help":
            return Wrote("help")
        case "/cancel":
            return Wrote("cancel")
        case _:
            return Wrote(text)


def label_of(option: str | None, message: object) -> str:
    markup = message.reply_markup if isinstance(message, Message) else None
    rows = markup.inline_keyboard if markup else ()
    return next((str(b.text) for row in rows for b in row if b.callback_data == option), "")


def kind_of(message: TelegramMessage) -> Kind:
    kinds: tuple[tuple[Kind, object], ...] = (
        ("picture", message.photo),
        ("voice", message.voice or message.audio),
        ("video", message.video or message.video_note or message.animation),
        ("sticker", message.sticker),
        ("file", message.document),
        ("place", message.location or message.venue),
        ("contact", message.contact),
    )
    return next((kind for kind, found in kinds if found), "other")


class TelegramSender:
    """Shows messages in a chat, and says of a failure whether another try may help."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, chat: str, messages: tuple[OurMessage, ...]) -> None:
        try:
            for message in messages:
                await self._show(int(chat), message)
        except (Forbidden, BadRequest) as error:  # blocked by the citizen, or our own mistake
            raise SendError(str(error), retryable=False) from error
        except TelegramError as error:
            raise SendError(str(error), retryable=True) from error

    async def _show(self, chat: int, message: OurMessage) -> None:
        *first, last = split(message.lines)
        for part in first:
            await self._send(chat, part, None)
        await self._send(chat, last, keyboard(message.buttons))

    async def _send(self, chat: int, text: str, markup: InlineKeyboardMarkup | None) -> None:
        await self._bot.send_message(
            chat, text, parse_mode=ParseMode.HTML, reply_markup=markup, link_preview_options=LinkPreviewOptions(True)
        )


def split(lines: Iterable[ShownLine]) -> list[str]:
    """The lines as HTML, in as few messages as Telegram's limit allows; a line is never torn apart."""
    parts = [""]
    for line in lines:
        written = as_html(line)
        joined = f"{parts[-1]}\n{written}" if parts[-1] else written
        if len(joined) <= MessageLimit.MAX_TEXT_LENGTH:
            parts[-1] = joined
        else:
            parts.append(written)
    return parts


def as_html(line: ShownLine) -> str:
    words = html.escape(line.words[:3500], quote=False)
    if line.link and line.link.startswith("https://"):
        words = f'<a href="{html.escape(line.link)}">{words}</a>'
    match line.kind:
        case "title" | "heading":
            return f"<b>{words}</b>"
        case "item":
            return f"• {words}"
        case "note":
            return f"<i>{words}</i>"
        case "warning":
            return f"⚠️ <b>{words}</b>"
        case "text":
            return words


def keyboard(buttons: tuple[ShownButton, ...]) -> InlineKeyboardMarkup | None:
    """Short labels two in a row, long ones alone."""
    rows: list[list[InlineKeyboardButton]] = []
    for shown in buttons:
        button = InlineKeyboardButton(shortened(shown.label), callback_data=shown.option)
        pair = rows and len(rows[-1]) == 1 and len(str(rows[-1][0].text)) <= NARROW and len(shown.label) <= NARROW
        if pair:
            rows[-1].append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None


def shortened(label: str) -> str:
    return label if len(label) <= LABEL else label[: LABEL - 1] + "…"
