"""Words and taps in a private chat, which most updates are, read as they came.

The library makes some fifty objects of one update, and of a tap a hundred; that takes as long as a short answer to it.
Whatever is not plain, or not quite as Telegram writes it, is left to the library (reading.py): None here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channel import Update
from bot.dialogue.events import Chose, Content, Heard
from bot.handlers.telegram.intake import CHANNEL
from bot.handlers.telegram.reading import MENTIONS, ODD, is_sound, mended, spoken, written

LONG_AGO = datetime.fromtimestamp(0, UTC)

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Plain:
    """`message`: that was written, or tapped; then: `query`, which waits to be answered, and when it was shown."""

    heard: Heard
    message: int
    query: str | None = None
    option: str = ""
    words: str = ""  # as they were written
    shown_at: datetime = LONG_AGO


def plainly(update: Update) -> Plain | None:
    match json.loads(update.body):
        case {"update_id": int(), "message": {} as message, **more} if not more:
            return words(update, message)
        case {"update_id": int(), "callback_query": {} as query, **more} if not more:
            return tap(update, query)
    return None


def words(update: Update, message: Raw) -> Plain | None:
    match message:
        case {
            "message_id": int(number),
            "date": int(),
            "chat": {"type": "private"},
            "from": {} as person,
            "text": str(text),
        } if "via_bot" not in message and "reply_to_message" not in message and not mentions(message):
            found = heard(update, person, written(text))
            return Plain(found, number, words=text) if found else None
    return None


def mentions(message: Raw) -> bool:
    """Somebody: us, perhaps."""
    entities = message.get("entities")
    return isinstance(entities, list) and any(isinstance(one, dict) and one.get("type") in MENTIONS for one in entities)


def tap(update: Update, query: Raw) -> Plain | None:
    match query:
        case {
            "id": str(number),
            "chat_instance": str(),
            "from": {} as person,
            "data": str(option),
            "message": {"message_id": int(screen), "date": int(date), "chat": {"type": "private"}} as message,
        } if date and "is_topic_message" not in message:
            found = heard(update, person, Chose(option, label_of(option, message)))
            return Plain(found, screen, number, option, shown_at=datetime.fromtimestamp(date, UTC)) if found else None
    return None


def heard(update: Update, person: Raw, content: Content) -> Heard | None:
    match person:
        case {"id": int(), "is_bot": False, "first_name": str()} if is_sound(content):
            said = mended(content) if ODD.search(update.body) else content
            return Heard(CHANNEL, update.chat, update.key, said, spoken(person.get("language_code")))
    return None


def label_of(option: str, message: Raw) -> str:
    """As it stands on the button that was tapped."""
    match message.get("reply_markup"):
        case {"inline_keyboard": [*rows]} if option:
            buttons = (button for row in rows if isinstance(row, list) for button in row if isinstance(button, dict))
            return next((str(b.get("text")) for b in buttons if b.get("callback_data") == option), "")
    return ""
