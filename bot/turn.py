"""One turn of a conversation, on one page: update in -> understand -> dialogue step -> keep -> reply out.

A turn is kept in one transaction: the new state, the update's id, the replies. Only then are the replies sent, and
marked (delivery.py). A crash in between loses nothing: what was kept and not marked is sent. An update that comes
twice finds its turn already there.

A step may need what only another system knows. Then nothing is kept: that system is asked, with no transaction open,
and the turn is made again with its answer.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

from bot.alarms import Alarms
from bot.capabilities import capabilities_of
from bot.channel import Sender
from bot.delivery import Delivery
from bot.dialogue.events import Heard, interpret
from bot.dialogue.public import fit_for_public
from bot.dialogue.states import Conversation, Memory
from bot.dialogue.step import Look, go
from bot.dialogue.table import advance
from bot.dialogue.world import Looked, World
from bot.meant import meant
from bot.ordering import ChatByChat
from bot.own import forget, has_orders, keep, own
from bot.storage.conversations import StaleError
from bot.storage.pickups import NumberTakenError
from bot.storage.store import Store, Unit
from bot.storage.turns import TakenError, Turn
from bot.texts.render import render, words
from knowledge.tongue import Language

TRIES = 4  # of one turn: lost to another process, or made again with what a system answered


async def nowhere(look: Look, chat: str) -> Looked:
    """Where no system is connected."""
    return Looked(look, "elsewhere")


@dataclass(frozen=True)
class Turns:
    store: Store
    world: World
    senders: Mapping[str, Sender]  # by channel
    find: Callable[[Look, str], Awaitable[Looked]] = nowhere  # asks for a dossier, in the name of a chat
    order: ChatByChat = field(default_factory=ChatByChat)
    alarms: Alarms | None = None

    async def take(self, heard: Heard) -> Turn:
        """Answer one update; an update seen before gets the answer it has."""
        async with self.order.of(heard.address):
            try:
                turn = await self._kept(heard)
            except TakenError:
                turn = await self.store.run(lambda unit: unit.turns.get(heard.address, heard.update))
                await self.delivery.if_due(turn.id)
            else:
                if turn.is_behind:
                    await self.delivery.waiting(turn.chat, turn.id)
                else:
                    await self.delivery.now(turn)
            return turn

    async def deliver_owed(self) -> None:
        """Send what was kept and not sent: after a crash, or when a channel was down."""
        await self.delivery.owed()

    async def deliver_held(self, address: str) -> None:
        """What waited until the citizen would be there again. The order of the chat is the caller's."""
        await self.delivery.held(address)

    async def close(self) -> None:
        """What is being sent of what was owed comes to its end; nothing more of it is begun."""
        await self.delivery.close()

    @cached_property
    def delivery(self) -> Delivery:
        return Delivery(self.store, self.senders, self.order, self.alarms)

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
        content = meant(heard, before.state, unit)
        mine = own(unit, heard.address, before.memory, self.world)
        given = self.world.given(before.memory, mine, heard.address, looked)
        if content is None:
            step = go(before.state)
        else:
            step = advance(before.state, interpret(content, self.world.understanding), given)  # dialogue step
        if heard.public:
            step = fit_for_public(step, before)
        if step.query:
            unit.turns.refuse_taken(heard.address, heard.update)
            return step.query
        after = Conversation(state=step.state, memory=step.memory or before.memory)
        messages = tuple(render(reply, after.memory.language) for reply in step.replies)
        seen = words(heard.as_shown, after.memory.language)
        turn = unit.turns.add(heard.address, heard.update, seen, messages, heard.written_at)
        for command in step.commands:
            keep(command, unit, heard.address, after.memory.language)
        if capabilities_of(heard.address).window:
            unit.contacts.heard(heard.address, heard.written_at)
        elif capabilities_of(heard.address).rings:
            unit.contacts.is_there(heard.address)
        if step.forget:
            forget(unit, heard.address, but=turn.id)
        else:
            unit.conversations.save(heard.address, stored, after)
        if step.misses:
            unit.misses.count(step.misses, given.today)
        return turn


def newcomer(language: str, *, ordered: bool = False, follows: bool = False) -> Conversation:
    """`ordered`, `follows`: the conversation was deleted, or is past its time, and an order of it goes on."""
    spoken: Language = "en" if language.startswith("en") else "vi"
    return Conversation(memory=Memory(language=spoken, ordered=ordered, follows=follows))
