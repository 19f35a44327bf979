"""From what the Bot Platform brings to an update: whose it is, which one it is, and its place in the order."""

import hashlib
import json
import re

import structlog

from bot.channel import Update
from bot.handlers.foreign import Json, milliseconds, within, words_at

CHANNEL = "zalobot"
GROUP = "GROUP"
ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
MESSAGE_ID = re.compile(r"[!-~]{1,100}")
LONGEST = 256 * 1024  # bytes

log = structlog.get_logger()


def event_in(raw: Json) -> Json:
    """Bare, as a webhook of 2026-09 was seen to bring it, or wrapped as in an answer: {"ok": true, "result": …}."""
    inside = within(raw, "result")
    return inside if isinstance(inside, dict) else raw


def update_of(raw: Json) -> Update | None:
    """None: nobody wrote it whom we could answer, or a bot did.

    In a group each person has a conversation of their own: "<chat>/<person>".
    """
    event = event_in(raw)
    message = within(event, "message")
    person, chat = words_at(message, "from", "id"), words_at(message, "chat", "id")
    if within(message, "from", "is_bot") is True or not ID.fullmatch(chat):
        log.debug("zalobot: passed over", kind=words_at(event, "event_name")[:40])
        return None
    if is_group(event):
        if not ID.fullmatch(person):
            return None
        chat = f"{chat}/{person}"
    body = json.dumps(event, ensure_ascii=True, separators=(",", ":")).encode()
    if len(body) > LONGEST:
        return None
    return Update(CHANNEL, chat, key_of(event, chat), milliseconds(words_at(message, "date")), body)


def is_group(event: Json) -> bool:
    return words_at(event, "message", "chat", "chat_type").upper() == GROUP


def key_of(event: Json, chat: str) -> str:
    """Every event has its message; of one that has no id the whole of it is the key."""
    message = words_at(event, "message", "message_id")
    if MESSAGE_ID.fullmatch(message):
        return message
    whole = json.dumps([chat, event], sort_keys=True).encode()
    return hashlib.sha256(whole).hexdigest()[:40]
