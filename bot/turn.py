"""One turn of a conversation, on one page: update in -> understand -> dialogue step -> keep -> reply out.

A turn is kept in one transaction: the new state, the update's id, the replies. Only then are the replies sent, and
marked. A crash in between loses nothing: `deliver_owed` sends what was kept and not marked. An update that comes
twice finds its turn already there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import structlog

from bot.dialogue.events import Heard, interpret
from bot.dialogue.states import Conversation, Memory
from bot.dialogue.table import advance
from bot.dialogue.world import World
from bot.ordering import ChatByChat
from bot.own import forget, has_orders, keep, own
from bot.storage.conversations import StaleError
from bot.storage.pickups import NumberTakenError
from bot.storage.store import Store, Unit
from bot.storage.turns import TakenError, Turn
from bot.texts.message import Message
from bot.texts.render import render

log = structlog.get_logger()

RACES = 3  # how often a turn lost to another process is run again
GIVE_UP_AFTER = 8  # attempts to send
WAIT = timedelta(seconds=5)  # before the second attempt; doubled for each further one


class SendError(Exception):
    """A channel's verdict. `retryable` is decided where the other side's answer is read, nowhere else."""

    def __init__(self, reason: str, *, retryable: bool) -> None:
        super().__init__(reason)
        self.retryable = retryable


class Sender(Protocol):
    """Shows messages to one chat of a channel, or raises SendError."""

    async def send(self, chat: str, messages: tuple[Message, ...]) -> None: ...


@dataclass(frozen=True)
class Turns:
    store: Store
    world: World
    senders: Mapping[str, Sender]  # by channel
    order: ChatByChat = field(default_factory=ChatByChat)

    async def take(self, heard: Heard) -> Turn:
        """Answer one update; an update seen before gets the answer it has."""
        async with self.order.of(heard.address):
            try:
                turn = await self._kept(heard)
            except TakenError:
                turn = await self.store.run(lambda unit: unit.turns.get(heard.address, heard.update))
                await self._deliver_if_due(turn)
            else:
                await self._deliver(turn)
            return turn

    async def deliver_owed(self) -> None:
        """Send what was kept and not sent: after a crash, or when a channel was down."""
        for turn in await self.store.run(lambda unit: unit.turns.owed()):
            async with self.order.of(turn.chat):
                try:
                    await self._deliver_if_due(turn)
                except Exception:  # a fault of ours must not keep the others waiting
                    log.exception("not sent", turn=turn.id)

    async def _kept(self, heard: Heard) -> Turn:
        """Raises TakenError for an update seen before."""
        for _ in range(RACES):
            try:
                return await self.store.run(lambda unit: self._answer(unit, heard))
            except (StaleError, NumberTakenError):
                continue
        raise StaleError(heard.address)

    def _answer(self, unit: Unit, heard: Heard) -> Turn:
        """Recall, understand, step, keep. No network in between, so one transaction holds it."""
        stored = unit.conversations.get(heard.address)
        before = stored.conversation or newcomer(heard.language, ordered=has_orders(unit, heard.address))
        event = interpret(heard.content, self.world.understanding)  # understand
        given = self.world.given(before.memory, own(unit, heard.address, before.memory, self.world), heard.address)
        step = advance(before.state, event, given)  # dialogue step
        after = Conversation(state=step.state, memory=step.memory or before.memory)
        messages = tuple(render(reply, after.memory.language) for reply in step.replies)
        turn = unit.turns.add(heard.address, heard.update, heard.as_shown, messages)
        for command in step.commands:
            keep(command, unit, heard.address)
        if step.forget:
            forget(unit, heard.address, but=turn.id)
        else:
            unit.conversations.save(heard.address, stored, after)
        if step.misses:
            unit.misses.count(step.misses, given.today)
        return turn

    async def _deliver_if_due(self, turn: Turn) -> None:
        """Unless it was sent meanwhile, or another process is at it."""
        if await self.store.run(lambda unit: unit.turns.claim(turn.id)):
            await self._deliver(turn)

    async def _deliver(self, turn: Turn) -> None:
        channel, _, chat = turn.chat.partition(":")
        try:
            await self._sender(channel).send(chat, turn.replies)
        except SendError as failure:
            again = failure.retryable and turn.attempts + 1 < GIVE_UP_AFTER
            log.warning("not sent", turn=turn.id, channel=channel, reason=str(failure), again=again)
            if again:
                await self.store.run(lambda unit: unit.turns.put_off(turn.id, WAIT * 2**turn.attempts))
                return
        self.store.soon(lambda unit: unit.turns.settle(turn.id))

    def _sender(self, channel: str) -> Sender:
        if channel not in self.senders:  # a token was taken out of the settings, or a terminal is gone
            raise SendError("no such channel here", retryable=True)
        return self.senders[channel]


def newcomer(language: str, *, ordered: bool = False) -> Conversation:
    """`ordered`: the conversation was deleted, or is past its time, and an order of it goes on."""
    return Conversation(memory=Memory(language="en" if language.startswith("en") else "vi", ordered=ordered))
