"""What the tests of following share: an agency's system whose answers and faults they decide, and plain words."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

from bot.dialogue.step import Follow, Line, Reply
from bot.dossiers.changes import Change
from bot.dossiers.dossier import Answer, Dossier, Owner
from bot.storage.store import Store
from bot.work.following import Follower
from bot.work.pace import Pace, Rest
from bot.work.telling import Listener, Telling
from knowledge.calendar import load_calendar

if TYPE_CHECKING:  # tests.conftest knows the whole bot, and a process of its own need not
    from tests.conftest import Clock

CHAT, OTHER, THIRD = "web:1", "web:2", "web:3"
PERIOD = timedelta(minutes=30)
RECEIVED = datetime(2026, 11, 20, 2, tzinfo=UTC)
NAME, PHONE, IDENTITY, REASON = "Nguyễn Văn An", "0912 345 678", "020301000123", "thiếu giấy chứng sinh của cháu Bưởi"
PRIVATE = (NAME, "Nguyễn", "345 678", "345678", "5678", IDENTITY, "0123", REASON, "Bưởi")
CALENDAR = load_calendar()
NUMBERS = count()


def code(number: int = 1) -> str:
    return f"H37.20-261120-{number:04d}"


def dossier(number: int = 1, status: str = "processing", **more: Any) -> Dossier:
    usual = {"agency": "UBND phường Đông Kinh", "procedure": "1.001193", "received": RECEIVED}
    return Dossier.model_validate({"code": code(number), "system": "langson", "status": status, **usual, **more})


def answer(number: int = 1, status: str = "processing", **more: Any) -> Answer:
    return Answer(dossier=dossier(number, status, **more), owner=Owner(name=NAME, phone=PHONE, identity=IDENTITY))


@dataclass
class Agency:
    """A DossierSystem of a few lines."""

    key: str = "langson"
    at_most: int = 1
    held: dict[str, Answer] = field(default_factory=dict)
    fault: Callable[[Sequence[str]], Exception | None] = lambda codes: None
    calls: list[tuple[str, ...]] = field(default_factory=list)
    begun: list[datetime] = field(default_factory=list)
    identities: list[str | None] = field(default_factory=list)
    takes: float = 0  # seconds
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    at_once: int = 0
    most_at_once: int = 0

    def has(self, *answers: Answer) -> None:
        self.held |= {one.dossier.code: one for one in answers}

    async def look(self, codes: Sequence[str], identity: str | None = None) -> Mapping[str, Answer]:
        self.calls.append(tuple(codes))
        self.begun.append(self.now())
        self.identities.append(identity)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.takes)
        finally:
            self.at_once -= 1
        if failure := self.fault(codes):
            raise failure
        return {one: self.held[one] for one in codes if one in self.held}


@dataclass(frozen=True)
class Road:
    """A route."""

    system: Agency | None
    page: str | None = "https://dichvucong.gov.vn"
    per_minute: float = 600
    at_once: int = 4
    trial: bool = True
    holds: bool = True

    def name(self, language: str) -> str:
        return "One-stop system of Lạng Sơn" if language == "en" else "Một cửa tỉnh Lạng Sơn"


@dataclass
class Roads:
    """By the province or ministry in front of the code."""

    by_prefix: dict[str, Road]

    def of(self, code: str) -> Road | None:
        return self.by_prefix.get(code[:3])


class Says:
    """What it was about, in one line."""

    def change(self, dossier: Dossier, change: Change, listener: Listener) -> Reply | None:
        return said(f"{change.key} of {dossier.code}", listener)

    def back(self, dossier: Dossier, listener: Listener) -> Reply | None:
        return said(f"back {dossier.status} of {dossier.code}", listener)

    def not_there(self, code: str, listener: Listener) -> Reply | None:
        return said(f"not there {code}", listener)


def said(words: str, listener: Listener) -> Reply:
    return Reply((Line(" ".join([words, *(["proved"] if listener.proved else [])])),))


@dataclass
class Town:
    """A follower over a database and an agency, in a time that passes only as told."""

    store: Store
    clock: "Clock"
    agency: Agency
    roads: Roads
    tell: Any = field(default_factory=Says)
    when: Callable[[str, datetime], datetime] = lambda chat, now: now
    rest: Rest = Rest()  # noqa: RUF009  # frozen
    lease: timedelta = timedelta(minutes=3)
    sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.follower = self.again()

    def again(self) -> Follower:
        """As after a restart."""
        pace = Pace(self.store, self.rest, sleep=self.sleep)
        telling = Telling(self.tell, self.when)
        return Follower(self.store, self.roads, pace, telling, CALENDAR, self.clock.here, PERIOD, self.lease, Random(1))

    async def sleep(self, seconds: float) -> None:
        """Time passes when all that can be done now is done, and only as far as the first who waits."""
        awake = asyncio.get_running_loop().create_future()
        heappush(self.sleepers, (self.clock.moment + timedelta(seconds=seconds), next(NUMBERS), awake))
        if len(self.sleepers) == 1:
            self.ticking = asyncio.ensure_future(self._tick())
        await awake

    async def _tick(self) -> None:
        while self.sleepers:
            for _ in range(20):
                await asyncio.sleep(0.001 if self.store.threads else 0)
            wakes, _, awake = self.sleepers[0]
            self.clock.moment = max(self.clock.moment, wakes)
            heappop(self.sleepers)
            if not awake.done():
                awake.set_result(None)

    async def passes(self, time: timedelta = PERIOD * 1.2, looks: int = 1) -> int:
        """In so many steps, with a look after each; how many were told."""
        told = 0
        for _ in range(looks):
            self.clock.passes(time / looks)
            told += await self.follower.look()
        return told

    def follow(self, chat: str = CHAT, number: int = 1, **more: Any) -> None:
        self.store.run_now(lambda unit: unit.dossiers.follow(chat, Follow(code(number), **more)))

    def unfollow(self, chat: str = CHAT, number: int = 1) -> None:
        self.store.run_now(lambda unit: unit.dossiers.unfollow(chat, code(number)))

    def told(self, chat: str = CHAT) -> list[str]:
        """All notices of a chat, oldest first."""
        turns = self.store.run_now(lambda unit: unit.turns.latest(chat, 9999))
        return [line.words for turn in turns for message in turn.replies for line in message.lines]


def town(store: Store, clock: "Clock", **more: Any) -> Town:
    agency = more.pop("agency", None) or Agency(now=clock.now)
    return Town(store, clock, agency, more.pop("roads", None) or Roads({"H37": Road(agency)}), **more)
