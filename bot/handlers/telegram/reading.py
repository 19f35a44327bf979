"""What an update of Telegram says to the bot."""

import json
import re
from dataclasses import dataclass, replace

from telegram import Bot, CallbackQuery, ChatMemberUpdated, Contact, Message, MessageEntity, User
from telegram import Update as TelegramUpdate
from telegram.constants import ChatMemberStatus, ChatType, MessageAttachmentType, MessageType

from bot.channel import Happening, Left, Returned, Update
from bot.dialogue.events import Chose, Content, Heard, Introduced, Kind, Located, Scanned, Showed, Started, Wrote
from bot.handlers.telegram.commands import content_of
from bot.handlers.telegram.groups import GROUPS, Me, is_reply_to_us, meant_for_us, mentions_us, screen_of, without
from bot.handlers.telegram.intake import CHANNEL
from bot.handlers.telegram.pictures import Viewer, is_picture
from knowledge.tongue import Language

# What Telegram says of a chat in a message that nobody wrote: pinned, joined, renamed.
SERVICE = {kind.value for kind in MessageType} - {kind.value for kind in MessageAttachmentType} - {
    MessageType.TEXT, MessageType.EFFECT_ID, MessageType.BUSINESS_CONNECTION_ID, MessageType.SENDER_BOOST_COUNT,
    MessageType.SENDER_BUSINESS_BOT, MessageType.REPLY_TO_STORY, MessageType.CHECKLIST, MessageType.GIFT,
    MessageType.UNIQUE_GIFT, MessageType.GIVEAWAY,
}  # fmt: skip
MENTIONS = (MessageEntity.MENTION, MessageEntity.TEXT_MENTION)
ODD = re.compile(rb"\\u(?:d[89a-f]|0000)", re.IGNORECASE)  # in JSON: halves of characters among them


def parsed(body: bytes, bot: Bot) -> TelegramUpdate:
    """Raises whatever comes to the library's mind when the body is not what Telegram sends."""
    return TelegramUpdate.de_json(json.loads(body), bot)


@dataclass(frozen=True)
class Reader:
    bot: Bot
    viewer: Viewer

    async def happened(self, update: Update, came: TelegramUpdate) -> Happening | None:
        """Raises TelegramError when Telegram must be asked who we are, and does not answer."""
        if came.my_chat_member:
            return of_membership(update, came.my_chat_member)
        chat, person = came.effective_chat, came.effective_user
        if chat is None or person is None:
            return None
        public = chat.type in GROUPS
        if not public and chat.type != ChatType.PRIVATE:
            return None
        content = await self._content_of(came, await self.me() if public else None)
        if content is None or not is_sound(content):
            return None
        if ODD.search(update.body):
            content = mended(content)
        return Heard(CHANNEL, update.chat, update.key, content, spoken(person.language_code), public)

    async def me(self) -> Me:
        """Asked once; at the start, if Telegram was in reach then."""
        try:
            user: User = self.bot.bot
        except RuntimeError:  # the library's way to say that it was not asked yet
            user = await self.bot.get_me()
        return Me.of(user)

    async def _content_of(self, came: TelegramUpdate, me: Me | None) -> Content | None:
        """`me`: in a group."""
        if came.callback_query:
            return chosen(came.callback_query)
        message = came.message or came.edited_message
        if message is None or (came.edited_message and not words_of(message)):
            return None  # an edit without words: a place that moves
        if message.via_bot and message.via_bot.id == (await self.me()).id:
            return None  # sent by our inline mode: our own words
        if me:
            return of_group(message, me)
        if message.text is not None:
            return await self._written(message, message.text)
        if came.edited_message:
            return Wrote(words_of(message))
        if is_picture(message):
            return await self.viewer.content_of(message)
        return shown(message)

    async def _written(self, message: Message, text: str) -> Content:
        """In a private chat: some call the bot as in groups, and a reply is about what it replies to."""
        if any(entity.type in MENTIONS for entity in message.entities):
            me = await self.me()
            text = without(text, [one for one in message.entities if mentions_us(one, text, me)])
        content = written(text) if text else Started()
        if isinstance(content, Wrote) and message.reply_to_message and is_reply_to_us(message, await self.me()):
            return replace(content, about=screen_of(message))
        return content


