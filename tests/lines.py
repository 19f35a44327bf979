"""A channel without its wire, and updates of it whose answers can be told apart: each asks for another procedure."""

import asyncio
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from bot.channel import Happening, Left, Returned, SendError, StaffSpoke, Update
from bot.dialogue.events import Heard, Wrote
from bot.texts.message import Message
from procedures_catalog.catalog import load

CATALOGUE = load()
CODES = sorted(CATALOGUE)
ANSWER = [CATALOGUE[code].short or CATALOGUE[code].name for code in CODES]  # its first line, by number
NUMBER = {line: number for number, line in enumerate(ANSWER)}


def says(chat: str, number: int, *, channel: str = "line", words: str | None = None) -> Update:
    """The question number `number`, which stands at that place in its chat."""
    body = json.dumps({"says": words or CODES[number]}).encode()
    return Update(channel, chat, f"{chat}:{number}", number, body)


def happens(chat: str, number: int, what: str, at: datetime, channel: str = "line") -> Update:
    """`what`: left, returned, staff."""
    return Update(channel, chat, f"{chat}:{number}", number, json.dumps({what: at.isoformat()}).encode())


@dataclass
class Line:
    """Keeps what it showed. Waits, fails and breaks when told to."""

    name: str = "line"
    shown: list[tuple[str, int]] = field(default_factory=list)  # chat, number of the question answered
    words: list[str] = field(default_factory=list)  # the first line of each answer
    sorry: list[str] = field(default_factory=list)  # chats
    read_at_once: Counter[str] = field(default_factory=Counter)
    most_at_once: int = 0  # updates of one chat
    broken: set[str] = field(default_factory=set)  # keys of updates that break in `read`
    failures: list[Exception] = field(default_factory=list)  # of the next sends
    unread: list[Exception] = field(default_factory=list)  # of the next reads
    down: bool = False  # nobody is reached
    deaf: bool = False  # nor asked what an update means
    slow: set[str] = field(default_factory=set)  # chats that wait for go_on
    sending: list[str] = field(default_factory=list)  # chats
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    pauses: float = 0.0  # seconds a send takes

    async def read(self, update: Update) -> Happening | None:
        self.read_at_once[update.chat] += 1
        self.most_at_once = max(self.most_at_once, self.read_at_once[update.chat])
        try:
            await asyncio.sleep(0)
            if self.unread:
                raise self.unread.pop(0)
            if self.deaf:
                raise SendError("nobody to ask", retryable=True, outage=True)
            if update.key in self.broken:
                raise RuntimeError("a fault of ours")
        finally:
            self.read_at_once[update.chat] -= 1
        [(what, value)] = json.loads(update.body).items()
        if what == "says":
            return Heard(self.name, update.chat, update.key, Wrote(value))
        kinds: dict[str, type[Left] | type[Returned] | type[StaffSpoke]]
        kinds = {"left": Left, "returned": Returned, "staff": StaffSpoke}
        return kinds[what](f"{self.name}:{update.chat}", datetime.fromisoformat(value)) if what in kinds else None

    async def send(self, chat: str, messages: tuple[Message, ...], skip: int = 0) -> None:
        self.sending.append(chat)
        if self.failures:
            raise self.failures.pop(0)
        if self.down:
            raise SendError("nobody there", retryable=True, outage=True)
        if chat in self.slow:
            await self.go_on.wait()
        await asyncio.sleep(self.pauses)
        first = messages[0].lines[0].words
        self.words.append(first)
        if first in NUMBER:
            self.shown.append((chat, NUMBER[first]))

    async def apologise(self, heard: Heard) -> None:
        self.sorry.append(heard.chat)

    def of(self, chat: str) -> list[int]:
        """The questions answered in this chat."""
        return [number for where, number in self.shown if where == chat]
