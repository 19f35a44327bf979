"""Our desk before the pretend post: the real gateway over a real socket, and what citizens are told."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from yarl import URL

from bot.app import know_post
from bot.dialogue.step import Line, Reply, Text
from bot.dialogue.world import PostWorld
from bot.pickup.progress import News
from bot.sandbox.faults import CALLS, Fault
from bot.sandbox.office import Office
from bot.sandbox.parcel import Parcel
from bot.sandbox.wire_tokens import Key
from bot.services.post.gateway import PostGateway
from bot.services.post.hcc_bus import below
from bot.services.post.ngsp import Account, NgspGateway
from bot.services.post.tokens import Credentials
from bot.settings import Settings
from bot.storage.pickups import Kept
from bot.storage.store import Store
from bot.texts.render import render, texts
from bot.work.desk import Desk
from bot.work.outcome import Outcome
from bot.work.words import Notices
from tests.conftest import Clock
from tests.pretend_post import PATIENT, communes, number
from tests.pretend_post import order as an_order

A_WHILE = timedelta(minutes=1)  # shorter than any step of the postman takes by itself
MOST_STEPS = 200  # before an order counts as one that never settles


@cache
def post_world() -> PostWorld:
    return know_post(Settings(_env_file=None))


def gateway_to(base: URL, session: ClientSession, patience: ClientTimeout = PATIENT) -> NgspGateway:
    """To the national bus of a pretend post at this address."""
    key, bus = Key(), base / "ngsp"
    account = Account(
        below(str(bus / "apiVNPostNGSP/p1.0")), Credentials(bus / "token", key.key, key.secret), key.customer
    )
    return NgspGateway(session, account, communes(), patience)


def desk_of(store: Store, gateway: PostGateway, clock: Clock) -> Desk:
    return Desk(store, gateway, Notices(post_world(), clock.here), clock.now)


@dataclass
class Counter:
    """The two sides of the counter, and what crosses it."""

    office: Office
    store: Store
    clock: Clock
    desk: Desk
    hasty: Desk  # the same, without patience
    orders: list[str] = field(default_factory=list)

    def order(self, count: int = 1, **changes: Any) -> None:
        self.store.run_now(lambda unit: unit.pickups.add(an_order(count, **changes)))
        self.orders.append(number(count))

    async def settle(self, count: int = 1) -> list[Outcome]:
        """As the work does, without its waits: until it is settled, or nobody is there."""
        outcomes: list[Outcome] = []
        while not outcomes or outcomes[-1] == "more":
            outcomes.append(await self.desk.settle(number(count)))
            assert len(outcomes) < MOST_STEPS
        return outcomes

    async def insist(self, count: int = 1) -> None:
        for _ in range(MOST_STEPS):
            if (await self.settle(count))[-1] == "settled":
                return
        raise AssertionError("never settled")

    async def placed(self, *counts: int, **changes: Any) -> None:
        for count in counts or (1,):
            self.order(count, **changes)
            assert await self.settle(count) == ["more", "settled"]

    @contextmanager
    def faulty(self, fault: Fault, rate: float = 1) -> Any:
        self.office.faults.switch(fault, rate)
        patient = self.desk
        if fault == "slow":
            self.desk = self.hasty
        yield
        self.desk = patient
        self.office.faults.switch(fault, 0)

    def nobody_there(self) -> AbstractContextManager[None]:
        """An outage: nothing that is said to the post arrives."""
        gone: AbstractContextManager[None] = self.faulty("cut_before")
        return gone

    def happens(self, count: int = 1, times: int = 1) -> None:
        """The postman's next steps, each a while later."""
        for _ in range(times):
            self.clock.passes(A_WHILE)
            self.office.step(number(count))

    def kept(self, count: int = 1) -> Kept:
        kept = self.store.run_now(lambda unit: unit.pickups.get(number(count)))
        assert kept
        return kept

    def parcel(self, count: int = 1) -> Parcel:
        parcel = self.office.parcel(number(count))
        assert parcel
        return parcel

    @property
    def became(self) -> dict[str, int]:
        """How many orders each number became at the post."""
        return {number: one.became for number, one in self.office.tally().items()}

    def told(self, count: int = 1, chat: str = "web:1") -> list[str]:
        """Of one order, the oldest first: notice.…, without that beginning."""
        return notices(self.store, number(count), chat)


def notices(store: Store, number: str, chat: str = "web:1") -> list[str]:
    shown = titles(number)
    turns = store.run_now(lambda unit: unit.turns.latest(chat, 1000))
    firsts = [turn.replies[0].lines[0].words for turn in turns]
    return [shown[first] for first in firsts if first in shown]


@cache
def titles(number: str) -> dict[str, str]:
    """Which notice begins with these words."""
    keys = [key for key, words in texts("vi").items() if key.startswith("notice.") and has_number(words)]
    first: Callable[[str], str] = lambda key: render(Reply((Line(Text(key, {"number": number})),)), "vi").lines[0].words  # noqa: E731
    return {first(key): key.removeprefix("notice.") for key in keys}


def has_number(words: str | tuple[tuple[str, str | None, str], ...]) -> bool:
    return not isinstance(words, str) and {name for _, name, _ in words if name} == {"number"}


async def through_all_faults(counter: Counter, counts: range) -> None:
    """All at once, each insisting."""
    await asyncio.gather(*(counter.insist(count) for count in counts))


def spread(office: Office, rate: float) -> None:
    """Every way in which a call can fail, so many of them in all."""
    for fault in CALLS:
        office.faults.switch(fault, rate / len(CALLS))


def news(count: int, status: Any, at: datetime, **more: Any) -> News:
    return News(order=number(count), key=f"{status}:{at.isoformat()}", status=status, at=at, **more)
