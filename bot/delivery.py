"""What was kept and is to be sent: at once, after a crash, when a channel is back, when a citizen is.

Nothing overtakes in a chat: what could not be sent so far goes before what is said now.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from bot.alarms import Alarms
from bot.capabilities import channel_of
from bot.channel import ANSWERED, Sender, SendError
from bot.dialogue.step import text
from bot.ordering import ChatByChat
from bot.storage.store import Store, Unit
from bot.storage.turns import HOLDS_UP, LEASE, Turn
from bot.tracebacks import where

log = structlog.get_logger()

GIVE_UP_AFTER = 8  # refusals; while nobody is reached, or the time is not right, none is counted
FAULTY = 3  # attempts that broke in us
WAIT = timedelta(seconds=5)  # before the second attempt; doubled for each further one
LONGEST_WAIT = timedelta(minutes=1)  # while nobody is reached at all: it may be over any moment
OUTAGE = timedelta(days=2)  # what could not be sent in all that time, is not sent any more
AT_ONCE = 8  # chats of a channel to which what is owed is sent side by side
PATIENCE = 10.0  # seconds what is under way has to come to its end before it is broken off


@dataclass(frozen=True)
class Delivery:
    """`senders`: by channel."""

    store: Store
    senders: Mapping[str, Sender]
    order: ChatByChat
    alarms: Alarms | None = None
    _looks: set[asyncio.Task[None]] = field(default_factory=set)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    async def owed(self) -> None:
        """Send what was kept and not sent: after a crash, or when a channel was down.

        Who is cancelled while waiting for it breaks nothing off: that is for `close`.
        """
        self._looks.add(look := asyncio.create_task(self._look()))
        look.add_done_callback(self._looks.discard)
        await asyncio.shield(look)

    async def close(self, patience: float = PATIENCE) -> None:
        """Nothing more of what is owed is begun; what is being sent may end, then it is broken off and sent again."""
        self._closing.set()
        await ended(list(self._looks), patience)

    async def _look(self) -> None:
        owed: dict[str, dict[str, list[Turn]]] = {}
        for turn in await self.store.run(lambda unit: unit.turns.owed(self.senders)):
            owed.setdefault(channel_of(turn.chat), {}).setdefault(turn.chat, []).append(turn)
        await asyncio.gather(*(self._channel(chats) for chats in owed.values()))

    async def _channel(self, chats: Mapping[str, list[Turn]]) -> None:
        """Several chats at once, one after the other within each; when nobody is reached, the rest waits."""
        places, out = asyncio.Semaphore(AT_ONCE), asyncio.Event()

        async def deliver(turns: list[Turn]) -> None:
            async with places:
                for turn in turns:
                    async with self.order.of(turn.chat):
                        if out.is_set() or self._closing.is_set():
                            return
                        try:
                            failed = await self.if_due(turn.id)
                            if failed and failed.outage:
                                out.set()
                        except Exception:  # a fault of ours must not keep the others waiting
                            log.exception("not sent", turn=turn.id)

        await asyncio.gather(*map(deliver, chats.values()))

    async def if_due(self, turn_id: int) -> "PutOff | None":
        """Unless it was sent meanwhile, or another process is at it, or the channel would not take it now."""
        turn = await self.store.run(partial(claim, turn_id))
        return await self.now(turn) if turn else None

    async def held(self, address: str) -> None:
        """What waited until the citizen would be there again. The order of the chat is the caller's."""
        await self.waiting(address)

    async def waiting(self, chat: str, turn_id: int | None = None) -> None:
        """What could not be sent to this chat so far, then this turn: in order, or not yet."""
        ours = await self.store.run(partial(taken_up, chat, turn_id))
        while ours:
            put_off = await self.now(ours.pop(0), ours)
            if ours and put_off and put_off.holds_up:
                await self.store.run(partial(let_wait, ours, put_off.wait))
                return

    async def now(self, turn: Turn, behind: Sequence[Turn] = ()) -> "PutOff | None":
        """None: it is done with, or held. `behind`: what we took up with it, and send after it."""
        channel, _, chat = turn.chat.partition(":")
        ours = [turn.id, *(one.id for one in behind)]
        try:
            with self.store.meanwhile(LEASE / 3, lambda unit: unit.turns.hold_on(ours)):
                await self._send(channel, chat, turn)
        except asyncio.CancelledError:
            await self.store.run(lambda unit: unit.turns.give_back(ours))
            raise
        except SendError as failure:
            put_off = await self._failed(turn, failure)
            await self.missed(channel, failure)
            return put_off
        shown = self.store.now()
        self.store.soon(lambda unit: unit.turns.settle(turn.id, shown))  # before anything else, which might fail
        if self.alarms:
            await self.alarms.well(f"channel:{channel}")
        return None

    async def missed(self, channel: str, failure: SendError) -> None:
        """Nobody was reached: an operator is told once it has lasted, unless an alarm of its own says why."""
        if self.alarms and failure.outage and not failure.told:
            await self.alarms.trouble(f"channel:{channel}", text("alarm.channel", channel=channel))

    async def _send(self, channel: str, chat: str, turn: Turn) -> None:
        if channel not in self.senders:  # a token was taken out of the settings, or a terminal is gone
            raise SendError("no such channel here", retryable=True)
        ANSWERED.set(turn.update)
        try:
            await self.senders[channel].send(chat, turn.replies, turn.sent)
        except SendError:
            raise
        except Exception as error:
            log.error("a fault in sending", turn=turn.id, error=type(error).__name__, at=where(error))
            raise SendError("a fault of ours", retryable=turn.attempts + 1 < FAULTY) from error

    async def _failed(self, turn: Turn, failure: SendError) -> "PutOff | None":
        again = self._again(turn, failure)
        fate = "held" if failure.gone or failure.at_next_contact else "put off" if again else "given up"
        log.warning("not sent", turn=turn.id, channel=channel_of(turn.chat), reason=str(failure), fate=fate)

        def keep(unit: Unit) -> None:
            if failure.gone:
                unit.contacts.left(turn.chat, unit.contacts.now)
            if fate == "held":
                unit.turns.hold(turn.id, turn.sent + failure.sent)
            elif again is not None:
                unit.turns.put_off(turn.id, again, refusals(turn, failure), turn.sent + failure.sent)
            else:
                unit.turns.settle(turn.id)

        try:
            await self.store.run(keep)
        except Exception:
            self.store.soon(keep)  # as soon as the database is back, or the parts that are on screen come again
            raise
        if fate != "put off" or again is None:
            return None
        alone = turn.unasked or (not passes(failure) and refusals(turn, failure) >= HOLDS_UP)
        return PutOff(again, failure.outage, failure.outage or not alone)

    def _again(self, turn: Turn, failure: SendError) -> timedelta | None:
        """After what time to try again; None: not at all."""
        if passes(failure):
            lasts = self.store.now() - (turn.failing_since or self.store.now())
            if lasts >= OUTAGE:
                return None
            return pause(failure, lasts)
        if not failure.retryable or turn.attempts + 1 >= GIVE_UP_AFTER:
            return None
        doubled: timedelta = WAIT * 2**turn.attempts
        return doubled


