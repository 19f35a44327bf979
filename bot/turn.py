"""One turn of a conversation, on one page: update in -> understand -> dialogue step -> keep -> reply out.

A turn is kept in one transaction: the new state, the update's id, the replies. Only then are the replies sent, and
marked. A crash in between loses nothing: `deliver_owed` sends what was kept and not marked. An update that comes
twice finds its turn already there.

A step may need what only another system knows. Then nothing is kept: that system is asked, with no transaction open,
and the turn is made again with its answer.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Protocol

import structlog

from bot.dialogue.events import Heard, interpret
from bot.dialogue.states import Conversation, Memory
from bot.dialogue.step import Look
from bot.dialogue.table import advance
from bot.dialogue.world import Looked, World
from bot.ordering import ChatByChat
from bot.own import forget, has_orders, keep, own
from bot.reach import reach_of
from bot.storage.conversations import StaleError
from bot.storage.pickups import NumberTakenError
from bot.storage.store import Store, Unit
from bot.storage.turns import TakenError, Turn
from bot.texts.message import Message
from bot.texts.render import render, words
from knowledge.tongue import Language

log = structlog.get_logger()

TRIES = 4  # of one turn: lost to another process, or made again with what a system answered
GIVE_UP_AFTER = 8  # attempts to send
WAIT = timedelta(seconds=5)  # before the second attempt; doubled for each further one


class SendError(Exception):
    """A channel's verdict, made where the other side's answer is read, nowhere else.

    `retryable`: another try may help. `at_next_contact`: not before the citizen writes again.
    """

    def __init__(self, reason: str, *, retryable: bool, at_next_contact: bool = False) -> None:
        super().__init__(reason)
        self.retryable = retryable
        self.at_next_contact = at_next_contact


async def nowhere(look: Look, chat: str) -> Looked:
    """Where no system is connected."""
    return Looked(look, "elsewhere")


class Sender(Protocol):
    """Shows messages to one chat of a channel, or raises SendError."""

    async def send(self, chat: str, messages: tuple[Message, ...]) -> None: ...


@dataclass(frozen=True)
class Turns:
    store: Store
    world: World
    senders: Mapping[str, Sender]  # by channel
    find: Callable[[Look, str], Awaitable[Looked]] = nowhere  # asks for a dossier, in the name of a chat
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
                await self._deliver_held(turn.chat)
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
        looked: Looked | None = None
        for _ in range(TRIES):
            try:
                answer = await self.store.run(partial(self._answer, heard, looked))
            except (StaleError, NumberTakenError):
                continue
            if isinstance(answer, Turn):
                return answer
            looked = await self.find(answer, heard.address)
        raise StaleError(heard.address)

    def _answer(self, heard: Heard, looked: Looked | None, unit: Unit) -> Turn | Look:
        """Recall, understand, step, keep. No network in between, so one transaction holds it.

        Given a query nothing was kept.
        """
        stored = unit.conversations.get(heard.address)
        before = stored.conversation or newcomer(
            heard.language, ordered=has_orders(unit, heard.address), follows=unit.dossiers.follows(heard.address)
        )
        event = interpret(heard.content, self.world.understanding)  # understand
        mine = own(unit, heard.address, before.memory, self.world)
        given = self.world.given(before.memory, mine, heard.address, looked)
        step = advance(before.state, event, given)  # dialogue step
        if step.query:
            unit.turns.refuse_taken(heard.address, heard.update)
            return step.query
        after = Conversation(state=step.state, memory=step.memory or before.memory)
        messages = tuple(render(reply, after.memory.language) for reply in step.replies)
        seen = words(heard.as_shown, after.memory.language)
        turn = unit.turns.add(heard.address, heard.update, seen, messages)
        for command in step.commands:
            keep(command, unit, heard.address, after.memory.language)
        if step.forget:
            forget(unit, heard.address, but=turn.id)
        else:
            unit.conversations.save(heard.address, stored, after)
        if step.misses:
            unit.misses.count(step.misses, given.today)
        return turn

    async def _deliver_if_due(self, turn: Turn) -> None:
        """Unless it was sent meanwhile, or another process is at it, or the channel would not take it now."""
        if await self.store.run(partial(claim, turn)):
            await self._deliver(turn)

    async def _deliver_held(self, chat: str) -> None:
        """What the channel would not take while the citizen was silent, before the answer to what they say now."""
        if reach_of(chat).window is None:
            return
        for turn in await self.store.run(lambda unit: unit.turns.release_held(chat)):
            await self._deliver(turn)

    async def _deliver(self, turn: Turn) -> None:
        channel, _, chat = turn.chat.partition(":")
        try:
            await self._sender(channel).send(chat, turn.replies)
        except SendError as failure:
            again = failure.retryable and turn.attempts + 1 < GIVE_UP_AFTER
            log.warning("not sent", turn=turn.id, channel=channel, reason=str(failure), again=again)
            if failure.at_next_contact:
                await self.store.run(lambda unit: unit.turns.hold(turn.id))
                return
            if again:
                await self.store.run(lambda unit: unit.turns.put_off(turn.id, WAIT * 2**turn.attempts))
                return
        self.store.soon(lambda unit: unit.turns.settle(turn.id))

    def _sender(self, channel: str) -> Sender:
        if channel not in self.senders:  # a token was taken out of the settings, or a terminal is gone
            raise SendError("no such channel here", retryable=True)
        return self.senders[channel]


def claim(turn: Turn, unit: Unit) -> bool:
    """Whether it is on us to send it now. A notice outside the channel's window is kept for the next contact."""
    if not unit.turns.claim(turn.id):
        return False
    window = reach_of(turn.chat).window
    if window is None or not turn.unasked or unit.turns.was_heard_within(turn.chat, window):
        return True
    unit.turns.hold(turn.id)
    return False


def newcomer(language: str, *, ordered: bool = False, follows: bool = False) -> Conversation:
    """`ordered`, `follows`: the conversation was deleted, or is past its time, and an order of it goes on."""
    spoken: Language = "en" if language.startswith("en") else "vi"
    return Conversation(memory=Memory(language=spoken, ordered=ordered, follows=follows))
