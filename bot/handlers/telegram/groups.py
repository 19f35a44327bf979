"""In a group the bot answers when it is addressed, and says nothing otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass

from telegram import ChatMember, ChatMemberUpdated, Message, MessageEntity, User
from telegram.constants import ChatMemberStatus, ChatType

from bot.dialogue.events import Content, Started, Wrote
from bot.dialogue.step import text
from bot.handlers.telegram.commands import content_of, is_known
from bot.handlers.telegram.links import Links, procedure_read
from bot.texts.message import ShownLine
from bot.texts.render import LANGUAGES, words

GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
INSIDE = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR)


@dataclass(frozen=True)
class Me:
    """The bot, as groups name it."""

    id: int
    username: str

    @classmethod
    def of(cls, user: User) -> "Me":
        return cls(user.id, user.username or "")

    @property
    def links(self) -> Links:
        return Links(self.username)


def meant_for_us(message: Message, me: Me) -> Content | None:
    """Words said to the bot: a command of its own, a text that mentions it, a reply to what it said.

    A bare mention in a reply hands on what is replied to. None: said to others.
    """
    written = message.text or message.caption or ""
    entities = message.entities if message.text else message.caption_entities
    if command := first_command(written, entities):
        ours = is_ours(command, me) and (is_known(command) or "@" in command or is_reply_to_us(message, me))
        return content_of(written) if ours else None
    mentions = [entity for entity in entities if mentions_us(entity, written, me)]
    if mentions:
        return said(without(written, mentions), message)
    if is_reply_to_us(message, me) and written:
        return Wrote(written, screen_of(message))
    return None


def first_command(written: str, entities: Iterable[MessageEntity]) -> str | None:
    found = any(entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0 for entity in entities)
    return written.split(maxsplit=1)[0] if found else None


def is_ours(command: str, me: Me) -> bool:
    """ "/help" may be meant for any bot, "/help@other_bot" is not for us."""
    _, _, addressee = command.partition("@")
    return not addressee or addressee.lower() == me.username.lower()


def mentions_us(entity: MessageEntity, written: str, me: Me) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    named = cut_out(written, entity).removeprefix("@").lower()
    return entity.type == MessageEntity.MENTION and named == me.username.lower()


def said(rest: str, message: Message) -> Content:
    quoted = message.reply_to_message
    meant = rest or (quoted and (quoted.text or quoted.caption)) or ""
    if rest.startswith("/") and (command := content_of(rest)):
        return command
    return Wrote(meant) if meant else Started()


def is_reply_to_us(message: Message, me: Me) -> bool:
    said_before = message.reply_to_message
    return said_before is not None and said_before.from_user is not None and said_before.from_user.id == me.id


def screen_of(message: Message) -> str:
    """The procedure whose screen is replied to, by its buttons; "": none, or more than one."""
    quoted = message.reply_to_message
    rows = quoted.reply_markup.inline_keyboard if quoted and quoted.reply_markup else ()
    codes = {code for row in rows for button in row if (code := procedure_read(str(button.callback_data or "")))}
    return codes.pop() if len(codes) == 1 else ""


def cut_out(written: str, entity: MessageEntity) -> str:
    """Telegram counts in UTF-16 units."""
    units = written.encode("utf-16-le", "surrogatepass")
    return units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le", "replace")


def without(written: str, entities: Iterable[MessageEntity]) -> str:
    """
    >>> without("@b làm khai sinh ở đâu", [MessageEntity("mention", 0, 2)])
    'làm khai sinh ở đâu'
    """
    units = written.encode("utf-16-le", "surrogatepass")
    for entity in sorted(entities, key=lambda one: -one.offset):
        units = units[: 2 * entity.offset] + b" \0" + units[2 * (entity.offset + entity.length) :]
    return " ".join(units.decode("utf-16-le", "replace").split()).lstrip(" ,:;.-–—")


def sends_away(lines: tuple[ShownLine, ...]) -> str | None:
    """Whether they say that this is for a private chat (dialogue/public.py): in which language.

    >>> sends_away((ShownLine(words(text("public.private"), "en")),)), sends_away((ShownLine("…"),))
    ('en', None)
    """
    said = {line.words for line in lines}
    return next((one for one in LANGUAGES if words(text("public.private"), one) in said), None)


def was_added(change: ChatMemberUpdated) -> bool:
    """To a group, just now."""
    return change.chat.type in GROUPS and is_inside(change.new_chat_member) and not is_inside(change.old_chat_member)


def is_inside(member: ChatMember) -> bool:
    """A member whose rights are restricted is inside, too, unless they have left."""
    if member.status == ChatMemberStatus.RESTRICTED:
        return bool(getattr(member, "is_member", False))
    return member.status in INSIDE
