"""So many updates on their way at any moment, from many more chats, each of which waits for its answer and a while."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from benchmarks.webhook_people import VISITING, Citizen, Kind
from benchmarks.webhook_wire import Caller

SHARES: dict[Kind, int] = Counter(kind for kind, _ in VISITING)
PAUSE = 1.2  # seconds from an answer to the next update of its chat: a bot may not write faster to one chat
AGAIN = 0.5  # seconds until an update that was refused comes again
PATIENCE = 60.0  # seconds for all that is under way when a round ends


@dataclass
class Counted:
    """Of one round, without what came before it and after it."""

    seconds: float = 0.0
    cpu: float = 0.0  # seconds, of the bot
    own: float = 0.0  # seconds, of this process
    megabytes: float = 0.0  # of the bot, in the end
    answered: Counter[Kind] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.answered.total() / self.seconds

    def within(self, share: float) -> float:
        """Seconds in which so many of the answers came."""
        return sorted(self.latencies)[min(int(share * len(self.latencies)), len(self.latencies) - 1)]


@dataclass
class Load:
    """`in_flight`: updates posted and not answered. An update is answered when the choices that go on are shown."""

    caller: Caller
    newcomer: Callable[[int], Citizen]
    in_flight: int
    random: Random = field(default_factory=lambda: Random(2))
    posted: int = 0
    refused: int = 0  # posts that got anything but 200
    strays: int = 0  # visits that ended early: what the citizen was after was not on screen
    shows_more: int = 0  # messages besides those
    answered_at_once: Counter[str] = field(default_factory=Counter)  # methods called in the answer to a post
    counted: Counted | None = None
    _chats: int = 0
    _people: dict[int, Citizen] = field(default_factory=dict)
    _ready: dict[Kind, deque[Citizen]] = field(default_factory=lambda: {kind: deque() for kind in SHARES})
    _resting: deque[tuple[float, Citizen]] = field(default_factory=deque)
    _waiting: dict[int, asyncio.Future[None]] = field(default_factory=dict)  # by chat

    async def run(self, warm_up: float, seconds: float, cpu: Callable[[], float]) -> Counted:
        """`cpu`: of the bot, so far. Raises TimeoutError when something is never answered."""
        stop = asyncio.Event()
        workers = [asyncio.create_task(self._work(stop)) for _ in range(self.in_flight)]
        try:
            await asyncio.sleep(warm_up)
            self.counted, before = Counted(), (time.monotonic(), cpu(), time.process_time())
            await asyncio.sleep(seconds)
            counted, self.counted = self.counted, None
            after = time.monotonic(), cpu(), time.process_time()
            counted.seconds, counted.cpu, counted.own = (b - a for a, b in zip(before, after, strict=True))
            stop.set()
            await asyncio.wait_for(asyncio.gather(*workers), PATIENCE)
        finally:
            for worker in workers:
                worker.cancel()
        return counted

    def shown(self, chat: int, message: dict[str, Any]) -> None:
        """A message stands in a chat."""
        waiting, citizen = self._waiting.get(chat), self._people.get(chat)
        if waiting and citizen and not waiting.done() and citizen.sees(message):
            waiting.set_result(None)
        else:
            self.shows_more += 1

    async def _work(self, stop: asyncio.Event) -> None:
        """One update after the other, of whoever wants to write."""
        while not stop.is_set():
            citizen = self._next()
            kind, began = citizen.kind, time.monotonic()
            await self._told(citizen)
            if self.counted:
                self.counted.answered[kind] += 1
                self.counted.latencies.append(time.monotonic() - began)
            self._rests(citizen)

    async def _told(self, citizen: Citizen) -> None:
        """Posted, and answered."""
        self.posted += 1
        body = citizen.update(self.posted)
        answered = self._waiting[citizen.chat] = asyncio.get_running_loop().create_future()
        while (answer := await self.caller.post(body)).status != 200:
            self.refused += 1
            await asyncio.sleep(AGAIN)
        if b'"method"' in answer.body:
            self.answered_at_once["answercallbackquery" if b"answerCallbackQuery" in answer.body else "other"] += 1
        await answered
        del self._waiting[citizen.chat]

    def _next(self) -> Citizen:
        """One who has rested, drawn by what they are about to do; when nobody wants to search, somebody new does."""
        now = time.monotonic()
        while self._resting and self._resting[0][0] <= now:
            _, rested = self._resting.popleft()
            self._ready[rested.kind].append(rested)
        kinds = [kind for kind, ready in self._ready.items() if ready or kind == "search"]
        (kind,) = self.random.choices(kinds, [SHARES[one] for one in kinds])
        return self._ready[kind].popleft() if self._ready[kind] else self._comes()

    def _rests(self, citizen: Citizen) -> None:
        if citizen.moves_on():
            self._resting.append((time.monotonic() + PAUSE, citizen))
            return
        self.strays += next(citizen.to_come, None) is not None
        del self._people[citizen.chat]

    def _comes(self) -> Citizen:
        self._chats += 1
        citizen = self.newcomer(1_000_000 + self._chats)
        citizen.moves_on()
        self._people[citizen.chat] = citizen
        return citizen
