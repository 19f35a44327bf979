"""One turn of a conversation, on one page: update in -> understand -> dialogue step -> keep -> reply out.

A turn is kept in one transaction: the new state, the update's id, the replies. Only then are the replies sent, and
marked. A crash in between loses nothing: `deliver_owed` sends what was kept and not marked. An update that comes
twice finds its turn already there.

A step may need what only another system knows. Then nothing is kept: that system is asked, with no transaction open,
and the turn is made again with its answer.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog

from bot.alarms import Alarms
from bot.capabilities import capabilities_of, channel_of
from bot.channel import Sender, SendError
from bot.choices import LOOKED_THROUGH, chosen
from bot.dialogue.events import Content, Heard, Wrote, interpret
from bot.dialogue.public import fit_for_public
from bot.dialogue.states import AnyState, Conversation, Memory
from bot.dialogue.step import Look, text
from bot.dialogue.table import advance
from bot.dialogue.world import Looked, World
from bot.ordering import ChatByChat
from bot.own import forget, has_orders, keep, own
from bot.storage.conversations import StaleError
from bot.storage.pickups import NumberTakenError
from bot.storage.store import Store, Unit
from bot.storage.turns import HOLDS_UP, LEASE, TakenError, Turn
from bot.texts.render import render, words
from knowledge.tongue import Language

log = structlog.get_logger()

TRIES = 4  # of one turn: lost to another process, or made again with what a system answered
GIVE_UP_AFTER = 8  # refusals; while nobody is reached, or the time is not right, none is counted
FAULTY = 3  # attempts that broke in us
WAIT = timedelta(seconds=5)  # before the second attempt; doubled for each further one
LONGEST_WAIT = timedelta(minutes=1)  # while nobody is reached at all: it may be over any moment
LABEL = 200  # characters: no choice is longer
OUTAGE = timedelta(days=2)  # what could not be sent in all that time, is not sent any more
AT_ONCE = 8  # chats of a channel to which what is owed is sent side by side


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
                await self._deliver_if_due(turn)
            else:
                if turn.is_behind:
                    await self._deliver_waiting(turn.chat, turn.id)
                else:
                    await self._deliver(turn)
            return turn

    async def deliver_owed(self) -> None:
        """Send what was kept and not sent: after a crash, or when a channel was down."""
        owed: dict[str, dict[str, list[Turn]]] = {}
        for turn in await self.store.run(lambda unit: unit.turns.owed(self.senders)):
            owed.setdefault(channel_of(turn.chat), {}).setdefault(turn.chat, []).append(turn)
        await asyncio.gather(*(self._deliver_channel(chats) for chats in owed.values()))

    async def _deliver_channel(self, chats: Mapping[str, list[Turn]]) -> None:
        """Several chats at once, one after the other within each; when nobody is reached, the rest waits."""
        places, out = asyncio.Semaphore(AT_ONCE), asyncio.Event()

        async def deliver(turns: list[Turn]) -> None:
            async with places:
                for turn in turns:
                    if out.is_set():
                        return
                    async with self.order.of(turn.chat):
                        try:
                            failed = await self._deliver_if_due(turn)
                            if failed and failed.outage:
                                out.set()
                        except Exception:  # a fault of ours must not keep the others waiting
                            log.exception("not sent", turn=turn.id)

        await asyncio.gather(*map(deliver, chats.values()))

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
        event = interpret(meant(heard, before.state, unit), self.world.understanding)  # understand
        mine = own(unit, heard.address, before.memory, self.world)
        given = self.world.given(before.memory, mine, heard.address, looked)
        step = advance(before.state, event, given)  # dialogue step
        if heard.public:
            step = fit_for_public(step, before)
        if step.query:
            unit.turns.refuse_taken(heard.address, heard.update)
            return step.query
        after = Conversation(state=step.state, memory=step.memory or before.memory)
        messages = tuple(render(reply, after.memory.language) for reply in step.replies)
        seen = words(heard.as_shown, after.memory.language)
        turn = unit.turns.add(heard.address, heard.update, seen, messages)
        for command in step.commands:
            keep(command, unit, heard.address, after.memory.language)
        if capabilities_of(heard.address).window:
            unit.contacts.heard(heard.address)
        elif capabilities_of(heard.address).rings:
            unit.contacts.is_there(heard.address)
        if step.forget:
            forget(unit, heard.address, but=turn.id)
        else:
            unit.conversations.save(heard.address, stored, after)
        if step.misses:
            unit.misses.count(step.misses, given.today)
        return turn

    async def _deliver_if_due(self, turn: Turn) -> "PutOff | None":
        """Unless it was sent meanwhile, or another process is at it, or the channel would not take it now."""
        if await self.store.run(partial(claim, turn)):
            return await self._deliver(turn)
        return None

    async def deliver_held(self, address: str) -> None:
        """What waited until the citizen would be there again. The order of the chat is the caller's."""
        await self._deliver_waiting(address)

    async def _deliver_waiting(self, chat: str, turn_id: int | None = None) -> None:
        """What could not be sent to this chat so far, then this turn: in order, or not yet."""
        ours, others = await self.store.run(lambda unit: unit.turns.take_up(chat, turn_id))
        wait = WAIT if others else None
        while ours:
            put_off = await self._deliver(ours.pop(0))
            if put_off and put_off.holds_up:
                wait = put_off.wait
                break
        if wait and (late := [*ours, *(turn for turn in others if turn.id == turn_id)]):
            await self.store.run(partial(put_all_off, late, wait))

    async def _deliver(self, turn: Turn) -> "PutOff | None":
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
            if self.alarms and failure.outage:
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


def meant(heard: Heard, state: AnyState, unit: Unit) -> Content:
    """Where choices are numbered, the number of one, or its words, are a tap on it."""
    content = heard.content
    if not (isinstance(content, Wrote) and capabilities_of(heard.address).numbered and len(content.text) <= LABEL):
        return content
    shown = unit.turns.on_screen(heard.address, LOOKED_THROUGH)
    return chosen(content.text, [turn.replies for turn in shown], state) or content


def claim(turn: Turn, unit: Unit) -> bool:
    """Whether it is on us to send it now. A notice to somebody who is gone is kept until they are back."""
    if not unit.turns.claim(turn.id):
        return False
    if not turn.unasked or not unit.contacts.is_gone(turn.chat):
        return True
    unit.turns.hold(turn.id, turn.sent)
    return False


def newcomer(language: str, *, ordered: bool = False, follows: bool = False) -> Conversation:
    """`ordered`, `follows`: the conversation was deleted, or is past its time, and an order of it goes on."""
    spoken: Language = "en" if language.startswith("en") else "vi"
    return Conversation(memory=Memory(language=spoken, ordered=ordered, follows=follows))
