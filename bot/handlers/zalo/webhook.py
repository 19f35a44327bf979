"""Where Zalo calls us. It is answered within two seconds, and 200 whatever came: its console saves no address that
answers otherwise, and shuts the webhook of one that fails again and again. What is not signed is dropped.

Only while the database does not take an event is the answer 503: then Zalo brings it again, after 30 seconds and later.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from bot.alarms import Alarms
from bot.dialogue.step import Text, text
from bot.handlers.foreign import parsed
from bot.handlers.hooks import Keeper, Refusals, UnreadableError, body_of, ended
from bot.handlers.zalo.intake import CHANNEL, update_of
from bot.handlers.zalo.signature import SIGNATURE, Signatures, Signed
from bot.inbox import Inbox

LONGEST = 256 * 1024  # bytes of a call; a text has 2000 characters
STALE = timedelta(hours=2, minutes=30)  # Zalo's last try comes 1 h 51 min after the first
MANY = 20  # bad calls after which it is no accident
LATELY = timedelta(minutes=10)  # a good call so long ago: it is not the settings
AGAIN = timedelta(hours=1)  # no sooner is an operator told anew

log = structlog.get_logger()


@dataclass
class Suspicion:
    """An operator is told when nothing comes that is good, and much that is not: the settings are wrong, or somebody
    tries. Not when bad calls come between good ones, however many: then all works, and they are dropped."""

    key: str  # of the alarm
    words: Text
    alarms: Alarms
    now: Callable[[], datetime]
    bad: int = 0
    good_at: datetime | None = None
    rung_at: datetime | None = None

    def after_bad(self) -> Awaitable[None] | None:
        """What is to be told, if anything."""
        self.bad += 1
        now = self.now()
        works = self.good_at is not None and now - self.good_at < LATELY
        told = self.rung_at is not None and now - self.rung_at < AGAIN
        if self.bad < MANY or works or told:
            return None
        self.rung_at = now
        return self.alarms.ring(self.key, self.words)

    def after_good(self) -> Awaitable[None] | None:
        """The first good call of a process also ends what the one before it told."""
        over = self.good_at is None or (self.rung_at is not None and self.rung_at >= self.good_at)
        self.bad = 0
        self.good_at = self.now()
        return self.alarms.well(self.key) if over else None


class ZaloWebhook:
    def __init__(
        self,
        inbox: Inbox,
        signatures: Signatures,
        alarms: Alarms,
        now: Callable[[], datetime],
        keeper: Keeper | None = None,
    ) -> None:
        self.keeper = keeper or Keeper(inbox)
        self._signatures = signatures
        self._now = now
        self._refusals = Refusals(CHANNEL)
        self._forged = Suspicion("zalo:signature", text("zalohook.alarm_signature"), alarms, now)
        self._late = Suspicion("zalo:clock", text("zalohook.alarm_clock"), alarms, now)
        self._ways: set[tuple[str, str]] = set()  # of signing, seen by this process
        self._telling: set[asyncio.Future[None]] = set()

    async def look(self, _: web.Request) -> web.Response:
        """For the console's check, and for whoever wonders whether the address is right."""
        return web.Response()

    async def take(self, request: web.Request) -> web.Response:
        try:
            body = await body_of(request, LONGEST)
        except UnreadableError as error:
            return self._refused(str(error))
        signed = self._signatures.check(body, request.headers)
        if signed is None:
            if SIGNATURE not in request.headers:
                return self._refused("not signed")
            self._tell(self._forged.after_bad())
            return self._refused("wrong signature")
        self._note(signed)
        self._tell(self._forged.after_good())
        if signed.at is None or self._now() - signed.at > STALE:
            self._tell(self._late.after_bad())
            return self._refused("too old, or our clock is wrong")
        self._tell(self._late.after_good())
        return await self._keep(body)

    async def _keep(self, body: bytes) -> web.Response:
        event = parsed(body)
        update = update_of(event, body) if event else None
        if update is None or await self.keeper.keep(update):
            return web.Response()
        return web.Response(status=503)

    async def close(self, _: web.Application | None = None) -> None:
        await self.keeper.close()
        await ended(self._telling)

    def _refused(self, why: str) -> web.Response:
        self._refusals.note(why)
        return web.Response()

    def _note(self, signed: Signed) -> None:
        """So that `either` in the settings can be narrowed."""
        way = signed.key, signed.place
        if way not in self._ways:
            self._ways.add(way)
            log.info("zalo webhook: signed", secret=signed.key, time=signed.place)

    def _tell(self, work: Awaitable[None] | None) -> None:
        """Beside the answer, which waits for nothing but the event's own place in the database."""
        if work is not None:
            self._telling.add(task := asyncio.ensure_future(work))
            task.add_done_callback(self._told)

    def _told(self, task: asyncio.Future[None]) -> None:
        self._telling.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("zalo webhook: nobody could be told", error=type(error).__name__)
