"""Telegram in and out, by polling. Only this module, telegram_pictures.py and bot/app.py import `telegram`."""

import asyncio
import html
import traceback
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import lru_cache
from itertools import groupby

import structlog
from telegram import (
    Bot,
    Contact,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    Update,
)
from telegram import Message as TelegramMessage
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

from bot.channel import SendError
from bot.dialogue.events import Chose, Content, Heard, Introduced, Kind, Located, Showed, Started, Wrote
from bot.dialogue.step import text
from bot.handlers.files import Files
from bot.handlers.pictures import Pictures
from bot.handlers.telegram_pictures import Viewer, is_picture
from bot.settings import SettingsError
from bot.texts.message import Message as OurMessage
from bot.texts.message import ShownButton, ShownFile, ShownLine
from bot.texts.render import words
from bot.turn import Turns

CHANNEL = "telegram"
TELEGRAM = "https://api.telegram.org/bot"
HEARD = ["message", "callback_query"]
ASK_AGAIN = 10.0  # seconds
PATIENCE = 25  # seconds Telegram may keep a question open while nothing comes
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
CAPTION = MessageLimit.CAPTION_LENGTH
LABEL = 60  # characters of a button that a phone shows
NARROW = 18  # labels up to this long stand two in a row

log = structlog.get_logger()


def build(token: str, base_url: str = TELEGRAM) -> Bot:
    """Files are fetched beside the methods: https://host/bot and https://host/file/bot."""
    return Bot(token, base_url, base_url.removesuffix("bot") + "file/bot")


@asynccontextmanager
async def polling(bot: Bot, turns: Turns, pictures: Pictures | None = None) -> AsyncIterator[None]:
    """Updates are fetched and answered until the block is left; while Telegram is out of reach, it is asked again.

    Without `pictures`, those that come are not opened. Raises SettingsError when Telegram does not know the token.
    """
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bot.shutdown)
        listening = asyncio.create_task(listen(bot, turns, Viewer(pictures), await reach(bot)))
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


async def reach(bot: Bot) -> bool:
    try:
        await bot.initialize()
        await bot.delete_webhook()  # Telegram gives updates in one way only
    except InvalidToken:
        raise SettingsError("NOIDAI_TELEGRAM_TOKEN: Telegram does not know it") from None  # its message shows it
    except TelegramError as error:
        log.warning("telegram: out of reach", reason=str(error))
        return False
    return True


async def listen(bot: Bot, turns: Turns, viewer: Viewer, reached: bool) -> None:
    while not reached:
        await asyncio.sleep(ASK_AGAIN)
        try:
            reached = await reach(bot)
        except SettingsError as error:  # too late to stop the start: the web chat is serving
            log.error(str(error))
            return
    after = 0
    while True:
        after = await hear(bot, turns, viewer, after)


async def hear(bot: Bot, turns: Turns, viewer: Viewer, after: int) -> int:
    """One round. Asking from the next number on confirms what came before: by then every turn of it is kept."""
    try:
        updates = await bot.get_updates(after, timeout=PATIENCE, allowed_updates=HEARD)
    except TelegramError as error:
        log.warning("telegram: out of reach", reason=str(error))
        await asyncio.sleep(ASK_AGAIN)
        return after
    await asyncio.gather(*(converse(bot, turns, viewer, its) for its in by_chat(updates)))
    return max((update.update_id + 1 for update in updates), default=after)


def by_chat(updates: Iterable[Update]) -> list[list[Update]]:
    """Each chat's, in the order they came."""

    def chat(update: Update) -> int:
        return update.effective_chat.id if update.effective_chat else 0

    return [list(its) for _, its in groupby(sorted(updates, key=chat), chat)]


async def converse(bot: Bot, turns: Turns, viewer: Viewer, updates: Iterable[Update]) -> None:
    """In the order they came, though what follows a picture is read faster than the picture."""
    async with asyncio.TaskGroup() as group:
        coming = [(update, group.create_task(read(update, viewer))) for update in updates]
        for update, heard in coming:
            await answer(bot, turns, update, await heard)


async def answer(bot: Bot, turns: Turns, update: Update, heard: Heard | None) -> None:
    if heard:
        try:
            await turns.take(heard)
        except Exception as error:  # the citizen must not be left without an answer
            note(error)
            with suppress(TelegramError):
                await bot.send_message(heard.chat, words(text("broken"), spoken(heard)))
    if update.callback_query:
        with suppress(TelegramError):  # too old to be answered: only the little clock stays
            await update.callback_query.answer()


def spoken(heard: Heard) -> str:
    return "en" if heard.language.startswith("en") else "vi"


def note(error: Exception) -> None:
    """Where it broke, never the message: that may quote what the citizen wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    log.error("telegram: no answer", error=type(error).__name__, at=[f"{f.filename}:{f.lineno}" for f in frames[-5:]])


async def read(update: Update, viewer: Viewer) -> Heard | None:
    """What was heard, and where; None for what the bot does not listen to (channels, groups, edits)."""
    chat, person = update.effective_chat, update.effective_user
    if chat is None or chat.type != "private":
        return None
    content = await content_of(update, viewer)
    if content is None:
        return None
    language = (person.language_code if person else None) or "vi"
    return Heard(CHANNEL, str(chat.id), str(update.update_id), content, language)


async def content_of(update: Update, viewer: Viewer) -> Content | None:
    if query := update.callback_query:
        return Chose(query.data or "", label_of(query.data, query.message))
    if not update.message:
        return None
    text = update.message.text
    if text is None and is_picture(update.message):
        return await viewer.content_of(update.message)
    if text is None:
        return shown(update.message)
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


def shown(message: TelegramMessage) -> Content:
    if place := message.location or (message.venue and message.venue.location):
        return Located(place.latitude, place.longitude)
    if message.contact:
        return introduced(message.contact)
    return Showed(kind_of(message))


def introduced(contact: Contact) -> Introduced:
    """Whoever's it is: a volunteer shares the neighbour's."""
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    return Introduced(contact.phone_number, name)


def kind_of(message: TelegramMessage) -> Kind:
    kinds: tuple[tuple[Kind, object], ...] = (
        ("voice", message.voice or message.audio),
        ("video", message.video or message.video_note or message.animation),
        ("sticker", message.sticker),
        ("file", message.document),
    )
    return next((kind for kind, found in kinds if found), "other")


class TelegramSender:
    """Shows messages in a chat, and says of a failure whether another try may help."""

    def __init__(self, bot: Bot, files: Files | None = None) -> None:
        self._bot = bot
        self._files = files

    async def send(self, chat: str, messages: tuple[OurMessage, ...], skip: int = 0) -> None:
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
        if last:
            await self._send(chat, last, keyboard(message.buttons))
        for file in message.files:
            await self._hand_over(chat, file)

    async def _send(self, chat: int, text: str, markup: InlineKeyboardMarkup | None) -> None:
        await self._bot.send_message(
            chat, text, parse_mode=ParseMode.HTML, reply_markup=markup, link_preview_options=NO_PREVIEW
        )

    async def _hand_over(self, chat: int, file: ShownFile) -> None:
        """What cannot be made is left out: the words that came before it are what matters."""
        try:
            made = self._files and await self._files.read(file.ref, f"{CHANNEL}:{chat}")
        except Exception as error:
            note(error)
            return
        if not made:
            log.warning("telegram: no such file", kind=file.ref.partition("/")[0])
            return
        document = InputFile(made.body, made.name)
        await self._bot.send_document(chat, document, caption=file.label[:CAPTION])


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


@lru_cache(4096)  # the same screens are shown again and again
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
