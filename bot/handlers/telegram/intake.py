"""Whose a raw update of Telegram is, and which of them the bot keeps. What is in it is read later (reading.py)."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.channel import Update

CHANNEL = "telegram"
KEPT = ("message", "edited_message", "callback_query", "my_chat_member")
INLINE = "inline_query"
HEARD = [*KEPT, INLINE]  # what Telegram is asked to send
LONGEST = 256 * 1024  # bytes; Telegram's own are far shorter
WIDEST = 2**53  # ids are smaller, says the Bot API; what is not, is no id
GROUPS = ("group", "supergroup")
ANONYMOUS_ADMIN = 1087968824  # who writes for an admin of a group that hides who they are
WAITING = 200  # inline queries; more of them wait in vain, for people type on

Raw = Mapping[str, Any]

log = structlog.get_logger()


def update_of(raw: object) -> Update | None:
    """None: nothing the bot keeps. Never raises, whatever was sent.

    >>> update_of({"update_id": 5, "message": {"chat": {"id": 7, "type": "private"}, "from": {"id": 7}}}).chat
    '7'
    >>> update_of({"update_id": 5, "message": {"chat": {"id": -3, "type": "group"}, "from": {"id": 7}}}).chat
    '-3/7'
    """
    kind = kind_of(raw)
    number = id_of(raw, "update_id")
    chat = chat_of(raw, kind) if isinstance(raw, Mapping) and kind in KEPT else None
    if number is None or number < 0 or chat is None:
        log.debug("telegram: not kept", kind=kind)
        return None
    body = written(raw)
    if body is None or len(body) > LONGEST:
        log.warning("telegram: too large to be kept", kind=kind)
        return None
    return Update(CHANNEL, chat, str(number), number, body)


def written(raw: object) -> bytes | None:
    """As JSON, in which a lone surrogate stays an escape. None: too deep."""
    try:
        return json.dumps(raw, separators=(",", ":")).encode("ascii")
    except (ValueError, TypeError, RecursionError):
        return None


def inline_query_of(raw: object) -> Raw | None:
    query = raw.get(INLINE) if isinstance(raw, Mapping) else None
    return query if isinstance(query, Mapping) else None


def kind_of(raw: object) -> str | None:
    """An update holds its number and one thing more. None: one the bot did not ask for."""
    if not isinstance(raw, Mapping):
        return None
    return next((kind for kind in HEARD if isinstance(raw.get(kind), Mapping)), None)


def chat_of(raw: Raw, kind: str | None) -> str | None:
    """In a group each person has a conversation of their own: "<chat>/<person>"."""
    about = raw[kind] if kind else {}
    shown = about.get("message") if kind == "callback_query" else about  # None: a button of an inline message
    chat = shown.get("chat") if isinstance(shown, Mapping) else None
    person = about.get("from")
    if not isinstance(chat, Mapping):
        return None
    chat_id, person_id = id_of(chat, "id"), id_of(person, "id")
    if chat_id is None:
        return None
    if chat.get("type") == "private":
        return str(chat_id)
    if chat.get("type") not in GROUPS or person_id is None or is_machine(person):
        return None
    return f"{chat_id}/{person_id}"


def is_machine(person: object) -> bool:
    return isinstance(person, Mapping) and person.get("is_bot") is True and person.get("id") != ANONYMOUS_ADMIN


def id_of(holder: object, name: str) -> int | None:
    value = holder.get(name) if isinstance(holder, Mapping) else None
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < WIDEST else None


@dataclass(frozen=True)
class Intake:
    """Where what came goes: `keep` is Inbox.take; `inline` answers at once, and is given the raw inline query."""

    keep: Callable[[Sequence[Update]], Awaitable[None]]
    inline: Callable[[Raw], Awaitable[None]] | None = None
    _at_work: set[asyncio.Task[None]] = field(default_factory=set)

    async def take(self, raws: Sequence[object]) -> None:
        """What is to be kept is kept when this returns, in its order. Raises what `keep` raises: then nothing is."""
        updates = sorted(filter(None, map(update_of, raws)), key=lambda update: update.ordinal)
        if updates:
            await self.keep(updates)
        for query in filter(None, map(inline_query_of, raws)):
            self._begin(query)

    def _begin(self, query: Raw) -> None:
        if self.inline is None or len(self._at_work) >= WAITING:
            return
        task = asyncio.create_task(answered(self.inline, query))
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def close(self) -> None:
        """Queries nobody waits for any more."""
        tasks = list(self._at_work)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def answered(answer: Callable[[Raw], Awaitable[None]], query: Raw) -> None:
    try:
        await answer(query)
    except Exception as error:  # its message may quote what was typed
        log.warning("telegram: inline query not answered", error=type(error).__name__)
