"""From an update as it came to its answer: kept at once, worked through chat by chat, dropped when it is done.

Who brought an update is told that it is kept, and waits for nothing else. A process that dies leaves its updates to
the next one, which answers each once: a turn knows its update (turn.py).
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import structlog

from bot.capabilities import capabilities_of
from bot.channel import Channel, Happening, Left, Returned, SendError, StaffSpoke, Update
from bot.delivery import OUTAGE, PATIENCE, ended, passes, pause
from bot.dialogue.events import Heard
from bot.paused import is_for_the_bot
from bot.storage.inbox import LEASE, Received
from bot.storage.store import Unit
from bot.tracebacks import where
from bot.turn import Turns

TRIES = 3  # of one update: a fault of ours that does not pass must not stop its chat
AGAIN = timedelta(seconds=2)
FATAL = 6  # tries of which none came to an end, not even a bad one: it takes the process with it
AT_ONCE = 256  # chats worked on side by side
SILENCE = timedelta(minutes=30)  # of the bot, after the last word of a human of the office

log = structlog.get_logger()


@dataclass(frozen=True)
class Inbox:
    turns: Turns
    channels: Mapping[str, Channel]  # by name
    silence: timedelta = SILENCE
    places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _at_work: dict[tuple[str, str], asyncio.Task[None]] = field(default_factory=dict)
    _woken: set[tuple[str, str]] = field(default_factory=set)
    _handed: dict[tuple[str, str], Received] = field(default_factory=dict)  # kept just now, and ours to work on
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, updates: Sequence[Update]) -> None:
        """Kept when this returns, in one transaction; answered later. One that is waiting already is the same one."""
        at_once = self.turns.store.is_alone and not self._closing.is_set()
        in_order = sorted(updates, key=lambda update: update.ordinal)
        kept = await self.turns.store.run(lambda unit: [unit.inbox.put(one, at_once=at_once) for one in in_order])
        for new in filter(None, kept):
            self._begin(new)

    def wake(self, channel: str, chat: str) -> None:
        """Something waits in this chat."""
        self._woken.add((channel, chat))
        self._ensure_work((channel, chat))

    def _begin(self, new: Received) -> None:
        key = new.update.channel, new.update.chat
        if new.attempts:
            self._handed[key] = new
        else:
            self._woken.add(key)
        self._ensure_work(key)

    def _ensure_work(self, key: tuple[str, str]) -> None:
        if key not in self._at_work and not self._closing.is_set():
            self._at_work[key] = asyncio.create_task(self._work(key))

    async def sweep(self) -> None:
        """What nobody is at work on: left by a process that died, or put off."""
        for channel, chat in await self.turns.store.run(lambda unit: unit.inbox.waiting(self.channels)):
            self.wake(channel, chat)

    async def close(self, patience: float = PATIENCE) -> None:
        """Nothing new is begun; what is under way may end, then it is broken off: what is sent half is sent again.

        All that is left is kept, and taken up at the next start. `patience`: seconds.
        """
        self._closing.set()
        await ended(list(self._at_work.values()), patience)

    async def settled(self) -> None:
        """Until nothing is under way in this process."""
        while self._at_work:
            await asyncio.wait(list(self._at_work.values()))

    async def _work(self, key: tuple[str, str]) -> None:
        """All that waits in one chat, in order. Whoever wakes us meanwhile is heard before we go.

        After one that was handed over, nothing waits but what we are woken for.
        """
        done: int | None = None
        try:
            while not self._closing.is_set():
                if not (handed := self._handed.pop(key, None)):
                    self._woken.discard(key)
                async with self.places:
                    received = handed or await self.turns.store.run(partial(take_next, key, done))
                    done = await self._one(received) if received else None
                if received and done is None:
                    return  # put off: the sweep comes back to it
                if handed and done is not None and key not in self._woken:
                    await self.turns.store.run(partial(drop, done))
                    done = received = None
                if not received and key not in self._woken and key not in self._handed:
                    return
            if done is not None:
                await self.turns.store.run(partial(drop, done))
        except Exception:  # the database is away: the sweep comes back to it
            log.exception("inbox: not worked through")
        finally:
            del self._at_work[key]

    async def _one(self, received: Received) -> int | None:
        """The row when it is done with; None when it is put off."""
        if received.attempts > FATAL:
            log.error("dropped unread", channel=received.update.channel, attempt=received.attempts)
            return received.row
        heard: Heard | None = None
        try:
            with self.turns.store.meanwhile(LEASE / 3, lambda unit: unit.inbox.hold_on(received.row)):
                happened = await self.channels[received.update.channel].read(received.update)
                if isinstance(happened, Heard):
                    happened = heard = replace(happened, came_at=received.came_at)
                await self._happen(happened)
        except asyncio.CancelledError:
            await self.turns.store.run(lambda unit: unit.inbox.give_back(received.row))
            raise
        except Exception as error:
            if isinstance(error, SendError) and (wait := self._wait_of(error, received)):
                await self._put_off(received, error, wait)
                return None
            note(error, received)
            if received.attempts < TRIES:
                await self.turns.store.run(lambda unit: unit.inbox.put_off(received.row, AGAIN))
                return None
            if heard:
                await self._apologise(heard)
        return received.row

    def _wait_of(self, failure: SendError, received: Received) -> timedelta | None:
        """How long what cannot be read just now waits, as an answer would that cannot be sent; None: it is a fault."""
        lasts = self.turns.store.now() - received.came_at
        return pause(failure, lasts) if passes(failure) and lasts < OUTAGE else None

    async def _put_off(self, received: Received, failure: SendError, wait: timedelta) -> None:
        """However often that happens."""
        channel = received.update.channel
        log.warning("not read yet", channel=channel, reason=str(failure))
        await self.turns.store.run(lambda unit: unit.inbox.give_back(received.row, wait))
        await self.turns.delivery.missed(channel, failure)

    async def _apologise(self, heard: Heard) -> None:
        try:
            await self.channels[heard.channel].apologise(heard)
        except Exception:
            log.exception("inbox: not even an apology")

    async def _happen(self, happened: Happening | None) -> None:
        match happened:
            case Heard():
                await self._hear(happened)
            case Left(address, at):
                await self.turns.store.run(lambda unit: unit.contacts.left(address, at))
            case Returned(address, at):
                await self.turns.store.run(lambda unit: unit.contacts.returned(address, at))
                async with self.turns.order.of(address):
                    await self.turns.deliver_held(address)
            case StaffSpoke(address, at):
                await self.turns.store.run(lambda unit: unit.contacts.pause(address, at + self.silence))

    async def _hear(self, heard: Heard) -> None:
        """While a human of the office talks with them the bot keeps out of it, unless it is called."""
        is_ours = partial(is_for_the_bot, heard, self.turns.world.understanding)
        if not capabilities_of(heard.address).staffed or await self.turns.store.run(is_ours):
            await self.turns.take(heard)


def take_next(key: tuple[str, str], done: int | None, unit: Unit) -> Received | None:
    return unit.inbox.next(*key, done)


def drop(row: int, unit: Unit) -> None:
    unit.inbox.drop(row)


def note(error: Exception, received: Received) -> None:
    channel, attempt = received.update.channel, received.attempts
    log.error("no answer", channel=channel, error=type(error).__name__, at=where(error), attempt=attempt)
