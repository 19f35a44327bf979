"""What was kept and is to be sent: at once, after a crash, when a channel is back, when a citizen is.

Nothing overtakes in a chat: what could not be sent so far goes before what is said now.
"""

import asyncio
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from bot.alarms import Alarms
from bot.capabilities import channel_of
from bot.channel import Sender, SendError
from bot.dialogue.step import text
from bot.ordering import ChatByChat
from bot.storage.store import Store, Unit
from bot.storage.turns import HOLDS_UP, LEASE, Turn

log = structlog.get_logger()

GIVE_UP_AFTER = 8  # refusals; while nobody is reached, or the time is not right, none is counted
FAULTY = 3  # attempts that broke in us
WAIT = timedelta(seconds=5)  # before the second attempt; doubled for each further one
LONGEST_WAIT = timedelta(minutes=1)  # while nobody is reached at all: it may be over any moment
OUTAGE = timedelta(days=2)  # what could not be sent in all that time, is not sent any more
AT_ONCE = 8  # chats of a channel to which what is owed is sent side by side


@dataclass(frozen=True)
class Delivery:
    """`senders`: by channel."""

    store: Store
    senders: Mapping[str, Sender]
    order: ChatByChat
    alarms: Alarms | None = None

    async def owed(self) -> None:
        """Send what was kept and not sent: after a crash, or when a channel was down."""
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
                    if out.is_set():
                        return
                    async with self.order.of(turn.chat):
                        try:
                            failed = await self.if_due(turn)
                            if failed and failed.outage:
                                out.set()
                        except Exception:  # a fault of ours must not keep the others waiting
                            log.exception("not sent", turn=turn.id)

        await asyncio.gather(*map(deliver, chats.values()))

    async def if_due(self, turn: Turn) -> "PutOff | None":
        """Unless it was sent meanwhile, or another process is at it, or the channel would not take it now."""
        if await self.store.run(partial(claim, turn)):
            return await self.now(turn)
        return None

    async def held(self, address: str) -> None:
        """What waited until the citizen would be there again. The order of the chat is the caller's."""
        await self.waiting(address)

    async def waiting(self, chat: str, turn_id: int | None = None) -> None:
        """What could not be sent to this chat so far, then this turn: in order, or not yet."""
        ours, others = await self.store.run(lambda unit: unit.turns.take_up(chat, turn_id))
        wait = WAIT if others else None
        while ours:
            put_off = await self.now(ours.pop(0))
            if put_off and put_off.holds_up:
                wait = put_off.wait
                break
        if wait and (late := [*ours, *(turn for turn in others if turn.id == turn_id)]):
            await self.store.run(partial(put_all_off, late, wait))

    async def now(self, turn: Turn) -> "PutOff | None":
        """None: it is done with, or held."""
        channel, _, chat = turn.chat.partition(":")
        try:
            with self.store.meanwhile(LEASE / 3, lambda unit: unit.turns.hold_on(turn.id)):
                await self._send(channel, chat, turn)
        except asyncio.CancelledError:
            await self.store.run(lambda unit: unit.turns.give_back(turn.id))
            raise
        except SendError as failure:
            put_off = await self._failed(turn, failure)
            if self.alarms and failure.outage and not failure.told:
                await self.alarms.trouble(f"channel:{channel}", text("alarm.channel", channel=channel))
            return put_off
        if self.alarms:
            await self.alarms.well(f"channel:{channel}")
        self.store.soon(lambda unit: unit.turns.settle(turn.id))
        return None

    async def _send(self, channel: str, chat: str, turn: Turn) -> None:
        if channel not in self.senders:  # a token was taken out of the settings, or a terminal is gone
            raise SendError("no such channel here", retryable=True)
        try:
            if turn.sent:
                await self.senders[channel].send(chat, turn.replies, turn.sent)
            else:
                await self.senders[channel].send(chat, turn.replies)
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

        await self.store.run(keep)
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
            return failure.wait or min(max(WAIT, lasts), LONGEST_WAIT)
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


def refusals(turn: Turn, failure: SendError) -> int:
    return turn.attempts + (not passes(failure))


def where(error: Exception) -> list[str]:
    """Where it broke, never the message: that may quote what the citizen wrote."""
    return [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-5:]]


def put_all_off(turns: Sequence[Turn], wait: timedelta, unit: Unit) -> None:
    for turn in turns:
        unit.turns.put_off(turn.id, wait, turn.attempts, turn.sent)


def claim(turn: Turn, unit: Unit) -> bool:
    """Whether it is on us to send it now. A notice to somebody who is gone is kept until they are back."""
    if not unit.turns.claim(turn.id):
        return False
    if not turn.unasked or not unit.contacts.is_gone(turn.chat):
        return True
    unit.turns.hold(turn.id, turn.sent)
    return False
