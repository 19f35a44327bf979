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
from bot.handlers.telegram.reading import ODD, is_sound, mended, written

LONG_AGO = datetime.fromtimestamp(0, UTC)

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Plain:
    """`query`: of a tap, which waits to be answered; `screen`: the message it stands under, `shown_at` when."""

    heard: Heard
    query: str | None = None
    option: str = ""
    screen: int | None = None
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
        case {"message_id": int(), "date": int(), "chat": {"type": "private"}, "from": {} as person, "text": str(text)}:
            if "via_bot" in message:
                return None
            return heard(update, person, written(text))
    return None


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
            return found and Plain(found.heard, number, option, screen, datetime.fromtimestamp(date, UTC))
    return None


def heard(update: Update, person: Raw, content: Content) -> Plain | None:
    match person:
        case {"id": int(), "is_bot": False, "first_name": str()} if is_sound(content):
            language = person.get("language_code")
            spoken = language if language and isinstance(language, str) else "vi"
            said = mended(content) if ODD.search(update.body) else content
            return Plain(Heard(CHANNEL, update.chat, update.key, said, spoken))
    return None


def label_of(option: str, message: Raw) -> str:
    """As it stands on the button that was tapped."""
    match message.get("reply_markup"):
        case {"inline_keyboard": [*rows]} if option:
            buttons = (button for row in rows if isinstance(row, list) for button in row if isinstance(button, dict))
            return next((str(b.get("text")) for b in buttons if b.get("callback_data") == option), "")
    return ""