def of_group(message: Message, me: Me) -> Content | None:
    """What needs no words to be meant for us is an answer to what we said. Pictures are not looked at there."""
    if words_of(message) or not is_reply_to_us(message, me):
        return meant_for_us(message, me)
    return Scanned() if is_picture(message) else shown(message)


def chosen(query: CallbackQuery) -> Chose:
    return Chose(query.data or "", label_of(query))


def label_of(query: CallbackQuery) -> str:
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    rows = markup.inline_keyboard if markup and query.data else ()
    return next((str(b.text) for row in rows for b in row if b.callback_data == query.data), "")


def words_of(message: Message) -> str:
    return message.text or message.caption or ""


def written(text: str) -> Content:
    return (content_of(text) if text.startswith("/") else None) or Wrote(text)


def shown(message: Message) -> Content | None:
    if place := located(message):
        return place
    if message.contact:
        return introduced(message.contact)
    if any(getattr(message, kind, None) for kind in SERVICE):
        return None
    return Wrote(message.caption) if message.caption else Showed(kind_of(message))


def located(message: Message) -> Located | None:
    place = message.location or (message.venue and message.venue.location)
    return Located(place.latitude, place.longitude) if place else None


def introduced(contact: Contact) -> Introduced:
    """Whoever's it is: a volunteer shares the neighbour's."""
    name = " ".join(filter(None, (contact.first_name, contact.last_name)))
    return Introduced(contact.phone_number, name)


def kind_of(message: Message) -> Kind:
    kinds: tuple[tuple[Kind, object], ...] = (
        ("voice", message.voice or message.audio),
        ("video", message.video or message.video_note or message.animation),
        ("sticker", message.sticker),
        ("file", message.document),
    )
    return next((kind for kind, found in kinds if found), "other")


def of_membership(update: Update, change: ChatMemberUpdated) -> Left | Returned | None:
    """Of a private chat: the citizen shut us out, or let us in again."""
    if change.chat.type != ChatType.PRIVATE:
        return None
    address = f"{CHANNEL}:{update.chat}"
    match change.new_chat_member.status:
        case ChatMemberStatus.BANNED:
            return Left(address, change.date)
        case ChatMemberStatus.MEMBER:
            return Returned(address, change.date)
        case _:
            return None


def is_sound(content: Content) -> bool:
    """The library takes what it is given; the rest of the bot relies on what a content says it holds.

    >>> is_sound(Wrote("a")), is_sound(Located(21.8, 106.7)), is_sound(Located(True, 300)), is_sound(Chose({}))
    (True, True, False, False)
    """
    match content:
        case Wrote(text=str()) | Chose(str(), str()) | Started(str()) | Introduced(str(), str()):
            return True
        case Located(latitude, longitude):
            return is_degrees(latitude, 90) and is_degrees(longitude, 180)
        case _:
            return isinstance(content, Scanned | Showed)


def is_degrees(value: object, most: int) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -most <= value <= most


def mended(content: Content) -> Content:
    match content:
        case Wrote(said, about):
            return Wrote(whole(said), about)
        case Chose(option, label):
            return Chose(whole(option), whole(label))
        case Started(payload):
            return Started(whole(payload))
        case Introduced(phone, name):
            return Introduced(whole(phone), whole(name))
        case _:
            return content


def spoken(code: object) -> Language:
    """What a phone's language has us speak at first: who reads neither of ours, reads English rather.

    >>> spoken("en-GB"), spoken("fr"), spoken("vi"), spoken(None)
    ('en', 'en', 'vi', 'vi')
    """
    return "en" if isinstance(code, str) and code and not code.startswith("vi") else "vi"


def whole(text: str) -> str:
    """Without halves of characters, which nothing can keep: they come from forgers only.

    >>> whole("Mai"), whole("a" + chr(0xD83D) + "b" + chr(0)), whole(chr(0xD83D) + chr(0xDE00)) == chr(0x1F600)
    ('Mai', 'a�b', True)
    """
    mended = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return mended.replace("\0", "")