@dataclass(frozen=True)
class PutOff:
    """A turn that is to be sent later. `outage`: nobody was reached. `holds_up`: nothing of its chat goes before it."""

    wait: timedelta
    outage: bool = False
    holds_up: bool = True


def passes(failure: SendError) -> bool:
    """Whether it says nothing of the message: nobody is reached, or it is not the time."""
    return failure.outage or (failure.retryable and failure.wait is not None)


def pause(failure: SendError, lasts: timedelta) -> timedelta:
    """Until the next try of what passes, which has lasted so long."""
    return failure.wait or min(max(WAIT, lasts), LONGEST_WAIT)


def refusals(turn: Turn, failure: SendError) -> int:
    return turn.attempts + (not passes(failure))


def let_wait(turns: Sequence[Turn], wait: timedelta, unit: Unit) -> None:
    unit.turns.let_wait([turn.id for turn in turns], wait)


def taken_up(chat: str, turn_id: int | None, unit: Unit) -> list[Turn]:
    """What is on us to send now. The turn waits, if another process is sending what stands before it."""
    ours, others = unit.turns.take_up(chat, turn_id)
    let_wait([turn for turn in others if turn.id == turn_id], WAIT, unit)
    return ours


def claim(turn_id: int, unit: Unit) -> Turn | None:
    """The turn, if it is on us to send it now. A notice to somebody who is gone is kept until they are back."""
    turn = unit.turns.claim(turn_id)
    if turn is None or not turn.unasked or not unit.contacts.is_gone(turn.chat):
        return turn
    unit.turns.hold(turn.id, turn.sent)
    return None


async def ended(tasks: Collection[asyncio.Task[None]], patience: float) -> None:
    """Or broken off, after so many seconds."""
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=patience)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
